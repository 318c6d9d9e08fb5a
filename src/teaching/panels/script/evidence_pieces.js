// Pieces that the two pictures of the evidence explorer share: an SVG as large as its place, words that fit, and marks
// that the keyboard goes through with the arrow keys.

import { make_svg, SVG_SPACE } from "./numbers.js";

let pen = null; // made when it is first needed
const measured = new Map(); // the same words are drawn again and again
const MOST_MEASURED = 20_000;

/** Measures words in the type of an element. */
export function make_ruler(host) {
  const looks = getComputedStyle(host);
  const em = parseFloat(looks.fontSize) || 16; // it is not on the page yet: it is drawn again when it is
  const looks_font = looks.fontFamily;
  const width = (text, size = 1, weight = 400) => {
    const font = `${weight} ${size * em}px ${looks_font}`;
    const key = `${font} ${text}`;
    if (!measured.has(key)) {
      if (measured.size > MOST_MEASURED) measured.clear();
      pen ??= document.createElement("canvas").getContext("2d");
      pen.font = font;
      measured.set(key, pen.measureText(text).width);
    }
    return measured.get(key);
  };
  /** The beginning of a text that fits into a width, with three points where something is left out. */
  function fitted(text, room, size = 1, weight = 400) {
    if (width(text, size, weight) <= room) return text;
    let short = text;
    while (short.length > 1 && width(`${short}…`, size, weight) > room) short = short.slice(0, -1);
    return `${short.trimEnd()}…`;
  }
  /** A text as lines that fit into a width, broken between words; at most `most` of them. */
  function lines(text, room, most = 2, size = 1, weight = 400) {
    const found = [""];
    for (const word of text.split(" ")) {
      const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
      if (width(longer, size, weight) <= room || !found.at(-1) || found.length === most) found[found.length - 1] = longer;
      else found.push(word);
    }
    return found.map((line) => fitted(line, room, size, weight));
  }
  return { em, width, fitted, lines };
}

/** An SVG of this size in pixels, and how parts are put into it. */
export function make_canvas(width, height, label) {
  const svg = make_svg("svg", { viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`, width: Math.ceil(width), height: Math.ceil(height), role: "group", "aria-label": label });
  return {
    svg,
    /** A part inside `parent`; `text` becomes its words. */
    put(tag, { text, parent = svg, ...attributes }) {
      const element = make_svg(tag, attributes);
      if (text !== undefined) element.textContent = text;
      parent.append(element);
      return element;
    },
  };
}

/** A pattern of slanted lines in the colour of the words: what it fills is hatched. Returns what `fill` is set to. */
export function put_hatching({ svg }, id, em) {
  const pattern = document.createElementNS(SVG_SPACE, "pattern");
  const step = 0.4 * em;
  for (const [name, value] of Object.entries({ id, width: step, height: step, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" })) pattern.setAttribute(name, value);
  pattern.append(make_svg("rect", { width: step, height: step, class: "teaching-ground" }), make_svg("rect", { width: step / 3, height: step, class: "teaching-hatch" }));
  const defs = document.createElementNS(SVG_SPACE, "defs");
  defs.append(pattern);
  svg.append(defs);
  return `url(#${id})`;
}

/** Makes marks of a picture one stop of the Tab key; arrow keys go from mark to mark by `next(mark, key)`.
    `chosen(mark)` is called when one has the focus or is touched, `pressed(mark)` for Enter, Space or a click. */
export function wire_marks(marks, { next, chosen = () => {}, pressed = () => {} }) {
  let stop = marks[0];
  const go = (mark) => mark?.focus();
  const make_stop = (mark) => {
    stop.setAttribute("tabindex", "-1");
    stop = mark;
    mark.setAttribute("tabindex", "0");
  };
  marks.forEach((mark, k) => {
    mark.setAttribute("tabindex", k ? "-1" : "0");
    mark.addEventListener("focus", () => {
      make_stop(mark);
      chosen(mark);
    });
    mark.addEventListener("click", () => {
      go(mark);
      pressed(mark);
    });
    mark.addEventListener("keydown", (event) => {
      if (["Enter", " "].includes(event.key)) pressed(mark);
      else if (event.key.startsWith("Arrow") || ["Home", "End"].includes(event.key)) go(next(mark, event.key));
      else return;
      event.preventDefault();
      event.stopPropagation(); // JupyterLab has keys of its own
    });
  });
}
