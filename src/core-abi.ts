/**
 * The border of the compiled core: what it exports, and what it asks of its host. Only core.ts
 * uses this.
 */
import { noFiles, WASI_MODULE } from './wasi.js';
import type { Wasi } from './wasi.js';

/** Exports of assembly/index.ts. Addresses may come back negative: they are u32. */
export interface CoreExports {
  format(kib: number, slots: number, width: number, unitShift: number, frameShift: number,
    ringBytes: number, locks: number, runNodes: number, keyBytes: number, outputBytes: number,
    identities: number, spins: number, journal: number, lingerMs: number,
    segmentKib: number): number;
  createJournal(): number;
  loadJournal(lazily: number): number;
  loadNearest(): number;
  serveJournal(timeoutMs: number, syncDue: number, alone: number): number;
  wantFlush(synced: number): bigint;
  wantCompaction(): number;
  cleanOne(sixteenths: number): number;
  holdCheckpoints(): number;
  releaseCheckpoints(): void;
  flushState(epoch: bigint, synced: number): number;
  takeSlot(slot: number): number;
  grantSlot(): number;
  attach(slot: number, generation: number): void;
  declareDead(slot: number, generation: number): void;
  contextArea(): number;
  keyAreaAt(i: number): number;
  outputAreaAt(): number;
  reserve(keyBytes: number, valueBytes: number): number;
  put(high: number, low: number, keyBytes: number, valueBytes: number): number;
  get(high: number, low: number, keyBytes: number): number;
  isStillValid(): number;
  remove(high: number, low: number, keyBytes: number): number;
  scan(flags: number, startBytes: number, endBytes: number, wanted: number): number;
  pin(): void;
  unpin(): void;
  reserveBatch(bytes: number, deletesOnly: number): number;
  stageEntry(isDelete: number, keyBytes: number, valueBytes: number): number;
  commitBatch(validate: number): number;
  commitReads(): number;
  startCapture(): void;
  stopCapture(): void;
  enterSerial(): void;
  leaveSerial(): void;
  claimName(): number;
  outcomeOf(): number;
  setSequence(high: number, low: number): void;
  streamCreate(nameBytes: number, partitions: number, rowBytes: number, capacity: number): number;
  streamFind(nameBytes: number): number;
  streamNext(nameBytes: number): number;
  groupNext(id: number, nameBytes: number): number;
  groupFind(id: number, nameBytes: number): number;
  streamDestroy(nameBytes: number): number;
  sweepStreams(): number;
  streamReserve(bytes: number): number;
  releaseFrame(frame: number): void;
  streamAppend(node: number, id: number, frame: number, address: number, bytes: number,
    count: number): number;
  partitionRead(node: number, id: number, fromLow: number, fromHigh: number, hint: number): number;
  groupJoin(nameBytes: number, groupBytes: number, fromEnd: number): number;
  groupLeave(members: number, id: number): void;
  leaseTake(cell: number, id: number): number;
  leaseGive(cell: number, id: number): void;
  offsetCommit(cell: number, id: number, low: number, high: number): number;
  offsetStage(cell: number, id: number, low: number, high: number): void;
  partitionTrim(node: number, id: number): void;
  ringMembers(members: number, id: number): void;
}

const WAIT_RESULT = { ok: 0, 'not-equal': 1, 'timed-out': 2 } as const;

/**
 * What the core asks of its host: the memory, sleeping and waking, and files.
 * @param files WASI preview1 for an instance that works on the files of the store.
 */
export function importsFor(
  memory: WebAssembly.Memory, files: Wasi = noFiles(),
): WebAssembly.Imports {
  const words = new Int32Array(memory.buffer);
  return {
    [WASI_MODULE]: files,
    env: {
      memory,
      wait(address: number, expected: number, timeoutMs: number): number {
        try {
          return WAIT_RESULT[Atomics.wait(words, address >>> 2, expected, timeoutMs)];
        } catch {
          // A thread that must not sleep looks again at once, as after a time-out.
          return WAIT_RESULT['timed-out'];
        }
      },
      notify: (address: number): number => Atomics.notify(words, address >>> 2),
    },
  };
}
