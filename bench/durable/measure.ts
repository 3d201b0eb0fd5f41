// Measuring, as in the key-value bench: rounds in which every engine runs once, on the same puts,
// in an order that is drawn anew for each round.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Draw, Workload } from '../kv/workload.js';
import type { Case, Engine, Kind, Way } from './engine.js';

/** Seconds that an engine took in a case, by round. */
export interface Samples {
  readonly engine: Pick<Engine, 'name' | 'copies' | 'shared'>;
  readonly way: Way;
  /** Puts of a round. */
  readonly puts: number;
  readonly seconds: number[];
}

/** What engines that start empty have taken, and how long our store took to open again. */
export interface Loads {
  readonly samples: readonly Samples[];
  readonly reopen: readonly number[];
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const CHECKED_KEYS = 100;

/** @throws Error when the engine does not hold what was put. */
function checkContent(engine: Engine, workload: Workload, draw: Draw): void {
  draw.places.subarray(0, CHECKED_KEYS).forEach((place, i) => {
    const value = engine.peek(draw.keys[i]);
    if (value !== undefined && workload.valueAt(place).equals(value)) return;
    throw new Error(`${engine.name} has a wrong value for key ${draw.keys[i].toString('hex')}`);
  });
}

/** What the engine does in a case: in memory, being visible is all that a put can be. */
function wayOf({ ways }: Engine, kase: Case): Way {
  return (ways[kase] ?? ways.visible)!;
}

async function secondsOf(way: Way, batch: Draw): Promise<number> {
  collectGarbage();
  const started = performance.now();
  const result = way.run(batch);
  if (result !== undefined) await result;
  return (performance.now() - started) / 1000;
}

/** Overwrites keys of engines that are open and hold them all. */
export async function measureCase(
  kase: Case, all: readonly Engine[], workload: Workload, puts: number, rounds: number,
): Promise<Samples[]> {
  const samples: Samples[] = all.filter(({ ways }) => ways[kase] !== undefined)
    .map((engine) => ({ engine, way: engine.ways[kase]!, puts, seconds: [] }));
  for (let round = -1; round < rounds; round++) {
    const draw = workload.draw(puts);
    workload.putsWere(draw);
    for (const { engine, way, seconds } of workload.shuffled(samples)) {
      const taken = await secondsOf(way, draw);
      if (round >= 0) seconds.push(taken);
      // What it still has to write must not be written on the clock of the next one.
      await (engine as Engine).settle();
      checkContent(engine as Engine, workload, draw);
    }
  }
  return samples;
}

/** Opens an empty engine in a folder of its own, which goes afterwards. */
export async function withFresh<T>(
  kind: Kind, parent: string, use: (engine: Engine, folder: string) => Promise<T>,
): Promise<T> {
  const folder = join(parent, kind.name.replace(/\W+/g, '-'));
  await mkdir(folder);
  try {
    return await use(await kind.open(folder), folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds from open to the first value. */
async function reopenSeconds(kind: Kind, folder: string, key: Buffer): Promise<number> {
  const started = performance.now();
  const engine = await kind.open(folder);
  const found = engine.peek(key);
  const seconds = (performance.now() - started) / 1000;
  await engine.close();
  if (found === undefined) throw new Error(`${kind.name} has lost a key`);
  return seconds;
}

/**
 * Puts all keys into engines that were empty, `synced at the end`.
 * @param reopened the kind that is opened again after each load
 */
export async function measureLoads(
  kinds: readonly Kind[], reopened: Kind, workload: Workload, rounds: number, parent: string,
): Promise<Loads> {
  const content = workload.all();
  const samples = new Map<Kind, Samples>();
  const reopen: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const kind of workload.shuffled(kinds)) {
      await withFresh(kind, parent, async (engine, folder) => {
        const way = wayOf(engine, 'synced at the end');
        const sample = samples.get(kind) ??
          { engine, way, puts: content.keys.length, seconds: [] };
        samples.set(kind, sample);
        sample.seconds.push(await secondsOf(way, content));
        checkContent(engine, workload, content);
        await engine.close();
        if (kind === reopened) reopen.push(await reopenSeconds(kind, folder, content.keys[0]));
      });
    }
  }
  return { samples: kinds.map((kind) => samples.get(kind)!), reopen };
}
