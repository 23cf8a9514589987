/** Where a connection goes that is tried after so many others: to the next address in turn. */
export function addressOf(urls: readonly [string, ...string[]], attempt: number): string {
  return urls[attempt % urls.length] ?? urls[0];
}
