/**
 * The fences of the core (docs/weak-memory.md): they keep plain loads and stores in order on
 * processors that would change it. Where the processor keeps it, they only cost, so they are taken
 * out before the core is compiled.
 */

const FENCE: readonly number[] = [0xfe, 0x03, 0x00];
const NOP = 0x01;

/**
 * A copy of the core in which each fence is as many instructions that do nothing.
 * @param offsets where the fences stand, in bytes
 * @throws Error when something else stands there. O(bytes).
 */
export function withoutFences(
  core: Uint8Array<ArrayBuffer>, offsets: readonly number[],
): Uint8Array<ArrayBuffer> {
  const bytes = core.slice();
  for (const offset of offsets) {
    if (FENCE.some((byte, i) => bytes[offset + i] !== byte)) {
      throw new Error(`the core has no fence at offset ${offset}`);
    }
    bytes.fill(NOP, offset, offset + FENCE.length);
  }
  return bytes;
}
