/** What the peer sent is not AMQP 0-9-1, or not at this point; the connection cannot go on. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
