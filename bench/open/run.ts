// The open bench: stores of several sizes are made, then opened in turn; then checkpoints.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureCheckpoints } from './checkpoints.js';
import { fill } from './data.js';
import { measureOpens } from './measure.js';
import { checkpointRowOf, headlineOf, openRowsOf } from './rows.js';
import type { Row } from './rows.js';

export interface OpenBenchOptions {
  /** Steps of data, each of which is opened so many times; the last one has the gate. */
  readonly sizes: readonly { readonly steps: number; readonly rounds: number }[];
  readonly putRounds: number;
  readonly puts: number;
  /** Called before each step that takes a while. */
  readonly tell: (step: string) => void;
}

/** Measures everything and returns the rows, those with gates first. */
export async function runOpen({
  sizes, putRounds, puts, tell,
}: OpenBenchOptions): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-bench-'));
  try {
    const rows: Row[] = [];
    let headline: Row | undefined;
    for (const { steps, rounds } of sizes) {
      tell(`filling a store with ${steps}x data`);
      const data = await fill(folder, steps);
      tell(`opening it ${rounds} times, lazy and full`);
      const times = await measureOpens(data, rounds);
      rows.push(...openRowsOf(times));
      headline = headlineOf(times);
      await rm(data.directory, { recursive: true });
    }
    tell('putting with checkpoints, and without');
    const checkpoints = checkpointRowOf(await measureCheckpoints(folder, putRounds, puts));
    return [...(headline === undefined ? [] : [headline]), checkpoints, ...rows];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
