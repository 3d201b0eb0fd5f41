/**
 * Heartbeats: how a worker shows that it is well, and how a supervisor notices that one is silent.
 * Silence proves nothing: it is told, and nothing else. DESIGN section 6.
 */

/** Looks at a pulse, and beats of it, within the time that a member has promised. */
export const LOOKS = 4;

/** The shortest and the longest promise, in milliseconds. */
export const HEARTBEAT_MIN = 100;
export const HEARTBEAT_MAX = 3_600_000;

/** What a supervisor remembers of a member's pulse. */
export class Pulse {
  private seen: number | undefined;
  private looks = 0;

  /**
   * Takes a look. Silence is counted in looks, not in time: when the whole process stands still,
   * nobody looks, and nobody is silent for it.
   *
   * @returns whether the pulse has stood still for a multiple of `LOOKS` looks
   */
  isSilentAt(pulse: number): boolean {
    if (pulse !== this.seen) {
      this.seen = pulse;
      this.looks = 0;
      return false;
    }
    this.looks++;
    return this.looks % LOOKS === 0;
  }
}

/**
 * Beats as long as this thread turns its event loop.
 *
 * @param heartbeat the promise, in milliseconds; undefined: nothing was promised
 * @returns what ends it
 */
export function keepBeating(heartbeat: number | undefined, beat: () => void): () => void {
  if (heartbeat === undefined) return () => undefined;
  const timer = setInterval(beat, heartbeat / LOOKS);
  // A browser has numbers here, and its timers keep nothing alive.
  (timer as { unref?(): void }).unref?.();
  return () => clearInterval(timer);
}
