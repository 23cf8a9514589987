import type { z } from 'zod';
import type { QueueSettings } from './settings.js';

/*
 * Values that are right by themselves and wrong together. A conflict names the paths it is between,
 * the one to blame first, so that the error can point at whichever of them was written or varied.
 */

export interface Conflict {
  readonly between: readonly string[];
  readonly message: string;
}

/** A refinement that reports what `find` finds. */
export function refusing<T>(find: (value: T) => Conflict[]) {
  return (value: T, context: z.RefinementCtx): void => {
    for (const { between, message } of find(value)) {
      context.addIssue({ code: 'custom', message, params: { between } });
    }
  };
}

export function queueConflicts(queues: QueueSettings): Conflict[] {
  const conflicts: Conflict[] = [];
  if (queues.type === 'quorum' && queues.mirrors !== 'none') {
    const message =
      'queues.type quorum replicates by itself and cannot be mirrored; write mirrors: none';
    conflicts.push({ between: ['queues.mirrors', 'queues.type'], message });
  }
  if (queues.type === 'quorum' && !queues.durable) {
    const message = 'queues.type quorum is always durable; write durable: true';
    conflicts.push({ between: ['queues.durable', 'queues.type'], message });
  }
  if (Object.hasOwn(queues.arguments, 'x-queue-type')) {
    const message = 'the argument x-queue-type is set by queues.type; leave it out';
    conflicts.push({ between: ['queues.arguments.x-queue-type'], message });
  }
  return conflicts;
}

interface WrittenCase {
  readonly target: {
    readonly testbed?: { readonly nodes: number; readonly loadBalancers: 0 | 1 } | undefined;
    readonly url?: unknown;
    readonly nodes?: unknown;
  };
  readonly connect: 'load-balancer' | 'spread';
  readonly queues: QueueSettings;
}

/** Between the cluster, and how it is connected to and used. */
export function clusterConflicts({ target, connect, queues }: WrittenCase): Conflict[] {
  const { testbed, url, nodes } = target;
  const conflicts: Conflict[] = [];
  if (connect === 'load-balancer' && testbed?.loadBalancers === 0) {
    const message = 'the testbed has no load balancer to connect to; write connect: spread';
    conflicts.push({ between: ['connect', 'target.testbed.loadBalancers'], message });
  }
  if (connect === 'spread' && url !== undefined && nodes === undefined) {
    const message = 'connect: spread needs the addresses of the nodes in target.nodes';
    conflicts.push({ between: ['connect', 'target.url'], message });
  }
  const { mirrors } = queues;
  if (testbed !== undefined && typeof mirrors === 'object' && mirrors.exactly > testbed.nodes) {
    const message =
      `queues.mirrors exactly ${mirrors.exactly} needs more nodes ` +
      `than the testbed's ${testbed.nodes}`;
    conflicts.push({ between: ['queues.mirrors.exactly', 'target.testbed.nodes'], message });
  }
  return conflicts;
}
