// What the calls on streams come to, beside the results of the map (tree/put.ts, tree/carry.ts).

/** The store is full. */
@inline export const FULL: i32 = -6;
/** The partition has as many bytes in flight as it may. */
@inline export const CREDIT: i32 = -7;
/** There is none, there is one already, or somebody has it. */
@inline export const NO: i32 = 0;
