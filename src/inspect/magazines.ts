/**
 * Node memory: the nodes that the tree uses and the fresh ones in the slots' magazines. Each node
 * belongs to one of them; a node of a run that belongs to neither is lost.
 */
import { LAYOUT } from '../layout.js';
import type { Extent, Extents } from './extents.js';
import { hex, type Findings } from './findings.js';
import { checkFree } from './locks.js';
import type { Region } from './region.js';
import type { Slot } from './slots.js';

const { NODE_BYTES, NEXT } = LAYOUT.node;

/** Who has which node. */
export class NodeMemory {
  /** Nodes that were taken, by address. */
  private readonly taken = new Set<number>();
  /** How many nodes of an extent were taken; extents in here hold nodes. */
  private readonly inExtent = new Map<Extent, number>();

  constructor(
    private readonly region: Region,
    private readonly extents: Extents,
    private readonly findings: Findings,
  ) {}

  /** Takes a node. False and a problem: there is no node at the address, or it has an owner. */
  take(address: number, where: string): boolean {
    const extent = this.extents.at(address);
    if (address % NODE_BYTES !== 0 || extent === undefined || extent.owner !== undefined) {
      this.findings.add('NODE', where, `${hex(address)} is no place for a node`);
      return false;
    }
    if (this.taken.has(address)) {
      this.findings.add('NODE', where, `the node ${hex(address)} is reached twice`);
      return false;
    }
    this.taken.add(address);
    this.inExtent.set(extent, (this.inExtent.get(extent) ?? 0) + 1);
    return true;
  }

  /** Takes the fresh nodes of a slot's magazine; returns how many. */
  takeFresh({ number, magazine, spareRun }: Slot): number {
    const where = `magazine of slot ${number}`;
    let fresh = 0;
    if (magazine.next !== magazine.end) {
      fresh += this.takeRun(magazine.next, magazine.end, where);
    }
    // A chain that closes comes to a node that was taken, and ends there.
    for (let run = spareRun; run !== 0;) {
      const below = this.region.u32(run + NEXT);
      const end = this.region.u32(run + NEXT + 4);
      const starts = this.extents.at(run)?.address === run;
      this.findings.expect(starts, 'MAGAZINE', where, `no run begins at ${hex(run)}`);
      const nodes = starts ? this.takeRun(run, end, where) : 0;
      if (nodes === 0) break;
      fresh += nodes;
      run = below;
    }
    return fresh;
  }

  /** Takes [next, end), which must reach to the end of an extent; returns how many nodes. */
  private takeRun(next: number, end: number, where: string): number {
    const extent = this.extents.at(next);
    const reaches = extent !== undefined && extent.address + extent.bytes === end;
    if (!reaches || next >= end) {
      this.findings.add('MAGAZINE', where, `[${hex(next)}, ${hex(end)}) is no run`);
      return 0;
    }
    let nodes = 0;
    for (let node = next; node < end; node += NODE_BYTES) {
      if (!this.take(node, where)) return nodes;
      checkFree(this.region, node, `fresh node ${hex(node)}`, this.findings);
      nodes++;
    }
    return nodes;
  }

  /** Bytes of nodes that somebody has. */
  get bytes(): number {
    return this.taken.size * NODE_BYTES;
  }

  /** Finds memory that is given out and that nobody has; returns its bytes. */
  findLeaks(): number {
    let leaked = 0;
    for (const extent of this.extents.all) {
      if (extent.owner !== undefined) continue;
      const lost = extent.bytes - (this.inExtent.get(extent) ?? 0) * NODE_BYTES;
      if (lost === 0) continue;
      this.findings.add('LEAK', `extent ${hex(extent.address)}`,
        `${lost} of its ${extent.bytes} bytes belong to nobody`);
      leaked += lost;
    }
    return leaked;
  }
}
