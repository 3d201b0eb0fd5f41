/**
 * What the rest of the package uses of a browser; see src/host/node/index.ts.
 */
export { freeAnswerPlace, makeAnswerPlace } from './answers.js';
export { copyStore } from './copy-store.js';
export { openDirectory } from './directory.js';
export type { StoreDirectory } from './directory.js';
export { makePorts, openLink } from './links.js';
export { sendRequest } from './requests.js';
export { SupervisorThreads } from './supervisors.js';
export type { Supervised } from './supervisors.js';
export { keepsOrder, obstacle } from './support.js';
export { ready, thisThread } from './thread.js';
