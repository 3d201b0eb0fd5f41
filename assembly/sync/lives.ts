// Names of instances that outlast a process: slot, generation and the life of the store, because
// generations begin anew when files are opened. Leases, members and held frames use them.

import {
  generationOfName, lifeOfName, nameOf, namesSlot, slotOfName,
} from "../layout/stream-node";
import { LIFE } from "../layout/superblock";
import { context, incarnationIsDead, mySlot } from "./instance";
import { acquire32 } from "./shared";

/** How leases, member lists and holds name me. */
export function myName(): u64 {
  return nameOf(mySlot, context().generation, acquire32(LIFE));
}
/** Whether the name is that of an incarnation of this life; it may have died. */
@inline export function isOfThisLife(name: u64): bool {
  return namesSlot(name) && lifeOfName(name) == acquire32(LIFE);
}
/** Whether the name is that of an incarnation that lives now. */
export function isLive(name: u64): bool {
  return isOfThisLife(name) && !incarnationIsDead(slotOfName(name), generationOfName(name));
}
