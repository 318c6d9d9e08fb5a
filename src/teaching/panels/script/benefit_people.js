// The main picture of the benefit desk: for each event a row, for each therapy a hundred people, and in words beside
// them what was counted, how it was defined, when, for how long, and what it cannot tell.

import { LOOKS, put_icon, put_people } from "./benefit_icons.js";
import { shown_in, short_of } from "./benefit_words.js";
import { make_canvas, make_ruler, wire_marks } from "./evidence_pieces.js";
import { sentence_case } from "./evidence_rules.js";

const BESIDE = 31; // em: a block as wide as this has its words beside the people
const LEAST_BLOCK = 17; // em: narrower blocks stand one under the other
const SIDE = 14; // em, of the people
const LINE = 1.32, SMALL = 0.875, GAP = 1.4, PAD = 0.6;

/** Years, follow-up and certainty of a figure as one line. */
export function when_and_how(data, figure) {
  const months = figure.months === null ? "length of follow-up not given" : `followed for ${figure.parts.length > 1 ? "at least " : ""}${figure.months} ${figure.months === 1 ? "month" : "months"}`;
  const year = figure.year === null ? [] : [String(figure.year)];
  return [...year, months, ...(figure.confidence ? [`how sure: ${figure.confidence}`] : [])].join(" · ");
}

/** The lines of words of a block: [text, size, weight]. */
function told_of(data, values, thing, therapy) {
  const figure = shown_in(data, values.population, thing, therapy);
  if (!figure) return [["no figure", 1.125, 700], [data.nothing[values.population], SMALL, 400]];
  const number = sentence_case(figure.number);
  if (["unknown", "impossible"].includes(figure.kind)) return [[number, 1.125, 700], [figure.not_known, SMALL, 400]];
  return [
    [number, 1.125, 700],
    ...(figure.doubt ? [[figure.doubt, SMALL, 400]] : []),
    ...(figure.kind === "percent" ? [["Without the number of patients who had it there is no interval.", SMALL, 400]] : []),
    ...(figure.control ? [[`Control arm: ${figure.control}.`, SMALL, 400]] : []),
    [`Counted as: ${figure.definition}.`, SMALL, 400],
    [`${when_and_how(data, figure)}.`, SMALL, 400],
    [`Not known: ${figure.not_known}`, SMALL, 400],
  ];
}

/** Draws the picture into a place; `choose(figure, mark, thing, therapy)` is called for a block that gets the focus.
    Returns { svg, marks: [{ group, thing, therapy }] }. */
export function draw_people(host, data, values, words, choose) {
  const ruler = make_ruler(host);
  const { em } = ruler;
  const width = Math.max(host.clientWidth, LEAST_BLOCK * em);
  const across = Math.max(1, Math.min(values.therapies.length, Math.floor((width + GAP * em) / ((LEAST_BLOCK + GAP) * em))));
  const block = (width - (across - 1) * GAP * em) / across;
  const beside = block >= BESIDE * em;
  const side = Math.min(SIDE * em, block - 2 * PAD * em);
  const room = beside ? block - side - 3 * PAD * em : block - 2 * PAD * em;
  const parts = values.events.map((thing) => {
    const blocks = values.therapies.map((therapy) => {
      const lines = told_of(data, values, thing, therapy).flatMap(([text, size, weight]) => ruler.lines(text, room, 12, size, weight).map((line) => [line, size, weight]));
      const tall = lines.reduce((sum, [, size]) => sum + LINE * size * em, 0);
      const body = beside ? Math.max(side, tall) : side + tall + 0.4 * em;
      return { therapy, lines, height: body + (1.9 + 2 * PAD) * em };
    });
    const title = ruler.lines(`${sentence_case(data.things[thing])}: ${data.benefits.includes(thing) ? "wished for" : "a harm"}, counted in ${data.populations[values.population]}`, width, 4, 1, 700);
    const definitions = new Set(values.therapies.map((therapy) => shown_in(data, values.population, thing, therapy)?.definition).filter(Boolean));
    const warning = definitions.size > 1 ? ruler.lines(`It was counted in ${definitions.size} ways: compare the words after "Counted as".`, width, 3, SMALL) : [];
    const rows = [];
    for (let k = 0; k < blocks.length; k += across) rows.push({ blocks: blocks.slice(k, k + across), height: Math.max(...blocks.slice(k, k + across).map((one) => one.height)) });
    return { thing, title, warning, rows };
  });
  const key_width = Math.max(15 * em, width / Math.max(1, Math.floor(width / (19 * em))));
  const key_across = Math.max(1, Math.floor(width / key_width));
  const key = Object.entries(LOOKS).map(([look, said]) => [look, ruler.lines(said, key_width - 2.2 * em, 2, SMALL)]);
  const key_height = Math.max(...key.map(([, lines]) => lines.length)) * LINE * em + 0.5 * em;
  const tall = parts.reduce((sum, part) => sum + part.title.length * LINE * em + part.warning.length * LINE * SMALL * em + 0.3 * em + part.rows.reduce((all, row) => all + row.height + 0.6 * em, 0) + 0.5 * em, 0);
  const canvas = make_canvas(width, tall + Math.ceil(key.length / key_across) * key_height + 0.4 * em, words);
  const { put } = canvas;
  const marks = [];
  let y = 0;
  for (const { thing, title, warning, rows } of parts) {
    for (const text of title) put("text", { text, x: 0, y: (y += LINE * em) - 0.3 * em, class: "teaching-title" });
    for (const text of warning) put("text", { text, x: 0, y: (y += LINE * SMALL * em) - 0.3 * em, class: "teaching-small-words" });
    y += 0.3 * em;
    for (const row of rows) {
      row.blocks.forEach((one, k) => marks.push(put_block(one, thing, k * (block + GAP * em), y, row.height)));
      y += row.height + 0.6 * em;
    }
    y += 0.5 * em;
  }
  key.forEach(([look, lines], k) => {
    const [x, top] = [(k % key_across) * key_width, y + Math.floor(k / key_across) * key_height];
    put_icon(put, canvas.svg, look, x, top, 1.5 * em);
    lines.forEach((text, line) => put("text", { text, x: x + 1.9 * em, y: top + (1.05 + line * LINE) * em, class: "teaching-small-words" }));
  });

  function put_block({ therapy, lines }, thing, x, top, height) {
    const figure = shown_in(data, values.population, thing, therapy);
    const name = short_of(data, therapy);
    const spoken = `${sentence_case(data.things[thing])}, ${data.therapies[therapy].words}: ${figure ? figure.words : data.nothing[values.population]} Show its source`;
    const group = put("g", { role: "button", "aria-pressed": "false", "aria-label": spoken, class: `teaching-block ${data.benefits.includes(thing) ? "teaching-gain" : "teaching-harm"}` });
    put("rect", { parent: group, x: x + 1.5, y: top + 1.5, width: block - 3, height: height - 3, rx: 6, class: "teaching-hit teaching-block-frame" });
    put("text", { parent: group, text: sentence_case(name), x: x + PAD * em, y: top + (PAD + 1.1) * em, class: "teaching-bold" });
    const under = top + (PAD + 1.7) * em;
    put_people(put, group, figure, x + PAD * em, under, side);
    let line_y = beside ? under : under + side + 0.4 * em;
    const left = beside ? x + side + 2 * PAD * em : x + PAD * em;
    for (const [text, size, weight] of lines) {
      line_y += LINE * size * em;
      put("text", { parent: group, text, x: left, y: line_y - 0.3 * size * em, class: size === SMALL ? "teaching-small-words" : weight === 700 ? "teaching-number-words" : "" });
    }
    return { group, thing, therapy };
  }

  const of = (group) => marks.find((mark) => mark.group === group);
  wire_marks(marks.map((mark) => mark.group), {
    next: (group, pressed) => next_block(marks, marks.indexOf(of(group)), pressed, values.therapies.length).group,
    chosen: (group) => choose(of(group)),
  });
  host.replaceChildren(canvas.svg);
  return { svg: canvas.svg, marks };
}

/** Blocks stand in reading order: left and right go one by one, up and down to the event above and below. */
function next_block(marks, place, key, across) {
  const to = { Home: 0, End: marks.length - 1, ArrowLeft: place - 1, ArrowRight: place + 1, ArrowUp: place - across, ArrowDown: place + across }[key];
  return marks[to] ?? marks[place];
}
