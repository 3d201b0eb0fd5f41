// The main thread's side of the workers: starts them, terminates those who pass a kill mark, and
// gives the lane of the dead to a replacement once the store has recovered from the death.

import { Worker } from 'node:worker_threads';
import { InputProblem } from './problem.js';
import type { Role } from './progress.js';
import type { Order, Phase, WorkerReport, WorkerStart } from './protocol.js';

/** How many workers of a role there are. */
export interface Team {
  readonly role: Role;
  readonly lanes: number;
  /** Workers that are started beforehand and stand by for those who will die. */
  readonly spares: number;
}

/** What a crew works on. */
export interface CrewPlan {
  /** Tells the names of this crew's workers from those of other crews. */
  readonly name: string;
  readonly phase: Phase;
  readonly teams: readonly Team[];
  /** Resolves when the store has recovered from the death of that worker. */
  readonly recovered: (identity: string) => Promise<void>;
}

/** A worker that lives. */
interface Hand {
  readonly worker: Worker;
  readonly role: Role;
  readonly identity: string;
  isReady: boolean;
  lane: number | undefined;
  isCondemned: boolean;
}

/** The workers of one phase. */
export class Crew {
  /** The workers that were killed, in order of their deaths. */
  readonly killed: string[] = [];
  private readonly hands = new Set<Hand>();
  /** Lanes that wait for a worker. */
  private readonly open: { role: Role; lane: number }[] = [];
  private started = 0;
  private lanesLeft = 0;
  private failure: Error | undefined;
  /** Looks whether what is waited for has happened. */
  private look: () => void = () => undefined;

  constructor(private readonly plan: CrewPlan) {}

  /** Starts all workers, spares too, and resolves when they are ready for work. */
  async assemble(): Promise<void> {
    for (const { role, lanes, spares } of this.plan.teams) {
      for (let i = 0; i < lanes + spares; i++) this.start(role);
    }
    await this.until(() => [...this.hands].every((hand) => hand.isReady));
  }

  /**
   * Gives out the lanes, and resolves when the work in all of them is finished.
   *
   * @throws the first failure of a worker, after all the others were stopped
   */
  async work(): Promise<void> {
    for (const { role, lanes } of this.plan.teams) {
      this.lanesLeft += lanes;
      for (let lane = 0; lane < lanes; lane++) this.fill(role, lane);
    }
    await this.until(() => this.lanesLeft === 0);
  }

  /** Sends everybody home, and resolves when they are gone. */
  async dismiss(): Promise<void> {
    for (const hand of this.hands) {
      if (hand.lane === undefined) send(hand, { kind: 'leave' });
    }
    await this.until(() => this.hands.size === 0);
  }

  private start(role: Role): void {
    const identity = `${this.plan.name} ${role} ${++this.started}`;
    const workerData: WorkerStart = { ...this.plan.phase, identity };
    const worker = new Worker(new URL(`./${role}-worker.js`, import.meta.url), { workerData });
    const hand = { worker, role, identity, isReady: false, lane: undefined, isCondemned: false };
    this.hands.add(hand);
    worker.on('message', (report: WorkerReport) => this.heard(hand, report));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.left(hand));
  }

  /** Gives a lane to a spare, or to a new worker as soon as there is one. */
  private fill(role: Role, lane: number): void {
    const spare = [...this.hands].find((hand) =>
      hand.role === role && hand.isReady && hand.lane === undefined);
    if (spare === undefined) {
      this.open.push({ role, lane });
      this.start(role);
    } else {
      spare.lane = lane;
      send(spare, { kind: 'work', lane });
    }
  }

  private heard(hand: Hand, report: WorkerReport): void {
    switch (report.kind) {
      case 'ready': {
        hand.isReady = true;
        const at = this.open.findIndex(({ role }) => role === hand.role);
        const [waiting] = at === -1 ? [] : this.open.splice(at, 1);
        if (waiting !== undefined) this.fill(waiting.role, waiting.lane);
        break;
      }
      case 'kill me':
        hand.isCondemned = true;
        void hand.worker.terminate();
        void this.replace(hand);
        break;
      case 'finished':
        this.lanesLeft -= 1;
        break;
      case 'failed':
        this.fail(report.input ? new InputProblem(report.message) : new Error(report.message));
    }
    this.look();
  }

  private left(hand: Hand): void {
    this.hands.delete(hand);
    if (hand.isCondemned) this.killed.push(hand.identity);
    this.look();
  }

  /**
   * The store's word is the proof of death: from there on the worker executes nothing any more, and
   * what it had committed is applied. Only then does the stream tell how far it had come.
   */
  private async replace({ role, identity, lane }: Hand): Promise<void> {
    try {
      await this.plan.recovered(identity);
      if (lane !== undefined && this.failure === undefined) this.fill(role, lane);
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Keeps the first failure and stops everybody. */
  private fail(error: Error): void {
    this.failure ??= error;
    for (const { worker } of this.hands) void worker.terminate();
    this.look();
  }

  /** Resolves when the condition holds; after a failure it throws when everybody is gone. */
  private until(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.look = () => {
        if (this.failure === undefined) {
          if (isOver()) resolve();
        } else if (this.hands.size === 0) {
          reject(this.failure);
        }
      };
      this.look();
    });
  }
}

function send({ worker }: Hand, order: Order): void {
  worker.postMessage(order, []);
}
