/**
 * A world for supervisors without threads: links that deliver when told to, a slot table in a small
 * memory, and a core that only moves generations.
 */
import { LAYOUT } from '../../src/layout.js';
import { Answer } from '../../src/supervisor/answer.js';
import type { AnswerPlace } from '../../src/supervisor/answer.js';
import type { AttachRequest, Message } from '../../src/supervisor/instance.js';
import type { Link, Port } from '../../src/supervisor/link.js';
import { SlotTable } from '../../src/supervisor/slot-table.js';
import { Supervisor } from '../../src/supervisor/supervisor.js';

const { Superblock, SUPERBLOCK_BYTES } = LAYOUT.superblock;
const { SLOT_BYTES, GEN, OWNER } = LAYOUT.slot;
const { IDENTITY_BYTES, IDENTITY_NAME, IDENTITY_OWNER } = LAYOUT.tables;
const IDENTITIES = 4;

/**
 * One end of a link. What is sent lies in the other end's inbox until a supervisor there takes it;
 * instances take nothing, so tests read their inboxes.
 */
export class FakePort implements Port {
  readonly inbox: Message[] = [];
  isOpen = true;
  other!: FakePort;
  handlers: { onMessage(message: Message): void; onClose(): void } | undefined;

  /** Ends the link. Ports that lie in the inbox end with it. */
  close(): void {
    this.isOpen = false;
    for (const message of this.inbox.splice(0)) {
      if ('port' in message) (message.port as FakePort).close();
    }
  }

  /** Delivers one message or, after the last one, the end. False: nothing to deliver. */
  step(): boolean {
    if (!this.isOpen || this.handlers === undefined) return false;
    const message = this.inbox.shift();
    if (message !== undefined) this.handlers.onMessage(message);
    else if (this.other.isOpen) return false;
    else {
      this.isOpen = false;
      this.handlers.onClose();
    }
    return true;
  }
}

/** A supervisor in a slot of its own, with everything that closes when its thread ends. */
export interface FakeThread {
  readonly supervisor: Supervisor;
  readonly ports: Set<FakePort>;
  hasEnded: boolean;
}

export class World {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  readonly table: SlotTable;
  /** Fences as `fence slot.generation` and news of them as `tell slot.generation`, in order. */
  readonly log: string[] = [];
  private readonly words: Uint32Array;
  private readonly ports: FakePort[] = [];
  private readonly timers: (() => void)[] = [];
  /** Slots that grantSlot must not find although they are free. */
  isFull = false;

  constructor(slots: number) {
    this.words = new Uint32Array(this.memory.buffer);
    this.set(Superblock.slots, slots);
    this.set(Superblock.slotTable, SUPERBLOCK_BYTES);
    this.set(Superblock.identities, IDENTITIES);
    this.set(Superblock.identityTable, SUPERBLOCK_BYTES + slots * SLOT_BYTES);
    for (let slot = 1; slot <= slots; slot++) this.set(this.lines(slot) + GEN, 1);
    this.table = new SlotTable(this.memory);
  }

  /** Takes the first free slot, as the core does. */
  grantSlot(): number {
    if (this.isFull) return 0;
    for (let slot = 1; slot <= this.table.size; slot++) {
      if (this.table.isTaken(slot)) continue;
      this.set(this.lines(slot) + OWNER, this.table.generation(slot));
      return slot;
    }
    return 0;
  }

  /** Lets an incarnation live in a slot, whatever was there. */
  own(slot: number, generation: number): void {
    this.set(this.lines(slot) + GEN, generation);
    this.set(this.lines(slot) + OWNER, generation);
  }

  /** Moves the generation once, as the core does. */
  declareDead(slot: number, generation: number): void {
    if (this.table.generation(slot) !== generation) return;
    this.log.push(`fence ${slot}.${generation}`);
    this.set(this.lines(slot) + GEN, generation + 1);
  }

  /** Lets a cell of the identity table name an incarnation. */
  name(cell: number, name: string, slot: number, generation: number): void {
    const address = SUPERBLOCK_BYTES + this.table.size * SLOT_BYTES + cell * IDENTITY_BYTES;
    this.set(address + IDENTITY_OWNER, slot);
    this.set(address + IDENTITY_OWNER + 4, generation);
    const bytes = new TextEncoder().encode(name);
    new Uint8Array(this.memory.buffer).set(bytes, address + IDENTITY_NAME);
  }

  makePorts(): [FakePort, FakePort] {
    const [near, far] = [new FakePort(), new FakePort()];
    near.other = far;
    far.other = near;
    this.ports.push(near, far);
    return [near, far];
  }

  openLink(port: Port): Link {
    const mine = port as FakePort;
    return {
      post: (message) => {
        if (message.kind === 'left') {
          this.log.push(`tell ${message.instance.slot}.${message.instance.generation}`);
        }
        mine.other.inbox.push(message);
      },
      listen(onMessage, onClose) {
        mine.handlers = { onMessage, onClose };
      },
      close: () => mine.close(),
    };
  }

  /** Starts a supervisor in this slot, or in the next free one. */
  start(slot = this.grantSlot()): FakeThread {
    const ports = new Set<FakePort>();
    const openLink = (port: Port): Link => {
      ports.add(port as FakePort);
      return this.openLink(port);
    };
    const supervisor = new Supervisor({
      core: this, table: this.table, openLink, serviceSlots: 0,
      makePorts: () => this.makePorts(),
      answerAt: (place) => new Answer(place, this.memory),
      after: (_milliseconds, run) => this.timers.push(run),
      ended: () => { thread.hasEnded = true; },
    }, { slot, generation: this.table.generation(slot) });
    const thread = { supervisor, ports, hasEnded: false };
    return thread;
  }

  /** Starts a second supervisor, which gets its slot from the first one. */
  startBeside(first: FakeThread): FakeThread {
    const { port, grant } = this.ask(first, { role: 'supervisor' });
    const second = this.start(grant()?.slot);
    const role = 'supervisor';
    const peer = { slot: 1, generation: 1, role, thread: 0, rejoined: false } as const;
    second.ports.add(port);
    second.supervisor.watch(peer, this.openLink(port));
    this.settle();
    return second;
  }

  /** Ends the thread of a supervisor at once. */
  kill({ ports }: FakeThread): void {
    for (const port of ports) port.close();
  }

  /** An instance that asks this supervisor: its end of the link, and a look at the answer. */
  ask({ supervisor }: FakeThread, wish: Partial<AttachRequest> = {}) {
    const [port, far] = this.makePorts();
    const answer = this.placeForAnswer();
    supervisor.attach({
      kind: 'attach', role: 'worker', thread: this.ports.length, port: far, answer, ...wish,
    });
    return { port, grant: () => new Answer(answer, this.memory).wait(0) };
  }

  private placeForAnswer(): AnswerPlace {
    const memory = new SharedArrayBuffer(4);
    const ticket = -1;
    new Int32Array(memory)[0] = ticket;
    return { memory, at: 0, ticket };
  }

  /** Delivers what is under way to supervisors, to some of them only if so wanted. */
  settle(ports: Iterable<FakePort> = this.ports): void {
    const some = [...ports];
    while (some.some((port) => port.step())) continue;
    if (some.length < [...ports].length) this.settle(ports);
  }

  /** Lets the time pass that everybody waits for. */
  pass(): void {
    for (const run of this.timers.splice(0)) run();
  }

  private lines(slot: number): number {
    return SUPERBLOCK_BYTES + (slot - 1) * SLOT_BYTES;
  }

  private set(address: number, value: number): void {
    this.words[address >>> 2] = value;
  }
}
