/** `host:port` of an AMQP or HTTP address: what messages may show, for it holds no credentials. */
export function hostAndPort(url: string): string {
  const { protocol, hostname, port } = new URL(url);
  const usual: Readonly<Record<string, string>> = {
    'amqp:': '5672',
    'amqps:': '5671',
    'http:': '80',
    'https:': '443',
  };
  return `${hostname}:${port || (usual[protocol] ?? '')}`;
}

/** Whether every % of its user, password and path begins an escape. */
export function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    for (const part of [username, password, pathname]) decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

/** The user that an address names; RabbitMQ's own default when it names none. */
export function userOf(url: string): string {
  return decodeURIComponent(new URL(url).username) || 'guest';
}

/** The address without user and password. */
export function withoutCredentials(url: string): string {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  return bare.href;
}
