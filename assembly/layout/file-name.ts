// Names of a store's files: "image", "image.tmp" while it is written, "pages", "journal.00000001"
// and so on.

import { FILE_IMAGE, FILE_PAGES } from "./journal";

@inline const JOURNAL_DOT: u64 = 0x2e6c616e72756f6a; // "journal."
@inline const IMAGE: u64 = 0x6567616d69; // "image"
@inline const IMAGE_TM: u64 = 0x6d742e6567616d69; // "image.tm"
@inline const P: u64 = 0x70; // "p"
@inline const PAGES: u64 = 0x7365676170; // "pages"
@inline const DIGIT_0: u32 = 48;

/** Number of the image file while it is written; its number is 0 once it is complete. */
@inline export const NEW_IMAGE: u32 = 1;
@inline export const NAME_BYTES: usize = 16;

/** Writes the name of a file to `to`, which has NAME_BYTES; its length. */
export function writeFileName(to: usize, file: u32, number: u32): usize {
  if (file == FILE_IMAGE) {
    const isNew = number == NEW_IMAGE;
    store<u64>(to, isNew ? IMAGE_TM : IMAGE);
    store<u64>(to, P, 8);
    return isNew ? 9 : 5;
  }
  if (file == FILE_PAGES) {
    store<u64>(to, PAGES);
    return 5;
  }
  store<u64>(to, JOURNAL_DOT);
  let rest = number;
  for (let at = NAME_BYTES; at > 8; at--, rest /= 10) {
    store<u8>(to + at - 1, <u8>(DIGIT_0 + rest % 10));
  }
  return NAME_BYTES;
}
