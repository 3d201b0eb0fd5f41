// Places of the core that no scenario can be told to execute, each with its reason. `npm run mc`
// fails when one of them is executed after all, or is no place of the core any more.

export interface Unreachable {
  /** As the report names it: file, line, kind of access. */
  readonly place: string;
  readonly reason: string;
}

export const unreachable: readonly Unreachable[] = [];
