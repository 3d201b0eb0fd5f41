// Files that are wrong although every checksum in them is right: what a bug of an earlier version,
// or somebody who means harm, could leave. An open must refuse them.

import { checksum } from './checksum.js';
import type { Contents } from './contents.js';
import type { Image } from './disk.js';

const HEADER = 64;
const HEADER_CHECKED = 56;
/** Pages of the scenarios' regions; entries: slot u32, 0, checksum u64. */
const PAGE_BYTES = 256;
const ENTRY_CHECKSUM = 8;
/** Fields of the superblock, which begins the first page. */
const SLOTS = 28;
const JOURNAL_BUFFER = 120;
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
  readonly part: 'image' | 'superblock' | 'segment' | 'block';
  /** Offset in the part, and the new word there, made of the old one. */
  readonly at: number;
  readonly word: (old: number) => number;
}

const FORGERIES: readonly Forgery[] = [
  { what: 'an image larger than memory', part: 'image', at: IMAGE_KIB, word: () => 1 << 20 },
  { what: 'a superblock of something else', part: 'superblock', at: 0, word: (old) => old ^ 1 },
  { what: 'a buffer behind the heap', part: 'superblock', at: JOURNAL_BUFFER, word: () => 1 << 16 },
  { what: 'slots behind the buffer', part: 'superblock', at: SLOTS, word: () => 1 << 10 },
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
  const root = bytesOf(image, contents, 'image');
  const offset = viewOf(root).getUint32(REPLAY_OFFSET, true);
  for (const forgery of FORGERIES) {
    const files = new Map(image);
    const put = (name: string, bytes: Uint8Array): void => {
      files.set(name, contents.add(bytes));
    };
    if (forgery.part === 'superblock') {
      const [pages, over] = withSuperblock(bytesOf(image, contents, 'pages'), root, forgery);
      put('pages', pages);
      put('image', over);
    } else if (forgery.part === 'image') {
      const bytes = changed(root, 0, forgery);
      seal(bytes, 0);
      put('image', sealedRoot(bytes));
    } else {
      const name = [...image.keys()].find((one) => one.startsWith('journal')) ?? '';
      const from = forgery.part === 'block' ? offset : 0;
      const bytes = changed(bytesOf(image, contents, name), from, forgery);
      seal(bytes, from);
      if (forgery.part === 'block') sealBlock(bytes, from);
      put(name, bytes);
    }
    yield { what: forgery.what, files };
  }
}

/** A copy with the word at the offset changed. */
function changed(bytes: Uint8Array, from: number, { at, word }: Forgery): Uint8Array {
  const copy = bytes.slice();
  const view = viewOf(copy);
  view.setUint32(from + at, word(view.getUint32(from + at, true)), true);
  return copy;
}
/** Pages and root with a forged superblock: its page, the table page above it, and the root. */
function withSuperblock(
  pages: Uint8Array, root: Uint8Array, forgery: Forgery,
): [pages: Uint8Array, root: Uint8Array] {
  const tableAt = viewOf(root).getUint32(HEADER, true) * PAGE_BYTES;
  const pageAt = viewOf(pages).getUint32(tableAt, true) * PAGE_BYTES;
  const forged = changed(pages, pageAt, forgery);
  sealEntry(forged, tableAt, forged.subarray(pageAt, pageAt + PAGE_BYTES));
  const over = root.slice();
  sealEntry(over, HEADER, forged.subarray(tableAt, tableAt + PAGE_BYTES));
  return [forged, sealedRoot(over)];
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
/** The checksum of a page, in the entry at `at`. */
function sealEntry(bytes: Uint8Array, at: number, page: Uint8Array): void {
  viewOf(bytes).setBigUint64(at + ENTRY_CHECKSUM, checksum(page), true);
}
/** The same bytes with the checksum at the end. */
function sealedRoot(bytes: Uint8Array): Uint8Array {
  const end = bytes.length - 8;
  viewOf(bytes).setBigUint64(end, checksum(bytes.subarray(0, end)), true);
  return bytes;
}
/** The checksum behind the block at `from`. */
function sealBlock(bytes: Uint8Array, from: number): void {
  const end = from + HEADER + Number(viewOf(bytes).getBigUint64(from + PAYLOAD, true));
  viewOf(bytes).setBigUint64(end, checksum(bytes.subarray(from, end)), true);
}
