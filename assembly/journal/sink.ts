// The sink: bytes that are written to the file at hand one after the other, gathered in the data
// area, checksummed on the way. What it takes is copied first, so the checksum is of the very bytes
// that are written, whatever happens to their source meanwhile.

import { putWord } from "../layout/bytes";
import { addStripes, endSum, startSum, STRIPE } from "../layout/xxh64";
import { dataArea, dataBytes, fileAtHand, lanes } from "./buffer";
import { writeAt } from "./files";

/** Begins at a position of the file at hand. */
export function openSink(position: u64): void {
  fileAtHand().position = position;
  fileAtHand().filled = 0;
  startSum(lanes());
}
/** Takes a multiple of 8 bytes. */
export function pour(from: usize, bytes: u32): bool {
  for (let done: u32 = 0; done < bytes; ) {
    const filled = fileAtHand().filled;
    const part = min<u32>(bytes - done, dataBytes() - filled);
    memory.copy(dataArea() + filled, from + done, part);
    fileAtHand().filled = filled + part;
    done += part;
    if (filled + part == dataBytes() && !drainSink()) return false;
  }
  return true;
}
/** Writes what has gathered: a full data area, whole stripes. */
function drainSink(): bool {
  const at = fileAtHand();
  addStripes(lanes(), dataArea(), at.filled);
  if (!writeAt(dataArea(), at.filled, at.position)) return false;
  at.position += at.filled;
  at.filled = 0;
  return true;
}
/** Ends the checksum and writes what is left, the checksum last. */
export function closeSink(): bool {
  const at = fileAtHand();
  const stripes = at.filled & ~(STRIPE - 1);
  addStripes(lanes(), dataArea(), stripes);
  at.sum = endSum(lanes(), dataArea() + stripes, at.filled - stripes);
  // The data area is never full here, and the sum has 8 bytes.
  putWord(dataArea() + at.filled, at.sum);
  return writeAt(dataArea(), at.filled + 8, at.position);
}
