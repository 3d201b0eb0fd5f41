/**
 * Bugs that the simulation of power losses must find. Each leaves out calls that the store makes,
 * as a store would that forgets them: they happen, and nothing is safe by them.
 */
import type { LeftOut } from './playback.js';
import { CALL, type Entry } from './tape.js';

export interface PowerBug {
  readonly name: string;
  /** Which of the calls on a tape the store would not make. */
  readonly leaves?: (entries: readonly Entry[]) => LeftOut;
  /** Whether an open does not sync what it has found. */
  readonly opensWithoutSync?: boolean;
}

const DIRECTORY = 3;
const CREATE = 1;

const isSync = ({ kind }: Entry): boolean => kind === CALL.SYNC || kind === CALL.DATASYNC;
const isDirectorySync = ({ kind, fd }: Entry): boolean => kind === CALL.SYNC && fd === DIRECTORY;
const isSegment = (file: string): boolean => file.startsWith('journal.');
const nameOf = ({ bytes }: Entry): string => Buffer.from(bytes).toString('latin1');
const makesSegment = (entry: Entry): boolean =>
  entry.kind === CALL.OPEN && (entry.value & CREATE) !== 0 && isSegment(nameOf(entry));

/** For each entry that `isMark` knows, the nearest one of its caller that `isWanted` knows. */
function beside(
  entries: readonly Entry[], isMark: (entry: Entry) => boolean,
  isWanted: (entry: Entry) => boolean, direction: 'before' | 'behind',
): LeftOut {
  const found = new Set<number>();
  entries.forEach((mark, i) => {
    if (!isMark(mark)) return;
    const isNear = (entry: Entry): boolean => entry.caller === mark.caller && isWanted(entry);
    const near = direction === 'before'
      ? entries.slice(0, i).findLast(isNear) : entries.slice(i + 1).find(isNear);
    if (near !== undefined) found.add(near.start);
  });
  return ({ start }) => found.has(start);
}

export const powerBugs: readonly PowerBug[] = [
  {
    name: 'the root is renamed before it is synced',
    leaves: () => (entry, file) => isSync(entry) && file === 'image.tmp',
  },
  {
    name: 'the root is switched before the pages are synced',
    leaves: () => (entry, file) => isSync(entry) && file === 'pages',
  },
  {
    name: 'segments are removed before the rename of the root is synced',
    leaves: (entries) =>
      beside(entries, ({ kind }) => kind === CALL.RENAME, isDirectorySync, 'behind'),
  },
  {
    name: 'the name of a new segment is not synced',
    leaves: (entries) => beside(entries, makesSegment, isDirectorySync, 'behind'),
  },
  {
    name: 'the size of a new segment is not synced',
    leaves: () => ({ kind }, file) => kind === CALL.SYNC && isSegment(file),
  },
  {
    name: 'an old segment is not synced when the journal goes on in a new one',
    leaves: (entries) =>
      beside(entries, makesSegment, ({ kind }) => kind === CALL.DATASYNC, 'before'),
  },
  {
    name: 'blocks are reported as synced and are not',
    leaves: () => ({ kind }, file) => kind === CALL.DATASYNC && isSegment(file),
  },
  {
    name: 'what was replayed is reported as synced and is not',
    opensWithoutSync: true,
  },
];
