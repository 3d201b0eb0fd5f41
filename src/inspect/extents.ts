/**
 * The buddy tree: which extents of the heap are free, which are given out, and to whom.
 *
 * A cell says how large a free block its subtree can still give, order + 1, or 0. The tree does not
 * say where an extent begins, but it can be told: below a block that was given out whole the cells
 * still say "free", while a block of which both halves were given out has zeros below it.
 */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Geometry } from './geometry.js';
import type { Region } from './region.js';

/** An extent that was given out, and what was found to own it. */
export interface Extent {
  readonly address: number;
  readonly order: number;
  readonly bytes: number;
  owner?: string;
}

/** The extents of a heap by address. */
export class Extents {
  readonly all: Extent[] = [];
  freeBytes = 0;
  /** Index into `all` plus one, by unit; 0 = the unit is free. */
  private readonly byUnit: Int32Array;
  private readonly unitBytes: number;

  constructor(private readonly geometry: Geometry, private readonly findings: Findings) {
    this.byUnit = new Int32Array(geometry.available);
    this.unitBytes = 2 ** geometry.unitShift;
  }

  /** The extent that holds the address; undefined in free memory and outside of the heap. */
  at(address: number): Extent | undefined {
    const unit = Math.floor((address - this.geometry.heap) / this.unitBytes);
    const index = this.byUnit[unit] ?? 0;
    return index === 0 ? undefined : this.all[index - 1];
  }

  /** Gives a whole extent to an owner; a problem if there is no such extent or it has another. */
  claim(address: number, order: number, owner: string): Extent | undefined {
    const extent = this.at(address);
    if (extent === undefined || extent.address !== address || extent.order !== order) {
      this.findings.add('EXTENT', owner, `no extent of order ${order} at ${hex(address)}`);
      return undefined;
    }
    if (extent.owner !== undefined) {
      this.findings.add('EXTENT', owner, `the extent ${hex(address)} belongs to ${extent.owner}`);
      return undefined;
    }
    extent.owner = owner;
    return extent;
  }

  addFree(order: number): void {
    this.freeBytes += this.unitBytes * 2 ** order;
  }

  addGiven(unit: number, order: number): void {
    const address = this.geometry.heap + unit * this.unitBytes;
    this.all.push({ address, order, bytes: this.unitBytes * 2 ** order });
    this.byUnit.fill(this.all.length, unit, unit + 2 ** order);
  }
}

/** The smallest order whose extents hold so many bytes. */
export function orderFor({ unitShift }: Geometry, bytes: number): number {
  return Math.max(0, Math.ceil(Math.log2(Math.ceil(bytes / 2 ** unitShift))));
}

/** Walks one buddy tree. */
class TreeWalk {
  private readonly top: number;

  constructor(
    private readonly region: Region,
    private readonly geometry: Geometry,
    private readonly findings: Findings,
    private readonly extents: Extents,
  ) {
    this.top = Math.log2(geometry.units);
  }

  run(): void {
    // Blocks left to look at: [number, order]. A block's halves are looked at left before right.
    const left: [number, number][] = [[1, this.top]];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [block, order] = next;
      if (this.firstUnit(block, order) >= this.geometry.available) {
        this.expect(block, this.cell(block) === 0, 'it is free and behind the region');
      } else if (!this.isWhole(block, order)) {
        left.push([2 * block + 1, order - 1], [2 * block, order - 1]);
      }
    }
  }

  private cell(block: number): number {
    return this.region.u8(this.geometry.buddyTree + block);
  }
  private firstUnit(block: number, order: number): number {
    return block * 2 ** order - this.geometry.units;
  }
  private expect(block: number, holds: boolean, message: string): void {
    this.findings.expect(holds, 'EXTENT', `buddy block ${block}`, message);
  }

  /** Takes a block that is free or given out as one. False: its halves must be looked at. */
  private isWhole(block: number, order: number): boolean {
    const value = this.cell(block);
    const unit = this.firstUnit(block, order);
    const fits = unit + 2 ** order <= this.geometry.available;
    if (order === 0) {
      this.expect(block, value <= 1, `a unit with the value ${value}`);
      if (value === 0) this.extents.addGiven(unit, 0);
      else this.extents.addFree(0);
      return true;
    }
    const halves = [this.cell(2 * block), this.cell(2 * block + 1)];
    const wholeBelow = fits && halves.every((half) => half === order);
    if (value === order + 1) {
      this.expect(block, wholeBelow, 'it is free as a whole and its halves are not');
      if (fits) this.extents.addFree(order);
      return fits;
    }
    if (value === 0 && wholeBelow) {
      this.extents.addGiven(unit, order);
      return true;
    }
    this.expect(block, value === Math.max(...halves) && !wholeBelow,
      `it says ${value} and its halves say ${halves.join(' and ')}`);
    return false;
  }
}

/** Reads the buddy tree. O(cells of blocks that are split). */
export function readExtents(region: Region, geometry: Geometry, findings: Findings): Extents {
  const extents = new Extents(geometry, findings);
  new TreeWalk(region, geometry, findings, extents).run();
  const stated = region.u64(LAYOUT.superblock.FREE_UNITS) << BigInt(geometry.unitShift);
  findings.expect(stated === BigInt(extents.freeBytes), 'EXTENT', 'free units',
    `the superblock says ${stated} free bytes, the buddy tree ${extents.freeBytes}`);
  return extents;
}
