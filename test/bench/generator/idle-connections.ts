import { fileURLToPath } from 'node:url';
import { answerOfProcess } from './answer-of-process.js';

const program = fileURLToPath(new URL('./idle-connections-process.ts', import.meta.url));

/**
 * Opens so many connections with a channel each in a process of its own, leaves them alone, and tells
 * by how many bytes its resident memory grew for each.
 */
export function residentBytesPerConnection(
  client: string,
  count: number,
  signal: AbortSignal,
): Promise<number> {
  return answerOfProcess<number>(program, [client, String(count)], signal);
}
