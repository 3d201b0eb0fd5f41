/**
 * Checks of option objects. A name that nobody reads is a mistake that must not pass in silence.
 */

/**
 * The options as an object, empty when they were left out.
 * @param names The names that are allowed.
 * @param what What the options belong to, for the message.
 * @throws TypeError when this is no object or has another name.
 */
export function checkNames<T extends object>(
  value: T | undefined, names: readonly string[], what: string,
): Partial<T> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`The options of ${what} must be an object`);
  }
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      throw new TypeError(`${what} has no option '${name}', only ${names.join(', ')}`);
    }
  }
  return value;
}

/** @throws TypeError unless the value is an integer between the bounds. */
export function checkInteger(
  value: unknown, least: number, most: number, name: string,
): asserts value is number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw new TypeError(`${name} must be an integer from ${least} to ${most}`);
}

/** @throws TypeError unless the value is true or false. */
export function checkBoolean(value: unknown, name: string): void {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
}

/** @throws TypeError unless the value is one of these. */
export function checkOneOf(value: unknown, values: readonly string[], name: string): void {
  if (values.includes(value as string)) return;
  throw new TypeError(`${name} must be ${values.map((one) => `'${one}'`).join(' or ')}`);
}

/** @throws TypeError unless the value is an AbortSignal or left out. */
export function checkSignal(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw new TypeError('signal must be an AbortSignal');
}

/** @throws TypeError unless the value is a function. */
export function checkFunction(value: unknown, name: string): void {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
}

/**
 * Whether a function that must be synchronous has returned a promise, or something like one. The
 * promise is then nobody's: its failure is told here and must not end the process, too.
 */
export function isPromise(result: unknown): boolean {
  const isThenable = (typeof result === 'object' || typeof result === 'function') &&
    result !== null && typeof (result as { then?: unknown }).then === 'function';
  if (isThenable) Promise.resolve(result).then(undefined, () => undefined);
  return isThenable;
}
