// The small regions in which the crash runner works: the shipped core with other sizes.

/** The arguments of `format`, in its order. */
export interface Sizes {
  readonly kib: number;
  readonly slots: number;
  readonly width: number;
  readonly unitShift: number;
  readonly frameShift: number;
  readonly ringBytes: number;
  readonly locks: number;
  readonly runNodes: number;
  readonly keyBytes: number;
  readonly outputBytes: number;
  readonly identities: number;
  readonly spins: number;
  /** 1: records stay in the ring until they are drained, as in a store with files. */
  readonly journal: number;
}

/** A block of these sizes is a little less than 16 KiB. */
const TOY: Sizes = {
  kib: 128, slots: 4, width: 3, unitShift: 8, frameShift: 11, ringBytes: 4096, locks: 19,
  runNodes: 4, keyBytes: 64, outputBytes: 1024, identities: 4, spins: 0, journal: 0,
};

/** What the journal's buffers and the table of pages take, in KiB. */
const FILES_KIB = 32;

/** The toy sizes with some of them changed. With files the rest of the region stays as large. */
export function toySizes(changed: Partial<Sizes> = {}): Sizes {
  const sizes = { ...TOY, ...changed };
  return { ...sizes, kib: sizes.kib + sizes.journal * FILES_KIB };
}
