/**
 * Why a call could not have a record: its frame is damaged in the files, or was not loaded from
 * them in time. docs/protocol.md, section 14.
 */
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
import { LAYOUT } from '../layout.js';
import { errnoName } from './errno.js';
import { PAGES } from './failure.js';

const { Superblock } = LAYOUT.superblock;
const { FRAME_BYTES, FRAME_PLACE, FRAME_DAMAGE, COLD, DAMAGED } = LAYOUT.tables;

const HALF = 32n;
const COLD_HIGH = Number(COLD >> HALF);
const DAMAGED_HIGH = Number(DAMAGED >> HALF);
/** Offset and errno share a word; of its upper half the errno has the upper half. */
const ERRNO_SHIFT = Number(LAYOUT.tables.DAMAGE_ERRNO_SHIFT - HALF);
const OFFSET_MASK = 2 ** ERRNO_SHIFT - 1;

const entryOf = (words: Uint32Array, frame: number): number =>
  words[Superblock.frameTable >>> 2] + (frame - 1) * FRAME_BYTES;

/** Whether the frame is still to be loaded, or never will be. */
export function stateOf(words: Uint32Array, frame: number): 'loaded' | 'cold' | 'damaged' {
  const high = words[(entryOf(words, frame) + FRAME_PLACE + 4) >>> 2];
  if ((high & COLD_HIGH) === 0) return 'loaded';
  return (high & DAMAGED_HIGH) === 0 ? 'cold' : 'damaged';
}

/** The error of a call that needed a record in that frame. @param words The region. */
export function unreadIn(words: Uint32Array, frame: number): MillraceError {
  const state = stateOf(words, frame);
  if (state === 'cold') {
    return new MillraceError('BUSY',
      'No thread has loaded records from the files for long, and the call needs one of them.');
  }
  if (state === 'loaded') {
    return new MillraceError('CORRUPT', `What leads to a record of frame ${frame} leads nowhere.`,
      { file: PAGES });
  }
  const damage = (entryOf(words, frame) + FRAME_DAMAGE) >>> 2;
  const errno = words[damage + 1] >>> ERRNO_SHIFT;
  const offset = (words[damage + 1] & OFFSET_MASK) * 2 ** 32 + words[damage];
  if (errno === 0) {
    return new MillraceError('CORRUPT',
      `The file ${PAGES} is damaged at byte ${offset}, and the call needs a record from there.`,
      { file: PAGES, offset });
  }
  const cause = Object.assign(new Error(errnoName(errno)), { code: errnoName(errno) });
  return new MillraceError('IO_ERROR',
    `Reading ${PAGES} failed at byte ${offset}: ${errnoName(errno)}.`,
    { file: PAGES, offset, cause });
}

/** @throws MillraceError when the last call has ended because it could not have a record. */
export function throwIfUnread(core: Core): void {
  const frame = core.takeUnread();
  if (frame !== undefined) throw unreadIn(core.words, frame);
}
