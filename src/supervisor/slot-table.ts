/**
 * The slot table as it stands in the region: who lives, who supervises, under which names. It is
 * the truth; what supervisors and members remember are copies. docs/protocol.md, section 3.
 */
import { LAYOUT } from '../layout.js';
import type { Role } from './instance.js';

/** One living instance. */
export interface Member {
  readonly slot: number;
  readonly generation: number;
  readonly role: Role;
  /** The name that it attached under, if it has one. */
  readonly identity?: string;
}

/** A living supervisor and the thread where it takes requests. */
export interface SupervisorSeat {
  readonly slot: number;
  readonly generation: number;
  readonly thread: number;
}

const { Superblock } = LAYOUT.superblock;
const { SLOT_BYTES, BEAT, GEN, LAST, OWNER, ROLE } = LAYOUT.slot;
const {
  IDENTITY_BYTES, IDENTITY_OWNER, IDENTITY_NAME, IDENTITY_NAME_BYTES,
} = LAYOUT.tables;

/** In a role word: the thread does not supervise but writes the journal. */
const JOURNAL = 0x8000_0000;

const decoder = new TextDecoder();

/** Reads and, for the words of roles and beats only, writes the slot table. Slots count from 1. */
export class SlotTable {
  private readonly words: Int32Array;
  private readonly bytes: Uint8Array;
  private readonly start: number;
  /** Number of slots. */
  readonly size: number;

  /** @param memory the region, formatted */
  constructor(memory: WebAssembly.Memory) {
    this.words = new Int32Array(memory.buffer);
    this.bytes = new Uint8Array(memory.buffer);
    this.size = this.load(Superblock.slots);
    this.start = this.load(Superblock.slotTable);
  }

  /** The generation that lives in the slot, or will be the next to live there. */
  generation(slot: number): number {
    return this.load(this.address(slot) + GEN);
  }

  /** Whether an incarnation owns the slot that has not been declared dead. */
  isTaken(slot: number): boolean {
    return this.load(this.address(slot) + OWNER) === this.generation(slot);
  }

  /** Whether this very incarnation has not been declared dead. */
  isAlive(slot: number, generation: number): boolean {
    return this.isTaken(slot) && this.generation(slot) === generation;
  }

  /** Whether some slot has no owner. */
  hasFreeSlot(): boolean {
    return this.taken().length < this.size;
  }

  /** The living supervisors by slot. O(slots). */
  supervisors(): SupervisorSeat[] {
    const seats: SupervisorSeat[] = [];
    for (const slot of this.taken()) {
      const thread = this.load(this.address(slot) + ROLE);
      if (thread === 0 || thread >= JOURNAL) continue;
      seats.push({ slot, generation: this.generation(slot), thread });
    }
    return seats;
  }

  /** Whether this supervisor still takes requests, as far as anybody knows. */
  isSeated({ slot, generation, thread }: SupervisorSeat): boolean {
    return this.isAlive(slot, generation) &&
      this.load(this.address(slot) + ROLE) === thread;
  }

  /** Announces that the slot's owner takes requests in this thread. Thread 0 never supervises. */
  seat(slot: number, thread: number): void {
    Atomics.store(this.words, (this.address(slot) + ROLE) >>> 2, thread);
  }

  /** Withdraws the announcement of a thread; of nobody else, as thread ids are not used again. */
  unseat(slot: number, thread: number): void {
    Atomics.compareExchange(this.words, (this.address(slot) + ROLE) >>> 2, thread, 0);
  }

  /** Announces that the slot's owner writes the journal in this thread. */
  seatJournal(slot: number, thread: number): void {
    this.seat(slot, JOURNAL + thread);
  }

  /** Withdraws that announcement. */
  unseatJournal(slot: number, thread: number): void {
    this.unseat(slot, JOURNAL + thread);
  }

  /** The incarnations that write the journal, as texts to be compared. O(slots). */
  journalWorkers(): string[] {
    return this.taken().filter((slot) => this.roleOf(slot) === 'journal')
      .map((slot) => `${slot}.${this.generation(slot)}`);
  }

  /** Shows that the owner of the slot is well. */
  beat(slot: number): void {
    Atomics.add(this.words, (this.address(slot) + BEAT) >>> 2, 1);
  }

  /** A number that moves with every beat and with every commit of the slot. */
  pulse(slot: number): number {
    const address = this.address(slot);
    return (this.load(address + BEAT) + this.load(address + LAST)) >>> 0;
  }

  /** Everybody alive, by slot. O(slots + identities). */
  members(): Member[] {
    const names = this.names();
    return this.taken().map((slot) => {
      const generation = this.generation(slot);
      const owner = names.find((entry) => entry.slot === slot && entry.generation === generation);
      return {
        slot, generation, role: this.roleOf(slot), ...(owner && { identity: owner.name }),
      };
    });
  }

  /** Whether this name was ever a member's. O(identities). */
  knowsName(name: string): boolean {
    return this.names().some((entry) => entry.name === name);
  }

  private roleOf(slot: number): Role {
    const word = this.load(this.address(slot) + ROLE);
    if (word === 0) return 'worker';
    return word >= JOURNAL ? 'journal' : 'supervisor';
  }

  private taken(): number[] {
    return Array.from({ length: this.size }, (_, i) => i + 1).filter((slot) => this.isTaken(slot));
  }

  private names(): { name: string; slot: number; generation: number }[] {
    const found = [];
    const table = this.load(Superblock.identityTable);
    for (let i = 0, n = this.load(Superblock.identities); i < n; i++) {
      const cell = table + i * IDENTITY_BYTES;
      const name = this.nameAt(cell + IDENTITY_NAME);
      const slot = this.load(cell + IDENTITY_OWNER);
      const generation = this.load(cell + IDENTITY_OWNER + 4);
      if (name !== '') found.push({ name, slot, generation });
    }
    return found;
  }

  /** Decoded from a copy: decoders refuse shared memory. */
  private nameAt(address: number): string {
    if (this.bytes[address] === 0) return '';
    const padded = this.bytes.slice(address, address + IDENTITY_NAME_BYTES);
    const end = padded.indexOf(0);
    return decoder.decode(end < 0 ? padded : padded.subarray(0, end));
  }

  private address(slot: number): number {
    return this.start + (slot - 1) * SLOT_BYTES;
  }

  private load(address: number): number {
    return Atomics.load(this.words, address >>> 2) >>> 0;
  }
}
