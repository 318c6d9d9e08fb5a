// A desk without a kernel: the page has the desk's data, plays the part of the kernel for the same script, and keeps
// what is to be kept in the page's store.

import { DESKS } from "./desks.js";
import { make_store } from "./store.js";
import { unpack_words } from "./unpack.js";
import { as_sentence } from "./verdict.js";

const KIND = "desk"; // of an entry of the store
const KEPT = "Kept.";
const OF_ANOTHER_VERSION = "What you kept here last is of another version of this desk and cannot be shown by this one; it stays where it is."; // as in panels/desk.py
const KEEPS_NOTHING = "This page keeps nothing: what you wrote is gone when it is closed.";

/** The model that desk.js expects, answered from the page's own check and store. */
function make_model(setup, keeps, check, store) {
  const listeners = [];
  let other_version = false;
  const kept = kept_now();
  let shown = { revision: 0, answers: [], values: kept ?? setup.start, error: "", note: other_version ? OF_ANOTHER_VERSION : "", kept };

  /** The last kept setting that this version of the desk can use, or null. */
  function kept_now() {
    if (!keeps || !store) return null;
    const [lesson, name] = keeps;
    const found = store.read(lesson).filter((entry) => entry.kind === KIND && entry.question === name);
    for (const { value } of found.reverse()) {
      try {
        return check(setup, JSON.parse(value));
      } catch {
        other_version = true;
      }
    }
    return null;
  }
  const acts = {
    set: ({ values }) => ({ values: check(setup, values), error: "" }),
    keep({ values }) {
      if (!keeps) throw new Error("this desk keeps nothing.");
      const checked = check(setup, values);
      const problem = store ? store.append(keeps[0], KIND, keeps[1], JSON.stringify(checked)) : KEEPS_NOTHING;
      return { values: checked, kept: checked, note: problem || KEPT, error: "" };
    },
  };
  function show(changes, answers) {
    shown = { ...shown, ...changes, answers, revision: shown.revision + 1 };
    for (const listener of [...listeners]) listener();
  }
  function answer({ page, number, kind, ...content }) {
    try {
      const changes = Object.hasOwn(acts, kind) ? acts[kind](content) : null;
      show(changes ?? {}, [{ page, number, outcome: changes ? "done" : "refused", words: "" }]);
    } catch (problem) {
      const words = as_sentence(problem.message);
      show({ error: words }, [{ page, number, outcome: "refused", words }]);
    }
  }
  // What is kept may be erased on the page, or kept anew in another tab: only an erased desk goes back to its start.
  const forget = keeps && store ? store.on_change(() => shown.kept && kept_now() === null && show({ kept: null, values: setup.start, note: "" }, [])) : () => {};
  return {
    get: (name) => ({ setup, shown })[name],
    // After this turn, as a kernel would: whoever asks first notes the number that it waits for.
    send: (content) => queueMicrotask(() => answer(content)),
    on: (name, listener) => name === "change:shown" && listeners.push(listener),
    off: (name, listener) => listeners.splice(listeners.indexOf(listener), listeners.includes(listener) ? 1 : 0),
    end: forget,
  };
}

/** Shows a desk in an element of the page; returns how to take it away again. `data`: Desk.page_data(); `store`: where
    a desk that keeps something keeps it, else the browser's own. */
export async function show_desk(data, host, store = data.keeps ? make_store({ kit: data.kit }) : null) {
  const setup = await unpack_words(data.packed);
  const desk = DESKS[data.desk];
  const model = make_model(setup, data.keeps, desk.check, store);
  host.replaceChildren();
  const close = desk.render({ model, el: host });
  return () => {
    close();
    model.end();
  };
}
