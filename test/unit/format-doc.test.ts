// The tables of docs/format.md against the layout that the compiler knows.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LAYOUT } from '../../src/layout.js';

const root = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const document = readFileSync(root('docs/format.md'), 'utf8');

type Numbers = Readonly<Record<string, number | bigint>>;
type Group = keyof typeof LAYOUT;

const { ImageHeader, SegmentHeader, BlockHeader } = LAYOUT.journal;
const { PagesHeader, PageEntry } = LAYOUT.pages;

/** The rows of the table behind the comment with this name, as cells, without their head. */
function rowsOf(name: string): string[][] {
  const [, text = ''] = document.split(`<!-- ${name} -->\n`);
  const [table] = text.split('\n\n');
  return table.split('\n').slice(2).map((row) => row.split('|').slice(1, -1).map((c) => c.trim()));
}

/** Offsets of a group by name, those of its one class included. */
function offsetsOf(group: Group): Numbers {
  const entries = Object.entries(LAYOUT[group] as Record<string, unknown>);
  const fields = entries.flatMap(([, value]) => (typeof value === 'object' ? [value] : []));
  return Object.assign(Object.fromEntries(entries), ...fields) as Numbers;
}

/** First bit and width of a field of a packed word. */
function bitsOf(group: Numbers, name: string): [from: number, bits: number] {
  const shift = group[`${name}_SHIFT`];
  const width = group[`${name}_BITS`];
  const mask = group[`${name}_MASK`];
  if (shift === undefined && width === undefined) return spanOf(BigInt(group[name]));
  const from = Number(shift ?? 0);
  if (width !== undefined) return [from, Number(width)];
  return [from, mask === undefined ? 64 - from : spanOf(BigInt(mask))[1]];
}
function spanOf(mask: bigint): [from: number, bits: number] {
  const digits = mask.toString(2);
  return [digits.length - digits.lastIndexOf('1') - 1, digits.replaceAll('0', '').length];
}

describe('docs/format.md', () => {
  test.each([
    'superblock', 'slot', 'node', 'record', 'redo', 'tables', 'partition', 'cell', 'members',
  ] as const)(
    'offsets of %s', (group) => {
      const offsets = offsetsOf(group);
      const rows = rowsOf(group);
      expect(rows.length).toBeGreaterThan(0);
      const wrong = rows.filter(([offset, , field]) => Number(offset) !== Number(offsets[field]));
      expect(wrong).toEqual([]);
    },
  );

  test.each(['lockWord', 'stateWord'] as const)('bits of %s', (group) => {
    const rows = rowsOf(group);
    const told = rows.map(([from, bits, field]) => [field, Number(from), Number(bits)]);
    const known = rows.map(([, , field]) => [field, ...bitsOf(LAYOUT[group], field)]);
    expect(told).toEqual(known);
    expect(rows.reduce((sum, [, bits]) => sum + Number(bits), 0)).toBe(64);
  });

  test.each([
    ['superblock', LAYOUT.superblock.Superblock],
    ['record', LAYOUT.record.LogRecord],
  ] as const)('every field of %s', (group, fields) => {
    const known = Object.keys(fields).filter((name) => name !== 'BYTES');
    expect(rowsOf(group).map(([, , field]) => field)).toEqual(expect.arrayContaining(known));
  });

  test.each(Object.entries({
    ImageHeader, PagesHeader, PageEntry, SegmentHeader, BlockHeader,
  }))(
    'all of %s', (name, { BYTES, ...fields }) => {
      const rows = rowsOf(name);
      expect(Object.fromEntries(rows.map(([offset, , field]) => [field, Number(offset)])))
        .toEqual(fields);
      expect(rows.reduce((sum, [, bytes]) => sum + Number(bytes), 0)).toBe(BYTES);
    },
  );

  test('sizes of the parts of a block', () => {
    const sizes: Numbers = LAYOUT.block;
    const wrong = rowsOf('block').filter(([, bytes, name]) => Number(bytes) !== sizes[name]);
    expect(wrong).toEqual([]);
    expect(rowsOf('block').length).toBeGreaterThan(0);
  });

  test('tables without gaps but those that are told', () => {
    const gaps = (['slot', 'node', 'record', 'redo'] as const).flatMap((group) => {
      const rows = rowsOf(group);
      return rows.slice(1).flatMap(([offset, , field], i) => {
        const end = Number(rows[i][0]) + Number(rows[i][1]);
        return end === Number(offset) ? [] : [`${group} ${end}..${offset} before ${field}`];
      });
    });
    expect(gaps).toEqual([
      'slot 96..100 before NOTE_MARK', 'slot 112..128 before GEN', 'slot 156..160 before BELL',
      'slot 176..192 before COUNTERS', 'node 48..56 before LEFTMOST',
    ]);
  });

  test('the source files that it names exist', () => {
    const [, list] = document.split('compares its tables with:\n\n');
    const names = [...list.split('\n\n')[0].matchAll(/`([\w/-]+\.ts)`/g)].map(([, name]) => name);
    expect(names.length).toBe(13);
    for (const name of names) {
      const path = name.startsWith('assembly/') ? name : `assembly/layout/${name}`;
      expect(readFileSync(root(path), 'utf8')).toContain('export');
    }
  });
});
