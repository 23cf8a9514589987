import type { Arguments } from '../protocol/arguments.js';
import type { MethodName } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import type { Channel } from './channel.js';

/** Does what a client asks a channel for, and answers; throws a Refusal or a ProtocolError. */
export type MethodHandler = (channel: Channel, args: Arguments) => void;

/** By the method's name. */
export type MethodHandlers = { readonly [Name in MethodName]?: MethodHandler };

/** A name that can be sent back as it came. */
export function readName(args: Arguments): string {
  const name = args.shortString();
  // Bytes that are no UTF-8 become replacement characters, which take more room than they did.
  if (name.includes('\ufffd')) throw new ProtocolError('a name that is not UTF-8');
  return name;
}

/** A queue's name, or for an empty one that of the queue that the channel declared last. */
export function readQueueName(channel: Channel, args: Arguments): string {
  return readName(args) || channel.lastQueue;
}

/** The bit with this index in an octet of flags. */
export function hasBit(flags: number, index: number): boolean {
  return ((flags >>> index) & 1) === 1;
}
