// One question of a lesson as a widget: a field that fits its kind, buttons, and what comes back. Judges nothing
// itself: what was typed goes with its numbered message, and the kernel or the page's own rule answers.

import { make_conversation } from "./conversation.js";
import { make } from "./numbers.js";
import { make_field } from "./question_fields.js";

const NO_ANSWER = "No answer from the kernel: it is still computing, or it was restarted. If nothing changes, run this question's cell again, or reload the page.";
const RESTARTED = "The kernel behind this question has stopped or was restarted. Run this question's cell again, or reload the page; the predictions and answers you kept are not lost.";
const COPY_FIRST = " What you have just typed was not kept: copy it first, because running the cell empties this field.";
const TONES = { Right: "right", "Not yet": "wrong", "Not usable": "wrong", "Not done": "wrong" };

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export default {
  render({ model, el }) {
    const setup = model.get("setup");
    const page = Math.random().toString(36).slice(2, 10);
    const prefix = `question-${page}-`;
    let shown = model.get("shown"); // what the kernel showed last
    let taken = null; // the value that stands in the field because the kernel has it
    let touched = false; // the hand has changed the field since
    let under_way = null; // { value } of the answer that waits for what is said to it
    let waiting = null; // { value } of the one to go after it
    let complaint = ""; // of the page itself, about the last thing the hand did

    // --- what stands where

    const conversation = make_conversation({ page, post, changed: show_error });
    const prompt = make("p", { class: "teaching-prompt", id: prefix + "prompt", text: setup.prompt });
    const field = make_field(setup, prefix, submit, () => {
      touched = true;
      complain("");
    });
    const run = make("button", { type: "button", class: "teaching-run", text: setup.button, onclick: submit });
    const hint = setup.hints ? make("button", { type: "button", onclick: open_hint }) : null;
    const card = make("div", { class: "teaching-said", role: "status", "aria-live": "polite" });
    const hints = make("div", { class: "teaching-said", role: "status", "aria-live": "polite", "aria-atomic": "false" });
    const error = make("p", { class: "teaching-error", role: "alert" });
    const gone = make("p", { class: "teaching-error teaching-gone", role: "alert" });
    el.classList.add("teaching-question");
    el.setAttribute("role", "group");
    el.setAttribute("aria-labelledby", prompt.id);
    el.replaceChildren(prompt, field.element, make("p", { class: "teaching-row" }, run, hint), error, gone, card, hints);

    // --- from the hand to the kernel

    function post(content) {
      try {
        model.send(content);
      } catch {
        gone.textContent = RESTARTED + (touched ? COPY_FIRST : ""); // the connection of this question ended with its kernel
        show_error();
      }
    }
    function submit() {
      const { value, problem } = field.read();
      complain(problem);
      if (problem) return;
      if (!under_way) return send(value);
      waiting = same(value, under_way.value) ? null : { value }; // a second click on the same answer is no second try
    }
    function send(value) {
      under_way = { value };
      el.setAttribute("aria-busy", "true");
      conversation.ask("submit", { value }, (answer) => {
        under_way = null;
        el.removeAttribute("aria-busy");
        if (answer.outcome === "done" && same(field.read().value, value)) touched = false;
        // What the hand has typed stays as it was typed: the value in other words is the same answer.
        if (answer.outcome === "done") taken = shown.value;
        say_card(true);
        const next = waiting;
        waiting = null;
        if (next) send(next.value);
      });
    }
    function open_hint() {
      complain("");
      conversation.ask("hint", {});
    }
    function complain(words) {
      complaint = words;
      show_error();
    }

    // --- from the kernel to the page

    function arrived() {
      const latest = model.get("shown");
      if (latest.revision > shown.revision) shown = latest;
      const { newer } = conversation.took(latest);
      if (newer) show();
      show_error();
    }
    function show() {
      if (!touched && !same(shown.value, taken)) {
        field.fill(shown.value);
        taken = shown.value;
      }
      say_card(false);
      say_hints();
    }
    /** What is said to the answer; `again`: also when it is the same as before, so that it is heard once more. */
    function say_card(again) {
      const said = JSON.stringify([shown.card, shown.note]);
      if (card.dataset.said === said && !again) return;
      card.dataset.said = said;
      const words = shown.card ? [said_card(shown.card.word, shown.card.message, TONES[shown.card.word])] : [];
      card.replaceChildren(...words, ...(shown.note ? [make("p", { class: "teaching-note", text: shown.note })] : []));
    }
    function say_hints() {
      const { length } = shown.hints;
      for (const old of [...hints.children].slice(length)) old.remove();
      for (let k = hints.children.length; k < length; k++) hints.append(said_card(`Hint ${k + 1} of ${setup.hints}`, shown.hints[k]));
      if (!hint) return;
      const none_left = length === setup.hints;
      if (none_left && hint.getRootNode().activeElement === hint) run.focus(); // what is closed cannot hold the focus
      hint.disabled = none_left;
      hint.textContent = none_left ? "No more hints" : length ? `Hint ${length + 1} of ${setup.hints}` : "Hint";
    }
    function show_error() {
      const silent = !gone.textContent && conversation.silent();
      const words = silent ? NO_ANSWER : complaint;
      if (error.textContent !== words) error.textContent = words;
    }
    function message(content) {
      if (content.page === page) conversation.took_answer(content);
    }

    model.on("change:shown", arrived);
    model.on("msg:custom", message);
    conversation.took(shown);
    show();
    return () => {
      field.close();
      conversation.close();
      model.off("change:shown", arrived);
      model.off("msg:custom", message);
    };
  },
};

function said_card(word, message, tone = "said") {
  return make("p", { class: "teaching-card", "data-tone": tone }, make("strong", { text: `${word}: ` }), make("span", { text: message }));
}
