/**
 * Why an operation had to be given up for want of something.
 */
import type { Core } from '../core.js';
import { MillraceError } from '../errors.js';
import type { ErrorCode } from '../errors.js';

/**
 * The error for an operation that found no room; nothing has happened. When nobody writes the
 * journal it is room for redo records that is missing, which is nothing that deletions give back.
 */
export function noRoom(core: Core, code: ErrorCode, detail?: string): MillraceError {
  if (!core.isStalled) return new MillraceError(code, detail);
  return new MillraceError('BUSY',
    'No thread has written the journal for long, and the operation has no room before it does.');
}
