import type { Conflict } from './conflicts.js';

/* Conflicts of those who send and receive, among themselves and with the rest of their case. */

interface WrittenConsumers {
  readonly prefetch: number;
  readonly ack: 'none' | 'each' | { readonly every: number };
  readonly nack: 'none' | { readonly share: number };
  readonly work: number;
  readonly rate: 'max' | number;
}

export function consumerConflicts(consumers: WrittenConsumers): Conflict[] {
  const { prefetch, ack, nack } = consumers;
  const conflicts = slowConsumerConflicts(consumers);
  if (typeof ack === 'object' && prefetch > 0 && ack.every > prefetch) {
    const message =
      `consumers.ack every ${ack.every} with prefetch ${prefetch} would wait for ever: ` +
      `after ${prefetch} unacknowledged messages the broker sends no more`;
    conflicts.push({ between: ['consumers.ack.every', 'consumers.prefetch'], message });
  }
  if (ack === 'none' && typeof nack === 'object' && nack.share > 0) {
    const message =
      'with consumers.ack none the broker has forgotten what it sent, and nothing can be given ' +
      'back; write ack: each';
    conflicts.push({ between: ['consumers.nack.share', 'consumers.ack'], message });
  }
  return conflicts;
}

/** What holds a consumer back must hold back the broker too, or messages would pile up here. */
function slowConsumerConflicts({ prefetch, ack, work, rate }: WrittenConsumers): Conflict[] {
  const slow = [
    ...(work > 0 ? ['consumers.work'] : []),
    ...(rate === 'max' ? [] : ['consumers.rate']),
  ];
  return slow.flatMap((path) => {
    if (ack === 'none') {
      const message =
        `${path} needs acknowledgements: with ack none the broker sends as fast as the socket ` +
        'takes, and messages would pile up here; write ack: each';
      return [{ between: [path, 'consumers.ack'], message }];
    }
    if (prefetch > 0) return [];
    const message =
      `${path} needs a prefetch: with prefetch 0, no limit, messages would pile up here and not ` +
      'in the queue; write a prefetch such as 100';
    return [{ between: [path, 'consumers.prefetch'], message }];
  });
}

interface WrittenPublishers {
  readonly count?: number | undefined;
  readonly confirm: 'none' | { readonly window: number } | { readonly transaction: number };
  readonly unroutable: number;
}

interface WrittenLoad {
  readonly client: 'wire' | 'amqplib';
  readonly queues: { readonly count: number };
  readonly publishers: WrittenPublishers;
  readonly consumers: { readonly count?: number | undefined };
}

/** Between who sends and receives, through which client, and the queues. */
export function loadConflicts({ client, queues, publishers, consumers }: WrittenLoad): Conflict[] {
  const conflicts: Conflict[] = [];
  if (consumers.count !== undefined && consumers.count < queues.count) {
    const message =
      `consumers.count ${consumers.count} leaves queues without a consumer: ` +
      `queues.count is ${queues.count}`;
    conflicts.push({ between: ['consumers.count', 'queues.count'], message });
  }
  const { confirm, unroutable } = publishers;
  if (client === 'amqplib' && typeof confirm === 'object' && 'transaction' in confirm) {
    const message =
      'amqplib has no transactions; write client: wire, or confirm: { window: 1 }, which waits ' +
      'for each message too';
    conflicts.push({ between: ['publishers.confirm.transaction', 'client'], message });
  }
  const count = publishers.count ?? queues.count;
  if (unroutable > count) {
    const message = `publishers.unroutable ${unroutable} exceeds the number of publishers, ${count}`;
    const between = ['publishers.unroutable', 'publishers.count', 'queues.count'];
    conflicts.push({ between, message });
  }
  return conflicts;
}
