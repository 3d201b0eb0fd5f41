/**
 * The entries of a leaf: in order, inside its range, and each with the record that has exactly the
 * key that leads there, or with the root of the next layer.
 */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Frames, LogRecord } from './frames.js';
import type { Geometry } from './geometry.js';
import type { Region } from './region.js';

const { KEYS, KINDS, LINKS, LOCK, HIGHEST, KIND_LONG, KIND_LAYER } = LAYOUT.node;
const { VERSION_MASK } = LAYOUT.lockWord;

/** A layer and the slices that lead to it: `slice` in the layer above, and so on up to the map. */
export interface LayerPath {
  readonly root: number;
  readonly depth: number;
  readonly slice: bigint;
  readonly above: LayerPath | undefined;
}

/** An entry as it stands in the leaf. */
interface Entry {
  readonly where: string;
  readonly slice: bigint;
  readonly kind: number;
  readonly link: bigint;
  /** Version of the leaf's lock word. */
  readonly version: bigint;
}

/** Kinds in the order of entries that share a slice: a layer stands where a long key stood. */
const rankOf = (kind: number): number => Math.min(kind, KIND_LONG);

/** Reads the leaves of one layer after the other. */
export class LeafReader {
  keys = 0;
  private layer: LayerPath = { root: 0, depth: 0, slice: 0n, above: undefined };
  /** The slices before the layer's own, from the first one on. */
  private prefix: bigint[] = [];

  constructor(
    private readonly region: Region,
    private readonly geometry: Geometry,
    private readonly frames: Frames,
    private readonly findings: Findings,
    private readonly roots: LayerPath[],
    private readonly visit: (record: LogRecord) => void,
  ) {}

  /** The leaves that follow belong to this layer. */
  enter(layer: LayerPath): void {
    this.layer = layer;
    this.prefix = [];
    for (let at = layer; at.above !== undefined; at = at.above) this.prefix.push(at.slice);
    this.prefix.reverse();
  }

  /** Checks a leaf that covers [low, high). */
  read(leaf: number, slots: readonly number[], low: bigint, high: bigint): void {
    const kinds = this.region.u64(leaf + KINDS);
    const version = this.region.u64(leaf + LOCK) & VERSION_MASK;
    let before: Entry | undefined;
    for (const slot of slots) {
      const entry: Entry = {
        where: `slot ${slot} of leaf ${hex(leaf)}`,
        slice: this.region.u64(leaf + KEYS + 8 * slot),
        kind: Number((kinds >> BigInt(4 * slot)) & 15n),
        link: this.region.u64(leaf + LINKS + 8 * slot),
        version,
      };
      this.checkOrder(before, entry, low, high);
      this.checkEntry(entry);
      before = entry;
    }
  }

  private checkOrder(before: Entry | undefined, entry: Entry, low: bigint, high: bigint): void {
    const { slice, kind, where } = entry;
    const isInside = slice >= low && (slice < high || high === HIGHEST);
    this.findings.expect(isInside, 'ORDER', where, `slice ${hex(slice)} is outside of the leaf`);
    if (before === undefined) return;
    const isSorted = before.slice < slice ||
      (before.slice === slice && rankOf(before.kind) < rankOf(kind));
    this.findings.expect(isSorted, 'ORDER', where, 'not above the entry before it');
  }

  private checkEntry(entry: Entry): void {
    const { kind, where, slice, link } = entry;
    const { depth } = this.layer;
    if (kind === KIND_LAYER) {
      const isPossible = (depth + 1) * 8 < this.geometry.keyBytes;
      if (!this.findings.expect(isPossible, 'LINK', where, 'a layer deeper than any key')) return;
      this.roots.push({ root: Number(link), depth: depth + 1, slice, above: this.layer });
      return;
    }
    // A key that ends with a slice has its entry in that slice's layer, so only the empty key of
    // the whole map has nothing left.
    const isPossible = kind <= KIND_LONG && (kind > 0 || depth === 0);
    this.findings.expect(isPossible, 'LINK', where, `kind ${kind} at depth ${depth}`);
    this.keys++;
    this.checkRecord(entry);
  }

  private checkRecord({ kind, where, slice, link, version }: Entry): void {
    const record = this.frames.resolve(link, where);
    if (record === undefined) return;
    const { findings, region } = this;
    const { keyBytes, keyAddress } = record;
    findings.expect(record.version <= version, 'VERSION', where,
      `a record of version ${record.version} in a leaf of version ${version}`);
    const before = this.layer.depth * 8;
    const lengthFits = kind === KIND_LONG ? keyBytes > before + 8 : keyBytes === before + kind;
    findings.expect(lengthFits, 'RECORD', where, `kind ${kind} for a key of ${keyBytes} bytes`);
    const samePrefix = this.prefix.every((part, i) => region.slice(keyAddress + 8 * i) === part);
    const rest = keyBytes - before;
    const last = rest > 0 ? region.slice(keyAddress + before) : 0n;
    // Bytes behind a short key count as zeros, whatever stands in the record's padding.
    const unused = rest >= 8 || rest <= 0 ? 0n : BigInt(64 - 8 * rest);
    const sameSlice = (last >> unused) << unused === slice;
    findings.expect(samePrefix && sameSlice, 'RECORD', where,
      'the key of its record is not the path to it');
    this.visit(record);
  }
}
