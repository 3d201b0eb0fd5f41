// Bugs planted into what an open leaves for later: each breaks one rule of section 14.

import type { PlantedBug } from '../scenario.js';

const COLD = 'assembly/journal/cold.ts';
const LAZY = 'assembly/journal/lazy.ts';
const READER = 'lazy: loaded beside a reader';
const DIES = 'lazy: the loader dies, another one goes on';
const RETIRED = 'lazy: a frame is retired beside the loader';
const REPLAYED = 'journal: rounds beside two writers';

export const lazyBugs: readonly PlantedBug[] = [
  {
    name: 'cold: half of a frame is read', rule: '14.1', file: 'assembly/log/resolve.ts',
    scenario: READER, find: '  if (!isWarm(place)) return 0;\n  const room',
    replace: '  if (lowOf(place) == 0) return 0;\n  const room',
  },
  {
    name: 'cold: the mark goes before the bytes come', rule: '14.1', file: COLD, scenario: READER,
    find: '  const loaded = isOpen && loadPages(pageOf(first), end);\n',
    replace: '  publish64(entry + FRAME_PLACE, place & ~(COLD | SOON));\n' +
      '  const loaded = isOpen && loadPages(pageOf(first), end);\n',
  },
  {
    name: 'cold: a loader wakes nobody', rule: '14.3', file: COLD, scenario: READER,
    find: '  wakeAt(COLD_DONE);\n', replace: '',
  },
  {
    name: 'cold: who sleeps has not counted before', rule: '14.3', file: 'assembly/sync/cold.ts',
    scenario: READER, find: '    sleepUntilChanged(COLD_DONE, seen);\n',
    replace: '    sleepUntilChanged(COLD_DONE, acquire32(COLD_DONE));\n',
  },
  {
    name: 'cold: a successor wakes nobody', rule: '14.4', file: COLD, scenario: DIES,
    find: '    swapped32(COLD_WANTED, frame, 0);\n  }\n', replace:
      '    swapped32(COLD_WANTED, frame, 0);\n  } else return;\n',
  },
  {
    name: 'cold: loading without a lease', rule: '14.4', file: 'assembly/journal/loader.ts',
    scenario: 'lazy: two loaders, and a frame is used again',
    find: '!isAnyCold() || !takeLease(CHECKPOINT_LEASE)', replace: '!isAnyCold()',
  },
  {
    name: 'cold: the cleaner takes cold frames', rule: '14.5', file: 'assembly/tree/clean.ts',
    scenario: 'lazy: a cleaner beside the loader', find: ' || isCold(frame)', replace: '',
  },
  {
    name: 'cold: cold frames are retired', rule: '14.5', file: 'assembly/log/frames.ts',
    scenario: RETIRED, find: '  if (isCold(frame)) return false;\n', replace: '',
  },
  {
    name: 'cold: replayed into pages that are not there', rule: '14.2',
    file: 'assembly/journal/items.ts', scenario: REPLAYED,
    find: '    if (isLazy() && !loadFor(record)) return 0;\n', replace: '',
  },
  {
    name: 'cold: pages are loaded over what was replayed', rule: '14.2', file: LAZY,
    scenario: REPLAYED, find: '    while (page < end && !isApplied(page)) page++;\n',
    replace: '    page = end;\n',
  },
  {
    name: 'cold: keys are compared with nothing', rule: '14.6', file: 'assembly/tree/place.ts',
    scenario: 'lazy: keys of one slice',
    find: '    if (known == 0) return lacking(old);\n    if (!hasKey(known, key, keyBytes)) {\n',
    replace: '    if (!hasKey(known, key, keyBytes)) {\n',
  },
  {
    name: 'cold: damaged bytes are believed', rule: '14.7', file: COLD,
    scenario: 'lazy: a damaged frame',
    find: 'place | DAMAGED);', replace: 'place & ~(COLD | SOON));',
  },
];
