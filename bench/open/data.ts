// The stores that are opened: a stream with one group, and a map; more and more of both.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { open } from 'millrace';
import type { OpenOptions, Store } from 'millrace';

const MIB = 2 ** 20;

/** One step of data: half of it messages, half of it values of keys. */
export const STEP_MIB = 8;
const MESSAGE_BYTES = 200;
const VALUE_BYTES = 1000;
const MESSAGES = Math.floor((STEP_MIB / 2) * MIB / MESSAGE_BYTES);
const KEYS = Math.floor((STEP_MIB / 2) * MIB / VALUE_BYTES);
const PARTITIONS = 4;
/** What the group has had, in messages of each partition. */
const READ = 1000;

export const STREAM = 'messages';
export const GROUP = 'readers';

/** Every store has this size, so that only its content differs. */
export const OPTIONS: OpenOptions<number, Buffer> = {
  maxMemory: 2048 * MIB, checkpointBytes: 16 * MIB, valueEncoding: 'binary',
};

export interface Filled {
  readonly directory: string;
  /** How many steps of data it holds. */
  readonly steps: number;
  readonly mib: number;
}

/** Lets the group have some messages of each partition, so that it goes on in the middle. */
function readSome(store: Store<number, Buffer>): void {
  const consumer = store.stream(STREAM).subscribe({ group: GROUP, autoCommit: false });
  const had = new Set<number>();
  while (had.size < PARTITIONS) {
    const batch = consumer.nextSync(1000);
    if (batch === undefined) throw new Error('the stream has nothing to be read');
    if (batch.firstOffset + batch.count >= READ) had.add(batch.partition);
    batch.commit();
  }
  consumer.close();
}

/** Fills a new store and closes it. */
export async function fill(parent: string, steps: number): Promise<Filled> {
  const directory = join(parent, `${steps}x`);
  await mkdir(directory);
  const store = await open<number, Buffer>(directory, OPTIONS);
  const stream = store.createStream(STREAM, { partitions: PARTITIONS, capacity: 1024 * MIB });
  const writer = stream.writer();
  const message = Buffer.alloc(MESSAGE_BYTES, 'm');
  const value = Buffer.alloc(VALUE_BYTES, 'v');
  for (let step = 0; step < steps; step++) {
    for (let i = 0; i < MESSAGES; i++) writer.append(message, i % PARTITIONS);
    for (let i = 0; i < KEYS; i++) store.put(step * KEYS + i, value);
    await store.flushed();
  }
  await writer.close();
  readSome(store);
  await store.close();
  return { directory, steps, mib: steps * STEP_MIB };
}

/** A key that every store has. */
export const SOME_KEY = 1234;
