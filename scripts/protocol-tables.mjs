// npm run docs: fills the tables of docs/protocol.md from the scenarios and planted bugs that
// exist. A test compares them, so a table that was not filled again fails there.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { crashBugs } from '../build/js/test/crash/planted.js';
import { plantedBugs } from '../build/js/test/mc/planted/index.js';
import { scenarios } from '../build/js/test/mc/scenarios/index.js';

const FILE = fileURLToPath(new URL('../docs/protocol.md', import.meta.url));

/** Sections of the document that the lettered rules belong to. */
const SECTION_OF = { R: 3, I: 4, K: 5 };

/** Place of a rule such as '2.3 note before CAS' or 'R4' in the document. */
function orderOf(rule) {
  const name = rule.replace(/^4\.(?=I)/, '');
  const [, letter = '', ...numbers] = /^([A-Z]?)(\d+)(?:\.(\d+))?/.exec(name);
  const [first, second] = numbers.map((text) => Number(text ?? 0));
  const section = SECTION_OF[letter];
  return section === undefined ? first * 100 + second : section * 100 + first;
}

/** Replaces what stands between the marks of a table. */
function withTable(text, name, head, rows) {
  const start = text.indexOf(`<!-- ${name} -->`);
  const end = text.indexOf('<!-- end -->', start);
  if (start < 0 || end < 0) throw new Error(`docs/protocol.md has no table ${name}`);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
  return `${text.slice(0, start)}<!-- ${name} -->\n${table}\n${text.slice(end)}`;
}

let text = readFileSync(FILE, 'utf8');
text = withTable(text, 'planted', ['rule', 'planted bug', 'scenario that finds it'],
  [...plantedBugs].sort((a, b) => orderOf(a.rule) - orderOf(b.rule))
    .map(({ rule, name, scenario }) => [rule, name, scenario]));
text = withTable(text, 'scenarios', ['target', 'scenario', 'deaths, at most'],
  scenarios.map(({ target, name, maxDeaths }) => [target, name, maxDeaths]));
text = withTable(text, 'crash', ['planted bug', 'cases that show it'],
  crashBugs.map(({ name, cases }) => [name, cases]));
writeFileSync(FILE, text);
process.stdout.write(`${plantedBugs.length} planted bugs, ${scenarios.length} scenarios\n`);
