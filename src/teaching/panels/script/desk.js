// The base of all desks: a desk's own module chooses, counts and draws; this one talks with the kernel in numbered
// messages, says the words under the picture, keeps the last valid view and offers the way back to it.
// panels/desk.py is the kernel's half, desk_page.js plays the kernel on a page.

import { make_conversation } from "./conversation.js";
import { make } from "./numbers.js";
import { as_sentence } from "./verdict.js";

const SPEAK_MS = 900; // screen readers hear the words when the hand rests
const NO_ANSWER = "No answer from the kernel: it is still computing, or it was restarted. If nothing changes, run this desk's cell again, or reload the page.";
const RESTARTED = "The kernel behind this desk has stopped or was restarted. Run this desk's cell again, or reload the page; what you kept is not lost.";

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** What of a setting differs from the start, as the text of JSON; '' when nothing does. */
function changes_as_text(start, values) {
  const changes = Object.entries(values).filter(([name, value]) => !same(value, start[name]));
  return changes.length ? JSON.stringify(Object.fromEntries(changes)) : "";
}

/** A desk from what it says of itself; the result is a widget's module (`render`) and what desk_page.js needs.

    `name`: that of the desk in Python; `check(setup, values)`: the whole setting as the desk takes it, or an Error with
    one sentence; `build(tools)`: makes the desk on a page and returns
    { above, below: elements over and under the words; fill(values): puts values into the fields;
      show(values): draws them and returns the words; kept(values or null): what is kept, if the desk keeps;
      aloud(words): what of them a screen reader has not just been told by the focus; close() }.
    All but show may be left out. tools: { setup, data, prefix, element, change(values), keep(values),
    refuse(words), values(): the setting that is shown }. */
export function make_desk({ name, check, build }) {
  return { name, check, render: (context) => render(context, check, build) };
}

function render({ model, el }, check, build) {
  const setup = model.get("setup");
  const page = Math.random().toString(36).slice(2, 10);
  const prefix = `desk-${setup.name}-${page.slice(0, 5)}-`;
  let shown = model.get("shown"); // what the kernel showed last
  let values = shown.values; // what the picture shows: the last valid setting
  let wanted = values; // what stands in the fields: not yet, or not at all, a valid one
  let complaint = ""; // of the page itself, about the last thing the hand did
  let speak_id = 0;

  // --- what stands where

  const conversation = make_conversation({ page, post, changed: show_error });
  const sentence = make("p", { class: "teaching-sentence", "aria-hidden": "true" });
  const spoken = make("p", { class: "teaching-spoken", role: "status", "aria-live": "polite" });
  const error = make("p", { class: "teaching-error", role: "alert" });
  const back = make("button", { type: "button", text: "Undo the last change", hidden: true, onclick: undo });
  const gone = make("p", { class: "teaching-error teaching-gone", role: "alert" });
  const note = make("p", { class: "teaching-note", role: "status" });
  const reset = make("button", { type: "button", class: "teaching-reset", text: "Reset", title: "Back to the start of this desk", onclick: () => change(setup.start) });
  el.classList.add("teaching-panel", "teaching-desk", `teaching-desk-${setup.name}`, "teaching-live");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", setup.question);
  const view = build({ setup, data: setup.data, prefix, element: el, change, keep, refuse: complain, values: () => values });
  el.replaceChildren(make(
    "div", { class: "teaching-body" },
    make("h3", { text: setup.question }), make("div", { class: "teaching-above" }, ...(view.above ?? [])),
    make("p", { class: "teaching-row teaching-refused" }, error, back), gone, sentence, spoken, note,
    make("div", { class: "teaching-below" }, ...(view.below ?? [])),
    make("div", { class: "teaching-foot" }, reset, make("p", { class: "teaching-note", text: setup.foot })),
  ));

  // What a page around the desk may do with it (around.js): no more than a hand could.
  el.teaching = {
    cases: [], has_controls: false, case_now: () => "", take_case() {}, open: open_text, line: () => changes_as_text(setup.start, values),
    reset: () => change(setup.start), is_locked: () => false, show_room: null,
  };

  // --- from the hand to the picture and to the kernel

  function post(content) {
    try {
      model.send(content);
    } catch {
      gone.textContent = RESTARTED; // the connection of this desk ended with its kernel
      show_error();
    }
  }
  /** The hand wants this setting: it is drawn at once; the kernel hears of it. Whether it can be used. */
  function change(next) {
    wanted = next;
    let checked;
    try {
      checked = check(setup, next);
    } catch (problem) {
      view.fill?.(wanted);
      complain(problem.message, true);
      return false;
    }
    complain("");
    draw(checked);
    conversation.set(checked);
    return true;
  }
  /** A setting as the text of JSON: what differs from the start. */
  function open_text(text) {
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      found = null;
    }
    const fits = found !== null && typeof found === "object" && !Array.isArray(found) && Object.keys(found).every((key) => Object.hasOwn(setup.start, key));
    if (fits) change({ ...setup.start, ...found });
    else complain("the setting in this link is none of this desk.");
  }
  /** Keeps a setting, where the desk keeps any; `then(done)` when it is kept or was refused. */
  function keep(next, then = () => {}) {
    if (!change(next)) return then(false);
    conversation.ask("keep", { values }, (answer) => then(answer.outcome === "done"));
  }
  function undo() {
    wanted = values;
    view.fill?.(values);
    complain("");
    // The button goes away under the hand: the focus stays in the desk.
    (el.querySelector(".teaching-above :is(select, input, button):not([disabled])") ?? reset).focus();
  }
  function complain(words, can_go_back = false) {
    complaint = words && as_sentence(words);
    back.hidden = !(words && can_go_back);
    show_error();
  }
  function draw(next) {
    wanted = values = next;
    view.fill?.(values);
    const words = view.show(values);
    el.dataset.frames = String(Number(el.dataset.frames || 0) + 1);
    if (sentence.textContent === words) return;
    sentence.textContent = words;
    clearTimeout(speak_id);
    speak_id = setTimeout(() => (spoken.textContent = view.aloud?.(words) ?? words), SPEAK_MS);
  }

  // --- from the kernel

  function arrived() {
    const latest = model.get("shown");
    const { newer, answers } = conversation.took(latest);
    if (newer) shown = latest;
    else if (!answers) return; // an older message that came late, or one that came twice
    if (conversation.settled() && !same(values, shown.values)) {
      complain("");
      draw(shown.values);
    }
    say_kept();
    show_error();
  }
  function say_kept() {
    view.kept?.(shown.kept);
    if (note.textContent !== shown.note) note.textContent = shown.note;
  }
  /** One sentence at most: what is missing, what the page cannot take, or what the kernel refused. */
  function show_error() {
    const silent = !gone.textContent && conversation.silent();
    const words = silent ? NO_ANSWER : complaint || shown.error;
    if (error.textContent !== words) error.textContent = words;
  }
  function message(content) {
    if (content.page === page) conversation.took_answer(content);
  }

  model.on("change:shown", arrived);
  model.on("msg:custom", message);
  conversation.took(shown);
  draw(values);
  say_kept();
  show_error();
  return () => {
    clearTimeout(speak_id);
    view.close?.();
    conversation.close();
    model.off("change:shown", arrived);
    model.off("msg:custom", message);
  };
}
