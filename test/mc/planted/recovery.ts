// Planted bugs in recovery, R1 to R5: protocol 3.

import type { PlantedBug } from '../scenario.js';

const RECOVERY = 'assembly/mtx/recovery.ts';
const LOCKS = 'assembly/mtx/locks.ts';
const INSTANCE = 'assembly/sync/instance.ts';

const CLAIM = '    if (swapped64(lines + ST, st, mine)) return mine;';
const RELEASE = '      exchange64(lock, version | (word & DELETED));';

const claiming: readonly PlantedBug[] = [
  {
    name: 'recovery without a claim', rule: 'R2 claim', file: RECOVERY,
    find: CLAIM, replace: '    return mine;',
    scenario: 'recovery: racing recoverers, one slow',
  },
  {
    name: 'claim by a store', rule: 'R2 CAS of the whole word', file: RECOVERY,
    find: CLAIM, replace: '    publish64(lines + ST, mine);\n    return mine;',
    scenario: 'recovery: racing recoverers, one slow',
  },
  {
    name: 'dead claim is never taken over', rule: 'R2 dead claim', file: RECOVERY,
    find: 'rival != mySlot && !claimantIsDead(rival, claimGeneration(st))',
    replace: 'rival != mySlot',
    scenario: 'membership: a supervisor dies',
  },
  {
    name: 'live claim is taken over', rule: 'R2 live claim', file: RECOVERY,
    find: 'rival != mySlot && !claimantIsDead(rival, claimGeneration(st))',
    replace: 'false',
    scenario: 'recovery: racing recoverers, one slow',
  },
  {
    name: 'claim without a generation', rule: 'R2 claim names the generation', file: RECOVERY,
    find: '!claimantIsDead(rival, claimGeneration(st))',
    replace: '!isUnrecovered(rival)',
    scenario: 'recovery: two transfers, slots used again',
  },
  {
    name: 'narrow generation decides', rule: 'R1 wide generation', file: RECOVERY,
    find: 'if (stGeneration(st) == generationOf(slot)) return NOTHING_TO_DO;',
    replace: 'if (((stGeneration(st) ^ generationOf(slot)) & 1) == 0) return NOTHING_TO_DO;',
    scenario: 'recovery: dying in the first act',
  },
  {
    name: 'recoverer at work counts as done', rule: 'R2 look at the lock again', file: RECOVERY,
    find: '  if (state == SOMEBODY_ELSE) return false;',
    replace: '  if (state == SOMEBODY_ELSE) return true;',
    scenario: 'lock word: three waiters, two deaths',
  },
  {
    name: 'first act recovers one death only', rule: '2.1 while ST.gen != g', file: RECOVERY,
    find: '  while (isUnrecovered(slot)) recover(slot);',
    replace: '  if (isUnrecovered(slot)) recover(slot);',
    scenario: 'recovery: dying in the first act',
  },
  {
    name: 'first act is skipped', rule: '2.1 first act', file: 'assembly/mtx/membership.ts',
    find: '  recoverAll(slot);', replace: '',
    scenario: 'lock word: slots are used again',
  },
];

const finishing: readonly PlantedBug[] = [
  {
    name: 'recovery does not apply', rule: 'R3 apply', file: RECOVERY,
    find: '    applyRecord(recordOf(slot, head - 1), holder);\n',
    replace: '',
    scenario: 'recovery: two transfers, slots used again',
  },
  {
    name: 'recovery applies what was not committed', rule: 'R3 committed', file: RECOVERY,
    find: '  if (state & COMMITTED) {',
    replace: '  if (head > 0) {',
    scenario: 'recovery: dying in the first act',
  },
  {
    name: 'recovery sets no marks', rule: 'R3 marks included', file: RECOVERY,
    find: 'applyRecord(recordOf(slot, head - 1), holder)',
    replace: 'applyRecord(recordOf(slot, head - 1), 0)',
    scenario: 'marks: a helper applies beside a reader',
  },
  {
    name: 'recovery leaves the slot committed', rule: 'R3 not committed', file: RECOVERY,
    find: `    publish64(lines + ST, claimedBy(idleState(generation, head), mySlot, `
      + `context().generation));\n`,
    replace: '',
    scenario: 'lock word: three waiters, two deaths',
  },
  {
    name: 'recovery loses its claim after the apply', rule: 'R3 claim kept', file: RECOVERY,
    find: 'claimedBy(idleState(generation, head), mySlot, context().generation)',
    replace: 'idleState(generation, head)',
    scenario: 'recovery: racing recoverers, one slow',
  },
  {
    name: 'recovery releases what others hold', rule: 'R4 only if it names (s, g)', file: RECOVERY,
    find: '    if ((word & HOLDER_MASK) == holder) {',
    replace: '    if ((word & HOLDER_MASK) == holder || word != 0) {',
    scenario: 'lock word: three waiters, two deaths',
  },
  {
    name: 'recovery keeps the old version', rule: 'R4 version', file: RECOVERY,
    find: 'max<u64>(versionOf(word) + 1, last)',
    replace: 'max<u64>(versionOf(word), 0)',
    scenario: 'recovery: transfers and a consistent reader',
  },
  {
    name: 'recovery ignores the ticket', rule: 'R4 version', file: RECOVERY,
    find: 'max<u64>(versionOf(word) + 1, last)',
    replace: 'max<u64>(versionOf(word) + 1, 0)',
    scenario: 'tickets: a death under a cold lock',
  },
  {
    name: 'recovery releases by load and store, wakes by flag', rule: 'R4 exchange',
    file: RECOVERY,
    find: RELEASE,
    replace: `      publish64(lock, version | (word & DELETED));
      if (!(word & (DELETED << 1))) continue;`,
    scenario: 'lock word: three waiters, two deaths',
  },
  {
    name: 'recovery wakes only at locks that it frees', rule: 'R4 every noted lock', file: RECOVERY,
    find: `${RELEASE}
    }
    wakeAll(lock);`,
    replace: `${RELEASE}
      wakeAll(lock);
    }`,
    scenario: 'lock word: a watcher that notes nothing',
  },
  {
    name: 'recovery wakes nobody', rule: 'R4 notify all', file: RECOVERY,
    find: '    wakeAll(lock);', replace: '',
    scenario: 'lock word: abandon against a waiter',
  },
  {
    name: 'slot freed before its locks', rule: 'R5 last store', file: RECOVERY,
    find: `  releaseNoted(slot, lines, holder);
  // Before the last store: whoever takes a dead recoverer's claim over rings and wakes, too.
  ringAll();
  endJournalLease(slot, generation);
  publish64(lines + PIN, 0);
  // [R5] Frees the claim and the slot together: the next incarnation may now work.
  publish64(lines + ST, idleState(nextGeneration(generation), head));
`,
    replace: `  publish64(lines + ST, idleState(nextGeneration(generation), head));
  releaseNoted(slot, lines, holder);
  publish64(lines + PIN, 0);
`,
    scenario: 'lock word: slots are used again',
  },
  {
    name: 'recovery resets LAST', rule: 'R5 nothing is adopted', file: RECOVERY,
    find: '  publish64(lines + PIN, 0);',
    replace: '  publish64(lines + PIN, 0);\n  store<u64>(lines, 0, LAST);',
    scenario: 'tickets: three incarnations of a slot',
  },
  {
    name: 'recovery resets the head', rule: 'R5 head kept', file: RECOVERY,
    find: 'idleState(nextGeneration(generation), head)',
    replace: 'idleState(nextGeneration(generation), 0)',
    scenario: 'tickets: three incarnations of a slot',
  },
];

const olderLives: readonly PlantedBug[] = [
  {
    name: 'lock word of an older life is never taken over', rule: 'R1 older life', file: LOCKS,
    find: '  return swapped64(address, now, version | (now & (DELETED | WAITERS)) | mine);',
    replace: '  return false;',
    scenario: 'generations: a lock word of an older life',
  },
  {
    name: 'lock word of an older life taken by a store', rule: 'R1 CAS it to oneself', file: LOCKS,
    find: '  return swapped64(address, now, version | (now & (DELETED | WAITERS)) | mine);',
    replace: `  exchange64(address, version | (now & (DELETED | WAITERS)) | mine);
  return true;`,
    scenario: 'generations: a lock word of an older life',
  },
  {
    name: 'any dead holder counts as an older life', rule: 'R1 still the same dead holder',
    file: LOCKS,
    find: '(now & HOLDER_MASK) != (word & HOLDER_MASK) || !holderIsDead(now)',
    replace: '!holderIsDead(now)',
    scenario: 'lock word: three waiters, two deaths',
  },
  {
    name: 'claim compared with the whole generation', rule: 'R2 modular fields', file: INSTANCE,
    find: '(generationOf(slot) & <u32>CLAIM_GENERATION_MASK) != generation',
    replace: 'generationOf(slot) != generation',
    scenario: 'generations: the greatest and the first',
  },
  {
    name: 'holder compared with the whole generation', rule: '1 narrow generation', file: INSTANCE,
    find: '(generationOf(slotOf(word)) & mask) != narrowGeneration(word)',
    replace: 'generationOf(slotOf(word)) != narrowGeneration(word)',
    scenario: 'generations: the greatest and the first',
  },
  {
    name: 'generation 0 is not skipped', rule: '1 generations count from 1',
    file: 'assembly/layout/state-word.ts',
    find: 'return generation == GENERATION_MAX ? 1 : generation + 1;',
    replace: 'return generation + 1;',
    scenario: 'generations: the greatest and the first',
  },
];

export const recoveryBugs: readonly PlantedBug[] = [...claiming, ...finishing, ...olderLives];
