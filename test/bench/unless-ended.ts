import type { RunningPeer } from './peers/peer.js';

/** Rejects with the tool's last words when it ends before the measurement does. */
export async function unlessEnded<T>(running: RunningPeer, measured: Promise<T>): Promise<T> {
  const early = running.ended.then((how) => {
    throw new Error(`it ended by itself (${how}):\n${running.lastWords()}`);
  });
  // What loses the race may reject later, when nobody listens any more.
  early.catch(() => {});
  measured.catch(() => {});
  return Promise.race([measured, early]);
}
