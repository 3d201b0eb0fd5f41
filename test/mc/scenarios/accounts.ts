// What the scenarios on accounts share: the region of fixtures/accounts.ts, its operations, their
// sequential models and the death protocol. Thread t works in slot t + 1; the environment's
// supervisor has the slot behind the last thread's.

import type { Machine } from '../machine.js';
import type {
  Call, FinalState, Json, Model, Op, Outcome, Protocol, Scenario,
} from '../scenario.js';
import { isClaimedBy } from './state-word.js';

const BUILD = 'test/mc/fixtures/accounts.ts';
const KIB = 32;
const SLOT_LINES = 1024;
const SLOT_BYTES = 256;
const TABLES_BYTES = 640;
/** Block of a slot: the part that others read, the context's fields, private scratch. */
const BLOCK_SHARED = 384;
const BLOCK_SCRATCH = BLOCK_SHARED + 192;
const BLOCK_BYTES = 4096;
const NODE_BYTES = 256;
export const GEN = 128;
const COUNTERS = 192;
const VERSION_MASK = (1n << 48n) - 1n;
const LINK = 160;
const PERMUTATION = 8;
const KEYS = 64;
/** Exit words of the scenarios whose supervisors are threads: one u32 per slot. */
export const EXITS = 448;

const up = (value: number, to: number): number => Math.ceil(value / to) * to;

/** Addresses of a region with so many slots. */
export class Places {
  constructor(readonly slots: number) {}
  slot(slot: number): number {
    return SLOT_LINES + (slot - 1) * SLOT_BYTES;
  }
  block(slot: number): number {
    const first = SLOT_LINES + this.slots * SLOT_BYTES + TABLES_BYTES;
    return slot === 1 ? first : up(first + BLOCK_BYTES, 256) + (slot - 2) * BLOCK_BYTES;
  }
  /**
   * The counters of all slots. Nothing depends on them, so they are given to the environment, which
   * is never inside an operation: they do not tell states apart.
   */
  counters(): { from: number; to: number }[] {
    return Array.from({ length: this.slots }, (_, i) => {
      const from = this.slot(i + 1) + COUNTERS;
      return { from, to: from + 64 };
    });
  }
  account(i: number): number {
    return up(this.block(this.slots) + BLOCK_BYTES, 256) + i * NODE_BYTES;
  }
}

export interface AccountsOptions {
  readonly name: string;
  readonly threads: Scenario['threads'];
  readonly model?: Model;
  readonly maxDeaths?: number;
  readonly lateDetection?: boolean;
  readonly respawn?: Scenario['respawn'];
  readonly supervisor?: Scenario['supervisor'];
  readonly immortal?: readonly number[];
  readonly diesOnce?: boolean;
  readonly limits?: Scenario['limits'];
  readonly long?: boolean;
  readonly quickInstead?: string;
  /** Keeps every committed record and replays them in ticket order at the end. */
  readonly journal?: boolean;
  readonly balance?: number;
}

/** A scenario on two accounts (nodes with entries 1 and 2). */
export function accounts(options: AccountsOptions): Scenario {
  const { threads, maxDeaths = 0, lateDetection = false, respawn, immortal, diesOnce } = options;
  const places = new Places(threads.length + 1);
  const journal = options.journal ? new Journal(places) : null;
  const supervisor = options.supervisor ?? (maxDeaths > 0 ? 'environment' : 'none');
  return {
    name: options.name, target: 'mtx', build: BUILD, regionBytes: KIB * 1024,
    threads: journal ? threads.map((ops) => ops.map((op) => journal.recording(op))) : threads,
    respawn: journal ? respawn?.map((lives) => lives?.map((ops) =>
      ops.map((op) => journal.recording(op))) ?? null) : respawn,
    maxDeaths, lateDetection, supervisor, immortal, diesOnce,
    limits: options.limits, long: options.long, quickInstead: options.quickInstead,
    ghost: journal ? [] : undefined,
    setup: (machine) => setup(machine, places, options.balance ?? 10),
    model: options.model,
    finalState: (machine) => finalState(machine, places, journal),
    isShared: (address) => isShared(address, places),
    scratch: (thread) => {
      const block = places.block(thread + 1);
      const own = { from: block + BLOCK_SCRATCH, to: block + BLOCK_BYTES, poison: true };
      return thread === threads.length ? [own, ...places.counters()] : [own];
    },
    symbol: (address) => symbol(address, places),
    protocol: protocol(places, journal, supervisor),
  };
}

function setup(machine: Machine, places: Places, balance: number): void {
  const first = machine.call(0, 'setup', KIB, places.slots, 2, balance);
  if (first !== places.account(0)) throw new Error(`accounts stand at ${String(first)}`);
  for (let t = 0; t <= machine.environment; t++) machine.call(t, 'attach', t + 1, 1);
}

function isShared(address: number, places: Places): boolean {
  for (let slot = 1; slot <= places.slots; slot++) {
    const block = places.block(slot);
    if (address >= block + BLOCK_SHARED && address < block + BLOCK_BYTES) return false;
  }
  return true;
}

function symbol(address: number, places: Places): string {
  for (let i = 0; i < 2; i++) {
    const at = address - places.account(i);
    if (at >= 0 && at < NODE_BYTES) return `account${i}+${at}`;
  }
  for (let slot = 1; slot <= places.slots; slot++) {
    const line = address - places.slot(slot);
    if (line >= 0 && line < SLOT_BYTES) return `slot${slot}+${line}`;
    const block = address - places.block(slot);
    if (block >= 0 && block < BLOCK_BYTES) return `block${slot}+${block}`;
  }
  return String(address);
}

function protocol(
  places: Places, journal: Journal | null, supervisor: Scenario['supervisor'],
): Protocol {
  const generation = (machine: Machine, thread: number): number =>
    machine.load32(places.slot(thread + 1) + GEN);
  const exit = (machine: Machine, thread: number): void =>
    machine.store32(EXITS + 4 * (thread + 1), generation(machine, thread));
  return {
    declareDead(machine, thread) {
      journal?.record(machine, thread);
      if (supervisor === 'threads') exit(machine, thread);
      else machine.store32(places.slot(thread + 1) + GEN, generation(machine, thread) + 1);
    },
    needsRecovery: (machine, thread) =>
      Number(machine.load64(places.slot(thread + 1)) >> 48n) !== generation(machine, thread),
    recover: (machine, thread) => { machine.callEnvironment('recoverSlot', thread + 1, 0); },
    recovers(machine, thread) {
      const slots = Array.from({ length: places.slots }, (_, i) => places.slot(i + 1));
      return slots.some((slot) =>
        isClaimedBy(machine.load64(slot), thread + 1, generation(machine, thread)));
    },
    canRespawn: (machine, thread) => supervisor !== 'threads' ||
      generation(machine, thread) > machine.incarnation(thread) + 1,
    ended(machine, thread) { if (supervisor === 'threads') exit(machine, thread); },
  };
}

/** Everything quiet, and what the accounts hold. */
function finalState(machine: Machine, places: Places, journal: Journal | null): FinalState {
  for (let slot = 1; slot <= places.slots; slot++) {
    // A supervisor of the scenario handles one death of a slot; later ones are handled here.
    const isDead = slot < places.slots && machine.isDead(slot - 1);
    const exit = isDead ? machine.load32(EXITS + 4 * slot) : 0;
    if (exit !== 0) machine.callEnvironment('declareDead', slot, exit);
    machine.callEnvironment('recoverSlot', slot, 0);
    const st = machine.load64(places.slot(slot));
    if ((st & 0xfffff0000fffn) !== 0n) {
      return { error: `slot ${slot} is not idle: ${st.toString(16)}` };
    }
  }
  const values: Json[] = [];
  for (let i = 0; i < 2; i++) {
    const word = machine.load64(places.account(i));
    if ((word & ~VERSION_MASK) !== 0n) {
      return { error: `account ${i} is locked: ${word.toString(16)}` };
    }
    values.push(Number(machine.load64(places.account(i) + LINK)));
  }
  const wrong = journal?.replay(machine) ?? null;
  return wrong === null ? { state: values } : { error: wrong };
}

/** Journal of committed records, kept by the harness: what an I/O worker would have drained. */
class Journal {
  constructor(private readonly places: Places) {}

  /** The operation, with its record kept at completion. */
  recording(op: Op): Op {
    if (op.modelled === false) return op;
    return {
      ...op,
      result: (returned, machine, thread) => {
        this.record(machine, thread);
        return Number(returned);
      },
    };
  }

  /** Keeps the record of the slot's newest commit unless that was done already. */
  record(machine: Machine, thread: number): void {
    const slot = thread + 1;
    const head = Number((machine.load64(this.places.slot(slot)) >> 12n) & 0xffffn);
    const kept = machine.ghost as readonly (readonly Json[])[];
    if (kept.filter((entry) => entry[0] === slot).length === head) return;
    machine.ghost = [...kept, [slot, ...this.readRecord(machine, slot, head - 1)]];
  }

  /** Ticket, then address and value of every word. */
  private readRecord(machine: Machine, slot: number, head: number): Json[] {
    const block = this.places.block(slot);
    const record = block + 64 + machine.load32(block + 4 * (head & 3));
    const end = record + machine.load32(record + 16);
    const found: Json[] = [String(machine.load64(record + 8))];
    let p = record + 32 + up(machine.load32(record + 20) * 4, 8);
    while (p < end) {
      const header = machine.load64(p);
      const words = Number((header >> 32n) & 0x3fffffffn);
      for (let w = 0; w < words; w++) {
        found.push(Number(header & 0xffffffffn) + 8 * w, String(machine.load64(p + 8 + 8 * w)));
      }
      p += 8 + 8 * words;
    }
    return found;
  }

  /** Replays all records by ticket, then slot; returns the first word that comes out wrong. */
  replay(machine: Machine): string | null {
    const kept = [...(machine.ghost as readonly (readonly Json[])[])];
    kept.sort((a, b) => Number(a[1]) - Number(b[1]) || Number(a[0]) - Number(b[0]));
    const image = new Map<number, string>();
    for (const record of kept) {
      for (let i = 2; i < record.length; i += 2) {
        image.set(Number(record[i]), String(record[i + 1]));
      }
    }
    for (const [address, value] of image) {
      const live = String(machine.load64(address));
      if (live !== value) {
        const where = symbol(address, this.places);
        return `replay in ticket order leaves ${value} at ${where}, not ${live}`;
      }
    }
    return null;
  }
}

// ---- operations

const op = (fn: string, a = 0, b = 0): Op => ({ fn, args: [a, b] });
export const deposit = (account: number, amount: number): Op => op('deposit', account, amount);
export const transfer = (from: number, amount: number): Op => op('transfer', from, amount);
export const putBoth = (value: number): Op => op('putBoth', value);
export const read = (account: number): Op => op('read', account);
export const readBoth = (): Op => op('readBoth');
export const watch = (account: number): Op => ({ ...op('watch', account), modelled: false });
export const change = (mode: number, value: number): Op => op('change', mode, value);
export const find = (key: number): Op => op('find', key);
export const take = (account: number): Op => op('take', account);
/** Waits for the first end or death of the slots in the mask; fences and recovers them. */
export const supervise = (mask: number): Op =>
  ({ ...op('supervise', mask, EXITS), modelled: false });
/** First act of a new incarnation of thread t's slot. */
export const attach = (): Op => ({
  fn: 'attach', modelled: false,
  args: (machine, thread) => [
    thread + 1, machine.load32(SLOT_LINES + thread * SLOT_BYTES + GEN),
  ],
});

// ---- models

const balances = (state: Json): [number, number] => {
  const [a, b] = state as [number, number];
  return [a, b];
};

/** deposit, transfer, putBoth, take and the reads of accounts that hold 10 each. */
export const bank: Model = {
  init: [10, 10],
  step(state: Json, { fn, args }: Call): Outcome {
    const [x, y] = args.map(Number);
    const now = balances(state);
    if (fn === 'read') return [now[x], now];
    if (fn === 'readBoth') return [now[0] * 1000 + now[1], now];
    if (fn === 'putBoth') return [0, [x, x]];
    if (fn === 'deposit') now[x] += y;
    else [now[x], now[1 - x]] = [now[x] - y, now[1 - x] + y];
    return [now[x], now];
  },
};

/** change and find on account 0, whose keys 1 and 2 hold 10 at first; absent keys read 0. */
export const entries: Model = {
  init: { 1: 10, 2: 10 },
  step(state: Json, { fn, args }: Call): Outcome {
    const now = { ...(state as Record<string, number>) };
    const [x, value] = args.map(Number);
    if (fn === 'find') return [now[x] ?? 0, now];
    if (x === 2) now[2] = value;
    else now[3] = value;
    if (x === 0 || x === 1) delete now[1];
    else now[1] = value;
    return [0, sorted(now)];
  },
};
const sorted = (map: Record<string, number>): Json =>
  Object.fromEntries(Object.entries(map).sort(([a], [b]) => Number(a) - Number(b)));

/** Entries of account 0 as the permutation names them, for scenarios that use the entries model. */
export function entriesOf(scenario: Scenario): Scenario {
  const places = new Places(scenario.threads.length + 1);
  return {
    ...scenario,
    finalState(machine) {
      const quiet = finalState(machine, places, null);
      if ('error' in quiet) return quiet;
      const found: Record<string, number> = {};
      const live = Number(machine.load64(places.account(0) + PERMUTATION) >> 52n);
      for (let slot = 0; slot < 12; slot++) {
        if (!(live >> slot & 1)) continue;
        const key = Number(machine.load64(places.account(0) + KEYS + 8 * slot));
        found[key] = Number(machine.load64(places.account(0) + LINK + 8 * slot));
      }
      return { state: sorted(found) };
    },
  };
}

