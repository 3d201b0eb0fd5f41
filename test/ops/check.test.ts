// Checksums of log records in a running store.

import { expect, test } from 'vitest';
import { newDirectory, opened } from '../files/support.js';

test('a record that changes in memory is found by the full check', async () => {
  const store = await opened<string, string>(newDirectory());
  const value = 'a value that stands nowhere else';
  store.put('key', value);
  store.batch([{ type: 'put', key: 'other', value: 'x' }, { type: 'del', key: 'none' }]);
  await store.flushed();
  expect(store.check({ full: true })).toMatchObject({ ok: true, problems: [] });
  const bytes = Buffer.from(store.handle.memory.buffer);
  // Below the heap stands what the journal worker has copied.
  bytes[bytes.lastIndexOf(value)] ^= 1;
  expect(store.check().ok).toBe(true);
  const { ok, problems } = store.check({ full: true });
  expect(ok).toBe(false);
  expect(problems).toMatchObject([{ code: 'RECORD', message: 'its checksum does not hold' }]);
  expect(() => store.check({ full: 1 } as never)).toThrow(TypeError);
  expect(() => store.check({ deep: true } as never)).toThrow(TypeError);
});
