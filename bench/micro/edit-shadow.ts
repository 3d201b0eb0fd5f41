// The price of the edit shadow: a leaf insert through it against a redo record written by hand, in
// one process, in turns. docs/decisions/0003-edit-shadow.md says what follows from the figures.
import { open } from 'millrace';
import { Workload } from '../kv/workload.js';
import { medianOf } from '../statistics.js';
import { table } from '../table.js';
import { compilePair } from './compile.js';
import type { Loop, Pair } from './compile.js';

/** A figure, in the form of all benches: ratio = shadow's speed / the engine's. */
export interface ShadowRow {
  readonly case: string;
  readonly engine: string;
  readonly ratio: number;
  readonly unit: 'ns/op';
  /** The best round: what disturbs a round only ever adds to it. */
  readonly value: number;
  /** (median - best) / best. */
  readonly spread: number;
  readonly durable: boolean;
  readonly copies: number;
  readonly shared: boolean;
  readonly note: string;
}

const PER_ROUND = 20_000;
const PUT_KEYS = 1_000_000;
const PUTS_PER_ROUND = 10_000;
const PUT_ROUNDS = 40;

const SHADOW = 'edit shadow';
const HAND = 'record by hand';
const LOCK = 'lock and release only';

const CASES: Readonly<Record<string, Readonly<Record<string, Loop>>>> = {
  insert: {
    [SHADOW]: 'loopInsertByShadow', [HAND]: 'loopInsertByHand', [LOCK]: 'loopLockAlone',
  },
  replace: {
    [SHADOW]: 'loopReplaceByShadow', [HAND]: 'loopReplaceByHand', [LOCK]: 'loopLockAlone',
  },
};

/** Leaves that are changed in turn: one stays in the first cache, 4096 fill a MiB. */
const LEAVES: readonly number[] = [1, 4096];

function round(pair: Pair, loop: Loop, first: number, leaves: number): number {
  const started = performance.now();
  pair[loop](first, leaves, PER_ROUND);
  return (performance.now() - started) * 1e6 / PER_ROUND;
}

function measureCase(pair: Pair, name: string, leaves: number, rounds: number): ShadowRow[] {
  const first = pair.setup(leaves);
  const engines = Object.entries(CASES[name]);
  const times = engines.map((): number[] => []);
  for (let i = 0; i < rounds; i++) {
    for (let j = 0; j < engines.length; j++) {
      const k = (i + j) % engines.length;
      times[k].push(round(pair, engines[k][1], first, leaves));
    }
  }
  const best = times.map((all) => Math.min(...all));
  return engines.map(([engine], k) => ({
    case: `${name}, ${leaves === 1 ? 'one leaf' : `${leaves} leaves`}`,
    engine, ratio: Number((best[k] / best[0]).toFixed(2)), unit: 'ns/op',
    value: Number(best[k].toFixed(1)),
    spread: Number((medianOf(times[k]) / best[k] - 1).toFixed(3)),
    durable: false, copies: 0, shared: true, note: `best of ${rounds} rounds of ${PER_ROUND}`,
  }));
}

/** A real put: nanoseconds of store.put of a random key among a million. */
async function putRow(): Promise<ShadowRow> {
  const workload = new Workload(PUT_KEYS);
  const store = await open<Uint8Array, Uint8Array>(':memory:',
    { keyEncoding: 'binary', valueEncoding: 'binary' });
  const { keys, values } = workload.all();
  for (let i = 0; i < keys.length; i++) store.put(keys[i], values[i]);
  const times: number[] = [];
  for (let i = 0; i < PUT_ROUNDS; i++) {
    const draw = workload.draw(PUTS_PER_ROUND);
    const started = performance.now();
    for (let j = 0; j < draw.keys.length; j++) store.put(draw.keys[j], draw.values[j]);
    times.push((performance.now() - started) * 1e6 / draw.keys.length);
  }
  await store.close();
  const best = Math.min(...times);
  return {
    case: 'store.put, 1,000,000 keys', engine: SHADOW, ratio: 1, unit: 'ns/op',
    value: Number(best.toFixed(0)), spread: Number((medianOf(times) / best - 1).toFixed(3)),
    durable: false, copies: 1, shared: true, note: `best of ${PUT_ROUNDS} rounds`,
  };
}

export async function runEditShadow(rounds: number): Promise<ShadowRow[]> {
  const pair = await compilePair();
  const rows = Object.keys(CASES).flatMap((name) =>
    LEAVES.flatMap((leaves) => measureCase(pair, name, leaves, rounds)));
  return [...rows, await putRow()];
}

/** The table, and the price of the shadow beside a whole put. */
export function editShadowText(rows: readonly ShadowRow[]): string {
  const cells = rows.map((row) =>
    [row.case, row.engine, row.value.toFixed(1), `${(row.spread * 100).toFixed(1)}%`]);
  const put = rows[rows.length - 1].value;
  const prices = rows.filter(({ engine }) => engine === HAND).map((hand) => {
    const shadow = rows.find((row) => row.case === hand.case && row.engine === SHADOW)!;
    const price = shadow.value - hand.value;
    return `${hand.case}: the shadow costs ${price.toFixed(1)} ns, ` +
      `${(100 * price / put).toFixed(1)}% of a put at a million keys`;
  });
  return [table(['case', 'engine', 'ns', 'median +'], cells), '', ...prices].join('\n');
}
