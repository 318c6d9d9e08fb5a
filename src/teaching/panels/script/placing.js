// Answers that put labels onto phrases (mark) or cards into bins (sort): learning/placing.py in the same order and with
// the same words. tests/browser/test_rule.py holds both to the same verdicts; a change here is a change there.

import { listed, Refusal, sentence } from "./refusals.js";

export const PLACED = ["mark", "sort"];
const WORDS = { mark: ["label", "a phrase of the text"], sort: ["card", "one of the bins"] };

/** What has to be placed. */
export function things_of({ kind, labels, cards }) {
  return kind === "mark" ? labels : cards;
}

/** Where it may be placed. */
export function places_of({ kind, phrases, nowhere, bins }) {
  return kind === "sort" ? bins : [...phrases, ...(nowhere ? [nowhere] : [])];
}

/** [thing, place] for every thing, in the order of the question. */
export function read_placed(entry, given) {
  const [word, where] = WORDS[entry.kind];
  const [things, places] = [things_of(entry), places_of(entry)];
  const pairs = is_plain(given) ? Object.entries(given) : given;
  if (!Array.isArray(pairs) || !pairs.length) throw new Refusal(`Nothing is placed yet; give every ${word} ${where}.`);
  const found = new Map();
  for (const pair of pairs) {
    const two = Array.isArray(pair) && pair.length === 2 && pair.every((one) => typeof one === "string");
    if (!two) throw new Refusal("Every part of the answer needs two texts: what is placed, and where.");
    const [thing, place] = pair;
    const named = `"${sentence(thing, 40)}"`;
    if (!things.includes(thing)) throw new Refusal(`${named} is not a ${word} of this question; there are: ${listed(things)}.`);
    if (!places.includes(place)) throw new Refusal(`"${sentence(place, 40)}" is not ${where}; choose one for ${named}.`);
    if (found.has(thing)) throw new Refusal(`${named} stands there twice; give it one place.`);
    found.set(thing, place);
  }
  const missing = things.filter((thing) => !found.has(thing)).map((thing) => short_name(entry, thing));
  if (missing.length) throw new Refusal(`Still without a place: ${listed(missing, ", ")}.`);
  return things.map((thing) => [thing, found.get(thing)]);
}

/** What is right, and a line for each thing that is not; the misconception is that of the first known wrong place. */
export function judge_placed(entry, value) {
  const { answer, wrong = [] } = entry;
  const right = value.filter(([thing, place]) => answer.places[thing].includes(place)).map(([thing]) => thing);
  if (right.length === value.length) return { right: true, message: answer.feedback, misconception: null, band: null };
  const names = entry.kind === "mark" && right.length ? ` (${listed(right, ", ")})` : "";
  const lines = [`${right.length} of ${value.length} stand where they belong${names}.`];
  let misconception = null;
  for (const [thing, place] of value) {
    if (right.includes(thing)) continue;
    const known = wrong.find((one) => one.thing === thing && one.place === place);
    misconception ??= known?.id ?? null;
    lines.push(`${short_name(entry, thing)}: ${known ? known.feedback : "look again."}`);
  }
  return { right: false, message: lines.join("\n"), misconception, band: null };
}

/** An answer as a person reads it; of a question that is only counted, how many stand where they are counted. */
export function placed_words(entry, value) {
  if (!entry.counts) return value.map(([thing, place]) => `${short_name(entry, thing)}: ${place}`).join("; ");
  const others = value.filter(([, place]) => place !== entry.counts).map(([thing]) => short_name(entry, thing));
  const told = `${value.length - others.length} of ${value.length} ${entry.counts}.`;
  return others.length ? `${told} The others: ${listed(others, ", ")}.` : told;
}

function short_name(entry, thing) {
  return entry.kind === "mark" ? thing : `card ${entry.cards.indexOf(thing) + 1}`;
}

function is_plain(given) {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}
