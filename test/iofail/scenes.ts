/**
 * What a store does while one of its calls fails: it is made, it works, it is opened again. Each
 * scene begins with files that are known to be right, and ends with a look at the files.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MillraceError, open } from 'millrace';
import type { OpenOptions } from 'millrace';
import { act, take, type Value, type Values } from '../power/acts.js';
import { Disk } from '../power/disk.js';
import { Judge } from '../power/judge.js';
import { GROUP, LANES, Lane, STREAM } from '../power/lanes.js';
import { bendClocks, type FailingStart } from './failing.js';
import { Orders, type CallName, type Fault } from './orders.js';

export const SCENES = ['create', 'work', 'reopen'] as const;
export type Scene = (typeof SCENES)[number];

/** What came of one failing call. */
export interface Verdict {
  /** Undefined: no call had that number. */
  readonly hit?: string;
  /** What is wrong; undefined: nothing. */
  readonly wrong?: string;
  /** Whether the store was poisoned, as it should be. */
  readonly poisoned: boolean;
}

const SEED = 5;
/** Operations before, in a scene of work, and after a reopening. */
const BEFORE = 60;
const WORK = 200;
const AFTER = 20;
const PATIENCE_MS = 30_000;

const OPTIONS = {
  maxMemory: 2 * 2 ** 20, slots: 6, flushInterval: 60_000,
  sizes: { segmentKib: 16, checkpointKib: 32 },
} satisfies OpenOptions<string, Value>;

const wrapper = new URL('./failing.js', import.meta.url).href;

class Wrong extends Error {}

function must(isRight: boolean, what: string): void {
  if (!isRight) throw new Wrong(what);
}

/** What a call has come to: its failure, which must be one of ours; 'hang' when it does not end. */
async function settled(work: Promise<unknown>, what: string): Promise<MillraceError | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Wrong(`${what} does not end`)), PATIENCE_MS);
  });
  try {
    await Promise.race([work, late]);
    return undefined;
  } catch (error) {
    if (error instanceof MillraceError) return error;
    throw error instanceof Wrong ? error : new Wrong(`${what}: ${String(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

/** How far the operations have come. */
class Progress {
  issued: number;
  durable: number;
  /** Calls when open had resolved and before close, if it came so far. */
  calls: readonly [opened: number, closing: number] | undefined;

  /** @param hasVanished whether there is no directory any more */
  constructor(done: number, readonly hasVanished = () => false) {
    this.issued = done;
    this.durable = done;
  }
}

/** Does operations until one fails. @throws what it fails with */
async function operate(store: Values, progress: Progress, count: number): Promise<void> {
  const stream = store.createStream(STREAM, { partitions: LANES });
  const consumer = stream.subscribe({ group: GROUP });
  const lane = new Lane(SEED, 0);
  for (let i = 0; i < progress.issued; i++) lane.next();
  for (let n = 0; n < count; n++) {
    const operation = lane.next();
    progress.issued++;
    act(store, stream, 0, operation);
    const batch = n % 8 === 7 ? consumer.nextSync(0) : undefined;
    if (batch !== undefined) take(batch);
    if (n % 5 !== 4) continue;
    const durability = n % 15 === 14 ? 'synced' : 'flushed';
    const hadVanished = progress.hasVanished();
    await store.flushed({ durability });
    progress.durable = progress.issued;
    must(!hadVanished || durability === 'flushed', 'synced, and there is no directory');
  }
  consumer.close();
}

/** A store with a poisoned journal answers, and says what it is. */
async function checkPoisoned(store: Values): Promise<void> {
  for (const durability of ['flushed', 'synced'] as const) {
    const failure = await settled(store.flushed({ durability }), 'flushed of a poisoned store');
    must(failure?.code === 'IO_ERROR', `flushed of a poisoned store: ${failure?.code}`);
  }
  const write = await settled((async () => store.put('refused', 1))(), 'put');
  must(write?.code === 'IO_ERROR', `a put into a poisoned store: ${write?.code}`);
  store.get('total');
  must([...store.entries()].length >= 0, 'reads of a poisoned store');
  must(store.check().problems.length === 0, 'check of a poisoned store finds something');
}

/** Opens, works and closes while calls fail. Whether the store was poisoned. */
async function live(
  directory: string, orders: Orders, progress: Progress, count: number,
): Promise<boolean> {
  let store: Values | undefined;
  const start: FailingStart = { memory: orders.memory, directory };
  const wasi = { module: wrapper, data: start };
  const refused = await settled((async () => {
    store = await open<string, Value>(directory, { ...OPTIONS, wasi });
  })(), 'open');
  if (store === undefined) {
    must(refused !== undefined, 'open gives no store');
    return false;
  }
  const opened = orders.calls;
  const failure = await settled(operate(store, progress, count), 'work');
  const isPoisoned = store.stats().journal?.isPoisoned ?? false;
  // Threads that begin where there is no directory end at once.
  const isDeserted = failure?.code === 'BUSY' && progress.hasVanished();
  must(failure === undefined || isPoisoned || isDeserted,
    `${failure?.code} in a store that is well: ${failure?.message}`);
  if (isPoisoned) await checkPoisoned(store);
  progress.calls = [opened, orders.calls];
  const farewell = await settled(store.close(), 'close');
  if (isPoisoned) must(farewell?.code === 'IO_ERROR', `close when poisoned: ${farewell?.code}`);
  if (farewell === undefined) progress.durable = progress.issued;
  return isPoisoned || farewell?.code === 'IO_ERROR';
}

/** Calls without which the journal is not what it should be. */
const VITAL: readonly CallName[] = [
  'path_open', 'fd_pwrite', 'fd_datasync', 'fd_sync', 'fd_filestat_set_size', 'fd_filestat_get',
];

/** A failure of the journal poisons the store, a failure of a checkpoint does not. */
function checkCourse(
  fault: Fault, { hit }: Orders, { calls }: Progress, poisoned: boolean,
): void {
  if ('vanishes' in fault) return;
  const fails = 'errno' in fault || 'nothing' in fault;
  if (hit === undefined || calls === undefined || !fails) {
    must(!poisoned, 'poisoned by nothing');
    return;
  }
  const isAtWork = hit.number > calls[0] && hit.number <= calls[1];
  if (!isAtWork || 'stays' in fault || hit.file === 'directory') return;
  const isVital = hit.file === 'journal' && VITAL.includes(hit.call);
  must(poisoned === isVital, poisoned ? 'poisoned by a checkpoint that failed'
    : 'not poisoned by a journal that failed');
}

const filesIn = (directory: string): Map<string, Uint8Array> =>
  new Map(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name))]));

/** Directories to begin with, and a judge of what is left. */
export class Stages {
  private readonly root = mkdtempSync(join(tmpdir(), 'millrace-iofail-'));
  private readonly judge = new Judge(SEED);
  private count = 0;

  /** Makes the directories that scenes begin with. */
  async prepare(): Promise<void> {
    const [closed, left] = [this.begin('work'), this.begin('reopen')];
    const store = await open<string, Value>(closed, OPTIONS);
    await operate(store, new Progress(0), BEFORE);
    await store.flushed();
    // As if the process had ended here.
    cpSync(closed, left, { recursive: true });
    await store.close();
  }
  end(): void {
    rmSync(this.root, { recursive: true });
  }
  private begin(scene: Scene): string {
    return join(this.root, scene);
  }

  /** Plays a scene in which nothing fails; its calls. */
  async rehearse(scene: Scene): Promise<{ names: CallName[]; wrong?: string }> {
    const orders = new Orders();
    const { wrong } = await this.playing(scene, orders, { slow: 0 });
    return { names: orders.names, wrong };
  }
  /** Plays a scene in which one call fails. */
  async play(scene: Scene, number: number, fault: Fault): Promise<Verdict> {
    const orders = new Orders();
    orders.plan(number, fault);
    const straighten = 'jump' in fault ? bendClocks(orders) : undefined;
    try {
      return await this.playing(scene, orders, fault);
    } finally {
      straighten?.();
    }
  }
  private async playing(scene: Scene, orders: Orders, fault: Fault) {
    const directory = join(this.root, `play ${++this.count}`);
    if (scene !== 'create') cpSync(this.begin(scene), directory, { recursive: true });
    try {
      return await this.judged(scene, directory, orders, fault);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
  private async judged(
    scene: Scene, directory: string, orders: Orders, fault: Fault,
  ): Promise<Verdict> {
    const hasVanished = (): boolean => orders.hasVanished;
    const progress = new Progress(scene === 'create' ? 0 : BEFORE, hasVanished);
    let poisoned = false;
    let wrong: string | undefined;
    try {
      poisoned = await live(directory, orders, progress, scene === 'work' ? WORK : AFTER);
      checkCourse(fault, orders, progress, poisoned);
      if (!hasVanished()) await this.judge.judge(Disk.of(filesIn(directory)), {
        opened: scene !== 'create' || progress.calls !== undefined,
        least: [progress.durable, 0, 0], most: [progress.issued, 0, 0], consumed: [0, 0, 0],
      });
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      wrong = code === undefined ? message : `${code}: ${message}`;
    }
    const { hit } = orders;
    return { hit: hit && `${hit.call} of ${hit.file}`, wrong, poisoned };
  }
}
