// Backups under load: writers, a consumer, checkpoints; each backup is restored elsewhere and
// compared with what the writers had done.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import { restore } from 'millrace/ops';
import { LANES, prepare, wrongCopy } from './lanes.js';
import type { LaneStore } from './lanes.js';

const MIB = 1024 * 1024;
const OPTIONS = {
  maxMemory: 16 * MIB, slots: LANES + 4, checkpointBytes: 256 * 1024, flushInterval: 2,
};
/** Between two backups, so that they meet all states of checkpoints. */
const PAUSE_MS = 40;

export interface BackupsReport {
  readonly backups: number;
  readonly restore_wrong: number;
  /** Checkpoints that were taken meanwhile. */
  readonly checkpoints: number;
  readonly steps: number;
  readonly what: readonly string[];
}

function startLane(store: LaneStore, ledger: Int32Array, lane: number | undefined): Worker {
  return new Worker(new URL('./lane-worker.js', import.meta.url), {
    workerData: { handle: store.handle, lane, ledger },
  });
}

/** Backs up, restores and judges once. What is wrong, or null. */
async function once(store: LaneStore, ledger: Int32Array, parent: string): Promise<string | null> {
  const progress = (of: number): number[] =>
    Array.from({ length: LANES }, (_, lane) => Atomics.load(ledger, 1 + 2 * lane + of));
  const done = progress(1);
  const made = join(parent, 'backup');
  const { epoch } = await store.backup(made);
  const begun = progress(0);
  const restored = join(parent, 'restored');
  try {
    await restore(made, restored);
    const copy: LaneStore = await open(restored, OPTIONS);
    try {
      const reached = copy.stats().journal!.life - 1;
      // The restored store was opened once, by the verification, which adds a block at its end.
      if (reached < 1) return `it has reached epoch ${reached}, and is of ${epoch}`;
      return wrongCopy(copy, done, begun);
    } finally {
      await copy.close();
    }
  } catch (error) {
    return String(error);
  } finally {
    rmSync(made, { recursive: true, force: true });
    rmSync(restored, { recursive: true, force: true });
  }
}

/** Takes so many backups of one store under load. */
export async function runBackups(
  backups: number, note: (text: string) => void,
): Promise<BackupsReport> {
  const parent = mkdtempSync(join(tmpdir(), 'millrace-ops-'));
  const ledger = new Int32Array(new SharedArrayBuffer(4 * (1 + 2 * LANES)));
  const store: LaneStore = await open(join(parent, 'store'), OPTIONS);
  const what: string[] = [];
  try {
    prepare(store);
    const threads = [undefined, ...Array.from({ length: LANES }, (_, lane) => lane)]
      .map((lane) => startLane(store, ledger, lane));
    const ends = threads.map((thread) => new Promise((resolve, reject) => {
      thread.once('exit', resolve);
      thread.once('error', reject);
    }));
    await Promise.all(threads.map((thread) =>
      new Promise((settle) => thread.once('message', settle))));
    for (let i = 0; i < backups; i++) {
      const wrong = await once(store, ledger, parent);
      if (wrong !== null) what.push(wrong);
      note(`backup ${i + 1} of ${backups}${wrong === null ? '' : `: ${wrong}`}`);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    Atomics.store(ledger, 0, 1);
    await Promise.all(ends);
    const steps = ledger.reduce((sum, value, i) => sum + (i > 0 && i % 2 === 0 ? value : 0), 0);
    const { checkpoints } = store.stats().journal!;
    return { backups, restore_wrong: what.length, checkpoints, steps, what };
  } finally {
    Atomics.store(ledger, 0, 1);
    await store.close();
    rmSync(parent, { recursive: true });
  }
}
