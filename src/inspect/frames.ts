/**
 * The frame table and the records in its frames. Records stand one behind the other from the start
 * of a frame to its tail; a link of the tree must name one of them.
 */
import { LAYOUT } from '../layout.js';
import type { Extents } from './extents.js';
import { hex, type Findings } from './findings.js';
import { frameAddress, type Geometry } from './geometry.js';
import type { Region } from './region.js';
import type { Slot } from './slots.js';

/** The upper half of a place: order, and marks of frames that are not loaded. */
const ORDER_MASK = 31;
const COLD_HIGH = Number(LAYOUT.tables.COLD >> 32n);
const { FRAME_PLACE, FRAME_USE, FRAME_DEAD_BASE, FRAME_EPOCH } = LAYOUT.tables;
const { FRAME_OPEN, FRAME_SEALED, FRAME_LIMBO, FRAME_STREAM, FRAME_STREAM_SEALED } = LAYOUT.tables;
const { RECORD_HEADER, KIND_SYSTEM, LogRecord } = LAYOUT.record;

/** A log record as its header describes it. */
export interface LogRecord {
  readonly address: number;
  readonly bytes: number;
  readonly keyAddress: number;
  readonly keyBytes: number;
  readonly kind: number;
  readonly valueAddress: number;
  readonly valueBytes: number;
  readonly version: bigint;
}

/** A frame that has a place. */
export interface Frame {
  readonly number: number;
  readonly state: number;
  readonly place: number;
  /** Bytes of its extent, and how many of them are written. */
  readonly bytes: number;
  readonly tail: number;
  /** Its bytes are still in the files, or damaged there. */
  readonly isCold: boolean;
  /** Bytes of records that a tree names, or of a stream's extents. */
  linked: number;
  /** One bit per 8 bytes: a record begins here and no link has named it yet. */
  readonly starts: Uint8Array;
  /** Of a stream's frame: one byte per 4 bytes, 1 = an extent has them. */
  words?: Uint8Array;
}

const isForStreams = ({ state }: Frame): boolean =>
  state === FRAME_STREAM || state === FRAME_STREAM_SEALED;

const padded = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** Reads frames and resolves log addresses. */
export class Frames {
  readonly all: (Frame | undefined)[] = [];

  constructor(
    private readonly region: Region,
    private readonly geometry: Geometry,
    private readonly findings: Findings,
    private readonly slots: readonly Slot[],
    private readonly lastTicket: bigint,
    private readonly full: boolean,
  ) {}

  /** Reads the whole table; every frame takes its extent and its records are counted. */
  read(extents: Extents): void {
    for (let number = 1; number <= this.geometry.frames; number++) {
      const frame = this.readFrame(number, extents);
      this.all[number] = frame;
      // Bytes of a retired frame are nobody's; it may have been a stream's.
      const isLog = frame?.state === FRAME_OPEN || frame?.state === FRAME_SEALED;
      if (frame !== undefined && isLog && !frame.isCold) this.readRecords(frame);
    }
    for (const { number, openFrame, streamFrame } of this.slots) {
      this.expectOpen(openFrame, FRAME_OPEN, `slot ${number}`);
      this.expectOpen(streamFrame, FRAME_STREAM, `slot ${number}`);
    }
  }

  private expectOpen(number: number, state: number, where: string): void {
    if (number === 0) return;
    this.findings.expect(this.all[number]?.state === state, 'FRAME', where,
      `its open frame ${number} is not open`);
  }

  count(state: number): number {
    return this.all.filter((frame) => frame?.state === state).length;
  }

  /** Bytes of all extents that hold frames. */
  get bytes(): number {
    return this.all.reduce((sum, frame) => sum + (frame?.bytes ?? 0), 0);
  }

  private readFrame(number: number, extents: Extents): Frame | undefined {
    const { region, findings } = this;
    const entry = frameAddress(this.geometry, number);
    const place = region.u32(entry + FRAME_PLACE);
    const high = region.u32(entry + FRAME_PLACE + 4);
    const order = high & ORDER_MASK;
    const isCold = (high & COLD_HIGH) !== 0;
    const state = region.u32(entry + FRAME_USE);
    const where = `frame ${number}`;
    if (place === 0) {
      findings.expect(state === 0, 'FRAME', where, `state ${state} without a place`);
      return undefined;
    }
    findings.expect(state >= FRAME_OPEN && state <= FRAME_STREAM_SEALED, 'FRAME', where,
      `state ${state}`);
    const bytes = extents.claim(place, order, where)?.bytes;
    if (bytes === undefined) return undefined;
    const tail = this.tailOf(number, state, entry);
    const unit = state === FRAME_OPEN || state === FRAME_SEALED ? 8 : 4;
    if (!findings.expect(tail <= bytes && tail % unit === 0, 'FRAME', where, `tail ${tail}`)) {
      return undefined;
    }
    if (state === FRAME_LIMBO) {
      const epoch = region.u64(entry + FRAME_EPOCH);
      findings.expect(epoch < region.u64(LAYOUT.superblock.EPOCH), 'FRAME', where,
        `it was retired in epoch ${epoch}, which has not ended`);
    }
    const isSealed = state === FRAME_SEALED || state === FRAME_STREAM_SEALED;
    findings.expect(!isCold || isSealed, 'FRAME', where, `state ${state}, and it is not loaded`);
    findings.expect(!isCold, 'FRAME', where, 'its bytes could not be read from the files');
    const starts = new Uint8Array(tail / 64 + 1);
    return { number, state, place, bytes, tail, isCold, linked: 0, starts };
  }

  private tailOf(number: number, state: number, entry: number): number {
    const second = this.region.u32(entry + FRAME_USE + 4);
    if (state !== FRAME_OPEN && state !== FRAME_STREAM) return second;
    const owner = this.slots[second - 1];
    const isStream = state === FRAME_STREAM;
    const isOwned = (isStream ? owner?.streamFrame : owner?.openFrame) === number;
    this.findings.expect(isOwned, 'FRAME', `frame ${number}`,
      `it is open for slot ${second}, which has another one open`);
    if (!isOwned) return 0;
    return isStream ? owner.streamTail : owner.openTail;
  }

  private readRecords(frame: Frame): void {
    let at = 0;
    while (at < frame.tail) {
      const record = this.recordAt(frame, at);
      if (record === undefined) return;
      frame.starts[at >> 6] |= 1 << ((at >> 3) & 7);
      if (this.full) this.checkSum(record);
      at += record.bytes;
    }
  }

  /** A record that no file has ever had has no checksum yet. */
  private checkSum({ address, bytes }: LogRecord): void {
    const sum = this.region.u32(address + LogRecord.checksum);
    const holds = sum === 0 || sum === this.region.recordSum(address, bytes);
    this.findings.expect(holds, 'RECORD', `record ${hex(address)}`, 'its checksum does not hold');
  }

  private recordAt(frame: Frame, offset: number): LogRecord | undefined {
    const { region } = this;
    const address = frame.place + offset;
    const bytes = region.u32(address + LogRecord.bytes);
    const keyBytes = region.u16(address + LogRecord.keyBytes);
    const valueBytes = region.u32(address + LogRecord.valueBytes);
    const kind = region.u16(address + LogRecord.kind);
    const version = region.u64(address + LogRecord.version);
    const where = `record ${hex(address)}`;
    const fits = bytes === RECORD_HEADER + padded(keyBytes) + padded(valueBytes) &&
      offset + bytes <= frame.tail && kind <= KIND_SYSTEM && keyBytes <= this.geometry.keyBytes;
    if (!this.findings.expect(fits, 'RECORD', where, 'its header is not one')) return undefined;
    this.findings.expect(version > 0n && version <= this.lastTicket, 'VERSION', where,
      `version ${version}, and no slot has given more than ${this.lastTicket}`);
    const keyAddress = address + RECORD_HEADER;
    const valueAddress = keyAddress + padded(keyBytes);
    return { address, bytes, keyAddress, keyBytes, kind, valueAddress, valueBytes, version };
  }

  /**
   * The record that a link names, which counts as linked from now on. Undefined: nobody knows,
   * because its frame is not loaded. Undefined and a problem: it names none, or one that another
   * link has named.
   */
  resolve(link: bigint, where: string): LogRecord | undefined {
    const { OFFSET_BITS } = LAYOUT.logAddress;
    const frame = this.all[Number(link >> OFFSET_BITS)];
    const offset = Number(link & ((1n << OFFSET_BITS) - 1n)) * 8;
    const isLog = frame?.state === FRAME_OPEN || frame?.state === FRAME_SEALED;
    if (frame === undefined || !isLog || offset >= frame.tail) {
      this.findings.add('LINK', where, `${hex(link)} is no place in an open or sealed frame`);
      return undefined;
    }
    if (frame.isCold) return undefined;
    const bit = 1 << ((offset >> 3) & 7);
    if ((frame.starts[offset >> 6] & bit) === 0) {
      this.findings.add('LINK', where, `${hex(link)} is no record, or one that is linked twice`);
      return undefined;
    }
    frame.starts[offset >> 6] &= ~bit;
    const record = this.recordAt(frame, offset);
    frame.linked += record?.bytes ?? 0;
    return record;
  }

  /** Messages of a stream that stand at a place (offset, frame); no two extents may overlap. */
  takeMessages(frameNumber: number, offset: number, bytes: number, where: string): void {
    const frame = this.all[frameNumber];
    const isThere = frame !== undefined && isForStreams(frame) && offset + bytes <= frame.tail;
    if (!isThere || bytes % 4 !== 0 || offset % 4 !== 0) {
      this.findings.add('STREAM', where,
        `[${offset}, +${bytes}) of frame ${frameNumber} is no place`);
      return;
    }
    frame.linked += bytes;
    // A bit per 8 bytes would not do: rows have multiples of 4.
    const taken = (frame.words ??= new Uint8Array(frame.tail / 4));
    const words = taken.subarray(offset / 4, (offset + bytes) / 4);
    this.findings.expect(!words.includes(1), 'STREAM', where, 'its messages have two owners');
    words.fill(1);
  }

  /**
   * Compares the dead-bytes counters with the bytes that no link names, after the tree was walked.
   * Returns the sum of the differences: the counters are hints, and a batch may leave some out.
   */
  deadHintDrift(): number {
    let drift = 0;
    for (const frame of this.all) {
      if (frame === undefined || frame.state === FRAME_LIMBO) continue;
      const dead = this.deadBytes(frame.number);
      if (frame.isCold && !isForStreams(frame)) continue;
      if (isForStreams(frame)) {
        this.findings.expect(dead === -frame.linked >>> 0, 'FRAME', `frame ${frame.number}`,
          `its counters say ${-dead >>> 0} bytes of messages, and ${frame.linked} are there`);
        continue;
      }
      this.findings.expect(dead <= frame.tail, 'FRAME', `frame ${frame.number}`,
        `${dead} of its ${frame.tail} bytes count as dead`);
      drift += Math.abs(frame.tail - frame.linked - dead);
    }
    return drift;
  }

  /** Sum of all slots' counters since the frame was opened; they wrap around at 2^32. */
  private deadBytes(number: number): number {
    let sum = -this.region.u32(frameAddress(this.geometry, number) + FRAME_DEAD_BASE);
    for (const { block } of this.slots) {
      if (block !== 0) sum += this.region.u32(block + this.geometry.deadOffset + (number - 1) * 4);
    }
    return sum >>> 0;
  }
}

export { FRAME_LIMBO, FRAME_OPEN, FRAME_SEALED, FRAME_STREAM, FRAME_STREAM_SEALED };
