// A career as the desk changes it: always another value, never the old one. Keys are those of clinic/career.py.

import { NOTE } from "./clinic_desk_checks.js";

const [ORDER, GIVE] = ["order", "give"];
export const STOP = "stop steroids";
export const IGG = "replace IgG";
const blank = () => ({ [ORDER]: [], [GIVE]: [], [STOP]: false, [IGG]: false, notes: [] });

/** The choices of the visit that is open. */
export const chosen = (career) => career.visits.at(-1);

const with_chosen = (career, changes) => ({ ...career, visits: [...career.visits.slice(0, -1), { ...chosen(career), ...changes }] });
const without = (list, one) => list.filter((other) => other !== one);
const toggled = (list, one) => (list.includes(one) ? without(list, one) : [...list, one]);

export const order_toggled = (career, test) => with_chosen(career, { [ORDER]: toggled(chosen(career)[ORDER], test) });
export const plan_toggled = (career, plan) => with_chosen(career, { [GIVE]: toggled(chosen(career)[GIVE], plan) });
export const measure_toggled = (career, name) => with_chosen(career, { [name]: !chosen(career)[name] });
export const with_plans = (career, plans) => with_chosen(career, { [GIVE]: [...chosen(career)[GIVE], ...plans] });

/** What is being written as notes of the open visit, each line of a role with its name. */
export function with_notes(career, drafts) {
  const notes = Object.entries(drafts).filter(([, text]) => text.trim()).map(([name, text]) => (name === NOTE ? text : `${name}: ${text}`));
  return with_chosen(career, { notes: [...chosen(career).notes, ...notes] });
}

/** The notes of the open visit as what is being written, for a career that comes from a file: [career, drafts]. */
export function drafts_of(career, roles) {
  const drafts = Object.fromEntries([NOTE, ...roles].map((name) => [name, ""]));
  if (career.left) return [career, drafts];
  for (const note of chosen(career).notes) {
    const role = roles.find((name) => note.startsWith(`${name}: `));
    const text = role ? note.slice(role.length + 2) : note;
    drafts[role ?? NOTE] += `${drafts[role ?? NOTE] ? "\n" : ""}${text}`;
  }
  return [with_chosen(career, { notes: [] }), drafts];
}

/** The career when its open visit is left: with another visit, or over. Error when it cannot be left. */
export function left_behind(play, career) {
  const over = { ...career, left: true }, further = { ...career, visits: [...career.visits, blank()] };
  try {
    play(over);
    return over;
  } catch {
    play(further); // the course goes on; what is wrong is said here
    return further;
  }
}

/** The career with nothing more chosen, up to its ending. */
export function to_the_end(play, career) {
  let now = career;
  while (!now.left) now = left_behind(play, now);
  return now;
}

/** Every test that was ordered: [{ test, ordered (day), result or null while it waits }]. */
export function orders_of(career, days, results) {
  return career.visits.flatMap((one, k) => one[ORDER].map((test) => ({ test, ordered: days[k], result: results.find((found) => found.test === test && found.ordered === days[k]) ?? null })));
}

/** [{ visit (from 1), day, names }] of what was given, by the names of the courses where they are usual. */
export function given_of(career, days, therapies) {
  const name_of = (plan) => therapies.find((one) => one.plan === plan)?.name ?? plan;
  return career.visits.map((one, k) => ({
    visit: k + 1, day: days[k],
    names: [...one[GIVE].map(name_of), one[STOP] && "steroids stopped", one[IGG] && "IgG replacement"].filter(Boolean),
  }));
}
