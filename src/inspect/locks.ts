/** Lock words of a quiescent region: free, with a version and nothing else. */
import { LAYOUT } from '../layout.js';
import { hex, type Findings } from './findings.js';
import type { Region } from './region.js';

const { HOLDER_MASK, STATE_MASK, WAITERS, DELETED, VERSION_MASK } = LAYOUT.lockWord;

/** Checks that a lock is free; returns its version. */
export function checkFree(
  region: Region, address: number, where: string, findings: Findings,
): bigint {
  const word = region.u64(address);
  findings.expect((word & (HOLDER_MASK | STATE_MASK | WAITERS)) === 0n, 'LOCK', where,
    `the lock word is ${hex(word)}`);
  findings.expect((word & DELETED) === 0n, 'LOCK', where, 'marked as deleted, and still in use');
  return word & VERSION_MASK;
}

/** The locks that stand in the superblock. */
export function checkStoreLocks(region: Region, findings: Findings): void {
  checkFree(region, LAYOUT.superblock.ALLOCATOR_LOCK, 'allocator lock', findings);
  checkFree(region, LAYOUT.superblock.SERIAL_LOCK, 'serial lock', findings);
}
