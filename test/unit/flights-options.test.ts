import { describe, expect, test } from 'vitest';
import { readOptions } from '../../examples/flights/options.js';
import { fileProblem, InputProblem } from '../../examples/flights/problem.js';

describe('the command line', () => {
  test('has defaults for everything', () => {
    const { workers, ...others } = readOptions([]);
    expect(workers).toBeGreaterThanOrEqual(2);
    expect(workers).toBeLessThanOrEqual(8);
    expect(others).toEqual({
      kill: 8, seed: 1, rows: Infinity, dir: undefined, memoryOnly: false, json: false, help: false,
      file: undefined,
    });
  });

  test('sets each option', () => {
    const args = '--workers 3 --kill 0 --seed 7 --rows 300000 --dir d --json data.csv --by city';
    expect(readOptions(args.split(' '))).toEqual({
      workers: 3, kill: 0, seed: 7, rows: 300_000, dir: 'd', memoryOnly: false, json: true,
      help: false,
      file: { path: 'data.csv', by: 'city' },
    });
  });

  test.each([
    [['--workers', '0'], '--workers takes a whole number from 1 to 32, not "0"'],
    [['--workers', '33'], 'from 1 to 32'],
    [['--kill', '1.5'], '--kill takes a whole number from 0 to 1000, not "1.5"'],
    [['--rows', '0'], '--rows takes a whole number from 1 up, not "0"'],
    [['--seed', 'x'], '--seed takes'],
    [['--seed', ''], '--seed takes'],
    [['--kill=-1'], '--kill takes'],
    [['--dir', ''], '--dir needs the path of a directory'],
    [['--dir', 'd', '--memory-only'], '--dir or --memory-only, not both'],
    [['--frobnicate'], "Unknown option '--frobnicate'"],
    [['a.csv'], 'a.csv: say what to count with --by COLUMN'],
    [['--by', 'x'], '--by needs a FILE'],
    [['a.csv', 'b.csv', '--by', 'x'], 'one FILE at a time, not also: b.csv'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(InputProblem);
    expect(() => readOptions(args)).toThrow(message);
  });
});

test.each([
  ['ENOENT', 'no such file: f'],
  ['EISDIR', 'f is a directory, not a file'],
  ['EACCES', 'no permission to read f'],
  ['EIO', 'cannot read f: disk trouble'],
])('%s is told as a sentence', (code, message) => {
  const error = Object.assign(new Error('disk trouble'), { code });
  expect(fileProblem('f', error).message).toBe(message);
});
