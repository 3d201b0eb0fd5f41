/**
 * check(): an inspection of all of a region, byte for byte, by an independent reading of its
 * layout. It shares no code with the core and runs no wasm, so that the two can be wrong only in
 * different ways.
 */
import { readExtents } from './extents.js';
import { Findings, hex, type Problem } from './findings.js';
import {
  FRAME_LIMBO, FRAME_OPEN, FRAME_SEALED, FRAME_STREAM, FRAME_STREAM_SEALED, Frames,
} from './frames.js';
import { LAYOUT } from '../layout.js';
import { readGeometry, type Geometry } from './geometry.js';
import { checkStoreLocks } from './locks.js';
import { NodeMemory } from './magazines.js';
import { TreeWalk } from './nodes.js';
import { Region } from './region.js';
import { checkSlots, readSlots } from './slots.js';
import { StreamCheck } from './streams.js';
import { checkIdentities, checkLease } from './tables.js';

/** What an inspection has found. Bytes add up: region = fixed + blocks + ... + leaked. */
export interface CheckReport {
  /** True if no rule is broken. */
  readonly ok: boolean;
  readonly problems: readonly Problem[];
  readonly keys: number;
  readonly layers: number;
  /** Streams, their groups, messages that are retained, and nodes that all of them use or keep. */
  readonly streams: {
    readonly streams: number; readonly groups: number; readonly messages: number;
    readonly nodes: number;
  };
  /** Nodes in the trees, and fresh ones in the magazines of slots. */
  readonly nodes: { readonly reachable: number; readonly fresh: number };
  /** Frames by state; free are the numbers without a frame. */
  readonly frames: {
    readonly open: number; readonly sealed: number; readonly limbo: number;
    readonly stream: number; readonly free: number;
  };
  /** Who has which bytes. Fixed: superblock, tables and the first slot's block. */
  readonly bytes: {
    readonly region: number; readonly fixed: number; readonly blocks: number;
    readonly nodes: number; readonly frames: number; readonly free: number;
    readonly leaked: number;
  };
  /** How far the cleaner's dead-bytes hints are from the truth. Not a problem: they are hints. */
  readonly deadHintDrift: number;
}

/** The report on a region whose superblock says nothing that can be believed. */
function unreadable(problems: readonly Problem[], region: number): CheckReport {
  return {
    ok: false, problems, keys: 0, layers: 0, nodes: { reachable: 0, fresh: 0 },
    streams: { streams: 0, groups: 0, messages: 0, nodes: 0 },
    frames: { open: 0, sealed: 0, limbo: 0, stream: 0, free: 0 },
    bytes: { region, fixed: 0, blocks: 0, nodes: 0, frames: 0, free: 0, leaked: 0 },
    deadHintDrift: 0,
  };
}

function inspect(
  region: Region, geometry: Geometry, findings: Findings, full: boolean,
): CheckReport {
  const slots = readSlots(region, geometry);
  const lastTicket = slots.reduce((most, { last }) => (last > most ? last : most), 0n);
  const extents = readExtents(region, geometry, findings);
  const blocks = checkSlots(region, geometry, slots, extents, findings);
  checkStoreLocks(region, findings);
  checkIdentities(region, geometry, slots, lastTicket, findings);
  checkLease(region, slots, findings);
  const frames = new Frames(region, geometry, findings, slots, lastTicket, full);
  frames.read(extents);
  const memory = new NodeMemory(region, extents, findings);
  const tree = new TreeWalk(region, geometry, memory, findings, frames, ({ kind, address }) => {
    findings.expect(kind === LAYOUT.record.KIND_PUT, 'RECORD', `record ${hex(address)}`,
      `kind ${kind} in the map`);
  });
  tree.run(LAYOUT.superblock.ROOT);
  const streams = new StreamCheck(region, memory, findings, frames);
  const system = new TreeWalk(region, geometry, memory, findings, frames, (record) => {
    findings.expect(record.kind === LAYOUT.record.KIND_SYSTEM, 'RECORD',
      `record ${hex(record.address)}`, `kind ${record.kind} in the system map`);
    streams.addEntry(record);
  });
  system.run(LAYOUT.superblock.SYSTEM_ROOT);
  streams.run();
  const fresh = slots.reduce((sum, slot) => sum + memory.takeFresh(slot), 0);
  const leaked = memory.findLeaks();
  const deadHintDrift = frames.deadHintDrift();
  const counts = {
    open: frames.count(FRAME_OPEN), sealed: frames.count(FRAME_SEALED),
    limbo: frames.count(FRAME_LIMBO),
    stream: frames.count(FRAME_STREAM) + frames.count(FRAME_STREAM_SEALED),
  };
  const used = counts.open + counts.sealed + counts.limbo + counts.stream;
  const heapBytes = geometry.available * 2 ** geometry.unitShift;
  return {
    ok: findings.problems.length === 0,
    problems: findings.problems,
    keys: tree.keys,
    layers: tree.layers,
    streams: {
      streams: streams.streams, groups: streams.groups, messages: Number(streams.messages),
      nodes: streams.nodes,
    },
    nodes: { reachable: tree.reachable + system.reachable, fresh },
    frames: { ...counts, free: geometry.frames - used },
    bytes: {
      region: geometry.bytes, fixed: geometry.bytes - heapBytes, blocks, nodes: memory.bytes,
      frames: frames.bytes, free: extents.freeBytes, leaked,
    },
    deadHintDrift,
  };
}

/**
 * Inspects a region that nobody is changing: every structure, every lock word, every byte of the
 * heap. Never throws and always ends, whatever the bytes are. O(nodes + records + slots).
 * @param full Also whether each record has its checksum, if it was ever written to a file.
 */
export function check(memory: ArrayBufferLike, full = false): CheckReport {
  const region = new Region(memory);
  const findings = new Findings();
  const geometry = readGeometry(region, findings);
  if (geometry === undefined) return unreadable(findings.problems, region.bytes);
  return inspect(region, geometry, findings, full);
}
