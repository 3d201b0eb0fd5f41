/**
 * What the process that will be killed tells the one that kills it: lines through a pipe, which
 * keeps them when the writer is gone.
 */
import { writeSync } from 'node:fs';

/** Number of the pipe in the process that will be killed. */
export const PIPE = 3;

/** What the lines say together. */
export interface Told {
  /** Checkpoints and compactions that the process has seen. */
  readonly checkpoints: number;
  readonly compactions: number;
  /** Acknowledged operations. */
  readonly count: number;
  /** The last acknowledged operation of each lane, by `part lane`. */
  readonly last: ReadonlyMap<string, number>;
}

/** Says that an operation, and all before it in its lane, are durable. */
export function tellDone(part: string, lane: number, number: number): void {
  writeSync(PIPE, `${part} ${lane} ${number}\n`);
}

/** Says how often the files were tidied up since the process has opened them. */
export function tellTidied(checkpoints: number, compactions: number): void {
  writeSync(PIPE, `tidied ${checkpoints} ${compactions}\n`);
}

/** Whether the text says that something is durable. */
export function isOfWork(text: string): boolean {
  return text.split('\n').some((line) => line !== '' && !line.startsWith('tidied'));
}

/** @param before the last of each lane before these lines. */
export function readTold(text: string, before: ReadonlyMap<string, number>): Told {
  const last = new Map(before);
  let count = 0;
  let tidied = [0, 0];
  // What stands behind the last line's end was cut off, and so it was not said.
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const [, ...counts] = /^tidied (\d+) (\d+)$/.exec(line) ?? [];
    if (counts.length > 0) tidied = counts.map(Number);
    const [, lane, number] = /^(\w+ \d+) (\d+)$/.exec(line) ?? [];
    if (lane === undefined) continue;
    count += Number(number) - (last.get(lane) ?? 0);
    last.set(lane, Number(number));
  }
  const [checkpoints, compactions] = tidied;
  return { count, last, checkpoints, compactions };
}
