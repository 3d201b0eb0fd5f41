/**
 * What the process that will be killed tells the one that kills it: lines through a pipe, which
 * keeps them when the writer is gone.
 */
import { writeSync } from 'node:fs';

/** Number of the pipe in the process that will be killed. */
export const PIPE = 3;

/** What the lines say together. */
export interface Told {
  /** Acknowledged operations. */
  readonly count: number;
  /** The last acknowledged operation of each lane, by `part lane`. */
  readonly last: ReadonlyMap<string, number>;
}

/** Says that an operation, and all before it in its lane, are durable. */
export function tellDone(part: string, lane: number, number: number): void {
  writeSync(PIPE, `${part} ${lane} ${number}\n`);
}

/** @param before the last of each lane before these lines. */
export function readTold(text: string, before: ReadonlyMap<string, number>): Told {
  const last = new Map(before);
  let count = 0;
  // What stands behind the last line's end was cut off, and so it was not said.
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    const [, lane, number] = /^(\w+ \d+) (\d+)$/.exec(line) ?? [];
    if (lane === undefined) continue;
    count += Number(number) - (last.get(lane) ?? 0);
    last.set(lane, Number(number));
  }
  return { count, last };
}
