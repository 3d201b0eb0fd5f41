/**
 * Who is attached: the list, and what happens to it. LUPIN's control groups.
 */
import type { News } from './client.js';
import type { Instance } from './instance.js';
import { SlotTable } from './slot-table.js';
import type { Member } from './slot-table.js';

/**
 * A member attached; died or left; attached under an identity that was a member before; or gave no
 * sign for as long as its heartbeat says.
 */
export type MemberEvent = 'join' | 'leave' | 'rejoin' | 'silent';

export type MemberListener = (member: Member) => void;

/** Where news of members come from: a Membership. */
export interface NewsSource {
  readonly slot: number;
  listen(tell: (news: News) => void): void;
}

const GENERATIONS = 0x1_0000;

/** Generations count up in 16 bits and wrap. */
function isLater(generation: number, than: number): boolean {
  const ahead = (generation - than + GENERATIONS) % GENERATIONS;
  return ahead !== 0 && ahead < GENERATIONS / 2;
}

function memberOf({ slot, generation, role, identity }: Instance): Member {
  return { slot, generation, role, ...(identity !== undefined && { identity }) };
}

/** The last that was heard of a slot. */
interface Known {
  readonly member: Member;
  readonly isPresent: boolean;
  /** Its pulse when it was last told to be silent. */
  readonly silentAt?: number;
}

/**
 * The members of a store. Listeners are called when the thread's event loop turns, for the members
 * that come and go after the first listener was added, each once; they do not keep the process.
 */
export class Members {
  private readonly table: SlotTable;
  private readonly known = new Map<number, Known>();
  private readonly listeners = {
    join: new Set<MemberListener>(),
    leave: new Set<MemberListener>(),
    rejoin: new Set<MemberListener>(),
    silent: new Set<MemberListener>(),
  };
  private isListening = false;

  /** @param memory the store's region */
  constructor(private readonly source: NewsSource, memory: WebAssembly.Memory) {
    this.table = new SlotTable(memory);
  }

  /** Everybody who is attached now, supervisors too, by slot. O(slots + identities). */
  list(): Member[] {
    return this.table.members();
  }

  /**
   * Shows that this thread is well, as every turn of its event loop and every commit does: for long
   * computations of a thread that attached with a heartbeat.
   */
  beat(): void {
    this.table.beat(this.source.slot);
  }

  /**
   * Adds a listener. A member is told to be 'silent' once for each silence; it may be slow, stopped
   * by a debugger, or hang for ever. It keeps all that it holds, and is not dead: terminate its
   * thread, and it will 'leave'.
   */
  on(event: MemberEvent, listener: MemberListener): this {
    this.listenersTo(event).add(listener);
    if (!this.isListening) this.startListening();
    return this;
  }

  /** Removes a listener. */
  off(event: MemberEvent, listener: MemberListener): this {
    this.listenersTo(event).delete(listener);
    return this;
  }

  /** Forgets all listeners. */
  close(): void {
    for (const listeners of Object.values(this.listeners)) listeners.clear();
  }

  private listenersTo(event: MemberEvent): Set<MemberListener> {
    if (!Object.hasOwn(this.listeners, event)) {
      throw new TypeError(
        `Members have no event '${String(event)}', only join, leave, rejoin and silent`);
    }
    return this.listeners[event];
  }

  private startListening(): void {
    this.isListening = true;
    for (const member of this.list()) this.known.set(member.slot, { member, isPresent: true });
    this.source.listen((news) => this.heard(news));
  }

  /** Two supervisors say the same, each in its own time: only what is new counts. */
  private heard(news: News): void {
    if (news.kind === 'left') {
      this.left(news.instance);
      return;
    }
    if (news.kind === 'silent') {
      this.silent(news.instance, news.pulse);
      return;
    }
    for (const instance of news.instances) this.joined(instance);
    // What ended before a supervisor knew of this listener is told by nobody.
    for (const { member } of this.known.values()) {
      if (!this.table.isAlive(member.slot, member.generation)) this.left(member);
    }
  }

  private joined(instance: Instance): void {
    const before = this.known.get(instance.slot);
    if (before !== undefined) {
      if (!isLater(instance.generation, before.member.generation)) return;
      this.left(before.member);
    }
    const member = memberOf(instance);
    this.known.set(instance.slot, { member, isPresent: true });
    this.emit(instance.rejoined ? 'rejoin' : 'join', member);
  }

  private left({ slot, generation }: Member): void {
    const known = this.known.get(slot);
    if (!known?.isPresent || known.member.generation !== generation) return;
    this.known.set(slot, { ...known, isPresent: false });
    this.emit('leave', known.member);
  }

  private silent({ slot, generation }: Instance, silentAt: number): void {
    const known = this.known.get(slot);
    if (!known?.isPresent || known.member.generation !== generation) return;
    if (known.silentAt === silentAt || !this.table.isAlive(slot, generation)) return;
    this.known.set(slot, { ...known, silentAt });
    this.emit('silent', known.member);
  }

  private emit(event: MemberEvent, member: Member): void {
    for (const listener of this.listeners[event]) listener(member);
  }
}
