/**
 * Which partitions a member of a group should have: all members see the same list of members and
 * come to the same answer, so nobody has to lead.
 */

/** Partitions for the member at `rank` of `members`: as even as it goes, all of them together. */
export function shareOf(partitions: number, members: number, rank: number): number {
  return Math.floor(partitions / members) + (rank < partitions % members ? 1 : 0);
}

/**
 * The partitions in the order in which a member should try to take them. Each starts where its
 * share would start if leases were dealt in order, so that members rarely want the same one.
 */
export function orderOf(partitions: number, members: number, rank: number): number[] {
  const first = Math.floor((partitions * rank) / members);
  return Array.from({ length: partitions }, (_, i) => (first + i) % partitions);
}
