// The map of what exists: for each disease and therapy a circle whose area is the patients, hatched or open where nobody
// had a control group, and the number written beside it. A cell that is pressed filters.

import { cells_of, map_words, words_of_filters } from "./evidence_rules.js";
import { make_canvas, make_ruler, put_hatching, wire_marks } from "./evidence_pieces.js";

const WIDE = 44; // em, from which diseases stand with their whole names and numbers beside the circles
const LEAST = 16; // em
const LINE = 1.3;
const SMALL = 0.875;
const SMALLEST = 0.2, LARGEST = 2.1; // em, radius of a circle
const HEAD = 8.2; // em, of a therapy's name that stands upright on a narrow page
const HATCHED_FROM = 0.35; // em: in a smaller circle no hatching could be seen, it is open instead

/** Draws the map into a place; `press(disease, therapy)` is called for a cell. Returns { words, cells, svg }. */
export function draw_map(host, data, values, prefix, press) {
  const cells = cells_of(data, values);
  const words = map_words(data, values, cells);
  const ruler = make_ruler(host);
  const { em } = ruler;
  const width = Math.max(host.clientWidth, LEAST * em); // below that it scrolls in its place
  const wide = width >= WIDE * em;
  /** A row is as high as its largest circle and the words need; on a narrow page these stand under the circle. */
  const rows_height = (radii) => Math.max(2.3 * em, 2 * Math.max(...radii) + 0.5 * em) + (wide ? 0 : 2 * LINE * em);
  const diseases = Object.keys(data.vocabulary.disease).filter((name) => cells.some((cell) => cell.disease === name));
  const therapies = Object.keys(data.vocabulary.therapy).filter((name) => cells.some((cell) => cell.therapy === name));
  const label = wide ? 19 * em : Math.min(0.3 * width, 7 * em);
  const column = (width - label) / Math.max(therapies.length, 1);
  const title = ruler.lines(`Patients by disease and therapy · ${words_of_filters(data, { ...values, disease: "", therapy: "" })}`, width, 4, 1, 700);
  const heads = therapies.map((name) => ruler.lines(data.vocabulary.therapy[name], wide ? column - 0.3 * em : HEAD * em, wide ? 3 : 2, SMALL, 700));
  const key = ruler.lines("Area: patients, each counted once. Hatched or open: no study with a control group. Filled: at least one. + counts studies whose patients are not in the circle; ? means that none are known.", width, 8, SMALL);
  const most = Math.max(1, ...cells.map((cell) => cell.patients));
  const largest = Math.min(LARGEST * em, column / 2 - 2);
  const radius = (cell) => Math.max(SMALLEST * em, largest * Math.sqrt(cell.patients / most));
  const top = (title.length * LINE + 0.6 + (wide ? Math.max(0, ...heads.map((lines) => lines.length)) * LINE : HEAD + 0.6)) * em;
  const heights = diseases.map((name) => rows_height(cells.filter((cell) => cell.disease === name).map(radius)));
  const starts = heights.map((_, k) => top + heights.slice(0, k).reduce((sum, height) => sum + height, 0));
  const bottom = top + heights.reduce((sum, height) => sum + height, 0);
  const canvas = make_canvas(width, bottom + (0.6 + key.length * LINE) * em, words);
  const { put } = canvas;
  const hatching = put_hatching(canvas, `${prefix}map-hatch`, em);

  title.forEach((text, k) => put("text", { text, x: 0, y: (k + 1) * LINE * em - 0.3 * em, class: "teaching-title" }));
  therapies.forEach((_, k) => heads[k].forEach((text, line) => {
    const [x, y] = [label + (k + 0.5) * column, top - 0.5 * em];
    if (wide) put("text", { text, x, y: y - (heads[k].length - line - 1) * LINE * em, "text-anchor": "middle", class: "teaching-head" });
    else put("text", { text, transform: `translate(${x + (0.3 + (line - (heads[k].length - 1) / 2)) * em} ${y}) rotate(-90)`, class: "teaching-head" });
  }));
  diseases.forEach((name, k) => {
    const lines = wide ? ruler.lines(data.vocabulary.disease[name], label - em, 2, SMALL) : ruler.lines(name, label - 0.3 * em, 2, SMALL);
    const middle = starts[k] + heights[k] / 2;
    lines.forEach((text, line) => put("text", { text, x: 0, y: middle + (0.3 + (line - (lines.length - 1) / 2) * 1.1) * em, class: "teaching-small-words" }));
    put("line", { x1: 0, x2: width, y1: starts[k], y2: starts[k], class: "teaching-grid" });
  });
  key.forEach((text, k) => put("text", { text, x: 0, y: bottom + (1.5 + k * LINE) * em, class: "teaching-small-words" }));

  const marks = cells.map((cell) => {
    const [column_number, row_number] = [therapies.indexOf(cell.therapy), diseases.indexOf(cell.disease)];
    const [left, above, height] = [label + column_number * column, starts[row_number], heights[row_number]];
    const group = put("g", { role: "button", class: "teaching-cell-mark", "aria-label": spoken(data, cell) });
    put("rect", { parent: group, x: left + 1, y: above + 1, width: column - 2, height: height - 2, rx: 4, class: "teaching-hit" });
    const x = wide ? left + largest + 0.3 * em : left + column / 2;
    const y = wide ? above + height / 2 : above + (height - 2 * LINE * em) / 2;
    const r = radius(cell);
    const look = !cell.patients ? "teaching-nobody" : cell.controlled ? "teaching-controlled" : "teaching-alone";
    put("circle", { parent: group, cx: x, cy: y, r, class: `teaching-circle ${look}`, ...(look === "teaching-alone" && r > HATCHED_FROM * em ? { fill: hatching } : {}) });
    const number = String(cell.patients || "?");
    const more = cell.uncounted ? `+${cell.uncounted}` : "";
    const own = { parent: group, class: "teaching-small-words", "aria-hidden": "true" };
    if (wide) put("text", { ...own, text: `${number} ${more}`.trim(), x: x + Math.max(r, 0.6 * em) + 0.35 * em, y: y + 0.35 * em });
    else [number, more].forEach((text, line) => put("text", { ...own, text, x, y: above + height - (1.6 - line * 1.15) * em, "text-anchor": "middle" }));
    return { group, cell, at: [column_number, row_number] };
  });
  const of = (group) => marks.find((mark) => mark.group === group);
  wire_marks(marks.map((mark) => mark.group), {
    next: (group, key) => neighbour(marks, of(group), key)?.group,
    pressed: (group) => press(of(group).cell.disease, of(group).cell.therapy),
  });
  host.replaceChildren(canvas.svg);
  return { words, cells, svg: canvas.svg };
}

function spoken(data, cell) {
  const patients = cell.patients === 1 ? "1 patient" : `${cell.patients || "no known"} patients`;
  const studies = cell.studies === 1 ? "1 study" : `${cell.studies} studies`;
  const more = cell.uncounted ? `, ${cell.uncounted} of them with patients who are not counted` : "";
  return `${data.vocabulary.disease[cell.disease]}, ${data.vocabulary.therapy[cell.therapy]}: ${patients} in ${studies}${more}; ${cell.controlled || "none"} with a control group. Show these studies`;
}

/** The nearest cell in the direction of a key. */
function neighbour(marks, { at: [column, row] }, key) {
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const [over, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  const far = ({ at }) => {
    const [along, aside] = over ? [(at[0] - column) * over, Math.abs(at[1] - row)] : [(at[1] - row) * down, Math.abs(at[0] - column)];
    return along > 0 ? along + 3 * aside : Infinity;
  };
  const best = marks.reduce((nearest, mark) => (far(mark) < far(nearest) ? mark : nearest));
  return far(best) < Infinity ? best : null;
}
