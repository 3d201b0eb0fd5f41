/**
 * Waiting on bells: the words that are set and cleared, and news that come at the worst moment.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Bells } from '../../src/stream/bell.js';

const BLOCKING = 0;
const ASYNC = 1;

let words: Int32Array;
let bells: Bells;

beforeEach(() => {
  words = new Int32Array(new SharedArrayBuffer(8));
  bells = new Bells(words, BLOCKING, ASYNC);
});

afterEach(() => vi.restoreAllMocks());

/** What a producer does that has news. */
function ring(index: number): void {
  if (Atomics.compareExchange(words, index, 1, 0) === 1) Atomics.notify(words, index);
}

describe('a wait that blocks', () => {
  test('sets the word, looks, sleeps on the word, and clears it', () => {
    const wait = vi.spyOn(Atomics, 'wait');
    const seen: number[] = [];
    bells.wait(1, () => {
      seen.push(words[BLOCKING]);
      return false;
    });
    expect([seen, words[BLOCKING]]).toEqual([[1], 0]);
    expect(wait).toHaveBeenCalledExactlyOnceWith(words, BLOCKING, 1, 1);
  });

  test('does not sleep when the look finds something', () => {
    const wait = vi.spyOn(Atomics, 'wait');
    bells.wait(Infinity, () => true);
    expect(wait).not.toHaveBeenCalled();
  });

  test('does not sleep through news that come after the look', () => {
    const wait = vi.spyOn(Atomics, 'wait');
    bells.wait(Infinity, () => {
      ring(BLOCKING);
      return false;
    });
    expect(wait).toHaveReturnedWith('not-equal');
  });

  test('is bounded, and says so where a thread must not block', () => {
    const wait = vi.spyOn(Atomics, 'wait').mockImplementation(() => { throw new TypeError('no'); });
    expect(() => bells.wait(Infinity, () => false))
      .toThrow(expect.objectContaining({ code: 'UNSUPPORTED' }));
    expect(wait.mock.calls[0][3]).toBeLessThan(1000);
    expect(words[BLOCKING]).toBe(0);
  });
});

describe('waiters', () => {
  // Without the clock, only the bell is left.
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }); });
  afterEach(() => { vi.useRealTimers(); });

  /** A waiter that is done after so many looks, and what the word was when it was looked at. */
  function waiter(looks: number) {
    const seen: number[] = [];
    return { seen, poll: () => seen.push(words[ASYNC]) >= looks };
  }

  /** Waits for what must come; the test's time-out is the bound. */
  async function looksOf({ seen }: { seen: number[] }, count: number): Promise<void> {
    while (seen.length < count) await new Promise((resolve) => { setImmediate(resolve); });
  }

  test('are looked after when they come, and whenever the bell rings', async () => {
    const [one, two] = [waiter(2), waiter(3)];
    bells.add(one);
    bells.add(two);
    expect([one.seen, two.seen]).toEqual([[1], [1]]);
    ring(ASYNC);
    await looksOf(two, 2);
    expect(one.seen).toEqual([1, 1]);
    ring(ASYNC);
    await looksOf(two, 3);
    expect([one.seen.length, words[ASYNC], vi.getTimerCount()]).toEqual([2, 0, 0]);
  });

  test('are looked after when the bell rings during the look', async () => {
    const one = waiter(2);
    bells.add({
      poll: () => {
        const isDone = one.poll();
        if (!isDone) ring(ASYNC);
        return isDone;
      },
    });
    await looksOf(one, 2);
  });

  test('are looked after in time when no bell rings', () => {
    const one = waiter(3);
    bells.add(one);
    vi.advanceTimersByTime(1000);
    expect(one.seen).toEqual([1, 1, 1]);
    expect([words[ASYNC], vi.getTimerCount()]).toEqual([0, 0]);
  });

  test('can go and come back', async () => {
    const [one, two] = [waiter(5), waiter(2)];
    bells.add(one);
    bells.remove(one);
    expect([words[ASYNC], vi.getTimerCount()]).toEqual([0, 0]);
    ring(ASYNC);
    bells.add(two);
    ring(ASYNC);
    await looksOf(two, 2);
    expect(one.seen.length).toBe(1);
  });
});
