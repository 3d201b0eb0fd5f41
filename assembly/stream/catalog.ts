// Finding streams and groups by name, and going through them. Names come in key area 0 (of a group
// together with its stream: key area 1); what the catalog says is left in the output area.

import {
  CATALOG_PARTITIONS, KEY_GROUP, KEY_STREAM, NUMBERED_KEY_BYTES, catalogWord, writeGroupKey,
  writeLetter, writeNumberedKey, writeStreamKey,
} from "../layout/catalog";
import { keyArea, outputArea } from "../tree/areas";
import { HAS_END, HAS_START } from "../tree/scan";
import { firstEntry, readCatalog, scratch } from "./system";

/**
 * The stream of that name: how many partitions it has, 0 if there is none. Output: id, partitions,
 * bytes of a row, capacity, partition nodes (u32 each). O(height).
 */
export function streamFind(nameBytes: u32): u32 {
  const key = keyArea(0);
  if (readCatalog(writeStreamKey(key, key, nameBytes)) == 0) return 0;
  return catalogWord(outputArea(), CATALOG_PARTITIONS);
}
/** Bytes of the next stream's name, which is left in key area 0; 0 if there is none behind. */
export function streamNext(nameBytes: u32): u32 {
  const key = keyArea(0);
  const bytes = writeStreamKey(key, key, nameBytes);
  return nameBehind(bytes, writeLetter(keyArea(1), KEY_STREAM + 1), 1);
}
/** The same among the groups of a stream. */
export function groupNext(id: u32, nameBytes: u32): u32 {
  const key = keyArea(0);
  const bytes = writeGroupKey(key, id, key, nameBytes);
  const end = writeNumberedKey(keyArea(1), KEY_GROUP, id + 1);
  return nameBehind(bytes, end, NUMBERED_KEY_BYTES);
}
/** The first key behind that in key area 0, without the bytes before its name. */
function nameBehind(keyBytes: u32, endBytes: u32, prefix: u32): u32 {
  const bytes = firstEntry(HAS_START | HAS_END, keyBytes, endBytes, scratch(0), 0);
  if (bytes == 0) return 0;
  memory.copy(keyArea(0), keyArea(0) + prefix, bytes - prefix);
  return bytes - prefix;
}
/** Output: id of the group, partitions, member node, 0, cells (u32 each). 0 if there is none. */
export function groupFind(id: u32, nameBytes: u32): u32 {
  const key = keyArea(0);
  if (readCatalog(writeGroupKey(key, id, key, nameBytes)) == 0) return 0;
  return catalogWord(outputArea(), CATALOG_PARTITIONS);
}
