// After a career, the same as clinic/debrief.py: what was hidden beside what the player knew and noted, and the same
// choices run again many times, so that luck and judgement part. A table is { caption, columns: {name: unit}, rows }.

import { between, value_on } from "./clinic_following.js";
import { with_replacement } from "./clinic_harm.js";
import { activity, followed_until, given, whole_course } from "./clinic_outcome.js";
import { hidden_patient, hidden_rows } from "./clinic_patient.js";
import { listed, one_of, refusal, whole } from "./clinic_words.js";

export const SAME = "this patient, other luck";
export const OTHERS = "other patients";
const NOTHING = "this patient, nothing given";
export const COLUMNS = [SAME, OTHERS, NOTHING];
const SLICE = 30; // ms of work before the page is let go on

const words_for = (names) => Object.fromEntries(names.map((name) => [name, ""]));
const pause = () => new Promise((go) => setTimeout(go));

/** The columns that were asked for, in the order of COLUMNS; Error with one sentence for one that is none. */
export function columns_of(columns) {
  if (!Array.isArray(columns)) throw new Error(refusal("columns", columns, `a list is needed, of: ${listed(COLUMNS)}`));
  for (const column of columns) one_of("column", column, COLUMNS);
  return COLUMNS.filter((column) => columns.includes(column));
}

/** Everything a player is shown in the end, of an `ending` as clinic_visit.js gives it; null when it was stopped.
 * columns: which of COLUMNS are run; with none, only what needs no run is told, and that at once.
 * progress(done, all) is called while the choices are run again, and stopped() asked. */
export async function debrief(data, ending, { times, columns = COLUMNS, progress = () => {}, stopped = () => false }) {
  const { person, seed, hidden, chosen } = ending;
  const nothing = [{ orders: [], plans: [], doses: [], stops: false, replaces: false, notes: [] }];
  const run_of = {
    [SAME]: (future) => whole_course(data, hidden, chosen, { seed, future }),
    [OTHERS]: (other) => whole_course(data, hidden_patient(data, person, seed, other), chosen, { seed, future: other, person: other }),
    [NOTHING]: (future) => whole_course(data, hidden, nothing, { seed, future }),
  };
  const counts = Object.fromEntries(columns.map((name) => [name, Object.fromEntries(Object.keys(data.endings).map((kind) => [kind, 0]))]));
  let since = performance.now(), done = 0;
  for (const name of columns) {
    const run = run_of[name];
    for (let number = 1; number <= times; number++) {
      counts[name][run(number)[0]]++;
      done++;
      if (performance.now() - since < SLICE) continue;
      progress(done, columns.length * times);
      await pause();
      if (stopped()) return null;
      since = performance.now();
    }
  }
  progress(done, columns.length * times);
  const last = state(data, hidden, chosen, ending.over, seed);
  return {
    hidden: {
      caption: `What was hidden in this patient with ${hidden.disease}`,
      columns: words_for(["hidden quantity", "this patient", "typical", "unit"]), rows: hidden_rows(data, hidden),
    },
    visits: visits_table(data, ending, last), turns: turns_table(last.followed.turns), reruns: reruns_table(data, counts, times), counts,
    therapies: therapies_table(data, chosen), words: words_of(ending, counts, times),
  };
}

const well = (counts) => counts["stays well"] + counts.chance;

/** A line on luck, one on judgement and one on harm, as far as their columns were run. */
function words_of({ ending }, counts, times) {
  const said = [`This career ended with '${ending}'.`];
  if (counts[SAME]) said[0] += ` Luck: the same choices, run ${times} times in the same patient, end so ${counts[SAME][ending]} times.`;
  if (Object.keys(counts).length) {
    said.push(`Judgement: they end well ${ways(counts, well, times)}.`);
    said.push(`Harm: a serious infection ends them ${ways(counts, (column) => column.infection, times)}.`);
  }
  return said.join("\n");
}

function ways(counts, number_of, times) {
  const where = { [SAME]: "in this patient", [OTHERS]: `in ${times} other patients`, [NOTHING]: "with nothing given" };
  const all = Object.entries(counts).map(([name, column]) => `${number_of(column)} times ${where[name]}`);
  return all.length > 1 ? `${all.slice(0, -1).join(", ")}, and ${all.at(-1)}` : all[0];
}

function state(data, hidden, chosen, day, seed) {
  const what = given(data, chosen);
  return { followed: followed_until(data, hidden, what, day, { seed }), what };
}

/** One row a visit, and one for the end: the truth before anything was given on it, results and notes. */
function visits_table(data, ending, last) {
  const { hidden, chosen, seed } = ending;
  const rows = chosen.map(({ notes }, number) => {
    const day = data.game.visit_days[number];
    const read = ending.results.filter((one) => one.ordered === day).map((one) => `${one.test} ${one.words}`).join("; ");
    return [`visit ${number + 1}`, day, ...truth(data, state(data, hidden, chosen.slice(0, number), day, seed), day), read, notes.join("\n")];
  });
  rows.push([ending.over === data.game.end ? "end" : ending.ending, ending.over, ...truth(data, last, ending.over), "", ""]);
  const start = "% of start";
  const columns = {
    visit: "", day: "d", "blood B cells": "cells/\u00b5L", clone: "cells", autoantibody: start, "total IgG": start, "disease activity": start,
    "you read": "", "you noted": "",
  };
  return { caption: "The truth beside what you read and noted", columns, rows };
}

function truth(data, { followed, what }, day) {
  const on = (values) => between(day, followed.times, values);
  return [
    ...["blood_b_cells_per_ul", "autoreactive_memory_cells", "autoantibody_percent"].map((name) => value_on(followed, day, name)),
    on(with_replacement(data, followed, what.replaced_from)), on(activity(data, followed, what)),
  ];
}

function turns_table(turns) {
  const columns = { day: "d", "cells of the clone left": "", "chance to die out": "%", "what the dice said": "" };
  const rows = turns.map((one) => [one.day, one.cells, 100 * one.chance, one.died_out ? "died out" : "grew again"]);
  return { caption: "When chance decided about the clone", columns, rows };
}

function therapies_table(data, chosen) {
  const rows = chosen.flatMap(({ plans }, number) => plans.map((text) => {
    const usual = data.therapies.find((one) => one.plan === text);
    return usual
      ? [number + 1, usual.name, usual.given_for, usual.source, usual.confidence]
      : [number + 1, text, "a plan of your own", "", ""];
  }));
  const columns = words_for(["visit", "therapy", "usual in", "source", "confidence"]);
  return { caption: "For whom the therapies that you gave are usual", columns, rows };
}

function reruns_table(data, counts, times) {
  const rows = Object.entries(data.endings).map(([kind, meaning]) => [kind, ...Object.values(counts).map((one) => one[kind]), meaning]);
  return { caption: `The same choices run ${whole(times)} times`, columns: words_for(["ending", ...Object.keys(counts), "meaning"]), rows };
}
