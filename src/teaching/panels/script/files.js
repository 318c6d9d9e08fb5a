// Take it along: picture and numbers as files, the setting as a file and as a line of text.

import { make } from "./numbers.js";

export const LARGEST_SCENARIO = 20000; // bytes; a scenario is far smaller

export function save_file(name, type, view) {
  const address = URL.createObjectURL(new Blob([view], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** `formats`: kinds of files that can be had here. */
export function make_files(prefix, formats, ask_file, open_text, complain) {
  const buttons = [["SVG", "svg"], ["PNG", "png"], ["PDF", "pdf"], ["Numbers (CSV)", "csv"], ["Setting (JSON)", "json"]]
    .filter(([, kind]) => formats.includes(kind))
    .map(([words, kind]) => make("button", { type: "button", text: words, onclick: () => ask_file(kind) }));
  const line = make("input", { type: "text", readonly: true, class: "teaching-line", "aria-label": "This setting as one line", onfocus: () => line.select() });
  const pasted = make("input", { type: "text", class: "teaching-line", "aria-label": "Paste a setting here", placeholder: "paste a setting here, then press Open" });
  const chooser = make("input", {
    type: "file", accept: ".json,application/json", id: prefix + "scenario",
    async onchange() {
      const [file] = chooser.files;
      if (!file) return;
      if (file.size > LARGEST_SCENARIO) complain(`${file.name} has ${file.size.toLocaleString("en")} bytes; a setting has fewer than ${LARGEST_SCENARIO.toLocaleString("en")}.`);
      else open_text(await file.text());
      chooser.value = "";
    },
  });
  const open = make("button", { type: "button", text: "Open", onclick: () => open_text(pasted.value) });
  for (const field of [line, pasted]) field.addEventListener("keydown", (event) => event.stopPropagation());
  pasted.addEventListener("keydown", (event) => event.key === "Enter" && open.click());
  const element = make(
    "details", { class: "teaching-files" }, make("summary", { text: "Take it along" }),
    make("p", { class: "teaching-row" }, make("span", { text: "Save as" }), ...buttons),
    make("p", { class: "teaching-row" }, make("span", { text: "This setting" }), line),
    make("p", { class: "teaching-row" }, make("span", { text: "Open a setting" }), pasted, open, make("label", { for: chooser.id, text: "or a file" }), chooser),
  );
  return { element, set_line: (text) => (line.value = text) };
}
