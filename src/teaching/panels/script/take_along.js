// The picture of a page without a kernel as a file: what is seen, on white, with its heading and its sentence below.

import { make, make_svg, SVG_SPACE } from "./numbers.js";

const INK = "#1b1b1d";
const MARGIN = 12; // units of the picture, as everything here
const [HEADING, BODY] = [17, 14]; // size of the type
const LETTER = 0.52; // of the size of the type: the width of a letter on average, with a little to spare
const PNG_SCALE = 2;
/** What style sheets of the page say about an element, and what would be lost outside of it. */
const KEPT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity", "visibility", "font-size", "font-style", "font-weight", "font-family"];

function lines_of(text, width, size) {
  const most = Math.floor(width / (LETTER * size));
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line && line.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

function words(svg, text, y, width, size, weight) {
  const lines = lines_of(text, width, size);
  lines.forEach((line, k) => {
    const element = make_svg("text", { x: MARGIN, y: y + (k + 1) * 1.4 * size, "font-size": size, "font-weight": weight, "font-family": "DejaVu Sans, Verdana, sans-serif", fill: INK });
    element.textContent = line;
    svg.append(element);
  });
  return y + lines.length * 1.4 * size;
}

/** The text of an SVG file. `picture`: the drawn SVG; `size`: width and height of the whole of it; `around`: classes of the
    places that it stands in, where its style asks for them. */
export function picture_as_svg(picture, [width, height], heading, sentence, around = "") {
  const own = picture.cloneNode(true);
  for (const name of ["role", "aria-label", "style", "class", "tabindex"]) own.removeAttribute(name);
  own.setAttribute("viewBox", `0 0 ${width} ${height}`);
  own.querySelectorAll(".teaching-surface").forEach((element) => element.remove());
  // In a light place of the page, so that what follows the page's colours is dark on white in the file.
  const locked = picture.closest(".teaching-locked") ? " teaching-locked" : ""; // what a question hides stays hidden
  const light = make("div", { class: `teaching-panel${locked} teaching-paper ${around}`, style: `color-scheme: light; color: ${INK}; position: absolute; left: -99999px; width: ${width}px` }, own);
  document.body.append(light);
  for (const element of own.querySelectorAll("*")) {
    const seen = getComputedStyle(element);
    if (seen.display === "none" && element.localName !== "defs" && !element.closest("defs")) element.dataset.unseen = "";
    else for (const name of KEPT) element.style.setProperty(name, seen.getPropertyValue(name));
    element.style.touchAction = "";
  }
  own.querySelectorAll("[data-unseen]").forEach((element) => element.remove());
  light.remove();
  const page = make_svg("svg", { xmlns: SVG_SPACE, width });
  const wide = width - 2 * MARGIN;
  page.append(make_svg("rect", { width, height: 1, fill: "white" }));
  const top = words(page, heading, 0, wide, HEADING, 700) + MARGIN;
  for (const [name, value] of [["x", 0], ["y", top], ["width", width], ["height", height]]) own.setAttribute(name, value);
  page.append(own);
  const total = Math.ceil(words(page, sentence, top + height, wide, BODY, 400) + MARGIN);
  page.setAttribute("height", total);
  page.setAttribute("viewBox", `0 0 ${width} ${total}`);
  page.firstChild.setAttribute("height", total);
  const title = make_svg("title", {});
  title.textContent = heading;
  page.prepend(title);
  return new XMLSerializer().serializeToString(page);
}

/** The same as a PNG of twice the size; throws one sentence when the browser cannot. */
export async function svg_as_png(text) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  try {
    await image.decode();
    const canvas = make("canvas", { width: PNG_SCALE * image.naturalWidth, height: PNG_SCALE * image.naturalHeight });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    if (blob) return blob;
  } catch {
    // told below
  }
  throw new Error("This browser cannot make a PNG of the picture; save it as SVG.");
}
