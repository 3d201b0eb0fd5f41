// The disk of the harness: what a crash may leave, and what it may not.

import { expect, test } from 'vitest';
import { Contents } from './contents.js';
import {
  EMPTY_DISK, afterMachineCrashes, afterProcessCrash, doomedFile, syncedFile, syncedNames,
  withFile, withNames, withPiece, type Disk, type File,
} from './disk.js';

const contents = new Contents();
const text = (of: string): number => contents.add(new TextEncoder().encode(of));

function fileOf(of: string): File {
  return { safe: text(of), now: text(of), pieces: [], doomed: 0, cut: true };
}
function diskOf(file: File): Disk {
  return syncedNames(withNames(withFile(EMPTY_DISK, 0, file), [['a', 0]]));
}
/** What file a may hold after a crash of the machine, sorted. */
function possible(disk: Disk): string[] {
  const found = new Set<string>();
  for (const image of afterMachineCrashes(disk, contents)) {
    const content = image.get('a');
    found.add(content === undefined ? 'gone' : new TextDecoder().decode(contents.at(content)));
  }
  return [...found].sort();
}

test('a crash of the machine keeps any subset of the pieces, one of the process all', () => {
  const first = withPiece(contents, fileOf('....'), 0, text('AA'));
  const file = withPiece(contents, first, 2, text('BB'));
  expect(possible(diskOf(file))).toEqual(['....', '..BB', 'AA..', 'AABB']);
  expect(afterProcessCrash(diskOf(file)).get('a')).toBe(text('AABB'));
  expect(possible(diskOf(syncedFile(file)))).toEqual(['AABB']);
});

test('what a failed sync should have saved is never safe, what comes later is', () => {
  const failed = doomedFile(withPiece(contents, fileOf('....'), 0, text('AA')));
  const later = syncedFile(withPiece(contents, failed, 2, text('BB')));
  expect(possible(diskOf(later))).toEqual(['..BB', 'AABB']);
});

test('names are safe when the directory is synced', () => {
  const named = withNames(withFile(EMPTY_DISK, 0, fileOf('x')), [['a', 0]]);
  expect(possible(named)).toEqual(['gone', 'x']);
  expect(possible(syncedNames(named))).toEqual(['x']);
});
