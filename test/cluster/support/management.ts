import { inject } from 'vitest';

/** Asks the shared cluster's management API; resolves to its answer, `undefined` when it is empty. */
export async function management(method: string, path: string, body?: object): Promise<unknown> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
  const answer = await fetch(`${inject('cluster').managementUrl}/api/${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

/** The names of what rmqbench has declared and not removed. */
export async function namesOfOurs(kind: 'queues' | 'exchanges' | 'policies'): Promise<string[]> {
  const all = (await management('GET', kind)) as { name: string }[];
  return all.map(({ name }) => name).filter((name) => name.startsWith('rmqbench'));
}
