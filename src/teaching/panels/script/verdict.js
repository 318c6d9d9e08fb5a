// What is a prediction, and how far was it off: the rules of panels/prediction.py for a page without a kernel, with the
// same sentences. A test compares the two over thousands of predictions. `spec`: what Predict.describe gives.

import { clamp, rounded } from "./numbers.js";

const MOST_POINTS = 200;
const LONGEST_OWN_SENTENCE = 500; // letters
const NOTHING = 1e-9; // a gap below it is a matter of rounding
const LEAST = 1e-12; // of cells or drug, on a logarithmic axis

/** A message as one sentence that starts with a capital. */
export function as_sentence(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A number without the last digits, in which two computers may differ. */
const clean = (number) => Number(number.toPrecision(12));
const is_number = (value) => typeof value === "number" && Number.isFinite(value);

/** Digits of a number without decimals; a half goes to the even neighbour. */
function no_decimals(number) {
  const near = Math.round(number);
  return String(Math.abs(number % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near);
}

/** The point, when it lies on the picture; on its edge, when it lies beyond by less than is shown of a number. */
function inside(point, spec) {
  return [["across", spec.across_per_unit, spec.across_label], ["up", 1, "the value"]].map(([way, scale, word], k) => {
    const [low, high] = spec[way];
    const read = spec[way + "_read"];
    const slack = 1e-6 * Math.abs(high - low);
    const number = point[k] / scale;
    if (!(Math.min(low, read[0]) - slack <= number && number <= Math.max(high, read[1]) + slack)) {
      throw new Error(`${word} is ${rounded(number, 2)}; it must lie on the picture, between ${rounded(low, 2)} and ${rounded(high, 2)}.`);
    }
    return clamp(point[k], low * scale, high * scale);
  });
}

/** The prediction as it is kept; throws Error with one sentence when it is none. `on_picture`: every point must lie on it. */
export function check_prediction(spec, value, on_picture = true) {
  if (spec.kind === "options") {
    if (!spec.options.includes(value)) throw new Error(`choose one of: ${spec.options.join(", ")}.`);
    return value;
  }
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_POINTS) throw new Error(`a prediction has 1 to ${MOST_POINTS} points.`);
  const fits = (point) => Array.isArray(point) && point.length === 2 && point.every(is_number);
  if (!value.every(fits)) throw new Error("every point of a prediction needs two numbers.");
  let points = value.map(([across, up]) => [across, up]).sort((one, two) => one[0] - two[0]);
  const single = spec.kind === "marker";
  if (!single && points.length < 2) throw new Error("draw the curve from left to right, or type at least two points.");
  if (on_picture) points = points.map((point) => inside(point, spec));
  return single ? points.slice(0, 1) : points;
}

/** What the student wrote after the prediction, on one line; throws Error with one sentence when it is none. */
export function check_sentence(text) {
  const line = text.replace(/[\p{Cc}\p{Cs}]/gu, " ").split(/[^\S\uFEFF]+/u).filter(Boolean).join(" ");
  const { length } = [...line];
  if (!length) throw new Error("write your sentence first.");
  if (length > LONGEST_OWN_SENTENCE) throw new Error(`your sentence has ${length} letters; up to ${LONGEST_OWN_SENTENCE} are kept.`);
  return line;
}

/** The height of a line through points (xs, ys) at a place; beyond its ends it stays as it ends. */
function height_at(place, xs, ys) {
  const last = xs.length - 1;
  if (place < xs[0]) return ys[0];
  let k = last;
  while (xs[k] > place) k--;
  if (k === last || xs[k] === place) return ys[k];
  return ((ys[k + 1] - ys[k]) / (xs[k + 1] - xs[k])) * (place - xs[k]) + ys[k];
}

function how_far(first, second, logarithmic) {
  if (!logarithmic) return ` (${no_decimals(Math.abs(first - second))} apart)`;
  const [low, high] = [Math.max(first, LEAST), Math.max(second, LEAST)].sort((one, two) => one - two);
  const ratio = high / low;
  return ratio < 1.15 ? " (nearly the same)" : ` (${rounded(ratio, 2)}-fold apart)`;
}

/** The difference between a prediction that was checked and the model's curve `{ x, y }`, in words. */
export function verdict(spec, value, model) {
  if (spec.kind === "options") return `You expected: ${value}.`;
  const along = (place) => (spec.log_across ? Math.log10(Math.max(place, LEAST)) : place);
  const up = (height) => (spec.log_up ? Math.log10(Math.max(height, LEAST)) : height);
  const at = (place) => `${spec.across_label} ${rounded(place / spec.across_per_unit, 2)}`;
  if (spec.kind === "marker") {
    const [place, height] = value[0];
    const found = clean(height_at(along(place), model.x.map(along), model.y));
    return `You expected ${rounded(height, 2)} ${spec.unit} at ${at(place)}; the model gives ${rounded(found, 2)} there${how_far(height, found, spec.log_up)}.`;
  }
  const first = value[0][0];
  const last = value[value.length - 1][0];
  const places = model.x.map((_, k) => k).filter((k) => model.x[k] >= first && model.x[k] <= last);
  if (!places.length) return "Your points lie too close together to be compared with the curve.";
  const xs = value.map(([across]) => along(across));
  const ys = value.map(([, height]) => up(height));
  const drawn = places.map((k) => height_at(along(model.x[k]), xs, ys));
  // What differs by rounding only is the same: the widest gap is the first one, and a factor of two is within.
  const gaps = places.map((k, i) => Math.abs(drawn[i] - up(model.y[k])));
  const worst = gaps.findIndex((gap) => gap >= Math.max(...gaps) - NOTHING);
  const close = gaps.filter((gap) => gap <= (spec.log_up ? Math.log10(2) : 10) + NOTHING).length / gaps.length;
  const within = spec.log_up ? "within a factor of two of the model" : "within 10 of the model";
  const there = clean(spec.log_up ? 10 ** drawn[worst] : drawn[worst]);
  const found = spec.log_up ? Math.max(model.y[places[worst]], LEAST) : model.y[places[worst]];
  return (
    `Your curve is ${within} for ${no_decimals(100 * close)} % of the way. The gap is widest at ` +
    `${at(model.x[places[worst]])}: you drew ${rounded(there, 2)} ${spec.unit}, the model gives ` +
    `${rounded(found, 2)}${how_far(there, found, spec.log_up)}.`
  );
}
