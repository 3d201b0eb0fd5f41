// How a stream is divided into partitions: by the first text of a row's group, its key, and by the
// lane that it comes from.

import type { Catalog } from './catalog.js';
import type { FlightStream } from './entries.js';

const PARTITIONS_MAX = 256;

/** The partitions of a stream. */
export interface Division {
  readonly lanes: number;
  /** Partitions of each lane. */
  readonly keys: number;
}

/** As many keys as there can be: then a batch has few groups, and the map few writes. */
export function divide(lanes: number): Division {
  return { lanes, keys: Math.floor(PARTITIONS_MAX / lanes) };
}

/** How many partitions that makes. */
export function partitionsOf({ lanes, keys }: Division): number {
  return lanes * keys;
}

/** The partition of a key and a lane. Those of a key are neighbours, so one consumer gets them. */
export function partitionOf({ lanes }: Division, key: number, lane: number): number {
  return key * lanes + lane;
}

/** The keys of groups, by the groups' numbers. */
export class KeyTable {
  /** The key of each number that the catalog knew at the last refresh. */
  keys = new Uint8Array(0);

  constructor(
    private readonly division: Division,
    private readonly stream: Pick<FlightStream, 'partitionOf'>,
    private readonly catalog: Pick<Catalog, 'groups'>,
  ) {}

  /** Learns the groups that the catalog has learnt. O(groups) if there are any. */
  refresh(): void {
    const { groups } = this.catalog;
    if (this.keys.length === groups.length) return;
    this.keys = Uint8Array.from(groups, ([first = '']) =>
      this.stream.partitionOf(first) % this.division.keys);
  }
}
