// The last of a lazy open: what everybody needs first. All records of the catalog are loaded, so
// that no call on streams ever meets one that is not; then the messages where each group goes on,
// as far as that takes no time to speak of. Nobody else knows the region yet, and slot 1 is
// nobody's: its block serves for the calls that find all this.

import {
  CATALOG_NODES, CATALOG_PARTITIONS, KEY_DESTROYED, KEY_STREAM, catalogWord, setCatalogWord,
  writeLetter,
} from "../layout/catalog";
import { CELL_OFFSET } from "../layout/cell";
import { byteAt } from "../layout/bytes";
import { NODE_BYTES } from "../layout/node";
import { PARTITION_CELLS, PARTITION_ID } from "../layout/partition";
import { CHAIN_MAX, STREAM_NODE_NEXT } from "../layout/stream-node";
import { superblock } from "../layout/superblock";
import { lowOf } from "../layout/tables";
import { blameFrame, loadFrame, markSoon, startLoading } from "../journal/cold";
import { closeFile } from "../journal/files";
import { openPages } from "../journal/pages";
import { isAwaited } from "../sync/cold";
import { bind, context, generationOf, ringAddress } from "../sync/instance";
import { acquire32, acquire64 } from "../sync/shared";
import { keyArea, outputArea } from "../tree/areas";
import { UNREADABLE } from "../tree/place";
import { HAS_END, HAS_START } from "../tree/scan";
import { partitionRead } from "./read";
import { firstEntry } from "./system";

/** Whose block serves for a while. */
@inline const FIRST_SLOT: u32 = 1;
/** Frames of messages that are loaded now; further ones are marked as those to be loaded next. */
@inline const FRAMES_AT_OPEN: u32 = 64;

/** Behind loadJournal(true). False: a part of the catalog is damaged; see the failure. */
export function loadNearest(): bool {
  bind(FIRST_SLOT, generationOf(FIRST_SLOT));
  if (!openPages(superblock().storeId, superblock().unitShift)) return false;
  const partitions = loadCatalog();
  if (partitions < 0) return false;
  let frames = FRAMES_AT_OPEN;
  for (let i: i32 = 0; i < partitions; i++) frames = loadOffsets(nodeAt(i), frames);
  closeFile();
  startLoading();
  return true;
}

/** The partitions that were found; the ring of the slot is empty and lends its room. */
@inline function nodeAt(i: u32): usize {
  return <usize>catalogWord(ringAddress, i);
}
/** Loads the frames of all records of the catalog; the number of partitions, or -1. O(streams). */
function loadCatalog(): i32 {
  const room = superblock().ringBytes >> 2;
  let found: u32 = 0;
  let keyBytes = writeLetter(keyArea(0), KEY_DESTROYED);
  while (true) {
    const end = writeLetter(keyArea(1), KEY_STREAM + 1);
    const flags = HAS_START | HAS_END;
    const next = firstEntry(flags, keyBytes, end, outputArea(), superblock().outputBytes);
    if (next == 0) {
      if (context().unread == 0) return <i32>found;
      if (!loadRecord()) return -1;
      continue;
    }
    keyBytes = next;
    if (byteAt(keyArea(0)) != KEY_STREAM) continue;
    const partitions = catalogWord(outputArea(), CATALOG_PARTITIONS);
    for (let i: u32 = 0; i < partitions && found < room; i++) {
      setCatalogWord(ringAddress, found++, catalogWord(outputArea(), CATALOG_NODES + i));
    }
  }
}
/** Loads the frame that was missed. */
function loadRecord(): bool {
  const frame = context().unread;
  context().unread = 0;
  return (isAwaited(frame) && loadFrame(frame, true)) || blameFrame(frame);
}

/** Loads the next messages of all groups of a partition; how many frames may still be loaded. */
function loadOffsets(node: usize, most: u32): u32 {
  if (!isNode(node)) return most;
  const id = acquire32(node + PARTITION_ID);
  let left = most;
  let cell = <usize>lowOf(acquire64(node + PARTITION_CELLS));
  for (let i: u32 = 0; isNode(cell) && i < CHAIN_MAX; i++) {
    left = loadFrom(node, id, acquire64(cell + CELL_OFFSET), left);
    cell = <usize>acquire32(cell + STREAM_NODE_NEXT);
  }
  return left;
}
function isNode(address: usize): bool {
  const end = <u64>superblock().kib << 10;
  return address >= superblock().heap && <u64>address + NODE_BYTES <= end && (address & 7) == 0;
}
/** Nobody loads or waits yet: what is missing is named, step by step. */
function loadFrom(node: usize, id: u32, offset: u64, most: u32): u32 {
  let left = most;
  while (partitionRead(node, id, <u32>offset, <u32>(offset >> 32), 0) == UNREADABLE) {
    const frame = context().unread;
    context().unread = 0;
    if (!isAwaited(frame)) break;
    if (left == 0) {
      markSoon(frame);
      break;
    }
    left--;
    if (!loadFrame(frame, true)) break;
  }
  return left;
}
