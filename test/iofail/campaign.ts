/**
 * Every call of every scene fails in turn, in every way that such a call can fail.
 */
import type { CallName, Fault } from './orders.js';
import { SCENES, Stages, type Scene, type Verdict } from './scenes.js';

/** What `npm run iofail -- --json` prints. */
export interface Report {
  /** Calls that have failed, each in each way. */
  readonly points: number;
  readonly wrong: number;
  /** Points that poisoned the store, which then behaved as a poisoned store must. */
  readonly poisoned_ok: number;
  readonly by_fault: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface Options {
  /** Only each so-manieth call, in one way each. */
  readonly every: number;
  /** Writes lie, and nothing else happens: then something must be wrong. */
  readonly lies: boolean;
  print(line: string): void;
}

/** WASI's errno. */
const ERRNO = { EBADF: 8, EDQUOT: 19, EIO: 29, ENOENT: 44, ENOSPC: 51, EROFS: 69 } as const;

const DAY_MS = 86_400_000;

const errno = (name: keyof typeof ERRNO): [string, Fault] => [name, { errno: ERRNO[name] }];

const ALWAYS: readonly [string, Fault][] = [
  errno('EIO'), errno('EBADF'), ['EIO, and all that follow', { errno: ERRNO.EIO, stays: true }],
];
const CHANGES: readonly [string, Fault][] = [
  errno('ENOSPC'), errno('EDQUOT'), errno('EROFS'),
  ['ENOSPC, and all that follow', { errno: ERRNO.ENOSPC, stays: true }],
];
const NAMES: readonly [string, Fault][] = [errno('ENOENT'), errno('EROFS'), errno('ENOSPC')];

/** Ways in which a call can fail. */
const WAYS: Readonly<Record<CallName, readonly [string, Fault][]>> = {
  // That a file is not there is no failure but an answer: see the directory that vanishes.
  path_open: [...ALWAYS, errno('EROFS'), errno('ENOSPC')],
  path_rename: [...ALWAYS, ...NAMES],
  path_unlink_file: [...ALWAYS, ...NAMES],
  fd_close: ALWAYS,
  fd_pread: [...ALWAYS, ['a short read', { part: true }]],
  fd_pwrite: [...ALWAYS, ...CHANGES, ['a short write', { part: true }],
    ['nothing is written', { nothing: true }]],
  fd_datasync: [...ALWAYS, ...CHANGES],
  fd_sync: [...ALWAYS, ...CHANGES],
  fd_filestat_get: ALWAYS,
  fd_filestat_set_size: [...ALWAYS, ...CHANGES],
};

const LIES: Partial<typeof WAYS> = { fd_pwrite: [['a lie', { lies: true }]] };

/** What happens at a call and is no failure of it. */
const EVENTS: readonly [string, Fault][] = [
  ['a slow call', { slow: 300 }], ['clocks go a day ahead', { jump: DAY_MS }],
  ['clocks go a day back', { jump: -DAY_MS }],
  ['the directory vanishes', { vanishes: true }],
];
/** They happen at each so-manieth call only. */
const EVENTS_EVERY = 16;
/** Stores that are at work at the same time. */
const AT_ONCE = 3;

class Campaign {
  private points = 0;
  private wrong = 0;
  private poisoned = 0;
  private readonly by_fault: Record<string, number> = {};
  private readonly started = performance.now();

  constructor(private readonly stages: Stages, private readonly options: Options) {}

  async run(): Promise<Report> {
    const { every, lies } = this.options;
    for (const scene of lies ? (['work'] as const) : SCENES) {
      const calls = await this.callsOf(scene);
      const chosen = calls.map((call, i) => ({ call, number: i + 1 }))
        .filter(({ call }) => !lies || call in LIES)
        .filter((_, i) => (i + 1) % every === 0);
      await this.inTurn(chosen.flatMap(({ call, number }) => {
        const ways = lies ? LIES[call] ?? [] : WAYS[call];
        const some = every === 1 ? ways : [ways[Math.floor(number / every) % ways.length]];
        return some.map(([name, fault]) => () => this.point(scene, number, name, fault));
      }), AT_ONCE);
      if (lies) continue;
      // Clocks are those of the process: one at a time.
      await this.inTurn(chosen.filter((_, i) => i % EVENTS_EVERY === 0).flatMap(({ number }) =>
        EVENTS.map(([name, fault]) => () => this.point(scene, number, name, fault))), 1);
    }
    const { points, wrong, poisoned, by_fault } = this;
    const seconds = (performance.now() - this.started) / 1000;
    return { points, wrong, poisoned_ok: poisoned, by_fault, seconds };
  }

  /** The calls of a scene in which nothing fails. */
  private async callsOf(scene: Scene): Promise<CallName[]> {
    const { wrong, names } = await this.stages.rehearse(scene);
    if (wrong !== undefined) throw new Error(`${scene}, without a failure: ${wrong}`);
    this.options.print(`${scene}: ${names.length} calls`);
    return names;
  }
  private async inTurn(work: readonly (() => Promise<void>)[], atOnce: number): Promise<void> {
    let next = 0;
    const one = async (): Promise<void> => {
      while (next < work.length) await work[next++]();
    };
    await Promise.all(Array.from({ length: atOnce }, one));
  }
  private async point(scene: Scene, number: number, name: string, fault: Fault): Promise<void> {
    this.count(scene, number, name, await this.stages.play(scene, number, fault));
  }
  private count(scene: Scene, number: number, name: string, verdict: Verdict): void {
    const { hit, wrong, poisoned } = verdict;
    if (hit === undefined && wrong === undefined) return;
    this.points++;
    this.by_fault[name] = (this.by_fault[name] ?? 0) + 1;
    if (wrong === undefined && poisoned) this.poisoned++;
    if (wrong === undefined) return;
    this.wrong++;
    this.options.print(`WRONG ${scene}, call ${number} (${hit}), ${name}: ${wrong}`);
  }
}

export async function runCampaign(options: Options): Promise<Report> {
  const stages = new Stages();
  try {
    await stages.prepare();
    return await new Campaign(stages, options).run();
  } finally {
    stages.end();
  }
}
