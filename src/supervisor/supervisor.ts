/**
 * A supervisor: it knows who is alive, fences and recovers the dead, and tells the others.
 * Knows no host: links, slots and the clock come from outside. docs/protocol.md, section 3.
 */
import type { Answer, AnswerPlace, Grant, Refusal } from './answer.js';
import { LOOKS, Pulse } from './heartbeat.js';
import type { AttachRequest, Instance, Message, Notice } from './instance.js';
import type { Link, Port } from './link.js';
import type { SlotTable } from './slot-table.js';

/** The core's part in membership. */
export interface Fencing {
  /** Takes a free slot and gives it memory; 0 when there is none. */
  grantSlot(): number;
  /** Fences an incarnation whose death is proven, and recovers what it left. */
  declareDead(slot: number, generation: number): void;
}

/** What a supervisor stands on. */
export interface Surroundings {
  readonly core: Fencing;
  readonly table: SlotTable;
  /** Slots that workers do not get, so that a supervisor or journal worker finds one. */
  readonly serviceSlots: number;
  /** Two ends of a link, each for the thread that will hold it. */
  makePorts(near: number, far: number): [Port, Port];
  openLink(port: Port): Link;
  /** The answer that a request asks for. */
  answerAt(place: AnswerPlace): Pick<Answer, 'grant' | 'refuse'>;
  /** Runs the function once, so many milliseconds later. */
  after(milliseconds: number, run: () => void): void;
  /** Told once, when a retired supervisor has nobody left to serve. */
  ended(): void;
}

/**
 * How long a request that cannot be granted waits for a death. A worker that was terminated and
 * replaced may ask before its predecessor's end has been noticed.
 */
export const GRACE_MS = 500;

interface Known {
  readonly instance: Instance;
  readonly link: Link;
}

interface Watched extends Known {
  isListening: boolean;
  readonly pulse: Pulse;
}

interface Petition {
  readonly request: AttachRequest;
  readonly link: Link;
}

/**
 * Every living instance is watched by every supervisor through a link of their own; the end of any
 * of these links is the proof of its death. A slot is taken only after the link to its worker is
 * there, and handed out only after the other supervisors were told, so at no time does a worker
 * own a slot that nobody watches.
 */
export class Supervisor {
  private readonly watched = new Map<number, Watched>();
  private readonly waiting = new Set<Petition>();
  private isRetired = false;
  private isEnded = false;

  /** @param own the slot that this supervisor itself lives in */
  constructor(private readonly around: Surroundings, private readonly own: Grant) {}

  /** Whether any worker is attached. */
  get isOccupied(): boolean {
    return this.everyone().some(({ instance }) => instance.role === 'worker');
  }

  /** Answers a request now, or within the grace period. */
  attach(request: AttachRequest): void {
    const petition = { request, link: this.around.openLink(request.port) };
    petition.link.listen(() => undefined, () => this.waiting.delete(petition));
    this.waiting.add(petition);
    this.grantIfPossible(petition);
    if (this.waiting.has(petition)) this.around.after(GRACE_MS, () => this.refuse(petition));
  }

  /**
   * Starts to watch an instance at the other end of a link. News may be old: who passed it on had
   * not noticed yet that the instance was dead, and somebody else may live in its slot by now.
   */
  watch(instance: Instance, link: Link): void {
    const { core, table } = this.around;
    if (!table.isAlive(instance.slot, instance.generation)) {
      link.close();
      // Whoever fenced it may not have come to the end of that.
      core.declareDead(instance.slot, instance.generation);
      return;
    }
    const before = this.watched.get(instance.slot);
    const entry: Watched = { instance, link, isListening: false, pulse: new Pulse() };
    this.watched.set(instance.slot, entry);
    link.listen((message) => this.heard(entry, message), () => this.died(entry));
    // Another supervisor noticed this death first and the slot was handed out again.
    if (before !== undefined) this.bury(before);
    this.tell({ kind: 'present', instances: [instance] });
    this.lookLater(entry);
  }

  /** Whoever promised a heartbeat is looked at as long as it is watched. */
  private lookLater(entry: Watched): void {
    const { heartbeat } = entry.instance;
    if (heartbeat !== undefined) this.around.after(heartbeat / LOOKS, () => this.look(entry));
  }

  /** Tells of a silence, again and again. Only the end of a link is a death. */
  private look(entry: Watched): void {
    const { instance } = entry;
    if (this.watched.get(instance.slot) !== entry) return;
    const pulse = this.around.table.pulse(instance.slot);
    if (entry.pulse.isSilentAt(pulse)) this.tell({ kind: 'silent', instance, pulse });
    this.lookLater(entry);
  }

  /**
   * Ends as soon as no worker is attached.
   * @param opener who has just left, whether or not its farewell has arrived yet
   */
  retire(opener?: Grant): void {
    this.isRetired = true;
    const entry = opener && this.watched.get(opener.slot);
    if (entry?.instance.generation === opener?.generation && entry !== undefined) this.died(entry);
    this.endIfDone();
  }

  private grantIfPossible(petition: Petition): void {
    const { request: { role, identity, heartbeat, thread, answer }, link } = petition;
    if (this.objection(petition.request) !== undefined) return;
    const { core, table } = this.around;
    const rejoined = identity !== undefined && table.knowsName(identity);
    const slot = core.grantSlot();
    if (slot === 0) return;
    const generation = table.generation(slot);
    const instance: Instance = {
      slot, generation, role, identity, thread, rejoined, heartbeat,
    };
    const others = this.everyone();
    this.waiting.delete(petition);
    if (role === 'journal') table.seatJournal(slot, thread);
    this.watch(instance, link);
    for (const other of others) {
      if (other.instance.role === 'supervisor') this.introduce({ instance, link }, other);
      else if (role === 'supervisor') this.introduce(other, { instance, link });
    }
    this.around.answerAt(answer).grant(instance);
  }

  /**
   * Gives another supervisor a link of its own to an instance, whose end travels through the link
   * that it has. It need not be taken out there: a port closes with the queue that it lies in, so
   * the death of an instance that never looks at its messages is noticed as well.
   */
  private introduce({ instance, link }: Known, supervisor: Known): void {
    const [near, far] = this.around.makePorts(supervisor.instance.thread, instance.thread);
    supervisor.link.post({ kind: 'watch', instance, port: near });
    link.post({ kind: 'introduce', port: far });
  }

  /** What stands against a request, undefined if nothing does. */
  private objection({ role, thread, identity }: AttachRequest): Refusal | undefined {
    let workers = 0;
    for (const { instance } of this.everyone()) {
      if (instance.thread === thread) return 'ALREADY_ATTACHED';
      if (identity !== undefined && instance.identity === identity) return 'IDENTITY_IN_USE';
      if (instance.role === 'worker') workers++;
    }
    const { table, serviceSlots } = this.around;
    if (role === 'worker' && workers >= table.size - serviceSlots) return 'NO_SLOT';
    return table.hasFreeSlot() ? undefined : 'NO_SLOT';
  }

  /** Without an objection it is memory that is missing. */
  private refuse(petition: Petition): void {
    if (this.waiting.has(petition)) this.grantIfPossible(petition);
    // Granted now or before, or its thread has given up.
    if (!this.waiting.delete(petition)) return;
    const { request } = petition;
    this.around.answerAt(request.answer).refuse(this.objection(request) ?? 'FULL');
    petition.link.close();
  }

  private heard(entry: Watched, message: Message): void {
    if (message.kind === 'watch') {
      this.watch(message.instance, this.around.openLink(message.port));
    } else if (message.kind === 'leaving') {
      this.died(entry);
    } else if (message.kind === 'listen') {
      entry.isListening = true;
      const instances = this.everyone().map(({ instance }) => instance);
      entry.link.post({ kind: 'present', instances });
    }
  }

  /** The link has ended: the proof of death. An orderly end looks the same. */
  private died(entry: Watched): void {
    const { slot } = entry.instance;
    if (this.watched.get(slot) !== entry) return;
    this.watched.delete(slot);
    this.bury(entry);
  }

  /** Fences first, tells then: who hears of a death may count on everything it held. */
  private bury({ instance, link }: Watched): void {
    const { core, table } = this.around;
    link.close();
    if (instance.role === 'supervisor') table.unseat(instance.slot, instance.thread);
    if (instance.role === 'journal') table.unseatJournal(instance.slot, instance.thread);
    core.declareDead(instance.slot, instance.generation);
    if (instance.role === 'supervisor') this.fenceOrphans();
    this.tell({ kind: 'left', instance });
    for (const petition of this.waiting) this.grantIfPossible(petition);
    this.endIfDone();
  }

  /**
   * A supervisor that died after it took a slot and before it told the others left the slot owned
   * by nobody. While I am the only one left to grant, a slot that is owned and not watched is such.
   */
  private fenceOrphans(): void {
    const { core, table } = this.around;
    if (this.everyone().some(({ instance }) => instance.role === 'supervisor')) return;
    for (let slot = 1; slot <= table.size; slot++) {
      const isKnown = slot === this.own.slot || this.watched.has(slot);
      if (!isKnown && table.isTaken(slot)) core.declareDead(slot, table.generation(slot));
    }
  }

  private tell(notice: Notice): void {
    for (const { link, isListening } of this.everyone()) if (isListening) link.post(notice);
  }

  private endIfDone(): void {
    if (!this.isRetired || this.isOccupied || this.isEnded) return;
    this.isEnded = true;
    this.around.ended();
  }

  private everyone(): Watched[] {
    return [...this.watched.values()];
  }
}
