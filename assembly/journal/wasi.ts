// The imports from WASI preview1, with the names and types of its specification. Results are errno.

@external("wasi_snapshot_preview1", "path_open")
export declare function path_open(
  directory: u32, lookup: u32, path: usize, pathBytes: usize, oflags: u32, rights: u64,
  inheriting: u64, fdflags: u32, descriptor: usize,
): u32;
@external("wasi_snapshot_preview1", "path_rename")
export declare function path_rename(
  directory: u32, path: usize, pathBytes: usize, newDirectory: u32, newPath: usize,
  newPathBytes: usize,
): u32;
@external("wasi_snapshot_preview1", "path_unlink_file")
export declare function path_unlink_file(directory: u32, path: usize, pathBytes: usize): u32;
@external("wasi_snapshot_preview1", "fd_close")
export declare function fd_close(descriptor: u32): u32;
@external("wasi_snapshot_preview1", "fd_pread")
export declare function fd_pread(
  descriptor: u32, iovs: usize, count: u32, offset: u64, moved: usize,
): u32;
@external("wasi_snapshot_preview1", "fd_pwrite")
export declare function fd_pwrite(
  descriptor: u32, iovs: usize, count: u32, offset: u64, moved: usize,
): u32;
@external("wasi_snapshot_preview1", "fd_datasync")
export declare function fd_datasync(descriptor: u32): u32;
@external("wasi_snapshot_preview1", "fd_sync")
export declare function fd_sync(descriptor: u32): u32;
@external("wasi_snapshot_preview1", "fd_filestat_get")
export declare function fd_filestat_get(descriptor: u32, status: usize): u32;
@external("wasi_snapshot_preview1", "fd_filestat_set_size")
export declare function fd_filestat_set_size(descriptor: u32, bytes: u64): u32;
