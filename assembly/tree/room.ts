// Room: what a write can run out of is reserved before its first lock, so that FULL is decided here
// and never half-way. Under pressure whoever wants a frame first cleans: the work of cleaning is
// paid by those who overwrite, a few frames at a time.

import { CLEANER_LEASE, FREE_UNITS, superblock } from "../layout/superblock";
import { padded } from "../layout/record";
import { canAllocate, orderFor } from "../alloc/buddy";
import { nodesAtHand, refillNodes } from "../alloc/magazine";
import { deadIn } from "../log/dead";
import { openFrame, openRoom, openTail, rollFrame, sealFrame } from "../log/frames";
import { rollStreamFrame, streamRoom, takeChunk } from "../log/stream-frames";
import { awaitRing } from "../mtx/ring";
import { readWord } from "../mtx/words";
import { context } from "../sync/instance";
import { sleepWhileHeld } from "../sync/park";
import { acquire64 } from "../sync/shared";
import { CLEANED_ONE, NOTHING, WAITING, cleanOne } from "./clean";

/** Nodes that most operations can live with: splits of a few levels and a new layer. */
@inline const LIKELY_NODES: u32 = 4;

/** Least share of dead bytes, in sixteenths, that makes a frame worth cleaning. */
@inline const HALF: u32 = 8;
@inline const ANY: u32 = 1;

/** Frames cleaned for one that is opened: more than one, so that pressure falls again. */
@inline const CLEANED_AT_ONCE: u32 = 2;

/** Rounds of waiting for another cleaner or a pinned reader, about a millisecond each. */
@inline const PATIENCE: u32 = 2000;

/**
 * Below a quarter of free heap, or without a piece for one more instance's block, cleaning goes
 * before opening frames: a supervisor, which grants blocks, must not do it.
 */
function underPressure(): bool {
  const heap = ((<u64>superblock().kib << 10) - <u64>superblock().heap) >> superblock().unitShift;
  if (readWord(FREE_UNITS) < (heap >> 2)) return true;
  return !canAllocate(orderFor(superblock().blockBytes));
}
/**
 * True when my open frame has room for `bytes` and my magazine has the nodes that were asked for.
 * The reserve may be touched only by what gives space back.
 */
export function makeRoom(bytes: u32, mayUseReserve: bool): bool {
  // What only gives space back needs no nodes, as a rule.
  const likely = mayUseReserve ? 0 : LIKELY_NODES;
  const nodes = max<u32>(likely, context().nodesWanted);
  let patience = PATIENCE;
  if (superblock().journal) awaitRing();
  while (!context().stalled) {
    const needsFrame = openRoom() < bytes;
    if (!needsFrame && nodesAtHand(nodes) >= nodes) return true;
    relievePressure();
    if (needsFrame ? rollFrame(bytes, mayUseReserve) : refillNodes(nodes)) continue;
    const gained = gainRoom();
    if (gained == NOTHING || (gained == WAITING && --patience == 0)) {
      context().nodesWanted = 0;
      return false;
    }
  }
  return false;
}
/** A private chunk for messages, 0 if the store is full. */
export function makeChunk(bytes: u32): usize {
  const size = padded(bytes);
  let patience = PATIENCE;
  if (superblock().journal) awaitRing();
  while (streamRoom() < size) {
    if (context().stalled) return 0;
    relievePressure();
    if (rollStreamFrame(size)) continue;
    const gained = gainRoom();
    if (gained == NOTHING || (gained == WAITING && --patience == 0)) return 0;
  }
  return takeChunk(size);
}
function relievePressure(): void {
  for (let i: u32 = 0; i < CLEANED_AT_ONCE && underPressure(); i++) cleanOne(HALF);
}
/** When there was no room: gains some, or waits a while for somebody who may give some. */
function gainRoom(): i32 {
  const gained = cleanOne(ANY);
  if (gained == NOTHING && isWorthSealing()) {
    sealFrame();
    return CLEANED_ONE;
  }
  if (gained == WAITING) sleepWhileHeld(CLEANER_LEASE, acquire64(CLEANER_LEASE));
  return gained;
}
/** Whether my open frame, once it is sealed, would be dead enough to be cleaned. */
function isWorthSealing(): bool {
  return openFrame() != 0 && openTail() != 0 && deadIn(openFrame()) * 16 >= openTail() * ANY;
}
/** After an operation ran out of nodes: the next reservation asks for twice as many. */
export function askForMore(): bool {
  const wanted: u32 = 2 * max<u32>(LIKELY_NODES, context().nodesWanted);
  const fits = wanted <= superblock().locks;
  context().nodesWanted = fits ? wanted : 0;
  return fits;
}
