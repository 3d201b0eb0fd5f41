// The pool: hands requests to workers, replaces the dead, and asks others what the dead were asked.

import { Worker } from 'node:worker_threads';
import type { StoreHandle } from 'millrace';
import type { Answer, Ask, Order, WorkerReport, WorkerStart } from './messages.js';

/** A request that takes down every worker that is given it must not be tried for ever. */
const ATTEMPTS = 5;

/** A request whose answer has not come yet. */
interface Pending {
  readonly ask: Ask;
  readonly settle: (answer: Answer) => void;
  readonly fail: (reason: Error) => void;
  attempts: number;
}

interface Member {
  readonly worker: Worker;
  readonly asked: Map<number, Pending>;
  /** Attached, and not terminated by us. */
  isServing: boolean;
  isCondemned: boolean;
}

/** Workers that serve one store. */
export class Pool {
  /** Workers that `kill` has terminated. */
  killed = 0;
  /** Requests that had to be asked again, and those of them that had already happened. */
  retried = 0;
  found = 0;

  private readonly members = new Set<Member>();
  /** Requests that came while nobody served. */
  private waiting: Pending[] = [];
  private isStopping = false;
  private failure: Error | undefined;
  private whenServing: (() => void)[] = [];
  private whenEmpty: (() => void)[] = [];

  constructor(private readonly handle: StoreHandle, private readonly size: number) {}

  /**
   * Starts the workers and waits until one of them serves.
   *
   * @throws what ended a worker that nobody killed
   */
  async start(): Promise<void> {
    for (let i = 0; i < this.size; i++) this.launch();
    await new Promise<void>((resolve) => {
      this.whenServing.push(resolve);
    });
    this.throwFailure();
  }

  /** The answer of a worker, also if the first one that is asked dies over it. */
  ask(ask: Ask): Promise<Answer> {
    return new Promise((settle, fail) => {
      this.hand({ ask, settle, fail, attempts: 0 });
    });
  }

  /**
   * Terminates one of the workers with the most to do: `choose` says which of so many.
   * The worker does not know, so death may find it at any instruction.
   */
  kill(choose: (count: number) => number): void {
    const serving = [...this.members].filter((member) => member.isServing);
    const most = Math.max(...serving.map(({ asked }) => asked.size));
    const busiest = serving.filter(({ asked }) => asked.size === most);
    const victim = busiest[choose(busiest.length)];
    if (victim === undefined) return;
    victim.isServing = false;
    victim.isCondemned = true;
    void victim.worker.terminate();
  }

  /**
   * Lets all workers end in order.
   *
   * @throws what ended a worker that nobody killed
   */
  async stop(): Promise<void> {
    this.isStopping = true;
    for (const { worker } of this.members) order(worker, { kind: 'stop' });
    await new Promise<void>((resolve) => {
      this.whenEmpty.push(resolve);
      this.noticeIfEmpty();
    });
    this.throwFailure();
  }

  private launch(): void {
    const workerData: WorkerStart = { handle: this.handle };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    const member: Member = { worker, asked: new Map(), isServing: false, isCondemned: false };
    this.members.add(member);
    worker.on('message', (report: WorkerReport) => this.heard(member, report));
    worker.on('error', (error) => this.fail(error));
    worker.on('exit', () => this.left(member));
  }

  private heard(member: Member, report: WorkerReport): void {
    if (report.kind === 'answers') {
      for (const { id, answer, isFound } of report.answers) {
        if (isFound) this.found++;
        member.asked.get(id)?.settle(answer);
        member.asked.delete(id);
      }
      return;
    }
    member.isServing = !member.isCondemned;
    this.resolveAll(this.whenServing);
    const waiting = this.waiting;
    this.waiting = [];
    for (const pending of waiting) this.hand(pending);
  }

  /**
   * The exit event is the proof that the worker executes nothing any more: only from here may its
   * requests be asked again. Each has happened or not, and its id tells the next worker which.
   */
  private left(member: Member): void {
    this.members.delete(member);
    if (member.isCondemned) this.killed++;
    else if (!this.isStopping) this.fail(new Error('A worker ended by itself.'));
    if (!this.isStopping) this.launch();
    for (const pending of member.asked.values()) {
      this.retried++;
      this.hand(pending);
    }
    this.noticeIfEmpty();
  }

  /** Gives the request to the worker with the least to do. */
  private hand(pending: Pending): void {
    if (this.failure !== undefined || pending.attempts === ATTEMPTS) {
      pending.fail(this.failure ?? new Error(`${ATTEMPTS} workers died over this request.`));
      return;
    }
    const [first, ...others] = [...this.members].filter((member) => member.isServing);
    if (first === undefined) {
      this.waiting.push(pending);
      return;
    }
    const idlest = others.reduce((a, b) => (b.asked.size < a.asked.size ? b : a), first);
    pending.attempts++;
    idlest.asked.set(pending.ask.id, pending);
    order(idlest.worker, { kind: 'ask', ask: pending.ask });
  }

  /** A worker failed that nobody killed: no request can be trusted to be answered any more. */
  private fail(error: Error): void {
    this.failure ??= error;
    this.isStopping = true;
    for (const { worker } of this.members) void worker.terminate();
    for (const pending of this.waiting) pending.fail(this.failure);
    this.waiting = [];
    this.resolveAll(this.whenServing);
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private noticeIfEmpty(): void {
    if (this.members.size === 0) this.resolveAll(this.whenEmpty);
  }

  private resolveAll(waiters: (() => void)[]): void {
    for (const resolve of waiters.splice(0)) resolve();
  }
}

function order(worker: Worker, message: Order): void {
  worker.postMessage(message, []);
}
