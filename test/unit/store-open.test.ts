/**
 * Opening and attaching, with real supervisors and real workers. The package is imported by its
 * name, because the supervisors are files of dist/.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { attach, open } from 'millrace';
import type { AttachOptions, OpenOptions, Store, StoreHandle } from 'millrace';
import { afterEach, describe, expect, test } from 'vitest';

const MIB = 1024 * 1024;
const PACKAGE = createRequire(import.meta.url).resolve('millrace/package.json');
const url = new URL('dist/index.js', new URL(`file://${PACKAGE}`)).href;

/** What a worker reports of its attempt to attach. */
interface Report {
  readonly code?: string;
  readonly name?: string;
  readonly again?: string;
  readonly seen?: unknown;
}

const WORKER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const codeOf = (fn) => {
    try {
      fn();
    } catch (error) {
      return error.code;
    }
  };
  import(workerData.url).then(({ attach }) => {
    const store = attach(workerData.handle, workerData.options);
    store.put('from a worker', { n: 1 });
    parentPort.postMessage({
      seen: store.get('from the opener'),
      again: codeOf(() => attach(workerData.handle)),
    });
    // It stays attached until it is terminated.
    setInterval(() => store.status, 1000);
  }).catch((error) => parentPort.postMessage({ code: error.code, name: error.name }));
`;

const stores: Store<unknown, unknown>[] = [];
const workers: Worker[] = [];

async function opened<K, V>(options: OpenOptions<K, V> = {}): Promise<Store<K, V>> {
  const store = await open<K, V>(':memory:', { maxMemory: 16 * MIB, ...options });
  stores.push(store as unknown as Store<unknown, unknown>);
  return store;
}

/** Attaches in a new worker, which stays until the test ends. */
function worker(
  handle: StoreHandle, options?: AttachOptions<unknown, unknown>,
): { started: Worker; report: Promise<Report> } {
  const started = new Worker(WORKER, { eval: true, workerData: { url, handle, options } });
  workers.push(started);
  const report = new Promise<Report>((resolve, reject) => {
    started.once('message', resolve);
    started.once('error', reject);
  });
  return { started, report };
}

const codeOf = (fn: () => unknown): unknown => {
  try {
    return fn();
  } catch (error) {
    return (error as { code?: unknown }).code ?? error;
  }
};

afterEach(async () => {
  await Promise.all(workers.splice(0).map((started) => started.terminate()));
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

describe('open', () => {
  test('a store is there at once, with its opener as a member', async () => {
    const store = await opened<string, number>({ identity: 'opener' });
    store.put('a', 1);
    expect([...store]).toEqual([['a', 1]]);
    expect(store.members.list().filter(({ role }) => role === 'worker'))
      .toMatchObject([{ identity: 'opener' }]);
    expect(store.lastOutcome('opener')?.sequence).toBe(1n);
    expect(store.check().problems).toEqual([]);
    expect(store.stats().counters.puts).toBe(1);
  });

  test.each(['', 'a\0b', 7, undefined])('the location %j is a type error', async (location) => {
    await expect(open(location as string)).rejects.toThrow(TypeError);
  });

  test.each([
    { maxMemory: 1024 }, { maxMemory: 2 ** 33 }, { maxMemory: '1' }, { slots: 0 }, { slots: 254 },
    { heartbeat: 99 }, { heartbeat: 3_600_001 }, { heartbeat: '1' },
    { slots: 1.5 }, { keyEncoding: 'latin1' }, { valueEncoding: {} }, { identity: '' },
    { identity: 'x'.repeat(33) }, { identity: 1 }, { maxmemory: MIB }, null, 'small',
  ])('the options %j are a type error', async (options) => {
    await expect(open(':memory:', options as object)).rejects.toThrow(TypeError);
  });

  test('a location that is no text is a type error', async () => {
    await expect(open(7 as unknown as string)).rejects.toThrow(TypeError);
  });

  test('more slots than the memory has room to describe are a range error', async () => {
    const sizes = { identities: 65536 };
    await expect(open(':memory:', { maxMemory: MIB, sizes })).rejects.toThrow(TypeError);
  });

  test('the smallest and the largest region work', async () => {
    for (const maxMemory of [MIB, 4096 * MIB]) {
      const store = await opened<string, string>({ maxMemory });
      store.put('key', 'value');
      expect(store.get('key')).toBe('value');
    }
  });

  test('closing ends the supervisors; opening again gives another store', async () => {
    const first = await opened<string, string>();
    first.put('key', 'first');
    await first.close();
    const second = await opened<string, string>();
    expect(second.has('key')).toBe(false);
    expect(codeOf(() => attach(first.handle))).toBe('SUPERVISOR_LOST');
  });
});

describe('attach', () => {
  test('workers see what others write, and a thread attaches once', async () => {
    const store = await opened<string, unknown>();
    store.put('from the opener', [1, 2]);
    expect(await worker(store.handle, { identity: 'helper' }).report)
      .toEqual({ seen: [1, 2], again: 'ALREADY_ATTACHED' });
    expect(store.get('from a worker')).toEqual({ n: 1 });
    expect(store.lastOutcome('helper')?.sequence).toBe(1n);
    expect(codeOf(() => attach(store.handle))).toBe('ALREADY_ATTACHED');
    expect(codeOf(() => attach(structuredClone(store.handle)))).toBe('ALREADY_ATTACHED');
  });

  test('after close a thread may attach again', async () => {
    const store = await opened<string, string>();
    const holder = worker(store.handle);
    await holder.report;
    store.put('kept', 'value');
    await store.close();
    const again = attach<string, string>(store.handle);
    expect(again.get('kept')).toBe('value');
    await again.close();
  });

  test('more workers than slots end in NO_SLOT', async () => {
    const store = await opened({ slots: 2 });
    expect((await worker(store.handle).report).code).toBeUndefined();
    expect(await worker(store.handle).report).toEqual({ code: 'NO_SLOT', name: 'MillraceError' });
  });

  test('an identity in use is refused, and free again after a death', async () => {
    const store = await opened();
    const first = worker(store.handle, { identity: 'one' });
    expect((await first.report).code).toBeUndefined();
    expect((await worker(store.handle, { identity: 'one' }).report).code).toBe('IDENTITY_IN_USE');
    await first.started.terminate();
    expect((await worker(store.handle, { identity: 'one' }).report).code).toBeUndefined();
  });

  test('another layout or version is a mismatch', async () => {
    const { handle } = await opened();
    const foreign = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const changes = [
      { fingerprint: handle.fingerprint ^ 1 }, { millrace: '0.0.1' }, { memory: foreign },
    ];
    for (const change of changes) {
      expect(codeOf(() => attach({ ...handle, ...change }))).toBe('LAYOUT_MISMATCH');
    }
  });

  test('what is no handle, or an unknown option, is a type error', async () => {
    const { handle } = await opened();
    const { module, ...rest } = handle;
    for (const value of [undefined, null, 7, {}, rest, { ...handle, memory: {} }]) {
      expect(() => attach(value as StoreHandle)).toThrow(TypeError);
    }
    expect(() => attach(handle, { idetity: 'me' } as object)).toThrow(TypeError);
    expect(module).toBeInstanceOf(WebAssembly.Module);
  });

  test('the encodings of the opener are used, and its own codecs must be given', async () => {
    const codec = {
      maxBytes: () => 1,
      encodeInto: (value: number, target: Uint8Array) => target.fill(value).length,
      decode: ([value]: Uint8Array) => value,
    };
    const store = await opened<string, number>({ keyEncoding: 'utf8', valueEncoding: codec });
    store.put('a', 7);
    expect(store.get('a')).toBe(7);
    expect(store.handle.defaults.keyEncoding).toBe('utf8');
    expect((await worker(store.handle).report).name).toBe('TypeError');
    expect((await worker(store.handle, { valueEncoding: 'binary' }).report).code).toBe('ENCODING');
  });
});

test('the version in handles is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  expect((await opened()).handle.millrace).toBe(version);
  expect(fileURLToPath(url)).toContain('dist');
});
