/**
 * The last checkpoint as far as it is whole: the root, the table that it names, and the pages. A
 * page that does not have its checksum is kept, too: records in it may be whole.
 */
import { IMAGE, PAGES } from '../journal/failure.js';
import { LAYOUT } from '../layout.js';
import { KIB_MAX } from '../sizes.js';
import { xxh64 } from '../xxh64.js';
import { openRaw } from './files.js';
import type { Damage, RawFile } from './files.js';

const { ImageHeader, IMAGE_MAGIC, JOURNAL_HEADER, HEADER_CHECKED } = LAYOUT.journal;
const { PageEntry, PAGE_ENTRY } = LAYOUT.pages;

/** The region as the checkpoint has it, and what of it can be believed. */
export class Checkpoint {
  readonly view: DataView;
  /** By page: 0 nobody has written it, 1 it has its checksum, 2 it has not, or nobody knows. */
  readonly states: Uint8Array;

  constructor(readonly bytes: number, readonly pageShift: number) {
    this.view = new DataView(new ArrayBuffer(bytes));
    this.states = new Uint8Array(Math.ceil(bytes / 2 ** pageShift));
  }

  holds(address: number, bytes: number): boolean {
    return address >= 0 && bytes >= 0 && address + bytes <= this.bytes;
  }

  /** Whether all of it lies in pages that can be believed. */
  isGood(address: number, bytes: number): boolean {
    if (!this.holds(address, bytes)) return false;
    const last = (address + bytes - 1) / 2 ** this.pageShift;
    for (let page = Math.floor(address / 2 ** this.pageShift); page <= last; page++) {
      if (this.states[page] === 2) return false;
    }
    return true;
  }

  copy(view: DataView, address: number): void {
    const bytes = Math.min(view.byteLength, this.bytes - address);
    new Uint8Array(this.view.buffer, address, bytes).set(new Uint8Array(view.buffer, 0, bytes));
  }
}

/** The header of the file `image`. */
export interface Root {
  readonly storeId: bigint;
  readonly kib: number;
  readonly pageShift: number;
  readonly segment: number;
  readonly offset: number;
  readonly previous: bigint;
  readonly flushed: bigint;
}

function headerOf(view: DataView): Root | undefined {
  const u32 = (at: number): number => view.getUint32(at, true);
  const u64 = (at: number): bigint => view.getBigUint64(at, true);
  const kib = u32(ImageHeader.kib);
  const pageShift = u32(ImageHeader.pageShift);
  const isWhole = u64(ImageHeader.magic) === IMAGE_MAGIC &&
    u64(ImageHeader.checksum) === xxh64(view, 0, HEADER_CHECKED) &&
    kib > 0 && kib <= KIB_MAX && pageShift >= 8 && pageShift < 28;
  if (!isWhole) return undefined;
  return {
    storeId: u64(ImageHeader.storeId), kib, pageShift, segment: u32(ImageHeader.segment),
    offset: u32(ImageHeader.offset), previous: u64(ImageHeader.previous),
    flushed: u64(ImageHeader.flushed),
  };
}

/** Reads the checkpoint of a directory. */
export class CheckpointReader {
  root: Root | undefined;
  checkpoint: Checkpoint | undefined;
  private pages: RawFile | undefined;

  constructor(private readonly directory: string, private readonly note: (d: Damage) => void) {}

  /** O(bytes of the files). */
  read(): void {
    const image = openRaw(this.directory, IMAGE, this.note);
    if (image === undefined) {
      this.note({ file: IMAGE, offset: 0, what: 'it is missing' });
      return;
    }
    this.root = headerOf(image.read(0, JOURNAL_HEADER));
    if (this.root === undefined) {
      this.note({ file: IMAGE, offset: 0, what: 'its header is damaged' });
    } else this.readPages(image, this.root);
    image.close();
  }

  private readPages(image: RawFile, { kib, pageShift }: Root): void {
    const checkpoint = new Checkpoint(kib * 1024, pageShift);
    this.checkpoint = checkpoint;
    this.pages = openRaw(this.directory, PAGES, this.note);
    const perTable = 2 ** pageShift / PAGE_ENTRY;
    const tables = Math.ceil(checkpoint.states.length / perTable);
    const entries = image.read(JOURNAL_HEADER, tables * PAGE_ENTRY);
    if (this.pages === undefined) {
      this.note({ file: PAGES, offset: 0, what: 'it is missing' });
      checkpoint.states.fill(2);
      return;
    }
    for (let t = 0; t < tables; t++) {
      const table = this.slotOf(entries, t, `page ${t} of the table`);
      const first = t * perTable;
      if (table === undefined) continue;
      if (!table.isWhole) checkpoint.states.fill(2, first, first + perTable);
      else this.readTable(checkpoint, table.view, first, perTable);
    }
    this.pages.close();
  }

  private readTable(to: Checkpoint, table: DataView, first: number, perTable: number): void {
    for (let i = 0; i < perTable && first + i < to.states.length; i++) {
      const page = this.slotOf(table, i, `page ${first + i}`);
      if (page === undefined) continue;
      to.states[first + i] = page.isWhole ? 1 : 2;
      to.copy(page.view, (first + i) * 2 ** to.pageShift);
    }
  }

  /** What an entry names; undefined when it names nothing. */
  private slotOf(entries: DataView, i: number, what: string) {
    const slot = entries.getUint32(i * PAGE_ENTRY + PageEntry.slot, true);
    if (slot === 0) return undefined;
    const bytes = 2 ** this.root!.pageShift;
    const view = this.pages!.read(slot * bytes, bytes);
    const isWhole =
      xxh64(view, 0, bytes) === entries.getBigUint64(i * PAGE_ENTRY + PageEntry.checksum, true);
    if (!isWhole) this.note({ file: PAGES, offset: slot * bytes, what: `${what} is damaged` });
    return { view, isWhole };
  }
}
