// Which places of the shipped core the scenarios have executed. A place is a line of the sources
// and the kind of access to shared memory that it makes. The compiler makes several sites of one
// place, in several builds, because it inlines; one of them has to be executed.

import { unreachable } from './unreachable.js';

/** Builds other than the shipped one hold helpers of the tests, too, which do not count. */
export const SHIPPED = 'core';

export interface Covered {
  /** Places of the shipped core, without those that are excluded. */
  readonly sites: number;
  /** Share of them that was executed, 0 to 1. */
  readonly site_coverage: number;
  readonly uncovered_sites: readonly string[];
  /** Places that cannot be executed; each is named in unreachable.ts with its reason. */
  readonly excluded_sites: number;
}

export class Coverage {
  private readonly places = new Map<string, readonly string[]>();
  private readonly executed = new Set<string>();

  /** The place of every site of a build, by number; the shipped build has to be among them. */
  locate(build: string, places: readonly string[]): void {
    this.places.set(build, places);
  }

  /** Sites of a located build that a search has executed. */
  add(build: string, sites: readonly number[]): void {
    const places = this.places.get(build);
    if (places === undefined) throw new Error(`the sites of ${build} are not located`);
    for (const site of sites) this.executed.add(places[site]);
  }

  /** Throws when the list of what is excluded names a place that is executed or not there. */
  get covered(): Covered {
    const all = new Set(this.places.get(SHIPPED));
    for (const { place } of unreachable) {
      if (!all.delete(place)) throw new Error(`unreachable.ts: the core has no place ${place}`);
      if (this.executed.has(place)) throw new Error(`unreachable.ts: ${place} is executed`);
    }
    const uncovered = [...all].filter((place) => !this.executed.has(place)).sort();
    return {
      sites: all.size, site_coverage: 1 - uncovered.length / all.size, uncovered_sites: uncovered,
      excluded_sites: unreachable.length,
    };
  }
}
