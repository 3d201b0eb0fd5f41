/**
 * Operations on whole stores: copies, exports, and what is left of damaged ones. The entry
 * `millrace/ops`; the verbs that need an open store's own threads are methods of it.
 */
export { exportStore } from './export.js';
export { importInto } from './import.js';
export { salvage } from './salvage.js';
export { restore } from './restore.js';

export type { ExportOptions } from './export.js';
export type { ImportOptions, Imported, LineError } from './import.js';
export type { Restored } from './restore.js';
export type { SalvageOptions, SalvageReport } from './salvage.js';
export type { Damage } from '../salvage/files.js';
export type { SalvagedEntry } from '../salvage/read.js';
export type { LongOptions, Progress } from '../progress.js';
