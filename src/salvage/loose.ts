/**
 * Records that stand somewhere in the files, whatever leads to them: of each key the newest.
 */
import { readdirSync } from 'node:fs';
import { PAGES } from '../journal/failure.js';
import { LAYOUT } from '../layout.js';
import { openRaw } from './files.js';
import type { Damage } from './files.js';
import { recordsIn } from './records.js';
import type { FoundRecord } from './records.js';

/** A record that was kept: copies, because windows are used again. */
export interface Loose {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: bigint;
  readonly kind: number;
}

/** Bytes of a file that are looked at together, and what one of them reaches into the next. */
const WINDOW = 16 * 1024 * 1024;
const OVERLAP = 1024 * 1024;

/** A key as the name of a map's entry. */
export const nameOf = (key: Uint8Array): string =>
  Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');

export class LooseRecords {
  private readonly newest = new Map<string, Loose>();

  /** @param wants whether anything is to be known of such a record */
  constructor(private readonly wants: (record: FoundRecord) => boolean) {}

  get(key: Uint8Array): Loose | undefined {
    return this.newest.get(nameOf(key));
  }

  values(): Iterable<Loose> {
    return this.newest.values();
  }

  /** Takes every record in the view. O(bytes). */
  take(view: DataView, from = 0, end = view.byteLength): void {
    for (const record of recordsIn(view, from, end)) {
      const { kind, key, value, version } = record;
      if (kind === LAYOUT.record.KIND_SYSTEM || !this.wants(record)) continue;
      const name = nameOf(key);
      const known = this.newest.get(name);
      if (known !== undefined && known.version >= version) continue;
      this.newest.set(name, { key: key.slice(), value: value.slice(), version, kind });
    }
  }

  /** Takes every record in the files of pages and of the journal. O(bytes of the files). */
  takeFiles(directory: string, note: (d: Damage) => void): void {
    const names = readdirSync(directory)
      .filter((name) => name === PAGES || /^journal\.\d{8}$/.test(name));
    for (const name of names) {
      const file = openRaw(directory, name, note);
      if (file === undefined) continue;
      for (let at = 0; at < file.bytes; at += WINDOW) {
        this.take(file.read(at, Math.min(WINDOW + OVERLAP, file.bytes - at)));
      }
      file.close();
    }
  }
}
