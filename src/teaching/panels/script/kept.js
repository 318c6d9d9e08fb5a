// Where answers are kept, said in one line, and what can be done with them: save as a file, read from one, erase.

import { save_file } from "./files.js";
import { make } from "./numbers.js";

const LASTS = "What you predict and answer is kept in this browser, on this device, and nowhere else.";
const LASTS_NOT = "This browser lets no page keep anything (a private window, or its settings): what you predict and answer is gone when this page is closed. Save your report before.";

export function show_kept(place, store, reading) {
  const words = make("p", { class: "teaching-kept-words" });
  const said = make("p", { class: "teaching-kept-said", role: "status" });
  const number = () => store.lessons().reduce((sum, lesson) => sum + store.read(lesson).length, 0);
  const chooser = make("input", {
    type: "file", accept: ".jsonl,.txt,application/jsonl", class: "teaching-spoken", tabindex: "-1", "aria-label": "A file of answers",
    async onchange() {
      const [file] = chooser.files;
      if (!file) return;
      try {
        say(store.import_lines(await file.text()));
      } catch (problem) {
        say(problem.message);
      }
      chooser.value = "";
    },
  });
  const save = button("Save all answers as a file", () => {
    save_file("bcell-answers.jsonl", "application/jsonl", store.export_lines());
    say("Saved as bcell-answers.jsonl: the same button beside it reads such a file, here or in another browser.");
  });
  const open = button("Read answers from a file", () => chooser.click());
  const erase = button("Erase all answers", () => {
    asks.hidden = false;
    no.focus();
  });
  const yes = button("Erase for good", () => {
    store.erase();
    reading.erase();
    asks.hidden = true;
    erase.focus();
    say("Erased: nothing of yours is kept in this browser any more.");
    document.dispatchEvent(new Event("teaching-erased"));
  });
  const no = button("Keep them", () => {
    asks.hidden = true;
    erase.focus();
  });
  const asks = make("p", { class: "teaching-kept-asks", role: "alertdialog", "aria-label": "Erase all answers?", hidden: true }, make("strong", { text: "All predictions, answers and reading progress of every lesson in this browser go, and cannot be brought back. " }), yes, no);
  asks.addEventListener("keydown", (event) => event.key === "Escape" && no.click());
  function say(sentence) {
    said.textContent = sentence;
  }
  function show() {
    const count = number();
    const kept = count ? ` ${count} ${count === 1 ? "entry is" : "entries are"} kept so far.` : "";
    words.textContent = `${store.lasts() ? LASTS : LASTS_NOT}${kept} ${store.note()}`.trim();
    save.disabled = erase.disabled = !count;
  }
  place.replaceChildren(
    words,
    make("details", {}, make("summary", { text: "Save, move or erase my answers" }), make("p", { class: "teaching-buttons" }, save, open, erase, chooser), asks, said),
  );
  place.classList.add("teaching-kept");
  store.on_change(show);
  show();
}

function button(words, onclick) {
  return make("button", { type: "button", class: "teaching-button", text: words, onclick });
}
