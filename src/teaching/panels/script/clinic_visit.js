// The state machine of the clinic, the same as clinic/visit.py: a visit is a value, each choice gives another one, and
// there is no way back.

import { result_of } from "./clinic_laboratory.js";
import { cytokine_releases, ending_of, followed_until, given, infected } from "./clinic_outcome.js";
import { parse_plan, plan_text } from "./clinic_plan.js";
import { exact, grouped, listed, one_of, refusal, shortened, told, whole } from "./clinic_words.js";
import { hidden_patient, person_of, seed_of } from "./clinic_patient.js";
import { trimmed } from "./refusals.js";

const STEROIDS = "stop steroids", IGG = "IgG replacement";
const nothing = () => ({ orders: [], plans: [], doses: [], stops: false, replaces: false, notes: [] });

/** The first visit of a patient. `chosen`: choices of each visit so far, the last one's still open. */
export function start(data, name, seed) {
  const person = person_of(data, name), hidden = hidden_patient(data, person, seed_of(data, seed));
  return {
    kind: "visit", data, person, seed, hidden, number: 1, day: data.game.visit_days[0], points: data.game.points, results: [],
    waiting: [], events: [], steroids: true, replacement: false, chosen: [nothing()],
  };
}

const with_choices = (visit, change, other = {}) => ({ ...visit, ...other, chosen: [...visit.chosen.slice(0, -1), { ...visit.chosen.at(-1), ...change }] });

function paid(visit, name, cost) {
  if (cost > visit.points) throw new Error(`${name} costs ${cost} ${cost === 1 ? "point" : "points"}, and ${visit.points} ${visit.points === 1 ? "is" : "are"} left; choose something cheaper.`);
  return visit.points - cost;
}

/** The visit with a test ordered. */
export function order(visit, name) {
  const { data } = visit, { orders } = visit.chosen.at(-1);
  one_of("test", name, data.tests.map((one) => one.name));
  const test = data.tests.find((one) => one.name === name);
  if (orders.includes(name)) throw new Error(`${name} was ordered on this visit already; it is served once, so choose another.`);
  const after = with_choices(visit, { orders: [...orders, name] }, { points: paid(visit, name, test.cost) });
  if (test.delay > 0) return { ...after, waiting: [...visit.waiting, name] };
  return { ...after, results: [...visit.results, result(after, test, visit.number - 1, visit.day)] };
}

/** The visit with a therapy given: a usual course by its name, or a plan as text whose days count from this visit. */
export function give(visit, text) {
  const measure = typeof text === "string" ? trimmed(text) : "";
  if (measure === STEROIDS) return stop_steroids(visit);
  if (measure === IGG) return replace_igg(visit);
  const { data } = visit, { plans, doses } = visit.chosen.at(-1);
  const found = plan_of(data, text), name = plan_text(found);
  if (plans.includes(name)) throw new Error(told(`${shortened(name, 100)} was given on this visit already; give it once.`));
  const count = found.length + doses.flat().length;
  if (count > data.game.most_doses) throw new Error(`this visit would give ${count} doses; at most ${data.game.most_doses} are allowed.`);
  const last = Math.max(...found.map((dose) => visit.day + dose.day + (dose.duration ?? 0)));
  if (last >= data.game.end) throw new Error(`the plan goes on to day ${exact(last)}, but the clinic ends on day ${exact(data.game.end)}; give less of it.`);
  return with_choices(visit, { plans: [...plans, name], doses: [...doses, found] });
}

function plan_of(data, text) {
  const usual = data.therapies.find((one) => one.name === text);
  let found;
  try {
    found = parse_plan(data, usual ? usual.plan : text);
  } catch (problem) {
    const known = listed([...data.therapies.map((one) => one.name), IGG, STEROIDS], 120);
    throw new Error(told(`${problem.message.replace(/\.+$/, "")}; usual courses are: ${known}.`), { cause: problem });
  }
  if (!found.some((dose) => dose.amount > 0)) throw new Error("the plan gives nothing; to give nothing, go on to the next visit.");
  return found;
}

export function stop_steroids(visit) {
  if (!visit.steroids) throw new Error("steroids are stopped already, and there is no way back.");
  return with_choices(visit, { stops: true }, { steroids: false });
}

export function replace_igg(visit) {
  if (visit.replacement) throw new Error("IgG is replaced already, and it goes on to the end.");
  return with_choices(visit, { replaces: true }, { replacement: true, points: paid(visit, IGG, visit.data.game.igg_cost) });
}

/** The visit with a note of the player's own. */
export function note(visit, text) {
  if (typeof text !== "string" || !trimmed(text)) throw new Error(refusal("the note", text, "a text is needed"));
  const { notes } = visit.chosen.at(-1), most = visit.data.game.longest_notes;
  const length = [text, ...notes].reduce((sum, one) => sum + [...one].length, 0);
  if (length > most) throw new Error(`the notes of this visit would have ${grouped(length)} characters; at most ${grouped(most)} are kept.`);
  return with_choices(visit, { notes: [...notes, text] });
}

/** The next visit, or the ending. */
export function next(visit) {
  const { data, seed, chosen, hidden } = visit, { game } = data, last = visit.number === game.visit_days.length;
  const until = last ? game.end : game.visit_days[visit.number];
  const what = given(data, chosen), followed = followed_until(data, hidden, what, until, { seed });
  const severe = cytokine_releases(data, chosen.at(-1), visit.number - 1, seed);
  const points = Math.max(0, visit.points - severe.length * game.severe_points);
  const events = severe.map((kind) => `Severe cytokine release after ${data.kind_words[kind]}: days in intensive care.`);
  const infection = infected(data, followed, what, [visit.number - 1], { seed });
  if (infection !== null || last) {
    const [ending, day] = ending_of(data, followed, what, infection);
    const over = ending === "infection" ? day : until; // a relapse does not end a career
    const results = [...visit.results, ...arrived(visit, over)];
    return { ...visit, kind: "ending", ending, day, over, words: words_of(data, ending, day, visit.steroids), results, events, points };
  }
  const waiting = outstanding(visit).filter((one) => one.ready > until).map((one) => one.test.name);
  const results = [...visit.results, ...arrived(visit, until)];
  return { ...visit, number: visit.number + 1, day: until, points, results, waiting, events, chosen: [...chosen, nothing()] };
}

const result = (visit, test, number, day) => result_of(visit.data, visit.hidden, visit.seed, visit.chosen, test, number, day);

/** Tests that wait for their result: { test, number of the visit on which it was ordered (from 0), day of the result }. */
function outstanding({ data, chosen, day }) {
  const all = chosen.flatMap((one, number) => one.orders.map((name) => {
    const test = data.tests.find((other) => other.name === name);
    return { test, number, ready: data.game.visit_days[number] + test.delay };
  }));
  return all.filter((one) => one.ready > day);
}

const arrived = (visit, until) =>
  outstanding(visit).filter((one) => one.ready <= until).map(({ test, number }) => result(visit, test, number, until));

/** The ending in words: what, when, and whether steroids were still taken. */
function words_of(data, ending, day, steroids) {
  const when = day === data.game.end ? "" : ` on day ${whole(day)}`;
  const taken = steroids ? "Steroids were still taken." : "Steroids had been stopped.";
  return `${ending[0].toUpperCase()}${ending.slice(1)}${when}: ${data.endings[ending]}. ${taken}`;
}

/** The visit or ending that a checked career leads to: it is played again, and nothing in it is taken on trust. */
export function resumed(data, career) {
  let here = start(data, career.patient, career.seed);
  career.visits.forEach((choices, k) => {
    const number = k + 1;
    if (k) here = next(here);
    if (here.kind === "ending") throw new Error(`the career file has a visit ${number}, but this career ended before it.`);
    try {
      here = chosen_again(here, choices);
    } catch (problem) {
      throw new Error(told(`visit ${number} of the career file cannot have been played: ${problem.message}`), { cause: problem });
    }
    if (here.number === data.game.visit_days.length && career.visits.length > number) {
      throw new Error(`the career file has ${career.visits.length} visits; there are ${number}.`);
    }
  });
  if (!career.left) return here;
  here = next(here);
  if (here.kind === "visit") throw new Error(`the career file says that it is over, but visit ${here.number} is still to come.`);
  return here;
}

function chosen_again(visit, choices) {
  let here = visit;
  for (const test of choices.order) here = order(here, test);
  for (const plan of choices.give) here = give(here, plan);
  if (choices["stop steroids"]) here = stop_steroids(here);
  if (choices["replace IgG"]) here = replace_igg(here);
  for (const text of choices.notes) here = note(here, text);
  return here;
}
