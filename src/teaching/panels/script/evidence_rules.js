// Which studies fit, which are added up and why not the others, and what the map shows: the rules of evidence/selection.py,
// pooling.py, overlap.py, forest.py and landscape.py. tests/browser/test_evidence_rules.py asks both sides about the same
// filters: a rule changes in both places or the test fails.

import { exact_interval } from "./interval.js";
import { rounded } from "./numbers.js";

export const WORDS = ["disease", "therapy", "target", "cells", "conditioning", "design"];

// --- the setting

const MOST_NAMED = 10; // words in a refusal

/** The whole setting when it is one that some study fits; else an Error with one sentence. */
export function check(setup, values) {
  const { data, start } = setup;
  const names = Object.keys(start);
  const odd = [...names, ...Object.keys(values)].find((name) => !Object.hasOwn(values, name) || !names.includes(name));
  if (odd) throw new Error(`the setting has or lacks the field '${odd}'.`);
  one_of("view", values.view, ["forest", "map"]);
  one_of("outcome", values.outcome, Object.keys(data.outcomes));
  for (const name of WORDS) if (values[name] !== "") one_of(name, values[name], Object.keys(data.vocabulary[name]));
  if (typeof values.product !== "string" || values.product.length > data.longest_product) {
    throw new Error(`product is too long; allowed is a piece of a name with at most ${data.longest_product} letters.`);
  }
  const [low, high] = data.years;
  for (const name of ["first", "last"]) {
    if (!(Number.isInteger(values[name]) && values[name] >= low && values[name] <= high)) throw new Error(`the ${name} year is ${values[name]}; allowed is a year from ${low} to ${high}.`);
  }
  if (values.first > values.last) throw new Error(`the first year is ${values.first}, after the last, ${values.last}; turn them round.`);
  if (!select(data, values).length) throw new Error(`no study fits all of this: ${words_of_filters(data, values)}; the picture stays as it was.`);
  return Object.fromEntries(names.map((name) => [name, values[name]]));
}

function one_of(name, value, options) {
  if (options.includes(value)) return;
  const more = options.length > MOST_NAMED ? ` and ${options.length - MOST_NAMED} more` : "";
  throw new Error(`${name} is '${String(value).slice(0, 60)}'; choose one of: ${options.slice(0, MOST_NAMED).join(", ")}${more}.`);
}

// --- which studies

function words_of(study, name) {
  if (name === "disease") return study.diseases;
  if (name === "target") return study.targets;
  return study[name] === null ? [] : [study[name]];
}

/** Whether the whole range of years is asked for, which asks for no year: a study of unknown year stays. */
const all_years = (data, { first, last }) => first === data.years[0] && last === data.years[1];

/** The studies that fit all filters, in the order of the table; what the table does not know fits no filter. */
export function select(data, values) {
  const product = values.product.trim().toLowerCase();
  const whole = all_years(data, values);
  return data.studies.filter((study) =>
    WORDS.every((name) => !values[name] || words_of(study, name).includes(values[name])) &&
    (!product || study.product.toLowerCase().includes(product)) &&
    (whole || (study.year !== null && values.first <= study.year && study.year <= values.last)));
}

/** What was asked for, as text: 'disease SLE, therapy CAR-T cells'. */
export function words_of_filters(data, values) {
  const told = WORDS.filter((name) => values[name]).map((name) => `${name} ${name === "therapy" ? data.vocabulary.therapy[values.therapy] : values[name]}`);
  if (values.product.trim()) told.push(`product ${values.product.trim()}`);
  if (!all_years(data, values)) told.push(`years ${values.first} to ${values.last}`);
  return told.join(", ") || "all studies";
}

/** How many studies would be left with each word of a filter, the other filters as they are. */
export function left_with(data, values, name) {
  const studies = select(data, { ...values, [name]: "" });
  const count = (word) => studies.filter((study) => words_of(study, name).includes(word)).length;
  return { all: studies.length, of: Object.fromEntries(Object.keys(data.vocabulary[name]).map((word) => [word, count(word)])) };
}

// --- one outcome, study by study

/** A row of outcomes.csv by names; the table is sent as lists. */
const named = ([arm, disease, outcome, events, n, value, unit, month, definition, confidence, note]) =>
  ({ arm, disease, outcome, events, n, value, unit, month, definition, confidence, note });

/** The main rows of an outcome that count each patient once: that of the whole study, else those of its parts. */
export function rows_of(study, outcome, arm, disease = "") {
  const rows = study.rows.map(named).filter((row) => row.outcome === outcome && row.arm === arm);
  const whole = rows.filter((row) => !row.disease);
  if (whole.length && (!disease || study.diseases.every((one) => one === disease))) return whole;
  return rows.filter((row) => row.disease && (!disease || row.disease === disease));
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const each_once = (texts) => [...new Set(texts)].join("; ");

const PERCENT = "% of patients";
const sure_rows = (study, outcome, arm, disease) => rows_of(study, outcome, arm, disease).filter((row) => row.confidence !== "recalled");

/** What is known of an arm: { share, events, n, interval } of a count, else of a single percentage, else null. */
function arm_of(study, outcome, arm, disease) {
  const rows = sure_rows(study, outcome, arm, disease);
  const counts = rows.filter((row) => row.events !== null);
  if (counts.length) {
    const [events, n] = [total(counts.map((row) => row.events)), total(counts.map((row) => row.n))];
    return { share: events / n, events, n, interval: exact_interval(events, n) };
  }
  const shares = rows.filter((row) => row.unit === PERCENT && row.value !== null).map((row) => row.value);
  return shares.length === 1 ? { share: shares[0] / 100, events: null, n: null, interval: null } : null;
}

/** A row of the forest: a study, its treated and its control arm, and why it is not added up, or ''. */
function row_of(study, outcome, disease, treated, rows, why) {
  const told = (name) => each_once(rows.map((row) => row[name]));
  return { study, treated, n: treated.n ?? 0, control: arm_of(study, outcome, "control", disease), definition: told("definition"), confidence: told("confidence"), why };
}

/** The row of a study that can be added up, or a text: why it cannot. */
function count_of(data, study, outcome, disease) {
  if (!study.pooled) {
    if (data.never_pooled.includes(study.design)) return `a ${study.design}: ${data.vocabulary.design[study.design]}`;
    return data.not_opened.includes(study.opened) ? `not checked: ${data.opened[study.opened]}` : "from memory";
  }
  const rows = rows_of(study, outcome, "treated", disease);
  if (!rows.length) return rows_of(study, outcome, "treated").length ? "not reported for this disease alone" : "not reported: unknown, not zero";
  const counted = rows.filter((row) => row.events !== null);
  if (!counted.length) return rows[0].value !== null ? "published as a percentage only" : "no count was read: unknown, not zero";
  const sure = counted.filter((row) => row.confidence !== "recalled");
  return sure.length ? row_of(study, outcome, disease, arm_of(study, outcome, "treated", disease), sure, "") : "from memory";
}

/** A study that is drawn and not added up, or null: its patients are or may be elsewhere, or it has a percentage only. */
function other_row(data, study, why, outcome, disease) {
  const elsewhere = is_elsewhere(data, study, why);
  if (!elsewhere && !why.startsWith("published as")) return null;
  const treated = arm_of(study, outcome, "treated", disease);
  if (!treated || (treated.n === null) === elsewhere) return null;
  const rows = sure_rows(study, outcome, "treated", disease).filter((row) => (row.events === null) === (treated.n === null));
  return row_of(study, outcome, disease, treated, rows, why);
}
const is_elsewhere = (data, study, why) => why.startsWith("may share") || data.never_pooled.includes(study.design);

const by_keys = (keys) => (one, other) => {
  for (const key of keys) {
    const [a, b] = [key(one), key(other)];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
};
const largest_first = by_keys([(row) => -row.n, (row) => row.study.study]);

/** Rows of which no two share a set of patients, and for each study that is left out the kept one it overlaps with. */
export function independent(rows) {
  const taken = new Map();
  const kept = [];
  const shared = new Map();
  const rank = [(row) => -row.n, ({ study }) => -(study.followup_months ?? 0), ({ study }) => -(study.year ?? 0), ({ study }) => study.study];
  for (const row of [...rows].sort(by_keys(rank))) {
    const held = row.study.overlap.find((group) => taken.has(group));
    if (held === undefined) {
      kept.push(row);
      for (const group of row.study.overlap) taken.set(group, row.study.study);
    } else shared.set(row.study.study, taken.get(held));
  }
  return { kept, shared };
}

/** { studies; counted, apart, uncounted: rows; why: Map of name -> reason; events, n; together: interval or null;
    unknown: studies }. */
export function forest_of(data, values) {
  const { outcome, disease } = values;
  const studies = select(data, values);
  const why = new Map();
  const found = [];
  for (const study of studies) {
    const answer = count_of(data, study, outcome, disease);
    if (typeof answer === "string") why.set(study.study, answer);
    else found.push(answer);
  }
  const { kept, shared } = independent(found);
  for (const [name, holder] of shared) why.set(name, `may share patients with ${holder}`);
  const others = studies.filter((study) => why.has(study.study)).map((study) => other_row(data, study, why.get(study.study), outcome, disease)).filter(Boolean);
  const apart = others.filter((row) => is_elsewhere(data, row.study, row.why)).sort(largest_first);
  const uncounted = others.filter((row) => !apart.includes(row)).sort(largest_first);
  const [events, n] = [total(kept.map((row) => row.treated.events)), total(kept.map((row) => row.treated.n))];
  const drawn = new Set([...kept, ...others].map((row) => row.study));
  return {
    studies, counted: kept.sort(largest_first), apart, uncounted, why, events, n,
    together: kept.length ? exact_interval(events, n) : null, unknown: studies.filter((study) => !drawn.has(study)),
  };
}
export const rows_drawn = (found) => [...found.counted, ...found.apart, ...found.uncounted];

// --- the map

/** The pairs of disease and therapy that somebody has studied: patients counted once, in studies of one disease. */
export function cells_of(data, values) {
  const cohorts = select(data, { ...values, disease: "", therapy: "" }).filter((study) => !data.never_pooled.includes(study.design));
  const controlled = (study) => data.with_control.includes(study.design);
  const found = [];
  for (const disease of Object.keys(data.vocabulary.disease)) {
    for (const therapy of Object.keys(data.vocabulary.therapy)) {
      const here = cohorts.filter((study) => study.diseases.includes(disease) && study.therapy === therapy);
      if (!here.length) continue;
      const known = here.filter((study) => study.n !== null && study.diseases.length === 1);
      const { kept, shared } = independent(known.map((study) => ({ study, n: study.n })));
      found.push({
        disease, therapy, studies: here.length, controlled: here.filter(controlled).length, patients: total(kept.map((row) => row.n)),
        alone: total(kept.filter(({ study }) => !controlled(study)).map((row) => row.n)), uncounted: here.length - known.length + shared.size,
      });
    }
  }
  return found;
}

// --- in words

const HALF = 1e-6; // %: what is so close below a half counts as one

/** A share in per cent: whole, but what is nearly none or nearly all keeps what sets it apart. */
export function percent(share) {
  const value = 100 * share;
  if (value > 0 && value < 1) return rounded(value, 2);
  if (value > 99 && value < 100) return rounded(value, 3);
  return String(Math.floor(value + 0.5 + HALF));
}

const grouped = (number) => (number < 10_000 ? String(number) : String(number).replace(/\B(?=(\d{3})+$)/g, ","));
const studies_in_words = (number) => (number === 1 ? "1 study" : `${number} studies`);
export const sentence_case = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function told_reasons(data, why) {
  const order = Object.keys(data.reasons);
  const count = new Map();
  for (const reason of why.values()) {
    const kind = order.find((one) => reason.startsWith(one));
    count.set(kind, (count.get(kind) ?? 0) + 1);
  }
  const kinds = [...count.keys()].sort(by_keys([(kind) => -count.get(kind), (kind) => order.indexOf(kind)]));
  const rest = total(kinds.slice(data.most_reasons).map((kind) => count.get(kind)));
  const parts = kinds.slice(0, data.most_reasons).map((kind) => `${count.get(kind)} ${data.reasons[kind][Number(count.get(kind) > 1)]}`);
  return [...parts, ...(rest ? [`${rest} for other reasons`] : [])].join("; ");
}

/** What the forest shows, in sentences. */
export function forest_words(data, values, found) {
  const said = [`${studies_in_words(found.studies.length)} fit: ${words_of_filters(data, values)}.`];
  const name = sentence_case(data.outcomes[values.outcome]);
  if (found.together) {
    const { low, high } = found.together;
    said.push(`${name}: ${grouped(found.events)} of ${grouped(found.n)} patients in ${studies_in_words(found.counted.length)}, ${percent(found.events / found.n)} % (exact 95 % interval ${percent(low)} to ${percent(high)} %).`);
  } else said.push(`${name}: no study among them has a count that can be added up.`);
  const therapies = new Set(found.counted.map((row) => row.study.therapy)).size;
  const ways = new Set(found.counted.map((row) => row.definition)).size;
  const mixed = [...(therapies > 1 ? [`mix ${therapies} therapies`] : []), ...(ways > 1 ? [`define it in ${ways} ways`] : [])];
  if (mixed.length) said.push(`They ${mixed.join(" and ")}, and the sum is only as good as these are alike.`);
  if (found.why.size) said.push(`Not added up: ${told_reasons(data, found.why)}.`);
  return said.join(" ");
}

/** What the map shows, in sentences. */
export function map_words(data, values, cells) {
  const filters = words_of_filters(data, { ...values, disease: "", therapy: "" });
  if (!cells.length) return `No study with patients of its own fits: ${filters}.`;
  const with_control = cells.filter((cell) => cell.controlled > 0).length;
  const most = cells.reduce((best, cell) => (cell.patients > best.patients ? cell : best));
  const said = [
    `Somebody has studied ${cells.length === 1 ? "1 pair" : `${cells.length} pairs`} of disease and therapy (${filters}).`,
    `A study with a control group exists for ${with_control || "none"} of them.`,
  ];
  if (most.patients) said.push(`The largest circle has ${most.patients} patients: ${data.vocabulary.disease[most.disease]}, ${data.vocabulary.therapy[most.therapy]}.`);
  return said.join(" ");
}
