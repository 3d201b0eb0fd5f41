/** All parts by name. */
import { mapPart } from './map-part.js';
import type { Part } from './part.js';
import { streamPart } from './stream-part.js';

export const PARTS: Readonly<Record<string, Part>> = { map: mapPart, stream: streamPart };
