import { PassThrough } from 'node:stream';

/** A stream that keeps what is written to it; a terminal or none. */
export interface Sink {
  readonly stream: NodeJS.WriteStream;
  text(): string;
}

export function sink(isTTY = false): Sink {
  const kept: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => kept.push(chunk.toString()));
  // A terminal's stream has more members than anything here asks for.
  return {
    stream: Object.assign(stream, { isTTY, columns: 80 }) as unknown as NodeJS.WriteStream,
    text: () => kept.join(''),
  };
}
