// A memory of its own on which the shipped code opens files, from the first access to the last. The
// hooks only note which sites were executed.

import { WASI_MODULE } from '../../../src/wasi.js';
import { ATOMIC_HOOK, HOOK_MODULE, LOAD_HOOK, STORE_HOOK } from '../access.js';
import type { Machine } from '../machine.js';
import type { Contents } from './contents.js';
import { EMPTY_DISK, type Disk, type Image } from './disk.js';
import { Wasi, type DiskKeeper } from './wasi.js';

/** What an open has made of files, or what it had to say. */
export type Recovered =
  | { readonly epoch: number; readonly words: BigInt64Array; readonly disk: Disk } | string;

const PAGE = 65536;
/** What is to be known of a region whose files are opened. */
export interface StoreRegion {
  readonly bytes: number;
  /** Address of the word that says how far the files reach. */
  readonly flushed: number;
  /** The arguments of the fixture's setup. */
  sizes(segmentKib: number): number[];
  /** Ranges that are the same however the files were opened, once everything is loaded. */
  settled(words: BigInt64Array): Iterable<readonly [from: number, end: number]>;
}

type Load = (isLazy?: number) => number;

/** Behind the region lies the page that an open uses as its first buffer. */
const PAGES = 2;
/** FAILURE_ERRNO, _WHAT, _FILE, _NUMBER and _OFFSET. */
const FAILURE_WHAT = 652;
const FAILURE_FIELDS = [648, FAILURE_WHAT, 656, 660, 664];

export class Replica implements DiskKeeper {
  private calls = 0;
  private failsAt = 0;
  private kept: Disk = EMPTY_DISK;
  private changed = false;
  private readonly memory: WebAssembly.Memory;
  private readonly instance: WebAssembly.Instance;
  private readonly u8: Uint8Array;
  private readonly i64: BigInt64Array;

  constructor(
    { program, covered }: Machine, private readonly region: StoreRegion,
    readonly contents: Contents,
  ) {
    if (region.bytes > PAGE) throw new TypeError('the region must fit a page');
    this.memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    const u8 = new Uint8Array(this.memory.buffer);
    this.u8 = u8;
    this.i64 = new BigInt64Array(this.memory.buffer);
    const wasi = new Wasi({ u8, storeBytes: (at, bytes) => u8.set(bytes, at) }, this);
    const never = (): never => { throw new Error('an open waits for nobody'); };
    const cover = (_access: number, _address: number, site: number): void => { covered[site] = 1; };
    this.instance = new WebAssembly.Instance(program.plain, {
      env: { memory: this.memory, wait: never, notify: () => 0 },
      [WASI_MODULE]: wasi.imports(),
      [HOOK_MODULE]: { [ATOMIC_HOOK]: cover, [STORE_HOOK]: cover, [LOAD_HOOK]: cover },
    });
  }

  get disk(): Disk {
    return this.kept;
  }
  /**
   * Syncs are all that an open may do. Then a crash at any of its calls leaves the image that it
   * found, and the next open is one of the same files.
   */
  set disk(disk: Disk) {
    if (!sameContent(disk, this.kept)) this.changed = true;
    this.kept = disk;
  }

  /** Opens the files; the second time must find what the first one found. O(region + journal). */
  open(image: Image): Recovered {
    const first = this.openOnce(diskOf(image));
    if (typeof first === 'string') return first;
    const again = this.openOnce(first.disk);
    if (typeof again === 'string') return `the second time: ${again}`;
    const same = first.words.every((word, i) => word === again.words[i]);
    if (!same) return 'the second time finds something else';
    const lazily = this.openOnce(first.disk, true);
    if (typeof lazily === 'string') return `lazily: ${lazily}`;
    const other = this.differing(first.words, lazily.words);
    return other === undefined ? first : `lazily: ${other}`;
  }
  /** What a lazy open has made of a word, where that is not what a full one makes of it. */
  private differing(full: BigInt64Array, lazily: BigInt64Array): string | undefined {
    for (const [from, end] of this.region.settled(full)) {
      for (let i = from >> 3; i < end >> 3; i++) {
        if (full[i] !== lazily[i]) return `${8 * i} holds ${lazily[i]} and not ${full[i]}`;
      }
    }
    return undefined;
  }

  /** Opens the files lazily, by the fixture's own way. */
  openLazily(image: Image): Recovered {
    return this.openOnce(diskOf(image), true);
  }
  /** Opens the files while the n-th call on them fails, from 1 on; null: there are fewer calls. */
  openFailing(image: Image, nth: number): Recovered | null {
    this.calls = 0;
    this.failsAt = nth;
    try {
      const found = this.openOnce(diskOf(image));
      return this.calls < nth ? null : found;
    } finally {
      this.failsAt = 0;
    }
  }
  /**
   * Makes the files of a new store while the n-th call on them fails. What the failure is, 0 if
   * nobody says so; null: there are fewer calls.
   */
  createFailing(segmentKib: number, nth: number): number | null {
    this.calls = 0;
    this.failsAt = nth;
    this.u8.fill(0);
    this.disk = EMPTY_DISK;
    const setup = this.instance.exports.setup as (...sizes: number[]) => number;
    const made = setup(...this.region.sizes(segmentKib));
    this.failsAt = 0;
    if (this.calls < nth) return null;
    return made === 0 ? this.word(FAILURE_WHAT) : 0;
  }
  fails(): boolean {
    return ++this.calls === this.failsAt;
  }

  private openOnce(disk: Disk, isLazy = false): Recovered {
    this.u8.fill(0);
    this.kept = disk;
    this.changed = false;
    const { loadJournal, loadLazily } = this.instance.exports as Record<string, Load>;
    if ((isLazy ? loadLazily() : loadJournal(0)) !== 1) {
      return `failure ${FAILURE_FIELDS.map((at) => this.word(at)).join(', ')}`;
    }
    if (this.changed) return 'an open has written';
    const words = this.i64.slice(0, this.region.bytes >> 3);
    return { epoch: Number(words[this.region.flushed >> 3] >> 1n), words, disk: this.disk };
  }
  private word(address: number): number {
    return new DataView(this.memory.buffer).getUint32(address, true);
  }
}

/** Whether a crash of the process leaves the same. */
function sameContent(a: Disk, b: Disk): boolean {
  return a.files.length === b.files.length && a.names === b.names &&
    a.files.every(({ now }, i) => now === b.files[i].now);
}

/** A disk that holds just these files, safely. */
function diskOf(image: Image): Disk {
  const names = Object.fromEntries([...image.keys()].map((name, inode) => [name, inode]));
  const files = [...image.values()].map((id) => (
    { safe: id, now: id, pieces: [], doomed: 0, cut: false }));
  return { files, safeNames: names, names, changes: [] };
}
