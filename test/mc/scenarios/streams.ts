// Streams: appending, spilling, reading and trimming; leases, offsets and bells; destruction. The
// final check of every scenario counts the heap and the bytes of messages.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Scenario } from '../scenario.js';
import { chunkFrame, on, stream, type Places, type StreamOp } from './stream-scenario.js';
import type { TreeRegion } from './tree-region.js';
import { join as joinSlot, scribble as scribbleFrame } from './tree-operations.js';

const late = { lateDetection: true, maxDeaths: 1 } as const;
const A = 'a'.charCodeAt(0);
const PARTITION_TAIL = 24;
const PARTITION_FIRST = 32;
const LEASE_LOST = -9;
const NODE_AND_ID = ['node', 'id'] as const;
const CELL = ['cell', 'group'] as const;

export const push = (digit: number): StreamOp => on('push', NODE_AND_ID, [digit]);
export const read = (from = 0): StreamOp => on('readFrom', NODE_AND_ID, [from]);
export const join: StreamOp = (_, region) => joinSlot(region);
const scribble: StreamOp = (_, region) => scribbleFrame()(region);
export const helper = (
  fn: string, where: readonly (keyof Places)[], ...input: number[]
): StreamOp => on(fn, where, input, { modelled: false });

const appending: readonly Scenario[] = [
  stream({ name: 'stream: two appends', threads: [[push(1), push(2)], [push(3), push(4)]] }),
  stream({
    name: 'stream: append beside read', ...late,
    threads: [[push(1)], [read(), read()]],
  }),
  stream({
    name: 'stream: append, a death', ...late, diesOnce: true,
    threads: [[push(1)], [read()]], respawn: [[[join, push(2), push(3)]], null],
  }),
  stream({
    name: 'stream: spill beside read', holds: '12345678', ...late,
    threads: [[push(9)], [read(6), read(6)]],
  }),
  stream({
    // The second thread's message stands right behind its last one: no new extent.
    name: 'stream: spill beside an append', holds: '12345678',
    threads: [[push(9)], [push(1)]],
  }),
  stream({
    name: 'stream: two spills at once', holds: '12345678', long: true,
    prepare: (machine) => { machine.call(1, 'reserve', 0); },
    threads: [[push(9)], [push(1)]],
  }),
  heldFrame(),
];

/** Fails unless the operation comes to one of the results. */
function expecting(op: StreamOp, ...results: (number | string)[]): StreamOp {
  return (places, region) => ({
    ...op(places, region),
    result(returned) {
      const result = Number(returned);
      if (results.includes(result)) return result;
      throw new ScenarioViolation(`the result ${result} is none of ${results.join(', ')}`);
    },
  });
}

/**
 * A chunk in a frame that was rolled over is published by one who dies at any store; another frees
 * what is idle and writes over it. What was published must still be there.
 */
function heldFrame(): Scenario {
  let at = 0;
  let frame = 0;
  const publish: StreamOp = (places) => ({
    fn: 'publish', args: () => [places.node, places.id, at, frame], modelled: false,
    label: 'publish()',
  });
  return stream({
    name: 'stream: chunk in a frame that was rolled over', ...late, immortal: [1],
    threads: [[publish], [helper('retire', []), scribble]],
    prepare(machine, _, region) {
      at = Number(machine.call(0, 'reserve', 7));
      frame = chunkFrame(machine, region, 0);
      while (chunkFrame(machine, region, 0) === frame) machine.call(0, 'reserve', 0);
    },
    finish(machine, places) {
      const found = Number(machine.call(1, 'readFrom', places.node, places.id, 0));
      return found === 0 || found === 7 ? null : `the message ${found} was published`;
    },
  });
}

// ---- leases and offsets

const HOLDER = 32;
/** Slot whose living incarnation has the lease, as the cell says. */
function holder(machine: Machine, { cell }: Places): number {
  return machine.load32(cell + HOLDER) & 0xffff;
}
/** Takes a lease; the ghost knows who has taken one and not begun to give it back. */
export const taking = (fn: 'take' | 'awaitLease'): StreamOp => (places, region) => ({
  ...on(fn, CELL, [], { modelled: false })(places, region),
  result(returned, machine, thread) {
    if (returned !== 1) return Number(returned);
    const other = Number(machine.ghost) - 1;
    if (other >= 0 && other !== thread && !machine.isDead(other)) {
      throw new ScenarioViolation(`T${thread} has a lease that T${other} has, too`);
    }
    machine.ghost = thread + 1;
    return 1;
  },
});
export const giving: StreamOp = (places, region) => ({
  ...on('give', CELL, [], { modelled: false })(places, region),
  before: (machine, thread) => { if (machine.ghost === thread + 1) machine.ghost = 0; },
});
export const commit = (offset: number): StreamOp => on('commitOffset', CELL, [offset]);
export const takeFirst = (thread: number) => (machine: Machine, { cell, group }: Places): void => {
  if (machine.call(thread, 'take', cell, group) !== 1) throw new Error('no lease in the set-up');
};
export const putAndCommit = (value: number, offset: number): StreamOp => (places) => ({
  fn: 'putAndCommit', input: [value, offset], label: `putAndCommit(${value}, ${offset})`,
  args: () => [A, value, places.cell, places.group, offset],
});
export const commitIf = (value: number, offset: number): StreamOp => (places) => ({
  fn: 'commitIf', input: [value, offset], label: `commitIf(${value}, ${offset})`,
  args: () => [A, value, places.cell, places.group, offset],
});
export const getA: StreamOp = on('getValue', [], [], { args: [A << 24, 0, 1] });
export const putA = (value: number): StreamOp =>
  on('putValue', [], [value], { args: [A << 24, 0, 1, value] });
export const offsetOf: StreamOp = on('offsetOf', ['cell']);

const leasing: readonly Scenario[] = [
  stream({
    name: 'lease: taken and given by two', ...late, ghost: 0, finish: () => null,
    threads: [[taking('take'), giving], [taking('take'), giving]],
  }),
  stream({
    name: 'lease: awaited while it is given', ghost: 1, finish: () => null,
    prepare: takeFirst(0), threads: [[giving], [taking('awaitLease')]],
  }),
  stream({
    name: 'lease: its holder dies', ...late, immortal: [1], ghost: 1, finish: () => null,
    prepare: takeFirst(0), threads: [[helper('retire', []), giving], [taking('awaitLease')]],
  }),
  stream({
    name: 'lease: of a former incarnation', ...late, immortal: [1], prepare: takeFirst(0),
    threads: [[push(1)], [read()]],
    respawn: [[[join, expecting(helper('commitOffset', CELL, 1), LEASE_LOST)]], null],
  }),
  stream({
    name: 'offset: with the map, a death', ...late, immortal: [1], prepare: takeFirst(0),
    threads: [[putAndCommit(5, 3)], [offsetOf, getA, offsetOf]],
  }),
  stream({
    name: 'offset: of a transaction that reads', init: { a: 1 },
    prepare: (machine, places) => {
      takeFirst(0)(machine, places);
      machine.call(0, 'putValue', A << 24, 0, 1, 1);
    },
    threads: [[commitIf(1, 3)], [putA(2), offsetOf]],
  }),
  stream({
    name: 'offset: committed while the lease goes on', ...late, immortal: [1], ghost: 1,
    prepare: takeFirst(0), threads: [[commit(2), giving], [taking('awaitLease'), commit(3)]],
    finish: (machine, places) => (holder(machine, places) === 3 ? null : 'the lease is lost'),
  }),
];

// ---- bells

const awaitMessage = (from: number): StreamOp => helper('awaitMessage', NODE_AND_ID, from);
const CREDIT_FOR_TWO = 16;

/** A consumer must not sleep beside a message that is there. */
function awake(machine: Machine, { node }: Places): string | null {
  const asleep = Number(machine.ghost) === 0;
  return asleep && machine.load32(node + PARTITION_TAIL) > 0 ? 'nobody woke the consumer' : null;
}
const awaited = (from: number): StreamOp => (places, region) => ({
  ...awaitMessage(from)(places, region), mayBlock: true,
  result(returned, machine) {
    machine.ghost = 1;
    return Number(returned);
  },
});

const ringing: readonly Scenario[] = [
  stream({
    name: 'bell: two messages, one by one', prepare: takeFirst(1), finish: () => null,
    threads: [[push(1), push(2)], [awaitMessage(0), awaitMessage(1)]],
  }),
  stream({
    name: 'bell: the producer dies', ...late, immortal: [1], ghost: 0, prepare: takeFirst(1),
    threads: [[push(1)], [awaited(0)]], finish: awake,
  }),
  stream({
    name: 'bell: a producer waits for credit', capacity: CREDIT_FOR_TWO, holds: '11',
    prepare: takeFirst(1), finish: () => null,
    threads: [[helper('pushWaiting', NODE_AND_ID, 3)], [helper('commitOffset', CELL, 2)]],
  }),
];

// ---- trimming and destruction

const consume = (from: number, digits: number): StreamOp =>
  expecting(helper('consume', ['node', 'id', 'cell', 'group'], from), digits);

const [STREAM, OTHER_GROUP] = ['s', 'h'].map((name) => name.charCodeAt(0));
/** No group may have to read what is gone. */
function offsetIsThere(machine: Machine, { id, node }: Places): string | null {
  const found = Number(machine.call(1, 'groupOffset', id, OTHER_GROUP));
  const first = machine.load32(node + PARTITION_FIRST);
  return found < first ? `a group begins at ${found}, the messages at ${first}` : null;
}

const trimming: readonly Scenario[] = [
  stream({
    name: 'trim: beside one who reads', holds: '121', prepare: takeFirst(0), finish: () => null,
    threads: [[consume(0, 121)], [helper('trim', NODE_AND_ID), helper('retire', []), scribble]],
  }),
  stream({
    name: 'trim: of the newest extents, a death', holds: '1234', ...late, immortal: [1],
    prepare: takeFirst(0), finish: () => null,
    threads: [
      [helper('commitOffset', CELL, 2)],
      [expecting(helper('readFrom', NODE_AND_ID, 2), 34)],
    ],
  }),
  stream({
    name: 'trim: of old extents, a death', holds: '123456789', ...late,
    prepare: takeFirst(0), finish: () => null,
    threads: [[helper('commitOffset', CELL, 9)], [helper('readFrom', NODE_AND_ID, 8)]],
  }),
  stream({
    name: 'trim: beside one who reads on', holds: '1234', prepare: takeFirst(0),
    finish: () => null,
    threads: [
      [helper('commitOffset', CELL, 2)],
      [expecting(helper('readFrom', NODE_AND_ID, 2), 34)],
    ],
  }),
  stream({
    // The new group begins at the oldest message that is left, so what it was told stays.
    name: 'trim: of old extents, beside a new group', holds: '123456789',
    prepare: takeFirst(0), finish: offsetIsThere, long: true,
    threads: [[helper('commitOffset', CELL, 9)], [helper('joinGroup', [], STREAM, OTHER_GROUP)]],
  }),
  stream({
    name: 'trim: two of them', holds: '12', prepare: takeFirst(0), finish: () => null,
    threads: [[helper('commitOffset', CELL, 1)], [helper('trim', NODE_AND_ID), push(3)]],
  }),
];

const NEXT_STREAM = 't'.charCodeAt(0);
const destroy: StreamOp = on('destroy', [], [], { args: ['s'.charCodeAt(0)] });
/** The first thread's frame is sealed, and nobody holds it: it goes with the last message in it. */
function rollOver(machine: Machine, region: TreeRegion): void {
  const frame = chunkFrame(machine, region, 0);
  while (chunkFrame(machine, region, 0) === frame) machine.call(0, 'reserve', 0);
  machine.call(0, 'release', frame);
}
/** Nothing of the old stream may reach the new one, which has its nodes. */
function nothingInNew(machine: Machine, places: Places): string | null {
  const id = machine.load32(places.node + 8);
  if (id === 0 || id === places.id) return null;
  const found = Number(machine.call(1, 'readFrom', places.node, id, 0));
  return found === 0 ? null : `the new stream holds ${found}`;
}

const destroying: readonly Scenario[] = [
  stream({
    name: 'destroy: beside an append', holds: '1', ...late, immortal: [1],
    threads: [[destroy], [push(2), push(3)]],
  }),
  stream({
    name: 'destroy: the nodes are used again', holds: '1', finish: nothingInNew, long: true,
    threads: [[destroy, helper('makeStream', [], NEXT_STREAM, 1024)], [push(2)]],
  }),
  stream({
    name: 'destroy: beside one who reads', holds: '7', finish: () => null,
    prepare(machine, places, region) {
      takeFirst(1)(machine, places);
      rollOver(machine, region);
    },
    threads: [[destroy, scribble], [expecting(helper('readLater', NODE_AND_ID, 0), 7, -8)]],
  }),
];

export const streamScenarios: readonly Scenario[] =
  [...appending, ...leasing, ...ringing, ...trimming, ...destroying];
