// A source's way into the stream. Each lane has partitions of its own, so what stands in them tells
// how far the lane has come: the stream is the progress marker, exact to the row.

import type { Rows, Writer } from 'millrace';
import { partitionOf } from './division.js';
import type { Division, KeyTable } from './division.js';
import type { FlightStream } from './entries.js';
import type { PackedRows } from './packing.js';

// Rows that are written between two calls back.
const STRIDE = 512;

/** The partitions of one lane, and a writer for them. */
export class Outlet {
  /** The lane's partitions, by key. */
  private readonly partitions: readonly number[];
  private readonly writer: Writer;
  private readonly rows: readonly Rows[];
  private readonly words: number;

  constructor(
    private readonly stream: FlightStream,
    private readonly table: KeyTable,
    division: Division,
    lane: number,
  ) {
    const keys = Array.from({ length: division.keys }, (_, key) => key);
    this.partitions = keys.map((key) => partitionOf(division, key, lane));
    this.writer = stream.writer();
    this.rows = this.partitions.map((partition) => this.writer.rows(partition));
    this.words = stream.rowBytes / Int32Array.BYTES_PER_ELEMENT;
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
    const { words, rows } = this;
    const { keys } = this.table;
    let written = 0;
    for (let at = start; at < end; at += words) {
      const key = keys[packed[at]];
      if (skip[key] > 0) {
        skip[key] -= 1;
        continue;
      }
      const place = rows[key];
      const to = place.reserve() >> 2;
      const { i32 } = place;
      for (let word = 0; word < words; word++) i32[to + word] = packed[at + word];
      place.commit();
      written += 1;
    }
    return written;
  }
}
