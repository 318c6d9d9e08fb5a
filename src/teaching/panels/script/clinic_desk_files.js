// A career as a file: saved as teaching.clinic writes it, and read back by playing it again. Nothing in it is believed.

import { save_file } from "./files.js";
import { make } from "./numbers.js";

const LARGEST_FILE = 2_000_000; // characters, as in clinic/career.py

/** The career as the text of its file, in ASCII, as Python writes it. */
export function career_text(career) {
  return `${JSON.stringify(career, null, 1).replaceAll(/[\u007f-\uffff]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`;
}

/** The career that a file holds; Error with one sentence that begins with the file's name. */
export function read_career(clinic, file, text) {
  if (text.length > LARGEST_FILE) throw new Error(`${file} is too large to be a career.`);
  let career;
  try {
    career = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    throw new Error(`${file} is damaged: it cannot be read.`);
  }
  if (career === null || typeof career !== "object" || !Object.hasOwn(career, "clinic")) throw new Error(`${file} is no career of this clinic.`);
  try {
    clinic.play(career);
  } catch (problem) {
    throw new Error(`${file} cannot be used: ${problem.message}`);
  }
  return career;
}

/** The fold with both. `opened(career)`: takes one that can be played; `career()`: the one to save, or null. */
export function make_career_files(clinic, prefix, { career, opened, refuse, another }) {
  const chooser = make("input", {
    type: "file", accept: ".json,application/json", id: `${prefix}career`,
    async onchange() {
      const [file] = chooser.files;
      if (!file) return;
      try {
        opened(read_career(clinic, file.name, file.size > 4 * LARGEST_FILE ? "x".repeat(LARGEST_FILE + 1) : await file.text()));
      } catch (problem) {
        refuse(problem.message);
      }
      chooser.value = "";
    },
  });
  const save = make("button", { type: "button", text: "Save this career as a file", onclick: () => save_file(`career_${career().seed}.json`, "application/json", career_text(career())) });
  const leave = make("button", { type: "button", text: "Give this patient up", onclick: () => ((sure.hidden = false), no.focus()) });
  const no = make("button", { type: "button", text: "Stay with this patient", onclick: () => ((sure.hidden = true), leave.focus()) });
  const yes = make("button", { type: "button", text: "Yes, give up", onclick: () => ((sure.hidden = true), another()) });
  const sure = make("div", { class: "teaching-clinic-ask", role: "group", "aria-label": "Give this patient up?", hidden: true, onkeydown: (event) => event.key === "Escape" && no.click() }, make("p", { text: "This career stays in the report as it is, and a saved file can be opened again." }), make("p", { class: "teaching-row" }, no, yes));
  const element = make(
    "details", { class: "teaching-files" }, make("summary", { text: "The career as a file" }),
    make("p", { class: "teaching-row" }, save, leave), sure,
    make("p", { class: "teaching-row" }, make("label", { for: chooser.id, text: "Open a career" }), chooser),
  );
  return {
    element,
    show(has_career, over) {
      save.hidden = !has_career;
      leave.hidden = !has_career || over;
      if (leave.hidden) sure.hidden = true;
    },
  };
}
