/**
 * The tree of a damaged region: every leaf that can be reached through nodes that can be believed,
 * from parents or from left neighbours. What no leaf covers is lost, and is known by its range.
 */
import { Findings } from '../inspect/findings.js';
import { frameAddress, readGeometry } from '../inspect/geometry.js';
import type { Geometry } from '../inspect/geometry.js';
import { decodePermutation } from '../inspect/permutation.js';
import { Region } from '../inspect/region.js';
import { LAYOUT } from '../layout.js';
import type { Checkpoint } from './pages.js';
import { recordAt } from './records.js';
import type { FoundRecord } from './records.js';

const N = LAYOUT.node;
const { OFFSET_BITS } = LAYOUT.logAddress;
const { FRAME_PLACE, FRAME_BYTES } = LAYOUT.tables;

const MOST_LEVELS = 32;
const SLICE = 8;

/** A leaf's range [low, high), and entries whose records are gone. */
interface Leaf {
  readonly low: bigint;
  readonly high: bigint;
  readonly missing: Set<string>;
}

/** One layer: its leaves in order, and the layers below it by slice. */
interface Layer {
  readonly prefix: Uint8Array;
  readonly leaves: Leaf[];
  readonly below: Map<bigint, Layer>;
}

/** What is known of a key. */
export type Known = 'lost' | 'missing' | 'known';

/** A range of keys that nothing is known of; bytes, and no upper end when `to` is undefined. */
export interface LostRange {
  readonly from: Uint8Array;
  readonly to: Uint8Array | undefined;
}

/** An entry whose record is gone: its key, or what its key begins with. */
export interface LostEntry {
  readonly key: Uint8Array;
  readonly isPrefix: boolean;
}

export interface TreeVisitor {
  entry(record: FoundRecord): void;
  lostEntry(entry: LostEntry): void;
  lostRange(range: LostRange): void;
}

const nameOf = (slice: bigint, kind: number): string => `${slice},${Math.min(kind, N.KIND_LONG)}`;

function sliceBytes(slice: bigint): Uint8Array {
  const bytes = new Uint8Array(SLICE);
  new DataView(bytes.buffer).setBigUint64(0, slice);
  return bytes;
}
function joined(prefix: Uint8Array, rest: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(prefix.length + rest.length);
  bytes.set(prefix);
  bytes.set(rest, prefix.length);
  return bytes;
}
/** The 8 bytes of a key from an offset on, zero padded. */
function sliceAt(key: Uint8Array, offset: number): bigint {
  const bytes = new Uint8Array(SLICE);
  bytes.set(key.subarray(offset, offset + SLICE));
  return new DataView(bytes.buffer).getBigUint64(0);
}

export class TreeReader {
  private readonly region: Region;
  private readonly geometry: Geometry | undefined;
  private readonly seen = new Set<number>();
  private readonly top: Layer = { prefix: new Uint8Array(0), leaves: [], below: new Map() };

  constructor(private readonly pages: Checkpoint, private readonly visitor: TreeVisitor) {
    this.region = new Region(pages.view.buffer as ArrayBuffer);
    const superblock = pages.isGood(0, LAYOUT.superblock.SUPERBLOCK_BYTES);
    this.geometry = superblock ? readGeometry(this.region, new Findings()) : undefined;
  }

  /** Reads all layers under a root word. O(nodes + records). */
  run(rootWord: number): void {
    const layers = [{ layer: this.top, root: this.region.u32(rootWord) }];
    for (let next = layers.pop(); next !== undefined; next = layers.pop()) {
      const found = this.readLayer(next.layer, next.root);
      layers.push(...found);
    }
  }

  /** What the tree says of a key. O(layers * log leaves). */
  lookUp(key: Uint8Array): Known {
    let layer: Layer = this.top;
    for (let depth = 0; ; depth++) {
      const slice = sliceAt(key, depth * SLICE);
      const leaf = leafOf(layer, slice);
      if (leaf === undefined) return 'lost';
      const rest = key.length - depth * SLICE;
      const below = rest > SLICE ? layer.below.get(slice) : undefined;
      if (below === undefined) {
        const kind = rest > SLICE ? N.KIND_LONG : rest;
        const isMissing = leaf.missing.has(nameOf(slice, kind));
        return isMissing ? 'missing' : 'known';
      }
      layer = below;
    }
  }

  /** Reads one layer; what lies below it. */
  private readLayer(layer: Layer, root: number): { layer: Layer; root: number }[] {
    const found: { layer: Layer; root: number }[] = [];
    const level = this.region.u32(root + N.NEXT + 4) & 0xff;
    if (level < MOST_LEVELS) this.readNodes(layer, root, level, found);
    layer.leaves.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0));
    let covered = 0n;
    for (const { low, high } of layer.leaves) {
      if (low > covered) this.lose(layer, covered, low);
      if (high > covered) covered = high;
    }
    if (covered < N.HIGHEST) this.lose(layer, covered, N.HIGHEST);
    return found;
  }

  private lose({ prefix }: Layer, low: bigint, high: bigint): void {
    this.visitor.lostRange({
      from: low === 0n ? prefix : joined(prefix, sliceBytes(low)),
      to: high === N.HIGHEST ? undefined : joined(prefix, sliceBytes(high)),
    });
  }

  private readNodes(
    layer: Layer, root: number, rootLevel: number, found: { layer: Layer; root: number }[],
  ): void {
    const visits: [address: number, level: number][] = [[root, rootLevel]];
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
      const [address, level] = visit;
      const slots = this.slotsOf(address, level);
      if (slots === undefined) continue;
      const next = this.region.u32(address + N.NEXT);
      if (next !== 0) visits.push([next, level]);
      if (level === 0) this.readLeaf(layer, address, slots, found);
      else {
        for (const slot of slots) {
          visits.push([this.child(address + N.LINKS + 8 * slot), level - 1]);
        }
        visits.push([this.child(address + N.LEFTMOST), level - 1]);
      }
    }
  }

  private child(at: number): number {
    return Number(this.region.u64(at));
  }

  /** The live slots of a node that can be believed and was not read before. */
  private slotsOf(address: number, level: number): number[] | undefined {
    const { geometry, pages, region } = this;
    const isPlace = geometry !== undefined && address >= geometry.heap &&
      address % N.NODE_BYTES === 0 && pages.isGood(address, N.NODE_BYTES);
    if (!isPlace || this.seen.has(address)) return undefined;
    this.seen.add(address);
    if ((region.u32(address + N.NEXT + 4) & 0xff) !== level) return undefined;
    if (region.u64(address + N.LOWKEY) > region.u64(address + N.HIGHKEY)) return undefined;
    return decodePermutation(region.u64(address + N.PERMUTATION), geometry.width);
  }

  private readLeaf(
    layer: Layer, address: number, slots: readonly number[],
    found: { layer: Layer; root: number }[],
  ): void {
    const { region } = this;
    const leaf: Leaf = {
      low: region.u64(address + N.LOWKEY), high: region.u64(address + N.HIGHKEY),
      missing: new Set(),
    };
    layer.leaves.push(leaf);
    const kinds = region.u64(address + N.KINDS);
    for (const slot of slots) {
      const kind = Number((kinds >> BigInt(4 * slot)) & 15n);
      const slice = region.u64(address + N.KEYS + 8 * slot);
      const link = region.u64(address + N.LINKS + 8 * slot);
      if (kind === N.KIND_LAYER) {
        const prefix = joined(layer.prefix, sliceBytes(slice));
        const below: Layer = { prefix, leaves: [], below: new Map() };
        layer.below.set(slice, below);
        found.push({ layer: below, root: Number(link) });
      } else this.readEntry(layer, leaf, { slice, kind, link });
    }
  }

  private readEntry(
    { prefix }: Layer, leaf: Leaf,
    { slice, kind, link }: { slice: bigint; kind: number; link: bigint },
  ): void {
    const record = this.recordOf(link);
    const isIt = record !== undefined &&
      (kind === N.KIND_LONG
        ? record.key.length > prefix.length + SLICE
        : record.key.length === prefix.length + kind) &&
      sliceAt(record.key, prefix.length) === slice &&
      prefix.every((byte, i) => record.key[i] === byte);
    if (isIt) {
      this.visitor.entry(record);
      return;
    }
    leaf.missing.add(nameOf(slice, kind));
    const isLong = kind >= N.KIND_LONG;
    const part = sliceBytes(slice).subarray(0, isLong ? SLICE : kind);
    this.visitor.lostEntry({ key: joined(prefix, part), isPrefix: isLong });
  }

  /** The record at a log address, if its checksum holds, or it has none and its pages are good. */
  private recordOf(link: bigint): FoundRecord | undefined {
    const number = Number(link >> OFFSET_BITS);
    if (number < 1 || number > this.geometry!.frames) return undefined;
    const entry = frameAddress(this.geometry!, number);
    if (!this.pages.isGood(entry, FRAME_BYTES)) return undefined;
    const place = this.region.u32(entry + FRAME_PLACE);
    const offset = Number(link & ((1n << OFFSET_BITS) - 1n)) * 8;
    const record = place === 0 ? undefined : recordAt(this.pages.view, place + offset);
    if (record === undefined) return undefined;
    const isWhole = record.isWhole ||
      (!record.hasSum && this.pages.isGood(record.at, record.bytes));
    return isWhole ? record : undefined;
  }
}

/** The leaf that covers a slice. */
function leafOf({ leaves }: Layer, slice: bigint): Leaf | undefined {
  let low = 0;
  let high = leaves.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (leaves[middle].low <= slice) low = middle + 1;
    else high = middle;
  }
  const leaf = leaves[low - 1];
  const covers = leaf !== undefined && (slice < leaf.high || leaf.high === N.HIGHEST);
  return covers ? leaf : undefined;
}
