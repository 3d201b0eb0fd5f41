/**
 * Work on a stream: two lanes push numbered messages, each into a partition of its own, and a third
 * one consumes them, counting in the map in one transaction with the offset.
 */
import type { Batch, Stream } from 'millrace';
import { countOf, encodeCount } from './count.js';
import type { Findings, Kill9Store, Part } from './part.js';
import { numberIn, valueOf } from './value.js';

const PRODUCERS = 2;
const CONSUMER = PRODUCERS;
const GROUP = 'readers';
const FLUSHED_EVERY = 20;

type Kill9Stream = Stream<unknown[], Uint8Array>;

const streamOf = (store: Kill9Store): Kill9Stream =>
  store.createStream('messages', { partitions: PRODUCERS });
/** The last message that was consumed of a partition, and how many came out of turn. */
const consumedOf = (partition: number): unknown[] => ['consumed', partition];
const wrongOf = (partition: number): unknown[] => ['wrong', partition];

/** Message n of a partition stands at offset n - 1, so the stream itself tells where to go on. */
async function produce(
  store: Kill9Store, lane: number, acknowledge: (number: number) => void,
): Promise<never> {
  const stream = streamOf(store);
  for (let number = stream.tail(lane) + 1; ; number++) {
    stream.push(valueOf(lane, number), { partition: lane });
    if (number % FLUSHED_EVERY !== 0) continue;
    await store.flushed();
    acknowledge(number);
  }
}

/** Messages of a batch that are not the next one of their partition. */
function takeIn(
  batch: Batch<unknown[], Uint8Array>, before: number,
): { last: number; wrong: number } {
  let last = before;
  let wrong = 0;
  for (const message of batch) {
    if (numberIn(message.copy(), batch.partition) !== last + 1) wrong++;
    last++;
  }
  return { last, wrong };
}

async function consume(
  store: Kill9Store, acknowledge: (number: number) => void,
): Promise<never> {
  let batches = 0;
  for await (const batch of streamOf(store).subscribe({ group: GROUP })) {
    const { partition } = batch;
    batch.transaction((tx) => {
      const { last, wrong } = takeIn(batch, countOf(tx.get(consumedOf(partition))));
      tx.put(consumedOf(partition), encodeCount(last));
      if (wrong > 0) {
        tx.put(wrongOf(partition), encodeCount(countOf(tx.get(wrongOf(partition))) + wrong));
      }
    });
    if (++batches % FLUSHED_EVERY !== 0) continue;
    const total = totalOf(store);
    await store.flushed();
    acknowledge(total);
  }
  throw new Error('The stream has ended');
}

/** Messages that were consumed, of all partitions. */
function totalOf(store: Kill9Store): number {
  let total = 0;
  for (let p = 0; p < PRODUCERS; p++) total += countOf(store.get(consumedOf(p)));
  return total;
}

/** What is left of a partition must be whole, and numbered by its offsets. */
function inspectMessages(stream: Kill9Stream, lane: number): Findings {
  const found = stream.tail(lane);
  let holes = 0;
  let torn = 0;
  let next: number | undefined;
  for (const { offset, bytes } of stream.peek(lane)) {
    const number = numberIn(bytes, lane);
    if (number === undefined) torn++;
    else if (number !== offset + 1 || offset !== (next ?? offset)) holes++;
    next = offset + 1;
  }
  if (next !== undefined && next !== found) holes++;
  return { found, holes, torn, duplicated: 0 };
}

/** The map must have counted exactly the messages that the group's offsets say were consumed. */
function inspectConsumer(store: Kill9Store, stream: Kill9Stream): Findings {
  let tails = 0;
  let holes = 0;
  for (let p = 0; p < PRODUCERS; p++) {
    tails += stream.tail(p);
    holes += countOf(store.get(wrongOf(p)));
  }
  const found = totalOf(store);
  const lag = stream.lag(GROUP);
  const duplicated = lag === undefined ? found : Math.abs(found - (tails - lag));
  return { found, holes, torn: 0, duplicated };
}

export const streamPart: Part = {
  lanes: PRODUCERS + 1,
  work: (store, lane, acknowledge) => lane === CONSUMER
    ? consume(store, acknowledge)
    : produce(store, lane, acknowledge),
  inspect(store, lane) {
    const stream = streamOf(store);
    return lane === CONSUMER ? inspectConsumer(store, stream) : inspectMessages(stream, lane);
  },
};
