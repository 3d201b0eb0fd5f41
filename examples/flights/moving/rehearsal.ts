// Before the clock starts every worker and every spare moves some rows to itself, so that none of
// them meets code that is not compiled yet: the figure is to tell what moving takes, not starting.

import { partitionsOf } from '../division.js';
import type { KeyTable } from '../division.js';
import type { Duty } from '../duty.js';
import type { FlightBatch } from '../entries.js';
import { Outlet } from '../outlet.js';
import type { PackedRows } from '../packing.js';
import { GROUP } from '../protocol.js';

const ROUNDS = 16;
const ROUND_ROWS = 8000;
// Little, so that chunks are filled and left here, too.
const CAPACITY = 1 << 14;

/** The first element of the keys that consumers leave in the map when they rehearse. */
export const REHEARSAL = 'rehearsal';

/**
 * Moves rows through a stream of this worker's own.
 *
 * @param take what the worker does with each batch
 */
export function rehearse(
  duty: Duty, packed: PackedRows, table: KeyTable, take: (batch: FlightBatch) => void,
): void {
  const { store, start } = duty;
  const { rowBytes } = duty.stream;
  const division = { ...start.division, lanes: 1 };
  const rows = Math.min(ROUND_ROWS, packed.byteLength / rowBytes);
  const partitions = partitionsOf(division);
  const stream = store.createStream(start.identity, { partitions, rowBytes, capacity: CAPACITY });
  const outlet = new Outlet(stream, table, division, 0);
  const consumer = stream.subscribe({ group: GROUP });
  const drain = (): void => {
    for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
      take(batch);
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const tails = outlet.tails();
    // In two parts, of which the second skips the first, as a replacement does.
    for (const part of [rows >> 1, rows]) {
      const words = part * rowBytes / Int32Array.BYTES_PER_ELEMENT;
      outlet.publish(packed.subarray(0, words), outlet.publishedSince(tails), () => undefined);
      void outlet.flush();
      drain();
    }
  }
  consumer.close();
  stream.destroy();
}
