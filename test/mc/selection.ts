// What a run searches, and what it leaves out. Three forms: --quick is what `npm test` has time
// for, the default leaves out what is marked `long`, --long searches everything.

import type { PlantedBug, Scenario } from './scenario.js';

export interface Form {
  /** Only the scenario of this name with its planted bugs, or only the planted bug. */
  readonly only?: string | undefined;
  readonly planted: boolean;
  readonly quick: boolean;
  readonly long: boolean;
}

/** A planted bug with the scenario that must find it. */
export interface Trap {
  readonly bug: PlantedBug;
  readonly scenario: Scenario;
}

export interface Selection {
  readonly scenarios: readonly Scenario[];
  readonly traps: readonly Trap[];
  readonly leftOut: { readonly scenarios: number; readonly planted: number };
}

/** Chooses. Throws when a planted bug names no scenario. O(scenarios * bugs). */
export function select(
  scenarios: readonly Scenario[], bugs: readonly PlantedBug[], form: Form,
): Selection {
  const traps = bugs.map((bug): Trap => {
    const scenario = scenarios.find(({ name }) => name === bug.scenario);
    if (scenario !== undefined) return { bug, scenario };
    throw new Error(`planted bug ${bug.name}: no scenario is called ${bug.scenario}`);
  });
  const chosen = scenarios.filter((scenario) => isSearched(scenario, form));
  const planted = form.planted ? chosenTraps(traps, form) : [];
  return {
    scenarios: chosen, traps: planted,
    leftOut: {
      scenarios: scenarios.length - chosen.length, planted: bugs.length - planted.length,
    },
  };
}

function isSearched({ name, long, quickInstead }: Scenario, form: Form): boolean {
  if (form.only !== undefined) return name === form.only;
  if (long) return form.long;
  return !form.quick || quickInstead === undefined;
}

/** The quick form plants one bug for each rule: the first whose scenario is quick, too. */
function chosenTraps(traps: readonly Trap[], { only, quick }: Form): readonly Trap[] {
  if (only !== undefined) {
    return traps.filter(({ bug }) => bug.name === only || bug.scenario === only);
  }
  if (!quick) return traps;
  const byRule = new Map<string, Trap>();
  for (const trap of traps) {
    const rule = numberOf(trap.bug);
    const kept = byRule.get(rule);
    if (kept === undefined || (!isQuick(kept) && isQuick(trap))) byRule.set(rule, trap);
  }
  return [...byRule.values()];
}

function isQuick({ scenario: { long, quickInstead } }: Trap): boolean {
  return !long && quickInstead === undefined;
}

/** Number of the rule that a bug breaks, without its words: '2.3' of '2.3 note before CAS'. */
export function numberOf({ rule }: PlantedBug): string {
  return rule.slice(0, `${rule} `.indexOf(' '));
}
