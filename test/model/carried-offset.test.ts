// A transaction that carries an offset takes one lock more than its writes: at the limit it is
// refused, and nothing is written past the lists of the slot.

import { expect, test } from 'vitest';
import { open } from 'millrace';
import type { MillraceError } from 'millrace';

const KEYS = 4000;
const FEW = 50;
const MANY = 70;

test('an offset needs a lock, too', { timeout: 60_000 }, async () => {
  const outcomes = new Set<string>();
  for (let writes = FEW; writes <= MANY; writes++) {
    const store = await open<number, number>(':memory:', { maxMemory: 8 * 2 ** 20, slots: 4 });
    for (let key = 0; key < KEYS; key++) store.put(key, key);
    const stream = store.createStream('s');
    using consumer = stream.subscribe({ group: 'g' });
    stream.push(Buffer.from('message'));
    const batch = consumer.nextSync(1000);
    try {
      batch?.transaction((tx) => {
        tx.put(0.5, 1);
        for (let i = 1; i < writes; i++) tx.put(i * 50, -1);
      });
      outcomes.add('committed');
    } catch (error) {
      outcomes.add((error as MillraceError).code);
    }
    for (let i = 0; i < 100; i++) store.put(i * 13 + 0.25, i);
    expect(store.check().problems).toEqual([]);
    await store.close();
  }
  expect([...outcomes]).toEqual(['committed', 'TXN_TOO_LARGE']);
});
