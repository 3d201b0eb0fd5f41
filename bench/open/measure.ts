// Opening, again and again, one way after the other: until the store can be used, until a consumer
// has its next message, and until everything is read.
import { open } from 'millrace';
import { GROUP, OPTIONS, SOME_KEY, STREAM, type Filled } from './data.js';

export const WAYS = ['lazy', 'full'] as const;
export type Way = (typeof WAYS)[number];

/** Milliseconds since the call of open, by round. */
export interface Times {
  readonly data: Filled;
  readonly way: Way;
  readonly opened: number[];
  readonly first: number[];
  readonly loaded: number[];
}

/** @throws Error when what is read is not what was put. */
async function openOnce({ data, way, opened, first, loaded }: Times, counts: boolean) {
  const start = performance.now();
  const since = (): number => performance.now() - start;
  const store = await open<number, Buffer>(data.directory, { ...OPTIONS, verify: way });
  const openedAt = since();
  const consumer = store.stream(STREAM).subscribe({ group: GROUP, autoCommit: false });
  const message = consumer.nextSync(10_000)?.[Symbol.iterator]().next().value;
  const length = message?.copy().length;
  const firstAt = since();
  await store.loaded();
  const loadedAt = since();
  if (length !== 200 || store.get(SOME_KEY)?.length !== 1000) throw new Error('wrong content');
  consumer.close();
  await store.close();
  if (!counts) return;
  opened.push(openedAt);
  first.push(firstAt);
  loaded.push(loadedAt);
}

/** The first round of each way is for the caches of files and code. */
export async function measureOpens(data: Filled, rounds: number): Promise<Times[]> {
  const all = WAYS.map((way): Times => ({ data, way, opened: [], first: [], loaded: [] }));
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? all : all.toReversed();
    for (const times of order) await openOnce(times, round >= 0);
  }
  return all;
}
