import { formatBytes } from '../../base/units.js';
import type { Observed, ObservedNode } from '../../result/observed.js';
import type { Warning } from '../../result/result.js';

/** A node that is low on memory or disk makes its whole cluster block connections that publish. */
export function raisedAlarms({ nodes }: Observed): Warning[] {
  const texts = [
    ...nodes.filter(({ memoryAlarm }) => memoryAlarm).map(memoryText),
    ...nodes.filter(({ diskAlarm }) => diskAlarm).map(diskText),
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
