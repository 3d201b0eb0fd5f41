// The files of a new store: a first segment, and a checkpoint of the region as format left it.

import { JOURNAL_HEADER } from "../layout/journal";
import { EPOCH, SYNCED } from "../layout/superblock";
import { add64, publish64 } from "../sync/shared";
import { nextChain, publishFlushed } from "./chain";
import { writeFirstCheckpoint } from "./checkpoint";
import { closeFile } from "./files";
import { beginLife } from "./life";
import { moveTails } from "./merge";
import { createSegment } from "./segment";

/** By whoever has formatted the region, before anybody else knows it. False: see the failure. */
export function createJournal(): bool {
  const epoch = add64(EPOCH, 1);
  const place = nextChain();
  place.segment = 1;
  place.offset = <u32>JOURNAL_HEADER;
  place.checksum = 0;
  place.block = 0;
  place.kib = createSegment(1, 0, epoch, 0);
  if (place.kib == 0) return false;
  closeFile();
  publishFlushed(epoch);
  publish64(SYNCED, epoch);
  // The checkpoint holds what format has done: its records need no journal.
  moveTails(epoch);
  if (!writeFirstCheckpoint()) return false;
  beginLife();
  return true;
}
