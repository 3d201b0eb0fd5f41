// Unit kinds: one byte per unit of the heap that says what its extent is for. Only node runs are
// told apart: their lock words must be freed when a region comes out of a file, and nothing else
// leads to all of them. An extent that holds nodes never becomes anything else.

@inline export const UNIT_OTHER: u32 = 0;
@inline export const UNIT_NODES: u32 = 1;
