// How often a search injected each kind of fault: a checker that never lets a thread die in some
// way has said nothing about dying in that way.

/** Kinds of faults and how often each was injected; every number counts transitions or images. */
export interface Faults {
  /** Deaths of a thread before an atomic access, a wait or a file call of an operation. */
  deaths_at_access: number;
  /** Deaths before a plain store, or between the accesses of one step. */
  deaths_inside_step: number;
  /** Of all deaths: those after an earlier death of the same schedule. */
  second_deaths: number;
  /** Of all deaths: the victim had claimed the recovery of another dead thread. */
  deaths_of_recoverers: number;
  /** Of all deaths: the victim was asleep. */
  deaths_asleep: number;
  /** Proofs of a death that arrived after others had run on. */
  late_detections: number;
  /** Recoveries by the environment's supervisor. */
  recoveries: number;
  /** Next incarnations of a dead thread's slot. */
  respawns: number;
  /** Waits that ended by their time-out. */
  time_outs: number;
  /** Calls on files that failed. */
  file_failures: number;
  /** Crashes of the process: states of the files and of what was reported as flushed. */
  process_crashes: number;
  /** Crashes of the machine: each possible loss in such a state. */
  machine_crashes: number;
  /**
   * Different files that crashes left and that were opened, and opened again: an open writes
   * nothing, so the second one is the one after a crash during replay.
   */
  reopened_images: number;
}

export function noFaults(): Faults {
  return {
    deaths_at_access: 0, deaths_inside_step: 0, second_deaths: 0, deaths_of_recoverers: 0,
    deaths_asleep: 0, late_detections: 0, recoveries: 0, respawns: 0, time_outs: 0,
    file_failures: 0, process_crashes: 0, machine_crashes: 0, reopened_images: 0,
  };
}

export function addFaults(to: Faults, more: Faults): void {
  for (const kind of Object.keys(to) as (keyof Faults)[]) to[kind] += more[kind];
}
