/**
 * Space that deletions and overwrites leave is had back, whatever shape they have.
 */
import { expect, test } from 'vitest';
import { storeOn, toyRegion } from './store-support.js';

const binary = { valueEncoding: 'binary' } as const;

test('a batch over many frames counts every record that it unlinks', () => {
  const core = toyRegion({ kib: 4096, width: 12, locks: 512, ringBytes: 65536, keyBytes: 128 });
  const store = storeOn<number, Uint8Array>(core, binary);
  for (let key = 0; key < 1000; key++) store.put(key, new Uint8Array(900));
  const puts = Array.from({ length: 1000 }, (_, key) => ({
    type: 'put' as const, key, value: new Uint8Array(8),
  }));
  store.batch(puts);
  expect(store.check()).toMatchObject({ problems: [], deadHintDrift: 0 });
});

test('a value that was deleted leaves its room in the open frame, too', () => {
  const core = toyRegion({ kib: 1024 });
  const store = storeOn<number, Uint8Array>(core, binary);
  const large = new Uint8Array(300_000);
  for (let round = 0; round < 5; round++) {
    store.put(round, large);
    expect(store.del(round)).toBe(true);
  }
  expect(store.check().problems).toEqual([]);
});
