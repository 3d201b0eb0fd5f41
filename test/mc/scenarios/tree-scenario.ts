// A scenario on the real tree: set-up, sequential model and final check around a few operations.

import type { Machine } from '../machine.js';
import type { FinalState, Op, Scenario } from '../scenario.js';
import { keyArguments, mapModel, writeKey, type TreeOp } from './tree-operations.js';
import { TreeRegion, type RegionOptions } from './tree-region.js';
import { Broken, TreeWalk, type Contents } from './tree-walk.js';

export interface TreeOptions {
  readonly name: string;
  /** What the map holds at first; put in this order. */
  readonly holds: Contents;
  readonly threads: readonly (readonly TreeOp[])[];
  readonly target?: string;
  readonly maxDeaths?: number;
  readonly lateDetection?: boolean;
  readonly immortal?: readonly number[];
  readonly diesOnce?: boolean;
  readonly respawn?: readonly (readonly (readonly TreeOp[])[] | null)[];
  /** Sizes of the region; the others follow from the threads. */
  readonly region?: Partial<RegionOptions>;
  /** Further set-up, when the map is filled and every thread has a frame and nodes. */
  readonly prepare?: (machine: Machine, region: TreeRegion) => void;
  /** Further checks at the end; returns what is wrong, or null. */
  readonly finish?: (machine: Machine, region: TreeRegion, found: Contents) => string | null;
  readonly timeouts?: boolean;
  readonly ghost?: Scenario['ghost'];
  readonly long?: boolean;
  readonly quickInstead?: string;
  readonly limits?: Scenario['limits'];
}

const BUILD = 'test/mc/fixtures/tree.ts';

export function tree(options: TreeOptions): Scenario {
  const { threads, maxDeaths = 0, lateDetection = false, respawn, immortal, diesOnce } = options;
  const region = new TreeRegion({ kib: 24, ...options.region, workers: threads.length });
  const bind = (ops: readonly TreeOp[]): Op[] => ops.map((op) => op(region));
  return {
    name: options.name, target: options.target ?? 'tree', build: BUILD,
    regionBytes: region.bytes,
    threads: threads.map(bind),
    respawn: respawn?.map((lives) => lives?.map(bind) ?? null),
    maxDeaths, lateDetection, immortal, diesOnce,
    supervisor: maxDeaths > 0 ? 'environment' : 'none',
    long: options.long, quickInstead: options.quickInstead, limits: options.limits,
    setup: (machine) => {
      region.format(machine);
      fill(machine, region, options.holds);
      options.prepare?.(machine, region);
    },
    ghost: options.ghost, timeouts: options.timeouts,
    model: mapModel(options.holds),
    finalState: (machine) => finalState(machine, region, options.finish),
    isShared: (address) => region.isShared(address),
    scratch: (thread) => region.scratch(thread),
    symbol: (address) => region.symbol(address),
    protocol: region.protocol(),
  };
}

/** One put of the set-up, in the name of a thread or of the environment. */
export function putNow(
  machine: Machine, region: TreeRegion, thread: number, key: string, value: number,
): void {
  if (thread < region.workers) writeKey(region, machine, thread, key);
  const result = machine.call(thread, 'putValue', ...keyArguments(key), value);
  if (result !== 1) throw new Error(`put of ${key} in the set-up: ${String(result)}`);
}

/**
 * Fills the map through the first thread. Every thread opens its frame and fills its magazine by a
 * reservation, so that the search starts with the operations themselves.
 */
function fill(machine: Machine, region: TreeRegion, holds: Contents): void {
  for (const [key, value] of Object.entries(holds)) putNow(machine, region, 0, key, value);
  for (let thread = 0; thread < region.workers; thread++) {
    if (machine.call(thread, 'warm') !== 1) throw new Error('no room for the set-up');
  }
}

function finalState(
  machine: Machine, region: TreeRegion, finish: TreeOptions['finish'],
): FinalState {
  for (let slot = 1; slot <= region.slots; slot++) machine.callEnvironment('recover', slot);
  try {
    const found = new TreeWalk(machine, region).run();
    const wrong = finish?.(machine, region, found) ?? null;
    return wrong === null ? { state: found } : { error: wrong };
  } catch (error) {
    if (error instanceof Broken) return { error: error.message };
    throw error;
  }
}
