// Pictures of the clinic desk: what was ordered and came, on a line of days, later with the truth; and what many runs of
// the same choices end with. Colour never stands alone.

import { make, make_svg, rounded } from "./numbers.js";

const BLUE = "var(--teaching-accent)", ORANGE = "#d55e00", GREEN = "#009e73", PURPLE = "#b5528a", INK = "var(--teaching-ink)", FAINT = "var(--teaching-faint)", LINE = "var(--teaching-line)", PAGE = "var(--teaching-page)";
const TYPE = 13; // px
const LANE = 100, HEAD = 40;
const NARROW = 420; // px: below, the word 'day' finds no room
const SMALLEST = 9; // px of a mark: shapes are told apart
const HALO = { "paint-order": "stroke", stroke: PAGE, "stroke-width": 4 };
const CELLS = [0.1, 1000]; // per µL, the ends of a log axis at least

function drawing(width, height, words) {
  const svg = make_svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words });
  const add = (tag, attributes) => {
    const element = make_svg(tag, attributes);
    svg.append(element);
    return element;
  };
  return {
    svg, add,
    line: (x1, y1, x2, y2, stroke = INK, more = {}) => add("line", { x1, y1, x2, y2, stroke, "stroke-width": 1, ...more }),
    text(x, y, text, more = {}) {
      const element = add("text", { x, y, "font-size": TYPE, ...more });
      element.textContent = text;
      return element;
    },
  };
}

/** A place for each value of a lane: logarithmic for cells, else from nothing to a little above the highest. */
function scale_of(unit, values, top, bottom) {
  if (unit.startsWith("cells")) {
    const low = Math.log10(Math.min(CELLS[0], ...values.filter((one) => one > 0))), high = Math.log10(Math.max(CELLS[1], ...values));
    return (value) => (value > 0 ? bottom - ((Math.log10(value) - low) / (high - low)) * (bottom - top) : bottom);
  }
  const high = Math.max(120, ...values);
  return (value) => bottom - (value / high) * (bottom - top);
}

/** The days of a course as a picture, a lane for each test that was ordered.

    orders: [{ test, ordered, result }]; tests: the clinic's; given: [{ day, names }]; day: today; days: those of the
    visits and the end; truth: null, or { name of a lane: { unit, points: [[day, value]] } }. */
export function known_picture({ orders, tests, given, day, days, truth = null }, width, words) {
  const names = [...new Set([...Object.keys(truth ?? {}), ...orders.map((one) => one.test)])];
  const height = HEAD + names.length * LANE + 34;
  const draw = drawing(width, height, words), end = days.at(-1);
  const x = (at) => 22 + Math.sqrt(at / end) * (width - 48);
  days.forEach((at, k) => {
    const now = at === day, last = k === days.length - 1;
    draw.text(x(at), HEAD - 20, k === 0 && width >= NARROW ? "day 0" : rounded(at), { "text-anchor": last ? "end" : "middle", ...(now ? { "font-weight": 700 } : {}) });
  });
  names.forEach((name, k) => {
    const top = HEAD + k * LANE + 42, low = HEAD + (k + 1) * LANE - 18;
    const own = orders.filter((one) => one.test === name), real = truth?.[name];
    const unit = real?.unit ?? tests.find((one) => one.name === name).unit;
    const read = own.map((one) => one.result?.value).filter((value) => value !== null && value !== undefined);
    const y = scale_of(unit, [...read, ...(real ? real.points.map(([, value]) => value) : [])], top, low);
    for (const at of new Set([...days, day])) {
      draw.line(x(at), top - 4, x(at), low, at === day ? ORANGE : FAINT, at === day ? { "stroke-width": 2 } : at > day ? { "stroke-dasharray": "2 4" } : {});
    }
    draw.line(8, low, width - 8, low, LINE);
    if (!unit.startsWith("cells")) draw.line(8, y(100), width - 8, y(100), FAINT, { "stroke-dasharray": "4 4" });
    draw.text(8, top - 28, `${name}, ${unit}`, { "font-weight": 600, ...HALO });
    if (real) draw_truth(draw, real.points.map(([at, value]) => [x(at), y(value)]));
    own.forEach((one, at) => draw_result(draw, one, at, x, y, low, day, width));
  });
  for (const { day: at, names: what } of given) {
    if (what.length) draw.add("path", { d: `M${x(at) - 7} ${height - 4}L${x(at)} ${height - 17}L${x(at) + 7} ${height - 4}Z`, fill: INK });
  }
  return draw.svg;
}

function draw_truth(draw, points) {
  draw.add("path", { d: points.map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`).join(""), fill: "none", stroke: ORANGE, "stroke-width": 1.5, "stroke-dasharray": "1 5", "stroke-linecap": "round" });
  for (const [a, b] of points) draw.add("path", { d: `M${a} ${b - 7}L${a + 7} ${b}L${a} ${b + 7}L${a - 7} ${b}Z`, fill: PAGE, stroke: ORANGE, "stroke-width": 2 });
}

function draw_result(draw, { ordered, result }, at, x, y, low, day, width) {
  const from = x(ordered);
  if (!result) {
    draw.line(from, low - 6, x(day) + 8, low - 6, BLUE, { "stroke-dasharray": "2 3", "stroke-width": 2 });
    draw.add("circle", { cx: from, cy: low - 6, r: 5, fill: PAGE, stroke: BLUE, "stroke-width": 2 });
    draw.text(from + 9, low - 12, "waits", { "font-style": "italic", ...HALO });
    return;
  }
  const below = result.value === null, place = below ? low - 3 : y(result.value);
  if (result.arrived > ordered) {
    draw.line(from, place, x(result.arrived), place, BLUE, { "stroke-dasharray": "2 3", "stroke-width": 1.5 });
    draw.line(x(result.arrived), place - 5, x(result.arrived), place + 5, BLUE, { "stroke-width": 2 });
  }
  if (below) draw.add("path", { d: `M${from - 6} ${place - 8}L${from + 6} ${place - 8}L${from} ${place + 2}Z`, fill: PAGE, stroke: BLUE, "stroke-width": 2 });
  else draw.add("circle", { cx: from, cy: place, r: 5, fill: BLUE });
  const words = below ? `<${result.words.match(/[\d.,]+/)?.[0] ?? ""}` : rounded(result.value);
  const under = !below && at % 2 === 1 && place < low - 24;
  const anchor = from > width - 60 ? "end" : from < 40 ? "start" : "middle";
  draw.text(anchor === "start" ? from - 5 : from, place + (under ? 20 : below ? -13 : -9), words, { "text-anchor": anchor, ...HALO });
}

// --- many runs

/** How each ending looks: a shape of its own, and a colour. */
const MARKS = {
  "stays well": ["circle", GREEN],
  chance: ["diamond", BLUE],
  relapse: ["square", ORANGE],
  infection: ["cross", PURPLE],
  "stays ill": ["ring", INK],
};

function mark(draw, shape, color, x, y, size) {
  const r = size * 0.38;
  if (shape === "circle") draw.add("circle", { cx: x, cy: y, r, fill: color });
  else if (shape === "ring") draw.add("circle", { cx: x, cy: y, r: r - 1, fill: "none", stroke: color, "stroke-width": 1.6 });
  else if (shape === "square") draw.add("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill: color });
  else if (shape === "diamond") draw.add("path", { d: `M${x} ${y - r - 1}L${x + r + 1} ${y}L${x} ${y + r + 1}L${x - r - 1} ${y}Z`, fill: color });
  else draw.add("path", { d: `M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`, stroke: color, "stroke-width": Math.max(1.8, size / 5), fill: "none" });
}

/** The mark of an ending by itself. */
export function mark_of(ending, size = 18) {
  const draw = drawing(size, size, ending);
  draw.svg.setAttribute("aria-hidden", "true");
  mark(draw, ...MARKS[ending], size / 2, size / 2, size);
  return draw.svg;
}

/** One row of runs: a mark for each, those with the same ending together, and the counts in words.
    counts: { ending: how often }. */
export function runs_row(title, counts, width, yours = "") {
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const fitting = Math.floor(width / SMALLEST / 10) * 10; // tens can be counted
  const across = Math.min(50, Math.max(10, fitting), Math.max(1, total)), size = Math.max(SMALLEST, Math.min(15, Math.floor(width / across)));
  const words = Object.entries(counts).filter(([, count]) => count).map(([name, count]) => `${name} ${count}`).join(", ");
  const draw = drawing(across * size, Math.max(1, Math.ceil(total / across)) * size, `${title}: ${words}.`);
  let place = 0;
  for (const [name, count] of Object.entries(counts)) {
    for (let k = 0; k < count; k++, place++) mark(draw, ...MARKS[name], (place % across + 0.5) * size, (Math.floor(place / across) + 0.5) * size, size);
  }
  const legend = Object.entries(counts).filter(([, count]) => count).map(([name, count]) => make("li", { class: name === yours ? "teaching-clinic-yours" : null }, mark_of(name), make("span", { text: `${name}: ${count}` })));
  return make("div", { class: "teaching-clinic-runs" }, make("h5", { text: title }), draw.svg, make("ul", {}, ...legend));
}

/** A small drawing for each patient. */
const ORGANS = {
  "SLE nephritis": "M20 5C10 4 6 12 7 20S12 35 20 34C26 33 26 27 22 24S20 17 24 14 27 6 20 5ZM23 19H34M30 19V34",
  "systemic sclerosis with lung disease": "M20 4V17M20 17C17 12 9 12 6 24 5 31 6 34 11 34S17 30 17 25V17M20 17C23 12 31 12 34 24 35 31 34 34 29 34S23 30 23 25V17",
  myositis: "M5 31C8 20 12 15 17 14 24 12 27 17 26 21M17 14L21 6 27 7 25 12M5 31C14 36 27 35 33 28 35 23 30 20 26 21 22 21 19 24 18 27",
  "rheumatoid arthritis": "M6 10C10 5 16 8 15 13L19 17M6 10C4 15 9 18 13 15L17 20M34 30C30 35 24 32 25 27L21 23M34 30C36 25 31 22 27 25L23 20M15 23A6 6 0 0 0 17 26M24 14A6 6 0 0 1 26 18",
  "antiphospholipid syndrome": "M4 11C14 8 26 14 36 11M4 29C14 32 26 26 36 29M14 20A5 5 0 1 0 24 20 5 5 0 1 0 14 20M23 16A4 4 0 1 1 27 23M16 17L12 14M14 24L10 26",
  "three diseases at once": "M13 5C9 11 7 13 7 16A6 6 0 0 0 19 16C19 13 17 11 13 5ZM28 5C24 11 22 13 22 16A6 6 0 0 0 34 16C34 13 32 11 28 5ZM20 20C16 26 14 28 14 31A6 6 0 0 0 26 31C26 28 24 26 20 20Z",
};

export function organ_of(patient) {
  const svg = make_svg("svg", { viewBox: "0 0 40 40", width: 40, height: 40, "aria-hidden": "true", class: "teaching-clinic-organ" });
  svg.append(make_svg("path", { d: ORGANS[patient] ?? "M20 8V32M8 20H32", fill: "none", stroke: BLUE, "stroke-width": 2.4, "stroke-linejoin": "round", "stroke-linecap": "round" }));
  return svg;
}
