// What the race detector finds, judged by the allow-list: which races are none, and how the others
// are told.

import type { Build } from './builds.js';
import type { Program } from './machine-types.js';
import type { AllowedAccess } from './race-allowed.js';
import { NO_SITE, RaceDetector, ROLE_NAMES, type Race, type Side } from './races.js';
import type { Scenario } from './scenario.js';
import { sourcePlaces, type SourcePlace } from './source-places.js';
import { Failure } from './transitions.js';

export class RaceJudge {
  readonly detector: RaceDetector;
  /** Entries of the allow-list that were needed. */
  readonly met = new Set<AllowedAccess>();
  private readonly places: readonly SourcePlace[];
  private readonly harmless = new Set<string>();

  constructor(
    private readonly scenario: Scenario, build: Build, program: Program,
    private readonly allowed: readonly AllowedAccess[],
  ) {
    this.places = sourcePlaces(build, program.sites);
    const actors = scenario.threads.length + 1;
    const shared = (address: number): boolean => scenario.isShared(address);
    this.detector = new RaceDetector(
      scenario.regionBytes, actors, shared, (race) => this.judge(race),
    );
  }

  private judge(race: Race): void {
    const { first, second } = race;
    const key = `${first.site},${first.role},${second.site},${second.role}`;
    if (this.harmless.has(key)) return;
    const entry = this.entryFor(first) ?? this.entryFor(second);
    if (entry === undefined) throw new Failure('data race', this.tell(race));
    this.met.add(entry);
    this.harmless.add(key);
  }

  private entryFor({ role, site }: Side): AllowedAccess | undefined {
    if (site === NO_SITE) return undefined;
    const { file, fn, text } = this.placeOf(site);
    return this.allowed.find((entry) => entry.file === file && entry.fn === fn &&
      entry.access === ROLE_NAMES[role] && text.includes(entry.line ?? ''));
  }

  private placeOf(site: number): SourcePlace {
    return this.places[site];
  }

  private tell({ address, first, second }: Race): string {
    const name = this.scenario.symbol?.(address) ?? `0x${address.toString(16)}`;
    return `${name}: ${this.describe(second)} is not ordered with ${this.describe(first)}`;
  }

  private describe({ thread, role, site }: Side): string {
    const who = thread === this.scenario.threads.length ? 'the environment' : `T${thread}`;
    if (site === NO_SITE) return `a write by ${who}`;
    const { file, line, fn } = this.placeOf(site);
    return `${ROLE_NAMES[role]} by ${who} in ${fn} (${file}:${line})`;
  }
}
