/**
 * Memory that held records is given out again for other things. What it held must not show.
 */
import { expect, test } from 'vitest';
import type { Core } from '../../src/core.js';
import type { Store } from '../../src/store.js';
import { attached, storeOn, toyRegion } from './store-support.js';

/** A value whose bytes, read as a lock word, name a holder. */
const VALUE = 'x'.repeat(1000);

/** Overwrites one key until all of the heap has held records, most of them dead and freed. */
function usedUp(core: Core): Store<number, string> {
  const store = storeOn<number, string>(core, { valueEncoding: 'utf8' });
  for (let i = 0; i < 3000; i++) store.put(0, VALUE);
  return store;
}

test('nodes in memory that held values are not taken for locked ones', () => {
  const store = usedUp(toyRegion({ kib: 1024 }));
  for (let key = 0; key < 1000; key++) store.put(key, 'short');
  expect([...store.keys()]).toHaveLength(1000);
  expect(store.check().problems).toEqual([]);
});

/** A supervisor does not clean: room for another instance comes as those who write go on. */
function joinedInTime(core: Core, store: Store<number, string>): Core {
  for (let puts = 0; puts < 3000; puts++) {
    const slot = core.grantSlot();
    if (slot !== 0) return attached(core, slot);
    store.put(0, VALUE);
  }
  throw new Error('no room has come');
}

test('a region of dead records gets room for every slot, and they start with no dead bytes', () => {
  const core = toyRegion({ kib: 1024, slots: 5 });
  const store = usedUp(core);
  for (let slot = 2; slot <= 5; slot++) {
    const other = storeOn<number, string>(joinedInTime(core, store), { valueEncoding: 'utf8' });
    other.put(slot, VALUE);
    expect(store.check().problems).toEqual([]);
  }
  expect([...store.keys()]).toEqual([0, 2, 3, 4, 5]);
});
