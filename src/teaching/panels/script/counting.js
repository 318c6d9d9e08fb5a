// How many words a text has, as learning/rules.py counts them: for the rule that checks, and for the field while it is typed.

import { SPACE } from "./refusals.js";

const GAPS = new RegExp(`[${SPACE}]+`);
const HAS_LETTER = /[\p{L}\p{N}]/u;

/** What stands between gaps and holds a letter or a digit is a word; a dash alone is none. */
export function word_count(text) {
  return text.split(GAPS).filter((word) => HAS_LETTER.test(word)).length;
}
