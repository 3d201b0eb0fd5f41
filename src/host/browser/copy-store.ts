/**
 * In a browser a store is not copied: its files are open for its own threads alone.
 */
import { MillraceError } from '../../errors.js';
import type { Copied, CopyJob } from '../../journal/backup.js';

/** @throws MillraceError UNSUPPORTED. */
export function copyStore(_job: CopyJob): Promise<Copied> {
  return Promise.reject(new MillraceError('UNSUPPORTED',
    'In a browser there are no backups: export the store.'));
}
