// What is written on a visit: a note, and with the team round a line of each of four roles. How much room is left is said
// while it is typed; what is too long stays in the field, and is kept as soon as it fits.

import { NOTE } from "./clinic_desk_checks.js";
import { make } from "./numbers.js";

const TYPED_MS = 400; // after the last key, what is written is kept

/** Returns { element, fill(values), show(values), take(): whether all that stands in the fields is in the setting,
    missing(): the name of a role without a line or "", focus(name), close() }. */
export function make_notes(data, prefix, values, { act, refuse }) {
  const roles = Object.keys(data.told.roles), most = data.limits.notes;
  const left = make("p", { class: "teaching-note", id: `${prefix}left` }); // heard with the field, and not at every key
  const alarm = make("p", { class: "teaching-spoken", role: "status" }); // heard once, when it becomes too long or fits again
  let timer = 0;
  const fields = Object.fromEntries([NOTE, ...roles].map((name) => [name, make("textarea", {
    id: `${prefix}write-${roles.indexOf(name)}`, rows: 2, class: "teaching-own-sentence", "aria-describedby": left.id, oninput: typed, onchange: take, onkeydown: (event) => event.stopPropagation(),
  })]));
  const cards = roles.map((name) => make("div", { class: "teaching-clinic-role" }, make("h6", { text: name }), make("p", { text: data.told.roles[name] }), make("label", { for: fields[name].id, text: `${name} says` }), fields[name]));
  const team = make("div", { class: "teaching-clinic-team" }, ...cards);
  const round = make("input", { type: "checkbox", onchange: () => act({ team: round.checked }) });
  const element = make(
    "section", { class: "teaching-clinic-part" }, make("h5", { text: "Write" }),
    make("label", { for: fields[NOTE].id, text: "Your note (why you choose so; you see it again in the end)" }), fields[NOTE], left, alarm,
    make("label", { class: "teaching-clinic-course" }, round, make("span", {}, make("strong", { text: "Team round" }), " ", make("small", { text: "Four roles, at one screen or one after the other: each writes a line before the visit can be left." }))),
    team,
  );
  const written = () => Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value]));
  const length = () => Object.values(fields).reduce((sum, field) => sum + [...field.value].length, 0);

  function count() {
    const over = length() - most;
    left.textContent = over > 0 ? `${over.toLocaleString("en")} characters too many: shorten it before you go on. It stays here until then.` : `${length().toLocaleString("en")} of ${most.toLocaleString("en")} characters.`;
    const words = over > 0 ? "This is too long now." : alarm.textContent && "It fits now.";
    if (alarm.textContent !== words) alarm.textContent = words;
    left.classList.toggle("teaching-clinic-over", over > 0);
  }
  function typed() {
    count();
    clearTimeout(timer);
    timer = setTimeout(take, TYPED_MS);
  }
  function take() {
    clearTimeout(timer);
    count();
    if (length() > most) return false;
    if (Object.entries(written()).some(([name, text]) => values().drafts[name] !== text)) act({ drafts: written() });
    return true;
  }
  return {
    element,
    take() {
      if (take()) return true;
      refuse(`What is written on this visit has ${length().toLocaleString("en")} characters; at most ${most.toLocaleString("en")} are kept, so shorten it first.`);
      return false;
    },
    missing: () => (values().team ? roles.find((name) => !fields[name].value.trim()) ?? "" : ""),
    focus: (name) => fields[name].focus(),
    /** Puts in what is kept, but for a field under the hand or one whose text is too long to be kept. */
    fill(now) {
      const waits = length() > most;
      for (const [name, field] of Object.entries(fields)) {
        if (!waits && field.getRootNode().activeElement !== field) field.value = now.drafts[name];
      }
    },
    show(now) {
      round.checked = now.team;
      team.hidden = !now.team;
      count();
    },
    /** The visit is left: the fields are empty for the next one. */
    clear() {
      clearTimeout(timer);
      for (const field of Object.values(fields)) field.value = "";
      alarm.textContent = "";
    },
    close: () => clearTimeout(timer),
  };
}
