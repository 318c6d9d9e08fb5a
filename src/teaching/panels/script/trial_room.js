// The room of the trial desk: colleagues, verdicts from files and typed ones, all on one picture.

import { arrival_in_words, read_chosen } from "./chosen_files.js";
import { save_file } from "./files.js";
import { make } from "./numbers.js";
import { MOST_IN_ROOM } from "./trial_checks.js";
import { room_picture } from "./trial_pictures.js";
import { colleagues_protocol, colleagues_seed, run_trial, truth_of } from "./trial.js";
import { room_words, truth_words } from "./trial_words.js";
import { join_room, LARGEST_FILE, read_lines, read_verdict, verdict_of, verdict_text } from "./verdict_files.js";

const MOST_FILES = 200;
const plan_of = (one) => `${one.endpoint} in month ${one.month}, ${one.patients} in each arm`;

/** Everybody in the room: [{ words, mine, verdict, trial }], the owner of the desk first. */
export function people_of(tables, values) {
  const seat = (one, words, mine = false) => {
    const trial = run_trial(tables, one, one.seed);
    return { words, mine, verdict: one.verdict || trial.supports, trial };
  };
  const found = [seat(verdict_of(values, ""), "you", true), ...values.room.map((one) => seat(one, one.name || `dice ${one.seed}`))];
  for (let k = 0; values.colleagues && k < tables.colleagues; k++) {
    const protocol = values.colleagues === "mine" ? values : colleagues_protocol(tables, values, values.seed, k);
    found.push(seat({ ...protocol, seed: colleagues_seed(tables, values.seed, k), verdict: "" }, `colleague ${k + 1}`));
  }
  return found;
}

/** `act(changes)`: takes changes of the setting and keeps them. Returns { element, show(values) }. */
export function make_room(tables, prefix, values, act, wide) {
  const verdicts = Object.keys(tables.verdicts);
  const choice = [["", "nobody"], ["mine", "19 colleagues with my protocol"], ["their own", "19 colleagues, each with a protocol of their own"]].map(([value, words]) =>
    make("label", {}, make("input", { type: "radio", name: prefix + "colleagues", value, onchange: () => act({ colleagues: value }) }), words),
  );
  const name = make("input", { type: "text", id: prefix + "name", maxlength: 30, autocomplete: "off", onkeydown: (event) => event.stopPropagation() });
  const save = make("button", { type: "button", text: "Save my verdict as a file", onclick: () => save_file(`verdict_${values().seed}.json`, "application/json", verdict_text(tables, values(), name.value)) });
  const files = make("input", { type: "file", multiple: true, accept: ".json,application/json", id: prefix + "files", onchange: open_files });
  const lines = make("textarea", { rows: 3, id: prefix + "lines", class: "teaching-own-sentence", placeholder: "48213 cannot say\n7719 works better", onkeydown: (event) => event.stopPropagation() });
  const add = make("button", { type: "button", text: "Add these verdicts", onclick: open_lines });
  const empty = make("button", { type: "button", text: "Send everybody home", onclick: () => act({ room: [], colleagues: "" }) });
  const truth = make("button", { type: "button", "aria-pressed": "false", text: "Show the truth of the model", onclick: () => act({ truth: !values().truth }) });
  const said = make("ul", { class: "teaching-said-list", role: "status" });
  const sentence = make("p", { role: "status" }), picture = make("div", { class: "teaching-trial-picture" });
  const table = make("div", { class: "teaching-scrolls", tabindex: "0", role: "region", "aria-label": "All trials of the room as a table" });

  function say(sentences) {
    said.replaceChildren(...sentences.map((text) => make("li", { text })));
  }
  async function open_files() {
    seat(...(await read_chosen(files, MOST_FILES, LARGEST_FILE, (file, text) => read_verdict(tables, file, text))));
  }
  function open_lines() {
    const [found, problems] = read_lines(tables, lines.value, values());
    if (!found.length && !problems.length) return say(["There is no verdict in the field: type one a line, such as 48213 cannot say."]);
    if (seat(found, problems) && !problems.length) lines.value = "";
  }
  function seat(found, problems) {
    const mine = verdict_of(values(), "");
    const [all, , twice, outside] = join_room([mine, ...values().room], found, MOST_IN_ROOM + 1);
    const room = all.slice(1), fresh = room.length - values().room.length;
    const added = fresh && `${fresh} ${fresh === 1 ? "verdict" : "verdicts"}`;
    const done = !fresh || act({ room });
    say(arrival_in_words({ added, again: twice, outside, most: MOST_IN_ROOM }, problems));
    return done;
  }
  function row(one) {
    const { trial } = one, gap = trial.compared;
    const cells = [plan_of(trial.protocol), trial.arms.map((arm) => `${arm.events}/${arm.n}`).join(" : "), gap ? `${Math.round(100 * gap.difference)} (${Math.round(100 * gap.low)} to ${Math.round(100 * gap.high)})` : "none", one.verdict, trial.supports];
    return make("tr", {}, make("th", { scope: "row", text: one.words }), ...cells.map((text) => make("td", { text })));
  }
  const head = ["", "protocol", "reached it", "difference, points", "verdict", "the data support"];
  const element = make(
    "section", { class: "teaching-step-of-trial", hidden: true }, make("h4", { text: "4 · The room" }),
    make("fieldset", { class: "teaching-choice" }, make("legend", { text: "Also here:" }), ...choice),
    make("details", {}, make("summary", { text: "Bring in the verdicts of other people, or take yours along" }),
      make("p", { class: "teaching-row" }, make("label", { for: name.id, text: "Name on the file (if you like)" }), name, save),
      make("p", { class: "teaching-row" }, make("label", { for: files.id, text: "Open verdict files" }), files),
      make("div", {}, make("label", { for: lines.id, text: "Or type one a line: number of the dice, verdict (for trials with your protocol)" }), lines),
      make("p", { class: "teaching-row" }, add, empty), said),
    sentence, picture, make("p", { class: "teaching-row" }, truth),
    make("details", {}, make("summary", { text: "All trials as a table" }), table),
  );
  return {
    element,
    show(now) {
      const people = people_of(tables, now), plans = new Set(people.map((one) => JSON.stringify([plan_of(one.trial.protocol), one.trial.protocol.therapy, one.trial.protocol.control])));
      const truths = now.truth ? people.map(({ trial }) => {
        const [one, two] = truth_of(tables, trial.protocol);
        return two === undefined ? null : one - two;
      }) : null;
      for (const label of choice) label.firstChild.checked = label.firstChild.value === now.colleagues;
      const told = !now.truth ? "" : plans.size === 1 ? truth_words(tables, now) : "The short upright lines are the true differences: each protocol asks another question.";
      const words = room_words(people, verdicts, told);
      sentence.textContent = words;
      picture.replaceChildren(room_picture(people, verdicts, truths, wide(), words));
      truth.setAttribute("aria-pressed", String(now.truth));
      truth.textContent = now.truth ? "Hide the truth" : "Show the truth of the model";
      table.replaceChildren(make("table", {}, make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col", text })))), make("tbody", {}, ...people.map(row))));
    },
  };
}
