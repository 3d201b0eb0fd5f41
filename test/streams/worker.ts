/**
 * A worker of the stream tests: a producer of numbered messages, or a consumer that keeps a tally
 * of them in the map, exactly once, and throws when one is missing, torn, or out of order.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { MillraceError, attach } from 'millrace';
import type { Batch, Consumer, StoreHandle, Stream } from 'millrace';
import { Flags } from './flags.js';
import { checkMessage, messageOf } from './messages.js';

/** How a producer sends. */
export type Manner = 'push' | 'append' | 'rows';

export interface ProducerStart {
  readonly role: 'producer';
  readonly producer: number;
  readonly manner: Manner;
  /** Messages for each partition. */
  readonly count: number;
}

export interface ConsumerStart {
  readonly role: 'consumer';
  readonly group: string;
  /** Whether it awaits batches instead of blocking. */
  readonly awaits: boolean;
}

export type WorkerStart = (ProducerStart | ConsumerStart) & {
  readonly handle: StoreHandle;
  readonly flags: SharedArrayBuffer;
  readonly stream: string;
};

/** What a worker says at its end: the code of the error that ended it, if one did. */
export interface Ended {
  readonly code?: string;
}

type Key = readonly [group: string, partition: number, producer: number];
type TestStream = Stream<Key, number>;

/** How long a consumer blocks before it looks whether it has to stop. */
const LOOK_MS = 20;

const start: WorkerStart = workerData;
const flags = new Flags(start.flags);
const store = attach<Key, number>(start.handle);
const stream = store.stream(start.stream);

/** Sends message after message to each partition in turn. */
async function produce({ producer, manner, count }: ProducerStart): Promise<void> {
  const writer = stream.writer({ timeout: 60_000 });
  const { partitions } = stream;
  for (let sequence = 0; sequence < count && !flags.isStopped; sequence++) {
    const message = messageOf(producer, sequence, stream.rowBytes !== 0);
    for (let partition = 0; partition < partitions; partition++) {
      if (manner === 'push') stream.push(message, { partition, timeout: 60_000 });
      else if (manner === 'append') writer.append(message, partition);
      else {
        const rows = writer.rows(partition);
        const at = rows.reserve();
        rows.u8.set(message, at);
        rows.commit();
      }
    }
  }
  await writer.close();
}

/** Counts the messages of a batch in the map, in one transaction with the offset. */
function tally(group: string, batch: Batch<Key, number>): void {
  const { partition } = batch;
  batch.transaction((tx) => {
    const next = new Map<number, number>();
    for (const message of batch) {
      const [producer, sequence] = [message.u32(0), message.u32(4)];
      const expected = next.get(producer) ?? tx.get([group, partition, producer]) ?? 0;
      if (sequence !== expected) {
        throw new Error(`${group}: message ${sequence} of ${producer} instead of ${expected}`);
      }
      checkMessage(message.bytes(), producer, sequence);
      next.set(producer, expected + 1);
    }
    for (const [producer, count] of next) tx.put([group, partition, producer], count);
  });
}

function consumeBlocking(consumer: Consumer<Key, number>, group: string): void {
  for (;;) {
    const batch = consumer.nextSync(LOOK_MS);
    if (batch !== undefined) tally(group, batch);
    else if (flags.isStopped && stream.lag(group) === 0) return;
  }
}

async function consumeAwaiting(consumer: Consumer<Key, number>, group: string): Promise<void> {
  const look = setInterval(() => {
    if (flags.isStopped && stream.lag(group) === 0) consumer.close();
  }, LOOK_MS);
  try {
    for await (const batch of consumer) tally(group, batch);
  } finally {
    clearInterval(look);
  }
}

async function consume(of: TestStream, { group, awaits }: ConsumerStart): Promise<void> {
  const consumer = of.subscribe({ group });
  parentPort?.postMessage('subscribed', []);
  if (awaits) await consumeAwaiting(consumer, group);
  else consumeBlocking(consumer, group);
}

let ended: Ended = {};
try {
  if (start.role === 'producer') await produce(start);
  else await consume(stream, start);
} catch (error) {
  if (!(error instanceof MillraceError)) throw error;
  ended = { code: error.code };
}
await store.close();
parentPort?.postMessage(ended, []);
