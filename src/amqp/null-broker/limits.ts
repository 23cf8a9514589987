/**
 * What one client may make the broker hold, so that none can grow it without bound. Far above what a
 * benchmark needs; whoever goes beyond is refused with 506 RESOURCE_ERROR, or with the code that
 * RabbitMQ uses.
 */
export const limits = {
  /** The million of the second article is carried by 12,690 of them. */
  connections: 16_384,
  queues: 16_384,
  exchanges: 16_384,
  bindings: 65_536,
  /** All together; in `source` mode each has two batches of 64 KiB. */
  consumers: 4096,
  /** RabbitMQ 4's max_message_size. */
  messageBytes: 16 * 1024 * 1024,
  /** Of one connection: bodies still on their way in, and what its transactions have not committed. */
  unroutedBytes: 64 * 1024 * 1024,
  /** Of one channel. */
  uncommittedMessages: 1024 * 1024,
  /** Of one `source` consumer without prefetch that acknowledges. */
  unacknowledgedMessages: 1024 * 1024,
} as const;

/** What the broker proposes when it tunes a connection, as RabbitMQ does by default. */
export const tuning = { channelMax: 2047, frameMaxBytes: 131_072, heartbeatSeconds: 60 } as const;
