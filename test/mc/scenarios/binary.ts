// The binary that is shipped, through its own exports: the other scenarios compile the same modules
// with helpers around them, which keeps them small; these show that nothing depends on that.

import type { Machine } from '../machine.js';
import type { Call, Json, Op, Outcome, Scenario } from '../scenario.js';
import { keyArguments, mapModel, writeKey } from './tree-operations.js';
import { TreeRegion } from './tree-region.js';
import { tree, type TreeOptions } from './tree-scenario.js';
import type { Contents } from './tree-walk.js';

const VALUE_BYTES = 4;
const VALUES = new Uint8Array(VALUE_BYTES);

function valueBytes(value: number): Uint8Array {
  new DataView(VALUES.buffer).setUint32(0, value, true);
  return VALUES;
}

export type BinaryOp = (region: TreeRegion) => readonly Op[];

/** Room, then the value where it will stay, then the commit: what the host does for a put. */
export const put = (key: string, value: number): BinaryOp => (region) => [
  { fn: 'reserve', args: [key.length, VALUE_BYTES], modelled: false },
  {
    fn: 'put', args: [...keyArguments(key), VALUE_BYTES], input: [key, value],
    before(machine, thread) {
      writeKey(region, machine, thread, key);
      machine.storeBytes(region.nextValue(machine, thread, key.length), valueBytes(value));
    },
  },
];
/** The result is the value that stands at the address which was returned. */
export const get = (key: string): BinaryOp => (region) => [{
  fn: 'get', args: keyArguments(key), input: [key],
  before: (machine, thread) => writeKey(region, machine, thread, key),
  result: (returned, machine) => (returned === 0 ? 0 : machine.load32(Number(returned) >>> 0)),
}];
const remove = (key: string): BinaryOp => () => [
  { fn: 'remove', args: keyArguments(key), input: [key] },
];

function fill(machine: Machine, region: TreeRegion, holds: Contents): void {
  for (let thread = 0; thread < region.workers; thread++) {
    if (machine.call(thread, 'reserve', 1, VALUE_BYTES) === 0) throw new Error('no room');
  }
  for (const [key, value] of Object.entries(holds)) {
    machine.call(0, 'reserve', key.length, VALUE_BYTES);
    machine.storeBytes(region.nextValue(machine, 0, key.length), valueBytes(value));
    writeKey(region, machine, 0, key);
    const result = machine.call(0, 'put', ...keyArguments(key), VALUE_BYTES);
    if (result !== 1) throw new Error(`put of ${key} in the set-up: ${String(result)}`);
  }
}

/** Names of the helpers in fixtures/tree.ts, which the model of the map knows. */
const MODELLED = { get: 'getValue', put: 'putValue', remove: 'removeKey' } as const;

interface BinaryOptions extends Omit<TreeOptions, 'threads'> {
  readonly threads: readonly (readonly BinaryOp[])[];
}

/** A scenario on the shipped binary whose operations are those of the model of the map. */
export function binary(options: BinaryOptions): Scenario {
  const model = mapModel(options.holds);
  return {
    ...onCore(options),
    model: {
      init: model.init,
      step(state: Json, call: Call): Outcome {
        return model.step(state, { ...call, fn: MODELLED[call.fn as keyof typeof MODELLED] });
      },
    },
  };
}

/** The same with any operations: what is checked is that they end, and what they say. */
export function unmodelled(options: BinaryOptions): Scenario {
  const region = regionOf(options);
  return {
    ...onCore(options),
    // What a call leaves for the next one must stay: only the counters tell no states apart.
    scratch: (thread) => region.scratch(thread).filter(({ poison }) => !poison),
  };
}

const regionOf = ({ region, threads }: BinaryOptions): TreeRegion =>
  new TreeRegion({ kib: 24, ...region, workers: threads.length });

function onCore({ threads, ...options }: BinaryOptions): Scenario {
  const region = regionOf({ threads, ...options });
  return {
    ...tree({ ...options, target: 'binary', threads: threads.map(() => []) }),
    build: 'core', regionBytes: region.bytes, model: undefined,
    threads: threads.map((ops) => ops.flatMap((op) => op(region))),
    setup(machine) {
      region.formatShipped(machine);
      fill(machine, region, options.holds);
      options.prepare?.(machine, region);
    },
  };
}

export const binaryScenarios: readonly Scenario[] = [
  binary({
    name: 'binary: overwrite beside get and remove', holds: { a: 1, b: 2 },
    threads: [[put('a', 7)], [get('a'), get('b')], [remove('b')]],
  }),
  binary({
    name: 'binary: split beside get, one death', holds: { a: 1, b: 2, c: 3 },
    maxDeaths: 1, lateDetection: true, threads: [[put('d', 4)], [get('c'), get('d')]],
  }),
];
