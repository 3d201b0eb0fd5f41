/**
 * The threads that write the journal die, in calls to the host and anywhere else, and others go on.
 */
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Faults } from './faults.js';
import { SMALL, compiled, entriesOf, newDirectory, opened, withFaults } from './support.js';
import type { WriterReport } from './writer.js';

/** Workers that this process has started, supervisors among them, in their order. */
const threads: Worker[] = [];
const remember = (thread: Worker): void => void threads.push(thread);

beforeAll(() => void process.on('worker', remember));
afterAll(() => void process.off('worker', remember));

const PATIENCE = { timeout: 20_000, interval: 5 };

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test.each(['fd_pwrite', 'fd_datasync'] as const)(
  'each time in %s: no write that was durable is lost', async (call) => {
    const directory = newDirectory();
    const faults = new Faults();
    const store = await opened<string, number>(directory, withFaults(faults));
    let deaths = 0;
    for (let i = 0; i < 60; i++) {
      if (i % 10 === 5) faults.plan(call, { dies: true }, { after: i % 3 });
      store.put(`key ${i}`, i, { durability: 'synced' });
      if (i % 10 === 9) deaths += faults.done;
    }
    expect(deaths).toBeGreaterThan(0);
    expect(store.check().problems).toEqual([]);
    const entries = entriesOf(store);
    expect(entries).toHaveLength(60);
    await store.close();
    const again = await opened<string, number>(directory);
    expect(entriesOf(again)).toEqual(entries);
    expect(again.check().problems).toEqual([]);
  },
);

test('with their supervisors, at any instruction, in turn, while workers write', async () => {
  const directory = newDirectory();
  const mine = threads.length;
  const store = await opened<string, number>(directory, SMALL);
  const supervisors = (): Worker[] => threads.slice(mine + 1);
  const writers = [0, 1].map((lane) => new Worker(compiled('writer'), {
    workerData: { handle: store.handle, lane },
  }));
  const reports = writers.map((writer) => new Promise<WriterReport>((resolve, reject) => {
    writer.once('message', resolve);
    writer.once('error', reject);
  }));
  const seats = (): string[] => store.members.list()
    .filter(({ role }) => role === 'supervisor')
    .map(({ slot, generation }) => `${slot}.${generation}`);
  for (let kills = 0; kills < 8; kills++) {
    const before = seats();
    const living = supervisors().filter((thread) =>
      thread.threadId > 0 && !writers.includes(thread));
    await living[kills % living.length].terminate();
    // The next one dies only when this one was replaced.
    while (seats().length < 2 || seats().every((seat) => before.includes(seat))) await sleep(1);
    await sleep(20 + 17 * (kills % 5));
  }
  for (const writer of writers) writer.postMessage('stop', []);
  const done = await Promise.all(reports);
  // The last death may not have been recovered from yet.
  await expect.poll(() => store.check().problems, PATIENCE).toEqual([]);
  await Promise.all(writers.map((writer) => writer.terminate()));
  const entries = entriesOf(store);
  await store.close();
  const again = await opened<string, number>(directory);
  expect(entriesOf(again)).toEqual(entries);
  for (const { lane, count } of done) {
    expect(count).toBeGreaterThan(0);
    expect(again.get(`lane ${lane}`)).toBe(count);
  }
  expect(again.check().problems).toEqual([]);
});

test('with supervisors that are killed as they begin, and replaced all the same', async () => {
  const mine = threads.length;
  const store = await opened<string, number>(newDirectory(), SMALL);
  const seats = (): number =>
    store.members.list().filter(({ role }) => role === 'supervisor').length;
  let doomed = 3;
  const kill = (thread: Worker): void => {
    doomed--;
    if (doomed >= 0) void thread.terminate();
  };
  process.on('worker', kill);
  await threads[mine + 1].terminate();
  await expect.poll(() => doomed < 0 && seats(), PATIENCE).toBe(2);
  process.off('worker', kill);
  await expect.poll(() => store.check().problems, PATIENCE).toEqual([]);
  store.put('key', 1, { durability: 'synced' });
  await store.close();
});
