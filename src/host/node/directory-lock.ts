/**
 * The lock of a directory: a listening local socket, because the kernel closes it when the process
 * ends, however that happens. A file with a process id would outlive its process.
 */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { MillraceError } from '../../errors.js';
import { listenAt } from './local-socket.js';
import type { Release } from './local-socket.js';
import { lockByFile } from './lock-file.js';

/** A name for the directory that does not depend on the path that leads there. */
async function nameOf(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true });
  return `millrace-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
}

/** Where the name space of sockets is the kernel's own, listening is all there is to a lock. */
async function lockByName(path: string): Promise<Release | undefined> {
  const server = await listenAt(path);
  return server && (() => void server.close());
}

async function tryLock(directory: string, platform: NodeJS.Platform) {
  const name = await nameOf(directory);
  if (platform === 'linux') return lockByName(`\0${name}`);
  if (platform === 'win32') return lockByName(`\\\\.\\pipe\\${name}`);
  return lockByFile(directory);
}

/**
 * Takes the directory for this process, or for one store of it.
 * @param platform whose way of doing it is used
 * @throws MillraceError LOCKED while a living process has it; IO_ERROR
 */
export async function lockDirectory(
  directory: string, platform: NodeJS.Platform = process.platform,
): Promise<Release> {
  let release: Release | undefined;
  try {
    release = await tryLock(directory, platform);
  } catch (cause) {
    throw new MillraceError('IO_ERROR', `The directory ${directory} cannot be locked.`, { cause });
  }
  if (release === undefined) {
    throw new MillraceError('LOCKED', `The directory ${directory} is open already.`);
  }
  return release;
}
