/**
 * What a loss of power leaves of a medium: everything that is safe, and of the rest what a mode of
 * loss and a random number say.
 */
import type { Random } from '../crash/random.js';
import { renamed, type Change, type File, type Medium, type NameChange } from './medium.js';

/** The files that are found when the power is back. */
export type Image = Map<string, Uint8Array>;

export const MODES = [
  /** Nothing of what is not safe. */
  'loss',
  /** All of it is there when the store is opened again, and the power is lost right after. */
  'reopened',
  /** The oldest part of it, in the order of the calls; the last write is torn at a sector. */
  'prefix',
  /** Any of the calls, in any order. */
  'subset',
  /** Some sectors of each write. */
  'torn_512', 'torn_4096',
  /** Each page as it was at some time since it was safe. */
  'reorder',
  /** Sizes are there, and the data of some pages is not: zeros, or bytes of anything else. */
  'size_only',
  /** All data, and any of the names. */
  'names',
] as const;

export type Mode = (typeof MODES)[number];

const SECTOR = 512;
const PAGE = 4096;

/** A file with all that was done to it. */
export function contentOf(file: File): Uint8Array {
  const draft = new Draft(file);
  file.changes.forEach((change) => draft.apply(change));
  return draft.image;
}

/** Bytes of a file in the making. */
class Draft {
  bytes: Uint8Array;
  size: number;

  constructor(file: File) {
    const room = file.changes.reduce((most, change) =>
      Math.max(most, 'size' in change ? change.size : change.offset + change.bytes.length),
    file.size);
    this.bytes = new Uint8Array(room);
    this.bytes.set(file.safe);
    this.size = file.size;
  }
  resize(size: number): void {
    if (size < this.size) this.bytes.fill(0, size, this.size);
    this.size = size;
  }
  write(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset);
    this.size = Math.max(this.size, offset + bytes.length);
  }
  apply(change: Change): void {
    if ('size' in change) this.resize(change.size);
    else this.write(change.offset, change.bytes);
  }
  get image(): Uint8Array {
    return this.bytes.subarray(0, this.size);
  }
}

/** The parts of a write that lie in one granule each. */
function* granules(offset: number, bytes: Uint8Array, granule: number) {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + granule - (offset + from) % granule);
    yield { offset: offset + from, bytes: bytes.subarray(from, to) };
    from = to;
  }
}

/** Draws images. */
export class Loss {
  /** @param stale bytes that pages of lost data may show */
  constructor(private readonly random: Random, private readonly stale: () => Uint8Array) {}

  image(medium: Medium, mode: Mode): Image {
    if (mode === 'prefix') return this.prefix(medium);
    const names = renamed(medium.safeNames, this.namesOf(medium.changes, mode));
    return new Map([...names].map(([name, file]) => [name, this.content(file, mode)]));
  }

  private chance(part: number): boolean {
    return this.random(1000) < part * 1000;
  }
  /** How many are kept differs from image to image: few, half of them, or nearly all. */
  private part(): number {
    return [0.1, 0.5, 0.9][this.random(3)];
  }
  private namesOf(changes: readonly NameChange[], mode: Mode): NameChange[] {
    if (mode === 'loss') return [];
    return changes.filter(() => mode === 'reopened' || this.chance(0.5));
  }

  private content(file: File, mode: Mode): Uint8Array {
    const draft = new Draft(file);
    switch (mode) {
      case 'loss': break;
      case 'subset': this.subset(draft, file.changes); break;
      case 'torn_512': this.torn(draft, file.changes, SECTOR); break;
      case 'torn_4096': this.torn(draft, file.changes, PAGE); break;
      case 'reorder': this.reorder(draft, file.changes); break;
      case 'size_only': this.sizeOnly(draft, file); break;
      default: file.changes.forEach((change) => draft.apply(change));
    }
    return draft.image;
  }

  private subset(draft: Draft, changes: readonly Change[]): void {
    const part = this.part();
    const kept = changes.filter(() => this.chance(part));
    if (this.chance(0.5)) this.shuffle(kept);
    kept.forEach((change) => draft.apply(change));
  }
  private shuffle(changes: Change[]): void {
    for (let i = changes.length - 1; i > 0; i--) {
      const j = this.random(i + 1);
      [changes[i], changes[j]] = [changes[j], changes[i]];
    }
  }
  private torn(draft: Draft, changes: readonly Change[], granule: number): void {
    const part = this.part();
    for (const change of changes) {
      if ('size' in change) {
        if (this.chance(part)) draft.resize(change.size);
        continue;
      }
      for (const piece of granules(change.offset, change.bytes, granule)) {
        if (this.chance(part)) draft.write(piece.offset, piece.bytes);
      }
    }
  }
  private reorder(draft: Draft, changes: readonly Change[]): void {
    const ages = new Map<number, number>();
    const sizeAge = this.random(changes.length + 1);
    changes.forEach((change, age) => {
      if ('size' in change) {
        if (age < sizeAge) draft.resize(change.size);
        return;
      }
      for (const piece of granules(change.offset, change.bytes, PAGE)) {
        const page = Math.floor(piece.offset / PAGE);
        if (!ages.has(page)) ages.set(page, this.random(changes.length + 1));
        if (age < (ages.get(page) ?? 0)) draft.write(piece.offset, piece.bytes);
      }
    });
  }
  /** Pages that were never safe may show anything; those that were show what was safe. */
  private sizeOnly(draft: Draft, file: File): void {
    const part = this.part();
    const isStale = this.chance(0.5);
    const { safe } = file;
    for (const change of file.changes) {
      if ('size' in change) {
        draft.resize(change.size);
        continue;
      }
      for (const { offset, bytes } of granules(change.offset, change.bytes, PAGE)) {
        const old = safe.subarray(offset, offset + bytes.length);
        if (this.chance(part)) draft.write(offset, bytes);
        else if (old.some((byte) => byte !== 0)) continue;
        else draft.write(offset, isStale ? this.staleBytes(bytes.length) : bytes.slice().fill(0));
      }
    }
  }
  private staleBytes(length: number): Uint8Array {
    const source = this.stale();
    const sectors = Math.max(1, Math.floor((source.length - length) / SECTOR));
    const from = this.random(sectors) * SECTOR;
    const bytes = new Uint8Array(length);
    bytes.set(source.subarray(from, from + length));
    return bytes;
  }

  /** Calls up to some moment, over all files and names; the last one may be torn. */
  private prefix(medium: Medium): Image {
    const files = new Set([...medium.names.values(), ...medium.safeNames.values()]);
    const ends = [...medium.changes, ...[...files].flatMap(({ changes }) => changes)]
      .map(({ end }) => end).sort((a, b) => a - b);
    const last = ends.length === 0 ? 0 : ends[this.random(ends.length)];
    const names = renamed(medium.safeNames, medium.changes.filter(({ end }) => end < last));
    return new Map([...names].map(([name, file]) => [name, this.upTo(file, last)]));
  }
  private upTo(file: File, last: number): Uint8Array {
    const draft = new Draft(file);
    for (const change of file.changes) {
      if (change.end < last) draft.apply(change);
      else if (change.end === last && 'bytes' in change) {
        const { offset, bytes } = change;
        const whole = Math.ceil((offset + this.random(bytes.length + 1)) / SECTOR) * SECTOR;
        draft.write(offset, bytes.subarray(0, Math.max(0, whole - offset)));
      }
    }
    return draft.image;
  }
}
