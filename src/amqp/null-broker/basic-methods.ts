import { MethodFrame } from '../protocol/method-frame.js';
import { hasBit, type MethodHandlers, readName, readQueueName } from './method-handlers.js';
import { Refusal } from './refusal.js';

/** basic.*, without what comes for every message; specification, §1.8. */
export const basicMethods: MethodHandlers = {
  'basic.qos': (channel, args) => {
    const prefetchBytes = args.uint32();
    const prefetch = args.uint16();
    // "Global", one limit for all consumers of the channel, is taken as one for each of them.
    args.uint8();
    if (prefetchBytes !== 0) throw new Refusal(540, `prefetch_size!=0 (${prefetchBytes})`);
    channel.deliveries.prefetch = prefetch;
    channel.reply(new MethodFrame(channel.number, 'basic.qos-ok'));
  },

  'basic.consume': (channel, args) => {
    args.uint16();
    const queue = channel.virtualHost.queue(readQueueName(channel, args), channel.peer);
    const tag = readName(args) || channel.deliveries.newTag();
    const flags = args.uint8();
    args.table();
    channel.deliveries.subscribe(queue, tag, hasBit(flags, 1));
    if (hasBit(flags, 3)) return;
    channel.reply(new MethodFrame(channel.number, 'basic.consume-ok').shortString(tag));
  },

  'basic.cancel': (channel, args) => {
    const tag = readName(args);
    const flags = args.uint8();
    channel.deliveries.cancel(tag);
    if (hasBit(flags, 0)) return;
    channel.reply(new MethodFrame(channel.number, 'basic.cancel-ok').shortString(tag));
  },

  'basic.get': (channel, args) => {
    args.uint16();
    const queue = channel.virtualHost.queue(readQueueName(channel, args), channel.peer);
    channel.deliveries.get(queue, hasBit(args.uint8(), 0));
  },

  'basic.reject': (channel, args) => {
    const tag = args.uint64();
    channel.deliveries.settle(tag, false, hasBit(args.uint8(), 0) ? 'requeued' : 'dropped');
  },

  'basic.nack': (channel, args) => {
    const tag = args.uint64();
    const flags = args.uint8();
    const outcome = hasBit(flags, 1) ? 'requeued' : 'dropped';
    channel.deliveries.settle(tag, hasBit(flags, 0), outcome);
  },
};
