// A decision table as evidence/decision.py has it: exact in the numbers as they were typed, so that a tie is a tie.
// tests/browser/test_decision_desk.py compares the two over thousands of tables.

import { shown_number } from "./numbers.js";

export const TOP = 10;
const FIGURES = 6; // of a number in words that cannot be written in full
const LONGEST_LIST = 180; // letters

// --- fractions of whole numbers of any length: [over, under], under > 0

const gcd = (a, b) => (b ? gcd(b, a % b) : a < 0n ? -a : a);
function fraction(over, under = 1n) {
  const common = (gcd(over, under) || 1n) * (under < 0n ? -1n : 1n);
  return [over / common, under / common];
}
const sum = ([a, b], [c, d]) => fraction(a * d + c * b, b * d);
const less = ([a, b], [c, d]) => fraction(a * d - c * b, b * d);
const times = ([a, b], [c, d]) => fraction(a * c, b * d);
const over = ([a, b], [c, d]) => fraction(a * d, b * c);
const size = ([a, b]) => [a < 0n ? -a : a, b];
/** Below, equal or above: -1, 0, 1. */
function compare([a, b], [c, d]) {
  const gap = a * d - c * b;
  return gap < 0n ? -1 : gap > 0n ? 1 : 0;
}
const ZERO = [0n, 1n], HIGHEST = [BigInt(TOP), 1n];

/** A number exactly as it was typed: the shortest digits that mean it. */
export function typed_fraction(value) {
  const [digits, power] = String(value).split("e");
  const [before, after = ""] = digits.split(".");
  const places = after.length - Number(power ?? 0);
  const number = BigInt(before + after);
  return places >= 0 ? fraction(number, 10n ** BigInt(places)) : fraction(number * 10n ** BigInt(-places));
}

/** The nearest number of the computer to a fraction, as Python rounds it. */
export function nearest_number([a, b]) {
  if (a < 0n) return -nearest_number([-a, b]);
  if (a <= 9007199254740991n && b <= 9007199254740991n) return Number(a) / Number(b);
  // 64 figures of two and more, and one that says whether anything is left: then a single rounding is right.
  const shift = BigInt(Math.max(0, 66 + b.toString(2).length - a.toString(2).length));
  const [whole, rest] = [(a << shift) / b, (a << shift) % b];
  return Number(rest ? whole | 1n : whole) / 2 ** Number(shift);
}

// --- the table

/** Options in a row, as many as fit; the others are counted, as inputs.listed does. */
function listed(names, between) {
  let shown = names.length;
  while (shown > 1 && [...names.slice(0, shown).join(between)].length > LONGEST_LIST) shown--;
  const text = names.slice(0, shown).join(between);
  return shown === names.length ? text : `${text} and ${names.length - shown} more`;
}

const exact = (value) => shown_number(value, FIGURES);

/** A change as one sentence. */
export function change_words({ criterion, score_of, now, at, option, overtakes }) {
  const what = score_of === null ? `the weight of ${criterion}` : `${score_of} on ${criterion}`;
  const place = overtakes ? `${at > now ? "above" : "below"} ${exact(at)}` : `at ${exact(at)}`;
  return `${what}: ${exact(now)} now; ${place} ${option} ${overtakes ? "overtakes" : "draws level"}.`;
}

/** The table of { criteria, weights, options, scores }: { totals, ranks, first, changes, verdict }. `totals` and `ranks`
    stand in the order of the options; `first` has the names in first place; `changes` the nearest first, each
    { criterion, score_of, now, at, distance, option, overtakes }. */
export function decide({ criteria, weights, options, scores }) {
  const weight = weights.map(typed_fraction), score = scores.map((row) => row.map(typed_fraction));
  const all = weight.reduce(sum, ZERO);
  const sums = score.map((row) => row.reduce((total, one, k) => sum(total, times(weight[k], one)), ZERO));
  const totals = sums.map((one) => nearest_number(over(one, all)));
  const ranks = sums.map((one) => 1 + sums.filter((other) => compare(other, one) > 0).length);
  const first = options.filter((_, k) => ranks[k] === 1);
  const changes = first.length > 1 ? [] : changes_of({ criteria, options, weight, score, all, sums, leader: ranks.indexOf(1) });
  return { totals, ranks, first, changes, verdict: verdict_of(first, changes) };
}

function verdict_of(first, changes) {
  if (first.length > 1) return `${listed(first, " and ")} share the first place; any change decides between them.`;
  if (!changes.length) return `${first[0]} is first, and no single number from 0 to ${TOP} changes that.`;
  return `${first[0]} is first. What changes that soonest is ${change_words(changes[0])}`;
}

const inside = (at) => compare(at, ZERO) >= 0 && compare(at, HIGHEST) <= 0;
const overtakes = (at) => compare(at, ZERO) > 0 && compare(at, HIGHEST) < 0;

function changes_of(table) {
  const found = table.criteria.flatMap((_, c) => [...by_weight(table, c), ...table.options.flatMap((_, o) => by_score(table, c, o))]);
  return found.sort((one, other) => one.distance - other.distance); // keeps the order of equals, as Python does
}

/** Where the weight of a criterion lets another option draw level. */
function by_weight({ criteria, options, weight, score, all, sums, leader }, c) {
  const now = weight[c], others = less(all, now), places = [];
  options.forEach((option, o) => {
    const gain = less(score[o][c], score[leader][c]);
    if (o === leader || gain[0] === 0n) return;
    const at = sum(now, over(less(sums[leader], sums[o]), gain));
    // With this weight at zero and no other, there would be no table.
    if (inside(at) && (at[0] !== 0n || others[0] !== 0n)) places.push({ at, option, overtakes: overtakes(at), gain: size(gain) });
  });
  return nearest(criteria[c], null, now, places);
}

/** Where the score of an option on a criterion changes who is first. */
function by_score({ criteria, options, weight, score, sums, leader }, c, o) {
  if (weight[c][0] === 0n) return [];
  const now = score[o][c];
  let option = options[o], at;
  if (o === leader) {
    let gap = null;
    sums.forEach((one, k) => {
      const behind = less(sums[leader], one);
      if (k !== leader && (gap === null || compare(behind, gap) < 0)) [gap, option] = [behind, options[k]];
    });
    at = less(now, over(gap, weight[c]));
  } else {
    at = sum(now, over(less(sums[leader], sums[o]), weight[c]));
  }
  return nearest(criteria[c], options[o], now, inside(at) ? [{ at, option, overtakes: overtakes(at), gain: [1n, 1n] }] : []);
}

/** The nearest place on each side of `now`; of two options at one place the one that gains most. */
function nearest(criterion, score_of, now, places) {
  const found = [];
  for (const side of [true, false]) {
    const beside = places.filter(({ at }) => compare(at, now) > 0 === side);
    if (!beside.length) continue;
    const best = beside.reduce((one, other) => {
      const closer = compare(size(less(other.at, now)), size(less(one.at, now)));
      return closer < 0 || (closer === 0 && compare(other.gain, one.gain) > 0) ? other : one;
    });
    const [from, to] = [nearest_number(now), nearest_number(best.at)];
    found.push({ criterion, score_of, now: from, at: to, distance: Math.abs(to - from), option: best.option, overtakes: best.overtakes });
  }
  return found;
}
