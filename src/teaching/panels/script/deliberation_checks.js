// The setting of the deliberation as panels/deliberation_setting.py takes it: the same rules with the same words.

import { check_text, check_time, check_truth, has_fields, need, told } from "./told.js";

const FIRST = ["role", "dealt", "option", "sure", "reason"], SECOND = ["option_after", "sure_after", "moved_by", "moved"];
const FIELDS = [...FIRST, "signed", "heard", ...SECOND, "closed", "room", "says"];
const SEAT = ["name", "role", "signed", "first", "sure", "then", "sure_then"];

const same = (one, other) => FIELDS.every((name) => name === "room" || one[name] === other[name]);

function one_of(name, value, allowed) {
  need(typeof value === "string" && allowed.includes(value), `${name} is ${told(value)}; choose one of: ${allowed.filter(Boolean).join(", ")}.`);
}
function check_sure(value) {
  need(value === "" || (Number.isInteger(value) && value >= 0 && value <= 100), `how sure you are is ${told(value)}; a whole number from 0 to 100 is needed.`);
}
const names_of = (data) => data.roles.map((one) => one.role);

/** One person of the room; Error with one sentence. */
export function check_seat(data, one) {
  need(has_fields(one, SEAT), "a seat of the room lacks a field, or has one too many.");
  check_text("a name", one.name, data.longest_name);
  one_of("a role", one.role, ["", ...names_of(data)]);
  check_time("a time of signing", one.signed);
  for (const name of ["first", "then"]) one_of("a choice", one[name], data.choices);
  for (const name of ["sure", "sure_then"]) check_sure(one[name]);
  return one;
}

/** A whole setting as the desk takes it; Error with one sentence for anything else. */
export function check_setting({ data }, values) {
  need(has_fields(values, FIELDS), "the setting of the deliberation lacks a field, or has one too many.");
  const { role, signed, closed, heard } = values, roles = names_of(data), others = roles.length - 1;
  one_of("the role", role, ["", ...roles]);
  check_truth("dealt", values.dealt);
  for (const name of ["option", "option_after"]) one_of("the choice", values[name], ["", ...data.choices]);
  for (const name of ["sure", "sure_after"]) check_sure(values[name]);
  for (const [name, most] of [["reason", data.longest], ["moved", data.longest], ["says", data.longest_says]]) check_text(name, values[name], most);
  one_of("what moved you", values.moved_by, ["", ...roles, ...Object.keys(data.no_person)]);
  check_time("the time of signing", signed);
  check_time("the time of the second signature", closed);
  need(Number.isInteger(heard) && heard >= 0 && heard <= others, `heard is ${told(heard)}; a whole number from 0 to ${others} is needed.`);
  if (signed) whole_choice(data, values);
  else need(heard === 0, "others were heard before you committed; commit first.");
  need(heard === others || (!closed && SECOND.every((name) => values[name] === "")), "the choice was revised before all others were heard; hear them first.");
  need(!values.moved_by || values.moved_by !== role, "you cannot be moved by your own card; choose one of the others, or something else.");
  if (closed) whole_revision(data, values);
  need(Array.isArray(values.room) && values.room.length <= data.room, `the room is full: it takes the choices of at most ${data.room} people.`);
  for (const one of values.room) check_seat(data, one);
  return values;
}

function whole_choice(data, { role, option, sure, reason }) {
  need(role, "nobody has taken a card yet; take one before you commit.");
  need(option, `no choice is made yet; choose one of: ${data.choices.join(", ")}.`);
  need(sure !== "", "how sure you are is not said yet; give a whole number from 0 to 100.");
  need(reason.trim(), "a reason is missing; write one sentence before you commit.");
}
function whole_revision(data, { option_after, sure_after, moved_by, moved }) {
  need(option_after, `no second choice is made yet; choose one of: ${data.choices.join(", ")}.`);
  need(sure_after !== "", "how sure you are now is not said yet; give a whole number from 0 to 100.");
  need(moved_by && moved.trim(), "what moved you is missing; choose who or what it was, and write one sentence.");
}

/** The setting of a new round. */
export function blank(room) {
  return { role: "", dealt: false, option: "", sure: "", reason: "", signed: "", heard: 0, option_after: "", sure_after: "", moved_by: "", moved: "", closed: "", room, says: "" };
}

/** Whether a setting may come after another one: what was signed stays. Error with one sentence if it would not.
    `first`: the setting with which the desk starts; to start again is allowed. */
export function follows(before, after, first) {
  if (same(after, blank([])) || same(after, first)) return;
  need(!before.role || (before.role === after.role && before.dealt === after.dealt), "your card was read, so it stays yours; start again to take another one.");
  if (before.signed) {
    need(after.signed === before.signed && FIRST.every((name) => before[name] === after[name]), "your first choice is signed and cannot be changed; start again for another one.");
    need(after.heard >= before.heard, "who was heard cannot be unheard; start again for another round.");
  }
  need(!before.closed || (after.closed === before.closed && SECOND.every((name) => before[name] === after[name])), "your second choice is signed and cannot be changed; start again for another one.");
}
