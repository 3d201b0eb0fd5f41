// The file `pages`, and the table that says where in it the pages of the region lie. A page is one
// unit of the region. Both copy-on-write: what the root in the file `image` names is never
// overwritten, so the root switches from one checkpoint to the next as a whole.
//
//   image:  header (layout/journal.ts) | one entry per table page | checksum of all of that u64
//               |
//   pages:  slot 0: header | slot 1 | slot 2 | ...       slot n stands at n * page bytes
//               table page t: entries of the region's pages t * k to t * k + k - 1
//                   |
//               a page of the region
//
//   entry:  slot u32 (0 = free or all zero: not in the file) | mark u32 | checksum of the page u64
//
// In memory, behind the two journal buffers and never part of a checkpoint:
//
//  +--------------------+----------------------+-------------------+--------------------------+
//  | table: its pages   | dirty map: u32 per   | root: header,     | slots in use: one bit    |
//  | one after another  | page of the region   | entries, checksum | per slot of the file     |
//  +--------------------+----------------------+-------------------+--------------------------+

import { JOURNAL_HEADER } from "./journal";
import { alignUp, superblock } from "./superblock";

@inline export const PAGES_MAGIC: u64 = 0x315345474150524d; // "MRPAGES1"

@unmanaged export class PagesHeader {
  magic: u64;
  formatVersion: u32;
  fingerprint: u32;
  storeId: u64;
  pageShift: u32;
  reserved: u32;
  reserved2: u64;
  reserved3: u64;
  reserved4: u64;
  checksum: u64;
}
/** The mark is 0 in files; in the root in memory it says that the table page has changed. */
@unmanaged export class PageEntry {
  slot: u32;
  mark: u32;
  checksum: u64;
}
@inline export const PAGE_ENTRY_SHIFT: u32 = 4;
@inline export const PAGE_ENTRY: usize = 16;
@inline export const DIRTY_BYTES: usize = 4;

if (offsetof<PagesHeader>() != JOURNAL_HEADER) ERROR("pages header: 64 bytes");
if (offsetof<PageEntry>() != PAGE_ENTRY) ERROR("page entry: 16 bytes");
if ((<usize>1 << PAGE_ENTRY_SHIFT) != PAGE_ENTRY) ERROR("page entry: shift and size differ");

@inline export function pageBytes(): u32 {
  return 1 << superblock().unitShift;
}
/** Pages of the region. */
@inline export function pageCount(): u32 {
  return <u32>((<u64>superblock().kib << 10) >> superblock().unitShift);
}
@inline export function pageOf(address: usize): u32 {
  return <u32>(address >> superblock().unitShift);
}
@inline export function pageStart(page: u32): usize {
  return <usize>page << superblock().unitShift;
}
/** The table page that holds the entry of a page. */
@inline export function tablePageOf(page: u32): u32 {
  return page >> (superblock().unitShift - PAGE_ENTRY_SHIFT);
}
/** Table pages of a region of so many KiB with such pages. */
export function tablePagesFor(kib: u32, pageShift: u32): u32 {
  const pages = (<u64>kib << 10) >> pageShift;
  const perPage = (<u64>1) << (pageShift - PAGE_ENTRY_SHIFT);
  return <u32>((pages + perPage - 1) / perPage);
}
@inline export function tablePages(): u32 {
  return tablePagesFor(superblock().kib, superblock().unitShift);
}
/** The most slots: two checkpoints, of which one is in the making, and the header. */
@inline export function slotCount(): u32 {
  return 2 * (pageCount() + tablePages()) + 1;
}

/** Where the table stands: a whole number of pages from here on is never part of a checkpoint. */
@inline function tableAddress(): usize {
  return <usize>superblock().journalBuffer + 2 * <usize>superblock().journalBufferBytes;
}
@inline export function tablePageAddress(tablePage: u32): usize {
  return tableAddress() + pageStart(tablePage);
}
@inline export function entryOf(page: u32): PageEntry {
  return changetype<PageEntry>(tableAddress() + (<usize>page << PAGE_ENTRY_SHIFT));
}
/** Where the epoch stands in which a page was last drained; its low half. */
@inline export function dirtyWord(page: u32): usize {
  return tableAddress() + pageStart(tablePages()) + <usize>page * DIRTY_BYTES;
}
export function rootAddress(): usize {
  return alignUp(dirtyWord(pageCount()), 64);
}
@inline export function rootEntry(tablePage: u32): PageEntry {
  const entries = rootAddress() + JOURNAL_HEADER;
  return changetype<PageEntry>(entries + (<usize>tablePage << PAGE_ENTRY_SHIFT));
}
/** Header and entries of the root; its checksum stands behind them. */
export function rootBytes(): u32 {
  return <u32>JOURNAL_HEADER + (tablePages() << PAGE_ENTRY_SHIFT);
}
export function usedSlotsAddress(): usize {
  return rootAddress() + alignUp(rootBytes() + 8, 64);
}
/** Words of 32 slots. */
export function usedSlotsWords(): u32 {
  return (slotCount() + 31) >> 5;
}
/** End of everything that is never part of a checkpoint: the start of a page. */
export function volatileEnd(): usize {
  const end = usedSlotsAddress() + <usize>usedSlotsWords() * 4;
  return alignUp(end, <usize>pageBytes());
}

@inline export function usedWord(i: u32): u32 {
  return load<u32>(usedSlotsAddress() + <usize>i * 4);
}
@inline export function setUsedWord(i: u32, bits: u32): void {
  store<u32>(usedSlotsAddress() + <usize>i * 4, bits);
}
