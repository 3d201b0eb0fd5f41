// The exports of the core; everything else stands below. Numbers only: no constants, no objects.

export { format } from "./tree/create";
export { attach, declareDead, takeSlot } from "./mtx/membership";
export { recover, recoverAll } from "./mtx/recovery";
export { grantSlot } from "./alloc/grant";
export { contextArea, keyAreaAt, outputAreaAt } from "./tree/areas";
export { claimName, outcomeOf, setSequence } from "./tree/names";
export { get, isStillValid } from "./tree/get";
export { put, reserve } from "./tree/put";
export { remove } from "./tree/remove";
export { scan } from "./tree/scan";
export { pin, unpin } from "./sync/pins";
export { commitBatch, commitReads, reserveBatch, stageEntry } from "./tree/batch";
export { startCapture, stopCapture } from "./tree/reads";
export { enterSerial, leaveSerial } from "./tree/serial";
export { createJournal } from "./journal/create";
export { loadJournal } from "./journal/load";
export { flushState, serveJournal, wantFlush } from "./journal/serve";
