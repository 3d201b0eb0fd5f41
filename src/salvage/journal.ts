/**
 * The journal behind a checkpoint: blocks are applied as long as they continue the chain. What is
 * damaged ends it; whole blocks behind that are kept apart, because nobody knows what they rest on.
 */
import { segmentName } from '../journal/failure.js';
import { LAYOUT } from '../layout.js';
import { xxh64 } from '../xxh64.js';
import { openRaw, segmentsIn } from './files.js';
import type { Damage } from './files.js';
import type { Checkpoint, Root } from './pages.js';

const {
  SegmentHeader, BlockHeader, SEGMENT_MAGIC, BLOCK_MAGIC, JOURNAL_HEADER, HEADER_CHECKED,
} = LAYOUT.journal;
const {
  BYTES, MARKS, STAGED, STAGED_BYTES, STAGED_RECORDS, REDO_HEADER, TICKET, ZERO, WORDS_SHIFT,
} = LAYOUT.redo;

const BLOCK_ALIGNMENT = 64;
const WORDS = (1n << 30n) - 1n;
const LOW = 0xffffffffn;

/** Bytes of the journal that are behind the end of the chain, and may hold records of later. */
export interface Rest {
  readonly view: DataView;
  readonly from: number;
  readonly end: number;
  /** Whether blocks stand there that were written behind the chain's last one. */
  readonly isLater: boolean;
}

export class JournalReader {
  readonly rests: Rest[] = [];
  /** Epoch of the last block that was applied, and the greatest ticket in any. */
  epoch: bigint;
  ticket = 0n;
  private sum: bigint;
  private readonly short = new Set<number>();
  private readonly views = new Map<number, DataView>();

  constructor(
    private readonly directory: string, private readonly root: Root,
    private readonly checkpoint: Checkpoint, private readonly note: (d: Damage) => void,
  ) {
    this.epoch = root.flushed;
    this.sum = root.previous;
  }

  /** Applies what continues the checkpoint. O(bytes of the journal). */
  read(): void {
    const numbers = segmentsIn(this.directory).filter((number) => number >= this.root.segment);
    let number = this.root.segment;
    let at = this.root.offset;
    for (;;) {
      const view = this.segment(number);
      if (view === undefined) {
        this.note({ file: segmentName(number), offset: 0, what: 'it is missing or damaged' });
        break;
      }
      at = this.applyBlocks(view, at);
      const next = this.segment(number + 1);
      if (next?.getBigUint64(SegmentHeader.previous, true) !== this.sum) break;
      number++;
      at = JOURNAL_HEADER;
    }
    for (const later of numbers) {
      if (later >= number) this.keepRest(later, later === number ? at : JOURNAL_HEADER);
    }
  }

  /** The bytes of a segment whose header is whole. */
  private segment(number: number): DataView | undefined {
    const view = this.bytesOf(number);
    if (view === undefined || view.byteLength < JOURNAL_HEADER) return undefined;
    const isOurs = view.getBigUint64(0, true) === SEGMENT_MAGIC &&
      view.getBigUint64(SegmentHeader.storeId, true) === this.root.storeId &&
      view.getUint32(SegmentHeader.number, true) === number &&
      view.getBigUint64(SegmentHeader.checksum, true) === xxh64(view, 0, HEADER_CHECKED);
    const size = isOurs ? view.getUint32(SegmentHeader.kib, true) * 1024 : 0;
    if (view.byteLength < size && !this.short.has(number)) {
      this.short.add(number);
      const file = segmentName(number);
      this.note({ file, offset: view.byteLength, what: 'it was cut off here' });
    }
    return isOurs ? view : undefined;
  }

  private bytesOf(number: number): DataView | undefined {
    const known = this.views.get(number);
    if (known !== undefined) return known;
    const file = openRaw(this.directory, segmentName(number), this.note);
    if (file === undefined) return undefined;
    const view = file.read(0, file.bytes);
    file.close();
    this.views.set(number, view);
    return view;
  }

  /** Whether a whole header of this store stands there. */
  private hasHeader(view: DataView, at: number): boolean {
    return at + JOURNAL_HEADER <= view.byteLength &&
      view.getBigUint64(at, true) === BLOCK_MAGIC &&
      view.getBigUint64(at + BlockHeader.storeId, true) === this.root.storeId &&
      view.getBigUint64(at + BlockHeader.checksum, true) === xxh64(view, at, HEADER_CHECKED);
  }

  /** Applies the blocks from there on; where they end. */
  private applyBlocks(view: DataView, from: number): number {
    let at = from;
    while (this.hasHeader(view, at)) {
      const payload = Number(view.getBigUint64(at + BlockHeader.payload, true));
      const end = at + JOURNAL_HEADER + payload;
      const epoch = view.getBigUint64(at + BlockHeader.epoch, true);
      const continues = view.getBigUint64(at + BlockHeader.previous, true) === this.sum &&
        epoch > this.epoch && payload % 8 === 0 && end + 8 <= view.byteLength;
      if (!continues) break;
      const sum = xxh64(view, at, JOURNAL_HEADER + payload);
      if (sum !== view.getBigUint64(end, true)) break;
      this.applyItems(view, at + JOURNAL_HEADER, end);
      this.sum = sum;
      this.epoch = epoch;
      at = Math.ceil((end + 8) / BLOCK_ALIGNMENT) * BLOCK_ALIGNMENT;
    }
    return at;
  }

  private applyItems(view: DataView, from: number, end: number): void {
    let at = from;
    while (at + REDO_HEADER <= end) {
      const bytes = view.getUint32(at + BYTES, true);
      const stagedBytes = view.getUint32(at + STAGED_BYTES, true);
      if (bytes < REDO_HEADER || at + bytes + stagedBytes > end) return;
      const staged = (view.getUint32(at + STAGED, true) & ~STAGED_RECORDS) >>> 0;
      if (this.checkpoint.holds(staged, stagedBytes)) {
        new Uint8Array(this.checkpoint.view.buffer, staged, stagedBytes)
          .set(new Uint8Array(view.buffer, at + bytes, stagedBytes));
      }
      const marks = Math.ceil(view.getUint32(at + MARKS, true) / 2) * 8;
      this.applyEntries(view, at + REDO_HEADER + marks, at + bytes);
      const ticket = view.getBigUint64(at + TICKET, true);
      if (ticket > this.ticket) this.ticket = ticket;
      at += bytes + stagedBytes;
    }
  }

  private applyEntries(view: DataView, from: number, end: number): void {
    const { view: region } = this.checkpoint;
    for (let at = from; at + 8 <= end;) {
      const header = view.getBigUint64(at, true);
      const address = Number(header & LOW);
      const words = Number((header >> WORDS_SHIFT) & WORDS);
      at += 8;
      if (!this.checkpoint.holds(address, words * 8)) return;
      const isZero = (header & ZERO) !== 0n;
      for (let k = 0; k < words; k++) {
        const word = isZero ? 0n : view.getBigUint64(at + 8 * k, true);
        region.setBigUint64(address + 8 * k, word, true);
      }
      if (!isZero) at += words * 8;
    }
  }

  /** Whether a block stands there that names the last of the chain, whatever is wrong with it. */
  private wasToFollow(view: DataView, at: number): boolean {
    if (at + JOURNAL_HEADER > view.byteLength) return false;
    const isOurs = view.getBigUint64(at, true) === BLOCK_MAGIC ||
      view.getBigUint64(at + BlockHeader.storeId, true) === this.root.storeId;
    return isOurs && (view.getBigUint64(at + BlockHeader.previous, true) === this.sum ||
      view.getBigUint64(at + BlockHeader.flushed, true) === this.epoch);
  }

  /** What stands behind the chain in a segment; damage if it was written later. */
  private keepRest(number: number, from: number): void {
    const view = this.bytesOf(number);
    if (view === undefined) return;
    let isLater = this.short.has(number) || this.wasToFollow(view, from);
    for (let at = from; !isLater && at + JOURNAL_HEADER <= view.byteLength; at += BLOCK_ALIGNMENT) {
      if (!this.hasHeader(view, at)) continue;
      isLater ||= view.getBigUint64(at + BlockHeader.flushed, true) >= this.epoch &&
        view.getBigUint64(at + BlockHeader.epoch, true) > this.epoch;
    }
    if (isLater) {
      this.note({ file: segmentName(number), offset: from,
        what: `the blocks behind epoch ${this.epoch} do not continue it` });
    }
    this.rests.push({ view, from, end: view.byteLength, isLater });
  }
}
