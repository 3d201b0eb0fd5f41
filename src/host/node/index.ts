/**
 * What the rest of the package uses of Node. Imported as '#host': package.json names one such
 * module per host, and all of them export the same names.
 */
export { freeAnswerPlace, makeAnswerPlace } from './answers.js';
export { copyStore } from './copy-store.js';
export { openDirectory } from './directory.js';
export type { StoreDirectory } from './directory.js';
export { makePorts, openLink } from './links.js';
export { ready, sendRequest, thisThread } from './requests.js';
export { SupervisorThreads } from './supervisors.js';
export type { Supervised } from './supervisors.js';
export { keepsOrder, obstacle } from './support.js';
