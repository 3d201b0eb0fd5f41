/**
 * Streams: what the system map says, and the nodes that it leads to. Every partition, cell and
 * member list belongs to one stream or group; extents follow each other without a gap from the
 * oldest message to the tail; what is retained is what the extents hold.
 */
import { LAYOUT } from '../layout.js';
import type { Frames, LogRecord } from './frames.js';
import { hex, type Findings } from './findings.js';
import { checkFree } from './locks.js';
import type { NodeMemory } from './magazines.js';
import type { Region } from './region.js';

const P = LAYOUT.partition;
const C = LAYOUT.cell;
const M = LAYOUT.members;
const K = LAYOUT.catalog;
const { STREAM_NODES } = LAYOUT.superblock;
const { STREAM_NODE_ID, STREAM_NODE_NEXT } = LAYOUT.streamNode;

/** A catalog entry as it stands in its record. */
interface Entry {
  readonly letter: number;
  readonly id: number;
  readonly where: string;
  readonly nodes: readonly number[];
  readonly record: LogRecord;
}

export class StreamCheck {
  streams = 0;
  groups = 0;
  /** Messages that are retained, and nodes that streams use or keep for the next one. */
  messages = 0n;
  nodes = 0;
  private readonly entries: Entry[] = [];
  /** Records of old extents by stream, partition and first message. */
  private readonly old = new Map<string, LogRecord>();
  /** Cells by partition node, as the groups name them. */
  private readonly cells = new Map<number, Set<number>>();

  constructor(
    private readonly region: Region,
    private readonly memory: NodeMemory,
    private readonly findings: Findings,
    private readonly frames: Frames,
  ) {}

  /** Takes one record of the system map. */
  addEntry(record: LogRecord): void {
    const { region, findings } = this;
    const { keyAddress, keyBytes, valueAddress, valueBytes } = record;
    const letter = region.u8(keyAddress);
    const where = `system record ${hex(record.address)}`;
    const numbered = (region.slice(keyAddress) >> 24n) & 0xffffffffn;
    if (letter === K.KEY_EXTENTS && keyBytes === K.EXTENTS_KEY_BYTES) {
      findings.expect(valueBytes === P.EXTENTS_BYTES, 'STREAM', where, `${valueBytes} bytes`);
      const partition = region.slice(keyAddress + 5) >> 32n;
      this.old.set([numbered, partition, region.slice(keyAddress + 9)].join(), record);
      return;
    }
    const partitions = region.u32(valueAddress + 4 * K.CATALOG_PARTITIONS);
    const known = letter === K.KEY_STREAM || letter === K.KEY_GROUP || letter === K.KEY_DESTROYED;
    if (!known || valueBytes !== 4 * (K.CATALOG_NODES + partitions)) {
      findings.add('STREAM', where, 'no entry of the catalog');
      return;
    }
    const id = region.u32(valueAddress + 4 * K.CATALOG_ID);
    const nodes = Array.from({ length: partitions }, (_, i) =>
      region.u32(valueAddress + 4 * (K.CATALOG_NODES + i)));
    this.entries.push({ letter, id, where, nodes, record });
    if (letter === K.KEY_DESTROYED) {
      findings.expect(Number(numbered) === id, 'STREAM', where, `destroyed as ${numbered}`);
    }
  }

  /** Follows all entries. O(nodes + extents). */
  run(): void {
    const groups = this.entries.filter(({ letter }) => letter === K.KEY_GROUP);
    for (const group of groups) this.checkGroup(group);
    for (const stream of this.entries) {
      if (stream.letter === K.KEY_GROUP) continue;
      this.streams += stream.letter === K.KEY_STREAM ? 1 : 0;
      stream.nodes.forEach((node, number) => this.checkPartition(stream, node, number));
    }
    this.groups = groups.length;
    for (const [name, { address }] of this.old) {
      this.findings.add('STREAM', `system record ${hex(address)}`,
        `nobody has the extents ${name}`);
    }
    this.checkFreeList();
  }

  /** Takes a node that must belong to (id, number). */
  private take(node: number, id: number, number: number, where: string): boolean {
    if (!this.memory.take(node, where)) return false;
    this.nodes++;
    checkFree(this.region, node, where, this.findings);
    const seen = this.region.u32(node + STREAM_NODE_ID);
    const seenNumber = this.region.u32(node + STREAM_NODE_ID + 4);
    return this.findings.expect(seen === id && seenNumber === number, 'STREAM', where,
      `the node belongs to ${seen}, ${seenNumber} and not to ${id}, ${number}`);
  }

  private checkGroup({ id, nodes, record, where }: Entry): void {
    const { region } = this;
    let members = region.u32(record.valueAddress + 4 * K.GROUP_MEMBERS);
    while (members !== 0 && this.take(members, id, 0, `members of ${where}`)) {
      members = region.u32(members + M.MEMBERS_NEXT);
    }
    nodes.forEach((cell, number) => {
      if (!this.take(cell, id, number, `cell ${number} of ${where}`)) return;
      const partition = region.u32(cell + C.CELL_PARTITION);
      const known = this.cells.get(partition) ?? new Set<number>();
      this.cells.set(partition, known.add(cell));
    });
  }

  private checkPartition({ id, record, where: entry }: Entry, node: number, number: number): void {
    const { region, findings } = this;
    const where = `partition ${number} of ${entry}`;
    if (!this.take(node, id, number, where)) return;
    const capacity = region.u32(record.valueAddress + 4 * K.STREAM_CAPACITY);
    findings.expect(region.u32(node + P.PARTITION_RETAINED + 4) === capacity, 'STREAM', where,
      'its capacity is not that of its stream');
    const flags = region.u32(node + P.PARTITION_FLAGS);
    const isSwept = (flags & P.FLAG_SWEPT) !== 0;
    const first = region.u64(node + P.PARTITION_FIRST);
    const tail = region.u64(node + P.PARTITION_TAIL);
    const lists = [...this.takeOld(id, number, first),
      { at: node + P.PARTITION_EXTENTS, used: region.u32(node + P.PARTITION_USED) }];
    let next = first;
    let bytes = 0;
    for (const { at, used } of lists) {
      findings.expect(used <= P.EXTENTS, 'STREAM', where, `${used} extents`);
      for (let i = 0; i < Math.min(used, P.EXTENTS); i++) {
        const extent = at + i * P.EXTENT_BYTES;
        findings.expect(region.u64(extent + P.EXTENT_BASE) === next, 'STREAM', where,
          `extent ${i} begins at ${region.u64(extent + P.EXTENT_BASE)} and not at ${next}`);
        const size = region.u32(extent + P.EXTENT_SIZE);
        next += BigInt(region.u32(extent + P.EXTENT_SIZE + 4));
        bytes += size;
        this.frames.takeMessages(region.u32(extent + 4), region.u32(extent), size, where);
      }
    }
    this.messages += next - first;
    findings.expect(isSwept || next === tail, 'STREAM', where,
      `its extents end at ${next} and its tail is ${tail}`);
    findings.expect(region.u32(node + P.PARTITION_RETAINED) === bytes, 'STREAM', where,
      `it says that ${region.u32(node + P.PARTITION_RETAINED)} of ${bytes} bytes are retained`);
    // What is destroyed goes whether it was read or not.
    const lowest = (flags & P.FLAG_DESTROYED) === 0 ? first : 0n;
    if (!isSwept) this.checkCells(node, lowest, tail, where);
  }

  /** The records of a partition's old extents, oldest first; each is taken once. */
  private takeOld(id: number, number: number, first: bigint): { at: number; used: number }[] {
    const lists: { at: number; used: number }[] = [];
    let next = first;
    for (;;) {
      const name = [id, number, next].join();
      const record = this.old.get(name);
      if (record === undefined) return lists;
      this.old.delete(name);
      lists.push({ at: record.valueAddress, used: P.EXTENTS });
      for (let i = 0; i < P.EXTENTS; i++) {
        const extent = record.valueAddress + i * P.EXTENT_BYTES;
        next += BigInt(this.region.u32(extent + P.EXTENT_SIZE + 4));
      }
    }
  }

  /** The chain of cells is what the groups say; no group has read what is not there or is gone. */
  private checkCells(node: number, first: bigint, tail: bigint, where: string): void {
    const { region, findings } = this;
    const expected = this.cells.get(node) ?? new Set<number>();
    let cell = region.u32(node + P.PARTITION_CELLS);
    for (; expected.delete(cell); cell = region.u32(cell + STREAM_NODE_NEXT)) {
      const offset = region.u64(cell + C.CELL_OFFSET);
      findings.expect(offset >= first && offset <= tail, 'STREAM', where,
        `a group has read up to ${offset} of [${first}, ${tail})`);
    }
    findings.expect(cell === 0 && expected.size === 0, 'STREAM', where,
      `its chain ends at ${hex(cell)}, and ${expected.size} cells are not in it`);
  }

  private checkFreeList(): void {
    const { region, findings } = this;
    const count = region.u32(STREAM_NODES + 4);
    let seen = 0;
    let node = region.u32(STREAM_NODES);
    for (; node !== 0 && seen < count; seen++) {
      if (!this.take(node, 0, region.u32(node + STREAM_NODE_ID + 4), `free node ${hex(node)}`)) {
        return;
      }
      node = region.u32(node + STREAM_NODE_NEXT);
    }
    findings.expect(node === 0 && seen === count, 'STREAM', 'free stream nodes',
      `${seen} nodes and a list of ${count}`);
  }
}
