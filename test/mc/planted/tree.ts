// Planted bugs in the tree: descent, reads, splits, layers and scans. Protocol 2.3, 2.7 and 6.

import type { PlantedBug } from '../scenario.js';

const folder = 'assembly/tree/';
const RECORD = 'assembly/mtx/record.ts';
const READS = 'assembly/sync/node-reads.ts';

const descending: readonly PlantedBug[] = [
  {
    name: 'tree: descent ignores APPLYING', rule: '6 APPLYING: retry', file: `${folder}descend.ts`,
    find: '    if (!isApplying(word)) return word;',
    replace: '    return word;',
    scenario: 'root: grows beside lookup',
  },
  {
    name: 'tree: descent does not look again', rule: '6 hand over hand',
    file: `${folder}descend.ts`,
    find: '    if (unchanged(node, word)) node = to;\n    else count(RETRIES);',
    replace: '    node = to;',
    scenario: 'root: grows beside lookup',
  },
  {
    name: 'tree: insert into the leaf that was found', rule: '2.3 certain under the lock',
    file: `${folder}locate.ts`,
    find: '    if (covers(leaf, slice)) return leaf;',
    replace: '    return leaf;',
    scenario: 'split: entry goes right, beside insert',
  },
  {
    name: 'tree: parent taken as it was found', rule: '2.3 certain under the lock',
    file: `${folder}climb.ts`,
    find: '    if (levelOfWord(next) == level && slice < highkeyOf(node)) return edit(node);',
    replace: '    if (levelOfWord(next) > 0) return edit(node);',
    scenario: 'inner root: grows beside a split',
  },
];

const reading: readonly PlantedBug[] = [
  {
    name: 'tree: missing without a look at highkey', rule: '6 not found needs highkey',
    file: `${folder}get.ts`,
    find: 'if (covers(leaf, slice) && unchanged(leaf, word)) {',
    replace: 'if (unchanged(leaf, word)) {',
    scenario: 'split: entry goes left, beside lookups',
  },
  {
    name: 'tree: value under a changed word', rule: '6 value under an unchanged word',
    file: `${folder}get.ts`,
    find: 'acquire64(<usize>my.linkAt) == my.link && '
      + 'lockWord(<usize>my.leaf) == my.leafWord',
    replace: 'acquire64(<usize>my.linkAt) == my.link',
    scenario: 'leaf: slot used again beside get',
  },
  {
    name: 'tree: layer entered without a second look', rule: '6 equal before and after',
    file: `${folder}get.ts`,
    find: '      if (!unchanged(leaf, word)) continue;\n      root = <usize>link;',
    replace: '      root = <usize>link;',
    scenario: 'layer: made beside get',
  },
];

const changing: readonly PlantedBug[] = [
  {
    name: 'tree: permutation published before highkey', rule: '2.7 next, highkey, permutation',
    file: RECORD,
    find: `  p = appendPublished(p, shadow, HIGHKEY_BIT, HIGHKEY);
  return appendPublished(p, shadow, PERMUTATION_BIT, PERMUTATION);`,
    replace: `  p = appendPublished(p, shadow, PERMUTATION_BIT, PERMUTATION);
  return appendPublished(p, shadow, HIGHKEY_BIT, HIGHKEY);`,
    scenario: 'split: entry goes right, beside lookups',
  },
  {
    name: 'tree: fresh nodes after those that name them', rule: '2.7 fresh nodes first',
    file: RECORD,
    find: `  if (my.created) p = appendShadows(p, limit, true);
  if (p) p = appendShadows(p, limit, false);`,
    replace: `  p = appendShadows(p, limit, false);
  if (p) p = appendShadows(p, limit, true);`,
    scenario: 'split: entry goes right, beside lookups',
  },
  {
    name: 'tree: growth of a root is not marked', rule: '2.7 more than one publishing store',
    file: RECORD,
    find: 'if (stores > 1 || changesLevel(shadow)) mark',
    replace: 'if (stores > 1 && !changesLevel(shadow)) mark',
    scenario: 'root: grows beside lookup',
  },
  {
    name: 'tree: a new layer is not marked', rule: '2.7 more than one publishing store',
    file: RECORD,
    find: '  return popcnt(links) + popcnt(keys) + (kinds ? 1 : 0) + ',
    replace: '  return popcnt(links) + ',
    scenario: 'layer: made beside get',
  },
  {
    name: 'tree: a layer is overwritten by a key', rule: '2.4 verbs see the node as it is',
    file: `${folder}place.ts`,
    find: `  if (there == KIND_LAYER) return DEEPER;
  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) {
`,
    replace: `  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) {
`,
    scenario: 'layer: made by one of two',
  },
  {
    name: 'tree: a layer is removed with a key', rule: '2.4 verbs see the node as it is',
    file: `${folder}place.ts`,
    find: `  if (there == KIND_LAYER) return DEEPER;
  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) return MISSING;`,
    replace: `  const old = linkIn(shadow, slot);
  if (there == KIND_LONG) {
    const known = resolve(old);
    if (known == 0) return lacking(old);
    if (!hasKey(known, key, keyBytes)) return MISSING;`,
    scenario: 'layer: made beside remove',
  },
];

const scanning: readonly PlantedBug[] = [
  {
    name: 'scan: entries that moved are put out', rule: '6 scans', file: `${folder}scan-leaf.ts`,
    find: 'return keyOf(view, slot) >= highkeyOf(view) && nextOfWord(nextAndLevel(view)) != 0;',
    replace: 'return false;',
    scenario: 'scan: beside a split',
  },
  {
    name: 'scan: leaf copied without a second look', rule: '6 atomic per leaf', file: READS,
    find: '  return highkeyOf(node) == high && unchanged(node, word);',
    replace: '  return highkeyOf(node) == high;',
    scenario: 'scan: beside growth of the root',
  },
  {
    name: 'scan: highkey looked at once', rule: '6 atomic per leaf', file: READS,
    find: '  return highkeyOf(node) == high && unchanged(node, word);',
    replace: '  return unchanged(node, word);',
    scenario: 'scan: beside a split',
  },
  {
    name: 'scan: next leaf taken as it is', rule: '6 next.lowkey == last highkey',
    file: `${folder}scan.ts`,
    find: 'if (copyNode(view, leaf, word) && coversCursor(at, view)) {',
    replace: 'if (copyNode(view, leaf, word)) {',
    scenario: 'scan: backward, beside a split',
  },
];

export const treeBugs: readonly PlantedBug[] = [
  ...descending, ...reading, ...changing, ...scanning,
];
