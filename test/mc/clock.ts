// The clock of the searches: what this process has computed. Limits and figures must not depend on
// who else is at work on the machine.

/** Seconds of processor time that this process has used so far. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
