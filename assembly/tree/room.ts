// Room: everything that can run out is reserved before the first lock. FULL is decided here and
// nowhere else. Under pressure whoever wants a frame first cleans one: the work of cleaning is
// paid by those who overwrite, a frame at a time.

import { FREE_UNITS, superblock } from "../layout/superblock";
import { nodesAtHand, refillNodes } from "../alloc/magazine";
import { openRoom, rollFrame } from "../log/frames";
import { readWord } from "../mtx/words";
import { context } from "../sync/instance";
import { NOTHING, WAITING, cleanOne } from "./clean";

/** Nodes that most operations can live with: splits of a few levels and a new layer. */
@inline const LIKELY_NODES: u32 = 4;

/** Least share of dead bytes, in sixteenths, that makes a frame worth cleaning. */
@inline const HALF: u32 = 8;
@inline const ANY: u32 = 1;

/** Rounds of waiting for another cleaner or a pinned reader, about a millisecond each. */
@inline const PATIENCE: u32 = 2000;

/** Below a quarter of free heap, cleaning goes before opening frames. */
function underPressure(): bool {
  const heap = ((<u64>superblock().kib << 10) - <u64>superblock().heap) >> superblock().unitShift;
  return readWord(FREE_UNITS) < (heap >> 2);
}
/**
 * True when my open frame has room for `bytes` and my magazine has the nodes that were asked for.
 * The reserve may be touched only by what gives space back.
 */
export function makeRoom(bytes: u32, mayUseReserve: bool): bool {
  const nodes = max<u32>(LIKELY_NODES, context().nodesWanted);
  let patience = PATIENCE;
  while (true) {
    const needsFrame = openRoom() < bytes;
    if (!needsFrame && nodesAtHand(nodes) >= nodes) return true;
    if (underPressure()) cleanOne(HALF);
    if (needsFrame ? rollFrame(bytes, mayUseReserve) : refillNodes(nodes)) continue;
    const gained = cleanOne(ANY);
    if (gained == NOTHING || (gained == WAITING && --patience == 0)) return false;
  }
}
/** After an operation ran out of nodes: the next reservation asks for twice as many. */
export function askForMore(): bool {
  const wanted: u32 = 2 * max<u32>(LIKELY_NODES, context().nodesWanted);
  context().nodesWanted = wanted;
  return wanted <= superblock().locks;
}
/** Cleans one frame for a block that found no room. False: there is nothing to be gained. */
export function cleanForBlock(): bool {
  for (let patience = PATIENCE; patience > 0; patience--) {
    const gained = cleanOne(ANY);
    if (gained != WAITING) return gained != NOTHING;
  }
  return false;
}
