import { formatBytes } from '../../base/units.js';
import type { Observed, ObservedNode } from '../../result/observed.js';
import type { Warning } from '../../result/result.js';
import type { FinishedTrial } from '../measured.js';
import { type NodeTrouble, nodeTroubles } from '../node-troubles.js';

/**
 * A node that is low on memory or disk makes its whole cluster block connections that publish. What it
 * did before the start instant or after the stop does not concern what was measured.
 */
export function raisedAlarms(
  { watched, instants }: Pick<FinishedTrial, 'watched' | 'instants'>,
  { nodes }: Pick<Observed, 'nodes'>,
): Warning[] {
  const raised = nodeTroubles(watched.nodes).filter(
    ({ fromMicros, untilMicros = Number.POSITIVE_INFINITY }) =>
      fromMicros <= instants.stopMicros && untilMicros > instants.startMicros,
  );
  const nodesWith = (kind: NodeTrouble['kind']) =>
    nodes.filter(({ name }) => raised.some((one) => one.kind === kind && one.node === name));
  const texts = [
    ...nodesWith('memory-alarm').map(memoryText),
    ...nodesWith('disk-alarm').map(diskText),
  ];
  if (texts.length === 0) return [];
  const effect = 'the cluster blocked whoever published, and throughput is what that left of it.';
  return [{ kind: 'alarm', text: `${texts.join(' ')} Meanwhile ${effect}` }];
}

function memoryText({ name, memoryLimitBytes }: ObservedNode): string {
  const limit = memoryLimitBytes === null ? 'its limit' : mebibytes(memoryLimitBytes);
  return `Memory alarm at ${name}: it used more than ${limit}. Raise its vm_memory_high_watermark, or let queues grow less.`;
}

function diskText({ name, diskFreeLimitBytes }: ObservedNode): string {
  const limit = diskFreeLimitBytes === null ? 'its limit' : mebibytes(diskFreeLimitBytes);
  return `Disk alarm at ${name}: less than ${limit} were free. Free some, or lower its disk_free_limit.`;
}

function mebibytes(bytes: number): string {
  return formatBytes(Math.max(1, Math.round(bytes / 2 ** 20)) * 2 ** 20);
}
