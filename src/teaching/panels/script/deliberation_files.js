// Choices that travel: one person's two choices as a file without a word of what was written, and files or typed
// lines of a whole room read back. Nothing in a file is believed to be more than what it says.

import { check_seat } from "./deliberation_checks.js";
import { KIT } from "./store.js";

const WHAT = "deliberation", SCHEMA = 1;
export const LESSON = "10_benefit_risk_and_access";
export const LARGEST_FILE = 20_000; // characters; a choice has four hundred

const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
/** Typed people have no time of signing: two who chose alike are two people. */
const key_of = (one) => (one.signed ? JSON.stringify([one.signed, one.name, one.role, one.first, one.sure, one.then, one.sure_then]) : null);

/** What a room keeps of somebody. */
export function seat_of(values, name) {
  return { name: [...name.trim()].slice(0, 30).join(""), role: values.role, signed: values.signed, first: values.option, sure: values.sure, then: values.option_after, sure_then: values.sure_after };
}

/** Both choices as the text of a file. */
export function choices_text(data, values, name) {
  return JSON.stringify({ kit: KIT, what: WHAT, schema: SCHEMA, version: data.kit, lesson: LESSON, ...seat_of(values, name) }, null, 1) + "\n";
}

/** The person whom a file holds; Error with one sentence that begins with the file's name. */
export function read_choices(data, file, text) {
  if (text.length > LARGEST_FILE) throw new Error(`${file} is too large to be a choice.`);
  const found = parsed(text.replace(/^\uFEFF/, ""));
  if (found === undefined) throw new Error(`${file} is damaged: it cannot be read.`);
  if (found?.kit !== KIT || found.what !== WHAT) throw new Error(`${file} holds no choice of this kit's deliberation.`);
  if (!(found.schema <= SCHEMA)) throw new Error(`${file} was made by a newer version of the kit; it was not taken.`);
  if (found.lesson !== LESSON) throw new Error(`${file} belongs to another lesson; this room takes choices of lesson 10.`);
  const { name, role, signed, first, sure, then, sure_then } = found;
  try {
    return check_seat(data, { name, role, signed, first, sure, then, sure_then });
  } catch (problem) {
    throw new Error(`${file} cannot be used: ${problem.message}`);
  }
}

/** Typed people, a line each, or several who did the same: '2 4' or '7 x 2 4', by the numbers of the options.
    [people, sentences]. */
export function read_lines(data, text) {
  const found = [], problems = [], most = data.choices.length;
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const parts = line.trim().match(/^(?:(\d{1,3})\s*[x×*]\s*)?(\d+)(?:\s*(?:->|→|[,;:/-])\s*|\s+)(\d+)$/i);
    const [count, first, then] = parts ? [Number(parts[1] ?? 1), Number(parts[2]), Number(parts[3])] : [0, 0, 0];
    if (!parts || count < 1 || ![first, then].every((one) => one >= 1 && one <= most)) {
      problems.push(`Line ${place + 1} says '${line.trim().slice(0, 30)}'; two numbers from 1 to ${most} are needed, such as 2 4, or 7 x 2 4 for seven people.`);
      continue;
    }
    for (let k = 0; k < count; k++) found.push({ name: "", role: "", signed: "", first: data.choices[first - 1], sure: "", then: data.choices[then - 1], sure_then: "" });
  }
  return [found, problems];
}

/** Adds people to a room: [the room, how many are new, how many were there already, how many found no seat]. */
export function join_room(room, people, most) {
  const known = new Set(room.map(key_of).filter(Boolean)), joined = [...room];
  let twice = 0, outside = 0;
  for (const one of people) {
    const key = key_of(one);
    if (key && known.has(key)) twice++;
    else if (joined.length >= most) outside++;
    else {
      if (key) known.add(key);
      joined.push(one);
    }
  }
  return [joined, joined.length - room.length, twice, outside];
}
