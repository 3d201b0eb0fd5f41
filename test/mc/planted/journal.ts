// Bugs planted into the model of group commit: each breaks one rule of section 4.

import type { PlantedBug } from '../scenario.js';

const FILE = 'test/mc/fixtures/journal.ts';
const REPLACED = 'journal: torn block, I/O worker replaced';
const ONE_WORKER = 'journal: rounds beside a worker';

export const journalBugs: readonly PlantedBug[] = [
  {
    name: 'journal: epoch moved by load and store', rule: '4.I1', file: FILE, scenario: ONE_WORKER,
    find: 'const epoch = <u32>add64(EPOCH, 1);\n  awaitAnnounced(slots, epoch);',
    replace: 'const epoch = <u32>acquire64(EPOCH);\n  awaitAnnounced(slots, epoch);\n' +
      '  publish64(EPOCH, epoch + 1);',
  },
  {
    name: 'journal: announced operations not awaited', rule: '4.I2', file: FILE,
    scenario: ONE_WORKER,
    find: '  awaitAnnounced(slots, epoch);\n', replace: '',
  },
  {
    name: 'journal: records from durable, not flushed', rule: '4.I3', file: FILE,
    scenario: REPLACED,
    find: 'const first = epochOf(from) + 1;',
    replace: 'const first = epochOf(acquire64(SYNCED)) + 1;',
  },
  {
    name: 'journal: replacement starts at durable', rule: '4.I4', file: FILE, scenario: REPLACED,
    find: 'const from = acquire64(FLUSHED);', replace: 'const from = acquire64(SYNCED);',
  },
  {
    name: 'journal: block at the end of the file', rule: '4.I4', file: FILE, scenario: REPLACED,
    find: 'const position = endOf(from);',
    replace: 'const position = (<u32>acquire64(FILE_END) + 1) & ~1;',
  },
  {
    name: 'journal: no chain of checksums', rule: '4.I4', file: FILE,
    scenario: 'journal: block of another chain behind',
    find: '  if ((word >> 16) != (previous & 0xffff)) return false;\n', replace: '',
  },
  {
    name: 'journal: no checksum of the block', rule: '4.I4', file: FILE, scenario: REPLACED,
    find: '  if (<u32>(about >> 32) != checksum(word, payload)) return false;\n', replace: '',
  },
  {
    name: 'journal: flushed before the write', rule: '4.I5', file: FILE, scenario: ONE_WORKER,
    find: '  writeBlock(position, about, payload);\n  // I5.\n  publish64(FLUSHED, reached);\n',
    replace: '  publish64(FLUSHED, reached);\n  writeBlock(position, about, payload);\n',
  },
  {
    name: 'journal: synced before the sync', rule: '4.I5', file: FILE, scenario: ONE_WORKER,
    find: '  syncFile(<u32>acquire64(FILE_END));\n  publish64(SYNCED, reached);\n',
    replace: '  publish64(SYNCED, reached);\n  syncFile(<u32>acquire64(FILE_END));\n',
  },
  {
    name: 'journal: tails moved before the write', rule: '4.I6', file: FILE, scenario: REPLACED,
    find: '  const position = endOf(from);\n',
    replace: '  const position = endOf(from);\n  moveTails(slots, epoch);\n',
  },
];
