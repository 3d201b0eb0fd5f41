/**
 * What a browser must be for a store to be safe in it, checked before one is opened.
 */

/** Why this thread can have no part in a store, undefined if it can. */
export function obstacle(): string | undefined {
  if (!globalThis.crossOriginIsolated) {
    return 'Threads share no memory here: serve the page with the headers ' +
      'Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp.';
  }
  if ('document' in globalThis) {
    return 'A page must not block: open the store, and attach to it, in dedicated workers.';
  }
  return undefined;
}

/**
 * Whether the core needs no fences on this processor. Browsers do not name it, but x86 alone makes
 * a negative NaN out of an invalid operation; what cannot be told apart gets the fences.
 */
export function keepsOrder(): boolean {
  const floats = new Float32Array([Infinity]);
  floats[0] -= floats[0];
  return new Uint32Array(floats.buffer)[0] >>> 31 === 1;
}
