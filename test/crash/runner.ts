// Plays a case: the operation is stopped before each of its stores, others recover, the verdict is
// taken; then the recovery itself is stopped before each of its stores, and a third one finishes.

import type { CrashCase } from './crash-case.js';
import { fingerprint, usedBytes } from './images.js';
import { ACTOR, FIRST, SECOND, Stage } from './stage.js';
import { judge, type Expected, type Verdict } from './verdict.js';

/** A stop after which something was wrong. */
export interface Failure {
  readonly name: string;
  /** Store before which the operation was stopped; one more than it has: it ran through. */
  readonly store: number;
  /** Store before which the recovery was stopped, 0 = it ran through. */
  readonly nested: number;
  readonly site: number;
  readonly wrong: string;
  readonly leakedBytes: number;
}

export interface CaseResult {
  readonly points: number;
  /** Different regions that the stops have left. */
  readonly images: number;
  readonly nestedPoints: number;
  readonly failures: readonly Failure[];
  /** The site of every store of the operation, in order. */
  readonly sites: readonly number[];
}

/** An incarnation that died, as the proof of its death names it. */
interface Death {
  readonly slot: number;
  readonly generation: number;
}

/** One case on one stage. */
class Player {
  private readonly stage: Stage;
  private readonly start: Uint8Array;
  private readonly before: Expected;
  private readonly after: Expected;
  /** Number of the store that commits the operation, 0 = none does. */
  private readonly commit: number;
  /** No part of the operation, and so no recovery of it, changes anything behind this. */
  private readonly used: number;
  private readonly judged = new Map<string, Verdict>();
  private readonly nestedFrom = new Set<number>();
  private readonly failures: Failure[] = [];
  private readonly sites: number[] = [];
  private nestedPoints = 0;

  constructor(private readonly played: CrashCase, module: WebAssembly.Module) {
    this.stage = new Stage(module, played.sizes);
    played.prepare(this.stage);
    this.start = this.stage.machine.image();
    const entries = new Map(this.stage.model);
    const whole = this.stage.machine.run(ACTOR, 0, () => played.act(this.stage));
    this.commit = whole.commit;
    this.used = usedBytes(this.stage.machine);
    const later = new Map(this.stage.model);
    // What is observed depends on the dead being recovered, so it is taken after a declaration.
    this.after = { entries: later, observed: this.observed() };
    this.judgeWhole(whole.stores + 1);
    this.stage.machine.restore(this.start);
    this.before = { entries, observed: this.observed() };
  }

  /**
   * Judges the operation that ran through. Throws if that is wrong though nobody had died: the case
   * would say nothing about deaths.
   */
  private judgeWhole(store: number): void {
    const dead = this.deaths().map(({ slot }) => slot);
    const verdict = judge(this.played, this.stage, FIRST, [...new Set(dead)], this.after);
    if (verdict.wrong === '' && verdict.leakedBytes === 0) return;
    if (this.stage.died.length === 0) throw new Error(`without a death: ${verdict.wrong}`);
    this.failures.push({ name: this.played.name, store, nested: 0, site: -1, ...verdict });
  }

  private observed(): string {
    this.declare(FIRST, this.deaths());
    return this.played.observe?.(this.stage.client(FIRST)) ?? '';
  }

  /** The actor, whose generation stands in the image, and those who died before it. */
  private deaths(): Death[] {
    const generation = this.stage.generation(ACTOR);
    return [{ slot: ACTOR, generation }, ...this.stage.died];
  }

  private declare(by: number, deaths: readonly Death[]): void {
    for (const { slot, generation } of deaths) {
      this.stage.client(by).call('declareDead', slot, generation);
    }
  }

  play(): CaseResult {
    for (let store = 1; ; store++) {
      this.stage.machine.restore(this.start);
      this.stage.model = new Map(this.before.entries);
      const deaths = this.deaths();
      const run = this.stage.machine.run(ACTOR, store, () => this.played.act(this.stage));
      if (!run.stopped) break;
      this.sites.push(run.site);
      const happened = this.commit > 0 && store > this.commit;
      const stop = { store, site: run.site, expected: happened ? this.after : this.before, deaths };
      this.recoverInSteps(stop);
      this.attempt(stop, 0, FIRST, () => this.declare(FIRST, deaths));
    }
    const { failures, nestedPoints, sites } = this;
    const images = this.nestedFrom.size;
    return { points: sites.length, images, nestedPoints, failures, sites };
  }

  /** Stops the recovery before each of its stores; another one finishes it. */
  private recoverInSteps(stop: Stopped): void {
    const { machine } = this.stage;
    const from = fingerprint(machine, this.used);
    if (this.nestedFrom.has(from)) return;
    this.nestedFrom.add(from);
    const image = machine.image();
    for (let nested = 1; ; nested++) {
      const helper = { slot: FIRST, generation: this.stage.generation(FIRST) };
      let stopped = false;
      const failed = this.guard(() => {
        ({ stopped } = machine.run(FIRST, nested, () => this.declare(FIRST, stop.deaths)));
      });
      // A recovery that fails when nobody stops it is reported by the run without a stop.
      if (failed !== '' || !stopped) break;
      this.nestedPoints++;
      const deaths = [helper, ...stop.deaths];
      this.attempt({ ...stop, deaths }, nested, SECOND, () => this.declare(SECOND, deaths));
      machine.restore(image);
    }
    machine.restore(image);
  }

  /** Recovers by `survivor` and judges what is there then. */
  private attempt(stop: Stopped, nested: number, survivor: number, recover: () => void): void {
    const failed = this.guard(recover);
    const verdict = failed === ''
      ? this.verdictOn(stop, survivor)
      : { wrong: `recovery: ${failed}`, leakedBytes: 0 };
    if (verdict.wrong === '' && verdict.leakedBytes === 0) return;
    const { name } = this.played;
    this.failures.push({ name, store: stop.store, nested, site: stop.site, ...verdict });
  }

  private verdictOn({ expected, deaths }: Stopped, survivor: number): Verdict {
    const when = expected === this.after ? 'after' : 'before';
    const { machine } = this.stage;
    const state = `${fingerprint(machine, this.used)} ${survivor} ${when}`;
    let verdict = this.judged.get(state);
    if (verdict === undefined) {
      const dead = [...new Set(deaths.map(({ slot }) => slot))];
      verdict = judge(this.played, this.stage, survivor, dead, expected);
      this.judged.set(state, verdict);
    }
    return verdict;
  }

  private guard(act: () => void): string {
    try {
      act();
      return '';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** A stop of the operation, and what must come of it. */
interface Stopped {
  readonly store: number;
  readonly site: number;
  readonly expected: Expected;
  readonly deaths: readonly Death[];
}

/**
 * Plays one case. A case that can not even be prepared is one failure, before store 0: the core
 * does not do what it must do when nobody dies.
 */
export function play(played: CrashCase, module: WebAssembly.Module): CaseResult {
  try {
    return new Player(played, module).play();
  } catch (error) {
    const wrong = error instanceof Error ? error.message : String(error);
    const failure = { name: played.name, store: 0, nested: 0, site: -1, wrong, leakedBytes: 0 };
    return { points: 0, images: 0, nestedPoints: 0, failures: [failure], sites: [] };
  }
}
