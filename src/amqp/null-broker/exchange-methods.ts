import { MethodFrame } from '../protocol/method-frame.js';
import type { Channel } from './channel.js';
import { type Exchange, exchangeTypes } from './exchange.js';
import { hasBit, type MethodHandlers, readName } from './method-handlers.js';
import { Refusal } from './refusal.js';
import { virtualHostName } from './virtual-host.js';

/** exchange.*; specification, §1.6. */
export const exchangeMethods: MethodHandlers = {
  'exchange.declare': (channel, args) => {
    args.uint16();
    const name = readName(args);
    const type = readName(args);
    const flags = args.uint8();
    args.table();
    if (hasBit(flags, 0)) requireExchange(channel, name);
    else declare(channel, name, type, hasBit(flags, 1));
    if (!hasBit(flags, 4)) channel.reply(new MethodFrame(channel.number, 'exchange.declare-ok'));
  },

  'exchange.delete': (channel, args) => {
    args.uint16();
    const name = readName(args);
    const flags = args.uint8();
    refuseDefault(name);
    const exchange = channel.virtualHost.findExchange(name);
    if (exchange?.isUsed && hasBit(flags, 0)) {
      throw new Refusal(406, `exchange '${name}' in vhost '${virtualHostName}' in use`);
    }
    if (name.startsWith('amq.')) {
      throw new Refusal(403, `exchange name '${name}' contains reserved prefix 'amq.*'`);
    }
    if (exchange) channel.virtualHost.deleteExchange(exchange);
    if (!hasBit(flags, 1)) channel.reply(new MethodFrame(channel.number, 'exchange.delete-ok'));
  },
};

/** The default exchange cannot be declared, deleted or bound to. */
export function refuseDefault(name: string): void {
  if (name === '') throw new Refusal(403, 'operation not permitted on the default exchange');
}

function requireExchange(channel: Channel, name: string): void {
  if (name !== '') channel.virtualHost.exchange(name);
}

function declare(channel: Channel, name: string, typeName: string, durable: boolean): void {
  refuseDefault(name);
  const type = exchangeTypes.find((one) => one === typeName);
  if (type === undefined) throw new Refusal(503, `unknown exchange type '${typeName}'`);
  const existing = channel.virtualHost.findExchange(name);
  if (existing) requireSame(existing, type, durable);
  else channel.virtualHost.addExchange(name, type, durable);
}

function requireSame(existing: Exchange, type: string, durable: boolean): void {
  const differs = (what: string, asked: unknown, is: unknown) =>
    new Refusal(
      406,
      `inequivalent arg '${what}' for exchange '${existing.name}' in vhost '${virtualHostName}': ` +
        `received '${asked}' but current is '${is}'`,
    );
  if (existing.type !== type) throw differs('type', type, existing.type);
  if (existing.durable !== durable) throw differs('durable', durable, existing.durable);
}
