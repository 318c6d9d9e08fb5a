// The predictions of a room: read from saved reports, typed, joined and counted. Data only; nobody's name leaves here.
// A file is read as text: its data is checked word by word, and nothing of it is ever shown but its name, as text.

import { typed_number } from "./numbers.js";
import { KIT } from "./store.js";
import { check_prediction } from "./verdict.js";

export const MOST_IN_ROOM = 400;
export const LARGEST_REPORT = 4_000_000; // characters; a report has some 50,000
const WHAT = "report", SCHEMA = 1, MOST_ENTRIES = 5000;
const META = /<meta name="teaching-report" content="([^"]*)">/;
const OLD = "Written by the student's own";
const LONGEST_FILE_NAME = 80;

const short = (text, most = 40) => (text.length > most ? `${text.slice(0, most)}...` : text);
const plain_name = (name) => (typeof name === "string" ? name.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean).join(" ") : "");

/** The data in a report's page, or undefined. What the parser makes of one element has no window: nothing in it runs. */
function data_in(element) {
  try {
    return JSON.parse(new DOMParser().parseFromString(element, "text/html").querySelector("meta").content);
  } catch {
    return undefined;
  }
}

/** The vote in the text of a saved report: { value, name, marks, time }; Error with one sentence that begins with the file's name. */
export function read_vote(spec, file_name, text) {
  const file = short(file_name, LONGEST_FILE_NAME);
  if (text.length > LARGEST_REPORT) throw new Error(`${file} is too large to be a report.`);
  const element = text.match(META);
  if (!element) throw new Error(text.includes(OLD) ? `${file} was saved by an older version of the kit: no prediction can be drawn from it.` : `${file} is no report of this kit.`);
  const data = data_in(element[0]);
  if (data === null || typeof data !== "object") throw new Error(`${file} is damaged: its data cannot be read.`);
  if (data.kit !== KIT || data.what !== WHAT) throw new Error(`${file} holds no report of this kit.`);
  if (Number.isInteger(data.schema) && data.schema > SCHEMA) throw new Error(`${file} was made by a newer version of the kit.`);
  if (data.schema !== SCHEMA || !Array.isArray(data.entries)) throw new Error(`${file} is damaged: its data cannot be read.`);
  const entries = data.entries.slice(0, MOST_ENTRIES).filter((entry) => entry !== null && typeof entry === "object");
  const given = entries.filter(({ kind, question }) => kind === "prediction" && question === spec.id);
  if (!given.length) throw new Error(`${file} holds no prediction of this question.`);
  let value;
  try {
    value = check_prediction(spec, given.at(-1).value);
  } catch (problem) {
    throw new Error(`${file} cannot be used: ${problem.message}`);
  }
  const marks = new Set(entries.map(({ id }) => id).filter((id) => typeof id === "string" && id));
  return { value, name: plain_name(data.name), marks, time: Date.parse(data.time) || 0 };
}

/** Typed predictions, one a line: 'place height', for a curve several of them after one another. [votes, sentences]. */
export function read_typed(spec, text) {
  const votes = [], problems = [];
  for (const [k, line] of text.split(/\r?\n/).slice(0, MOST_IN_ROOM).entries()) {
    if (!line.trim()) continue;
    const points = line.split(";").filter((part) => part.trim()).map((part) => part.trim().split(/\s+/).map((word) => typed_number(word)));
    if (!points.length || points.some((point) => point.length !== 2 || !point.every(Number.isFinite))) {
      const example = spec.kind === "marker" ? "30 5" : "0 100; 30 5; 180 60";
      problems.push(`Line ${k + 1} is '${short(line.trim())}'; it must hold pairs of numbers, such as ${example}.`);
      continue;
    }
    try {
      const value = check_prediction(spec, points.map(([across, up]) => [across * (spec.across_per_unit || 1), up]));
      votes.push({ value, name: "", marks: new Set(), time: 0 });
    } catch (problem) {
      problems.push(`Line ${k + 1}: ${problem.message}`);
    }
  }
  return [votes, problems];
}

/** Whatever is written has an identity by chance, so one that both have is one student; the name counts where one has none. */
function is_one_student(one, other) {
  if (one.marks.size && other.marks.size) return [...one.marks].some((mark) => other.marks.has(mark));
  return Boolean(one.name) && one.name === other.name;
}

/** Adds votes to a room: { room, added, twice, outside }. Of one student the newest counts, and keeps what tells all of them. */
export function join_votes(room, votes) {
  let joined = [...room];
  let added = 0, twice = 0, outside = 0;
  for (const vote of votes) {
    const same = joined.filter((other) => is_one_student(vote, other));
    if (same.length) {
      twice++;
      const newest = [...same, vote].reduce((one, other) => (other.time >= one.time ? other : one));
      const marks = new Set([vote, ...same].flatMap((one) => [...one.marks]));
      joined = joined.filter((other) => other === same[0] || !same.includes(other));
      joined[joined.indexOf(same[0])] = { ...newest, marks };
    } else if (joined.length >= MOST_IN_ROOM) outside++;
    else {
      joined.push(vote);
      added++;
    }
  }
  return { room: joined, added, twice, outside };
}

/** How many chose each option: those of the room, and the hands that were counted ({ option: number }). */
export function count_options(spec, room, hands) {
  return spec.options.map((option) => room.filter(({ value }) => value === option).length + (hands[option] ?? 0));
}

/** The room in one sentence. */
export function room_in_words(spec, room, hands) {
  const counts = spec.kind === "options" ? count_options(spec, room, hands) : [];
  const total = spec.kind === "options" ? counts.reduce((sum, count) => sum + count, 0) : room.length;
  if (!total) return "No prediction of the room is here yet.";
  const many = `${total} ${total === 1 ? "prediction" : "predictions"} of the room`;
  if (spec.kind === "options") {
    const most = Math.max(...counts);
    const first = spec.options.filter((_, k) => counts[k] === most);
    return first.length === 1 ? `${many}; ${most} of them: ${first[0]}.` : `${many}; ${first.length} answers have the most, ${most} each.`;
  }
  return spec.kind === "marker" ? `${many}, each a violet dot on the picture.` : `${many}, each a thin violet line on the picture.`;
}
