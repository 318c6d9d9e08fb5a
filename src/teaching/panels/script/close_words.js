// Which words are near to a typed one, the same as difflib.get_close_matches of Python and `choices` of inputs.py.

import { listed } from "./clinic_words.js";

const MOST_LETTERS = 100, NEAR = 3, CUTOFF = 0.4;

/** How many letters two texts share in the same order: the longest common piece, then left and right of it. */
function shared(one, other) {
  let longest = 0, at_one = 0, at_other = 0, before = [];
  for (let i = 0; i < one.length; i++) {
    const now = [];
    for (let j = 0; j < other.length; j++) {
      if (one[i] !== other[j]) continue;
      now[j] = (before[j - 1] ?? 0) + 1;
      if (now[j] > longest) [longest, at_one, at_other] = [now[j], i - now[j] + 1, j - now[j] + 1];
    }
    before = now;
  }
  if (!longest) return 0;
  const left = shared(one.slice(0, at_one), other.slice(0, at_other));
  return longest + left + shared(one.slice(at_one + longest), other.slice(at_other + longest));
}

/** The names that are most alike to what was given, the nearest first. */
export function close_to(given, names) {
  const letters = [...given].slice(0, MOST_LETTERS);
  const scored = names.map((name) => ({ name, score: (2 * shared([...name], letters)) / ([...name].length + letters.length || 1) }));
  const near = scored.filter((one) => one.score >= CUTOFF);
  near.sort((a, b) => b.score - a.score || (a.name < b.name ? 1 : -1));
  return near.slice(0, NEAR).map((one) => one.name);
}

/** The allowed words for a sentence: all of a short list, else the nearest first and how many more there are. */
export function choices(names, given, most = 150) {
  if (typeof given !== "string" || names.join(", ").length <= most) return listed(names, most);
  const near = close_to(given, names);
  return listed([...near, ...names.filter((name) => !near.includes(name))], most);
}
