// The checksums of log records: filled by the journal worker at work, when it drains the redo
// record that stages them. They are committed by then, so nothing of them changes any more. [I3]

import { logRecord } from "../layout/record";
import { shortSum } from "../layout/xxh64";

/** Whoever replaces a worker that died in here fills the same sums again. O(bytes). */
export function fillChecksums(from: usize, bytes: u32): void {
  const end = from + bytes;
  for (let p = from; p < end; p += logRecord(p).bytes) {
    logRecord(p).checksum = 0;
    logRecord(p).checksum = <u32>shortSum(p, logRecord(p).bytes);
  }
}
