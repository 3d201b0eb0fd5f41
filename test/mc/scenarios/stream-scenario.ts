// A scenario on the real streams: one stream 's' with one partition, one group 'g' of which every
// thread is a member, and whatever else the scenario prepares.

import { LAYOUT } from '../../../src/layout.js';
import type { Machine } from '../machine.js';
import type {
  Call, FinalState, Json, Model, Op, Outcome, Scenario, WasmValue,
} from '../scenario.js';
import { TreeRegion, type RegionOptions } from './tree-region.js';
import { Broken, TreeWalk } from './tree-walk.js';

const BUILD = 'test/mc/fixtures/streams.ts';
const STREAM_NODES = 232;
const NODE_ID = 8;
const NODE_NEXT = 16;
const CELL_MEMBERS = 48;
const [STREAM, GROUP] = ['s', 'g'].map((name) => name.charCodeAt(0));
const CAPACITY = 1024;

/** Where the stream stands, once the set-up has made it. */
export interface Places {
  id: number;
  node: number;
  group: number;
  members: number;
  cell: number;
}
/** An operation that may need to know where the stream stands. */
export type StreamOp = (places: Places, region: TreeRegion) => Op;

/** What the sequential model knows: messages, key a of the map, offset, whether it is destroyed. */
export interface StreamState {
  readonly [key: string]: Json;
  readonly list: string;
  readonly a: number;
  readonly offset: number;
  readonly alive: boolean;
}
export const EMPTY: StreamState = { list: '', a: 0, offset: 0, alive: true };

export interface StreamOptions {
  readonly name: string;
  readonly threads: readonly (readonly StreamOp[])[];
  readonly respawn?: readonly (readonly (readonly StreamOp[])[] | null)[];
  readonly maxDeaths?: number;
  readonly lateDetection?: boolean;
  readonly immortal?: readonly number[];
  readonly diesOnce?: boolean;
  readonly capacity?: number;
  readonly region?: Partial<RegionOptions>;
  /** Digits that are pushed in the set-up, by the threads in turn, so that none joins the last. */
  readonly holds?: string;
  readonly prepare?: (machine: Machine, places: Places, region: TreeRegion) => void;
  /** Undefined: everything is compared with the sequential model. */
  readonly finish?: (machine: Machine, places: Places) => string | null;
  readonly init?: Partial<StreamState>;
  readonly ghost?: Json;
  readonly timeouts?: boolean;
  readonly long?: boolean;
  readonly quickInstead?: string;
  readonly limits?: Scenario['limits'];
}

const DESTROYED = -8;

function step(state: StreamState, fn: string, input: readonly number[]): [number, StreamState] {
  const { list, a, offset, alive } = state;
  switch (fn) {
    case 'push': return alive ? [1, { ...state, list: list + input[0] }] : [DESTROYED, state];
    case 'readFrom': return [alive ? Number(list.slice(input[0])) : DESTROYED, state];
    case 'getValue': return [a, state];
    case 'offsetOf': return [offset, state];
    case 'putValue': return [1, { ...state, a: input[0] }];
    case 'commitOffset': return [1, { ...state, offset: Math.max(offset, input[0]) }];
    case 'putAndCommit': return [1, { ...state, a: input[0], offset: input[1] }];
    case 'commitIf':
      return a === input[0] ? [1, { ...state, offset: input[1] }] : [0, state];
    case 'destroy': return [alive ? 1 : 0, { ...state, list: '', alive: false }];
    default: throw new TypeError(`a stream knows no ${fn}`);
  }
}
/** The stream, its offset and key a of the map as a sequential specification. */
export const modelFrom = (init: StreamState): Model => ({
  init,
  step(state: Json, { fn, input }: Call): Outcome {
    return step(state as StreamState, fn, input as readonly number[]);
  },
});

/** An operation whose first arguments are places. */
export function on(
  fn: string, where: readonly (keyof Places)[], input: readonly number[] = [],
  more: Partial<Op> = {},
): StreamOp {
  return (places) => ({
    fn, input: [...input], label: `${fn}(${input.join(', ')})`,
    args: (): WasmValue[] => [...where.map((name) => places[name]), ...input],
    ...more,
  });
}

export function stream(options: StreamOptions): Scenario {
  const { threads, maxDeaths = 0, lateDetection = false, respawn } = options;
  const region = new TreeRegion(
    { kib: 48, ringBytes: 2048, locks: 12, ...options.region, workers: threads.length },
  );
  const places: Places = { id: 0, node: 0, group: 0, members: 0, cell: 0 };
  const bind = (ops: readonly StreamOp[]): Op[] => ops.map((op) => op(places, region));
  const holds = options.holds ?? '';
  const init: StreamState = { ...EMPTY, list: holds, ...options.init };
  return {
    name: options.name, target: 'stream', build: BUILD, regionBytes: region.bytes,
    threads: threads.map(bind),
    respawn: respawn?.map((lives) => lives?.map(bind) ?? null),
    maxDeaths, lateDetection, immortal: options.immortal, diesOnce: options.diesOnce,
    supervisor: maxDeaths > 0 ? 'environment' : 'none',
    timeouts: options.timeouts, long: options.long, limits: options.limits,
    quickInstead: options.quickInstead, ghost: options.ghost,
    setup(machine) {
      region.format(machine);
      makeStream(machine, region, places, options.capacity ?? CAPACITY);
      [...holds].forEach((digit, i) => {
        must(machine.call(i % threads.length, 'push', places.node, places.id, Number(digit)));
      });
      options.prepare?.(machine, places, region);
    },
    model: options.finish === undefined ? modelFrom(init) : undefined,
    finalState: (machine) => finalState(machine, region, places, options.finish),
    isShared: (address) => region.isShared(address),
    scratch: (thread) => region.scratch(thread),
    symbol: (address) => region.symbol(address),
    protocol: region.protocol(),
  };
}

function must(result: WasmValue | undefined): void {
  if (result !== 1) throw new Error(`the set-up of a stream: ${String(result)}`);
}
/** Thread 0 makes the stream; every thread joins the group and opens its frames. */
function makeStream(
  machine: Machine, region: TreeRegion, places: Places, capacity: number,
): void {
  for (let thread = 0; thread < region.workers; thread++) must(machine.call(thread, 'warm'));
  must(machine.call(0, 'makeStream', STREAM, capacity));
  for (let thread = 0; thread < region.workers; thread++) {
    must(machine.call(thread, 'joinGroup', STREAM, GROUP));
    machine.call(thread, 'reserve', 0);
  }
  const words = (i: number): number => machine.load32(region.outputArea(0) + 4 * i);
  machine.call(0, 'find', STREAM);
  [places.id, places.node] = [words(0), words(4)];
  machine.call(0, 'findGroup', places.id, GROUP);
  [places.group, places.members, places.cell] = [words(0), words(2), words(4)];
}
/** Frame of the last chunk that a thread has taken. */
export function chunkFrame(machine: Machine, region: TreeRegion, thread: number): number {
  return machine.load32(region.contextOf(thread) + LAYOUT.context.Context.chunkFrame);
}

/** Nodes of streams: those in use, and those in the free list. */
function streamNodes(machine: Machine, { node, members, cell }: Places): number[] {
  const nodes = [node, members, cell].filter((at) => machine.load32(at + NODE_ID) !== 0);
  let other = machine.load32(node + NODE_NEXT);
  for (; nodes.length === 3 && other !== 0; other = machine.load32(other + NODE_NEXT)) {
    if (other !== cell) nodes.push(other, machine.load32(other + CELL_MEMBERS));
  }
  let free = machine.load32(STREAM_NODES);
  for (; free !== 0; free = machine.load32(free + NODE_NEXT)) nodes.push(free);
  if (new Set(nodes).size < nodes.length) throw new Broken('a stream node is in use twice');
  return nodes;
}

function finalState(
  machine: Machine, region: TreeRegion, places: Places, finish: StreamOptions['finish'],
): FinalState {
  for (let slot = 1; slot <= region.slots; slot++) machine.callEnvironment('recover', slot);
  const ask = (fn: string, ...args: number[]): number =>
    Number(machine.call(machine.environment, fn, ...args));
  try {
    const map = new TreeWalk(machine, region).run(streamNodes(machine, places));
    const live = ask('liveBytes');
    const retained = ask('retained', places.node);
    if (live !== retained) return { error: `${live} bytes live, ${retained} are retained` };
    const wrong = finish?.(machine, places) ?? null;
    if (wrong !== null) return { error: wrong };
    const read = ask('readFrom', places.node, places.id, 0);
    const state: StreamState = {
      list: read > 0 ? String(read) : '', a: map.a ?? 0,
      offset: ask('offsetOf', places.cell), alive: read !== DESTROYED,
    };
    return { state };
  } catch (error) {
    if (error instanceof Broken) return { error: error.message };
    throw error;
  }
}
