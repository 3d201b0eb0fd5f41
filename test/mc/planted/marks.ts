// Planted bugs in the APPLYING marks and in the readers that rely on them: protocol 2.7 and 6.

import type { PlantedBug } from '../scenario.js';

const RECORD = 'assembly/mtx/record.ts';
const APPLY = 'assembly/mtx/apply.ts';
const ACCOUNTS = 'test/mc/fixtures/accounts.ts';

const marking: readonly PlantedBug[] = [
  {
    name: 'several leaves are not marked', rule: '2.7 several leaves', file: RECORD,
    find: '  if (entries > 1 && (leaves > 1 || visible > 1)) markLeaves();',
    replace: '',
    scenario: 'two leaves: readers in both orders',
  },
  {
    name: 'two values of one leaf are not marked', rule: '2.7 two values in place', file: RECORD,
    find: 'return popcnt(links) + popcnt(keys)',
    replace: 'return (links ? 1 : 0) + popcnt(keys)',
    scenario: 'one leaf: two values in place',
  },
  {
    name: 'a permutation hides the stores in place', rule: '2.7 value and insert', file: RECORD,
    find: '  return popcnt(links) + popcnt(keys)',
    replace: '  if (mask & PERMUTATION_BIT) return 1;\n  return popcnt(links) + popcnt(keys)',
    scenario: 'one leaf: value in place and insert',
  },
  {
    name: 're-use of a slot counts as one store', rule: '2.7 slot re-use', file: RECORD,
    find: `  return popcnt(links) + popcnt(keys) + (kinds ? 1 : 0) + `
      + '(mask & PERMUTATION_BIT ? 1 : 0);',
    replace: '  return popcnt(links | keys) + (kinds ? 1 : 0);',
    scenario: 'one leaf: slot re-used in one record',
  },
  {
    name: 'marks are not in the record', rule: '2.5 what each lock becomes', file: RECORD,
    find: '    if (!isMarked(k)) continue;',
    replace: '    if (!isMarked(k) || n > 0) continue;',
    scenario: 'two leaves: readers in both orders',
  },
  {
    name: 'marks set after the writes', rule: '2.7 marks first', file: APPLY,
    find: `  for (let k: u32 = 0; k < marks; k++) {
    const lock = <usize>load<u32>(record + REDO_HEADER + (<usize>k << 2));
    if ((acquire64(lock) & HOLDER_MASK) == holder) setBits64(lock, APPLYING);
  }
  // Nobody sees an entry and not the commit, or not the marks.
  releaseFence();
  const end = record + <usize>load<u32>(record, BYTES);
  applyEntries(record + REDO_HEADER + marksBytes(marks), end);
`,
    replace: `  const end = record + <usize>load<u32>(record, BYTES);
  applyEntries(record + REDO_HEADER + marksBytes(marks), end);
  for (let k: u32 = 0; k < marks; k++) {
    const lock = <usize>load<u32>(record + REDO_HEADER + (<usize>k << 2));
    if ((acquire64(lock) & HOLDER_MASK) == holder) setBits64(lock, APPLYING);
  }
`,
    scenario: 'two leaves: readers in both orders',
  },
  {
    name: 'the first mark is left out', rule: '2.7 each lock so marked', file: APPLY,
    find: '  for (let k: u32 = 0; k < marks; k++) {',
    replace: '  for (let k: u32 = 1; k < marks; k++) {',
    scenario: 'one leaf: two values in place',
  },
  {
    name: 'mark set by load and store', rule: '2.7 atomic or', file: APPLY,
    find: '    if ((acquire64(lock) & HOLDER_MASK) == holder) setBits64(lock, APPLYING);',
    replace: `    const word = acquire64(lock);
    if ((word & HOLDER_MASK) == holder) publish64(lock, word | APPLYING);`,
    scenario: 'two leaves: a survivor and a reader',
  },
];

const reading: readonly PlantedBug[] = [
  {
    name: 'reader does not look at APPLYING', rule: '6 APPLYING: retry', file: ACCOUNTS,
    find: `export function read(i: u32, unused: u32): i32 {
  const node = account(i);
  while (true) {
    const word = acquire64(node + LOCK);
    if (isApplying(word)) {`,
    replace: `export function read(i: u32, unused: u32): i32 {
  const node = account(i);
  while (true) {
    const word = acquire64(node + LOCK);
    if (false) {`,
    scenario: 'two leaves: readers in both orders',
  },
  {
    name: 'lookup does not look again', rule: '6 equal before and after', file: ACCOUNTS,
    find: '    if (acquire64(node) == word) return <i32>result;',
    replace: '    return <i32>result;',
    scenario: 'one leaf: slot re-used in one record',
  },
  {
    name: 'lookup compares versions only', rule: '6 the whole lock word', file: ACCOUNTS,
    find: '    if (acquire64(node) == word) return <i32>result;',
    replace: '    if (((acquire64(node) ^ word) << 16) == 0) return <i32>result;',
    scenario: 'one leaf: slot re-used in one record',
  },
  {
    name: 'consistent read compares versions only', rule: '6 the whole lock word',
    file: ACCOUNTS,
    find: 'if (acquire64(account(0)) == wa && acquire64(account(1)) == wb) return',
    replace: 'const now = (acquire64(account(0)) ^ wa) | (acquire64(account(1)) ^ wb);\n' +
      '    if (now << 16 == 0) return',
    scenario: 'recovery: transfers and a consistent reader',
  },
];

export const markBugs: readonly PlantedBug[] = [...marking, ...reading];
