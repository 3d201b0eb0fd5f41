/**
 * What an inspection has found. A damaged region can be wrong in millions of places, so the list
 * is cut; whether anything was found is never lost.
 */

/** What kind of rule is broken. */
export type ProblemCode =
  | 'SUPERBLOCK' // Sizes and addresses that format can not have written.
  | 'SLOT' // A slot that is not idle, or whose words name something impossible.
  | 'LOCK' // A lock word with a holder, waiters or a state.
  | 'NODE' // A node that is misplaced, reached twice or not linked to its neighbour.
  | 'PERMUTATION' // An order word that is no permutation, or with a wrong live mask.
  | 'ORDER' // Keys out of order or outside of their node's range.
  | 'LINK' // A link that leads nowhere, or a kind that can not be.
  | 'RECORD' // A record whose header or key is not what its place says.
  | 'VERSION' // A version above what may exist.
  | 'FRAME' // An entry of the frame table that fits neither slots nor extents.
  | 'EXTENT' // The buddy tree contradicts itself, or an extent has two owners.
  | 'MAGAZINE' // A run of fresh nodes that is not one.
  | 'STREAM' // Partitions, groups and catalog entries that contradict each other.
  | 'IDENTITY' // A cell of the identity table that nobody can have written.
  | 'LEAK' // Memory that is allocated and that nobody owns.
  | 'MORE'; // The list of problems was cut here.

/** One broken rule: which, where in the region, and what is wrong there. */
export interface Problem {
  readonly code: ProblemCode;
  readonly where: string;
  readonly message: string;
}

const MOST = 200;

/** Collects problems; further ones are only counted as "more" once there are MOST of them. */
export class Findings {
  private readonly list: Problem[] = [];

  add(code: ProblemCode, where: string, message: string): void {
    if (this.list.length < MOST) this.list.push({ code, where, message });
    else if (this.list.length === MOST) {
      this.list.push({ code: 'MORE', where: 'region', message: `more than ${MOST} problems` });
    }
  }

  /** Adds the problem unless the rule holds; returns whether it does. */
  expect(holds: boolean, code: ProblemCode, where: string, message: string): boolean {
    if (!holds) this.add(code, where, message);
    return holds;
  }

  get problems(): readonly Problem[] {
    return this.list;
  }
}

/** An address or another number as problems print it. */
export function hex(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
