// What must hold of the region when every operation is over: all locks free, each level a chain of
// nodes that its parents know, entries in order and in bounds, and every unit of the heap owned
// exactly once. Written from the drawings in assembly/layout, not from the code that it checks.

import type { Machine } from '../machine.js';
import type { TreeRegion } from './tree-region.js';

const ROOT = 200;
const SYSTEM_ROOT = 216;
const FREE_UNITS = 208;
const LOCKS_OF_THE_STORE = { allocator: 192, serial: 256 };
const [PERMUTATION, HIGHKEY, NEXT, LOWKEY, KINDS, LEFTMOST, KEYS, LINKS] =
  [8, 16, 24, 32, 40, 56, 64, 160];
const NODE_BYTES = 256;
const KIND_LONG = 9;
const KIND_LAYER = 10;
const HIGHEST = (1n << 64n) - 1n;
const VERSION_MASK = (1n << 48n) - 1n;
const BUSY_STATE = 0xfffff0000fffn;
const [MAGAZINE_A, MAGAZINE_B, BLOCK] = [72, 80, 144];

/** Values by key; keys as text, one character per byte. */
export type Contents = Record<string, number>;

/** Thrown for anything that does not hold. */
export class Broken extends Error {}

interface Entry {
  readonly slice: bigint;
  readonly kind: number;
  readonly link: bigint;
}

export class TreeWalk {
  private readonly nodes: number[] = [];
  private readonly found: [string, number][] = [];
  private others: readonly number[] = [];

  constructor(private readonly machine: Machine, private readonly region: TreeRegion) {}

  /**
   * Checks everything; returns what the map holds, in key order. Throws Broken.
   * @param others Nodes that belong to no tree: those of streams.
   */
  run(others: readonly number[] = []): Contents {
    for (const node of others) this.expectFree(node, `stream node ${node}`);
    this.others = others;
    for (let slot = 1; slot <= this.region.slots; slot++) {
      const state = this.word(this.region.slot(slot));
      if (state & BUSY_STATE) this.fail(`slot ${slot} is not idle: ${state.toString(16)}`);
    }
    for (const [name, at] of Object.entries(LOCKS_OF_THE_STORE)) this.expectFree(at, name);
    this.layer(this.machine.load32(ROOT), '');
    this.systemTree();
    const keys = this.found.map(([key]) => key);
    keys.slice(1).forEach((key, i) => {
      if (keys[i] >= key) this.fail(`key ${key} stands behind ${keys[i]}`);
    });
    this.heap();
    return Object.fromEntries(this.found);
  }

  /** The system map is well-formed, too; what it holds is no business of the user's map. */
  private systemTree(): void {
    const found = this.found.length;
    this.layer(this.machine.load32(SYSTEM_ROOT), '');
    this.found.length = found;
  }

  private word(address: number): bigint {
    if (address % 8 !== 0 || address + 8 > this.region.bytes) this.fail(`address ${address}`);
    return BigInt.asUintN(64, this.machine.load64(address));
  }
  private fail(message: string): never {
    throw new Broken(message);
  }
  private expectFree(address: number, name: string): void {
    const word = this.word(address);
    if ((word & ~VERSION_MASK) !== 0n) this.fail(`${name} is locked: ${word.toString(16)}`);
  }

  // ---- the tree

  private layer(root: number, prefix: string): void {
    let level = this.levelOf(root);
    let known = [root];
    let lows = [0n];
    for (; ; level--) {
      this.chain(known, lows, level);
      if (level === 0) break;
      const inner = known;
      const before = lows;
      known = inner.flatMap((node) =>
        [this.word(node + LEFTMOST), ...this.entries(node).map(({ link }) => link)].map(Number));
      lows = inner.flatMap((node, i) =>
        [before[i], ...this.entries(node).map(({ slice }) => slice)]);
    }
    for (const leaf of known) for (const entry of this.entries(leaf)) this.entry(entry, prefix);
  }
  private levelOf(node: number): number {
    return Number(this.word(node + NEXT) >> 32n);
  }

  /** The nodes that the level above knows are the level, each with the bounds that it was given. */
  private chain(known: readonly number[], lows: readonly bigint[], level: number): void {
    known.forEach((node, i) => {
      if (this.nodes.push(node) > this.region.units) this.fail('the tree runs in circles');
      this.expectFree(node, `node ${node}`);
      const last = i + 1 === known.length;
      const next = Number(this.word(node + NEXT) & 0xffffffffn);
      if (this.levelOf(node) !== level) this.fail(`node ${node} is not of level ${level}`);
      if (next !== (last ? 0 : known[i + 1])) this.fail(`next of node ${node} is ${next}`);
      if (this.word(node + LOWKEY) !== lows[i]) this.fail(`lowkey of node ${node}`);
      const high = this.word(node + HIGHKEY);
      if (high !== (last ? HIGHEST : lows[i + 1])) this.fail(`highkey of node ${node}`);
      this.order(node, lows[i], high, last);
    });
  }
  private order(node: number, low: bigint, high: bigint, last: boolean): void {
    let before = -1n;
    for (const { slice, kind } of this.entries(node)) {
      if (slice < low || (slice >= high && !last)) this.fail(`node ${node}: entry out of bounds`);
      const place = slice * 16n + BigInt(Math.min(kind, KIND_LONG));
      if (place <= before) this.fail(`node ${node}: entries out of order`);
      before = place;
    }
  }
  private entries(node: number): Entry[] {
    const p = this.word(node + PERMUTATION);
    const entries: Entry[] = [];
    let live = 0n;
    for (let i = 0; i < Number(p & 15n); i++) {
      const slot = Number(p >> BigInt(4 * i + 4) & 15n);
      live |= 1n << BigInt(slot);
      entries.push({
        slice: this.word(node + KEYS + 8 * slot),
        kind: Number(this.word(node + KINDS) >> BigInt(4 * slot) & 15n),
        link: this.word(node + LINKS + 8 * slot),
      });
    }
    if (live !== p >> 52n) this.fail(`node ${node}: live slots are not those of the order`);
    return entries;
  }

  private entry({ slice, kind, link }: Entry, prefix: string): void {
    const text = textOf(slice);
    if (kind === KIND_LAYER) {
      this.layer(Number(link), prefix + text);
      return;
    }
    const frame = Number(link >> 24n);
    const start = Number(this.word(this.region.frameEntry(frame)) & 0xffffffffn);
    const record = start + Number(link & 0xffffffn) * 8;
    const keyBytes = this.machine.load32(record + 4) & 0xffff;
    const key = Buffer.from(this.machine.u8.slice(record + 32, record + 32 + keyBytes));
    const expected = prefix + text.slice(0, Math.min(kind, 8));
    const name = key.toString('latin1');
    const fits = kind === KIND_LONG ? name.startsWith(expected) : name === expected;
    if (start === 0 || !fits) this.fail(`the entry of ${expected} names the record of ${name}`);
    const value = Number(this.word(record + 32 + Math.ceil(keyBytes / 8) * 8) & 0xffffffffn);
    this.found.push([name, value]);
  }

  // ---- the heap

  private heap(): void {
    const { region } = this;
    const owners: string[] = [];
    const own = (from: number, bytes: number, owner: string): void => {
      for (let at = from; at < from + bytes; at += NODE_BYTES) {
        const unit = (at - region.heap) / NODE_BYTES;
        if (owners[unit] !== undefined) this.fail(`unit ${unit}: ${owners[unit]} and ${owner}`);
        owners[unit] = owner;
      }
    };
    for (const node of this.nodes) own(node, NODE_BYTES, 'tree');
    for (const node of this.others) own(node, NODE_BYTES, 'stream');
    for (let slot = 1; slot <= region.slots; slot++) this.slotOwns(slot, own);
    for (let frame = 1; frame <= region.frames; frame++) {
      const place = this.word(region.frameEntry(frame));
      if (place !== 0n) {
        own(Number(place & 0xffffffffn), NODE_BYTES << Number(place >> 32n), `frame ${frame}`);
      }
    }
    const free = this.free(1, Math.log2(region.units), own);
    if (free !== Number(this.word(FREE_UNITS))) this.fail(`${free} units are free`);
    const units = (region.kib * 1024 - region.heap) / NODE_BYTES;
    for (let unit = 0; unit < units; unit++) {
      if (owners[unit] === undefined) this.fail(`unit ${unit} of the heap is lost`);
    }
  }
  private slotOwns(
    slot: number, own: (from: number, bytes: number, owner: string) => void,
  ): void {
    const { region } = this;
    const lines = region.slot(slot);
    const a = this.word(lines + MAGAZINE_A);
    const next = Number(a & 0xffffffffn);
    own(next, Number(a >> 32n) - next, `magazine ${slot}`);
    let run = Number(this.word(lines + MAGAZINE_B));
    while (run !== 0) {
      const spare = this.word(run + NEXT);
      own(run, Number(spare >> 32n) - run, `magazine ${slot}`);
      run = Number(spare & 0xffffffffn);
    }
    const block = this.machine.load32(lines + BLOCK);
    const inHeap = block >= region.heap && block < region.kib * 1024;
    if (inHeap) own(block, NODE_BYTES * powerAtLeast(region.blockBytes / NODE_BYTES), 'block');
  }
  /** Free units under a block of the buddy tree. */
  private free(
    block: number, order: number, own: (from: number, bytes: number, owner: string) => void,
  ): number {
    const largest = this.machine.u8[this.region.buddyTree + block];
    if (largest === 0) return 0;
    if (largest === order + 1) {
      const first = block * 2 ** order - this.region.units;
      own(this.region.heap + first * NODE_BYTES, NODE_BYTES << order, 'free');
      return 2 ** order;
    }
    if (order === 0) this.fail(`byte ${block} of the buddy tree is ${largest}`);
    return this.free(2 * block, order - 1, own) + this.free(2 * block + 1, order - 1, own);
  }
}

const powerAtLeast = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/** The 8 bytes of a slice. */
function textOf(slice: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(slice);
  return bytes.toString('latin1');
}
