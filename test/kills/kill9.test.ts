import { expect, test } from 'vitest';
import type { Kill9Report } from './kill9/campaign.js';
import { report } from './program.js';

test('eight kills of a process lose nothing that was acknowledged', async () => {
  const campaign = await report<Kill9Report>('kill9', '--cycles', '8');
  expect(campaign.problems).toEqual([]);
  expect(campaign).toMatchObject({ cycles: 8, acked_lost: 0, holes: 0, torn: 0, duplicated: 0 });
  expect(campaign.acked).toBeGreaterThan(0);
  expect(campaign.checkpoints).toBeGreaterThan(0);
  expect(campaign.found).toBeGreaterThanOrEqual(campaign.acked);
});
