/**
 * The small model checker, whole: every scenario is searched and every planted bug must be caught.
 * It runs as its own program, because it is one long computation.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { repositoryRoot } from './builds.js';
import type { Report } from './report.js';

const TIME_LIMIT_MS = 900_000;
const OUTPUT_LIMIT = 1 << 24;

test('no schedule breaks the shipped core, and every planted bug is caught', async () => {
  const cli = join(repositoryRoot(), 'build', 'js', 'test', 'mc', 'cli.js');
  const { stdout } = await promisify(execFile)(
    process.execPath, [cli, '--json'], { maxBuffer: OUTPUT_LIMIT },
  );
  const report = JSON.parse(stdout) as Report;
  expect(report.scenarios.filter(({ violations }) => violations > 0)).toEqual([]);
  expect(report.scenarios.length).toBeGreaterThanOrEqual(12);
  expect(report.scenarios.filter(({ complete }) => complete).length).toBeGreaterThanOrEqual(6);
  expect(report.planted.missed).toEqual([]);
  expect(report.planted.caught).toBe(report.planted.total);
  expect(report.planted.total).toBeGreaterThanOrEqual(16);
}, TIME_LIMIT_MS);
