// A question without a kernel: the page has the question's rule, packed so that nobody reads an answer by accident
// (that is no secret kept), plays the part of the kernel for the same script, and keeps what a student writes in
// the page's store.

import question from "./question.js";
import { answer_words, format_number, judge, read_answer, words_missing } from "./rule.js";
import { make_store } from "./store.js";

/** The question's entry of the answer key. */
export async function unpack_rule(data) {
  const bytes = Uint8Array.from(atob(data.packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return JSON.parse(await new Response(stream).text());
}

/** What is said to a usable answer; keeps nothing. */
function said(entry, value) {
  if (entry.kind === "text") {
    const model = entry.model ? `One way to say it: ${entry.model}` : "";
    return { word: "Kept", message: ["your words stand in your report.", words_missing(entry, value), model].filter(Boolean).join(" ") };
  }
  if (!entry.answer) return { word: "Kept", message: answer_words(entry, value) }; // counted, not judged
  const { right, message } = judge(entry, value);
  return { word: right ? "Right" : "Not yet", message };
}

/** The model that question.js expects, answered from the page's own rule and store. */
function make_model(data, entry, store) {
  const { setup, lesson } = data;
  const checks = setup.action === "check";
  const kept_as = !checks ? "prediction" : entry.kind === "text" ? "sentence" : "answer";
  const listeners = [];
  let own = false; // the store changes by this question's own hand
  let shown = { revision: 0, answers: [], note: "", ...kept() };

  /** What stands in the store: the last answer that still fits, what is said to it, the hints that were opened. */
  function kept() {
    const mine = store.read(lesson).filter((one) => one.question === setup.id);
    const usable = mine.filter(({ kind }) => kind === "prediction" || kind === kept_as)
      .map(({ kind, value }) => ({ kind, value: read_answer(entry, value).value })).filter(({ value }) => value !== null);
    const last = usable.at(-1);
    const opened = mine.filter(({ kind, value }) => kind === "hint" && Number.isInteger(value)).map(({ value }) => value);
    const hints = entry.hints.slice(0, Math.max(0, ...opened));
    if (!last) return { value: null, card: null, hints };
    const words = last.kind === "prediction" ? { word: "Your prediction", message: answer_words(entry, last.value) } : said(entry, last.value);
    return { value: typeof last.value === "number" ? format_number(last.value) : last.value, card: words, hints };
  }
  function keep(kind, value) {
    own = true;
    try {
      return store.append(lesson, kind, setup.id, value);
    } finally {
      own = false;
    }
  }
  const acts = {
    submit({ value: given }) {
      const { value, problem } = read_answer(entry, given);
      if (problem) return { outcome: "refused", words: problem, changes: { card: { word: "Not usable", message: problem }, note: "" } };
      const note = keep(kept_as, value);
      return { outcome: "done", changes: { ...kept(), note } };
    },
    hint() {
      const number = shown.hints.length + 1;
      const note = number > entry.hints.length ? "" : keep("hint", number);
      return { outcome: "done", changes: { hints: kept().hints, note } };
    },
  };
  function show(changes, answers) {
    shown = { ...shown, ...changes, answers, revision: shown.revision + 1 };
    for (const listener of listeners) listener();
  }
  const end = store.on_change(() => {
    const now = kept();
    if (!own && JSON.stringify([now.value, now.hints]) !== JSON.stringify([shown.value, shown.hints])) show({ ...now, note: "" }, []);
  });
  return {
    get: (name) => ({ setup, shown })[name],
    send(content) {
      const { page, number, kind } = content;
      const act = Object.hasOwn(acts, kind) ? acts[kind] : () => ({ outcome: "refused", words: "", changes: {} });
      // After this turn, as a kernel would: whoever asks first notes the number that it waits for.
      queueMicrotask(() => {
        const { outcome, words = "", changes } = act(content);
        show(changes, [{ page, number, outcome, words }]);
      });
    },
    on: (name, listener) => name === "change:shown" && listeners.push(listener),
    off: (name, listener) => listeners.splice(listeners.indexOf(listener), listeners.includes(listener) ? 1 : 0),
    end,
  };
}

/** Shows a question in an element of the page; returns how to take it away again. `data`: QuestionPanel.page_data(). */
export async function show_question(data, element, store = make_store()) {
  const model = make_model(data, await unpack_rule(data), store);
  element.replaceChildren();
  const leave = question.render({ model, el: element });
  return () => {
    leave();
    model.end();
  };
}
