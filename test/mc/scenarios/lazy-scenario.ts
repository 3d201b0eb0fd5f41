// Scenarios on a map whose files were opened lazily: what it holds was put in an earlier life, and
// the frames that are full lie in a file, of which every read is a step of one page.

import { Contents } from '../files/contents.js';
import { afterProcessCrash, EMPTY_DISK, withFile, type Disk } from '../files/disk.js';
import { Replica } from '../files/replica.js';
import { Wasi, type DiskKeeper } from '../files/wasi.js';
import type { Machine } from '../machine.js';
import type { Scenario } from '../scenario.js';
import { TreeRegion, type RegionOptions } from './tree-region.js';
import { putNow, tree, type TreeOptions } from './tree-scenario.js';

const PAGE_BYTES = 256;
const PAGE_ENTRY = 16;
const LOCKS = 8;
const FRAME_BYTES = 32;
/** Where the value of a frame's first record stands, if its key is short. */
const FIRST_VALUE = 40;
const RUN_NODES = 4;
const OUTPUT_BYTES = 128;
/** Words of the superblock, as assembly/layout/superblock.ts has them. */
export const FLUSHED = 392;
const JOURNAL_LEASE = 384;
const IMAGE_FLUSHED = 432;
const TABLE_FLUSHED = 440;
const JOURNAL_STOP = 644;
const COLD_LEFT = 836;
const COLD_DONE = 840;
/** What nobody writes while frames are loaded, and what only a loader does. */
const CONSTANT = [JOURNAL_LEASE, IMAGE_FLUSHED, TABLE_FLUSHED, JOURNAL_STOP];
const LOADERS_OWN = [COLD_LEFT, COLD_DONE];
/** The upper half of a frame's place; its sign says that the frame is cold. */
const PLACE_HIGH = 4;

export interface LazyOptions extends Omit<TreeOptions, 'prepare'> {
  /** Frames that are cold when the search begins, at least; default 1. */
  readonly cold?: number;
  /** Further work of the earlier life, behind its checkpoint. */
  readonly late?: (machine: Machine, region: LazyRegion) => void;
  /** Work of the earlier life before its checkpoint, when the map is filled. */
  readonly early?: (machine: Machine, region: LazyRegion) => void;
  /** True: there is a stream, and the map is not looked at. */
  readonly hasStream?: boolean;
  /** The only thread that ever loads or frees a frame, or opens one. */
  readonly loader?: number;
  /** Turns a bit of a page of the first cold frame. */
  readonly damages?: boolean;
  /** Further set-up of this life. */
  readonly start?: (machine: Machine, region: LazyRegion) => void;
}

export class LazyRegion extends TreeRegion {
  readonly flushed = FLUSHED;

  constructor(readonly options: RegionOptions) {
    super(options);
  }
  /** Formats on the environment's instance, makes the files, and lets every thread join. */
  create(machine: Machine): void {
    const { kib, workers, frameShift, ringBytes } = this;
    const { locks = LOCKS } = this.options;
    const sizes = [kib, workers, 0, frameShift, ringBytes, locks, RUN_NODES, OUTPUT_BYTES, 0];
    const blockBytes = machine.call(machine.environment, 'setup', ...sizes);
    if (blockBytes !== this.blockBytes || machine.load32(96) !== this.heap) {
      throw new Error(`blocks have ${String(blockBytes)} bytes`);
    }
    this.joinAll(machine);
  }
  joinAll(machine: Machine): void {
    for (let thread = 0; thread < this.workers; thread++) {
      if (!machine.call(thread, 'join', thread + 2)) throw new Error('a slot is taken');
    }
  }
  /** A put of the earlier life. */
  put(machine: Machine, key: string, value: number): void {
    putNow(machine, this, 0, key, value);
    if (machine.call(machine.environment, 'save', 0) !== 1) throw new Error('no round');
  }
  isPlace(address: number): boolean {
    const at = address - this.frameTable;
    return at >= 0 && at < this.frames * FRAME_BYTES && at % FRAME_BYTES === 0;
  }
  /** Files of these scenarios are never made anew, and never opened but lazily. */
  sizes(): number[] {
    return [];
  }
  settled(): [] {
    return [];
  }
  /** Numbers of the frames that are cold, or were found damaged. */
  cold({ i32 }: { readonly i32: Int32Array }): number[] {
    const all = Array.from({ length: this.frames }, (_, i) => i + 1);
    return all.filter((frame) => i32[(this.frameEntry(frame) + PLACE_HIGH) >> 2] < 0);
  }
  /** Where the first page of a frame is in the file of pages. */
  placeOf({ i32 }: { readonly i32: Int32Array }, frame: number): number {
    const page = i32[this.frameEntry(frame) >> 2] / PAGE_BYTES;
    return i32[(this.pageTable + PAGE_ENTRY * page) >> 2] * PAGE_BYTES;
  }
}

class LazyScenario implements DiskKeeper {
  readonly contents = new Contents();
  disk: Disk = EMPTY_DISK;
  private readonly region: LazyRegion;

  constructor(private readonly options: LazyOptions) {
    this.region = new LazyRegion({
      kib: 32, frameShift: 9, ringBytes: 1024, ...options.region, files: true,
      workers: options.threads.length,
    });
  }

  build(): Scenario {
    const { options, region } = this;
    const base = tree({ ...options, target: 'journal', region: region.options });
    return {
      ...base, build: 'test/mc/fixtures/lazy.ts',
      model: options.damages || options.hasStream ? undefined : base.model,
      setup: (machine) => this.setUp(machine),
      finalState: (machine) => {
        machine.callEnvironment('loadAll');
        // What is damaged cannot be walked through, and nobody here knows what streams own.
        return options.damages || options.hasStream ? { state: null } : base.finalState!(machine);
      },
      undisturbed: (thread, address) => CONSTANT.includes(address) ||
        (thread === options.loader &&
          (LOADERS_OWN.includes(address) || region.isPlace(address))),
      files: (machine) => new Wasi(machine, this, PAGE_BYTES).imports(),
    };
  }

  private setUp(machine: Machine): void {
    const { options, region } = this;
    this.disk = EMPTY_DISK;
    region.create(machine);
    for (const [key, value] of Object.entries(options.holds)) region.put(machine, key, value);
    options.early?.(machine, region);
    this.call(machine, 0, 'roll');
    this.call(machine, machine.environment, 'save', 1);
    if (options.late !== undefined) {
      options.late(machine, region);
      this.call(machine, machine.environment, 'save', 0);
    }
    this.reopen(machine);
    for (let thread = 0; thread < region.workers; thread++) this.call(machine, thread, 'warm');
    options.start?.(machine, region);
  }
  private call(machine: Machine, thread: number, fn: string, ...args: number[]): void {
    if (machine.call(thread, fn, ...args) !== 1) throw new Error(`${fn} in the set-up has failed`);
  }
  /** The end of a life and the beginning of the next one, which all threads join. */
  private reopen(machine: Machine): void {
    const { region, options } = this;
    const found = new Replica(machine, region, this.contents)
      .openLazily(afterProcessCrash(this.disk));
    if (typeof found === 'string') throw new Error(`reopening: ${found}`);
    machine.storeBytes(0, new Uint8Array(found.words.buffer, 0, region.kib * 1024));
    machine.call(machine.environment, 'begin');
    region.joinAll(machine);
    const cold = region.cold(machine);
    if (cold.length < (options.cold ?? 1)) throw new Error(`${cold.length} frames are cold`);
    if (options.damages) this.damage(region.placeOf(machine, cold[0]));
  }
  /** Turns a bit of the file of pages. */
  private damage(at: number): void {
    const inode = this.disk.names.pages;
    const file = this.disk.files[inode];
    const bytes = this.contents.at(file.now).slice();
    bytes[at + FIRST_VALUE] ^= 1;
    const now = this.contents.add(bytes);
    this.disk = withFile(this.disk, inode, { ...file, now, safe: now, pieces: [] });
  }
}

/** A scenario on fixtures/lazy.ts. */
export function lazy(options: LazyOptions): Scenario {
  return new LazyScenario(options).build();
}
