// The short form of npm run ops.

import { expect, test } from 'vitest';
import { runOps } from './program.js';

test('backups under load are whole, and salvage finds every whole record', async () => {
  const report = await runOps(['--backups', '4', '--stores', '14', '--seed', '3']);
  expect(report.what).toEqual([]);
  expect(report).toMatchObject({ backups: 4, restore_wrong: 0, salvage_wrong: 0, unnamed: 0 });
  expect(report.salvage_found).toBe(report.salvage_expected);
  expect(report.salvage_expected).toBeGreaterThan(20_000);
  expect(report.checkpoints).toBeGreaterThan(0);
});
