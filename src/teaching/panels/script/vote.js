// A lecturer's vote: the predictions of a room on the panel, before it runs and after. All of it stays in this page.

import { read_chosen } from "./chosen_files.js";
import { make, make_svg, plain } from "./numbers.js";
import { count_options, join_votes, LARGEST_REPORT, MOST_IN_ROOM, read_typed, read_vote, room_in_words } from "./votes.js";

const MOST_FILES = 500;
const DOT = 5; // units of the picture

/** How a typed prediction looks: a level line in the middle of the picture. */
function example_of(spec) {
  const middle = ([low, high], log) => plain(log ? Math.sqrt(low * high) : (low + high) / 2, 2);
  const height = middle(spec.up, spec.log_up);
  const places = spec.kind === "marker" ? [middle(spec.across, spec.log_across)] : [plain(spec.across_read[0], 2), middle(spec.across, spec.log_across), plain(spec.across_read[1], 2)];
  return places.map((place) => `${place} ${height}`).join("; ");
}

/** `spec`: the panel's prediction; `to_picture(point)`: where a point lies. Returns { element, show(wanted) }. */
export function make_vote(spec, prefix, picture, to_picture) {
  let room = [];
  let hands = {}; // option -> hands that were counted
  let mark = null;
  const said = make("ul", { class: "teaching-said-list" });
  const sentence = make("p", { class: "teaching-vote-words", role: "status" });
  const files = make("input", { type: "file", multiple: true, accept: ".html,.htm,text/html", id: prefix + "reports", onchange: open_files });
  const empty = make("button", { type: "button", text: "Send the room home", onclick: send_home });
  const options = spec.kind === "options" ? spec.options.map(make_option) : [];
  const lines = make("textarea", { rows: 3, id: prefix + "typed-votes", class: "teaching-own-sentence", placeholder: spec.kind === "options" ? "" : example_of(spec), onkeydown: (event) => event.stopPropagation() });
  const how = `Or type one prediction a line: ${spec.across_label}, then ${spec.unit || "the value"}${spec.kind === "marker" ? "" : "; a semicolon goes before the next point"}`;
  const enter = make(
    "details", { class: "teaching-vote-enter" }, make("summary", { text: "Bring in predictions" }),
    make("p", { class: "teaching-row" }, make("label", { for: files.id, text: "Open reports that students saved" }), files),
    ...(options.length ? [] : [make("label", { for: lines.id, text: how }), lines]),
    make("p", { class: "teaching-row" }, options.length ? null : make("button", { type: "button", text: "Add these predictions", onclick: add_typed }), empty),
    make("p", { class: "teaching-note", text: "Reports are read on this page alone: nothing is kept or sent, and no name is shown." }),
  );
  const element = make(
    "section", { class: "teaching-vote", "aria-label": "Predictions of the room", hidden: true },
    make("p", { class: "teaching-question-words", text: "The room expects" }),
    options.length ? make("div", { class: "teaching-vote-bars" }, ...options.map((one) => one.row)) : null, sentence, enter, make("div", { role: "status" }, said),
  );

  function make_option(option) {
    const bar = make("span", { class: "teaching-vote-bar" });
    const count = make("span", { class: "teaching-vote-count", text: "0" });
    const field = make("input", {
      type: "text", inputmode: "numeric", class: "teaching-vote-hands", "aria-label": `Hands for: ${option}`, placeholder: "hands", maxlength: 20,
      onkeydown: (event) => event.stopPropagation(), oninput: read_hands,
    });
    const row = make("div", { class: "teaching-vote-option" }, make("span", { class: "teaching-vote-name", text: option }), field, make("span", { class: "teaching-vote-track" }, bar, count));
    return { option, row, bar, count, field };
  }
  /** Hands that were counted in the room; a field that holds no whole number is named, and counts nothing. */
  function read_hands() {
    const problems = [];
    hands = {};
    for (const { option, field } of options) {
      const text = field.value.trim();
      const fits = /^\d{1,4}$/.test(text) && Number(text) <= MOST_IN_ROOM;
      field.setAttribute("aria-invalid", String(Boolean(text) && !fits));
      if (fits) hands[option] = Number(text);
      else if (text) problems.push(`The hands for '${option}' are '${text}'; a whole number from 0 to ${MOST_IN_ROOM} is needed.`);
    }
    say(problems);
    draw();
  }
  function say(sentences) {
    said.replaceChildren(...sentences.map((text) => make("li", { text })));
  }
  async function open_files() {
    join(...(await read_chosen(files, MOST_FILES, LARGEST_REPORT, (file, text) => read_vote(spec, file, text))));
  }
  function add_typed() {
    const [votes, problems] = read_typed(spec, lines.value);
    if (!votes.length && !problems.length) return say(["There is no prediction in the field: type one a line."]);
    join(votes, problems);
    if (!problems.length) lines.value = "";
  }
  function join(votes, problems) {
    const { room: joined, added, twice, outside } = join_votes(room, votes);
    room = joined;
    const words = [];
    if (added) words.push(`${added} ${added === 1 ? "prediction" : "predictions"} added.`);
    if (twice) words.push(`${twice} ${twice === 1 ? "report is" : "reports are"} of a student who was here already; the newest one counts.`);
    if (outside) words.push(`The room is full with ${MOST_IN_ROOM} predictions; ${outside} found no seat.`);
    say([...words, ...problems]);
    draw();
  }
  function send_home() {
    room = [];
    hands = {};
    for (const { field } of options) field.value = "";
    say([]);
    draw();
  }
  function draw() {
    sentence.textContent = room_in_words(spec, room, hands);
    if (options.length) {
      const counts = count_options(spec, room, hands);
      const most = Math.max(1, ...counts);
      options.forEach(({ bar, count }, k) => {
        bar.style.width = `${(80 * counts[k]) / most}%`;
        count.textContent = String(counts[k]);
      });
      return;
    }
    if (!mark) {
      mark = make_svg("g", { class: "teaching-room" });
      picture.root.append(mark);
    }
    mark.style.display = element.hidden ? "none" : "";
    mark.replaceChildren(...room.map(({ value }) => {
      const places = value.map(to_picture);
      if (spec.kind === "marker") return make_svg("circle", { cx: places[0][0].toFixed(1), cy: places[0][1].toFixed(1), r: DOT });
      return make_svg("path", { d: `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}` });
    }));
  }
  draw();
  return {
    element,
    show(wanted) {
      element.hidden = !wanted;
      draw();
    },
  };
}
