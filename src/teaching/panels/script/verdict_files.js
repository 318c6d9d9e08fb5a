// Verdicts that travel: one person's trial and verdict as a file, and files or typed lines of a whole room read back.
// A result is never believed: number and protocol give it again, and a file that says otherwise is refused.

import { KIT } from "./store.js";
import { check_verdict } from "./trial_checks.js";
import { run_trial } from "./trial.js";

const WHAT = "verdict", SCHEMA = 1;
export const LESSON = "08_virtual_trial";
export const LARGEST_FILE = 20_000; // characters; a verdict has a thousand

const key_of = (one) => JSON.stringify([one.seed, one.therapy, one.control, one.endpoint, one.month, one.patients]);
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What a room keeps of somebody's trial. */
export function verdict_of(values, name) {
  const { therapy, control, endpoint, month, patients, matters, seed, verdict } = values;
  return { therapy, control, endpoint, month, patients, matters, name: name.trim().slice(0, 30), seed, verdict };
}

/** A verdict as the text of its file. */
export function verdict_text(tables, values, name) {
  const one = verdict_of(values, name);
  const trial = run_trial(tables, one, one.seed);
  const { therapy, control, endpoint, month, patients, matters } = one;
  return JSON.stringify({
    kit: KIT, what: WHAT, schema: SCHEMA, version: tables.kit, lesson: LESSON, name: one.name, seed: one.seed, signed: values.signed,
    protocol: { therapy, control, endpoint, month, patients, matters }, expected: values.expects, plan: values.plan,
    result: { events: trial.arms.map((arm) => arm.events), n: trial.arms.map((arm) => arm.n), compared: trial.compared, supports: trial.supports },
    verdict: one.verdict,
  }, null, 1) + "\n";
}

/** The verdict that a file holds; Error with one sentence that begins with the file's name. */
export function read_verdict(tables, file, text) {
  if (text.length > LARGEST_FILE) throw new Error(`${file} is too large to be a verdict.`);
  const found = parsed(text.replace(/^\uFEFF/, ""));
  if (found === undefined) throw new Error(`${file} is damaged: it cannot be read.`);
  if (found?.kit !== KIT || found.what !== WHAT) throw new Error(`${file} holds no verdict of this kit.`);
  if (!(found.schema <= SCHEMA)) throw new Error(`${file} was made by a newer version of the kit; it was not taken.`);
  if (found.lesson !== LESSON) throw new Error(`${file} belongs to another lesson; this room takes verdicts of lesson 08.`);
  let one;
  try {
    one = check_verdict(tables, { ...found.protocol, name: found.name, seed: found.seed, verdict: found.verdict });
  } catch (problem) {
    throw new Error(`${file} cannot be used: ${problem.message}`);
  }
  const events = run_trial(tables, one, one.seed).arms.map((arm) => arm.events);
  if (JSON.stringify(events) !== JSON.stringify(found.result?.events)) throw new Error(`${file} says another result than its number and protocol give here: it was changed, or made with another version of the kit.`);
  return one;
}

/** Typed verdicts, one a line: 'number, verdict' of the protocol on this desk, in whatever case. [verdicts, sentences]. */
export function read_lines(tables, text, values) {
  const found = [], problems = [];
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const [number, ...rest] = line.trim().split(/[\s,;:]+/);
    const said = rest.join(" ").toLowerCase();
    const fits = Object.keys(tables.verdicts).filter((one) => said && one.startsWith(said));
    if (said && fits.length !== 1) {
      problems.push(`Line ${place + 1} says '${said.slice(0, 30)}'; a verdict is one of: ${Object.keys(tables.verdicts).join(", ")}.`);
      continue;
    }
    try {
      found.push(check_verdict(tables, { ...verdict_of(values, ""), seed: /^\d+$/.test(number) ? Number(number) : number, verdict: fits[0] ?? "" }));
    } catch (problem) {
      problems.push(`Line ${place + 1}: ${problem.message}`);
    }
  }
  return [found, problems];
}

/** Adds verdicts to a room: [the room, how many are new, how many were there already, how many found no seat]. */
export function join_room(room, verdicts, most) {
  const known = new Set(room.map(key_of)), joined = [...room];
  let twice = 0, outside = 0;
  for (const one of verdicts) {
    if (known.has(key_of(one))) twice++;
    else if (joined.length >= most) outside++;
    else {
      known.add(key_of(one));
      joined.push(one);
    }
  }
  return [joined, joined.length - room.length, twice, outside];
}
