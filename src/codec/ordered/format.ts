/**
 * The 'ordered' key format: JavaScript values whose byte order is their natural order.
 * Source: the format of npm's ordered-binary 1.6 (the keys of lmdb-js), with the changes below.
 *
 *   first byte   meaning                                        rest
 *   ----------   --------------------------------------------   ---------------------------------
 *   (no bytes)   []                                             -
 *   00           null                                           -
 *   06, 07       false, true                                    -
 *   08..0F       negative number or bigint                      8 bytes, see below
 *   10..17       0, positive number or bigint                   3, 5, 7 or 8 bytes, see below
 *   1B           string that is empty or starts below U+001C    its characters
 *   1C..F4       any other string; this is its first byte       the other characters
 *   FE           Uint8Array                                     its bytes
 *   FF           unused: above every key
 *
 * Number: nibble 1 and the 64 bits of the double, or, if negative, nibble 0, the sign bit and the
 * other 63 bits inverted; then nibble 0: 9 bytes. Outside arrays a positive number drops
 * trailing zeros, to 4, 6 or 8 bytes: every integer below 2^49 fits into 8.
 *
 * Bigint: the largest double not above it, as 9 bytes; the rest of its bits follow in the low
 * nibble of byte 8 and in one or more bytes with the top bit set, 7 bits each. So a bigint stands
 * directly behind the equal number. Limit: magnitude at most Number.MAX_VALUE.
 *
 * Text and bytes: text is UTF-8; a lone surrogate is three bytes, as UTF-8 would write it if it
 * were allowed to (WTF-8). A byte 00..04 is preceded by 04, so that 00 is free for arrays.
 *
 * Array: its elements (numbers untrimmed) with 00 between them; a single element is followed by
 * 00. Elements are scalars: arrays do not nest.
 *
 * Order: null < false < true < numbers and bigints by value < strings by code point < bytes.
 * Arrays order by element, a shorter one before a longer one with the same start; a scalar counts
 * as an array of itself alone and stands directly before it. [] is the least key.
 *
 * -0 is stored as 0. NaN, undefined, functions, symbols and other objects are refused.
 *
 * Same bytes as ordered-binary: null, booleans, numbers, strings, bigints that are no doubles, flat
 * arrays of two or more of these. It leaves two things out: it does not escape U+0000..U+0004 in
 * strings longer than 63, and loses a carry in some negative bigints. Changed here, because it does
 * not give back what was put in: bigints that are doubles, single-element and empty arrays,
 * Uint8Array, -0; symbols and nested arrays are refused.
 */

export const NULL = 0x00;
export const FALSE = 0x06;
export const TRUE = 0x07;
export const FIRST_NEGATIVE = 0x08;
export const FIRST_POSITIVE = 0x10;
export const LAST_NUMBER = 0x17;
export const TEXT = 0x1b;
export const FIRST_PLAIN_CHARACTER = 0x1c;
export const LAST_TEXT = 0xf4;
export const BYTES = 0xfe;

/** Between the elements of an array, and behind the element of an array of one. */
export const SEPARATOR = 0x00;

/** Stands before each byte of text or bytes that is not above it. */
export const ESCAPE = 0x04;

/** Length of an untrimmed number, and of the part of a bigint that is a double. */
export const NUMBER_BYTES = 9;
