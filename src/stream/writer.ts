/**
 * Writers of a stream: many messages for the price of one commit.
 */
import type { Lane } from './lane.js';
import { Outgoing } from './outgoing.js';
import type { Patience } from './outgoing.js';
import type { StreamParts } from './parts.js';
import { partitionOf } from './partition-of.js';
import { RowLane } from './rows.js';
import type { Rows } from './rows.js';
import { StagedLane } from './staged-lane.js';

/**
 * Collects messages in this thread and publishes them together: when a chunk (up to 64 KiB) or a
 * batch of the size asked for is full, on `flush`, at the end of the task that appended them, and
 * at once while a consumer of their partition sleeps. Within one long task those looks at sleepers
 * come further and further apart: a thread that never returns to its event loop calls `flush` where
 * it matters.
 *
 * The messages that one writer puts into one partition keep their order. When this thread dies,
 * those that were published are there, whole and without gaps; the others never were.
 */
export class Writer {
  readonly #parts: StreamParts;
  readonly #outgoing: Outgoing;
  readonly #lanes: (StagedLane | RowLane | undefined)[];
  #next = 0;
  #closing: Promise<void> | undefined;

  /** Writers come from Stream.writer. */
  constructor(parts: StreamParts, patience: Patience, batchBytes: number | undefined) {
    this.#parts = parts;
    this.#outgoing = new Outgoing(parts, patience, batchBytes);
    this.#lanes = Array.from({ length: parts.partitions });
    this.#outgoing.listener = {
      ended: () => this.#used().forEach((lane) => lane.refuse()),
      forgotten: () => this.#used().forEach((lane) => lane.close()),
    };
  }

  /**
   * Takes a copy of a message. O(bytes).
   * @param to The partition, or a key: a text or bytes, see Stream.partitionOf. Without it the
   *   partitions take turns.
   * @throws TypeError for another type, no such partition, or a partition that has rows.
   * @throws MillraceError STREAM_FULL or FULL, as the options say; VALUE_TOO_LARGE,
   *   STREAM_DESTROYED, CLOSED. The message was not taken then.
   */
  append(bytes: Uint8Array, to?: number | string | Uint8Array): void {
    const partition = typeof to === 'number' ? to : this.#partitionFor(to);
    const lane = this.#lanes[partition];
    if (lane instanceof StagedLane) lane.append(bytes);
    else this.#stagedLane(partition).append(bytes);
  }

  /**
   * Rows of a partition, written in place. The same object for each call.
   * @param partition Default 0.
   * @throws TypeError when the stream has no rows, or no such partition, or this writer has
   *   appended messages to it.
   */
  rows(partition: number = 0): Rows {
    if (this.#parts.rowBytes === 0) throw new TypeError('The stream was made without rowBytes');
    const lane = this.#lanes[this.#checkPartition(partition)];
    if (lane instanceof RowLane) return lane;
    if (lane !== undefined) throw new TypeError('Messages were appended to this partition');
    const rows = new RowLane(this.#outgoing, partition);
    this.#lanes[partition] = rows;
    return rows;
  }

  /**
   * Publishes all that was appended or committed. What there is room for is published before the
   * call returns; the promise resolves when everything is.
   * @throws MillraceError (rejected) STREAM_FULL or FULL after the writer's timeout,
   *   STREAM_DESTROYED, CLOSED. Nobody has to look at the promise.
   */
  flush(): Promise<void> {
    return this.#outgoing.until(() => !this.#outgoing.hasStaged);
  }

  /**
   * Bytes that can be added before consumers have to make room: the least of the partitions that
   * this writer uses. Zero or less: await `ready`. Null after close or when the stream is gone.
   */
  get desiredSize(): number | null {
    if (this.#outgoing.failure !== undefined) return null;
    const { nodes, capacity, sight } = this.#parts;
    const lanes = this.#used();
    return lanes.length === 0
      ? Math.min(...nodes.map((node) => capacity - sight.retained(node)))
      : Math.min(...lanes.map(({ partition, stagedBytes }) =>
        capacity - sight.retained(nodes[partition]) - stagedBytes));
  }

  /**
   * Resolves when desiredSize is above zero.
   * @throws MillraceError (rejected) as for flush.
   */
  get ready(): Promise<void> {
    return this.#outgoing.until(() => (this.desiredSize ?? 0) > 0);
  }

  /**
   * Publishes what is left, and ends the writer. Again: the same promise.
   * @throws MillraceError (rejected) as for flush; the messages that found no room are lost then.
   */
  close(): Promise<void> {
    this.#closing ??= this.#outgoing.close('The writer was used after it was closed.');
    return this.#closing;
  }

  /** As close; what settles later is not waited for. */
  [Symbol.dispose](): void {
    void this.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #used(): Lane[] {
    return this.#lanes.filter((lane) => lane !== undefined);
  }

  #partitionFor(key: string | Uint8Array | undefined): number {
    const { partitions } = this.#parts;
    if (key !== undefined) return partitionOf(key, partitions);
    const partition = this.#next;
    this.#next = partition + 1 === partitions ? 0 : partition + 1;
    return partition;
  }

  #checkPartition(partition: number): number {
    if (Number.isInteger(partition) && partition >= 0 && partition < this.#parts.partitions) {
      return partition;
    }
    throw new TypeError(`partition must be an integer from 0 to ${this.#parts.partitions - 1}`);
  }

  #stagedLane(partition: number): StagedLane {
    const lane = this.#lanes[this.#checkPartition(partition)];
    if (lane !== undefined) throw new TypeError('This partition has rows written in place');
    const staged = new StagedLane(this.#outgoing, partition);
    this.#lanes[partition] = staged;
    return staged;
  }
}
