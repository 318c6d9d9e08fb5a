// The room of the deliberation: one's own two choices, those of files and typed ones, on one picture.

import { arrival_in_words, read_chosen } from "./chosen_files.js";
import { choices_text, join_room, LARGEST_FILE, read_choices, read_lines, seat_of } from "./deliberation_files.js";
import { room_picture } from "./deliberation_picture.js";
import { moves_of, room_words } from "./deliberation_words.js";
import { make_take_along, picture_file } from "./desk_files.js";
import { save_file } from "./files.js";
import { make } from "./numbers.js";

const MOST_FILES = 200;

/** `act(part)`: takes a part of the setting and keeps it; whether it could. Returns { element, show(values) }. */
export function make_room(setup, prefix, values, act, wide, refuse) {
  const { data } = setup;
  const name = make("input", { type: "text", id: prefix + "name", maxlength: 30, autocomplete: "off", onkeydown: (event) => event.stopPropagation() });
  const save = make("button", { type: "button", text: "Save my two choices as a file", onclick: () => save_file(`choices_${values().closed.replaceAll(/\D/g, "")}.json`, "application/json", choices_text(data, values(), name.value)) });
  const files = make("input", { type: "file", multiple: true, accept: ".json,application/json", id: prefix + "files", onchange: open_files });
  const lines = make("textarea", { rows: 3, id: prefix + "lines", class: "teaching-own-sentence", placeholder: "2 4\n7 x 5 5", onkeydown: (event) => event.stopPropagation() });
  const add = make("button", { type: "button", text: "Add these people", onclick: open_lines });
  const empty = make("button", { type: "button", text: "Send everybody home", onclick: () => act({ room: [] }) && say(["The room is empty."]) });
  const said = make("ul", { class: "teaching-said-list", role: "status" });
  const sentence = make("p", { role: "status" }), picture = make("div", { class: "teaching-room-picture" });
  const table = make("div", { class: "teaching-scrolls", tabindex: "0", role: "region", "aria-label": "Who went from which option to which" });

  function say(sentences) {
    said.replaceChildren(...sentences.map((text) => make("li", { text })));
  }
  async function open_files() {
    seat(...(await read_chosen(files, MOST_FILES, LARGEST_FILE, (file, text) => read_choices(data, file, text))));
  }
  function open_lines() {
    const [found, problems] = read_lines(data, lines.value);
    if (!found.length && !problems.length) return say(["There is nobody in the field: type a line a person, such as 2 4."]);
    if (seat(found, problems) && !problems.length) lines.value = "";
  }
  function seat(found, problems) {
    const me = values().closed ? [seat_of(values(), "")] : [];
    const own = me.map((one) => [one.signed, one.role, one.first, one.then].join());
    const others = found.filter((one) => !one.signed || !own.includes([one.signed, one.role, one.first, one.then].join()));
    const [room, fresh, twice, outside] = join_room(values().room, others, data.room);
    const added = fresh && `${fresh} ${fresh === 1 ? "person" : "people"}`, again = twice + found.length - others.length;
    const done = !fresh || act({ room });
    say(arrival_in_words({ added, again, outside, most: data.room }, problems));
    return done;
  }
  const along = make_take_along([["Picture (SVG)", () => ({ name: "room.svg", type: "image/svg+xml", content: picture_file(picture.firstChild, setup, sentence.textContent) })]], refuse);
  const element = make("section", { class: "teaching-step" }, make("h4", { text: "5 · The room, before and after" }),
    make("p", { class: "teaching-note", text: "A filled dot changed its option, a hollow one stayed; yours is orange. Nobody's words are shown, and no option is called right." }),
    sentence, picture, make("p", { class: "teaching-note", text: data.choices.map((one, k) => `${k + 1} ${one}`).join(" · ") }),
    make("details", {}, make("summary", { text: "Bring in the choices of other people, or take yours along" }),
      make("p", { class: "teaching-row" }, make("label", { for: name.id, text: "Name on the file (if you like)" }), name, save),
      make("p", { class: "teaching-note", text: "The file holds your card, both choices and how sure you were; it holds none of your sentences." }),
      make("p", { class: "teaching-row" }, make("label", { for: files.id, text: "Open files of other people" }), files),
      make("div", {}, make("label", { for: lines.id, text: "Or type a line a person: number of the option before, and after" }), lines),
      make("p", { class: "teaching-row" }, add, empty), said),
    make("details", {}, make("summary", { text: "Who went where, as a table" }), table), along,
  );
  return {
    element,
    show(now) {
      const people = [...(now.closed ? [{ ...seat_of(now, ""), mine: true }] : []), ...now.room.map((one) => ({ ...one, mine: false }))];
      const words = people.length ? room_words(people) : "Nobody is in the room yet.";
      sentence.textContent = words;
      picture.replaceChildren(room_picture(people, data.choices, wide(), words));
      save.disabled = !now.closed;
      along.hidden = !people.length;
      const rows = moves_of(people, data.choices).map(([first, then, count]) => make("tr", {}, make("th", { scope: "row", text: first }), make("td", { text: then }), make("td", { text: count })));
      table.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...["before", "after", "people"].map((text) => make("th", { scope: "col", text })))), make("tbody", {}, ...rows)));
    },
  };
}
