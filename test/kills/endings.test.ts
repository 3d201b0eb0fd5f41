import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { open } from 'millrace';
import type { Member, Store } from 'millrace';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Ending, Hello } from './ending-worker.js';
import { stopped } from './debugger.js';
import { compiled } from './program.js';

const SLOTS = 4;

/** Threads that this one has started, by id; the supervisors of its stores are among them. */
const threads = new Map<number, Worker>();
process.on('worker', (worker) => threads.set(worker.threadId, worker));

let store: Store<string, number>;
let events: string[];
/** Thread ids of the supervisors that the store began with. */
let supervisors: number[];

beforeEach(async () => {
  const before = new Set(threads.keys());
  store = await open<string, number>(':memory:', { maxMemory: 4 << 20, slots: SLOTS });
  supervisors = [...threads.keys()].filter((thread) => !before.has(thread));
  events = [];
  for (const event of ['join', 'leave', 'rejoin', 'silent'] as const) {
    store.members.on(event, ({ role, identity = '' }) => {
      events.push(`${role} ${event} ${identity}`);
    });
  }
});

afterEach(async () => {
  await store.close();
});

/** Starts a worker and waits until it has attached or failed to. */
async function start(ending: Ending, identity?: string, heartbeat?: number) {
  const worker = new Worker(compiled('ending-worker'), {
    workerData: { handle: store.handle, identity, ending, heartbeat },
  });
  worker.on('error', () => undefined);
  const [hello]: Hello[] = await once(worker, 'message');
  return { worker, code: hello.code };
}

/** Waits for what must come; the test's time-out is the bound. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(1);
}

const workers = (): Member[] => store.members.list().filter(({ role }) => role === 'worker');

const seats = (): Member[] => store.members.list().filter(({ role }) => role === 'supervisor');

describe('a worker that attached', () => {
  const endings: [Ending, boolean][] = [
    ['spins', true], ['blocks', true], ['is idle', true],
    ['exits', false], ['throws', false], ['closes', false],
  ];

  test.each(endings)('and %s is missed when it ends', async (ending, mustBeTerminated) => {
    const { worker } = await start(ending, 'w');
    worker.postMessage('go on', []);
    if (mustBeTerminated) {
      await sleep(5);
      await worker.terminate();
    }
    await until(() => events.includes('worker leave w'));
    expect(events).toEqual(['worker join w', 'worker leave w']);
    expect(workers()).toHaveLength(1);
    store.put('spins', 0);
    await worker.terminate();
  });

  test('rejoins under its identity, which it cannot have twice', async () => {
    const first = await start('is idle', 'w');
    expect((await start('is idle', 'w')).code).toBe('IDENTITY_IN_USE');
    await first.worker.terminate();
    const second = await start('is idle', 'w');
    expect(second.code).toBeUndefined();
    await until(() => events.length === 3);
    expect(events).toEqual(['worker join w', 'worker leave w', 'worker rejoin w']);
    await second.worker.terminate();
  });
});

describe('a worker that is not well, or seems so,', () => {
  const HEARTBEAT_MS = 100;
  const LONG_MS = 700;

  test('is told of when it hangs, and is dead when it was terminated, not before', async () => {
    const { worker } = await start('hangs', 'w', HEARTBEAT_MS);
    worker.postMessage('go on', []);
    await until(() => events.includes('worker silent w'));
    await sleep(LONG_MS);
    expect(events).toEqual(['worker join w', 'worker silent w']);
    expect(workers()).toHaveLength(2);
    await worker.terminate();
    await until(() => events.includes('worker leave w'));
    expect(workers()).toHaveLength(1);
  });

  test('is told of when it pauses for longer than it promised, and goes on', async () => {
    const { worker } = await start('pauses', 'w', HEARTBEAT_MS);
    worker.postMessage('go on', []);
    await until(() => store.get('paused') === 1);
    expect(events).toEqual(['worker join w', 'worker silent w']);
    await worker.terminate();
  });

  test('is nobody\'s business when it promised nothing', async () => {
    const { worker } = await start('pauses', 'w');
    worker.postMessage('go on', []);
    await until(() => store.get('paused') === 1);
    expect(events).toEqual(['worker join w']);
    await worker.terminate();
  });

  test('is not silent when it works, or turns its event loop', async () => {
    const busy = await start('spins', 'busy', HEARTBEAT_MS);
    busy.worker.postMessage('go on', []);
    const idle = await start('is idle', 'idle', HEARTBEAT_MS);
    await sleep(LONG_MS);
    expect(events).toEqual(['worker join busy', 'worker join idle']);
    for (const { worker } of [busy, idle]) await worker.terminate();
  });

  test('lives when a debugger stops it', async () => {
    const { worker } = await start('spins', 'w');
    worker.postMessage('go on', []);
    await until(() => (store.get('spins') ?? 0) > 0);
    const thread = await stopped(compiled('ending-worker').pathname);
    await sleep(LONG_MS);
    expect(events).toEqual(['worker join w']);
    expect(workers()).toHaveLength(2);
    thread.resume();
    const before = performance.now();
    await until(() => (store.get('spins') ?? 0) > 0 && performance.now() > before + 50);
    const seen = store.get('spins');
    await until(() => store.get('spins') !== seen);
    expect(events).toEqual(['worker join w']);
    await worker.terminate();
  });
});

test('a thread that has closed its store may attach again at once', async () => {
  const { worker, code } = await start('attaches twice');
  expect(code).toBeUndefined();
  await worker.terminate();
});

test('a worker opens no store: its end would take the supervisors along', async () => {
  expect((await start('opens')).code).toBe('UNSUPPORTED');
});

test('more workers than slots are refused until one of them has gone', async () => {
  const started = [await start('is idle'), await start('is idle'), await start('is idle')];
  expect(workers()).toHaveLength(SLOTS);
  expect((await start('is idle')).code).toBe('NO_SLOT');
  await started[0].worker.terminate();
  const late = await start('is idle');
  expect(late.code).toBeUndefined();
  for (const { worker } of [...started, late]) await worker.terminate();
});

describe('when a supervisor dies', () => {
  test('another one takes its place, also for workers that are too busy to notice', async () => {
    const busy = await start('spins', 'busy');
    await until(() => events.includes('worker join busy'));
    busy.worker.postMessage('go on', []);
    for (const thread of supervisors) {
      const before = events.length;
      await threads.get(thread)?.terminate();
      await until(() => events.length === before + 2 && seats().length === 2);
    }
    expect((await start('closes', 'late')).code).toBeUndefined();
    expect(workers()).toHaveLength(3);
    await busy.worker.terminate();
    await until(() => events.includes('worker leave busy'));
  });

  test('and the other one with it, nobody can attach any more', async () => {
    await Promise.all(supervisors.map((thread) => threads.get(thread)?.terminate()));
    expect((await start('is idle')).code).toBe('SUPERVISOR_LOST');
    store.put('spins', 1);
    expect(store.get('spins')).toBe(1);
  });
});
