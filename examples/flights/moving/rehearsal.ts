// Before the clock starts every worker and every spare moves some rows to itself, so that none of
// them meets code that is not compiled yet: the figure is to tell what moving takes, not starting.

import type { Catalog } from '../catalog.js';
import { KeyTable } from '../division.js';
import type { Duty } from '../duty.js';
import type { FlightBatch } from '../entries.js';
import { Outlet } from '../outlet.js';
import { GROUP } from '../protocol.js';

// Short rounds: a compiler that sees a function in its first long run knows little of it.
const ROUNDS = 64;
const ROUND_ROWS = 2000;
const ROUNDS_TO_REST = 8;
// Few, so that batches and chunks are filled and left here, too.
const KEYS = 8;
const BATCH_BYTES = 1 << 10;
const CAPACITY = 1 << 18;
// Long enough to fall asleep.
const PAUSE_MS = 0.1;

/** The first element of the keys that consumers leave in the map when they rehearse. */
export const REHEARSAL = 'rehearsal';

/** What a worker does with batches. */
export interface Taker {
  take(batch: FlightBatch): void;
  /** Called when there is no batch for the moment. */
  rest(): void;
}

/** Moves the rows that lie in memory, if any do, through a stream of this worker's own. */
export function rehearse(
  { start, store, stream: { rowBytes } }: Duty, catalog: Catalog, taker: Taker,
): void {
  const { packed, identity } = start;
  if (packed === undefined) return;
  const stream = store.createStream(identity, { partitions: KEYS, rowBytes, capacity: CAPACITY });
  const division = { lanes: 1, keys: KEYS };
  const table = new KeyTable(division, stream, catalog);
  table.refresh();
  const outlet = new Outlet(stream, table, division, 0, BATCH_BYTES);
  const consumer = stream.subscribe({ group: GROUP, autoCommit: false });
  const drain = (): void => {
    for (;;) {
      const batch = consumer.nextSync(PAUSE_MS);
      if (batch === undefined) return;
      taker.take(batch);
    }
  };
  const rows = Math.min(ROUND_ROWS, packed.byteLength / rowBytes);
  for (let round = 0; round < ROUNDS; round++) {
    const tails = outlet.tails();
    // In two parts, of which the second skips the first, as a replacement does.
    for (const part of [rows >> 1, rows]) {
      const words = part * rowBytes / Int32Array.BYTES_PER_ELEMENT;
      outlet.publish(packed.subarray(0, words), outlet.publishedSince(tails), () => undefined);
      void outlet.flush();
      drain();
    }
    if (round % ROUNDS_TO_REST === 0) taker.rest();
  }
  taker.rest();
  consumer.close();
  stream.destroy();
}
