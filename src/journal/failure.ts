/**
 * What the core says in the superblock when the files fail it, as an error with file and offset.
 */
import { MillraceError } from '../errors.js';
import type { ErrorCode } from '../errors.js';
import { LAYOUT } from '../layout.js';
import { errnoName } from './errno.js';

const {
  FAILURE_ERRNO, FAILURE_WHAT, FAILURE_FILE, FAILURE_NUMBER, FAILURE_OFFSET,
} = LAYOUT.superblock;
const {
  FAILED_OPEN, FAILED_READ, FAILED_WRITE, FAILED_SYNC, FAILED_DAMAGED, FAILED_VERSION,
  FAILED_ALLOCATE, FILE_IMAGE, FILE_PAGES,
} = LAYOUT.journal;

export const IMAGE = 'image';
export const PAGES = 'pages';

/** The name of a segment of the journal. */
export function segmentName(number: number): string {
  return `journal.${String(number).padStart(8, '0')}`;
}

/** The name of a file by its kind and number. */
function nameOf(kind: number, number: number): string {
  if (kind === FILE_IMAGE) return IMAGE;
  return kind === FILE_PAGES ? PAGES : segmentName(number);
}

const DONE: Readonly<Record<number, string>> = {
  [FAILED_OPEN]: 'Opening', [FAILED_READ]: 'Reading', [FAILED_WRITE]: 'Writing',
  [FAILED_SYNC]: 'Syncing', [FAILED_ALLOCATE]: 'Making room for',
};

function causeOf(errno: number): { cause?: Error } {
  if (errno === 0) return {};
  const code = errnoName(errno);
  return { cause: Object.assign(new Error(code), { code }) };
}

function describe(what: number, errno: number, file: string, offset: number): [ErrorCode, string] {
  if (what === FAILED_DAMAGED) {
    return ['CORRUPT', `The file ${file} is damaged, or not of this store, at byte ${offset}.`];
  }
  if (what === FAILED_VERSION) {
    return ['LAYOUT_MISMATCH', `The file ${file} has another format version or layout.`];
  }
  const why = errno === 0 ? 'it ended early' : errnoName(errno);
  return ['IO_ERROR', `${DONE[what] ?? 'Renaming'} ${file} failed at byte ${offset}: ${why}.`];
}

/**
 * The failure that stands in the superblock.
 * @param words The region. @param rest A sentence on what follows from it.
 */
export function failureIn(words: Uint32Array, rest = ''): MillraceError {
  const word = (address: number): number => words[address >>> 2];
  const errno = word(FAILURE_ERRNO);
  const file = nameOf(word(FAILURE_FILE), word(FAILURE_NUMBER));
  const offset = word(FAILURE_OFFSET) + word(FAILURE_OFFSET + 4) * 2 ** 32;
  const [code, sentence] = describe(word(FAILURE_WHAT), errno, file, offset);
  return new MillraceError(code, sentence + rest, { file, offset, ...causeOf(errno) });
}
