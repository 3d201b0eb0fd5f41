// Planted bugs in taking, releasing and waiting: protocol 2.3, 2.9 and 7.

import type { PlantedBug } from '../scenario.js';

const LOCKS = 'assembly/mtx/locks.ts';
const NOTES = 'assembly/mtx/notes.ts';
const PARK = 'assembly/sync/park.ts';

const taking: readonly PlantedBug[] = [
  {
    name: 'note after the CAS', rule: '2.3 note before the CAS', file: LOCKS,
    find: `  note(k, address);
  const mine = myHolder() | state;
  let spins = superblock().spins;
  while (true) {
    const word = acquire64(address);
    if (isFree(word)) {
      if (swapped64(address, word, word | mine)) {
`,
    replace: `  const mine = myHolder() | state;
  let spins = superblock().spins;
  while (true) {
    const word = acquire64(address);
    if (isFree(word)) {
      if (swapped64(address, word, word | mine)) {
        note(k, address);
`,
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'high-water mark rises one lock too late', rule: '2.3 high-water mark', file: NOTES,
    find: 'store<u32>(self, k + 1, NOTE_MARK)',
    replace: 'store<u32>(self, k, NOTE_MARK)',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'high-water mark falls back with the next lock', rule: '2.3 high-water mark',
    file: NOTES,
    find: 'if (k >= load<u32>(self, NOTE_MARK)) store<u32>(self, k + 1, NOTE_MARK)',
    replace: 'store<u32>(self, k == 0 ? 1 : load<u32>(self, NOTE_MARK), NOTE_MARK)',
    scenario: 'two leaves: a survivor and a reader',
  },
  {
    name: 'one note cell for two locks', rule: '2.3 one note per lock held', file: NOTES,
    find: '  return <usize>load<u32>(cell(slotLines(slot), blockOf(slot), k));',
    replace: '  return <usize>load<u32>(cell(slotLines(slot), blockOf(slot), 1));',
    scenario: 'two leaves: a survivor and a reader',
  },
  {
    name: 'lock taken by load and store', rule: '2.3 CAS free to held', file: LOCKS,
    find: 'if (swapped64(address, word, word | mine)) {',
    replace: 'if (exchange64(address, word | mine) == word || true) {',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'accounts locked in the order of the transfer', rule: '2.3 one global order',
    file: 'test/mc/fixtures/accounts.ts',
    find: `export function transfer(from: u32, amount: u32): i32 {
  begin();
  lock(account(0), INS);
  const a = edit(account(0));
  lock(account(1), INS);
  const b = edit(account(1));
`,
    replace: `export function transfer(from: u32, amount: u32): i32 {
  begin();
  if (from != 0) {
    lock(account(1), INS);
    edit(account(1));
  }
  lock(account(0), INS);
  const a = edit(account(0));
  if (from == 0) lock(account(1), INS);
  const b = from == 0 ? edit(account(1)) : changetype<usize>(a - 288);
`,
    scenario: 'recovery: transfers and a consistent reader',
  },
];

const releasing: readonly PlantedBug[] = [
  {
    name: 'release by load and store', rule: '2.9 release by exchange', file: LOCKS,
    find: '  const word = exchange64(address, version);',
    replace: `  const word = acquire64(address);
  atomic.store<u64>(address, version);`,
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'abandon by load and store', rule: '2.9 every write that frees is an exchange',
    file: LOCKS,
    find: '  free(address, acquire64(address) & (VERSION_MASK | DELETED));',
    replace: `  const word = acquire64(address);
  atomic.store<u64>(address, word & (VERSION_MASK | DELETED));
  if (word & WAITERS) wakeAll(address);`,
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'release wakes nobody', rule: '2.9 notify all', file: LOCKS,
    find: '  if (word & WAITERS) wakeAll(address);',
    replace: '',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'release keeps the old version', rule: '2.9 version = ticket', file: LOCKS,
    find: '    free(address, ticket | (acquire64(address) & DELETED));',
    replace: '    free(address, acquire64(address) & (VERSION_MASK | DELETED));',
    scenario: 'recovery: transfers and a consistent reader',
  },
  {
    name: 'abandon resets the version', rule: '2.9 abandoned: same version', file: LOCKS,
    find: 'free(address, acquire64(address) & (VERSION_MASK | DELETED));',
    replace: 'free(address, acquire64(address) & DELETED);',
    scenario: 'tickets: an operation that gives up',
  },
  {
    name: 'abandon keeps its locks', rule: '2.3 give everything up', file: LOCKS,
    find: '  for (let n = context().noteBase; context().locks > n; ) unlockLast();',
    replace: '  context().locks = context().noteBase;',
    scenario: 'lock word: abandon against a waiter',
  },
];

const waiting: readonly PlantedBug[] = [
  {
    name: 'waiters flag not set before the sleep', rule: '7 mark before sleeping', file: PARK,
    find: `  const flagged = word | WAITERS;
  if (word != flagged && !swapped64(address, word, flagged)) return;
`,
    replace: '  const flagged = word;\n',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'waiters flag set by a blind store', rule: '7 mark before sleeping', file: PARK,
    find: '  if (word != flagged && !swapped64(address, word, flagged)) return;',
    replace: '  if (word != flagged) atomic.store<u64>(address, flagged);',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'waker notifies the wrong half', rule: '7 address + 4', file: PARK,
    find: '  notify(address + 4);',
    replace: '  notify(address);',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'sleeper waits on the wrong half', rule: '7 address + 4', file: PARK,
    find: 'wait(address + 4, <i32>(flagged >> 32), SLEEP_MS)',
    replace: 'wait(address, <i32>flagged, SLEEP_MS)',
    scenario: 'lock word: abandon against a waiter',
  },
];

export const lockBugs: readonly PlantedBug[] = [...taking, ...releasing, ...waiting];
