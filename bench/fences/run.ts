// The price of the fences: the shipped core without them, as x86 runs it, against the same core
// with them, both alone in their regions, in one process and in turns.
// docs/decisions/0013-fences.md says what follows from the figures.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CORE_FENCES } from '../../src/core-wasm.js';
import { withoutFences } from '../../src/fences.js';
import { SHARE } from '../kv/engine.js';
import type { Engine, Op } from '../kv/engine.js';
import { openCore } from '../kv/engines/millrace.js';
import { measure } from '../kv/measure.js';
import type { Samples } from '../kv/measure.js';
import type { KvOptions } from '../kv/run.js';
import { Workload } from '../kv/workload.js';
import { ROOT } from '../peers.js';
import { medianOf } from '../statistics.js';
import { table } from '../table.js';

/** A figure, in the form of all benches: ratio = speed without fences / the engine's. */
export interface FenceRow {
  readonly op: Op;
  readonly engine: string;
  readonly ratio: number;
  readonly unit: 'ns/op';
  /** The best of many short rounds: what disturbs a round only ever adds to it. */
  readonly value: number;
  /** (median - best) / best. */
  readonly spread: number;
  readonly durable: boolean;
  readonly copies: number;
  readonly shared: boolean;
  readonly note: string;
}

const WITHOUT = 'without fences';
const WITH = 'with fences';
const OPS: readonly Op[] = ['get', 'put', 'scan100'];

async function openBoth(workload: Workload): Promise<Engine[]> {
  const core = new Uint8Array(await readFile(join(ROOT, 'build', 'core.wasm')));
  const content = workload.all();
  return [
    await openCore(withoutFences(core, CORE_FENCES), WITHOUT, 'as on x86', content),
    await openCore(core, WITH, 'as on ARM64', content),
  ];
}

const bestOf = ({ perSecond }: Samples): number => Math.max(...perSecond);

function rowOf(op: Op, samples: Samples, without: Samples): FenceRow {
  const { engine, perSecond } = samples;
  const best = bestOf(samples);
  return {
    op, engine: engine.name, ratio: Number((bestOf(without) / best).toFixed(3)), unit: 'ns/op',
    value: Math.round(1e9 / best), spread: Number((best / medianOf(perSecond) - 1).toFixed(3)),
    durable: engine.durable, copies: engine.ops[op]!.copies, shared: engine.shared,
    note: engine.ops[op]!.note,
  };
}

/** @throws Error when a core returns a wrong value. */
export async function runFences(
  { keys, perRound, rounds, tell }: KvOptions,
): Promise<FenceRow[]> {
  const workload = new Workload(keys);
  tell(`loading ${keys.toLocaleString('en')} keys into both`);
  const engines = await openBoth(workload);
  const rows: FenceRow[] = [];
  for (const op of OPS) {
    tell(`measuring ${op}`);
    const samples = await measure(op, engines, workload, Math.ceil(perRound / SHARE[op]), rounds);
    const without = samples.find(({ engine }) => engine.name === WITHOUT)!;
    rows.push(...samples.map((sample) => rowOf(op, sample, without)));
  }
  for (const engine of engines) await engine.close();
  return rows;
}

/** The table. */
export function fencesText(rows: readonly FenceRow[]): string {
  return table(['op', 'core', 'ns', 'median +', 'without/it'], rows.map((row) => [
    row.op, row.engine, row.value.toLocaleString('en'), `${(row.spread * 100).toFixed(0)}%`,
    `${row.ratio.toFixed(3)}x`,
  ]));
}
