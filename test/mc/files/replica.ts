// A memory of its own on which the shipped code opens files, uninstrumented.

import { WASI_MODULE } from '../../../src/wasi.js';
import type { JournalRegion } from '../scenarios/journal-region.js';
import type { Contents } from './contents.js';
import { EMPTY_DISK, type Disk, type Image } from './disk.js';
import { Wasi, type DiskKeeper } from './wasi.js';

/** What an open has made of files, or what it had to say. */
export type Recovered =
  | { readonly epoch: number; readonly words: BigInt64Array; readonly disk: Disk } | string;

const PAGE = 65536;
/** Behind the region lies the page that an open uses as its first buffer. */
const PAGES = 2;
/** FAILURE_ERRNO, _WHAT, _FILE, _NUMBER and _OFFSET. */
const FAILURE_FIELDS = [648, 652, 656, 660, 664];

export class Replica implements DiskKeeper {
  private kept: Disk = EMPTY_DISK;
  private changed = false;
  private readonly memory: WebAssembly.Memory;
  private readonly instance: WebAssembly.Instance;
  private readonly u8: Uint8Array;
  private readonly i64: BigInt64Array;

  constructor(
    module: WebAssembly.Module, private readonly region: JournalRegion, readonly contents: Contents,
  ) {
    if (region.bytes > PAGE) throw new TypeError('the region must fit a page');
    this.memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
    const u8 = new Uint8Array(this.memory.buffer);
    this.u8 = u8;
    this.i64 = new BigInt64Array(this.memory.buffer);
    const wasi = new Wasi({ u8, storeBytes: (at, bytes) => u8.set(bytes, at) }, this);
    const never = (): never => { throw new Error('an open waits for nobody'); };
    this.instance = new WebAssembly.Instance(module, {
      env: { memory: this.memory, wait: never, notify: () => 0 },
      [WASI_MODULE]: wasi.imports(),
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
    return same ? first : 'the second time finds something else';
  }

  private openOnce(disk: Disk): Recovered {
    this.u8.fill(0);
    this.kept = disk;
    this.changed = false;
    const load = this.instance.exports.loadJournal as () => number;
    if (load() !== 1) return `failure ${FAILURE_FIELDS.map((at) => this.word(at)).join(', ')}`;
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
