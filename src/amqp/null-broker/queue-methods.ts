import { MethodFrame } from '../protocol/method-frame.js';
import type { Channel } from './channel.js';
import { refuseDefault } from './exchange-methods.js';
import type { MessageQueue, QueueProperties } from './message-queue.js';
import { hasBit, type MethodHandlers, readName, readQueueName } from './method-handlers.js';
import { Refusal } from './refusal.js';
import { virtualHostName } from './virtual-host.js';

/** queue.*; specification, §1.7. */
export const queueMethods: MethodHandlers = {
  'queue.declare': (channel, args) => {
    args.uint16();
    const name = readName(args);
    const flags = args.uint8();
    args.table();
    const queue = hasBit(flags, 0)
      ? channel.virtualHost.queue(name || channel.lastQueue, channel.peer)
      : declare(channel, name, {
          durable: hasBit(flags, 1),
          exclusiveTo: hasBit(flags, 2) ? channel.peer : undefined,
          autoDelete: hasBit(flags, 3),
        });
    channel.lastQueue = queue.name;
    if (hasBit(flags, 4)) return;
    channel.reply(
      new MethodFrame(channel.number, 'queue.declare-ok')
        .shortString(queue.name)
        .uint32(queue.readyCount)
        .uint32(queue.consumerCount),
    );
  },

  'queue.bind': (channel, args) => {
    args.uint16();
    const queue = channel.virtualHost.queue(readQueueName(channel, args), channel.peer);
    const exchangeName = readName(args);
    const routingKey = readName(args);
    const flags = args.uint8();
    args.table();
    refuseDefault(exchangeName);
    channel.virtualHost.bind(channel.virtualHost.exchange(exchangeName), queue, routingKey);
    if (!hasBit(flags, 0)) channel.reply(new MethodFrame(channel.number, 'queue.bind-ok'));
  },

  'queue.unbind': (channel, args) => {
    args.uint16();
    const queue = channel.virtualHost.queue(readQueueName(channel, args), channel.peer);
    const exchangeName = readName(args);
    const routingKey = readName(args);
    args.table();
    refuseDefault(exchangeName);
    channel.virtualHost.unbind(channel.virtualHost.exchange(exchangeName), queue, routingKey);
    channel.reply(new MethodFrame(channel.number, 'queue.unbind-ok'));
  },

  'queue.purge': (channel, args) => {
    args.uint16();
    const queue = channel.virtualHost.queue(readQueueName(channel, args), channel.peer);
    const flags = args.uint8();
    const count = queue.purge();
    channel.peer.lies?.onPurged(queue.name, count);
    if (hasBit(flags, 0)) return;
    channel.reply(new MethodFrame(channel.number, 'queue.purge-ok').uint32(count));
  },

  'queue.delete': (channel, args) => {
    args.uint16();
    const name = readQueueName(channel, args);
    const flags = args.uint8();
    const count = deleteQueue(channel, name, hasBit(flags, 0), hasBit(flags, 1));
    if (hasBit(flags, 2)) return;
    channel.reply(new MethodFrame(channel.number, 'queue.delete-ok').uint32(count));
  },
};

function declare(channel: Channel, name: string, properties: QueueProperties): MessageQueue {
  const { virtualHost } = channel;
  if (virtualHost.findQueue(name) === undefined) return virtualHost.addQueue(name, properties);
  const queue = virtualHost.queue(name, channel.peer);
  const differs = (what: string, asked: boolean, is: boolean) =>
    new Refusal(
      406,
      `inequivalent arg '${what}' for queue '${name}' in vhost '${virtualHostName}': ` +
        `received '${asked}' but current is '${is}'`,
    );
  const { durable, autoDelete, exclusiveTo } = queue.properties;
  if (durable !== properties.durable) throw differs('durable', properties.durable, durable);
  if (autoDelete !== properties.autoDelete) {
    throw differs('auto_delete', properties.autoDelete, autoDelete);
  }
  if (exclusiveTo !== properties.exclusiveTo) {
    throw differs('exclusive', properties.exclusiveTo !== undefined, exclusiveTo !== undefined);
  }
  return queue;
}

/** As in RabbitMQ, no queue to delete is no error. */
function deleteQueue(channel: Channel, name: string, ifUnused: boolean, ifEmpty: boolean): number {
  const { virtualHost } = channel;
  if (virtualHost.findQueue(name) === undefined) return 0;
  const queue = virtualHost.queue(name, channel.peer);
  const described = `queue '${name}' in vhost '${virtualHostName}'`;
  if (ifUnused && queue.consumerCount > 0) throw new Refusal(406, `${described} in use`);
  if (ifEmpty && queue.readyCount > 0) throw new Refusal(406, `${described} not empty`);
  return virtualHost.deleteQueue(queue);
}
