// The verbs of the shipped binary that no other scenario calls as a host does: scans from a key and
// through layers, batches, transactions, identities, the catalog of streams.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Op, type Scenario } from '../scenario.js';
import { get, put, unmodelled, type BinaryOp } from './binary.js';
import { keyArguments } from './tree-operations.js';
import type { TreeRegion } from './tree-region.js';
import type { TreeOptions } from './tree-scenario.js';

const VALUE_BYTES = 4;
const RECORD_BYTES = 48;
const OK = 1;
/** A batch that found no room, or not enough nodes, and is to be staged again. */
const AGAIN = -1;
/** A name of an identity fills the cell's name. */
const NAME = Buffer.from('n'.padEnd(32, '\0'), 'latin1');
const [HAS_START, REVERSE, WITH_START] = [2, 1, 4];
const [layer1, layer2, layer3] = ['abcdefgh1', 'abcdefgh2', 'abcdefgh3'];
const [deep1, deep2] = ['abcdefghijklmnop1', 'abcdefghijklmnop2'];

type Check = (returned: number, machine: Machine, region: TreeRegion, thread: number) => boolean;

/** A call of an export, with texts in the first key areas, whose result must pass a check. */
function verb(
  fn: string, args: Op['args'], texts: readonly string[] = [], check: Check = () => true,
): BinaryOp {
  return (region) => [{
    fn, args, modelled: false, label: `${fn}(${texts.join(', ')})`,
    before(machine, thread) {
      texts.forEach((text, i) => {
        machine.storeBytes(region.keyArea(thread) + 64 * i, Buffer.from(`${text}\0`, 'latin1'));
      });
    },
    result(returned, machine, thread) {
      const result = Number(returned ?? 0);
      if (check(result, machine, region, thread)) return result;
      throw new ScenarioViolation(`T${thread}: ${fn}(${texts.join(', ')}) returned ${result}`);
    },
  }];
}

/** Keys that a scan has left in the output area. */
function scanned(machine: Machine, region: TreeRegion, thread: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const entry = region.outputArea(thread) + 16 * i;
    const at = machine.load32(entry);
    const bytes = machine.u8.slice(at, at + machine.load32(entry + 4));
    return Buffer.from(bytes).toString('latin1');
  });
}

/** A scan from a key on; of the keys `maybe` each may be there or not. */
function scanFrom(start: string, flags: number, always: string[], maybe: string[]): BinaryOp {
  return verb('scan', [flags | HAS_START | WITH_START, start.length, 0, 8], [start],
    (found, machine, region, thread) => {
      const keys = scanned(machine, region, thread, found);
      const rest = keys.filter((key) => !maybe.includes(key));
      return rest.join() === always.join();
    });
}

/** Stages a put of a value under a key; the batch has to have room. */
const stage = (key: string, value: number): BinaryOp =>
  verb('stageEntry', [0, key.length, VALUE_BYTES], [key], (at, machine) => {
    machine.store32(at >>> 0, value);
    return at !== 0;
  });
const batch = (keys: readonly string[], value: number, ...results: number[]): BinaryOp[] => [
  verb('reserveBatch', [keys.length * RECORD_BYTES, 0], [], (done) => done === 1),
  ...keys.map((key) => stage(key, value)),
  verb('commitBatch', [0], [], (result) => results.includes(result)),
];

const STREAMS = { kib: 48, ringBytes: 2048, locks: 12 } as const;
/** Word of the output area in which a call has left an address or an id. */
const output = (machine: Machine, region: TreeRegion, thread: number, word: number): number =>
  machine.load32(region.outputArea(thread) + 4 * word);
const [ID, PARTITIONS, MEMBERS] = [0, 1, 2];

/** The stream s, with the group g, is there; the ghost keeps its id. */
function makeStream(machine: Machine, region: TreeRegion): void {
  const text = (area: number, letter: string): void => machine.storeBytes(
    region.keyArea(0) + 64 * area, Buffer.from(`${letter}\0`, 'latin1'),
  );
  text(0, 's');
  if (machine.call(0, 'streamCreate', 1, 1, 8, 1024) !== OK) throw new Error('no stream');
  text(0, 's');
  text(1, 'g');
  if (machine.call(0, 'groupJoin', 1, 1, 0) !== OK) throw new Error('no group');
  text(0, 's');
  machine.call(0, 'streamFind', 1);
  machine.ghost = output(machine, region, 0, ID);
}
const idOf = (machine: Machine): number => Number(machine.ghost);

/** A scenario on the stream; what it leaves in the heap is counted by the scenarios on streams. */
function streams(options: Pick<TreeOptions, 'name' | 'quickInstead'> & {
  readonly threads: readonly (readonly BinaryOp[])[];
}): Scenario {
  return {
    ...unmodelled({ ...options, holds: {}, region: STREAMS, prepare: makeStream, ghost: 0 }),
    finalState: undefined,
  };
}

/** Every thread puts keys of two letters until it has no room for another one. */
function fillUp(machine: Machine, region: TreeRegion): void {
  for (let thread = 0; thread < region.workers; thread++) {
    for (let i = 0; machine.call(thread, 'reserve', 2, VALUE_BYTES) !== 0; i++) {
      const key = String.fromCharCode(98 + 8 * thread + Math.floor(i / 64), 60 + i % 64);
      machine.storeBytes(region.nextValue(machine, thread, 2), new Uint8Array(VALUE_BYTES));
      machine.call(thread, 'put', ...keyArguments(key), VALUE_BYTES);
    }
  }
}
/** Somebody cleans, and never comes to an end. */
function holdLease(machine: Machine, region: TreeRegion): void {
  fillUp(machine, region);
  machine.store32(CLEANER_LEASE, ENVIRONMENT);
  machine.store32(CLEANER_LEASE + 4, machine.load32(region.slot(ENVIRONMENT) + GEN));
}
/** There is no room, and each has to be told so. */
const reserveInVain = verb('reserve', [2, VALUE_BYTES], [], (done) => done === 0);

/** In the superblock, and in the lines of a slot. */
const CLEANER_LEASE = 320;
const GEN = 128;
const ENVIRONMENT = 1;

const FULL_LEAVES = Object.fromEntries([...'bdfhjlnprtvx'].map((key, i) => [key, i + 1]));
const WIDE_BATCH = ['c', 'i', 'o', 'u'];

export const verbScenarios: readonly Scenario[] = [
  unmodelled({
    name: 'binary: scans through a layer, beside a put',
    holds: { [layer1]: 1, [layer2]: 2, [deep1]: 5, [deep2]: 6, m: 3 },
    threads: [
      [put(layer3, 4)],
      [scanFrom(deep2, 0, [deep2, 'm'], []),
        scanFrom('n', REVERSE, ['m', deep2, deep1, layer2, layer1], [layer3])],
    ],
  }),
  unmodelled({
    name: 'binary: a batch that makes a layer, beside a get', holds: { [layer1]: 1 },
    threads: [batch([layer2, layer3], 9, OK), [get(layer2)]],
    finish: (_machine, _region, found) =>
      (found[layer2] === 9 && found[layer3] === 9 ? null : 'the batch is not there'),
  }),
  unmodelled({
    // More leaves split than a reservation has nodes for: the batch asks for more and is repeated.
    name: 'binary: a batch that runs out of nodes', holds: FULL_LEAVES,
    region: { kib: 40, ringBytes: 4096, locks: 12 },
    threads: [[...batch(WIDE_BATCH, 9, AGAIN), ...batch(WIDE_BATCH, 9, OK)], [get('c')]],
    finish: (_machine, _region, found) =>
      (WIDE_BATCH.every((key) => found[key] === 9) ? null : 'the batch is not there'),
  }),
  unmodelled({
    name: 'binary: a serial transaction with an outcome, beside a put', holds: { a: 1 },
    region: { identities: 1 },
    prepare: (machine, region) => {
      machine.storeBytes(region.keyArea(0), NAME);
      if (machine.call(0, 'claimName') !== 1) throw new Error('the name is taken');
    },
    threads: [
      [
        verb('setSequence', [0, 7]), verb('enterSerial', []), verb('startCapture', []), get('a'),
        verb('stopCapture', []), ...batch(['a'], 9, OK), verb('leaveSerial', []),
        verb('outcomeOf', [], [NAME.toString('latin1')],
          (known, machine, region, thread) =>
            known === 1 && output(machine, region, thread, 0) === 7),
      ],
      [put('a', 5)],
    ],
  }),
  unmodelled({
    name: 'binary: a store that is full', holds: { a: 1 }, prepare: fillUp,
    threads: [
      [reserveInVain],
      [get('a'), verb('wantFlush', [0]), verb('flushState', [1n, 0], [], (state) => state === 0)],
    ],
    finish: (_machine, _region, found) => (found.a === 1 ? null : 'a is gone'),
  }),
  unmodelled({
    name: 'binary: a cleaner that never ends', holds: { a: 1 }, prepare: holdLease,
    timeouts: true, threads: [[reserveInVain], []],
  }),
  streams({
    quickInstead: 'binary: scans through a layer, beside a put',
    name: 'binary: the catalog of streams, beside a group that comes and goes',
    threads: [
      [
        verb('groupJoin', [1, 1, 0], ['s', 'h'], (result) => result === OK),
        (region) => [{
          fn: 'groupLeave', modelled: false,
          args: (machine, thread) => [output(machine, region, thread, MEMBERS),
            output(machine, region, thread, ID)],
        }],
        verb('streamNext', [1], ['s'], (bytes) => bytes === 0),
      ],
      [
        verb('streamFind', [1], ['s'], (found, machine, region, thread) =>
          found === 1 && output(machine, region, thread, PARTITIONS) === 1),
        verb('streamNext', [0], [''], (bytes) => bytes === 1),
        verb('groupNext', (machine) => [idOf(machine), 0], [''], (bytes) => bytes === 1),
        verb('groupFind', (machine) => [idOf(machine), 1], ['g'], (found) => found === 1),
        verb('streamReserve', [8], [], (at) => at !== 0),
      ],
    ],
  }),
];
