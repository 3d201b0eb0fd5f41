// What a scenario with files keeps outside the region: the disk, and what was committed. A state of
// the search holds only the number of its world.

import type { Machine } from '../machine.js';
import { textOf } from '../monitor.js';
import type { Committed } from './commits.js';
import { Contents } from './contents.js';
import { EMPTY_DISK, type Disk } from './disk.js';

export interface World {
  readonly disk: Disk;
  /** Numbers of the committed records, in the order of their commits. */
  readonly log: readonly number[];
  /** Calls of the kind that fails, so far. */
  readonly calls: number;
}

export class Worlds {
  readonly contents = new Contents();
  private readonly records: Committed[] = [];
  private readonly recordIds = new Map<string, number>();
  private readonly worlds: World[] = [];
  private readonly worldIds = new Map<string, number>();

  constructor() {
    this.add({ disk: EMPTY_DISK, log: [], calls: 0 });
  }

  of(machine: Machine): World {
    return this.worlds[Number(machine.ghost)];
  }
  set(machine: Machine, world: World): void {
    machine.ghost = this.add(world);
  }
  /** Notes a record that is about to be committed. */
  commit(machine: Machine, record: Committed): void {
    const words = record.words.map(([address, value]) => [address, String(value)]);
    const key = JSON.stringify([record.tag, record.ticket, words]);
    let id = this.recordIds.get(key);
    if (id === undefined) {
      id = this.records.push(record) - 1;
      this.recordIds.set(key, id);
    }
    const world = this.of(machine);
    this.set(machine, { ...world, log: [...world.log, id] });
  }
  record(id: number): Committed {
    return this.records[id];
  }

  private add(world: World): number {
    const key = textOf(world);
    const known = this.worldIds.get(key);
    if (known !== undefined) return known;
    this.worlds.push(world);
    this.worldIds.set(key, this.worlds.length - 1);
    return this.worlds.length - 1;
  }
}
