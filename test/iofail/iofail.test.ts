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

test('a call that fails loses nothing, hangs nobody and poisons what it must', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--quick', '--json']);
  const { points, wrong, poisoned_ok } = JSON.parse(stdout) as Report;
  expect(wrong).toBe(0);
  expect(points).toBeGreaterThan(40);
  expect(poisoned_ok).toBeGreaterThan(5);
});
