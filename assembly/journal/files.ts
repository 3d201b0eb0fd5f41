// Whole reads and writes of the file at hand over WASI's partial ones. What fails is noted
// (failure.ts) and answered with false, so that callers only have to pass it on.

import { writeFileName } from "../layout/file-name";
import {
  FAILED_DAMAGED, FAILED_OPEN, FAILED_READ, FAILED_RENAME, FAILED_SYNC, FAILED_WRITE, FILE_IMAGE,
  FILE_JOURNAL, JournalBuffer,
} from "../layout/journal";
import { buffer, fileAtHand, pathArea, statusArea } from "./buffer";
import { fail } from "./failure";
import {
  fd_close, fd_datasync, fd_filestat_get, fd_filestat_set_size, fd_pread, fd_pwrite, fd_sync,
  path_open, path_rename, path_unlink_file,
} from "./wasi";

/** The directory of the store, preopened by the host. */
@inline const DIRECTORY: u32 = 3;
/** Node refuses more rights, and wants the right to seek for writing at a position. */
@inline const RIGHTS: u64 = 0x0fffffff;
@inline const CREATE: u32 = 1;
@inline const TRUNCATE: u32 = 8;
@inline const ERRNO_IO: u32 = 29;
@inline const ERRNO_NOENT: u32 = 44;

/** Makes an open file the one at hand. */
export function useFile(file: u32, number: u32, descriptor: u32): void {
  fileAtHand().file = file;
  fileAtHand().number = number;
  fileAtHand().descriptor = descriptor;
}
/** Opens a file, made or emptied with `create`, and takes it at hand. */
export function openFile(file: u32, number: u32, create: bool): bool {
  const errno = tryOpen(file, number, create);
  return errno == 0 || fail(FAILED_OPEN, 0, errno);
}
/** As openFile, for a file that may be missing: 1 at hand, 0 missing, -1 failed. */
export function openIfThere(file: u32, number: u32): i32 {
  const errno = tryOpen(file, number, false);
  if (errno == 0) return 1;
  if (errno == ERRNO_NOENT) return 0;
  fail(FAILED_OPEN, 0, errno);
  return -1;
}
function tryOpen(file: u32, number: u32, create: bool): u32 {
  useFile(file, number, 0);
  const length = writeFileName(pathArea(), file, number);
  const out = iov() + offsetof<JournalBuffer>("opened");
  const flags = create ? CREATE | TRUNCATE : 0;
  const errno = path_open(DIRECTORY, 0, pathArea(), length, flags, RIGHTS, 0, 0, out);
  if (errno == 0) fileAtHand().descriptor = buffer().opened;
  return errno;
}
export function closeFile(): void {
  fd_close(fileAtHand().descriptor);
}

/** Writes all of the bytes at the file's position `offset`. */
export function writeAt(from: usize, bytes: u32, offset: u64): bool {
  for (let done: u32 = 0; done < bytes; done += buffer().moved) {
    buffer().iovAddress = <u32>(from + done);
    buffer().iovBytes = bytes - done;
    const errno = fd_pwrite(fileAtHand().descriptor, iov(), 1, offset + done, movedAt(iov()));
    if (errno != 0) return fail(FAILED_WRITE, offset + done, errno);
    if (buffer().moved == 0) return fail(FAILED_WRITE, offset + done, ERRNO_IO);
  }
  return true;
}
/** Reads up to `bytes` bytes, fewer at the end of the file; how many, or -1. */
export function readAt(to: usize, bytes: u32, offset: u64): i32 {
  // What is read may be the superblock, which says where the buffer is: so it is asked once.
  const mine = buffer();
  const vector = iov();
  const descriptor = fileAtHand().descriptor;
  for (let done: u32 = 0; done < bytes; done += mine.moved) {
    mine.iovAddress = <u32>(to + done);
    mine.iovBytes = bytes - done;
    const errno = fd_pread(descriptor, vector, 1, offset + done, movedAt(vector));
    if (errno != 0) {
      fail(FAILED_READ, offset + done, errno);
      return -1;
    }
    if (mine.moved == 0) return <i32>done;
  }
  return <i32>bytes;
}
/** Reads bytes that must be there. */
export function readWhole(to: usize, bytes: u32, offset: u64): bool {
  const read = readAt(to, bytes, offset);
  return read == <i32>bytes || (read >= 0 && fail(FAILED_DAMAGED, offset + read, 0));
}
@inline function iov(): usize {
  return changetype<usize>(buffer());
}
@inline function movedAt(vector: usize): usize {
  return vector + offsetof<JournalBuffer>("moved");
}

/** What was written to the file survives a loss of power. */
export function syncData(): bool {
  const errno = ofFileWithName(fd_datasync(fileAtHand().descriptor));
  return errno == 0 || fail(FAILED_SYNC, 0, errno);
}
/** The same for the file's size, too, and for its name in the directory. */
export function syncFileAndName(): bool {
  let errno = fd_sync(fileAtHand().descriptor);
  if (errno == 0) errno = fd_sync(DIRECTORY);
  errno = ofFileWithName(errno);
  return errno == 0 || fail(FAILED_SYNC, 0, errno);
}
/** A file that was removed takes writes and syncs, too, and all of it goes with its descriptor. */
function ofFileWithName(synced: u32): u32 {
  if (synced != 0) return synced;
  const errno = fd_filestat_get(fileAtHand().descriptor, changetype<usize>(statusArea()));
  return errno != 0 || statusArea().links != 0 ? errno : ERRNO_NOENT;
}
export function setFileBytes(bytes: u64): bool {
  const errno = fd_filestat_set_size(fileAtHand().descriptor, bytes);
  return errno == 0 || fail(FAILED_WRITE, bytes, errno);
}
/** Size of the file at hand, or -1. */
export function fileBytes(): i64 {
  const errno = fd_filestat_get(fileAtHand().descriptor, changetype<usize>(statusArea()));
  if (errno == 0) return <i64>statusArea().size;
  fail(FAILED_READ, 0, errno);
  return -1;
}
/** The new image takes the place of the old one, for good after the next sync of the directory. */
export function renameImage(from: u32, to: u32): bool {
  const spare = changetype<usize>(statusArea());
  const length = writeFileName(pathArea(), FILE_IMAGE, from);
  const newLength = writeFileName(spare, FILE_IMAGE, to);
  const errno = path_rename(DIRECTORY, pathArea(), length, DIRECTORY, spare, newLength);
  return errno == 0 || fail(FAILED_RENAME, 0, errno);
}
/** The names in the directory survive a loss of power. */
export function syncDirectory(): bool {
  const errno = fd_sync(DIRECTORY);
  return errno == 0 || fail(FAILED_SYNC, 0, errno);
}
/** Removes a segment that no open will read again; one that stays does no harm. */
export function removeSegment(number: u32): bool {
  const length = writeFileName(pathArea(), FILE_JOURNAL, number);
  return path_unlink_file(DIRECTORY, pathArea(), length) == 0;
}
