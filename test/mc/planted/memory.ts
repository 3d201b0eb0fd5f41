// Planted bugs in the allocator, the cleaner, reader pins and identities. Protocol 8 and 2.5.

import type { PlantedBug } from '../scenario.js';

const CLEAN = 'assembly/tree/clean.ts';
const FRAMES = 'assembly/log/frames.ts';
const IDENTITY = 'assembly/mtx/identity.ts';
const MAGAZINE = 'assembly/alloc/magazine.ts';
const NEXT_NODE = 'pair(lowOf(a) + <u32>NODE_BYTES, highOf(a))';

const allocating: readonly PlantedBug[] = [
  {
    name: 'magazine: moved by a plain store', rule: '8 writes of the same record', file: MAGAZINE,
    find: `  writeWord(self + MAGAZINE_A, ${NEXT_NODE});`,
    replace: `  store<u64>(self + MAGAZINE_A, ${NEXT_NODE});`,
    scenario: 'root: grows beside lookup',
  },
  {
    name: 'magazine: refilled without the lock', rule: '2.3 one covering lock', file: MAGAZINE,
    find: '  begin();\n  lock(ALLOCATOR_LOCK, SMO);\n', replace: '  begin();\n',
    scenario: 'magazine: two refills, two deaths',
  },
  {
    name: 'frame: opened without the lock', rule: '2.3 one covering lock', file: FRAMES,
    find: `  begin();
  lock(ALLOCATOR_LOCK, SMO);
  const number = takeFrame(bytes, FRAME_OPEN, mayUseReserve);`,
    replace: `  begin();
  const number = takeFrame(bytes, FRAME_OPEN, mayUseReserve);`,
    scenario: 'magazine: refill beside a new frame',
  },
  {
    name: 'frame: tail not moved', rule: '8 writes of the same record',
    file: 'assembly/tree/put.ts',
    find: '      moveTail(end);\n', replace: '',
    scenario: 'split: entry goes right, beside insert',
  },
];

const cleaning: readonly PlantedBug[] = [
  {
    name: 'cleaner: link not looked at under the lock', rule: '8 link still names the old address',
    file: CLEAN,
    find: 'if (slot == NO_SLOT || linkOf(shadow, slot) != address ||',
    replace: 'if (slot == NO_SLOT ||',
    scenario: 'cleaner: beside overwrite',
  },
  {
    name: 'cleaner: pins do not count', rule: '8 no live reader names it', file: FRAMES,
    find: 'epoch >= oldestPin() || ', replace: '',
    scenario: 'cleaner: frame used again beside a scan',
  },
  {
    name: 'cleaner: retires in the epoch before', rule: '8 no live reader names it', file: FRAMES,
    find: 'add64(EPOCH, 1));', replace: 'add64(EPOCH, 1) - 1);',
    scenario: 'cleaner: frame used again beside a scan',
  },
  {
    name: 'cleaner: records looked up once', rule: '6 equal before and after', file: CLEAN,
    find: `    if (!layer && covers(leaf, sliceAt(key, keyBytes, context().depth)) && `
      + 'unchanged(leaf, word)) {',
    replace: '    if (!layer) {',
    scenario: 'cleaner: beside growth of the root',
  },
  {
    name: 'cleaner: frees what is free', rule: '8 one cleaner', file: FRAMES,
    find: '  if (frameState(frame) != FRAME_LIMBO) {', replace: '  if (false) {',
    scenario: 'cleaner: two of them, a death',
  },
  {
    name: 'cleaner: value of a link that has changed', rule: '6 the entry is re-read',
    file: 'assembly/tree/get.ts',
    find: 'acquire64(<usize>my.linkAt) == my.link && '
      + 'lockWord(<usize>my.leaf) == my.leafWord',
    replace: 'lockWord(<usize>my.leaf) == my.leafWord',
    scenario: 'cleaner: frame freed behind a reader',
  },
];

const naming: readonly PlantedBug[] = [
  {
    name: 'identity: number stored before the commit', rule: '2.5 a write of the cell',
    file: IDENTITY,
    find: '  writeWord(cell + IDENTITY_SEQUENCE, number);',
    replace: '  store<u64>(cell + IDENTITY_SEQUENCE, number);',
    scenario: 'identity: outcome, then value',
  },
  {
    name: 'identity: version never stamped', rule: '2.5 a write of the cell', file: IDENTITY,
    find: '  if (!context().identified) return;', replace: '  return;',
    scenario: 'identity: outcome, then value',
  },
  {
    name: 'identity: outcome read beside an apply', rule: '6 committed is not yet visible',
    file: IDENTITY,
    find: '    if (state & COMMITTED) {', replace: '    if (false) {',
    scenario: 'identity: outcome, then value',
  },
  {
    name: 'identity: outcome read once', rule: '6 equal before and after', file: IDENTITY,
    find: `    if (acquire64(cell + IDENTITY_OWNER) != owner) continue;
    if (acquire64(slotLines(slot) + ST) == state) return;`,
    replace: '    return;',
    scenario: 'identity: outcome, then value',
  },
  {
    name: 'identity: half of a name is believed', rule: '6 equal before and after',
    file: 'assembly/tree/names.ts',
    find: '    if (hasName(cell, name)) return true;', replace: '    return true;',
    scenario: 'identity: a name that begins like another',
  },
];

export const memoryBugs: readonly PlantedBug[] = [...allocating, ...cleaning, ...naming];
