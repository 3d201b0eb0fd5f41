/**
 * The files of a store as bytes, for who trusts nothing but checksums. What cannot be read counts
 * as zeros, and is noted.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Something that is wrong with the files. */
export interface Damage {
  readonly file: string;
  readonly offset: number;
  readonly what: string;
}

/** One file. Reads never fail: what is not there is zero. */
export class RawFile {
  readonly bytes: number;
  private readonly descriptor: number;

  constructor(
    directory: string, readonly name: string, private readonly note: (d: Damage) => void,
  ) {
    this.descriptor = openSync(join(directory, name), 'r');
    this.bytes = fstatSync(this.descriptor).size;
  }

  /** So many bytes from an offset on, as a view that begins at 0. */
  read(offset: number, bytes: number): DataView {
    const buffer = new Uint8Array(bytes);
    try {
      for (let done = 0; done < bytes;) {
        const moved = readSync(this.descriptor, buffer, done, bytes - done, offset + done);
        if (moved === 0) break;
        done += moved;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      this.note({ file: this.name, offset, what: `it cannot be read: ${code}` });
    }
    return new DataView(buffer.buffer);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Undefined when there is no such file. */
export function openRaw(
  directory: string, name: string, note: (d: Damage) => void,
): RawFile | undefined {
  return existsSync(join(directory, name)) ? new RawFile(directory, name, note) : undefined;
}

/** Numbers of the segments that are there, ascending. */
export function segmentsIn(directory: string): number[] {
  return readdirSync(directory).filter((name) => /^journal\.\d{8}$/.test(name))
    .map((name) => Number(name.slice(-8))).sort((a, b) => a - b);
}
