// Runs the compiled example as its own process, as `npm start` does.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../build/js/examples/flights/main.js', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'flights-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function write(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const GOOD = `city,size\n${Array.from({ length: 500 }, (_, i) => `c${i % 7},${i}\n`).join('')}`;

test.each([
  [['gone.csv', '--by', 'x'], 'no such file: gone.csv\n'],
  [[write('good.csv', GOOD), '--by', 'x'], 'no column "x" in good.csv; its columns: city, size\n'],
  [[write('text.parquet', GOOD), '--by', 'x'], 'text.parquet is not what its name says'],
  [[write('late.jsonl', '{"a":1}\nb\n'), '--by', 'a'], 'late.jsonl is not what its name says'],
  [['--kill', 'many'], '--kill takes a whole number'],
  [['--unknown'], "Unknown option '--unknown'"],
])('%j ends with a message and exit code 2', (args, message) => {
  const { status, stdout, stderr } = run(...args);
  expect(stderr.startsWith(message)).toBe(true);
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

test('a file that goes wrong after its first thousand records fails the same way', () => {
  const path = write('broken.csv', `${GOOD.repeat(3).replaceAll('city,size\n', '')}last\n`);
  const { status, stdout, stderr } = run(path, '--by', 'c0');
  expect(stderr).toContain('broken.csv is not what its name says: line 1501: ');
  expect(stderr).not.toMatch(/^ +at /m);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

test('--help is no mistake', () => {
  const { status, stdout } = run('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('usage: npm start');
});

test('--json prints one value, every planned death happens, and --dir keeps the store', () => {
  const data = write('good.csv', GOOD);
  const args = ['--by', 'city', '--json', '--kill', '3', '--workers', '2', '--dir', 'kept'];
  const { status, stdout } = run(data, ...args);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    rows: 500, routes: 7, workers: 2, killed: 3, recovered: 3, mismatches: 0, by: 'city',
    reopened: true, move_killed: 3, move_seconds: expect.any(Number),
    baseline_move_seconds: expect.any(Number), transfer_move_seconds: expect.any(Number),
  });
  expect(readdirSync(join(folder, 'kept'))).toContain('image');
  const again = run(data, ...args);
  expect(again.stderr).toMatch(/^--dir kept: /);
  expect(again).toMatchObject({ status: 2, stdout: '' });
});

test('the report ends with the verdict, also when nothing was written to a disk', () => {
  const { status, stdout } = run('--rows', '20000', '--kill', '4', '--seed', '3', '--memory-only');
  expect(status).toBe(0);
  expect(stdout).toContain('nothing reopened');
  expect(stdout).toMatch(/\n20,000 rows, 0 mismatches\n$/);
});
