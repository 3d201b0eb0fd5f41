// Runs the compiled example as its own process, as `npm run example:queue` does.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../build/js/examples/job-queue/main.js', import.meta.url));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** Starts the example and kills its process when a part of the jobs is done. */
async function runAndKill(part: number, ...args: string[]): Promise<void> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stderr })) {
    const [done, all] = (line.match(/\d+/g) ?? []).map(Number);
    if (done >= part * all) child.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
}

test('workers die, and every job is done exactly once', () => {
  const { status, stdout } = run('--jobs', '20000', '--kill-every', '150', '--json');
  const figures = JSON.parse(stdout) as Record<string, number>;
  expect(figures).toMatchObject({
    jobs: 20_000, found: 0, done: 20_000, missing: 0, repeated: 0, wrong: 0,
  });
  expect(figures.killed).toBeGreaterThanOrEqual(1);
  expect(status).toBe(0);
});

test('a single worker is enough: its successors do the rest', () => {
  const { status, stdout } = run('--jobs', '300', '--kill-every', '100', '--workers', '1');
  expect(stdout).toMatch(/\n300 jobs, every one done exactly once\n$/);
  expect(status).toBe(0);
});

describe('with a directory', () => {
  test('the process may die, too', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'millrace-queue-'));
    const jobs = ['--jobs', '30000', '--dir', dir, '--kill-every', '150'];
    try {
      await runAndKill(0.1, ...jobs);
      await runAndKill(0.3, ...jobs);
      const { status, stdout } = run(...jobs, '--json');
      const figures = JSON.parse(stdout) as Record<string, number>;
      expect(figures).toMatchObject({
        jobs: 30_000, done: 30_000, missing: 0, repeated: 0, wrong: 0,
      });
      expect(figures.found).toBeGreaterThan(0);
      expect(status).toBe(0);
      expect(run('--dir', dir, '--jobs', '1').stdout)
        .toMatch(/^30,?000 jobs were done by earlier runs\n0 jobs done .*\n/);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

test.each([
  [['--jobs', 'all'], '--jobs takes a whole number from 1 to 500000, not "all"'],
  [['--workers', '0'], '--workers takes a whole number from 1 to 8, not "0"'],
  [['--fast'], "Unknown option '--fast'"],
])('%j ends with a message and exit code 2', (args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect(stderr.startsWith(message)).toBe(true);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
