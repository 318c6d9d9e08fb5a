// The overview of the benefit desk: for each event a row, for each therapy a box. It shows above all how much of it is
// empty: a box is filled from below as far as the share that was counted, dashed where nobody knows, crossed where the
// event cannot happen.

import { boxes_of, short_of } from "./benefit_words.js";
import { make_canvas, make_ruler, wire_marks } from "./evidence_pieces.js";
import { sentence_case } from "./evidence_rules.js";

const WIDE = 50; // em, from which events stand beside their boxes and counts beside the squares
const LEAST = 19; // em
const SQUARE = 1.7, LINE = 1.32, SMALL = 0.875, TINY = 0.8, ROW = 2.3, HEAD = 8.8;
const KEY = [
  ["count", "counted: filled as far as the share, pale up to where it may go (95 %)"], ["percent", "a percentage without a count"], ["unknown", "looked for, not found"],
  ["", "nothing in our tables"], ["impossible", "cannot happen"],
];

/** The share (0 to 1) of a figure that has one, and how far it may go. */
const shares = (figure) => [figure.icons[0] + figure.icons[1], figure.icons[0] + figure.icons[1] + figure.icons[2]].map((people) => people / 100);

function put_square(put, parent, figure, kind, x, y, side) {
  const own = { parent, x, y, width: side, height: side };
  if (kind === "impossible") return void put("path", { parent, d: `M${x + 0.25 * side} ${y + 0.25 * side}l${0.5 * side} ${0.5 * side}m0 ${-0.5 * side}l${-0.5 * side} ${0.5 * side}`, class: "teaching-cross" });
  if (kind === "") return void put("circle", { parent, cx: x + side / 2, cy: y + side / 2, r: 0.09 * side, class: "teaching-nothing" });
  if (kind === "unknown" || kind === "rate") return void put("rect", { ...own, rx: 2, class: "teaching-empty-box" });
  const [share, most] = figure ? shares(figure) : [0.35, 0.7];
  put("rect", { ...own, rx: 2, class: "teaching-known-box" });
  put("rect", { parent, x, y: y + (1 - most) * side, width: side, height: most * side, class: "teaching-may-be" });
  put("rect", { parent, x, y: y + (1 - share) * side, width: side, height: share * side, class: "teaching-filled" });
  if (kind === "percent") put("path", { parent, d: `M${x} ${y + side}L${x + side} ${y}`, class: "teaching-slash" });
}

/** Draws the overview; `choose({ thing, therapy, group })` is called for a box with the focus. Returns { svg, marks }. */
export function draw_overview(host, data, values, words, choose) {
  const ruler = make_ruler(host);
  const { em } = ruler;
  const width = Math.max(host.clientWidth, LEAST * em);
  const wide = width >= WIDE * em;
  const therapies = Object.keys(data.therapies);
  const label = wide ? 13 * em : 0;
  const column = (width - label) / therapies.length;
  const side = Math.min(SQUARE * em, column - 4);
  /** On a narrow page the name of a row stands above its boxes, on as many lines as it needs. */
  const names = data.overview.map((thing) => ruler.lines(sentence_case(data.things[thing]), wide ? label - 0.6 * em : width, 2, SMALL));
  const above = names.map((lines) => (wide ? 0 : lines.length * LINE * em));
  /** The name of a therapy; on a wide page a word that is too long for its column is broken. */
  const head = (one) => (wide && ruler.width(short_of(data, one), TINY, 700) > column - 0.1 * em ? short_of(data, one).replace(/(\w{5,7})(\w{3,})/, "$1- $2") : short_of(data, one));
  const heads = therapies.map((one) => ruler.lines(head(one), wide ? column - 0.1 * em : HEAD * em, 2, wide ? TINY : SMALL, 700));
  const top = (wide ? 2 * LINE + 0.5 : HEAD) * em;
  const key_width = Math.max(15 * em, width / Math.max(1, Math.floor(width / (22 * em))));
  const key_across = Math.max(1, Math.floor(width / key_width));
  const key = KEY.map(([kind, said]) => [kind, ruler.lines(said, key_width - 2.6 * em, 3, SMALL)]);
  const key_height = (Math.max(...key.map(([, lines]) => lines.length)) * LINE * SMALL + 0.7) * em;
  const tops = [top];
  above.forEach((height, k) => tops.push(tops[k] + height + ROW * em));
  const bottom = tops.at(-1) + 0.8 * em;
  const canvas = make_canvas(width, bottom + Math.ceil(key.length / key_across) * key_height + 0.4 * em, words);
  const { put } = canvas;
  therapies.forEach((_, k) => heads[k].forEach((text, line) => {
    const x = label + (k + 0.5) * column;
    if (wide) put("text", { text, x, y: top - (0.5 + (heads[k].length - line - 1) * LINE) * em, "text-anchor": "middle", class: "teaching-tiny-words teaching-bold" });
    else put("text", { text, transform: `translate(${x + (0.3 + (line - (heads[k].length - 1) / 2)) * em} ${top - 0.4 * em}) rotate(-90)`, class: "teaching-head" });
  }));
  names.forEach((lines, k) => {
    const y = tops[k];
    put("line", { x1: 0, x2: width, y1: y, y2: y, class: "teaching-grid" });
    const from = wide ? y + (ROW * em) / 2 + (0.3 - (lines.length - 1) * 0.5) * em : y + 1.05 * em;
    lines.forEach((text, line) => put("text", { text, x: 0, y: from + line * 1.02 * em, class: "teaching-small-words" }));
  });
  const marks = boxes_of(data, values.population).map((box) => {
    const at = [therapies.indexOf(box.therapy), data.overview.indexOf(box.thing)];
    const [x, y] = [label + at[0] * column, tops[at[1]] + above[at[1]]];
    const { figure } = box;
    const told = figure ? figure.number : "nothing in the tables of this kit";
    const group = put("g", { role: "button", "aria-pressed": "false", "aria-label": `${sentence_case(data.things[box.thing])}, ${data.therapies[box.therapy].words}: ${told}. Show these hundred people`, class: `teaching-block ${data.benefits.includes(box.thing) ? "teaching-gain" : "teaching-harm"}` });
    put("rect", { parent: group, x: x + 1, y: y + 1, width: column - 2, height: ROW * em - 2, rx: 4, class: "teaching-hit" });
    const counted = wide && figure && ["count", "percent"].includes(figure.kind);
    const square_x = counted ? x + 0.35 * em : x + (column - side) / 2;
    put_square(put, group, figure, figure?.kind ?? "", square_x, y + (ROW * em - side) / 2, side);
    if (counted) {
      const from = square_x + side + 0.3 * em;
      const fitting = (...ways) => ways.find((text) => from + ruler.width(text, TINY) <= x + column + 0.2 * em) ?? ways.at(-1);
      const n = figure.kind === "count"
        ? [fitting(`${figure.count} of`, `${figure.count} /`), fitting(figure.n.toLocaleString("en"), `${figure.n}`, `${Number((figure.n / 1000).toPrecision(3))} k`)]
        : [fitting(`${figure.value} %`, `${Math.round(figure.value)} %`), fitting(`of ${figure.n ?? "?"}`, "")];
      n.forEach((text, line) => put("text", { parent: group, text, x: from, y: y + (0.95 + line * 0.95) * em, class: "teaching-tiny-words", "aria-hidden": "true" }));
    }
    return { group, thing: box.thing, therapy: box.therapy, at };
  });
  key.forEach(([kind, lines], k) => {
    const [x, y] = [(k % key_across) * key_width, bottom + Math.floor(k / key_across) * key_height];
    const group = put("g", { class: "teaching-block teaching-gain" });
    put_square(put, group, null, kind, x + 2, y, 1.5 * em);
    lines.forEach((text, line) => put("text", { text, x: x + 2.1 * em, y: y + (1 + line * LINE * SMALL) * em, class: "teaching-small-words" }));
  });
  const of = (group) => marks.find((mark) => mark.group === group);
  wire_marks(marks.map((mark) => mark.group), {
    next: (group, pressed) => neighbour(marks, of(group), pressed, therapies.length).group,
    chosen: (group) => choose(of(group)),
  });
  host.replaceChildren(canvas.svg);
  return { svg: canvas.svg, marks };
}

function neighbour(marks, mark, key, across) {
  const [column, row] = mark.at;
  if (key === "Home") return marks[0];
  if (key === "End") return marks.at(-1);
  const [over, down] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  if (column + over < 0 || column + over >= across) return mark;
  return marks[(row + down) * across + column + over] ?? mark;
}
