// Files that are wrong although every checksum in them is right: what a bug of an earlier version,
// or somebody who means harm, could leave. An open must refuse them.

import { checksum } from './checksum.js';
import type { Contents } from './contents.js';
import type { Image } from './disk.js';

const HEADER = 64;
const HEADER_CHECKED = 56;
const CHUNK_HEADER = 16;
const FIRST_CHUNK = HEADER;
const SUPERBLOCK = FIRST_CHUNK + CHUNK_HEADER;
/** Fields of headers, as assembly/layout/journal.ts has them. */
const VERSION = 8;
const IMAGE_KIB = 24;
const REPLAY_OFFSET = 36;
const PAYLOAD = 48;
/** Fields of the redo record that follows the header of a block. */
const RECORD_BYTES = HEADER + 16;
const RECORD_MARKS = HEADER + 20;
const RECORD_STAGED = HEADER + 24;

/** Changes one word of a file, whose headers and blocks stand where they say. */
interface Forgery {
  readonly what: string;
  readonly part: 'image' | 'segment' | 'block';
  /** Offset in the part, and the new word there, made of the old one. */
  readonly at: number;
  readonly word: (old: number) => number;
}

const FORGERIES: readonly Forgery[] = [
  { what: 'an image larger than memory', part: 'image', at: IMAGE_KIB, word: () => 1 << 20 },
  { what: 'a superblock of something else', part: 'image', at: SUPERBLOCK, word: (old) => old ^ 1 },
  { what: 'half a superblock', part: 'image', at: FIRST_CHUNK + 4, word: () => 8 },
  { what: 'a segment of a later version', part: 'segment', at: VERSION, word: (old) => old + 1 },
  { what: 'a record beyond its block', part: 'block', at: RECORD_BYTES, word: () => 1 << 20 },
  { what: 'a record of half words', part: 'block', at: RECORD_BYTES, word: (old) => old - 4 },
  { what: 'a record without a header', part: 'block', at: RECORD_BYTES, word: () => 8 },
  { what: 'marks beyond their record', part: 'block', at: RECORD_MARKS, word: () => 1 << 20 },
  { what: 'staged bytes behind the region', part: 'block', at: RECORD_STAGED, word: () => 1 << 30 },
];

/** The files with one forgery each. The replay of the image has to begin with a block. */
export function* forgeries(
  image: Image, contents: Contents,
): Generator<{ readonly what: string; readonly files: Image }> {
  const offset = viewOf(bytesOf(image, contents, 'image')).getUint32(REPLAY_OFFSET, true);
  for (const { what, part, at, word } of FORGERIES) {
    const start = part === 'image' ? part : 'journal';
    const name = [...image.keys()].find((one) => one.startsWith(start)) ?? '';
    const bytes = bytesOf(image, contents, name);
    const from = part === 'block' ? offset : 0;
    const view = viewOf(bytes);
    view.setUint32(from + at, word(view.getUint32(from + at, true)), true);
    seal(bytes, from);
    if (part === 'image') sealChunk(bytes);
    if (part === 'block') sealBlock(bytes, from);
    yield { what, files: new Map(image).set(name, contents.add(bytes)) };
  }
}

function bytesOf(image: Image, contents: Contents, name: string): Uint8Array {
  const id = image.get(name);
  if (id === undefined) throw new Error('a file is missing');
  return contents.at(id).slice();
}
function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
/** The checksum of the header at `from`. */
function seal(bytes: Uint8Array, from: number): void {
  const sum = checksum(bytes.subarray(from, from + HEADER_CHECKED));
  viewOf(bytes).setBigUint64(from + HEADER_CHECKED, sum, true);
}
/** The checksum of the first chunk of an image. */
function sealChunk(bytes: Uint8Array): void {
  const length = viewOf(bytes).getUint32(FIRST_CHUNK + 4, true);
  const sum = checksum(bytes.subarray(SUPERBLOCK, SUPERBLOCK + length));
  viewOf(bytes).setBigUint64(FIRST_CHUNK + 8, sum, true);
}
/** The checksum behind the block at `from`. */
function sealBlock(bytes: Uint8Array, from: number): void {
  const end = from + HEADER + Number(viewOf(bytes).getBigUint64(from + PAYLOAD, true));
  viewOf(bytes).setBigUint64(end, checksum(bytes.subarray(from, end)), true);
}
