/**
 * Plays a tape onto a medium, up to a moment: what was done by then, and what of it is safe.
 */
import { File, Medium } from './medium.js';
import { CALL, type Entry, type Tape } from './tape.js';

const DIRECTORY = 3;
const CREATE = 1;
const TRUNCATE = 8;

/** Entries that a playback passes over: calls that a store with a bug would not make. */
export type LeftOut = (entry: Entry, file: string) => boolean;

interface Action {
  readonly at: number;
  run(): void;
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** A thread that ended inside a call made no other; its successor came later. */
function withEnds(entries: readonly Entry[]): Entry[] {
  return entries.map((entry, i) => {
    if (entry.end !== 0) return entry;
    const next = entries.slice(i + 1).find(({ caller }) => caller !== entry.caller);
    return { ...entry, end: next?.start ?? Infinity, done: true };
  });
}

export class Playback {
  readonly medium: Medium;
  private readonly actions: Action[];
  private readonly open = new Map<string, { file: File; name: string }>();
  private next = 0;

  constructor(
    tape: Tape, files: ReadonlyMap<string, Uint8Array>,
    private readonly leftOut: LeftOut = () => false,
  ) {
    this.medium = new Medium(files);
    this.actions = withEnds(tape.entries())
      .filter(({ done }) => done)
      .map((entry) => ({ at: isSync(entry) ? entry.end : entry.start, run: () => this.run(entry) }))
      .sort((a, b) => a.at - b.at);
  }

  /** Goes on to the moment in front of that number of the count. */
  advance(moment: number): void {
    for (; this.next < this.actions.length && this.actions[this.next].at < moment; this.next++) {
      this.actions[this.next].run();
    }
  }

  private run(entry: Entry): void {
    const key = `${entry.caller} ${entry.fd}`;
    const opened = this.open.get(key);
    if (this.leftOut(entry, opened?.name ?? textOf(entry.bytes))) return;
    switch (entry.kind) {
      case CALL.OPEN: this.open.set(key, this.opened(entry)); break;
      case CALL.CLOSE: this.open.delete(key); break;
      case CALL.RENAME: this.rename(entry); break;
      case CALL.UNLINK:
        this.medium.changes.push({ names: [[textOf(entry.bytes), undefined]], end: entry.end });
        break;
      case CALL.SYNC:
      case CALL.DATASYNC:
        if (entry.fd === DIRECTORY) this.medium.harden(entry.start);
        else opened?.file.harden(entry.start, entry.kind === CALL.DATASYNC);
        break;
      default: if (opened) change(opened.file, entry);
    }
  }
  private opened({ bytes, value: flags, end }: Entry): { file: File; name: string } {
    const name = textOf(bytes);
    const there = this.medium.names.get(name);
    if (there === undefined && !(flags & CREATE)) throw new Error(`${name} is not on the tape`);
    const file = there ?? new File();
    if (there === undefined) this.medium.changes.push({ names: [[name, file]], end });
    else if (flags & TRUNCATE) file.changes.push({ size: 0, end });
    return { file, name };
  }
  private rename({ bytes, end }: Entry): void {
    const [from, to] = textOf(bytes).split('\0');
    const file = this.medium.names.get(from);
    if (file) this.medium.changes.push({ names: [[from, undefined], [to, file]], end });
  }
}

function isSync({ kind }: Entry): boolean {
  return kind === CALL.SYNC || kind === CALL.DATASYNC;
}
function change(file: File, { kind, value, bytes, end }: Entry): void {
  if (kind === CALL.WRITE) file.changes.push({ offset: value, bytes, end });
  else if (kind === CALL.SIZE) file.changes.push({ size: value, end });
}
