/**
 * What the iterators of stores and transactions have in common. Classes and not generators: a call
 * after close must throw CLOSED, and nothing may be held between two calls of next.
 */

// The prototype of all built-in iterators: where the host has map, filter and take for them, ours
// have them, too.
const builtIn: object = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

export abstract class Steps<T> implements IterableIterator<T, undefined> {
  /** Whether the iteration was ended early, by its user or by an error. */
  protected isEnded = false;

  abstract next(): IteratorResult<T, undefined>;

  /** Ends the iteration early. There is nothing to give back. */
  return(): IteratorResult<T, undefined> {
    this.isEnded = true;
    return { value: undefined, done: true };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

Object.setPrototypeOf(Steps.prototype, builtIn);
