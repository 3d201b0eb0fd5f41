import { expect, test } from 'vitest';
import type { CampaignReport } from './campaign.js';
import { report } from './program.js';

const TIMEOUT_MS = 600_000;

test('a hundred terminations lose nothing and stop nobody', async () => {
  const campaign = await report<CampaignReport>('cli', '--terminations', '100', '--seed', '1');
  expect(campaign.problems).toEqual([]);
  expect(campaign).toMatchObject({
    terminations: 100, lost: 0, duplicated: 0, leaked_bytes: 0, false_suspicions: 0, wedged: 2,
  });
  // Most of them were at work, many inside an operation, some while the opener was blocked.
  expect(campaign.early).toBeLessThan(50);
  expect(campaign.stalls).toBeGreaterThan(20);
  expect(campaign.slow).toBeGreaterThan(0);
  expect(campaign.recoveries).toBeGreaterThan(0);
  expect(campaign.messages).toBeGreaterThan(0);
}, TIMEOUT_MS);
