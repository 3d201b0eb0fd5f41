/**
 * The first 64 bytes of an image: enough to refuse what is not ours before memory is allocated for
 * it. The core checks all of it again, with its checksums. docs/format.md.
 */
import { MillraceError } from '../errors.js';
import { LAYOUT, LAYOUT_FINGERPRINT } from '../layout.js';
import { KIB_MAX } from '../sizes.js';
import { IMAGE } from './failure.js';

const { ImageHeader, IMAGE_MAGIC, JOURNAL_HEADER } = LAYOUT.journal;
const { FORMAT_VERSION } = LAYOUT.superblock;

export const HEAD_BYTES: number = JOURNAL_HEADER;

const PAGE_KIB = 64;

function corrupt(offset: number, what: string): MillraceError {
  return new MillraceError('CORRUPT', `The file ${IMAGE} ${what}.`, { file: IMAGE, offset });
}

function mismatch(what: string, theirs: number, ours: number): MillraceError {
  return new MillraceError('LAYOUT_MISMATCH',
    `The store has the ${what} ${theirs}, this version of the package has ${ours}.`,
    { file: IMAGE });
}

/**
 * KiB of the region that the image is of.
 * @throws MillraceError CORRUPT or LAYOUT_MISMATCH.
 */
export function regionKib(head: Uint8Array): number {
  if (head.length < HEAD_BYTES) throw corrupt(head.length, `ends after ${head.length} bytes`);
  const view = new DataView(head.buffer, head.byteOffset, HEAD_BYTES);
  if (view.getBigUint64(ImageHeader.magic, true) !== IMAGE_MAGIC) {
    throw corrupt(ImageHeader.magic, 'does not begin like an image of a store');
  }
  const version = view.getUint32(ImageHeader.formatVersion, true);
  if (version !== FORMAT_VERSION) throw mismatch('format version', version, FORMAT_VERSION);
  const fingerprint = view.getUint32(ImageHeader.fingerprint, true);
  if (fingerprint !== LAYOUT_FINGERPRINT) {
    throw mismatch('layout', fingerprint, LAYOUT_FINGERPRINT);
  }
  const kib = view.getUint32(ImageHeader.kib, true);
  if (kib === 0 || kib % PAGE_KIB !== 0 || kib > KIB_MAX) {
    throw corrupt(ImageHeader.kib, `states a size of ${kib} KiB`);
  }
  return kib;
}
