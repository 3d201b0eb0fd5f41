// A source's way into the stream. Each lane has partitions of its own, so what stands in them tells
// how far the lane has come: the stream is the progress marker, exact to the row.

import type { Rows, Writer } from 'millrace';
import { partitionOf } from './division.js';
import type { Division, KeyTable } from './division.js';
import { RowsByKey } from './rows-by-key.js';
import type { FlightStream } from './entries.js';
import type { PackedRows } from './packing.js';

// Rows that are sorted by their keys at once, and written between two calls back.
const STRIDE = 4096;
// Little: what is not published yet is lost with the worker, and written again.
const BATCH_BYTES = 1 << 14;

/** The partitions of one lane, and a writer for them. */
export class Outlet {
  /** The lane's partitions, by key. */
  private readonly partitions: readonly number[];
  private readonly writer: Writer;
  private readonly rows: readonly Rows[];
  private readonly words: number;
  private readonly byKey: RowsByKey;

  constructor(
    private readonly stream: FlightStream,
    table: KeyTable,
    division: Division,
    lane: number,
    batchBytes: number = BATCH_BYTES,
  ) {
    const keys = Array.from({ length: division.keys }, (_, key) => key);
    this.partitions = keys.map((key) => partitionOf(division, key, lane));
    this.writer = stream.writer({ batchBytes });
    this.rows = this.partitions.map((partition) => this.writer.rows(partition));
    this.words = stream.rowBytes / Int32Array.BYTES_PER_ELEMENT;
    this.byKey = new RowsByKey(table, division.keys, STRIDE, this.words);
  }

  /** How many rows the lane has published, per key. */
  tails(): number[] {
    return this.partitions.map((partition) => this.stream.tail(partition));
  }

  /** How many rows have been published per key since the partitions stood at `tails`. */
  publishedSince(tails: readonly number[]): Int32Array {
    return Int32Array.from(this.tails(), (tail, key) => tail - (tails[key] ?? 0));
  }

  /**
   * Writes rows into the stream. They are published as chunks fill up, the last of them by `flush`.
   * O(rows).
   *
   * @param skip per key, how many of the first rows are there already; counted down
   * @param wrote told how many rows were written, again and again
   */
  publish(packed: PackedRows, skip: Int32Array, wrote: (rows: number) => void): void {
    const stride = STRIDE * this.words;
    for (let from = 0; from < packed.length; from += stride) {
      wrote(this.write(packed, from, Math.min(from + stride, packed.length), skip));
    }
  }

  /** Publishes what was written. */
  flush(): Promise<void> {
    return this.writer.flush();
  }

  /** Writes a run of rows in place, and says how many of them were not there already. */
  private write(packed: PackedRows, start: number, end: number, skip: Int32Array): number {
    const { words, byKey } = this;
    const { order, bounds } = byKey;
    byKey.sort(packed, start, end);
    let written = 0;
    for (let key = 0; key < this.rows.length; key++) {
      const known = Math.min(skip[key], bounds[key + 1] - bounds[key]);
      skip[key] -= known;
      const place = this.rows[key];
      for (let from = bounds[key] + known; from < bounds[key + 1];) {
        const to = Math.min(from + place.most, bounds[key + 1]);
        const at = place.reserve(to - from) >> 2;
        copyRows(packed, order, from, to, words, place.i32, at);
        place.commit();
        written += to - from;
        from = to;
      }
    }
    return written;
  }
}

/** Copies the rows at some places, one behind the other. */
function copyRows(
  packed: PackedRows, order: Int32Array, from: number, to: number, words: number,
  target: Int32Array, at: number,
): void {
  for (let i = from; i < to; i++) {
    const row = order[i];
    for (let word = 0; word < words; word++) target[at++] = packed[row + word];
  }
}
