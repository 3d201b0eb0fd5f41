/**
 * The error class: stable codes, each with a sentence, and a cause where there is one.
 */
import { describe, expect, test } from 'vitest';
import { ERROR_CODES, MillraceError } from '../../src/errors.js';

describe('MillraceError', () => {
  test('is an Error with a code, a message and a cause', () => {
    const cause = new Error('disk');
    const error = new MillraceError('CORRUPT', 'The superblock is damaged.', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'MillraceError', code: 'CORRUPT', message: 'The superblock is damaged.', cause,
    });
    expect(String(error)).toBe('MillraceError: The superblock is damaged.');
  });

  test('says the sentence of its code when it is given no other', () => {
    expect(new MillraceError('CLOSED').message).toBe(ERROR_CODES.CLOSED);
  });
});

test.each(Object.entries(ERROR_CODES))('%s is explained by one sentence', (code, sentence) => {
  expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
});
