/**
 * Calls on files that fail, in the short form of `npm run iofail`.
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { Report } from './campaign.js';

const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const program = join(root, 'build', 'js', 'test', 'iofail', 'cli.js');

async function reportOf(...options: string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...options, '--json']);
  return JSON.parse(stdout) as Report;
}

test('a call that fails loses nothing, hangs nobody and poisons what it must', async () => {
  const { points, wrong, poisoned_ok } = await reportOf('--quick');
  expect(wrong).toBe(0);
  expect(points).toBeGreaterThan(40);
  expect(poisoned_ok).toBeGreaterThan(5);
});

test('writes that were never done are found out', async () => {
  const { points, wrong } = await reportOf('--quick', '--lies');
  expect(points).toBeGreaterThan(0);
  expect(wrong).toBeGreaterThan(0);
});
