// A source's way into the stream. Each lane has partitions of its own, so what stands in them tells
// how far the lane has come: the stream is the progress marker, exact to the row.

import type { Rows, Writer } from 'millrace';
import type { Catalog } from './catalog.js';
import type { FlightStream } from './entries.js';
import type { PackedRows } from './packing.js';

const PARTITIONS_MAX = 256;

/** How a stream is divided: by the first text of a row's group, and by the lane it comes from. */
export interface Division {
  readonly lanes: number;
  /** Partitions of each lane. */
  readonly keys: number;
}

/** Many keys make for few groups per batch, and so for few writes to the map. */
export function divide(lanes: number): Division {
  return { lanes, keys: Math.floor(PARTITIONS_MAX / lanes) };
}

/** The place among a lane's partitions where rows of a group go. */
export function keyOf(group: readonly string[], stream: Hashing, { keys }: Division): number {
  return stream.partitionOf(group[0] ?? '') % keys;
}

/** What `keyOf` needs of a stream. */
type Hashing = Pick<FlightStream, 'partitionOf'>;

/** The partitions of one lane, and a writer for them. */
export class Outlet {
  /** The lane's partitions, by key. Lanes of a key are neighbours, so one consumer gets them. */
  private readonly partitions: readonly number[];
  private readonly writer: Writer;
  private readonly rows: readonly Rows[];
  private readonly words: number;
  private keys = new Uint8Array(0);

  constructor(
    private readonly stream: FlightStream,
    private readonly catalog: Pick<Catalog, 'size' | 'groupOf'>,
    private readonly division: Division,
    lane: number,
  ) {
    const keys = Array.from({ length: division.keys }, (_, key) => key);
    this.partitions = keys.map((key) => key * division.lanes + lane);
    this.writer = stream.writer();
    this.rows = this.partitions.map((partition) => this.writer.rows(partition));
    this.words = stream.rowBytes / Int32Array.BYTES_PER_ELEMENT;
  }

  /** How many rows the lane has published, per key. */
  tails(): number[] {
    return this.partitions.map((partition) => this.stream.tail(partition));
  }

  /** Learns where the groups that the catalog knows go to. */
  prepare(): void {
    const { catalog, division, stream } = this;
    if (this.keys.length === catalog.size) return;
    this.keys = Uint8Array.from({ length: catalog.size }, (_, number) =>
      keyOf(catalog.groupOf(number), stream, division));
  }

  /**
   * Writes rows in place. O(rows).
   *
   * @param skip per key, how many more rows are there already; counted down
   */
  write(packed: PackedRows, from: number, to: number, skip: number[]): void {
    const { words, keys, rows } = this;
    for (let at = from * words; at < to * words; at += words) {
      const key = keys[packed[at]];
      if (skip[key] > 0) {
        skip[key] -= 1;
        continue;
      }
      const place = rows[key];
      const start = place.reserve() >> 2;
      const { i32 } = place;
      for (let word = 0; word < words; word++) i32[start + word] = packed[at + word];
      place.commit();
    }
  }

  /** Publishes what was written. */
  flush(): Promise<void> {
    return this.writer.flush();
  }
}
