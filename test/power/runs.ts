/**
 * A campaign: sessions one after the other, each on what an earlier one has left, closed or without
 * power; and their images.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { Images, type Outcome } from './campaign.js';
import { MODES, type Image, type Mode } from './loss.js';
import { NOTHING, record, type Facts, type Session } from './session.js';
import { CALL, Tape, type Entry } from './tape.js';
import { Threads, plain, type PlainSession } from './threads.js';

/** What `npm run powerloss -- --json` prints. */
export interface Report {
  readonly images: number;
  readonly wrong: number;
  /** The same by mode of loss. */
  readonly by_mode: Readonly<Record<Mode, { images: number; wrong: number }>>;
  readonly sessions: number;
  /** Calls that were recorded, and the checkpoints that they made. */
  readonly calls: number;
  readonly checkpoints: number;
  readonly seconds: number;
}

export interface Options {
  readonly images: number;
  readonly seed: number;
  print(line: string): void;
}

const IMAGES_PER_SESSION = 1000;
const OPERATIONS = 600;
/** Wrong images that are told of one by one. */
const TOLD = 20;

const root = dirname(createRequire(import.meta.url).resolve('millrace/package.json'));
const folder = join(root, 'build', 'powerloss');
const at = (name: string): string => new URL(`./${name}.js`, import.meta.url).href;

/** Where a session is kept for a replay. */
const tapeFile = (seed: number, session: number): string =>
  join(folder, `${seed}.${session}.session`);

function keep(seed: number, number: number, session: Session): void {
  mkdirSync(folder, { recursive: true });
  const { tape, ...rest } = plain(session);
  writeFileSync(tapeFile(seed, number), serialize({ ...rest, tape: new Uint8Array(tape).slice() }));
}
function kept(seed: number, number: number): Session {
  const stored = deserialize(readFileSync(tapeFile(seed, number))) as
    Omit<PlainSession, 'tape'> & { tape: Uint8Array };
  const memory = new SharedArrayBuffer(stored.tape.length);
  new Uint8Array(memory).set(stored.tape);
  return { ...stored, tape: new Tape(memory) };
}

/** What the next session finds: files that are known to be right. */
interface Found {
  readonly files: Image;
  readonly facts: Facts;
}

class Campaign {
  private readonly by_mode = Object.fromEntries(
    MODES.map((mode) => [mode, { images: 0, wrong: 0 }])) as Report['by_mode'];
  private readonly started = performance.now();
  private calls = 0;
  private checkpoints = 0;
  private told = 0;
  private sessions = 0;

  constructor(private readonly options: Options) {}

  async run(threads: Threads): Promise<Report> {
    const { images, seed } = this.options;
    let found: Found = { files: new Map(), facts: NOTHING };
    for (let left = images; left > 0; left -= IMAGES_PER_SESSION) {
      const number = ++this.sessions;
      const session = await record({
        // Lanes go on where they were, so all sessions of a campaign have the operations of one.
        ...found, seed, operations: OPERATIONS, kills: number % 3 === 0,
        millrace: import.meta.resolve('millrace'), recorder: at('recorder'), worker: at('worker'),
      });
      this.countCalls(session.tape.entries());
      const outcomes = await threads.judge(session, Math.min(left, IMAGES_PER_SESSION));
      this.count(number, session, outcomes);
      found = number % 5 === 4
        ? { files: new Map(), facts: NOTHING } : next(session, outcomes) ?? found;
    }
    return this.report();
  }

  private countCalls(entries: readonly Entry[]): void {
    this.calls += entries.length;
    this.checkpoints += entries.filter(({ kind }) => kind === CALL.RENAME).length;
  }
  private count(number: number, session: Session, outcomes: readonly Outcome[]): void {
    const { print, seed } = this.options;
    const wrong = outcomes.filter((outcome) => outcome.wrong !== undefined);
    for (const { mode } of outcomes) this.by_mode[mode].images++;
    for (const { mode } of wrong) this.by_mode[mode].wrong++;
    if (wrong.length > 0) keep(seed, number, session);
    for (const { mode, moment, wrong: what, number: image } of wrong) {
      if (this.told++ >= TOLD) break;
      print(`WRONG ${mode} at call ${moment}: ${what}`);
      print(`  npm run powerloss -- --replay ${seed}.${number}.${image}`);
    }
    print(`session ${number}: ${outcomes.length} images, ${wrong.length} wrong`);
  }
  private report(): Report {
    const { by_mode, calls, checkpoints, sessions } = this;
    const sum = (what: 'images' | 'wrong'): number =>
      Object.values(by_mode).reduce((total, mode) => total + mode[what], 0);
    const seconds = (performance.now() - this.started) / 1000;
    return {
      images: sum('images'), wrong: sum('wrong'), by_mode, sessions, calls, checkpoints, seconds,
    };
  }
}

/** The image of a session that lost most of what could be lost, for the next one to begin with. */
function next(session: Session, outcomes: readonly Outcome[]): Found | undefined {
  const usable = outcomes.filter(({ facts, mode }) =>
    mode !== 'reopened' && facts?.some((n, lane) => n > session.facts[lane] + 100));
  const chosen = usable.at(-(1 + usable.length % 7));
  if (chosen?.facts === undefined) return undefined;
  return { files: new Images(session).imageOf(chosen.number), facts: chosen.facts };
}

export async function runCampaign(options: Options): Promise<Report> {
  const threads = new Threads();
  try {
    return await new Campaign(options).run(threads);
  } finally {
    await threads.end();
  }
}

/** What comes of one image of a session that was kept because something was wrong with it. */
export async function replay(seed: number, session: number, image: number): Promise<Outcome> {
  for await (const outcome of new Images(kept(seed, session)).outcomes([image])) return outcome;
  throw new Error('there is no such image');
}
