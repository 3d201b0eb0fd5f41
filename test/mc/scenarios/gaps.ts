// Scenarios that planted bugs asked for: what the searches of scenarios/mtx.ts did not see, or saw
// late. Who may be the next incarnation, what supervisors leave behind, generations that wrap, lock
// words out of an older life, tickets of operations that give up or die.

import type { Machine } from '../machine.js';
import type { Call, Json, Model, Op, Outcome, Scenario } from '../scenario.js';
import {
  EXITS, GEN, Places, accounts, attach, bank, deposit, putBoth, read, supervise, take, transfer,
} from './accounts.js';

const late = { lateDetection: true } as const;
/** Greatest generation; the one after it is 1. */
const GENERATION_MAX = 0xffff;
/** Offset of the owner word in the lines of a slot. */
const OWNER = 132;

const placesOf = (scenario: Scenario): Places => new Places(scenario.threads.length + 1);

/**
 * The scenario with supervisors that must leave nothing behind: at the end no slot may wait for a
 * recovery whose proof a supervisor has seen. A proof that came too late for them is handed to the
 * environment, whose one call of declareDead must finish it.
 */
function nothingLeftBehind(scenario: Scenario): Scenario {
  const places = placesOf(scenario);
  const generation = (machine: Machine, slot: number): number =>
    machine.load32(places.slot(slot) + GEN);
  return {
    ...scenario,
    invariant(machine) {
      for (let t = 0; t < scenario.threads.length; t++) {
        const current = machine.incarnation(t) + 1;
        const ended = machine.load32(EXITS + 4 * (t + 1)) === current;
        if (generation(machine, t + 1) > current && !ended) return `T${t} is fenced while it lives`;
      }
      return null;
    },
    finalState(machine) {
      for (let slot = 1; slot <= scenario.threads.length; slot++) {
        const exit = machine.load32(EXITS + 4 * slot);
        const unseen = machine.isDead(slot - 1) && exit === generation(machine, slot);
        if (unseen) machine.callEnvironment('declareDead', slot, exit);
      }
      for (let slot = 1; slot <= scenario.threads.length; slot++) {
        const recovered = Number(machine.load64(places.slot(slot)) >> 48n);
        if (recovered === generation(machine, slot)) continue;
        return { error: `nobody has recovered slot ${slot}` };
      }
      return scenario.finalState?.(machine) ?? { state: null };
    },
  };
}

const supervisors: readonly Scenario[] = [
  accounts({
    quickInstead: 'membership: a supervisor dies',
    name: 'membership: one proof, two supervisors', maxDeaths: 1, model: bank,
    supervisor: 'threads', immortal: [1, 2],
    threads: [[deposit(0, 1)], [supervise(0b001)], [supervise(0b001)]],
    respawn: [[[attach(), deposit(0, 4)]], null, null],
  }),
  accounts({
    name: 'membership: a supervisor dies', maxDeaths: 2, model: bank, supervisor: 'threads',
    immortal: [2], threads: [[deposit(0, 1)], [supervise(0b001)], [supervise(0b011)]],
  }),
  accounts({
    name: 'membership: a second death before the recovery', maxDeaths: 2, model: bank,
    supervisor: 'threads', immortal: [1], threads: [[deposit(0, 1)], [supervise(0b001)]],
    respawn: [[[attach(), deposit(0, 4)]], null],
  }),
].map(nothingLeftBehind);

/** A slot that is handed out: the generation that is current and the one that is owned. */
const handOut: Model = {
  init: [1, 1],
  step(state: Json, { fn, args }: Call): Outcome {
    const [current, owned] = state as [number, number];
    if (fn === 'takeSlot') return owned === current ? [0, state] : [current, [current, current]];
    return [null, Number(args[1]) === current ? [current + 1, owned] : state];
  },
};

/** The slot that nobody of three threads works in. */
const SPARE = 4;
const takeSlot = (): Op => ({ fn: 'takeSlot', args: [SPARE] });
const declareDead = (generation: number): Op =>
  ({ fn: 'declareDead', args: [SPARE, generation] });

/** The scenario with a spare slot whose first generation is owned; only its death frees it. */
function withOwnedSlot(scenario: Scenario): Scenario {
  return {
    ...scenario,
    setup(machine) {
      scenario.setup(machine);
      machine.store32(placesOf(scenario).slot(SPARE) + OWNER, 1);
    },
    finalState: undefined,
  };
}

const owners: readonly Scenario[] = [
  withOwnedSlot(accounts({
    name: 'membership: both supervisors hand out the slot', model: handOut,
    threads: [[takeSlot()], [takeSlot(), takeSlot()], [declareDead(1)]],
  })),
];

/** The scenario with slots whose first generation is the greatest, so that the next one is 1. */
function fromGreatestGeneration(scenario: Scenario): Scenario {
  const places = placesOf(scenario);
  const generationOf = (incarnation: number): number => incarnation || GENERATION_MAX;
  return {
    ...scenario,
    setup(machine) {
      scenario.setup(machine);
      for (let t = 0; t <= machine.environment; t++) {
        machine.store32(places.slot(t + 1) + GEN, GENERATION_MAX);
        machine.store32(places.slot(t + 1) + 4, GENERATION_MAX << 16);
        machine.call(t, 'attach', t + 1, GENERATION_MAX);
      }
    },
    invariant(machine) {
      for (let slot = 1; slot <= machine.environment; slot++) {
        const generation = machine.load32(places.slot(slot) + GEN);
        if (generation < 1 || generation > GENERATION_MAX) return `generation ${generation}`;
      }
      return null;
    },
    protocol: scenario.protocol && {
      ...scenario.protocol,
      canRespawn: (machine, thread) => machine.load32(places.slot(thread + 1) + GEN) !==
        generationOf(machine.incarnation(thread)),
    },
  };
}

/** The scenario with an account whose lock word came out of an image: its holder is long dead. */
function withOlderLife(scenario: Scenario): Scenario {
  const places = placesOf(scenario);
  const generation = 15;
  const slot = 1;
  const inserting = 1;
  const version = 5;
  return {
    ...scenario,
    setup(machine) {
      scenario.setup(machine);
      machine.store32(places.account(0), version);
      machine.store32(places.account(0) + 4, (generation << 28) | (slot << 20) | (inserting << 16));
    },
  };
}

const generations: readonly Scenario[] = [
  fromGreatestGeneration(accounts({
    quickInstead: 'generations: a lock word of an older life',
    name: 'generations: the greatest and the first', maxDeaths: 1, model: bank,
    supervisor: 'threads', immortal: [1, 2], diesOnce: true,
    threads: [[deposit(0, 1)], [deposit(0, 2)], [supervise(0b001)]],
    respawn: [[[attach(), deposit(0, 4)]], null, null],
  })),
  withOlderLife(accounts({
    name: 'generations: a lock word of an older life', ...late, maxDeaths: 1, model: bank,
    threads: [[deposit(0, 1)], [deposit(0, 2)]],
    respawn: [[[attach(), deposit(0, 4)]], null],
  })),
];

const marks: readonly Scenario[] = [
  accounts({
    name: 'marks: a helper applies beside a reader', ...late, maxDeaths: 1, model: bank,
    threads: [[putBoth(20)], [read(0), read(1)], [deposit(1, 4)]],
  }),
];

const tickets: readonly Scenario[] = [
  accounts({
    name: 'tickets: an operation that gives up', journal: true,
    threads: [[deposit(0, 1), deposit(0, 2)], [deposit(0, 0), deposit(0, 4)]],
  }),
  accounts({
    name: 'tickets: two locks, the second is hot', journal: true,
    threads: [[transfer(0, 1)], [deposit(1, 1), deposit(1, 2)]],
  }),
  accounts({
    name: 'tickets: a death under a cold lock', ...late, maxDeaths: 1, journal: true,
    threads: [[deposit(1, 2)], [take(0), take(1)]],
  }),
];

export const gapScenarios: readonly Scenario[] = [
  ...supervisors, ...owners, ...generations, ...marks, ...tickets,
];
