// On-line linearizability: the set of configurations (state of the specification, results of the
// pending operations that already took effect, progress of those that do so in steps), advanced at
// every invocation and response.
// Wing and Gong (JPDC 1993) with Lowe's memo; sets are interned, so that a set is one small number.

import type { Call, Json, Model, Outcome, Result } from './scenario.js';

interface Configuration {
  readonly state: Json;
  /** Result of each pending operation that took effect, by process; absent when it has not. */
  readonly effects: Readonly<Record<number, Result>>;
  /** How far pending operations are that take effect in several moments, by process. */
  readonly progress: Readonly<Record<number, Json>>;
}

interface ConfigurationSet {
  readonly configurations: readonly Configuration[];
  /** Pending operations by process. The operation of a dead thread stays here: it is optional. */
  readonly pending: Readonly<Record<number, Call>>;
}

/** No configuration explains the history. */
export const IMPOSSIBLE = -1;

export class Monitor {
  private readonly sets: ConfigurationSet[] = [];
  private readonly idByKey = new Map<string, number>();
  private readonly memo = new Map<string, number>();
  private readonly callKeys = new Map<Call, string>();

  constructor(private readonly model: Model) {
    const first: Configuration = { state: model.init, effects: {}, progress: {} };
    this.intern({ configurations: [first], pending: {} });
  }

  /** Set after the invocation of `call` by a process (one number per thread and incarnation). */
  invoke(set: number, process: number, call: Call): number {
    return this.remember(`i${set},${process},${this.keyOf(call)}`, () => {
      const { configurations, pending } = this.at(set);
      return this.intern({ configurations, pending: { ...pending, [process]: call } });
    });
  }

  /** Set after the response, or IMPOSSIBLE when no order of effects explains the result. */
  respond(set: number, process: number, result: Result): number {
    return this.remember(`r${set},${process},${JSON.stringify(result)}`, () => {
      const { configurations, pending } = this.at(set);
      const kept: Configuration[] = [];
      for (const { state, effects, progress } of this.closure(configurations, pending)) {
        if (!(process in effects) || effects[process] !== result) continue;
        kept.push({
          state, effects: without(effects, process), progress: without(progress, process),
        });
      }
      if (kept.length === 0) return IMPOSSIBLE;
      return this.intern({ configurations: kept, pending: without(pending, process) });
    });
  }

  /** Texts of all states that are possible now, pending operations done or not. */
  possibleStates(set: number): Set<string> {
    const { configurations, pending } = this.at(set);
    const states = new Set<string>();
    for (const { state } of this.closure(configurations, pending)) states.add(textOf(state));
    return states;
  }

  /** All configurations reachable by letting pending operations take effect. */
  private closure(
    start: readonly Configuration[], pending: ConfigurationSet['pending'],
  ): Configuration[] {
    const seen = new Map<string, Configuration>();
    const queue: Configuration[] = [];
    const add = (configuration: Configuration): void => {
      const key = textOf(configuration);
      if (seen.has(key)) return;
      seen.set(key, configuration);
      queue.push(configuration);
    };
    for (const configuration of start) add(configuration);
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const [key, call] of Object.entries(pending)) {
        const process = Number(key);
        if (!(process in next.effects)) this.advance(next, process, call).forEach(add);
      }
    }
    return [...seen.values()];
  }

  /** The configurations behind the next moment of one pending operation. */
  private advance(
    { state, effects, progress }: Configuration, process: number, call: Call,
  ): Configuration[] {
    const moments = this.model.moments?.(state, call, progress[process] ?? null) ?? null;
    if (moments === null) {
      return this.outcomes(state, call).map(([result, next]) => (
        { state: next, effects: { ...effects, [process]: result }, progress }));
    }
    return moments.map((moment) => ('result' in moment
      ? { state: moment.state, effects: { ...effects, [process]: moment.result }, progress }
      : { state: moment.state, effects, progress: { ...progress, [process]: moment.progress } }));
  }

  private outcomes(state: Json, call: Call): readonly Outcome[] {
    const main = this.model.step(state, call);
    return [main, ...(this.model.alternatives?.(state, call) ?? [])];
  }

  private remember(key: string, compute: () => number): number {
    const known = this.memo.get(key);
    if (known !== undefined) return known;
    const id = compute();
    this.memo.set(key, id);
    return id;
  }

  private intern(set: ConfigurationSet): number {
    const texts = new Map(set.configurations.map((c) => [textOf(c), c]));
    const sorted = [...texts.keys()].sort();
    const pending = Object.entries(set.pending).map(([p, call]) => [p, this.keyOf(call)]);
    const key = textOf([sorted, pending]);
    const known = this.idByKey.get(key);
    if (known !== undefined) return known;
    const configurations = sorted.map((text) => texts.get(text) as Configuration);
    this.sets.push({ configurations, pending: set.pending });
    this.idByKey.set(key, this.sets.length - 1);
    return this.sets.length - 1;
  }

  private keyOf(call: Call): string {
    let key = this.callKeys.get(call);
    if (key === undefined) {
      const args = call.args.map((arg) => (typeof arg === 'bigint' ? `${arg}n` : arg));
      key = textOf([call.fn, args, call.input, call.thread, call.incarnation]);
      this.callKeys.set(call, key);
    }
    return key;
  }

  private at(set: number): ConfigurationSet {
    return this.sets[set];
  }
}

function without<T>(record: Readonly<Record<number, T>>, key: number): Record<number, T> {
  const copy: Record<number, T> = { ...record };
  delete copy[key];
  return copy;
}

/** JSON with sorted keys, so that equal values have equal text however they were built. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
  });
}
