// Choice lists as text: what a violation is printed as and `--replay` reads. `0*12,1k2,1d` lets
// thread 0 make twelve steps, kills thread 1 in a step before its third store, and proves that.

import {
  DETECT, KILL, KILL_INSIDE, RECOVER, RESPAWN, STEP, TIME_OUT, decode, encode,
} from './transitions.js';

const LETTERS: Readonly<Record<number, string>> = {
  [STEP]: '', [KILL]: 'k', [KILL_INSIDE]: 'k', [DETECT]: 'd', [RECOVER]: 'r', [RESPAWN]: 'n',
  [TIME_OUT]: 't',
};
const KINDS: Readonly<Record<string, number>> = {
  k: KILL, d: DETECT, r: RECOVER, n: RESPAWN, t: TIME_OUT,
};
const CHOICE = /^(\d+)(?:([kdrnt])(\d*)|\*(\d+))?$/;

/** The text of a choice list; equal steps in a row are written once with their number. */
export function formatChoices(path: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < path.length;) {
    const action = path[i];
    const { kind, thread, point } = decode(action);
    let count = 1;
    if (kind === STEP) while (path[i + count] === action) count++;
    const behind = kind === KILL_INSIDE ? String(point) : '';
    parts.push(`${thread}${LETTERS[kind]}${behind}${count > 1 ? `*${count}` : ''}`);
    i += count;
  }
  return parts.join(',');
}

/** The choice list of a text. Throws an Error that names the part which is none. */
export function parseChoices(text: string): number[] {
  const path: number[] = [];
  for (const part of text.split(',').map((one) => one.trim()).filter((one) => one !== '')) {
    const match = CHOICE.exec(part);
    const thread = Number(match?.[1]);
    const letter = match?.[2];
    const point = match?.[3] ?? '';
    if (match === null || (point !== '' && letter !== 'k')) {
      throw new Error(`'${part}' is no choice`);
    }
    if (letter === undefined) {
      for (let i = Number(match[4] ?? 1); i > 0; i--) path.push(encode(STEP, thread));
    } else if (point !== '') {
      path.push(encode(KILL_INSIDE, thread, Number(point)));
    } else {
      path.push(encode(KINDS[letter], thread));
    }
  }
  return path;
}
