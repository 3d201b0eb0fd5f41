// Reader pins: a reader that looks at records across calls says so in a word of its own, with the
// epoch it began at. A frame retired in epoch e is freed when no pin is at or below e.

import { EPOCH, superblock } from "../layout/superblock";
import { PIN } from "../layout/slot";
import { self, slotLines } from "./instance";
import { acquire64, publish64 } from "./shared";

/**
 * Pins my slot. The store comes before every load of a link: a cleaner that saw no pin had made
 * its frame unreachable before.
 */
export function pin(): void {
  publish64(self + PIN, acquire64(EPOCH));
}
export function unpin(): void {
  publish64(self + PIN, 0);
}
/** Whether I look at records across calls. */
export function isPinned(): bool {
  return acquire64(self + PIN) != 0;
}
/** The oldest epoch that a reader may still look at; all ones if nobody is pinned. */
export function oldestPin(): u64 {
  let oldest = u64.MAX_VALUE;
  for (let slot: u32 = 1, n = superblock().slots; slot <= n; slot++) {
    const pinned = acquire64(slotLines(slot) + PIN);
    if (pinned != 0) oldest = min<u64>(oldest, pinned);
  }
  return oldest;
}
