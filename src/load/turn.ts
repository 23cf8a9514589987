/** What one publisher sends before the others of its thread get their turn. */
export interface Turn {
  readonly messages: number;
  /**
   * What leaves at one reading of the clock, which costs as much as sending a message: so little that
   * it is laid out within some microseconds, the resolution of the stamp.
   */
  readonly messagesPerReading: number;
}

const turnMessagesMax = 512;
const turnBytesMax = 64 * 1024;
const readingMessagesMax = 64;
const readingBytesMax = 8 * 1024;

/** The turn of a publisher whose bodies have this size. */
export function turnOf(payloadBytes: number): Turn {
  const within = (bytes: number) => Math.max(1, Math.floor(bytes / payloadBytes));
  return {
    messages: Math.min(turnMessagesMax, within(turnBytesMax)),
    messagesPerReading: Math.min(readingMessagesMax, within(readingBytesMax)),
  };
}
