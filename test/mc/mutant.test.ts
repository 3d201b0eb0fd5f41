// Planted builds are put together out of templates. What a search finds in one without a bug would
// be found in every one, and "caught" would mean nothing.

import { expect, test } from 'vitest';
import { Search } from './explore.js';
import { unpatched } from './planted.js';
import { plantedBugs } from './planted/index.js';
import { scenarios } from './scenarios/index.js';
import { additions, deaths, lostWakeUp, transfers } from './selftest-scenarios.js';
import type { Scenario } from './scenario.js';

/** Quick ones, with sleepers, deaths and files, on every build that bugs are planted in. */
const NAMES = [
  'lock word: abandon against a waiter', 'serial: beside a put', 'serial: beside two puts',
  'destroy: beside one who reads', 'journal: a sync fails', 'journal: damaged files, two segments',
  'lazy: nobody loads',
];
const chosen = scenarios.filter(({ name }) => NAMES.includes(name));

async function kindFound(scenario: Scenario): Promise<string | undefined> {
  const result = new Search(scenario, await unpatched(scenario.build)).run();
  expect(result.complete || result.violation !== null).toBe(true);
  return result.violation?.kind;
}

test('every build that bugs are planted in is looked at', () => {
  expect(chosen).toHaveLength(NAMES.length);
  const planted = new Set(plantedBugs.map(({ scenario }) =>
    scenarios.find(({ name }) => name === scenario)?.build));
  expect(new Set(chosen.map(({ build }) => build))).toEqual(planted);
});

test.each(chosen)('a build without a bug has no findings: $name', async (scenario) => {
  expect(await kindFound(scenario)).toBeUndefined();
}, 120_000);

test('what is wrong or right with the toy is so in a planted build, too', async () => {
  expect(await kindFound(transfers('transfer', 'total'))).toBeUndefined();
  expect(await kindFound(deaths('environment'))).toBeUndefined();
  expect(await kindFound(additions('addInTwo'))).toBe('not linearizable');
  expect(await kindFound(lostWakeUp())).toBe('asleep for ever');
}, 60_000);
