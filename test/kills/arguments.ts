/**
 * Numbers on a command line.
 */

/** @throws TypeError when this is no whole number from 0 on */
export function integer(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new TypeError(`--${name} needs a whole number, not '${text}'`);
}
