// Planted bugs in batches, validated transactions and the serial lock. Protocol 2.3 and 4.

import type { PlantedBug } from '../scenario.js';

const BATCH = 'assembly/tree/batch.ts';
const READS = 'assembly/tree/reads.ts';

export const transactionBugs: readonly PlantedBug[] = [
  {
    name: 'batch: leaves locked in no common order', rule: '2.3 left to right', file: BATCH,
    find: `      const result = entryAt(i).depth == depth ? lockOne(entryAt(i)) : DONE;`,
    replace: `      const entry = entryAt(myBlock & 4096 ? n - 1 - i : i);
      const result = entry.depth == depth ? lockOne(entry) : DONE;`,
    scenario: 'batch: two batches',
  },
  {
    name: 'batch: its splits stay unknown to the parents', rule: '2.3 level by level', file: BATCH,
    find: '  if (result == DONE && !climb()) result = NEEDS_MORE;\n',
    replace: '',
    scenario: 'batch: that splits',
  },
  {
    name: 'batch: commits as one change', rule: '2.7 several leaves', file: BATCH,
    find: 'else if (commit(context().plan)) {',
    replace: 'else if (commit(1)) {',
    scenario: 'batch: two leaves, readers both ways',
  },
  {
    name: 'transaction: validates before it locks', rule: '2.3 all locks first', file: BATCH,
    find: `  let result = lockLeaves();
  if (result == DONE && validate && !readsAreValid()) result = CONFLICT;`,
    replace: `  let result = validate && !readsAreValid() ? CONFLICT : DONE;
  if (result == DONE) result = lockLeaves();`,
    scenario: 'transaction: two increments',
  },
  {
    name: 'transaction: readers are not stopped', rule: '9.2 readers are stopped', file: BATCH,
    find: '  if (!readsElsewhere()) return true;\n  stopReaders();\n',
    replace: '',
    scenario: 'transaction: reads one leaf, writes another',
  },
  {
    name: 'transaction: readers are stopped after the last look', rule: '9.2 readers are stopped',
    file: BATCH,
    find: '  stopReaders();\n  return readsAreValid();',
    replace: '  const valid = readsAreValid();\n  stopReaders();\n  return valid;',
    scenario: 'transaction: reads one leaf, writes another',
  },
  {
    name: 'transaction: versions not compared', rule: '4 read versions', file: READS,
    find: '    if (versionOf(now) != versionOf(entry.word)) return false;\n',
    replace: '',
    scenario: 'transaction: two increments',
  },
  {
    name: 'transaction: locks of others do not count', rule: '4 read versions', file: READS,
    find: '    if (!isFree(now) && !isMine(<usize>entry.leaf)) return false;\n',
    replace: '',
    scenario: 'transaction: crosswise in two leaves',
  },
  {
    name: 'transaction: missing keys are not captured', rule: '4 read versions',
    file: 'assembly/tree/get.ts',
    find: '        capture(leaf, word);\n        return 0;',
    replace: '        return 0;',
    scenario: 'transaction: reads a missing key',
  },
  {
    name: 'serial: writers do not wait', rule: '2.3 serial lock', file: 'assembly/tree/serial.ts',
    find: '  if (!isFree(acquire64(SERIAL_LOCK))) waitWhileSerial();',
    replace: '  if (false) waitWhileSerial();',
    scenario: 'serial: beside two puts',
  },
  {
    name: 'serial: its note is used again', rule: '2.3 note cell', file: 'assembly/tree/serial.ts',
    find: '  context().noteBase = 1;', replace: '  context().noteBase = 0;',
    scenario: 'serial: beside a put',
  },
  {
    name: 'serial: its lock is kept', rule: '2.9 release', file: 'assembly/tree/serial.ts',
    find: '  context().locks = 1;\n', replace: '  context().locks = 0;\n',
    scenario: 'serial: beside a put',
  },
];
