/**
 * Copies of the files of a store, file by file. The root comes last and takes its name when all
 * else is synced, so a copy that was cut short is no store.
 */
import { mkdir, open, readFile, readdir, rename, rm, rmdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { MillraceError } from '../../errors.js';
import type { Copied, CopyJob, Cut } from '../../journal/backup.js';
import { IMAGE, PAGES, segmentName } from '../../journal/failure.js';
import { LAYOUT } from '../../layout.js';

const { ImageHeader } = LAYOUT.journal;

const CHUNK = 1024 * 1024;
const UNFINISHED = `${IMAGE}.tmp`;

/** A file to copy: so many of its bytes, then zeros up to its size. */
interface Piece {
  readonly name: string;
  readonly bytes: number;
  readonly size: number;
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path);
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/** The root as it is now, and the files that it needs up to the cut. */
async function planOf(from: string, { segment: last, offset }: Cut) {
  const root = await readFile(join(from, IMAGE));
  const first = new DataView(root.buffer, root.byteOffset).getUint32(ImageHeader.segment, true);
  const names = [PAGES];
  for (let number = first; number <= last; number++) names.push(segmentName(number));
  const pieces = await Promise.all(names.map(async (name): Promise<Piece> => {
    const size = await sizeOf(join(from, name));
    return { name, size, bytes: name === segmentName(last) ? offset : size };
  }));
  return { root, pieces };
}

/** An empty directory, and whether it was made here. @throws MillraceError IO_ERROR. */
async function makeEmpty(directory: string): Promise<boolean> {
  const made = await mkdir(directory, { recursive: true });
  if ((await readdir(directory)).length === 0) return made !== undefined;
  throw new MillraceError('IO_ERROR', `The directory ${directory} is not empty.`,
    { cause: Object.assign(new Error('ENOTEMPTY'), { code: 'ENOTEMPTY' }) });
}

async function copyBytes(
  from: FileHandle, to: FileHandle, bytes: number, moved: (n: number) => void,
): Promise<void> {
  const chunk = new Uint8Array(CHUNK);
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await from.read(chunk, 0, Math.min(CHUNK, bytes - done), done);
    if (bytesRead === 0) break;
    for (let written = 0; written < bytesRead;) {
      written += (await to.write(chunk, written, bytesRead - written, done + written)).bytesWritten;
    }
    done += bytesRead;
    moved(bytesRead);
  }
}

async function copyPiece(
  { from, to }: CopyJob, { name, bytes, size }: Piece, moved: (n: number) => void,
): Promise<void> {
  const source = await open(join(from, name));
  try {
    const target = await open(join(to, name), 'wx');
    try {
      await copyBytes(source, target, bytes, moved);
      await target.truncate(size);
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Makes the names in a directory durable, where the system can. */
export async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeRoot(to: string, root: Uint8Array): Promise<void> {
  const file = await open(join(to, UNFINISHED), 'wx');
  try {
    await file.writeFile(root);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copyAll(job: CopyJob): Promise<Copied> {
  const { to, cut, check, onProgress } = job;
  const { root, pieces } = await planOf(job.from, cut);
  const total = pieces.reduce((sum, { bytes }) => sum + bytes, root.length);
  let done = 0;
  const moved = (bytes: number): void => {
    done += bytes;
    check();
    onProgress?.(done, total);
  };
  for (const piece of pieces) await copyPiece(job, piece, moved);
  await writeRoot(to, root);
  await syncDirectory(to);
  moved(root.length);
  await rename(join(to, UNFINISHED), join(to, IMAGE));
  await syncDirectory(to);
  return { files: [IMAGE, ...pieces.map(({ name }) => name)], bytes: total };
}

/** What a system call has failed with, as an error of ours. */
function asOurs(error: unknown, what: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof MillraceError || typeof code !== 'string') return error;
  return new MillraceError('IO_ERROR', `${what}: ${code}.`, { cause: error });
}

/**
 * Copies a store to an empty or new directory; when that fails nothing is left behind.
 * @throws MillraceError IO_ERROR; what `check` and `onProgress` throw.
 */
export async function copyStore(given: CopyJob): Promise<Copied> {
  const job = { ...given, from: resolve(given.from), to: resolve(given.to) };
  let isNew: boolean;
  try {
    isNew = await makeEmpty(job.to);
  } catch (error) {
    throw asOurs(error, `The directory ${job.to} cannot be used`);
  }
  try {
    const copied = await copyAll(job);
    if (isNew) await syncDirectory(dirname(job.to));
    return copied;
  } catch (error) {
    for (const name of await readdir(job.to).catch(() => [])) {
      await rm(join(job.to, name), { force: true }).catch(() => undefined);
    }
    if (isNew) await rmdir(job.to).catch(() => undefined);
    throw asOurs(error, 'The files could not be copied');
  }
}
