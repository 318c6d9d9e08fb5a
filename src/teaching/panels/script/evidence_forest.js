// The forest: a row a study with its exact interval, the sum, and a row for what is unknown. Its size follows its place
// and the reader's type: on a narrow page a row's words stand over its interval.

import { forest_of, forest_words, percent, rows_drawn, sentence_case, words_of_filters } from "./evidence_rules.js";
import { make_canvas, make_ruler, put_hatching, wire_marks } from "./evidence_pieces.js";

const WIDE = 44; // em, from which a row's words stand beside its interval
const LEAST = 12; // em
const ROW = 1.9, HEAD = 1.7, LINE = 1.35; // em
const SMALL = 0.875;
const TICKS = [0, 25, 50, 75, 100];
const LIFT = 0.33; // em, of the treated arm over the control arm under it
const GROUPS = { apart: "Not added up: patients are or may be in other rows", uncounted: "Not added up: a percentage without a count", unknown: "Unknown" };

/** '80 % (52 to 96)', or only the first part where there is no count. */
export const share_words = ({ share, interval }) => `${percent(share)} %${interval ? ` (${percent(interval.low)} to ${percent(interval.high)})` : ""}`;
export const count_words = ({ events, n }) => (n === null ? "no count" : `${events} of ${n}`);
const interval_words = ({ interval }) => (interval ? `, interval from ${percent(interval.low)} to ${percent(interval.high)} %` : "");
const spoken_arm = (arm) => `${count_words(arm)}${arm.n === null ? "" : " patients"}, ${percent(arm.share)} %${interval_words(arm)}`;
function spoken(row) {
  const control = row.control ? `; control group: ${spoken_arm(row.control)}` : "";
  return `${row.study.label}, ${row.study.design}: ${spoken_arm(row.treated)}${control}${row.why ? "; not added up" : ""}`;
}

/** Draws the forest into a place. `choose(what)` is called with a row, with { together } or with { unknown }.
    Returns { words, marks: Map of a study's name -> its mark }. */
export function draw_forest(host, data, values, prefix, choose) {
  const found = forest_of(data, values);
  const words = forest_words(data, values, found);
  const ruler = make_ruler(host);
  const { em } = ruler;
  const rows = rows_drawn(found);
  const widest = Math.max(0, ...rows.map((row) => ruler.width(`${count_words(row.treated)} · ${share_words(row.treated)}`)));
  const width = Math.max(host.clientWidth, LEAST * em, widest + em); // below that it scrolls in its place
  const sum = { share: found.events / (found.n || 1), events: found.events, n: found.n, interval: found.together };
  const place = layout(ruler, width, rows, sum);
  const title = ruler.lines(`${sentence_case(data.outcomes[values.outcome])} · ${words_of_filters(data, values)}`, width, 4, 1, 700);
  const lines = rows.length + (found.together ? 1 : 0) + (found.unknown.length ? 1 : 0);
  const heads = Object.fromEntries(Object.entries(GROUPS).map(([group, text]) => [group, found[group].length ? ruler.lines(text, width, 4, SMALL, 700) : []]));
  const head_height = (group) => heads[group].length && (HEAD + (heads[group].length - 1) * LINE) * em;
  const key = ruler.lines("Patients, %, with exact 95 % intervals. Square: study with a control group, which is the open triangle under it. Circle: without one. Dotted and open: not added up. Diamond: all together.", width, 6, SMALL);
  const top = (title.length * LINE + 1.9) * em;
  const bottom = top + lines * place.row * em + Object.keys(GROUPS).reduce((sum, group) => sum + head_height(group), 0);
  const canvas = make_canvas(width, bottom + (2.2 + key.length * LINE) * em, words);
  const { put } = canvas;
  const hatching = put_hatching(canvas, `${prefix}hatch`, em);
  const across = (share) => place.left + share * (place.right - place.left);
  const marks = [];
  const about = new Map(); // mark -> what it stands for

  title.forEach((text, k) => put("text", { text, x: 0, y: (k + 1) * LINE * em - 0.3 * em, class: "teaching-title" }));
  for (const tick of TICKS) {
    const x = across(tick / 100);
    put("line", { x1: x, x2: x, y1: top, y2: bottom, class: "teaching-grid" });
    for (const y of [top - 0.45 * em, bottom + 1.15 * em]) put("text", { text: tick, x, y, "text-anchor": "middle", class: "teaching-small-words", "aria-hidden": "true" });
  }
  key.forEach((text, k) => put("text", { text, x: 0, y: bottom + (2.4 + k * LINE) * em, class: "teaching-small-words" }));

  let at = top; // of the next row, from above
  function head(group) {
    heads[group].forEach((text, line) => put("text", { text, x: 0, y: at + (1.2 + line * LINE) * em, class: "teaching-head" }));
    at += head_height(group);
  }
  function row_group(label, what) {
    const group = put("g", { role: "button", class: "teaching-row-mark", "aria-label": label });
    put("rect", { parent: group, x: 1, y: at + 1, width: width - 2, height: place.row * em - 2, rx: 4, class: "teaching-hit" });
    marks.push(group);
    about.set(group, what);
    return group;
  }
  /** The words of a row; returns the height of its interval. */
  function row_words(parent, label, count, share, look = "") {
    const own = { parent, class: `teaching-label ${look}`, "aria-hidden": "true" };
    const weight = look ? 700 : 400;
    const first = at + 1.3 * em;
    put("text", { ...own, text: ruler.fitted(label, place.label, 1, weight), x: 0, y: first });
    if (place.form === "beside") {
      put("text", { ...own, text: count, x: place.count, y: first });
      put("text", { ...own, text: share, x: place.share, y: first });
      return at + 0.5 * ROW * em;
    }
    const second = place.form === "two" ? first : first + LINE * em;
    const end = place.form === "two" ? { x: width, "text-anchor": "end" } : { x: 0 };
    put("text", { ...own, ...end, text: `${count} · ${share}`, y: second });
    return at + (place.row - 0.75) * em;
  }
  function study_row(row) {
    const group = row_group(spoken(row), { row });
    const y = row_words(group, row.study.label, count_words(row.treated), share_words(row.treated));
    const look = row.why ? "teaching-apart" : "teaching-counted";
    const lift = row.control ? LIFT * em : 0;
    const form = data.with_control.includes(row.study.design) ? square : circle;
    arm_mark(group, y - lift, row.treated, look, row.control ? 0.36 : 0.48, form);
    if (row.control) arm_mark(group, y + lift, row.control, `teaching-control ${look}`, 0.36, triangle);
    at += place.row * em;
  }
  /** An interval and its point, of which `most` is half of the largest size [em]. */
  function arm_mark(group, y, { share, n, interval }, look, most, form) {
    if (interval) put("line", { parent: group, x1: across(interval.low), x2: across(interval.high), y1: y, y2: y, class: `teaching-interval ${look}` });
    const [tag, shape] = form(across(share), y, Math.min(most, 0.28 + Math.sqrt(n ?? 0) / 40) * em);
    put(tag, { parent: group, ...shape, class: `teaching-mark ${look}` });
  }

  found.counted.forEach(study_row);
  if (found.together) {
    const { low, high } = found.together;
    const share = found.events / found.n;
    const group = row_group(`All together: ${count_words(sum)} patients in ${found.counted.length} studies, ${percent(share)} %, interval from ${percent(low)} to ${percent(high)} %`, { together: found });
    const y = row_words(group, "All together", count_words(sum), share_words(sum), "teaching-bold");
    const [left, right] = [across(low), Math.max(across(high), across(low) + 2)];
    put("path", { parent: group, d: `M${left} ${y}L${across(share)} ${y - 0.5 * em}L${right} ${y}L${across(share)} ${y + 0.5 * em}Z`, class: "teaching-together" });
    put("line", { x1: 0, x2: width, y1: at, y2: at, class: "teaching-grid" });
    at += place.row * em;
  }
  head("apart");
  found.apart.forEach(study_row);
  head("uncounted");
  found.uncounted.forEach(study_row);
  head("unknown");
  if (found.unknown.length) {
    const { length } = found.unknown;
    const label = `${length} more ${length === 1 ? "study" : "studies"}`;
    const group = row_group(`${label} of which nothing is known: unknown, not zero`, { unknown: found });
    const y = row_words(group, label, "unknown", "not zero");
    put("rect", { parent: group, x: place.left, y: y - 0.5 * em, width: place.right - place.left, height: em, fill: hatching, class: "teaching-unknown" });
    at += place.row * em;
  }

  wire_marks(marks, {
    next: (mark, key) => {
      const here = marks.indexOf(mark);
      const to = { ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0, End: marks.length - 1 }[key];
      return marks[Math.max(0, Math.min(marks.length - 1, to))];
    },
    chosen: (mark) => choose(about.get(mark), mark),
  });
  host.replaceChildren(canvas.svg);
  return { words, found, svg: canvas.svg, marks: new Map(marks.map((mark) => [about.get(mark).row?.study.study ?? Object.keys(about.get(mark))[0], mark])) };
}

const square = (x, y, size) => ["rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size }];
const circle = (x, y, size) => ["circle", { cx: x, cy: y, r: size }];
const triangle = (x, y, size) => ["path", { d: `M${x} ${y - size}L${x + size} ${y + size}L${x - size} ${y + size}Z` }];

/** Where what stands in a row: beside its interval, in two lines with it, or in three. */
function layout(ruler, width, rows, sum) {
  const { em } = ruler;
  const longest = (texts, least) => Math.max(least * em, ...texts.map((text) => ruler.width(text, 1, 700)));
  const share = longest([sum, ...rows.map((row) => row.treated)].map(share_words), 9.5);
  const count = longest([sum, ...rows.map((row) => row.treated)].map(count_words), 4.5);
  const label = longest(rows.map((row) => row.study.label), 11);
  const edge = 0.8 * em;
  if (width >= WIDE * em && width - label - count - share - 5 * em > 12 * em) {
    const left = Math.min(label, 0.3 * width) + 1.2 * em;
    const right = width - share - count - 3 * em;
    return { form: "beside", row: ROW, label: left - 1.2 * em, left, right, count: right + 1.2 * em, share: right + count + 2.2 * em };
  }
  const both = ruler.width("125 more studies") + count + share + 2 * em;
  const form = Math.max(label + count + share + 2 * em, both) <= width ? "two" : "three";
  return { form, row: form === "two" ? 3.1 : 4.4, label: form === "two" ? width - count - share - 2 * em : width, left: edge, right: width - edge, count: 0, share: 0 };
}
