// Fences: the order of plain loads and stores, which atomic ones alone do not give. Each call is a
// site of docs/weak-memory.md, where the argument for it stands.
//
// What is called here is a stub. To the optimiser it may read and write any memory, so nothing is
// moved across it; afterwards scripts/lib/fences.mjs puts `atomic.fence` in the place of each call.
// Processors that keep the order anyway (x86) get a core without the instruction: src/fences.ts.

@external("env", "fence")
declare function stub(): void;

/** The build that the benchmark compares with has none: it runs in one thread. */
@inline function fence(): void {
  if (!isDefined(MILLRACE_BARE)) stub();
}
/** What was loaded before stays before every load and store after it. */
@inline export function acquireFence(): void {
  fence();
}
/** What was loaded or stored before stays before every store after it, plain ones, too. */
@inline export function releaseFence(): void {
  fence();
}
