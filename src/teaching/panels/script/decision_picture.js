// The picture of a decision table: the weighted mean of each option, and beside it how far the nearest single numbers
// would have to move to put another option first.

import { change_words, TOP } from "./decision_table.js";
import { make_canvas, make_ruler } from "./evidence_pieces.js";
import { rounded } from "./numbers.js";

const WIDE = 48, LEAST = 17, GAP = 3; // em
const LINE = 1.35, SMALL = 0.9375, BAR = 1.1;
const MOST_CHANGES = 6;

/** Draws into a place; returns the SVG. */
export function draw_decision(host, values, decided, words) {
  const ruler = make_ruler(host);
  const { em } = ruler;
  const width = Math.max(host.clientWidth, LEAST * em);
  const half = width >= WIDE * em ? (width - GAP * em) / 2 : width;
  const order = values.options.map((_, k) => k).sort((one, other) => decided.ranks[one] - decided.ranks[other]);
  const left = order.map((k) => [ruler.lines(`${decided.ranks[k]} · ${values.options[k]}`, half, 3, 1, 700), decided.totals[k], decided.ranks[k] === 1]);
  const shown = decided.changes.slice(0, MOST_CHANGES);
  const right = shown.map((change) => [ruler.lines(change_words(change), half, 4, SMALL), change.distance]);
  const nothing = ruler.lines(decided.first.length > 1 ? "The first place is shared: any change decides." : `No single number from 0 to ${TOP} changes the first place.`, half, 4, SMALL);
  const more = decided.changes.length - shown.length;
  const tail = more > 0 ? ruler.lines(`${more} more single numbers could change it, from further away: see the file of numbers.`, half, 4, SMALL) : [];
  const high = (rows, size) => rows.reduce((sum, [lines]) => sum + lines.length * LINE * size + BAR + 0.7, 0) * em;
  const titles = ["Weighted mean, 0 to 10", "What alone would change the first place"].map((text) => ruler.lines(text, half, 3, 1, 700));
  const put_title = (lines, x, top) => lines.forEach((text, k) => put("text", { text, x, y: top + (1.2 + k * LINE) * em, class: "teaching-head-words" }));
  const title_high = (lines) => (0.55 + lines.length * LINE) * em;
  const left_high = title_high(titles[0]) + high(left, 1);
  const right_high = title_high(titles[1]) + (right.length ? high(right, SMALL) + tail.length * LINE * SMALL * em : nothing.length * LINE * SMALL * em) + 0.4 * em;
  const beside = half < width;
  const canvas = make_canvas(width, beside ? Math.max(left_high, right_high) : left_high + right_high + em, words);
  canvas.svg.setAttribute("role", "img");
  const { put } = canvas;
  const scale = (value) => (value / TOP) * (half - 5 * em);

  let y = title_high(titles[0]);
  put_title(titles[0], 0, 0);
  for (const [lines, total, is_first] of left) {
    for (const text of lines) put("text", { text, x: 0, y: (y += LINE * em) - 0.3 * em, class: is_first ? "teaching-bold" : "" });
    put("rect", { x: 0.75, y: y + 0.05 * em, width: scale(TOP), height: BAR * em, class: "teaching-track" });
    put("rect", { x: 0.75, y: y + 0.05 * em, width: Math.max(1, scale(total)), height: BAR * em, class: `teaching-total${is_first ? " teaching-is-first" : ""}` });
    put("text", { text: rounded(total, 3), x: scale(TOP) + 0.5 * em, y: y + 0.92 * em, class: is_first ? "teaching-bold" : "" });
    y += (BAR + 0.7) * em;
  }
  const [x, top] = beside ? [half + GAP * em, 0] : [0, left_high + em];
  y = top + title_high(titles[1]);
  put_title(titles[1], x, top);
  for (const [lines, distance] of right) {
    for (const text of lines) put("text", { text, x, y: (y += LINE * SMALL * em) - 0.3 * em, class: "teaching-change-words" });
    put("rect", { x: x + 0.75, y: y + 0.05 * em, width: scale(TOP), height: BAR * em, class: "teaching-track" });
    put("rect", { x: x + 0.75, y: y + 0.05 * em, width: Math.max(2, scale(distance)), height: BAR * em, class: "teaching-distance" });
    put("text", { text: `by ${rounded(distance, 3)}`, x: x + scale(TOP) + 0.5 * em, y: y + 0.92 * em });
    y += (BAR + 0.7) * em;
  }
  for (const text of right.length ? tail : nothing) put("text", { text, x, y: (y += LINE * SMALL * em) - 0.3 * em, class: "teaching-change-words" });
  host.replaceChildren(canvas.svg);
  return canvas.svg;
}
