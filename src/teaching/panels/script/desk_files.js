// A desk's picture and rows as files, made by the page itself: SVG, CSV; take_along.js makes a PNG of an SVG.

import { save_file } from "./files.js";
import { make } from "./numbers.js";
import { picture_as_svg, svg_as_png } from "./take_along.js";

/** The picture of a desk as the text of an SVG file, with its question and its words. */
export function picture_file(svg, { question }, words) {
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  return picture_as_svg(svg, [width, height], question, words, `teaching-desk ${svg.parentElement.className}`);
}

/** The two buttons of a picture for `make_take_along`: `name_of(ending)` names its file, `svg_text()` is `picture_file`. */
export function picture_formats(name_of, svg_text) {
  return [
    ["Picture (SVG)", () => ({ name: name_of("svg"), type: "image/svg+xml", content: svg_text() })],
    ["Picture (PNG)", async () => ({ name: name_of("png"), type: "image/png", content: await svg_as_png(svg_text()) })],
  ];
}

/** Rows of cells as CSV: what holds a comma, a quote or a new line stands in quotes, what begins like a formula is none. */
export function csv_text(rows) {
  const cell = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** The fold 'Take it along': `files` has for each button [its words, a function that gives { name, type, content }]. */
export function make_take_along(files, refuse) {
  const buttons = files.map(([words, content]) =>
    make("button", {
      type: "button", text: words,
      async onclick() {
        try {
          const file = await content();
          if (file) save_file(file.name, file.type, file.content);
        } catch (problem) {
          refuse(problem.message);
        }
      },
    }),
  );
  return make("details", { class: "teaching-files" }, make("summary", { text: "Take it along" }), make("p", { class: "teaching-row" }, ...buttons));
}
