// Processes that share a list of jobs: whoever is free takes the next one.

import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './builds.js';
import type { Job } from './jobs.js';

const WORKER = join(repositoryRoot(), 'build', 'js', 'test', 'mc', 'worker.js');

/** Jobs that wait for a process, and what to do with each result. */
interface Work {
  readonly jobs: readonly Job[];
  readonly done: (index: number, result: unknown) => void;
  next: number;
}

/**
 * Does the jobs in `processes` processes and calls `done` with the index and the result of each, in
 * the order in which they end. Rejects when a process ends before its jobs do.
 */
export async function doJobs(
  jobs: readonly Job[], processes: number, trace: boolean, done: Work['done'],
): Promise<void> {
  const work: Work = { jobs, done, next: 0 };
  const children: ChildProcess[] = [];
  try {
    await Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, () => {
      const child = fork(WORKER, trace ? ['--trace'] : [], { stdio: ['ignore', 2, 2, 'ipc'] });
      children.push(child);
      return serve(child, work);
    }));
  } finally {
    for (const child of children) child.kill();
  }
}

/** Hands jobs to a process until none is left. */
function serve(child: ChildProcess, work: Work): Promise<void> {
  return new Promise((resolve, reject) => {
    let index = -1;
    const proceed = (): void => {
      index = work.next++;
      if (index < work.jobs.length) child.send(work.jobs[index]);
      else resolve();
    };
    child.on('message', (result) => {
      work.done(index, result);
      proceed();
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      reject(new Error(`a process ended (${signal ?? code}) at '${work.jobs[index]?.name}'`));
    });
    proceed();
  });
}
