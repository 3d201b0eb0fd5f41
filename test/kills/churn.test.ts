import { expect, test } from 'vitest';
import type { ChurnReport } from './churn-run.js';
import { report } from './program.js';

test('a million overwrites and eight kills in a region for a twentieth of them', async () => {
  const churn = await report<ChurnReport>(
    'churn', '--overwrites', '1000000', '--keys', '10000', '--region', '8',
  );
  expect(churn.problems).toEqual([]);
  expect(churn).toMatchObject({ overwrites: 1_000_000, kills: 8, full: 0, leaked_bytes: 0 });
  // 1,000,000 records of more than 100 bytes went through 8 MiB.
  expect(churn.cleaned).toBeGreaterThan(0);
});
