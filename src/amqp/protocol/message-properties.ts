import { type FieldTable, shortStringBytes, tableBytes } from './field-table.js';

/** The properties that a message may carry beside its body. */
export interface MessageProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly headers?: FieldTable;
  /** 1 transient, 2 persistent. */
  readonly deliveryMode?: 1 | 2;
  /** 0 … 255. */
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  /** Milliseconds after which the message dies, as a decimal text. */
  readonly expiration?: string;
  readonly messageId?: string;
  /** Whole seconds since 1970. */
  readonly timestamp?: number;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
}

const octet = (value: number) => Buffer.of(value);

function timestampBytes(seconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(seconds));
  return bytes;
}

/**
 * The property flags and, in their order, the properties present, as a content header holds them
 * after the body's size: the first property has the highest of 16 flags (specification, §4.2.6.1).
 */
export function propertyBytes(properties: MessageProperties): Buffer {
  const encoded = inOrder(properties);
  const flags = encoded.reduce((all, one, i) => (one ? all | (1 << (15 - i)) : all), 0);
  const present = encoded.filter((one) => one !== undefined);
  return Buffer.concat([Buffer.of(flags >>> 8, flags & 0xff), ...present]);
}

function inOrder(properties: MessageProperties): (Buffer | undefined)[] {
  const present = <T>(value: T | undefined, encode: (value: T) => Buffer) =>
    value === undefined ? undefined : encode(value);
  return [
    present(properties.contentType, shortStringBytes),
    present(properties.contentEncoding, shortStringBytes),
    present(properties.headers, tableBytes),
    present(properties.deliveryMode, octet),
    present(properties.priority, octet),
    present(properties.correlationId, shortStringBytes),
    present(properties.replyTo, shortStringBytes),
    present(properties.expiration, shortStringBytes),
    present(properties.messageId, shortStringBytes),
    present(properties.timestamp, timestampBytes),
    present(properties.type, shortStringBytes),
    present(properties.userId, shortStringBytes),
    present(properties.appId, shortStringBytes),
  ];
}
