/**
 * Cycles of killing a process, reopening its store, and comparing what is there with what the
 * process had been told to be durable.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { open } from 'millrace';
import { Random } from '../random.js';
import { PIPE, isOfWork, readTold } from './messages.js';
import type { Told } from './messages.js';
import { OPTIONS } from './part.js';
import { PARTS } from './parts.js';

export interface Kill9Options {
  readonly cycles: number;
  readonly seed: number;
  /** Where the store's directory is made. */
  readonly parent?: string;
}

export interface Kill9Report {
  readonly cycles: number;
  /** Operations that the killed processes had been told to be durable. */
  readonly acked: number;
  readonly acked_lost: number;
  readonly holes: number;
  readonly torn: number;
  readonly duplicated: number;
  /** Checkpoints and compactions that the processes had seen before they were killed. */
  readonly checkpoints: number;
  readonly compactions: number;
  readonly reopen_ms: { readonly p50: number; readonly max: number };
  /** Operations that were there after the last kill. */
  readonly found: number;
  /** Processes that were killed before anything was acknowledged, some while they opened. */
  readonly early: number;
  readonly seconds: number;
  readonly problems: string[];
}

/** The longest time between the start, or the start of the work, and the kill, in milliseconds. */
const LIFE_MS = 500;

/** One process in so many is not given the time to begin its work. */
const EARLY_EVERY = 5;

type Sums = Record<'acked' | 'acked_lost' | 'holes' | 'torn' | 'duplicated' | 'early' |
  'checkpoints' | 'compactions', number>;

/** Runs one process and kills it; what it had said. */
async function kill(
  directory: string, random: Random, before: ReadonlyMap<string, number>,
): Promise<Told> {
  const child = spawn(process.execPath, [
    fileURLToPath(new URL('./child.js', import.meta.url)), directory,
  ], { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const ended = once(child, 'exit');
  const pipe = child.stdio[PIPE] as Readable;
  const chunks: Buffer[] = [];
  const works = new Promise<void>((resolve) => {
    pipe.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (isOfWork(chunk.toString())) resolve();
    });
  });
  if (random.below(EARLY_EVERY) > 0) await Promise.race([works, ended]);
  await Promise.race([sleep(random.below(LIFE_MS)), ended]);
  const hasFailed = child.exitCode !== null;
  child.kill('SIGKILL');
  await Promise.all([ended, finished(pipe)]);
  if (hasFailed) throw new Error('The process ended by itself');
  return readTold(Buffer.concat(chunks).toString(), before);
}

/** Reopens the store and compares. Returns the time that opening took, and what was found. */
async function inspect(
  directory: string, last: ReadonlyMap<string, number>, sums: Sums, problems: string[],
): Promise<{ milliseconds: number; found: number }> {
  const started = performance.now();
  const store = await open<unknown[], Uint8Array>(directory, OPTIONS);
  const milliseconds = performance.now() - started;
  problems.push(...store.check().problems.map((problem) => JSON.stringify(problem)));
  let all = 0;
  for (const [name, part] of Object.entries(PARTS)) {
    for (let lane = 0; lane < part.lanes; lane++) {
      const { found, holes, torn, duplicated } = part.inspect(store, lane);
      sums.acked_lost += Math.max(0, (last.get(`${name} ${lane}`) ?? 0) - found);
      sums.holes += holes;
      sums.torn += torn;
      sums.duplicated += duplicated;
      all += found;
    }
  }
  await store.close();
  return { milliseconds, found: all };
}

function summaryOf(times: number[]): { p50: number; max: number } {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return { p50: sorted[sorted.length >> 1], max: sorted[sorted.length - 1] };
}

/** Runs a campaign. What is wrong is counted, and told as problems, not thrown. */
export async function runKill9({ cycles, seed, parent }: Kill9Options): Promise<Kill9Report> {
  const directory = mkdtempSync(join(parent ?? tmpdir(), 'millrace-kill9-'));
  const random = new Random(seed);
  const sums: Sums = {
    acked: 0, acked_lost: 0, holes: 0, torn: 0, duplicated: 0, early: 0, checkpoints: 0,
    compactions: 0,
  };
  const problems: string[] = [];
  const times: number[] = [];
  const started = performance.now();
  let last: ReadonlyMap<string, number> = new Map();
  let found = 0;
  try {
    for (let i = 0; i < cycles; i++) {
      const told = await kill(directory, random, last);
      last = told.last;
      sums.acked += told.count;
      sums.checkpoints += told.checkpoints;
      sums.compactions += told.compactions;
      if (told.count === 0) sums.early++;
      // After some kills nobody looks, so that the next process opens what this one has left.
      if (i < cycles - 1 && random.below(4) === 0) continue;
      const seen = await inspect(directory, last, sums, problems);
      times.push(seen.milliseconds);
      found = seen.found;
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  const seconds = (performance.now() - started) / 1000;
  return { cycles, ...sums, reopen_ms: summaryOf(times), found, seconds, problems };
}
