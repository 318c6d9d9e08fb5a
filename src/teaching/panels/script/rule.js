// The rule that checks an answer, on a page without a kernel: learning/rules.py in the same order and with the same
// words. tests/browser/test_rule.py holds both to the same verdicts; a change here is a change there.

import { word_count } from "./counting.js";
import { shown_number } from "./numbers.js";
import { judge_placed, PLACED, placed_words, read_placed } from "./placing.js";
import { listed, Refusal, sentence, short, SPACE, trimmed } from "./refusals.js";

const ALL_FIGURES = 17; // hold every number
const HUGE_POWER = 1e6; // of ten: beyond every number
const LONGEST_TEXT = 1000; // letters typed by a person
const LONGEST_LETTER = 2000; // letters of a text whose words are counted
const MOST_POINTS = 200;
export const EDGE = 0.05; // of its axis: so far a drawn curve may begin and end from the ends
const SLACK = 1e-6; // of an axis: so far a point may lie beyond it by rounding
const UNIT_WORDS = { days: [["d", 1], ["day", 1], ["week", 7], ["weeks", 7]], percent: [["%", 1], ["per cent", 1]] };

const GAP = "[ \\u00a0\\u2009\\u202f'\\u2019]";
const GROUPED = [
  `[0-9]{1,3}(?:${GAP}[0-9]{3})+(?![0-9])(?:[.,][0-9]*)?`, "[1-9][0-9]{0,2}(?:,[0-9]{3})+\\.[0-9]*",
  "[1-9][0-9]{0,2}(?:,[0-9]{3}){2,}(?![0-9])", "[1-9][0-9]{0,2}(?:\\.[0-9]{3}){2,}(?![0-9])(?:,[0-9]*)?",
].join("|");
const NUMBER = new RegExp(`^([+-]?)(?:(${GROUPED})|([0-9]+[.,]?[0-9]*|[.,][0-9]+))(?:e([+-]?[0-9]+))?(.*)$`, "is");
const THOUSANDS = /^[1-9][0-9]{0,2},[0-9]{3}$/; // '1,000' means 1 to some readers
const RAISED = "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079"; // 0 to 9
const POWER = `[\u207b\u207a]?[${RAISED}]{1,4}`;
const WORD = new RegExp(`^[${SPACE}]*(million|mio|thousand)`, "i");
const TEN = new RegExp(`^[${SPACE}]*[\u00d7x*\u00b7][${SPACE}]*10(?:\\^([+-]?[0-9]{1,4})|(${POWER}))`, "i");
const ALONE = new RegExp(`^${POWER}`);
const WORDS = { million: 6, mio: 6, thousand: 3 };

/** What was chosen, typed or drawn as `value`, in the question's unit; or null and one sentence, `problem`, why not. */
export function read_answer(entry, given) {
  try {
    return { value: READERS[entry.kind](entry, given), problem: "" };
  } catch (problem) {
    if (problem instanceof Refusal) return { value: null, problem: problem.message };
    throw problem;
  }
}

/** { right, message, misconception, band } for a usable value; a band includes both its ends. */
export function judge(entry, value) {
  if (PLACED.includes(entry.kind)) return judge_placed(entry, value);
  const { answer, wrong = [] } = entry;
  for (const known of [answer, ...wrong]) {
    if (!fits(entry, known, value)) continue;
    return { right: known === answer, message: known.feedback, misconception: known.id ?? null, band: known.band ?? null };
  }
  return { right: false, message: unknown(entry, value), misconception: null, band: null };
}

/** A usable value as a person reads it. */
export function answer_words(entry, value) {
  if (PLACED.includes(entry.kind)) return placed_words(entry, value);
  if (Array.isArray(value)) return `${value.length} points drawn`;
  return typeof value === "string" ? value : format_number(value, entry.unit || "");
}

/** A number as short text that is read back to the same value. */
export function format_number(value, unit = "") {
  return trimmed(`${shown_number(value, ALL_FIGURES)} ${unit}`);
}

/** One sentence on a text that was kept although it has fewer words than were asked for, else ''. */
export function words_missing({ words }, text) {
  const [least, most] = words || [0, 0];
  const count = word_count(text);
  return count >= least ? "" : `So far it has ${count} word${count === 1 ? "" : "s"}; ${least} to ${most} are asked for.`;
}

/** Where a value stands on an axis as it is drawn: 0 at its low end, 1 at its high end. */
export function share_of_axis({ low, high, log }, value) {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

/** The height of a drawn curve at a place: straight between two points as the axes are drawn, level beyond the ends. */
export function height_at(entry, points, place) {
  let last = null;
  for (const [across, up] of points) {
    if (across === place || (!last && across > place)) return up;
    if (across > place) return between(entry, last, [across, up], place);
    last = [across, up];
  }
  return last[1];
}

// --- reading, kind by kind

const READERS = {
  option: read_option, number: read_number, marker: read_marker, text: read_text, curve: read_curve, mark: read_placed, sort: read_placed,
};

function read_option(entry, given) {
  const typed = short(given);
  const found = entry.options.find((option) => option.toLowerCase() === typed.toLowerCase());
  if (found !== undefined) return found;
  throw new Refusal(`"${sentence(typed, 40)}" is not an option; choose one of: ${listed(entry.options)}.`);
}

function read_number({ unit = "", example = 10 }, given) {
  const of_unit = unit ? ` of ${unit}` : "";
  const wanted = `type a number${of_unit} such as ${format_number(example)}`;
  const written = short(given).replaceAll("\u2212", "-");
  if (!written) throw new Refusal(`The answer is empty; ${wanted}.`);
  const found = written.match(NUMBER);
  const [number, behind] = found ? number_and_unit(found) : [NaN, ""];
  const factors = new Map([["", 1], [unit.toLowerCase(), 1], ...(UNIT_WORDS[unit] || [])]);
  const value = number * (factors.get(trimmed(behind).toLowerCase()) ?? NaN);
  if (!Number.isFinite(value)) throw new Refusal(`"${sentence(written, 40)}" is not a ${found ? `number${of_unit}` : "number"}; ${wanted}.`);
  if (found[3] && THOUSANDS.test(found[3])) throw new Refusal(`"${sentence(written, 40)}" can be read in two ways; leave out the comma.`);
  return value;
}

function read_marker(entry, given) {
  const number = read_number(entry, given);
  const { low, high, unit } = entry;
  if (!(low <= number && number <= high)) throw new Refusal(`${format_number(number)} is off the scale; choose from ${low} to ${high} ${unit}.`);
  return number;
}

function read_text(entry, given) {
  if (typeof given !== "string") throw new Refusal(`${sentence(given, 60)} is no text; write one or two sentences.`);
  const text = trimmed(given.replace(/\p{Cs}/gu, "\ufffd")); // half a letter is one that no file takes
  const length = [...text].length;
  if (!length) throw new Refusal("There is nothing written yet; write one or two sentences.");
  const most = entry.words?.[1] ?? Infinity;
  const count = word_count(text);
  if (count > most) throw new Refusal(`The text has ${count} words; at most ${most} can be kept, so take out ${count - most}.`);
  const longest = entry.words ? LONGEST_LETTER : LONGEST_TEXT;
  if (length > longest) throw new Refusal(`The text has ${length} letters; at most ${longest} can be kept.`);
  return text;
}

function read_curve(entry, given) {
  if (!Array.isArray(given) || given.length < 2) throw new Refusal("A curve needs at least two points; draw it from left to right, or type its values.");
  if (given.length > MOST_POINTS) throw new Refusal(`The curve has ${given.length} points; at most ${MOST_POINTS} can be kept.`);
  const points = given.map((point) => {
    const is_point = Array.isArray(point) && point.length === 2 && point.every((number) => typeof number === "number" && Number.isFinite(number));
    if (!is_point) throw new Refusal("Every point of a curve needs two numbers.");
    return [inside(entry.across, point[0]), inside(entry.up, point[1])];
  });
  points.sort((one, other) => one[0] - other[0]);
  const [first, last] = [points[0][0], points.at(-1)[0]];
  if (share_of_axis(entry.across, first) > EDGE || share_of_axis(entry.across, last) < 1 - EDGE) {
    throw new Refusal(`Your curve runs from ${format_number(first)} to ${format_number(last, entry.across.unit)}; draw it from ${scale(entry.across)}.`);
  }
  return points;
}

// --- axes and numbers

function inside(axis, number) {
  const { low, high, log } = axis;
  const [below, above] = log ? [SLACK * low, SLACK * high] : [SLACK * (high - low), SLACK * (high - low)];
  if (!(low - below <= number && number <= high + above)) throw new Refusal(`${format_number(number)} is off the picture; choose from ${scale(axis)}.`);
  return Math.min(Math.max(number, low), high);
}

function scale({ low, high, unit }) {
  return `${format_number(low)} to ${format_number(high, unit)}`;
}

function between({ across, up }, one, other, place) {
  const part = across.log ? Math.log(place / one[0]) / Math.log(other[0] / one[0]) : (place - one[0]) / (other[0] - one[0]);
  const height = up.log ? one[1] * (other[1] / one[1]) ** part : one[1] + part * (other[1] - one[1]);
  // Logarithms may differ in the last digit from one program to the next; a verdict must not.
  return across.log || up.log ? Number(height.toPrecision(12)) : height;
}

function fits(entry, known, value) {
  if (known.bands) {
    return known.bands.every(([place, low, high]) => {
      const height = height_at(entry, value, place);
      return low <= height && height <= high;
    });
  }
  return known.band ? known.band[0] <= value && value <= known.band[1] : value === known.option;
}

/** What is said to an answer that nobody has thought of. */
function unknown(entry, value) {
  const { answer } = entry;
  if (answer.option !== undefined) return "Think again, or open the hint.";
  if (answer.band) return `${answer_words(entry, value)} is too ${value < answer.band[0] ? "low" : "high"}. Try again, or open the hint.`;
  for (const [place, low, high] of answer.bands) {
    const height = height_at(entry, value, place);
    if (low <= height && height <= high) continue;
    return `At ${format_number(place, entry.across.unit)} your curve is too ${height < low ? "low" : "high"}. Try again, or open the hint.`;
  }
  return ""; // cannot be: a curve that fits everywhere is right
}

function number_and_unit([, sign, groups, single, exponent = "", rest]) {
  const digits = groups ? plain_digits(groups) : single.replace(",", ".");
  const [power, behind] = power_behind(rest, single || "");
  const all = power + (exponent.length < 9 ? Number(exponent || 0) : HUGE_POWER);
  return [Number(`${sign}${digits}e${all}`), behind];
}

/** Digits in groups of three as one number; the last comma or point stands for decimals when it is the only one of its kind. */
function plain_digits(groups) {
  const signs = [...groups.replace(/[0-9]/g, "")];
  const last = signs.at(-1);
  const decimal = ",.".includes(last) && signs.filter((sign) => sign === last).length === 1 ? last : "";
  const at = decimal ? groups.indexOf(decimal) : groups.length;
  const rest = groups.slice(at + 1);
  return groups.slice(0, at).replace(/[^0-9]/g, "") + (rest ? `.${rest}` : "");
}

/** What ' million' or ' x 10^8' behind digits multiplies them by, as a power of ten, and the text behind that. */
function power_behind(rest, digits) {
  const alone = digits === "10" && rest.match(ALONE); // of '10⁸' the ten is read already
  if (alone) return [level(alone[0]) - 1, rest.slice(alone[0].length)];
  const word = rest.match(WORD);
  const after = word ? rest.slice(word[0].length) : "";
  if (word && !/^[\p{L}\p{Nl}\p{No}]/u.test(after)) return [WORDS[word[1].toLowerCase()], after.replace(/^\./, "")];
  const ten = rest.match(TEN);
  return ten ? [ten[1] ? Number(ten[1]) : level(ten[2]), rest.slice(ten[0].length)] : [0, rest];
}

function level(raised) {
  return Number([...raised].map((letter) => ({ "\u207b": "-", "\u207a": "+" })[letter] ?? RAISED.indexOf(letter)).join(""));
}
