// The clinic of lesson 11 in a page: the model itself, alive without a kernel. The same careers as clinic/ in Python.

import { blank_career, career_in, checked_career } from "./clinic_career.js";
import { COLUMNS, columns_of, debrief } from "./clinic_debrief.js";
import { person_of, seed_of } from "./clinic_patient.js";
import { resumed } from "./clinic_visit.js";
import { named } from "./clinic_words.js";

/** The clinic over its data (panels/clinic_data.py). All it gives is plain data; what nobody could play is an Error with
 * one sentence, the same as in Python.
 *
 * people [{ name, disease, missing }], tests [{ name, cost, delay, unit }],
 * therapies [{ name, label, plan, given_for, source, confidence }];
 * blank(patient, seed): a new career, the object that `Career.to_json` writes;
 * play(career, an object or the text of a file): { kind: "visit", number, day, points, results, waiting, events, steroids,
 * replacement } or { kind: "ending", ending, day, over, words, results, events, points };
 * debrief(career, { times, columns, progress(done, all), stopped() }): a Promise of { hidden, visits, turns, reruns,
 * counts, therapies, words }, or of null when stopped() said yes. columns: which rows of runs, of COLUMNS. */
export function make_clinic(data) {
  const careers = (career) => (typeof career === "string" ? career_in(data, career) : checked_career(data, career));
  return {
    people: data.people,
    tests: data.tests.map(({ name, cost, delay, unit }) => ({ name, cost, delay, unit })),
    therapies: data.therapies,
    blank: (patient, seed) => blank_career(data, person_of(data, patient).name, seed_of(data, seed)),
    play: (career) => seen(resumed(data, careers(career))),
    async debrief(career, { times = data.game.times, columns = COLUMNS, ...asked } = {}) {
      const ending = resumed(data, careers(career));
      if (ending.kind !== "ending") throw new Error(`this career is not over: visit ${ending.number} is open, so go on to the last visit.`);
      if (!Number.isInteger(times)) throw new Error(`times is ${named(times)}; a whole number is needed.`);
      if (times < 1 || times > data.game.most_times) throw new Error(`times is ${times}; allowed is a whole number from 1 to ${data.game.most_times}.`);
      return debrief(data, ending, { times, columns: columns_of(columns), ...asked });
    },
  };
}

/** What the player may know of a visit or an ending: nothing hidden. */
function seen({ kind, number, day, points, results, waiting, events, steroids, replacement, ending, over, words }) {
  if (kind === "ending") return { kind, ending, day, over, words, results, events, points };
  return { kind, number, day, points, results, waiting, events, steroids, replacement };
}
