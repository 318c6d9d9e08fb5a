// What comes of choices in one patient, the same as clinic/outcome.py: what was given when, what happened in between,
// and how it ends. Choices of a visit are { orders, plans (text), doses (of each plan), stops, replaces, notes }.

import { follow } from "./clinic_following.js";
import { infection_day, risk } from "./clinic_harm.js";
import { CLONE, CYTOKINE, INFECTION, share_of_throw } from "./clinic_luck.js";
import { in_order } from "./clinic_plan.js";

/** { doses, steroids_until, replaced_from } on days since the first visit; the plans of each visit count from its day. */
export function given(data, visits) {
  const days = data.game.visit_days;
  const first = (chosen) => (visits.some(chosen) ? days[visits.findIndex(chosen)] : null);
  const doses = visits.flatMap((one, k) => one.doses.flat().map((dose) => ({ ...dose, day: dose.day + days[k] })));
  return { doses: in_order(data, doses), steroids_until: first((one) => one.stops), replaced_from: first((one) => one.replaces) };
}

/** The hidden course under what was given, with all that chance has decided for the clone by the day `until`. */
export function followed_until(data, patient, what, until, { seed, future = 0, person = 0 }) {
  const luck = (number) => share_of_throw(seed, CLONE, number, future, person);
  return follow(data, patient, what.doses, until, luck, person === 0);
}

/** The day of the first serious infection in some intervals between visits (0: after the first), or null. */
export function infected(data, followed, what, intervals, { seed, future = 0, person = 0 }) {
  const run = risk(data, followed, what), days = [...data.game.visit_days, data.game.end];
  for (const number of intervals) {
    const day = infection_day(followed, run, days[number], days[number + 1], share_of_throw(seed, INFECTION, number, future, person));
    if (day !== null) return day;
  }
  return null;
}

/** Kinds of product, given on a visit (its number, from 0), after which cytokine release was severe. */
export function cytokine_releases(data, choices, number, seed) {
  const kinds = Object.keys(data.severe), met = new Set(choices.doses.flat().map((dose) => data.products[dose.product].kind));
  return kinds.filter((kind, place) => share_of_throw(seed, CYTOKINE, number * kinds.length + place) < data.severe[kind] && met.has(kind));
}

/** Disease activity [% of start]; without steroids it is higher by a fold. */
export function activity(data, { times, series }, what) {
  const own = series.activity_percent, { steroids_until } = what;
  return steroids_until === null ? own : own.map((value, k) => (times[k] > steroids_until ? value * data.game.activity_fold : value));
}

/** [a word of data.endings, its day]: of the infection, of the last relapse, or the end. */
export function ending_of(data, followed, what, infection) {
  if (infection !== null) return ["infection", infection];
  const seen = activity(data, followed, what);
  let well = false, relapse = null;
  seen.forEach((value, k) => {
    if (!well && value <= data.remission) [well, relapse] = [true, null];
    else if (well && value >= data.relapse) [well, relapse] = [false, followed.times[k]];
  });
  if (relapse !== null) return ["relapse", relapse];
  if (!well) return ["stays ill", data.game.end];
  const lucky = followed.turns.some((turn) => turn.died_out && turn.chance < data.game.sure_share);
  return [lucky ? "chance" : "stays well", data.game.end];
}

/** How these choices end, all at once, as the visits do it one by one. */
export function whole_course(data, patient, visits, luck) {
  const what = given(data, visits), followed = followed_until(data, patient, what, data.game.end, luck);
  const all = data.game.visit_days.map((_, number) => number);
  return ending_of(data, followed, what, infected(data, followed, what, all, luck));
}
