// The processes of the model checker: their number changes nothing but the time, and a job that
// fails is no job that found nothing.

import { describe, expect, it } from 'vitest';
import type { Job, ScenarioDone } from './jobs.js';
import { doJobs } from './pool.js';

/** Generous: the processes may have to compile first. */
const TIME_LIMIT_MS = 600_000;

const JOBS: readonly Job[] = [
  { kind: 'scenario', name: 'tickets: a death under a cold lock' },
  { kind: 'scenario', name: 'tickets: magazine under a hot and a cold lock' },
];

async function results(processes: number): Promise<unknown[]> {
  const found: unknown[] = [];
  await doJobs(JOBS, processes, false, (index, result) => {
    const { row, executed, faults } = result as ScenarioDone;
    found[index] = { row: { ...row, seconds: 0 }, executed, faults };
  });
  return found;
}

describe('processes of the model checker', () => {
  it('find the same whatever their number is', async () => {
    const alone = await results(1);
    expect(alone).toMatchObject([{ row: { name: JOBS[0].name } }, { row: { name: JOBS[1].name } }]);
    expect(await results(2)).toEqual(alone);
  }, TIME_LIMIT_MS);

  it('fail the run when one of them fails', async () => {
    const jobs: readonly Job[] = [JOBS[0], { kind: 'scenario', name: 'nobody' }];
    await expect(doJobs(jobs, 1, false, () => undefined)).rejects.toThrow("at 'nobody'");
  }, TIME_LIMIT_MS);
});
