// Where things are. Every script works from the repository root, whatever the current folder is.
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Joins path pieces onto the repository root. */
export const at = (...pieces) => join(ROOT, ...pieces);
