import { describe, expect, test } from 'vitest';
import { ProgressBar } from '../../examples/flights/bar.js';
import { Groups } from '../../examples/flights/groups.js';
import type { Job } from '../../examples/flights/job.js';
import { jsonReport, mismatchesOf, renderReport } from '../../examples/flights/report.js';
import type { Outcome } from '../../examples/flights/report.js';

const flights: Job = {
  path: '', kind: 'route', by: ['origin', 'destination'], measures: ['delay', 'distance'],
  whole: true,
};

function outcome(job: Job, key: string[]): Outcome {
  const sums = [2000, 2000, 9000, -5, 1575, 1000, 337_000, 337, 337];
  const seconds = { decode: 3, aggregate: 1, move: 0.5 };
  return {
    job,
    workers: 4,
    counted: {
      killed: 8, recovered: 8, seconds: 2, progress: { seconds: (phase) => seconds[phase] },
    },
    reopenSeconds: 0.25,
    plain: { groups: new Groups(2), rows: 3_000_000, seconds: 1.5, decodeSeconds: 1.25 },
    verdict: { rows: 3_000_000, groups: 3399, mismatches: 0 },
    top: [{ key, sums }],
    moved: {
      rows: 3_000_000, rounds: 3, killed: 8, seconds: 0.5, baseline: 3, transfer: 0.25,
      mismatches: 0,
    },
  };
}

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

describe('the report', () => {
  const lines = renderReport(outcome(flights, ['LAX', 'SFO'])).split('\n');

  test('ends with the verdict', () => {
    expect(lines.slice(-3, -1)).toEqual([
      '8 workers killed, 8 recovered; closed, and opened again in 0.25 s;',
      '3,399 routes compared with the plain loop:',
    ]);
    expect(lines.at(-1)).toBe('3,000,000 rows, 0 mismatches');
  });

  test('has the times beside those of the plain loop', () => {
    const cells = lines.slice(0, 3).map((line) => line.split(/ {2,}/));
    expect(cells).toEqual([
      ['seconds', 'decode', 'aggregate', 'move', 'wall clock'],
      ['4 + 4 workers, summed', '3.00', '1.00', '0.50', '2.00'],
      ['plain loop', '1.25', '0.25', '-', '1.50'],
    ]);
  });

  test('has the ways of moving, each beside the store', () => {
    const at = lines.findIndex((line) => line.startsWith('moving'));
    expect(lines.slice(at, at + 4).map((line) => line.split(/ {2,}/))).toEqual([
      ['moving 3,000,000 packed rows', 'seconds', 'rows/s', 'time'],
      ['store, synced, 8 kills', '0.500', '6,000,000', '1.0x'],
      ['postMessage, 1000 objects each', '3.000', '1,000,000', '6.0x'],
      ['postMessage, transferred buffers', '0.250', '12,000,000', '0.5x'],
    ]);
  });

  test('says when there was nothing to reopen', () => {
    const inMemory = { ...outcome(flights, ['LAX', 'SFO']), reopenSeconds: undefined };
    expect(renderReport(inMemory)).toContain('nothing reopened (memory only)');
    expect(renderReport(inMemory)).toContain('store, in memory, 8 kills');
    expect(jsonReport(inMemory)).toMatchObject({ reopened: false });
  });

  test('adds up the mismatches of both phases', () => {
    const wrong = outcome(flights, ['LAX', 'SFO']);
    const both = {
      ...wrong,
      verdict: { ...wrong.verdict, mismatches: 2 },
      moved: { ...wrong.moved, mismatches: 3 },
    };
    expect(mismatchesOf(both)).toBe(5);
    expect(jsonReport(both)).toMatchObject({ mismatches: 5 });
  });

  test('has the busiest routes with their means', () => {
    const at = lines.findIndex((line) => line.startsWith('route'));
    expect(lines.slice(at, at + 2).map((line) => line.split(/ {2,}/))).toEqual([
      ['route', 'flights', 'mean delay', 'worst delay', 'mean distance'],
      ['LAX -> SFO', '2,000', '4.5', '1,575', '337.0'],
    ]);
  });

  test('as JSON has these fields and no others', () => {
    expect(jsonReport(outcome(flights, ['LAX', 'SFO']))).toEqual({
      rows: 3_000_000,
      routes: 3399,
      workers: 4,
      killed: 8,
      recovered: 8,
      mismatches: 0,
      seconds: 2,
      decode_seconds: 3,
      aggregate_seconds: 1,
      single_thread_seconds: 1.5,
      rows_per_s: 1_500_000,
      reopened: true,
      move_seconds: 0.5,
      baseline_move_seconds: 3,
      transfer_move_seconds: 0.25,
      move_killed: 8,
    });
  });

  test('of another file has a mean per numeric column, and in JSON the busiest values', () => {
    const job: Job = { ...flights, kind: 'value', by: ['city'] };
    const text = renderReport(outcome(job, ['']));
    expect(text).toMatch(/^value +rows +mean delay +mean distance$/m);
    expect(text).toMatch(/^\(none\) +2,000 +4\.5 +337\.0$/m);
    expect(jsonReport(outcome(job, ['Oslo']))).toMatchObject({
      by: 'city',
      top: [{ value: 'Oslo', rows: 2000, means: { delay: 4.5, distance: 337 } }],
    });
  });
});

describe('the progress bar', () => {
  test('redraws one line on a terminal and leaves it at the end', () => {
    const terminal = screen(true);
    const bar = new ProgressBar(terminal, 3000, 8);
    bar.show(1500, 3, 2);
    bar.show(undefined, 4, 3);
    bar.end();
    expect(terminal.written).toEqual([
      `\r\x1b[K[${'#'.repeat(15)}${'-'.repeat(15)}] 1,500 rows  750 rows/s  3/8 killed`,
      `\r\x1b[K[${'#'.repeat(15)}${'-'.repeat(15)}] 1,500 rows  500 rows/s  4/8 killed`,
      '\n',
    ]);
  });

  test('writes a line per tenth elsewhere', () => {
    const log = screen(false);
    const bar = new ProgressBar(log, 1000, 2);
    for (const rows of [0, 20, 99, 100, 180, 1000]) bar.show(rows, 1, 1);
    bar.end();
    expect(log.written.map((line) => line.split('  ')[0])).toEqual(['0 %', '10 %', '100 %']);
  });

  test('of no rows is full', () => {
    const log = screen(false);
    new ProgressBar(log, 0, 0).show(0, 0, 0);
    expect(log.written).toEqual(['100 %  0 rows  0 rows/s  0/0 killed\n']);
  });
});
