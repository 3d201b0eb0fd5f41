// The second phase, moving alone: how long rows that are decoded already take through the store,
// beside the two usual ways by message. The ways take turns, so that all meet the same machine.

import type { Catalog } from '../catalog.js';
import type { FlightStream } from '../entries.js';
import { moveThroughPorts } from './through-ports.js';
import { moveThroughStore } from './through-store.js';
import type { Move, MovePlan } from './through-store.js';

/** Seconds of each way: the median of its rounds. */
export interface Moved {
  readonly rows: number;
  readonly rounds: number;
  readonly killed: number;
  /** Through the store, on disk, with kills. */
  readonly seconds: number;
  /** As arrays of 1000 objects. */
  readonly baseline: number;
  /** As transferred buffers. */
  readonly transfer: number;
  /** Groups that came out wrong, of all ways and rounds together. */
  readonly mismatches: number;
}

const ROUNDS = 3;

/** Moves the rows in all ways. */
export async function move(
  plan: MovePlan, catalog: Catalog, stream: FlightStream,
): Promise<Moved> {
  const store: Move[] = [];
  const objects: Move[] = [];
  const buffers: Move[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    store.push(await moveThroughStore(plan, round));
    objects.push(await moveThroughPorts(plan, 'objects', catalog, stream));
    buffers.push(await moveThroughPorts(plan, 'buffers', catalog, stream));
  }
  const all = [...store, ...objects, ...buffers];
  return {
    rows: plan.rows,
    rounds: ROUNDS,
    killed: Math.min(...store.map(({ killed }) => killed)),
    seconds: median(store),
    baseline: median(objects),
    transfer: median(buffers),
    mismatches: all.reduce((sum, { mismatches }) => sum + mismatches, 0),
  };
}

function median(moves: readonly Move[]): number {
  const sorted = moves.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
