import type { Arguments } from '../protocol/arguments.js';
import { methodName } from '../protocol/methods.js';

/**
 * The reason in a connection.close or channel.close, in the broker's words: code, text, and the
 * method that it holds against us, if any: `404 NOT_FOUND - no exchange 'x' in vhost '/' (basic.publish)`.
 */
export function readClosing(closing: Arguments): string {
  const code = closing.uint16();
  const text = closing.shortString();
  const method = closing.uint32();
  return `${code} ${text}${method === 0 ? '' : ` (${methodName(method)})`}`;
}
