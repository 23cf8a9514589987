import type { Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Has a socket read to its end before a failed write ends it. A peer that goes away with something
 * unread resets the connection, and Node destroys a socket as soon as a write to it fails; but what
 * the peer had said before, which confirms it may hold, still waits in the kernel. `onDeaf` is called
 * when a write has failed: the peer hears nothing more.
 */
export function hearLastWords(socket: Socket, onDeaf: () => void = () => {}): void {
  const orHeard =
    (done: Done): Done =>
    (error) => {
      if (!error || socket.readableEnded || socket.destroyed) return done(error);
      socket.once('end', () => done(error));
      onDeaf();
      socket.resume();
    };
  const write = socket._write.bind(socket);
  socket._write = (chunk, encoding, done) => write(chunk, encoding, orHeard(done));
  const writev = socket._writev?.bind(socket);
  if (writev) socket._writev = (chunks, done) => writev(chunks, orHeard(done));
}
