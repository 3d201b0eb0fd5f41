/**
 * The medium of a store, as it is after some of the calls: for each file what is safe and what was
 * done since and is not; the same for names.
 *
 * What it promises, and nothing else: a completed fd_sync makes safe what was written to the file
 * before it began, and the file's size; fd_datasync the same, but not a size that was set behind
 * the last byte written; fd_sync of the directory makes names safe. A change of one name happens
 * or does not. Nothing that is safe is ever lost.
 */

/** Something that was done to a file and is not safe. */
export type Change =
  | { readonly offset: number; readonly bytes: Uint8Array; readonly end: number }
  | { readonly size: number; readonly end: number };

export class File {
  /** What is safe; only `size` bytes of it count. */
  private content: Uint8Array;
  size: number;
  changes: Change[] = [];

  constructor(content: Uint8Array = new Uint8Array()) {
    this.content = content.slice();
    this.size = content.length;
  }

  get safe(): Uint8Array {
    return this.content.subarray(0, this.size);
  }

  /** Makes safe what was over before `start`; with `isData` no size behind the last byte. */
  harden(start: number, isData: boolean): void {
    const isOver = ({ end }: Change): boolean => end < start;
    const lastWrite = this.changes.findLastIndex((change) => isOver(change) && 'bytes' in change);
    const left: Change[] = [];
    this.changes.forEach((change, i) => {
      if (isOver(change) && (!isData || i <= lastWrite)) this.apply(change);
      else left.push(change);
    });
    this.changes = left;
  }
  private apply(change: Change): void {
    if ('size' in change) {
      this.resize(change.size);
      return;
    }
    const { offset, bytes } = change;
    if (offset + bytes.length > this.size) this.resize(offset + bytes.length);
    this.content.set(bytes, offset);
  }
  private resize(size: number): void {
    if (size < this.size) this.content.fill(0, size, this.size);
    if (size > this.content.length) {
      const grown = new Uint8Array(Math.max(size, 2 * this.content.length));
      grown.set(this.safe);
      this.content = grown;
    }
    this.size = size;
  }
}

export type Names = ReadonlyMap<string, File>;

/** Names that change as one; undefined = the name goes. */
export interface NameChange {
  readonly names: readonly (readonly [name: string, file: File | undefined])[];
  readonly end: number;
}

export function renamed(names: Names, changes: readonly NameChange[]): Map<string, File> {
  const result = new Map(names);
  for (const [name, file] of changes.flatMap((change) => change.names)) {
    if (file === undefined) result.delete(name);
    else result.set(name, file);
  }
  return result;
}

export class Medium {
  safeNames: Names;
  changes: NameChange[] = [];

  constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.safeNames = new Map([...files].map(([name, bytes]) => [name, new File(bytes)]));
  }

  /** Names as programs see them. */
  get names(): Names {
    return renamed(this.safeNames, this.changes);
  }
  /** Makes safe the names that had changed before `start`. */
  harden(start: number): void {
    this.safeNames = renamed(this.safeNames, this.changes.filter(({ end }) => end < start));
    this.changes = this.changes.filter(({ end }) => end >= start);
  }
}
