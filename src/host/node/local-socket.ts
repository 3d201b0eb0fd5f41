/**
 * Listening on a local socket, which nobody else can do at the same place while this process lives.
 */
import { createServer } from 'node:net';
import type { Server } from 'node:net';

/** Gives a lock back. */
export type Release = () => void;

/**
 * Listens without keeping the process alive; undefined when somebody else listens there.
 * @throws what listen fails with otherwise
 */
export async function listenAt(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen({ path, exclusive: true }, () => resolve(server));
  });
}
