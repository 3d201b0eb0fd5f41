// The disk of a scenario with files, as a value: what is safe, what was written since and may be
// lost, and the same for names. A crash of the process keeps all that was written, a crash of the
// machine any subset of what no sync has made safe.

import type { Contents } from './contents.js';

/** A write, or with offset RESIZE a new size; `sure`: no crash loses it any more. */
export type Piece = readonly [offset: number, contentOrBytes: number, sure: boolean];
export const RESIZE = -1;

export interface File {
  /** Contents after the last sync, and with everything that was written since. */
  readonly safe: number;
  readonly now: number;
  readonly pieces: readonly Piece[];
  /** So many pieces a failed sync should have made safe: no later sync does. */
  readonly doomed: number;
  /** Writes are cut into pieces. */
  readonly cut: boolean;
}

/** Inode by name. */
export type Names = Readonly<Record<string, number>>;
/** Changes of names that happen as one; GONE removes the name. */
export type NameChange = readonly (readonly [name: string, inode: number])[];
export const GONE = -1;

export interface Disk {
  readonly files: readonly File[];
  readonly safeNames: Names;
  readonly names: Names;
  readonly changes: readonly NameChange[];
}

export const EMPTY_DISK: Disk = { files: [], safeNames: {}, names: {}, changes: [] };

/** Up to so many pieces that may be lost, every subset is a crash of its own. */
const ALL_SUBSETS = 7;

function renamed(names: Names, change: NameChange): Names {
  const next: Record<string, number> = { ...names };
  for (const [name, inode] of change) {
    if (inode === GONE) delete next[name];
    else next[name] = inode;
  }
  return next;
}
export function withNames(disk: Disk, change: NameChange): Disk {
  const { names, changes } = disk;
  return { ...disk, names: renamed(names, change), changes: [...changes, change] };
}
export function withFile(disk: Disk, inode: number, file: File): Disk {
  const files = disk.files.slice();
  files[inode] = file;
  return { ...disk, files };
}
export function applyPiece(contents: Contents, to: number, [offset, what]: Piece): number {
  return offset === RESIZE ? contents.resized(to, what) : contents.written(to, offset, what);
}
export function withPiece(
  contents: Contents, file: File, offset: number, what: number,
): File {
  const piece: Piece = [offset, what, false];
  const now = applyPiece(contents, file.now, piece);
  return { ...file, now, pieces: [...file.pieces, piece] };
}
export function syncedFile(file: File): File {
  const { pieces, doomed } = file;
  if (pieces.length === doomed) return file;
  if (doomed === 0) return { ...file, safe: file.now, pieces: [] };
  const sure = pieces.map((piece, i): Piece => (i < doomed ? piece : [piece[0], piece[1], true]));
  return { ...file, pieces: sure };
}
/** After a sync that has failed. */
export function doomedFile(file: File): File {
  return { ...file, doomed: file.pieces.length };
}
export function syncedNames(disk: Disk): Disk {
  return disk.changes.length === 0 ? disk : { ...disk, safeNames: disk.names, changes: [] };
}

/** What a crash leaves: contents by name. */
export type Image = ReadonlyMap<string, number>;

/** After a crash of the process. */
export function afterProcessCrash(disk: Disk): Image {
  return imageOf(disk.names, (inode) => disk.files[inode].now);
}
/** After every crash of the machine that is looked at, each once. */
export function* afterMachineCrashes(disk: Disk, contents: Contents): Generator<Image> {
  for (const kept of subsets(disk.changes.length)) {
    const names = disk.changes.filter((_, i) => kept(i)).reduce(renamed, disk.safeNames);
    yield* lossesOfData(disk, names, contents);
  }
}
function* lossesOfData(disk: Disk, names: Names, contents: Contents): Generator<Image> {
  const inodes = [...new Set(Object.values(names))];
  const pieces = inodes.flatMap((inode) =>
    disk.files[inode].pieces.map((piece) => ({ inode, piece })));
  const unsure = pieces.filter(({ piece }) => !piece[2]);
  for (const kept of subsets(unsure.length)) {
    const lost = new Set(unsure.filter((_, i) => !kept(i)));
    const left = pieces.filter((one) => !lost.has(one));
    yield imageOf(names, (inode) => left
      .filter((one) => one.inode === inode)
      .reduce((to, { piece }) => applyPiece(contents, to, piece), disk.files[inode].safe));
  }
}
/** What a crash of the machine leaves that loses pieces of journal files by their offsets. */
export function withLosses(
  disk: Disk, contents: Contents, keeps: (offset: number) => boolean,
): Disk {
  const files = disk.files.map((file) => {
    if (!file.cut) return file;
    const left = file.pieces.filter(([offset]) => keeps(offset));
    return { ...file, now: left.reduce((to, piece) => applyPiece(contents, to, piece), file.safe) };
  });
  return { ...disk, files };
}
function imageOf(names: Names, content: (inode: number) => number): Image {
  const sorted = Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([name, inode]) => [name, content(inode)]));
}

/** Predicates "is kept": all subsets of a few, else prefixes, single losses, single survivors. */
function* subsets(count: number): Generator<(i: number) => boolean> {
  if (count <= ALL_SUBSETS) {
    for (let mask = 0; mask < 2 ** count; mask++) yield (i) => (mask >> i & 1) === 1;
    return;
  }
  for (let n = 0; n <= count; n++) yield (i) => i < n;
  for (let n = 0; n < count; n++) {
    yield (i) => i !== n;
    yield (i) => i === n;
  }
}
