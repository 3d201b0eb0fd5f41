// The system map: a second tree with the same nodes and records as the user's. Its keys:
//
//   's' name                        a stream       id, partitions, row bytes, capacity, nodes
//   'g' stream id u32, name         a group        id, partitions, member node, 0, cells
//   'd' stream id u32               a stream that is destroyed and still has something
//   'x' stream id u32, partition u32, base u64     eight extents of a partition
//
// Numbers in keys are big-endian, so that one range holds what belongs together. Values are u32
// words; extents stand as in their partition.

@inline export const KEY_STREAM: u32 = 0x73;
@inline export const KEY_GROUP: u32 = 0x67;
@inline export const KEY_DESTROYED: u32 = 0x64;
@inline export const KEY_EXTENTS: u32 = 0x78;

@inline export const NUMBERED_KEY_BYTES: u32 = 5;
@inline export const EXTENTS_KEY_BYTES: u32 = 17;

/** Words of a catalog value before the list of nodes: id first, then the number of partitions. */
@inline export const CATALOG_ID: u32 = 0;
@inline export const CATALOG_PARTITIONS: u32 = 1;
@inline export const STREAM_ROW_BYTES: u32 = 2;
@inline export const STREAM_CAPACITY: u32 = 3;
@inline export const GROUP_MEMBERS: u32 = 2;
@inline export const CATALOG_NODES: u32 = 4;

@inline export function catalogBytes(partitions: u32): u32 {
  return (CATALOG_NODES + partitions) << 2;
}
@inline export function catalogWord(value: usize, i: u32): u32 {
  return load<u32>(value + (<usize>i << 2));
}
@inline export function setCatalogWord(value: usize, i: u32, word: u32): void {
  store<u32>(value + (<usize>i << 2), word);
}

/** Writes the key of a stream; the name may stand anywhere. Returns its bytes. */
export function writeStreamKey(key: usize, name: usize, nameBytes: u32): u32 {
  memory.copy(key + 1, name, nameBytes);
  store<u8>(key, <u8>KEY_STREAM);
  return 1 + nameBytes;
}
/** Writes a key of one letter: a bound. Returns its bytes. */
export function writeLetter(key: usize, letter: u32): u32 {
  store<u8>(key, <u8>letter);
  return 1;
}
/** Writes a key that begins with a letter and a stream's id. */
export function writeNumberedKey(key: usize, letter: u32, id: u32): u32 {
  writeLetter(key, letter);
  store<u32>(key, bswap<u32>(id), 1);
  return NUMBERED_KEY_BYTES;
}
export function writeGroupKey(key: usize, id: u32, name: usize, nameBytes: u32): u32 {
  memory.copy(key + <usize>NUMBERED_KEY_BYTES, name, nameBytes);
  writeNumberedKey(key, KEY_GROUP, id);
  return NUMBERED_KEY_BYTES + nameBytes;
}
export function writeExtentsKey(key: usize, id: u32, partition: u32, base: u64): u32 {
  writeNumberedKey(key, KEY_EXTENTS, id);
  store<u32>(key, bswap<u32>(partition), 5);
  store<u64>(key, bswap<u64>(base), 9);
  return EXTENTS_KEY_BYTES;
}
/** The stream's id in a key that begins with a letter and an id. */
@inline export function idInKey(key: usize): u32 {
  return bswap<u32>(load<u32>(key, 1));
}
