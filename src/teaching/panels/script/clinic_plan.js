// Plans as text and as doses, the same as model/therapies.py: 'rituximab dose_mg=1000 days=0,14'.

import { choices } from "./close_words.js";
import { exact, grouped, named, number_in_code, shortened } from "./clinic_words.js";
import { SPACE, trimmed } from "./refusals.js";

const LONGEST_TEXT = 20000;
const TIMED = "rate_ug_per_day"; // given as an infusion over duration_days
const ORDER = { conditioning: 0, antibody: 1, engager: 2, car_t: 3 }; // what happens first at the same instant
const SPACES = new RegExp(`[${SPACE}]+`, "u");
const NUMBER = /^[+-]?(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)(e[+-]?\d+)?$/i;

/** The first in an order of doses: by day, then conditioning before cells, then by name. */
export function in_order(data, doses) {
  const keys = new Map(doses.map((dose) => [dose, [dose.day, ORDER[data.products[dose.product].kind], dose.product, dose.word, dose.amount, dose.duration ?? 0]]));
  return [...doses].sort((one, other) => {
    const a = keys.get(one), b = keys.get(other);
    const place = a.findIndex((part, k) => part !== b[k]);
    return place < 0 ? 0 : a[place] < b[place] ? -1 : 1;
  });
}

/** The doses that a text describes, in their order; Error with one sentence for text of another form. */
export function parse_plan(data, text) {
  if (typeof text !== "string") throw new Error(`the plan is ${shortened(text)}; a text is needed, such as 'rituximab dose_mg=1000 days=0,14'.`);
  const length = [...text].length;
  if (length > LONGEST_TEXT) throw new Error(`the plan has ${grouped(length)} characters; at most ${grouped(LONGEST_TEXT)} are read.`);
  const doses = [];
  for (const part of text.split(" + ")) {
    if (["", "nothing"].includes(trimmed(part))) continue;
    const words = trimmed(part).split(SPACES);
    doses.push(...doses_of(data, words.filter((word) => !word.includes("=")).join(" "), options_of(data, words)));
  }
  return in_order(data, doses);
}

function options_of(data, words) {
  const known = [...new Set(["days", "duration_days", ...Object.values(data.products).flatMap((one) => one.words)])].sort();
  const options = {};
  for (const word of words.filter((one) => one.includes("="))) {
    const key = word.slice(0, word.indexOf("=")), texts = word.slice(key.length + 1).split(",");
    const numbers = texts.map(read_number);
    if (numbers.includes(null)) throw new Error(`${shortened(word)} in the plan is not of the form name=number.`);
    if (Object.hasOwn(options, key) || (key !== "days" && numbers.length > 1)) throw new Error(`${shortened(word)} in the plan: one number is needed, given once.`);
    if (!known.includes(key)) throw new Error(`${shortened(word)} in the plan is unknown; what may stand before '=': ${known.join(", ")}.`);
    options[key] = key === "days" ? numbers : numbers[0];
  }
  return options;
}

/** A number as Python reads it, or null. */
function read_number(text) {
  const plain = trimmed(text);
  if (/^[+-]?(inf|infinity)$/i.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  if (/^[+-]?nan$/i.test(plain)) return NaN;
  if (!NUMBER.test(plain) || /__|_$|_\.|\._|_e/i.test(plain)) return null;
  return Number(plain.replaceAll("_", ""));
}

function doses_of(data, name, { days, duration_days, ...dose }) {
  if (!Object.hasOwn(data.products, name)) {
    throw new Error(`product ${shortened(name)} is not in the table; choose one of: ${choices(Object.keys(data.products), name)}.`);
  }
  const { kind, usual, words } = data.products[name], given = Object.keys(dose);
  if (given.length > 1) throw new Error(`${name} was given ${given.length} doses (${cut_words(given.join(", "))}); give one of: ${words.join(", ")}.`);
  const word = given[0] ?? usual.word;
  if (!words.includes(word)) throw new Error(`${shortened(word)} is not a dose word of ${name}; use one of: ${words.join(", ")}.`);
  const amount = limited(data, kind, word, finite(word, given.length ? dose[word] : usual.amount));
  let duration = null;
  if (word === TIMED) duration = limited(data, "any", "duration_days", finite("duration_days", duration_days ?? usual.duration));
  else if (duration_days !== undefined) throw new Error(`duration_days does not go with ${word}; only with: ${TIMED}.`);
  const on = rising(days ?? usual.days);
  if (duration !== null && on.slice(1).some((day, k) => day - on[k] < duration)) {
    throw new Error(`infusions of ${name} over ${exact(duration)} days overlap on days ${days_in_words(on)}; start them at least ${exact(duration)} days apart.`);
  }
  return on.map((day) => ({ day, product: name, word, amount, duration }));
}

/** What Python's shortened text of words is without its quotes. */
const cut_words = (text) => shortened(text).replace(/^'+|'+$/g, "");
const days_in_words = (days) => cut_words(days.map(exact).join(", "));

function finite(name, value) {
  if (!Number.isFinite(value)) throw new Error(`${name} is ${named(value)}; a finite number is needed.`);
  return value;
}

function limited(data, owner, name, value) {
  const [low, high, unit] = data.limits[`${owner} ${name}`];
  if (!(low <= value && value <= high)) throw new Error(`${name} is ${exact(value)}; allowed is a number from ${exact(low)} to ${exact(high)} (${unit}).`);
  return value;
}

function rising(days) {
  days.forEach((day) => finite("days", day));
  if (days.some((day) => day < 0)) throw new Error(`days are ${days_in_words(days)}; a day must not be negative.`);
  if (days.slice(1).some((day, k) => day <= days[k])) throw new Error(`days are ${days_in_words(days)}; they must rise, each day once.`);
  return days;
}

/** Doses as the text that `parse_plan` reads back. */
export function plan_text(doses) {
  const groups = new Map();
  for (const dose of doses) {
    const key = JSON.stringify([dose.product, dose.word, dose.amount, dose.duration]);
    if (!groups.has(key)) groups.set(key, { dose, lists: [] });
    const { lists } = groups.get(key);
    const days = lists.find((one) => dose.day > one.at(-1) && dose.day - one.at(-1) >= (dose.duration ?? 0));
    if (days) days.push(dose.day);
    else lists.push([dose.day]);
  }
  const parts = [...groups.values()].flatMap(({ dose, lists }) => {
    const infusion = dose.duration === null ? "" : ` duration_days=${number_text(dose.duration)}`;
    return lists.map((days) => `${dose.product} ${dose.word}=${number_text(dose.amount)}${infusion} days=${days.map(number_text).join(",")}`);
  });
  return parts.join(" + ") || "nothing";
}

/** The shortest text that is read back as the same number: ten figures, else all of them. */
function number_text(value) {
  if (Number(value.toPrecision(10)) !== value) return number_in_code(value);
  const power = value === 0 ? 0 : Number(value.toExponential(9).split("e")[1]);
  if (power >= -4 && power < 10) return String(Number(value.toPrecision(10)));
  const [digits, raised] = Number(value.toPrecision(10)).toExponential().split("e");
  return `${digits}e${raised[0]}${raised.slice(1).padStart(2, "0")}`;
}
