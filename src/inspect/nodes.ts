/**
 * Walks the tree of a quiescent region. Every layer is a B-link tree: each node covers what its
 * parent says, its right neighbour begins where it ends, and in a state that no operation is
 * changing every node of a level is named by exactly one parent.
 *
 * The walk is a loop over explicit stacks, and every node is entered once at most: a damaged region
 * can neither overflow the call stack nor keep the walk from ending.
 */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Geometry } from './geometry.js';
import { LeafReader, type LayerPath } from './leaf.js';
import { checkFree } from './locks.js';
import type { NodeMemory } from './magazines.js';
import { decodePermutation } from './permutation.js';
import type { Region } from './region.js';
import type { Frames, LogRecord } from './frames.js';

const N = LAYOUT.node;

/** A node that is to be visited, and what its parent says about it. */
interface Visit {
  readonly address: number;
  readonly level: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** A node's words as they were read. */
interface NodeView extends Visit {
  readonly where: string;
  readonly next: number;
  readonly slots: readonly number[];
}

const MOST_LEVELS = 32;

/** One walk over one tree. */
export class TreeWalk {
  keys = 0;
  layers = 0;
  reachable = 0;
  /** Roots of layers that are to be walked. */
  private readonly roots: LayerPath[] = [];
  private readonly leaves: LeafReader;

  constructor(
    private readonly region: Region,
    private readonly geometry: Geometry,
    private readonly memory: NodeMemory,
    private readonly findings: Findings,
    frames: Frames,
    visit: (record: LogRecord) => void,
  ) {
    this.leaves = new LeafReader(region, geometry, frames, findings, this.roots, visit);
  }

  /** Walks all layers under a root word. O(nodes + keys). */
  run(rootWord: number): void {
    const root = this.region.u32(rootWord);
    this.roots.push({ root, depth: 0, slice: 0n, above: undefined });
    for (let path = this.roots.pop(); path !== undefined; path = this.roots.pop()) {
      this.layers++;
      this.walkLayer(path);
    }
    this.keys = this.leaves.keys;
  }

  private walkLayer(path: LayerPath): void {
    const level = this.region.u32(path.root + N.NEXT + 4) & 0xff;
    if (level >= MOST_LEVELS) {
      this.findings.add('NODE', `root ${hex(path.root)}`, `a layer of ${level + 1} levels`);
      return;
    }
    this.leaves.enter(path);
    // By level: the node that was visited last, which names the one that comes next.
    const lefts: (NodeView | undefined)[] = [];
    const visits: Visit[] = [{ address: path.root, level, low: 0n, high: N.HIGHEST }];
    for (let visit = visits.pop(); visit !== undefined; visit = visits.pop()) {
      const node = this.readNode(visit);
      if (node === undefined) continue;
      this.checkNeighbour(lefts[node.level], node);
      lefts[node.level] = node;
      if (node.level === 0) this.leaves.read(node.address, node.slots, node.low, node.high);
      else this.pushChildren(node, visits);
    }
    for (const last of lefts) {
      if (last === undefined) continue;
      this.findings.expect(last.next === 0 && last.high === N.HIGHEST, 'NODE', last.where,
        'it is the last of its level, and not the rightmost');
    }
  }

  /** Reads and checks a node's header. Undefined: there is no node, or none that can be read. */
  private readNode({ address, level, low, high }: Visit): NodeView | undefined {
    const { region, findings } = this;
    const where = `node ${hex(address)}`;
    if (!this.memory.take(address, where)) return undefined;
    this.reachable++;
    checkFree(region, address, where, findings);
    const nextAndLevel = region.u64(address + N.NEXT);
    const next = Number(nextAndLevel & 0xffffffffn);
    findings.expect(nextAndLevel >> 32n === BigInt(level), 'NODE', where,
      `level ${nextAndLevel >> 32n}, where ${level} is expected`);
    const seenLow = region.u64(address + N.LOWKEY);
    const seenHigh = region.u64(address + N.HIGHKEY);
    findings.expect(seenLow === low && seenHigh === high, 'NODE', where,
      `covers [${hex(seenLow)}, ${hex(seenHigh)}) and not [${hex(low)}, ${hex(high)})`);
    const word = region.u64(address + N.PERMUTATION);
    const slots = decodePermutation(word, this.geometry.width);
    if (slots === undefined) {
      findings.add('PERMUTATION', where, `${hex(word)} is no permutation`);
      return undefined;
    }
    return { address, level, low, high, where, next, slots };
  }

  private checkNeighbour(left: NodeView | undefined, node: NodeView): void {
    if (left === undefined) {
      this.findings.expect(node.low === 0n, 'NODE', node.where, 'nothing covers what is before it');
      return;
    }
    this.findings.expect(left.next === node.address && left.high === node.low, 'NODE', left.where,
      `its neighbour is ${hex(left.next)} and not ${hex(node.address)}`);
  }

  /** The children of an inner node, so that the leftmost is visited first. */
  private pushChildren(node: NodeView, visits: Visit[]): void {
    const { region } = this;
    const { address, level, slots } = node;
    const keys = slots.map((slot) => region.u64(address + N.KEYS + 8 * slot));
    const links = slots.map((slot) => region.u64(address + N.LINKS + 8 * slot));
    const children = [region.u64(address + N.LEFTMOST), ...links];
    const bounds = [node.low, ...keys, node.high];
    for (let i = children.length - 1; i >= 0; i--) {
      const isSorted = i === 0 || bounds[i - 1] < bounds[i];
      this.findings.expect(isSorted, 'ORDER', node.where, `separator ${i} is not above the last`);
      // The full 64 bits are the address: anything in the upper half leads out of the region.
      const child = Number(children[i]);
      visits.push({ address: child, level: level - 1, low: bounds[i], high: bounds[i + 1] });
    }
  }
}
