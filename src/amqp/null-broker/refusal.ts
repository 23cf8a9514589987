import { messageOf } from '../../base/errors.js';
import { ProtocolError } from '../protocol/protocol-error.js';

/** The reply codes in use (specification, §1.1), with the names that RabbitMQ puts before its texts. */
const replyNames = {
  320: 'CONNECTION_FORCED',
  403: 'ACCESS_REFUSED',
  404: 'NOT_FOUND',
  405: 'RESOURCE_LOCKED',
  406: 'PRECONDITION_FAILED',
  501: 'FRAME_ERROR',
  502: 'SYNTAX_ERROR',
  503: 'COMMAND_INVALID',
  504: 'CHANNEL_ERROR',
  505: 'UNEXPECTED_FRAME',
  506: 'RESOURCE_ERROR',
  530: 'NOT_ALLOWED',
  540: 'NOT_IMPLEMENTED',
  541: 'INTERNAL_ERROR',
} as const;

/** Reply texts are short strings; what a client sent is quoted in them, and may be as long alone. */
const replyTextBytesMax = 250;

/** Why a client's channel, or its connection, is closed by the broker. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: keyof typeof replyNames;

  constructor(code: keyof typeof replyNames, detail: string) {
    super(cut(`${replyNames[code]} - ${detail}`));
    this.code = code;
  }

  /** The specification's "soft" errors end the channel only. */
  get isOfChannel(): boolean {
    return this.code >= 400 && this.code < 500;
  }
}

/** What a client is refused with for something that was thrown. */
export function refusalFor(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof ProtocolError) return new Refusal(502, thrown.message);
  return new Refusal(541, messageOf(thrown));
}

function cut(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= replyTextBytesMax) return text;
  // A character that is cut in two becomes a replacement character of three bytes.
  return bytes.toString('utf8', 0, replyTextBytesMax);
}
