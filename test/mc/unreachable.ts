// Places of the core that no scenario can be told to execute, each with its reason. `npm run mc`
// fails when one of them is executed after all, or is no place of the core any more.

export interface Unreachable {
  /** As the report names it: file, line, kind of access. */
  readonly place: string;
  readonly reason: string;
}

export const unreachable: readonly Unreachable[] = [
  {
    place: 'assembly/journal/create.ts:28 store',
    reason: 'It is the store of the next line, IMAGE_SEGMENT, which carries no line of its own ' +
      'and so gets the one before; in the fixture, where create is inlined, a line of the ' +
      'fixture. There it is executed by the set-up of every scenario with files.',
  },
];
