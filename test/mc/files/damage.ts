// Files that are damaged, or whose calls fail: who makes them or opens them says what is wrong; an
// open may also recover something, but never more than it understands, and it never traps.

import type { Contents } from './contents.js';
import type { Image } from './disk.js';
import { forgeries } from './forgery.js';
import type { Replica } from './replica.js';

/** Bytes between two places where a bit is turned. */
const STRIDE = 4;

/**
 * Lets every call of an open fail once, turns bits all over the files, cuts them, and forges them.
 * Returns what is wrong, or null. O(bytes of the files) opens.
 */
export function opensDamaged(replica: Replica, image: Image): string | null {
  if (typeof replica.open(image) === 'string') return 'the files cannot be opened undamaged';
  for (let nth = 1; ; nth++) {
    const found = replica.openFailing(image, nth);
    if (found === null) break;
    if (typeof found !== 'string') return `call ${nth} of an open fails, and nobody says so`;
  }
  for (const damaged of damages(image, replica.contents)) {
    replica.open(damaged);
    replica.openLazily(damaged);
  }
  for (const { what, files } of forgeries(image, replica.contents)) {
    if (typeof replica.open(files) !== 'string') return `an open believes ${what}`;
  }
  return null;
}

/** Lets every call fail once by which the files of a new store are made; what is wrong, or null. */
export function createsDamaged(replica: Replica, segmentKib: number): string | null {
  for (let nth = 1; ; nth++) {
    const failure = replica.createFailing(segmentKib, nth);
    if (failure === null) return null;
    if (failure === 0) return `call ${nth} for a new store fails, and nobody says so`;
  }
}

function* damages(image: Image, contents: Contents): Generator<Image> {
  for (const [name, id] of image) {
    const bytes = contents.at(id);
    const without = new Map(image);
    without.delete(name);
    yield without;
    for (let at = 0; at < bytes.length; at += STRIDE) {
      const turned = bytes.slice();
      turned[at] ^= 1;
      yield new Map(image).set(name, contents.add(turned));
      if (at % 64 === 0) yield new Map(image).set(name, contents.add(bytes.slice(0, at)));
    }
  }
}
