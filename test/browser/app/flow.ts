/**
 * A worker at either end of a stream: it sends numbered messages, or counts them in the map, each
 * exactly once, and throws when one is missing or out of order.
 */
import { expose } from 'comlink';
import { attach, ready } from 'millrace';
import type { Batch, Store, StoreHandle } from 'millrace';
import { isDone, shallStop } from './board.js';
import type { Board } from './board.js';

/** How often a consumer looks whether it has to stop. */
const LOOK_MS = 20;

const GROUP = 'readers';

async function join(handle: StoreHandle): Promise<Store<unknown, unknown>> {
  await ready();
  return attach<unknown, unknown>(handle);
}

/** Counts the messages of a batch by producer, in one transaction with the offset. */
function tally(batch: Batch<unknown, unknown>): void {
  batch.transaction((tx) => {
    const next = new Map<number, number>();
    for (const message of batch) {
      const [producer, sequence] = [message.u32(0), message.u32(4)];
      const key = ['seen', batch.partition, producer];
      const expected = next.get(producer) ?? (tx.get(key) as number | undefined) ?? 0;
      if (sequence !== expected) throw new Error(`${sequence} came instead of ${expected}`);
      next.set(producer, expected + 1);
    }
    for (const [producer, count] of next) tx.put(['seen', batch.partition, producer], count);
  });
}

const flow = {
  /** Sends messages to all partitions until it has to stop: how many to each. */
  async produce(handle: StoreHandle, number: number, board: Board): Promise<number> {
    const store = await join(handle);
    const stream = store.stream('flow');
    const writer = stream.writer({ timeout: 30_000 });
    let sent = 0;
    for (; !shallStop(board); sent++) {
      const message = new Uint8Array(Uint32Array.of(number, sent).buffer);
      for (let partition = 0; partition < stream.partitions; partition++) {
        writer.append(message, partition);
      }
    }
    await writer.close();
    await store.close();
    return sent;
  },

  /** Counts messages until it has to stop and none is left. */
  async consume(handle: StoreHandle, number: number, board: Board): Promise<void> {
    const store = await join(handle);
    const stream = store.stream('flow');
    const consumer = stream.subscribe({ group: GROUP });
    while (!shallStop(board) || stream.lag(GROUP) !== 0) {
      const batch = consumer.nextSync(LOOK_MS);
      if (batch === undefined) continue;
      tally(batch);
      isDone(board, number);
    }
    await store.close();
  },
};

export type Flow = typeof flow;

expose(flow);
