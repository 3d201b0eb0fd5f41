// The calls on streams as a host makes them, for one slot. A message is a row of eight bytes whose
// first word is a digit, so that what a partition holds is a text of digits.

import { LAYOUT } from '../../src/layout.js';
import { ACTOR, type Stage } from './stage.js';
import type { Client } from './client.js';

const { Context } = LAYOUT.context;
const { CATALOG_NODES, GROUP_MEMBERS } = LAYOUT.catalog;
const { PARTITION_FIRST, READ_EXTENT } = LAYOUT.partition;
const { CELL_OFFSET, CELL_LEASE } = LAYOUT.cell;

const ROW = 8;
export const OK = 1;
/** The partition holds as much as it may. */
export const CREDIT = -7;
/** The store is full. */
export const FULL = -6;

/** Where a stream with one group stands. */
export interface Places {
  readonly id: number;
  readonly nodes: readonly number[];
  readonly group: number;
  readonly members: number;
  readonly cells: readonly number[];
}

/** One slot's calls on the streams of a stage. */
export class StreamClient {
  private readonly client: Client;

  constructor(private readonly stage: Stage, slot = ACTOR) {
    this.client = stage.client(slot);
  }

  create(name: string, partitions: number, capacity = 4096): number {
    return this.client.call('streamCreate', this.name(0, name), partitions, ROW, capacity) | 0;
  }
  join(stream: string, group: string): number {
    const [bytes, groupBytes] = [this.name(0, stream), this.name(1, group)];
    return this.client.call('groupJoin', bytes, groupBytes, 0) | 0;
  }
  destroy(name: string): number {
    return this.client.call('streamDestroy', this.name(0, name)) | 0;
  }
  /** Id and partition nodes; undefined: there is no such stream. */
  find(name: string): { id: number; nodes: number[] } | undefined {
    const partitions = this.client.call('streamFind', this.name(0, name));
    return partitions === 0 ? undefined : { id: this.output(0), nodes: this.nodes(partitions) };
  }
  places(stream: string, group: string): Places {
    const found = this.find(stream);
    if (found === undefined) throw new Error(`there is no stream ${stream}`);
    const partitions = this.client.call('groupFind', found.id, this.name(0, group));
    return {
      ...found, group: this.output(0), members: this.output(GROUP_MEMBERS),
      cells: this.nodes(partitions),
    };
  }
  /** Number of the oldest message of a partition. */
  firstOf(node: number): number {
    return this.stage.machine.words[(node + PARTITION_FIRST) >> 2];
  }
  /** Appends digits as so many messages of one chunk; what the core says. */
  push(node: number, id: number, digits: string): number {
    const bytes = ROW * digits.length;
    const at = this.client.call('streamReserve', bytes);
    if (at === 0) return FULL;
    const { words } = this.stage.machine;
    [...digits].forEach((digit, i) => { words[(at + ROW * i) >> 2] = Number(digit); });
    const frame = words[(this.client.call('contextArea') + Context.chunkFrame) >> 2];
    return this.call('streamAppend', node, id, frame, at, bytes, digits.length);
  }
  /** The digits from message `from` on; 'destroyed' if the stream is. */
  read(node: number, id: number, from = 0): string {
    const { words } = this.stage.machine;
    let digits = '';
    for (let next = from; ;) {
      const extents = this.call('partitionRead', node, id, next, 0, 0);
      if (extents < 0) return 'destroyed';
      if (extents === 0) return digits;
      for (let i = 0; i < extents; i++) {
        const out = (this.client.call('outputAreaAt') + i * READ_EXTENT) >> 2;
        const [address, , count, base] = words.subarray(out, out + 4);
        for (let row = 0; row < count; row++) digits += words[(address + ROW * row) >> 2];
        next = base + count;
      }
    }
  }
  /** Offset and holder of a cell. */
  cell(cell: number): string {
    const { words } = this.stage.machine;
    return `offset ${words[(cell + CELL_OFFSET) >> 2]}, lease ${words[(cell + CELL_LEASE) >> 2]}`;
  }
  /** A call whose result is a number with a sign. */
  call(name: string, ...args: number[]): number {
    return this.client.call(name, ...args) | 0;
  }
  /** As call, and throws unless it comes to OK. */
  must(name: string, ...args: number[]): void {
    this.stage.expect(this.call(name, ...args), OK);
  }

  private name(area: number, text: string): number {
    const at = this.client.call('keyAreaAt', area);
    this.stage.machine.bytes.set(Buffer.from(text, 'latin1'), at);
    return text.length;
  }
  private output(i: number): number {
    return this.stage.machine.words[(this.client.call('outputAreaAt') >> 2) + i];
  }
  private nodes(partitions: number): number[] {
    return Array.from({ length: partitions }, (_, i) => this.output(CATALOG_NODES + i));
  }
}
