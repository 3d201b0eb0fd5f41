/** The identity table and the cleaner's lease: words that name an incarnation. */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Geometry } from './geometry.js';
import type { Region } from './region.js';
import { isAlive, type Slot } from './slots.js';

const T = LAYOUT.tables;

/** The name of a cell as 64-bit words in hexadecimal; empty if the cell is free. */
function nameOf(region: Region, cell: number): string {
  const words = Array.from({ length: T.IDENTITY_NAME_BYTES / 8 }, (_, i) =>
    region.u64(cell + T.IDENTITY_NAME + 8 * i));
  return words.every((word) => word === 0n) ? '' : words.map((word) => word.toString(16)).join('.');
}

/** Every name stands in one cell, was claimed by a slot, and has a version that was given. */
export function checkIdentities(
  region: Region, geometry: Geometry, slots: readonly Slot[], lastTicket: bigint,
  findings: Findings,
): void {
  const names = new Set<string>();
  for (let i = 0; i < geometry.identities; i++) {
    const cell = geometry.identityTable + i * T.IDENTITY_BYTES;
    const where = `identity ${hex(cell)}`;
    const owner = region.u32(cell + T.IDENTITY_OWNER);
    const version = region.u64(cell + T.IDENTITY_VERSION);
    const name = nameOf(region, cell);
    if (name === '') {
      findings.expect(owner === 0, 'IDENTITY', where, 'it has an owner and no name');
      continue;
    }
    findings.expect(!names.has(name), 'IDENTITY', where, 'another cell has the same name');
    names.add(name);
    findings.expect(owner >= 1 && owner <= slots.length, 'IDENTITY', where, `owner ${owner}`);
    const sequence = region.u64(cell + T.IDENTITY_SEQUENCE);
    findings.expect((version === 0n) === (sequence === 0n), 'IDENTITY', where,
      `operation ${sequence} has version ${version}`);
    findings.expect(version <= lastTicket, 'VERSION', where,
      `version ${version}, and no slot has given more than ${lastTicket}`);
  }
}

/** Nobody cleans in a quiescent region: the lease is free, or its holder is dead. */
export function checkLease(region: Region, slots: readonly Slot[], findings: Findings): void {
  const address = LAYOUT.superblock.CLEANER_LEASE;
  const slot = region.u32(address);
  const generation = region.u32(address + 4);
  if (slot === 0 && generation === 0) return;
  findings.expect(!isAlive(slots, slot, generation), 'SLOT', 'cleaner lease',
    `held by slot ${slot}, which is alive`);
}
