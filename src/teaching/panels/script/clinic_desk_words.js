// What the clinic desk says: a visit in sentences, an ending, and the words that stand in the report.

import { given_of } from "./clinic_desk_career.js";
import { rounded } from "./numbers.js";

export const counted = (count, one, more = `${one}s`) => `${count} ${count === 1 ? one : more}`;
export const points_of = (count) => counted(count, "point");

/** Results that are new on this visit. */
export const new_results = (view) => view.results.filter((one) => one.arrived === view.day);

export function visit_words(view, visits) {
  const fresh = new_results(view).length, waits = view.waiting.length;
  return [
    `Visit ${view.number} of ${visits}, day ${rounded(view.day)}.`,
    fresh ? `${counted(fresh, "result is", "results are")} new.` : "",
    waits ? `${counted(waits, "result has", "results have")} not come yet.` : "",
    ...view.events,
    `${points_of(view.points)} left.`,
  ].filter(Boolean).join(" ");
}

export function late_words(test) {
  return test.delay === 0 ? "result at once" : `result after ${counted(rounded(test.delay), "day", "days")}, seen on the next visit`;
}

/** What the report keeps of a career. */
export function says_of(data, clinic, now, most) {
  if (!now.career) return "";
  const view = clinic.play(now.career);
  const parts = given_of(now.career, data.told.days, clinic.therapies).map(({ visit, names }) => `visit ${visit}: ${names.join(", ") || "nothing given"}`);
  const end = view.kind === "ending" ? view.words : `Visit ${view.number} is open.`;
  const text = `${now.patient}, seed ${now.seed}${now.option ? `, one decision: ${now.option}` : ""}. ${parts.join("; ")}. ${end}`;
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}
