// The waiting room: six patients, a seed, the team round, and the door.

import { check_seed } from "./clinic_desk_checks.js";
import { make } from "./numbers.js";
import { organ_of } from "./clinic_desk_pictures.js";

const A_SEED = 1_000_000; // seeds by chance stay below: they can be said aloud and typed again

const by_chance = (below) => crypto.getRandomValues(new Uint32Array(1))[0] % below;

/** Returns { element, show(values), fill(values), focus() }. `act(parts)` changes the setting, `begin(patient, seed)`
    opens the first visit, `refuse(words)` says what is wrong. */
export function make_room(data, clinic, prefix, { act, begin, refuse }) {
  const cards = clinic.people.map((person) => {
    const radio = make("input", { type: "radio", name: `${prefix}patient`, value: person.name, onchange: () => act({ patient: person.name }) });
    return make("label", { class: "teaching-clinic-person" }, radio, organ_of(person.name), make(
      "span", {}, make("strong", { text: person.name[0].toUpperCase() + person.name.slice(1) }), " ", make("span", { text: data.told.stories[person.name] }), " ", make("em", { text: person.missing }),
    ));
  });
  const deal = make("button", { type: "button", text: "Deal me one", onclick: dealt });
  const seed = make("input", { type: "text", id: `${prefix}seed`, class: "teaching-typed teaching-clinic-seed", inputmode: "numeric", autocomplete: "off", onkeydown: keys, onchange: take_seed });
  const chance = make("button", { type: "button", text: "A seed by chance", onclick: () => act({ seed: by_chance(A_SEED) }) });
  const enter = make("button", { type: "button", class: "teaching-run", text: "Call the patient in", onclick: opened });
  const who = make("fieldset", { class: "teaching-clinic-people" }, make("legend", { text: "Who comes in?" }), ...cards);

  function dealt() {
    act({ patient: clinic.people[by_chance(clinic.people.length)].name, seed: by_chance(A_SEED) });
    enter.focus();
  }
  function keys(event) {
    event.stopPropagation();
    if (event.key === "Enter") take_seed();
  }
  /** The seed that stands in the field; null for an empty field; false when it is none. */
  function typed() {
    const text = seed.value.replaceAll(/[\s,]/g, "");
    if (!text) return null;
    try {
      return check_seed(data, /^\d{1,10}$/.test(text) ? Number(text) : seed.value.trim());
    } catch (problem) {
      refuse(problem.message);
      return false;
    }
  }
  function take_seed() {
    const found = typed();
    if (found !== false) act({ seed: found });
  }
  function opened() {
    const checked = cards.findIndex((card) => card.querySelector("input").checked), found = typed();
    if (found === false) return seed.focus();
    if (checked < 0) {
      refuse("No patient has been chosen: choose one, or let one be dealt to you.");
      return cards[0].querySelector("input").focus();
    }
    begin(clinic.people[checked].name, found ?? by_chance(A_SEED));
  }
  const element = make(
    "section", { class: "teaching-clinic-room", "aria-label": "Waiting room" },
    make("p", { text: `Five visits, on days ${data.told.days.slice(0, -1).join(", ")}. Each visit can be left once, and there is no way back. You have ${data.told.points} points for tests.` }),
    who,
    make("p", { class: "teaching-row" }, deal, make("label", { for: seed.id, text: "Seed (what is hidden, and all chance, follow from it)" }), seed, chance),
    make("p", { class: "teaching-row" }, enter),
  );
  return {
    element,
    fill(now) {
      for (const card of cards) card.querySelector("input").checked = card.querySelector("input").value === now.patient;
      if (seed.getRootNode().activeElement !== seed || now.seed !== null) seed.value = now.seed ?? "";
    },
    focus: () => (cards.find((card) => card.querySelector("input").checked) ?? cards[0]).querySelector("input").focus(),
  };
}
