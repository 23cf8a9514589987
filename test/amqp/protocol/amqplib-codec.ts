import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The parts of amqplib that it does not export: another implementation of the same encoding. */
interface Definitions {
  /** Method numbers by name, such as `BasicPublish`, in the form that `decode` takes. */
  readonly [method: string]: unknown;
  /** Takes a method frame's arguments, or a content header's payload from its property flags on. */
  decode(id: number, bytes: Buffer): Readonly<Record<string, unknown>>;
  encodeMethod(id: number, channel: number, fields: object): Buffer;
  encodeProperties(id: number, channel: number, bodyBytes: number, fields: object): Buffer;
}

interface Codec {
  /** Returns the length of what it wrote. */
  encodeTable(buffer: Buffer, table: object, offset: number): number;
  decodeFields(fields: Buffer): Readonly<Record<string, unknown>>;
}

const require = createRequire(import.meta.url);
const folder = join(dirname(require.resolve('amqplib')), 'lib');

export const amqplibDefinitions = require(join(folder, 'defs.js')) as Definitions;
export const amqplibCodec = require(join(folder, 'codec.js')) as Codec;
