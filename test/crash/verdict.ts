// The verdict on a region after a recovery: nothing is broken, nothing is lost, the entries are the
// expected ones, and the survivor and the next incarnations of the dead can go on.

import { check, type CheckReport } from '../../src/inspect/check.js';
import type { Client } from './client.js';
import type { CrashCase } from './crash-case.js';
import { randomFrom, type Random } from './random.js';
import type { Stage } from './stage.js';

/** What a region should hold. */
export interface Expected {
  readonly entries: ReadonlyMap<string, string>;
  /** What the case observes beside them. */
  readonly observed: string;
}

export interface Verdict {
  /** The first thing that is wrong; empty if nothing is. */
  readonly wrong: string;
  readonly leakedBytes: number;
}

const FURTHER_OPERATIONS = 100;

function textOf(entries: Iterable<readonly [string, string]>): string {
  return JSON.stringify([...entries]);
}
function sorted(entries: ReadonlyMap<string, string>): [string, string][] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Throws unless the client reads exactly these entries, in every way there is. */
function expectEntries(client: Client, entries: ReadonlyMap<string, string>): void {
  const wanted = sorted(entries);
  const forward = textOf(client.scan());
  if (forward !== textOf(wanted)) throw new Error(`a scan gives ${forward}`);
  const backward = textOf(client.scan(true));
  if (backward !== textOf(wanted.reverse())) throw new Error(`a reverse scan gives ${backward}`);
  for (const [name, value] of wanted) {
    const got = client.get(name);
    if (got !== value) throw new Error(`get ${name} gives ${got}`);
  }
}

/** One random operation, by the client and on the plain map. */
function step(client: Client, model: Map<string, string>, names: string[], random: Random): void {
  const known = names[random(names.length)];
  const name = random(4) === 0 ? `${known}${random(10)}` : known;
  switch (random(6)) {
    case 0: case 1: {
      const value = `v${random(1000)}`;
      const result = client.put(name, value);
      if (result === 'too large') throw new Error(`put ${name} is too large`);
      if (result === 'full') return;
      model.set(name, value);
      if (!names.includes(name)) names.push(name);
      return;
    }
    case 2: {
      const was = client.remove(name);
      if (was !== model.delete(name)) throw new Error(`remove ${name} says ${was}`);
      return;
    }
    case 3: {
      const value = `b${random(1000)}`;
      const entries = [{ key: name }, { key: `${name}+`, value }];
      if (client.batch(entries) !== 'ok') return;
      model.delete(name);
      model.set(`${name}+`, value);
      return;
    }
    default: {
      const got = client.get(name);
      if (got !== model.get(name)) throw new Error(`get ${name} gives ${got}`);
    }
  }
}

function problemsOf(report: CheckReport, entries: ReadonlyMap<string, string>): string {
  const { region, fixed, blocks, nodes, frames, free, leaked } = report.bytes;
  const [first] = report.problems.filter(({ code }) => code !== 'LEAK');
  if (first !== undefined) return `check: ${first.code} at ${first.where}: ${first.message}`;
  if (region !== fixed + blocks + nodes + frames + free + leaked) {
    return `check: the bytes do not add up: ${JSON.stringify(report.bytes)}`;
  }
  if (report.keys === entries.size) return '';
  return `check: ${report.keys} keys instead of ${entries.size}`;
}

/** Runs the operations that come after a recovery, by all who are alive then. */
function goOn(
  { goOn: more }: CrashCase, stage: Stage, clients: readonly Client[],
  entries: ReadonlyMap<string, string>,
): Expected {
  const model = new Map(entries);
  const names = [...entries.keys(), 'another key', 'x'];
  const random = randomFrom(names.length);
  for (let i = 0; i < FURTHER_OPERATIONS; i++) {
    step(clients[random(clients.length)], model, names, random);
  }
  more?.(stage, clients, random);
  for (const client of clients) expectEntries(client, model);
  return { entries: model, observed: '' };
}

/**
 * Judges the region: `survivor` has just recovered the slots in `dead`. Their next incarnations are
 * started here, and the region is used and changed.
 */
export function judge(
  played: CrashCase, stage: Stage, survivor: number, dead: readonly number[],
  expected: Expected,
): Verdict {
  let leakedBytes = 0;
  const inspect = (entries: ReadonlyMap<string, string>): void => {
    const report = check(stage.machine.buffer);
    leakedBytes += report.bytes.leaked;
    const problem = problemsOf(report, entries);
    if (problem !== '') throw new Error(problem);
  };
  try {
    const client = stage.client(survivor);
    inspect(expected.entries);
    expectEntries(client, expected.entries);
    const observed = played.observe?.(client) ?? '';
    if (observed !== expected.observed) throw new Error(`observed ${observed}`);
    for (const slot of dead) stage.client(slot).join();
    const clients = [client, ...dead.map((slot) => stage.client(slot))];
    inspect(goOn(played, stage, clients, expected.entries).entries);
    return { wrong: '', leakedBytes };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error), leakedBytes };
  }
}
