/**
 * A campaign: lanes of workers under mixed load, terminated at random, while this thread, which
 * has opened the store, is blocked again and again. Afterwards everything is compared.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import type { Key, KillStore, Value } from './entries.js';
import { Ledger } from './ledger.js';
import { verify } from './verify.js';
import type { WardenReport, WardenStart } from './warden.js';

export interface CampaignOptions {
  readonly kills: number;
  readonly seed: number;
  readonly lanes: number;
}

export interface CampaignReport {
  readonly kills: number;
  /** Kills of workers that had not begun their work. */
  readonly early: number;
  /** Ends of attached workers, orderly ones too, that the members were told of. */
  readonly ends: number;
  /** Slots that were recovered from operations cut short or not. */
  readonly recoveries: number;
  readonly steps: number;
  /** What happened while the thread that opened the store was blocked. */
  readonly blocked: { readonly kills: number; readonly steps: number };
  /** Slowest step of the survivors around a kill, in milliseconds. */
  readonly stall: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly problems: string[];
  readonly leaked_bytes: number;
  readonly seconds: number;
}

const REGION = 64 * 1024 * 1024;
const BLOCK_MS = 100;
const TURN_MS = 25;

/** Kills of one store. A successor recounts all steps of its lane, so stories are kept short. */
const KILLS_PER_STORE = 50;

/** What came of one store. */
interface Round extends Omit<CampaignReport, 'stall' | 'seconds'> {
  readonly stalls: number[];
}

/** Runs one campaign, store after store. Problems are reported, not thrown. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const started = performance.now();
  const rounds: Round[] = [];
  for (let left = options.kills; left > 0; left -= KILLS_PER_STORE) {
    const kills = Math.min(left, KILLS_PER_STORE);
    rounds.push(await runRound({ ...options, kills, seed: options.seed * 1000 + rounds.length }));
  }
  const sum = (of: (round: Round) => number): number =>
    rounds.reduce((total, round) => total + of(round), 0);
  return {
    kills: sum(({ kills }) => kills),
    early: sum(({ early }) => early),
    ends: sum(({ ends }) => ends),
    recoveries: sum(({ recoveries }) => recoveries),
    steps: sum(({ steps }) => steps),
    blocked: {
      kills: sum(({ blocked }) => blocked.kills), steps: sum(({ blocked }) => blocked.steps),
    },
    stall: percentiles(rounds.flatMap(({ stalls }) => stalls)),
    problems: rounds.flatMap(({ problems }) => problems),
    leaked_bytes: sum((round) => round.leaked_bytes),
    seconds: (performance.now() - started) / 1000,
  };
}

async function runRound(options: CampaignOptions): Promise<Round> {
  const ledger = Ledger.of(options.lanes);
  const store = await open<Key, Value>(':memory:', { maxMemory: REGION, slots: options.lanes + 4 });
  let ends = 0;
  store.members.on('leave', ({ role }) => { ends += role === 'worker' ? 1 : 0; });
  const { report: { failures, early, stalls }, blocked } = await runWarden(store, ledger, options);
  await everybodyGone(store);
  const inspection = store.check();
  const problems = [
    ...failures, ...problemsOf(store, ledger, options.seed),
    ...inspection.problems.map((problem) => JSON.stringify(problem)),
  ];
  const { recoveries } = store.stats().counters;
  await store.close();
  const { kills, steps } = ledger;
  const leaked_bytes = inspection.bytes.leaked;
  return { kills, early, ends, recoveries, steps, blocked, problems, leaked_bytes, stalls };
}

function problemsOf(store: KillStore, ledger: Ledger, seed: number): string[] {
  try {
    return verify(store, ledger, seed);
  } catch (error) {
    return [String(error)];
  }
}

/** Runs the warden; this thread sleeps most of the time and turns its event loop in between. */
async function runWarden(
  { handle }: KillStore, ledger: Ledger, { seed, kills }: CampaignOptions,
): Promise<{ report: WardenReport; blocked: { kills: number; steps: number } }> {
  const start: WardenStart = { handle, ledger: ledger.memory, seed, kills };
  const worker = new Worker(new URL('./warden.js', import.meta.url), { workerData: start });
  const run = { isOver: false };
  const report = new Promise<WardenReport>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  }).finally(() => { run.isOver = true; });
  const blocked = { kills: 0, steps: 0 };
  while (!run.isOver) {
    const before = { kills: ledger.kills, steps: ledger.steps };
    ledger.block(BLOCK_MS);
    blocked.kills += ledger.kills - before.kills;
    blocked.steps += ledger.steps - before.steps;
    await sleep(TURN_MS);
  }
  return { report: await report, blocked };
}

/** The ends of the last workers are noticed a moment after the warden has noticed them. */
async function everybodyGone(store: KillStore): Promise<void> {
  while (store.members.list().filter(({ role }) => role === 'worker').length > 1) await sleep(1);
}

function percentiles(microseconds: number[]): CampaignReport['stall'] {
  const sorted = microseconds.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0) / 1000;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
