import { expect, test } from 'vitest';
import type { CampaignReport } from './campaign.js';
import { report } from './program.js';

const TIMEOUT_MS = 300_000;

test('three hundred random terminations lose nothing and stop nobody', async () => {
  const campaign = await report<CampaignReport>('cli', '--kills', '300', '--seed', '1');
  expect(campaign.problems).toEqual([]);
  expect(campaign.kills).toBe(300);
  expect(campaign.leaked_bytes).toBe(0);
  // Most of them were at work, and the others went on while the opener's thread was blocked.
  expect(campaign.early).toBeLessThan(campaign.kills);
  expect(campaign.recoveries).toBeGreaterThan(0);
  expect(campaign.blocked.kills).toBeGreaterThan(0);
  expect(campaign.blocked.steps).toBeGreaterThan(0);
}, TIMEOUT_MS);
