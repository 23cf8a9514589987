import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningPeer } from './peers/peer.js';

const flowLimitMillis = 30_000;
const betweenLooksMillis = 100;

/** Waits until a tool has moved so many messages; throws with its last words when it does not. */
export async function untilFlowing(
  running: RunningPeer,
  messages: number,
  count: () => Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  let isOver = false;
  void running.ended.then(() => {
    isOver = true;
  });
  for (const deadline = Date.now() + flowLimitMillis; Date.now() < deadline && !isOver; ) {
    if ((await count()) >= messages) return;
    await sleep(betweenLooksMillis, undefined, { signal });
  }
  throw new Error(`no messages flowed:\n${running.lastWords()}`);
}
