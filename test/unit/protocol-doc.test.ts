// docs/protocol.md names scenarios and planted bugs: all of them, and none that does not exist.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { crashBugs } from '../crash/planted.js';
import { plantedBugs } from '../mc/planted/index.js';
import { scenarios } from '../mc/scenarios/index.js';

const document = readFileSync(
  fileURLToPath(new URL('../../docs/protocol.md', import.meta.url)), 'utf8',
);

/** The rows of the table between two comments, without its head. */
function rowsOf(name: string): string[] {
  const [, behind = ''] = document.split(`<!-- ${name} -->`);
  const [table] = behind.split('<!-- end -->');
  return table.split('\n').filter((line) => line.startsWith('| ')).slice(2);
}

/** The number of the rule that a planted bug breaks: '2.6' of '2.6 ticket', 'I1' of '4.I1'. */
function ruleOf(rule: string): string {
  return rule.split(' ')[0].replace(/^4\.(?=I)/, '');
}

/** Whether the document has this rule, as a marked paragraph or as a section. */
function hasRule(rule: string): boolean {
  return document.includes(`**[${rule}]**`) || document.includes(`\n## ${rule}. `);
}

/** A number that orders rules as the document does. */
function orderOf(rule: string): number {
  const [, letter = '', ...numbers] = /^([A-Z]?)(\d+)(?:\.(\d+))?$/.exec(ruleOf(rule)) ?? [];
  const [major, minor] = numbers.map((text) => Number(text ?? 0));
  const section = { R: 3, I: 4, K: 5 }[letter];
  return section === undefined ? major * 100 + minor : section * 100 + major;
}

describe('docs/protocol.md', () => {
  test('lists every planted bug with its rule and its scenario', () => {
    const rows = [...plantedBugs]
      .sort((a, b) => orderOf(a.rule) - orderOf(b.rule))
      .map(({ rule, name, scenario }) => `| ${rule} | ${name} | ${scenario} |`);
    expect(rowsOf('planted')).toEqual(rows);
  });

  test('lists every scenario with its target and its deaths', () => {
    const rows = scenarios.map(({ target, name, maxDeaths }) =>
      `| ${target} | ${name} | ${maxDeaths} |`);
    expect(rowsOf('scenarios')).toEqual(rows);
  });

  test('lists every planted bug of the crash runner with its cases', () => {
    const rows = crashBugs.map(({ name, cases }) => `| ${name} | ${cases} |`);
    expect(rowsOf('crash')).toEqual(rows);
  });

  test('has the rule of every planted bug', () => {
    const missing = plantedBugs.map(({ rule }) => ruleOf(rule)).filter((rule) => !hasRule(rule));
    expect(missing).toEqual([]);
    expect(hasRule('2.99')).toBe(false);
  });

  test('names no planted bug whose scenario does not exist', () => {
    const names = scenarios.map(({ name }) => name);
    const wanted = plantedBugs.map(({ scenario }) => scenario);
    expect(wanted.filter((scenario) => !names.includes(scenario))).toEqual([]);
  });

  test('has every decision record that it points to', () => {
    const links = [...document.matchAll(/\]\((decisions\/[\w-]+\.md)\)/g)];
    expect(links.length).toBeGreaterThan(3);
    for (const [, path] of links) {
      const file = fileURLToPath(new URL(`../../docs/${path}`, import.meta.url));
      expect(readFileSync(file, 'utf8')).toContain('## Decision');
    }
  });
});
