// Before the clock starts every worker and every spare moves some rows to itself, so that none of
// them meets code that is not compiled yet: the figure is to tell what moving takes, not starting.

import { keysOf } from '../catalog.js';
import type { Catalog } from '../catalog.js';
import { partitionsOf } from '../division.js';
import type { KeyTable } from '../division.js';
import type { Duty } from '../duty.js';
import { mergeBatch } from '../merge.js';
import { Outlet } from '../outlet.js';
import type { PackedRows } from '../packing.js';
import { GROUP } from '../protocol.js';
import type { Tally } from '../tally.js';

const ROUNDS = 8;
const ROUND_ROWS = 8000;
// Little, so that chunks are filled and left here, too.
const CAPACITY = 1 << 14;

/** The first element of the keys that rehearsals leave in the map. */
export const REHEARSAL = 'rehearsal';

/** What a worker tries out. */
export interface Tools {
  readonly catalog: Catalog;
  readonly table: KeyTable;
  readonly tally: Tally;
}

/** Moves rows through a stream of this worker's own into the map. */
export function rehearse(duty: Duty, packed: PackedRows, { catalog, table, tally }: Tools): void {
  const { store, start } = duty;
  const { rowBytes } = duty.stream;
  const keyOf = keysOf(catalog, REHEARSAL, start.identity);
  const division = { ...start.division, lanes: 1 };
  const rows = Math.min(ROUND_ROWS, packed.byteLength / rowBytes);
  const partitions = partitionsOf(division);
  const stream = store.createStream(start.identity, { partitions, rowBytes, capacity: CAPACITY });
  const outlet = new Outlet(stream, table, division, 0);
  const consumer = stream.subscribe({ group: GROUP });
  const drain = (): void => {
    for (let batch = consumer.nextSync(0); batch !== undefined; batch = consumer.nextSync(0)) {
      tally.add(batch);
      mergeBatch(batch, tally, keyOf, () => undefined);
      tally.clear();
    }
  };
  for (let round = 0; round < ROUNDS; round++) {
    const tails = outlet.tails();
    // In two parts, of which the second skips the first, as a replacement does.
    for (const to of [rows >> 1, rows]) {
      outlet.write(packed, 0, to, outlet.publishedSince(tails));
      void outlet.flush();
      drain();
    }
  }
  consumer.close();
  stream.destroy();
}
