/**
 * How much a write has to survive before it counts as done.
 */

/** The levels, each with all that the ones before it promise. */
export const DURABILITIES = ['visible', 'flushed', 'synced'] as const;

/**
 * `visible`: every thread sees it, and it survives the death of any. `flushed`: it survives the
 * process. `synced`: it survives the machine, as far as the disk keeps its word.
 */
export type Durability = (typeof DURABILITIES)[number];

/** @throws TypeError unless the value is one of the levels, or one of those given. */
export function checkDurability(
  value: unknown, allowed: readonly Durability[] = DURABILITIES,
): asserts value is Durability {
  if (allowed.includes(value as Durability)) return;
  throw new TypeError(`durability must be ${allowed.map((level) => `'${level}'`).join(' or ')}`);
}
