// Runs the compiled example as its own process, as `npm run example:http` does.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(
  new URL('../../build/js/examples/http-sessions/main.js', import.meta.url),
);

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('workers die over requests, and every answer is right', () => {
  const { status, stdout, stderr } = run('--seconds', '2', '--kill-every', '150', '--json');
  const figures = JSON.parse(stdout) as Record<string, number>;
  expect(Object.keys(figures)).toEqual([
    'requests', 'wrong', 'retried', 'killed', 'p50_ms', 'p99_ms',
  ]);
  expect(figures.wrong).toBe(0);
  expect(figures.killed).toBeGreaterThanOrEqual(1);
  expect(figures.requests).toBeGreaterThanOrEqual(100);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('a single worker is enough: requests wait for its successor', () => {
  const { status, stdout } = run('--seconds', '1', '--kill-every', '200', '--workers', '1');
  expect(stdout).toMatch(/\n\d+ requests, 0 wrong\n$/);
  expect(status).toBe(0);
});

test.each([
  [['--seconds', 'ten'], '--seconds takes a whole number from 1 to 600, not "ten"'],
  [['--workers', '0'], '--workers takes a whole number from 1 to 32, not "0"'],
  [['--fast'], "Unknown option '--fast'"],
])('%j ends with a message and exit code 2', (args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect(stderr.startsWith(message)).toBe(true);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
