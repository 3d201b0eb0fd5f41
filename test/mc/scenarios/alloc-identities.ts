// Identities: after a death the cell of a name tells whether the operation happened. The first
// thread puts under the name n: its operation 1 puts 5, its operation 2 puts 6.

import type { Machine } from '../machine.js';
import { ScenarioViolation, type Scenario } from '../scenario.js';
import { claim, claimLong, get, join, put, type Look, type TreeOp } from './tree-operations.js';
import { LAST } from './tree-region.js';
import { tree, type TreeOptions } from './tree-scenario.js';

/** Ghost state: the ticket before the first operation, and what was looked at last. */
interface Seen {
  readonly ticket: number;
  readonly last: number;
}
const seen = (machine: Machine): Seen => machine.ghost as unknown as Seen;

const NAME = 'n';
const owner = [put('a', 5), put('a', 6)];
const valueAfter = (done: number): number => [1, 5, 6][done] ?? 7;

function named(name: string, options: Pick<TreeOptions, 'threads' | 'respawn'>): Scenario {
  return tree({
    name, ...options, target: 'alloc', holds: { a: 1 }, region: { identities: 1 },
    lateDetection: true, maxDeaths: 1, diesOnce: true,
    prepare: (machine, region) => {
      if (machine.call(0, 'claim', NAME.charCodeAt(0)) !== 1) throw new Error('the name is taken');
      machine.ghost = { ticket: machine.load32(region.slot(2) + LAST), last: 0 };
    },
  });
}

/** Number of the last operation under the name; its version must be of that same operation. */
function outcome(look: Look): TreeOp {
  return (region) => ({
    fn: 'outcome', args: [NAME.charCodeAt(0)], modelled: false,
    result(returned, machine, thread) {
      const done = Number(returned);
      const version = Number(machine.load64(region.outputArea(thread) + 8));
      // Nobody else writes in the leaf, so the owner's tickets follow each other.
      if (version !== (done === 0 ? 0 : seen(machine).ticket + done)) {
        throw new ScenarioViolation(`operation ${done} is said to have version ${version}`);
      }
      look(machine, done);
      return done;
    },
  });
}
/** Nobody has ever had the name. */
const noOutcome: TreeOp = () => ({
  fn: 'outcome', args: [NAME.charCodeAt(0)], modelled: false,
  result(returned) {
    if (returned === 0) return 0;
    throw new ScenarioViolation(`operation ${returned} of another name`);
  },
});
/** Keeps a number of operations or a value of a. */
function remember(machine: Machine, now: number): void {
  machine.ghost = { ...seen(machine), last: now };
}
/** Checks a look against the one that was kept. */
const check = (holds: (kept: number, now: number) => boolean): Look => (machine, now) => {
  const { last } = seen(machine);
  if (!holds(last, now)) throw new ScenarioViolation(`first ${last} was seen, then ${now}`);
};

export const identities: readonly Scenario[] = [
  named('identity: outcome, then value', {
    threads: [owner, [
      outcome(remember), get('a', check((done, value) => value >= valueAfter(done))),
    ]],
  }),
  named('identity: value, then outcome', {
    threads: [owner, [
      get('a', remember), outcome(check((value, done) => valueAfter(done) >= value)),
    ]],
  }),
  tree({
    name: 'identity: a name that begins like another', target: 'alloc', holds: { a: 1 },
    region: { identities: 1 }, maxDeaths: 1, diesOnce: true, lateDetection: true,
    threads: [[claimLong(NAME)], [noOutcome]],
    respawn: [[[join, claimLong(NAME), put('a', 5)]], null],
  }),
  named('identity: taken over after a death', {
    threads: [owner, []],
    respawn: [[[
      join, claim(NAME), outcome(remember),
      get('a', check((done, value) => value === valueAfter(done))),
    ]], null],
  }),
];
