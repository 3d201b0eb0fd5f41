// Measuring: rounds in which every engine runs once, on the same keys. The order is drawn anew for
// each round: in a fixed one, even a rotating one, an engine would always inherit the caches and
// the garbage of the same other engine. What disturbs the machine for long meets all engines of a
// round, so ratios are formed inside a round; the median leaves out what disturbs it for a moment.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Engine, Op } from './engine.js';
import { MANY_KEYS } from './workload.js';
import type { Draw, Workload } from './workload.js';

/** Operations per second of one engine, by round. */
export interface Samples {
  readonly engine: Engine;
  readonly perSecond: number[];
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

const WARM_UP = 2;
const CHECKED_KEYS = 100;

/** What the batch's digests must sum up to. */
function expectedSum(op: Op, workload: Workload, draw: Draw): number {
  if (op === 'put') return 0;
  if (op === 'scan100' || op === 'scan100View') return workload.scanDigestOf(draw);
  return workload.digestOf(draw);
}

/** @throws Error when the engine does not hold what was put. */
export function checkContent(engine: Engine, workload: Workload, draw: Draw): void {
  draw.places.subarray(0, CHECKED_KEYS).forEach((place, i) => {
    const value = engine.peek(draw.keys[i], draw.numbers[i]);
    if (value !== undefined && workload.valueAt(place).equals(value)) return;
    throw new Error(`${engine.name} has a wrong value for key ${draw.keys[i].toString('hex')}`);
  });
}

async function sampleOf(engine: Engine, op: Op, draw: Draw, expected: number): Promise<number> {
  const { run } = engine.ops[op]!;
  collectGarbage({ type: 'minor' });
  const started = performance.now();
  const result = run(draw);
  const sum = typeof result === 'number' ? result : await result;
  const seconds = (performance.now() - started) / 1000;
  if (sum !== expected) throw new Error(`${engine.name} gave wrong values in ${op}`);
  return (op === 'getMany64' ? draw.keys.length / MANY_KEYS : draw.keys.length) / seconds;
}

/**
 * Runs an operation on all engines that have it: some rounds to warm up, then those that count.
 * @throws Error when an engine returns or holds wrong values.
 */
export async function measure(
  op: Op, engines: readonly Engine[], workload: Workload, perRound: number, rounds: number,
): Promise<Samples[]> {
  const all: Samples[] = engines.filter((engine) => engine.ops[op] !== undefined)
    .map((engine) => ({ engine, perSecond: [] }));
  collectGarbage();
  for (let round = -WARM_UP; round < rounds; round++) {
    const draw = workload.draw(perRound);
    const expected = expectedSum(op, workload, draw);
    if (op === 'put') workload.putsWere(draw);
    for (const { engine, perSecond } of workload.shuffled(all)) {
      const sample = await sampleOf(engine, op, draw, expected);
      if (round >= 0) perSecond.push(sample);
    }
    for (const { engine } of all) checkContent(engine, workload, draw);
  }
  return all;
}
