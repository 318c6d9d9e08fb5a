// A desk's picture and rows as files, made by the page itself: SVG, PNG, CSV.

import { save_file } from "./files.js";
import { make } from "./numbers.js";

const KEPT_LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-family", "font-size", "font-weight", "font-style", "text-anchor", "opacity", "visibility"];
const PNG_SCALE = 2; // so that small words can be read in print
const PAPER = "#ffffff";

/** A picture of the page as the text of a file that stands alone: its looks written into it, on white paper.
    `within`: the desk, whose style it takes. */
export function svg_text(svg, within) {
  const paper = make("div", { class: "teaching-paper", "aria-hidden": "true" });
  const copy = svg.cloneNode(true);
  paper.append(copy);
  within.append(paper);
  try {
    for (const element of copy.querySelectorAll("*")) {
      const looks = getComputedStyle(element);
      if (looks.display === "none") element.dataset.gone = "yes";
      for (const name of KEPT_LOOKS) element.setAttribute(name, looks.getPropertyValue(name));
      for (const name of ["style", "class", "tabindex", "role"]) element.removeAttribute(name);
    }
    for (const element of copy.querySelectorAll("[data-gone], foreignObject")) element.remove();
    const [, , width, height] = copy.getAttribute("viewBox").split(/\s+/).map(Number);
    for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height })) copy.setAttribute(name, value);
    for (const name of ["style", "class"]) copy.removeAttribute(name);
    const ground = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ width, height, fill: PAPER })) ground.setAttribute(name, value);
    copy.prepend(ground);
    return new XMLSerializer().serializeToString(copy);
  } finally {
    paper.remove();
  }
}

/** The text of an SVG file as the bytes of a PNG file. */
export async function png_of(text) {
  const picture = new Image();
  const loaded = new Promise((done, failed) => {
    picture.onload = done;
    picture.onerror = () => failed(new Error("The picture could not be made here; save it as SVG."));
  });
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await loaded;
  const canvas = make("canvas", { width: PNG_SCALE * picture.width, height: PNG_SCALE * picture.height });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
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
