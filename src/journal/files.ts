/**
 * The directory of a store before it is opened: what is in it, and whether that is a store. Hosts
 * provide the few calls that this takes; everything after it goes through WASI.
 */
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import type { WasiOn } from '../region.js';
import { IMAGE, PAGES, segmentName } from './failure.js';

/** A directory that exists. */
export interface StoreFiles {
  /** The names of its files. */
  names(): Promise<string[]>;
  /** Bytes of a file from an offset on, as many as there are. */
  read(name: string, offset: number, bytes: number): Promise<Uint8Array>;
  remove(name: string): Promise<void>;
}

/** The files of a store as one thread of a host reaches them. */
export interface FileAccess {
  readonly wasiOn: WasiOn;
  /** Whether no other thread can have the files as long as this one has. */
  readonly isAlone: boolean;
  /** Awaited before each turn of a journal worker: for hosts that open files ahead of their use. */
  ready(): Promise<void>;
}

const { BLOCK_MAGIC, JOURNAL_HEADER } = LAYOUT.journal;

/** What a store gets before its image: where that lies until it is complete, and its pages. */
const EARLIER = ['image.tmp', PAGES];

const MAGIC_BYTES = 8;

const isSegment = (name: string): boolean => /^journal\.\d{8}$/.test(name);

/** Whether the first segment has ever got a block. */
async function hasBlock(files: StoreFiles): Promise<boolean> {
  const start = await files.read(segmentName(1), JOURNAL_HEADER, MAGIC_BYTES);
  return start.length === MAGIC_BYTES &&
    new DataView(start.buffer, start.byteOffset).getBigUint64(0, true) === BLOCK_MAGIC;
}

/**
 * Whether there is a store. The image is the last file that a new store gets: what a creation left
 * that was cut short before is removed. A journal without its image is no such thing.
 * @throws MillraceError CORRUPT
 */
export async function holdsStore(files: StoreFiles): Promise<boolean> {
  const names = await files.names();
  if (names.includes(IMAGE)) return true;
  const segments = names.filter(isSegment);
  if (segments.some((name) => name !== segmentName(1)) ||
    (segments.length > 0 && await hasBlock(files))) {
    throw new MillraceError('CORRUPT', `There is a journal, but the file ${IMAGE} is missing.`,
      { file: IMAGE, offset: 0 });
  }
  const leftovers = names.filter((name) => isSegment(name) || EARLIER.includes(name));
  await Promise.all(leftovers.map((name) => files.remove(name)));
  return false;
}
