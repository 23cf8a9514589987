import { MethodFrame } from '../protocol/method-frame.js';
import { hasBit, type MethodHandlers } from './method-handlers.js';
import { Refusal } from './refusal.js';

/** confirm.*, tx.* (specification, §1.9) and channel.flow. */
export const modeMethods: MethodHandlers = {
  'confirm.select': (channel, args) => {
    const flags = args.uint8();
    channel.publishing.selectConfirms();
    if (!hasBit(flags, 0)) channel.reply(new MethodFrame(channel.number, 'confirm.select-ok'));
  },

  'tx.select': (channel) => {
    channel.publishing.selectTransactions();
    channel.reply(new MethodFrame(channel.number, 'tx.select-ok'));
  },

  'tx.commit': (channel) => {
    channel.publishing.commit(() => {
      channel.reply(new MethodFrame(channel.number, 'tx.commit-ok'));
    });
  },

  'tx.rollback': (channel) => {
    channel.publishing.rollback();
    channel.reply(new MethodFrame(channel.number, 'tx.rollback-ok'));
  },

  'channel.flow': (channel, args) => {
    if (!hasBit(args.uint8(), 0)) throw new Refusal(540, 'active=false');
    channel.reply(new MethodFrame(channel.number, 'channel.flow-ok').bits(true));
  },
};
