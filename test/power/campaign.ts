/**
 * From recorded sessions to images, and what is wrong with them. Everything behind the recording
 * follows from the seed.
 */
import { randomFrom } from '../crash/random.js';
import { Disk } from './disk.js';
import { Judge, type Expected } from './judge.js';
import { Loss, MODES, type Image, type Mode } from './loss.js';
import { LANES } from './lanes.js';
import type { PowerBug } from './planted.js';
import { Playback, type LeftOut } from './playback.js';
import type { Facts, Session } from './session.js';
import { CALL, MARK, type Entry } from './tape.js';

/** An image to be drawn: when, and how. */
interface Draw {
  readonly number: number;
  readonly moment: number;
  readonly mode: Mode;
}

/** What came of an image. */
export interface Outcome extends Draw {
  /** What is wrong; undefined: nothing. */
  readonly wrong?: string;
  readonly facts?: Facts;
}

/** Calls around which most happens. */
const TURNING: readonly number[] = [
  CALL.OPEN, CALL.SIZE, CALL.SYNC, CALL.DATASYNC, CALL.RENAME, CALL.UNLINK,
];

/** The images of a session, by numbers. */
export class Images {
  private readonly entries: readonly Entry[];
  private readonly turns: readonly Entry[];
  private readonly marks: readonly Entry[];
  private readonly written: readonly Entry[];
  private readonly judge: Judge;
  private readonly leftOut: LeftOut | undefined;

  constructor(private readonly session: Session, private readonly bug?: PowerBug) {
    this.entries = session.tape.entries();
    this.leftOut = bug?.leaves?.(this.entries);
    this.turns = this.entries.filter(({ kind }) => TURNING.includes(kind));
    this.marks = this.entries.filter(({ kind }) => kind === CALL.MARK);
    this.written = this.entries.filter(({ kind, bytes }) =>
      kind === CALL.WRITE && bytes.length >= 512);
    this.judge = new Judge(session.seed);
  }

  /** Draws and judges images in the order of their moments. */
  async *outcomes(numbers: readonly number[]): AsyncGenerator<Outcome> {
    const draws = numbers.map((number) => this.draw(number))
      .sort((a, b) => a.moment - b.moment);
    const playback = new Playback(this.session.tape, this.session.files, this.leftOut);
    for (const draw of draws) {
      playback.advance(draw.moment);
      const disk = draw.mode === 'reopened'
        ? Disk.after(playback.medium, !this.bug?.opensWithoutSync)
        : Disk.of(this.image(playback, draw));
      yield { ...draw, ...await this.outcome(disk, draw.moment) };
    }
  }
  /** The files of one image. */
  imageOf(number: number): Image {
    const draw = this.draw(number);
    const playback = new Playback(this.session.tape, this.session.files, this.leftOut);
    playback.advance(draw.moment);
    return this.image(playback, draw);
  }

  private async outcome(disk: Disk, moment: number): Promise<Pick<Outcome, 'wrong' | 'facts'>> {
    try {
      return { facts: await this.judge.judge(disk, this.expectedAt(moment)) };
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      return { wrong: code === undefined ? message : `${code}: ${message}` };
    }
  }

  /** Half of the moments are beside calls that change more than bytes. */
  private draw(number: number): Draw {
    const random = this.randomOf(number);
    const mode = MODES[number % MODES.length];
    const { last } = this.session.tape;
    const { start, end } = this.turns[random(this.turns.length)];
    const beside = [start, start + 1, end, end + 1][random(4)];
    const moment = random(2) === 0 && beside > 0 ? beside : 1 + random(last + 1);
    return { number, moment, mode };
  }
  private randomOf(number: number) {
    return randomFrom(this.session.seed * 0x9e3779b1 + number * 7919);
  }
  private image({ medium }: Playback, { number, mode, moment }: Draw): Image {
    const random = this.randomOf(number + 0x5bd1e995);
    const before = this.written.findLastIndex(({ start }) => start < moment) + 1;
    const stale = (): Uint8Array =>
      (before === 0 ? new Uint8Array() : this.written[random(before)].bytes);
    return new Loss(random, stale).image(medium, mode);
  }

  private expectedAt(moment: number): Expected {
    const { facts, done } = this.session;
    const least = [...facts];
    const consumed = Array.from({ length: LANES }, () => 0);
    let opened = this.session.files.has('image');
    for (const { end, fd, caller: lane, value } of this.marks) {
      if (end === 0 || end >= moment) continue;
      if (fd === MARK.OPENED) opened = true;
      else if (fd === MARK.LANE) least[lane] = Math.max(least[lane], value);
      else consumed[lane] = Math.max(consumed[lane], value);
    }
    return { opened, least, most: done, consumed };
  }
}
