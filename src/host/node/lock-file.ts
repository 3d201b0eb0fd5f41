/**
 * A lock by socket files, for systems where local sockets have no name space of their own. Such a
 * file outlives its process, so it only counts while somebody answers there.
 *
 * Files are lock.1, lock.2, ...; the holder is the one with the greatest number, if it lives. Who
 * finds the greatest one dead makes the next, which works for one of them only, then looks whether
 * it is the greatest indeed. A file appears in one step with its socket listening already. Only a
 * holder removes files, and only such with smaller numbers, so the greatest number never goes
 * back; therefore no number above that of a living holder is ever made.
 */
import { link, readdir, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { listenAt } from './local-socket.js';
import type { Release } from './local-socket.js';

/** The longest path that every system takes for a socket. */
const PATH_MAX = 100;

/** Numbers of the lock files, ascending. */
async function numbersIn(directory: string): Promise<number[]> {
  const matches = (await readdir(directory)).map((name) => /^lock\.(\d+)$/.exec(name));
  return matches.flatMap((match) => (match ? [Number(match[1])] : [])).sort((a, b) => a - b);
}

/** Whether somebody listens at the socket. */
async function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Makes the file with that number, unless it is there. */
async function appear(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined when a living process holds the lock. */
export async function lockByFile(directory: string): Promise<Release | undefined> {
  const at = (number: number | string): string => join(directory, `lock.${number}`);
  const own = at(`new-${process.pid}-${Math.random().toString(36).slice(2, 8)}`);
  if (own.length > PATH_MAX) throw new Error(`The path ${own} is too long for a socket`);
  const server = await listenAt(own);
  if (server === undefined) throw new Error(`The name ${own} is taken`);
  try {
    for (;;) {
      const greatest = (await numbersIn(directory)).at(-1) ?? 0;
      if (greatest > 0 && await answers(at(greatest))) break;
      if (!await appear(own, at(greatest + 1))) continue;
      const numbers = await numbersIn(directory);
      if (numbers.at(-1) !== greatest + 1) continue;
      for (const number of numbers.slice(0, -1)) await unlink(at(number)).catch(() => undefined);
      await unlink(own);
      return () => void server.close();
    }
  } catch (error) {
    server.close();
    throw error;
  }
  server.close();
  return undefined;
}
