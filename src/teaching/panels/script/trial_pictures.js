// Pictures of the trial desk, drawn as wide as the page is: what the budget buys, the intervals of a trial, its waterfall,
// its relapses, and a room full of verdicts. Each is an SVG element; colour never stands alone.

import { make_svg } from "./numbers.js";
import { affordable, kaplan_meier } from "./trial.js";

const BLUE = "var(--teaching-accent)", ORANGE = "#d55e00", GREEN = "#009e73", INK = "var(--teaching-ink)", FAINT = "var(--teaching-faint)", LINE = "var(--teaching-line)";
const TYPE = 14; // px, on every width
const ROW = 46;

/** Letters that stand on lines keep a rim in the colour of the page. */
const HALO = { "paint-order": "stroke", stroke: "var(--teaching-page)", "stroke-width": 4 };

/** An empty picture with its words. */
function picture(width, height, words) {
  const svg = make_svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words });
  const add = (tag, attributes) => {
    const element = make_svg(tag, attributes);
    svg.append(element);
    return element;
  };
  return {
    svg,
    line: (x1, y1, x2, y2, stroke = INK, more = {}) => add("line", { x1, y1, x2, y2, stroke, "stroke-width": 1, ...more }),
    circle: (cx, cy, r, fill, more = {}) => add("circle", { cx, cy, r, fill, ...more }),
    rect: (x, y, w, h, fill, more = {}) => add("rect", { x, y, width: Math.max(0, w), height: Math.max(0, h), fill, ...more }),
    path: (d, stroke, more = {}) => add("path", { d, stroke, fill: "none", "stroke-width": 2, ...more }),
    text(x, y, text, more = {}) {
      const element = add("text", { x, y, "font-size": TYPE, ...more });
      element.textContent = text;
      return element;
    },
  };
}

/** A scale from numbers to places. */
const scale = (low, high, start, end) => (value) => start + ((value - low) / (high - low)) * (end - start);
const log_scale = (low, high, start, end) => {
  const place = scale(Math.log(low), Math.log(high), start, end);
  return (value) => place(Math.log(value));
};
const points = (share) => Math.round(100 * share);
const middle = { "text-anchor": "middle" }, right = { "text-anchor": "end" };
/** Words under a tick stay inside: the first begins there, the last ends there. */
const at_tick = (k, count) => (k === 0 ? {} : k === count - 1 ? right : middle);

/** The mark of a conclusion: filled, hollow, square or cross. */
function mark(draw, x, y, supports, color) {
  if (supports === "works better") draw.circle(x, y, 6, color);
  else if (supports === "cannot say") draw.circle(x, y, 5, "var(--teaching-page)", { stroke: color, "stroke-width": 2.5 });
  else if (supports === "works worse") draw.path(`M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x - 5} ${y + 5}L${x + 5} ${y - 5}`, color, { "stroke-width": 3 });
  else draw.rect(x - 5, y - 5, 10, 10, color);
}

/** What the budget buys: patients in each arm against months. */
export function budget_picture(tables, protocol, width, words) {
  const height = 320, left = 46, bottom = height - 44;
  const draw = picture(width, height, words);
  const x = scale(0, 62, left, width - 8), y = log_scale(4, 300, bottom, 22);
  for (const month of [0, 12, 24, 36, 48, 60]) {
    draw.line(x(month), 22, x(month), bottom, FAINT);
    draw.text(x(month), bottom + 18, month, middle);
  }
  for (const count of [5, 10, 20, 50, 100, 200]) {
    draw.line(left, y(count), width - 8, y(count), FAINT);
    draw.text(left - 6, y(count) + 5, count, right);
  }
  draw.text((left + width) / 2, height - 6, "month of the endpoint", middle);
  draw.text(4, 14, "patients in each arm");
  const edge = [];
  for (let month = 3; month <= 61; month += 0.5) edge.push([x(month), y(Math.max(4, tables.budget / ((protocol.control === tables.no_control ? 1 : 2) * month)))]);
  const path = edge.map(([a, b], k) => `${k ? "L" : "M"}${a.toFixed(1)} ${Math.max(22, b).toFixed(1)}`).join("");
  draw.path(`${path}L${x(61)} ${bottom}L${x(3)} ${bottom}Z`, "none", { fill: BLUE, "fill-opacity": 0.13 });
  draw.path(path, BLUE);
  for (const month of tables.visits) draw.circle(x(month), y(Math.max(4, affordable(tables, protocol.control, month))), 3, BLUE);
  for (const one of tables.real) {
    const [a, b] = [x(one.month), y(Math.min(300, one.patients))];
    draw.path(`M${a} ${b - 7}L${a + 7} ${b}L${a} ${b + 7}L${a - 7} ${b}Z`, INK, { fill: "var(--teaching-page)" });
    draw.text(a + 11, b + (one.below ? 15 : 1), one.name, HALO);
  }
  const [a, b] = [x(protocol.month), y(protocol.patients)];
  draw.circle(a, b, 8, ORANGE);
  const over = a > width - 100;
  draw.text(a + (over ? -13 : 13), b + 5, "your plan", { "font-weight": 700, ...(over ? right : {}), ...HALO });
  return draw.svg;
}

/** Shares of the arms with exact intervals, and the difference with its own. */
export function interval_picture(trial, shares, width, words) {
  const rows = trial.arms.map((arm, k) => ({ words: `${arm.name}: ${arm.events} of ${arm.n} (${points(shares[k].share)} %)`, ...shares[k] }));
  const both = trial.compared !== null;
  const height = 34 + rows.length * ROW + (both ? 58 + ROW : 0) + 10;
  const draw = picture(width, height, words);
  const x = scale(0, 1, 14, width - 18);
  const axis = (place, y, ticks, bottom) => ticks.forEach(([value, text], k) => {
    draw.line(place(value), y, place(value), bottom, FAINT);
    draw.text(place(value), y - 4, text, at_tick(k, ticks.length));
  });
  axis(x, 22, [0, 0.25, 0.5, 0.75, 1].map((value) => [value, `${100 * value} %`]).map(([value, text], k) => [value, k % 2 && width < 420 ? "" : text]), 28 + rows.length * ROW);
  rows.forEach((row, k) => {
    const y = 60 + k * ROW;
    draw.text(14, y - 14, row.words, { "font-weight": 600 });
    draw.line(x(row.low), y, x(row.high), y, BLUE, { "stroke-width": 4, "stroke-linecap": "round" });
    draw.circle(x(row.share), y, 7, BLUE);
  });
  if (!both) return draw.svg;
  const top = 34 + rows.length * ROW + 40, { difference, low, high } = trial.compared;
  const d = scale(-1, 1, 14, width - 18), y = top + ROW - 12, matters = trial.protocol.matters / 100;
  axis(d, top - 6, [-1, -0.5, 0, 0.5, 1].map((value) => [value, `${value > 0 ? "+" : ""}${100 * value}`]), y + 22);
  draw.text(14, top - 26, `difference: ${points(difference)} points (${points(low)} to ${points(high)})`, { "font-weight": 600 });
  draw.line(d(0), top - 6, d(0), y + 22, INK, { "stroke-width": 2 });
  draw.line(d(matters), top - 6, d(matters), y + 22, INK, { "stroke-dasharray": "3 4", "stroke-width": 1.5 });
  draw.text(d(matters) + 4, top + 10, "would matter");
  draw.line(d(low), y, d(high), y, ORANGE, { "stroke-width": 4, "stroke-linecap": "round" });
  mark(draw, d(difference), y, trial.supports, ORANGE);
  return draw.svg;
}

/** Each patient's change of the score, the largest fall first, one arm under the other. */
export function waterfall_picture(trial, changes, width, words) {
  const tall = 150, height = 24 + trial.arms.length * (tall + 54);
  const draw = picture(width, height, words);
  const lowest = Math.min(-8, ...changes.flat()), highest = Math.max(4, ...changes.flat());
  trial.arms.forEach((arm, k) => {
    const top = 50 + k * (tall + 54), y = scale(highest, lowest, top, top + tall), left = 40;
    draw.text(4, top - 30, `${arm.name}, change of the score`, { "font-weight": 600 });
    draw.text(4, top - 12, `${changes[k].length} seen to the end, ${arm.n - changes[k].length} left before`);
    const wide = (width - left - 10) / arm.n;
    for (const value of [0, -4, -8, -12].filter((one) => one >= lowest)) {
      draw.line(left, y(value), width - 10, y(value), value ? FAINT : INK);
      draw.text(left - 6, y(value) + 5, value, right);
    }
    changes[k].forEach((value, at) => {
      const [from, to] = [y(Math.max(0, value)), y(Math.min(0, value))];
      draw.rect(left + at * wide, from, Math.max(1, wide - 1.5), Math.max(1.5, to - from), value <= -4 ? BLUE : LINE);
    });
  });
  return draw.svg;
}

/** Kaplan and Meier: of those seen in remission, who is without a relapse; a tick for whoever is no longer watched. */
export function relapse_picture(trial, times, width, words) {
  const left = 46, top = 26 + 20 * trial.arms.length, bottom = top + 220, height = bottom + 64 + 20 * (trial.arms.length + 1);
  const draw = picture(width, height, words);
  const last = Math.max(6, trial.protocol.month - 3), x = scale(0, last, left, width - 16), y = scale(0, 1, bottom, top);
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    draw.line(left, y(share), width - 16, y(share), FAINT);
    draw.text(left - 6, y(share) + 5, `${100 * share}`, right);
  }
  const step = last > 30 ? 12 : last > 12 ? 6 : 3, ticks = [];
  for (let month = 0; month <= last; month += step) ticks.push(month);
  for (const month of ticks) draw.text(x(month), bottom + 18, month, middle);
  draw.text(4, 14, "without a relapse, %");
  draw.text((left + width) / 2, bottom + 38, "months since the first remission", middle);
  draw.text(4, bottom + 62, "still watched:", { "font-size": 13 });
  trial.arms.forEach((arm, k) => {
    const color = k ? ORANGE : BLUE, steps = kaplan_meier(times[k]), looks = { "stroke-width": 3, ...(k ? { "stroke-dasharray": "7 4" } : {}) };
    let path = `M${x(0)} ${y(1)}`, share = 1;
    for (const one of steps) {
      path += `L${x(one.month)} ${y(share)}L${x(one.month)} ${y(one.share)}`;
      share = one.share;
    }
    draw.path(path, color, looks);
    for (const [month, relapsed] of times[k]) {
      const at = steps.find((one) => one.month === month)?.share ?? 1;
      if (!relapsed) draw.line(x(month), y(at) - 6, x(month), y(at) + 6, color, { "stroke-width": 2 });
    }
    draw.path(`M${left} ${28 + 20 * k}L${left + 36} ${28 + 20 * k}`, color, looks);
    draw.text(left + 44, 33 + 20 * k, `${arm.name}: ${times[k].length} patients`, { "font-weight": 600 });
    for (const month of ticks) draw.text(x(month), bottom + 80 + 20 * k, times[k].filter(([end]) => end >= month).length, { ...middle, "font-size": 13 });
    draw.path(`M4 ${bottom + 76 + 20 * k}L26 ${bottom + 76 + 20 * k}`, color, looks);
  });
  return draw.svg;
}

/** A room: a stack of dots over each verdict, and below it all intervals; `truths`: a number each, or null.
    people: [{ words, mine, verdict, trial }]; verdicts: the names, in their order. */
export function room_picture(people, verdicts, truths, width, words) {
  const dot = width < 480 ? 11 : 15, across = Math.max(1, Math.floor((width / verdicts.length - 12) / dot));
  const counts = verdicts.map((name) => people.filter((one) => one.verdict === name).length);
  const rows_of_dots = Math.max(1, ...counts.map((count) => Math.ceil(count / across)));
  const dots = 34 + rows_of_dots * dot, label_lines = width < 620 ? 3 : 1;
  const compared = people.map((one, k) => ({ ...one, truth: truths?.[k] ?? null })).filter((one) => one.trial.compared)
    .sort((a, b) => a.trial.compared.difference - b.trial.compared.difference);
  const line = Math.max(13, Math.min(22, 520 / Math.max(1, compared.length)));
  const top = dots + label_lines * 18 + 84, height = top + compared.length * line + 12;
  const draw = picture(width, height, words);
  verdicts.forEach((name, k) => {
    const left = (k + 0.5) * (width / verdicts.length);
    const mine = people.filter((one) => one.verdict === name).sort((a, b) => b.mine - a.mine);
    mine.forEach((one, at) => {
      const [column, row] = [at % across, Math.floor(at / across)], wide = Math.min(across, mine.length);
      mark(draw, left + (column - (wide - 1) / 2) * dot, dots - 14 - row * dot, name, one.mine ? ORANGE : BLUE);
    });
    draw.line(left - (across * dot) / 2, dots, left + (across * dot) / 2, dots, LINE);
    draw.text(left, dots + 18, counts[k], { ...middle, "font-weight": 700 });
    const parts = label_lines === 1 ? [name] : name === "no difference that matters" ? ["no differ-", "ence that", "matters"] : name.split(" ");
    parts.forEach((part, at) => draw.text(left, dots + 36 + at * 16, part, { ...middle, ...(label_lines > 1 ? { "font-size": 13 } : {}) }));
  });
  const x = scale(-1, 1, 8, width - 8), bottom = top + compared.length * line;
  draw.text(8, top - 26, "difference, in points", { "font-weight": 600 });
  if (compared.some((one) => one.truth !== null)) {
    draw.line(width - 62, top - 38, width - 62, top - 22, GREEN, { "stroke-width": 4 });
    draw.text(width - 54, top - 26, "truth");
  }
  [-1, -0.5, 0, 0.5, 1].forEach((value, k, all) => {
    draw.line(x(value), top, x(value), bottom, value ? FAINT : INK, { "stroke-width": value ? 1 : 2 });
    draw.text(x(value), top - 6, 100 * value, at_tick(k, all.length));
  });
  compared.forEach((one, k) => {
    const y = top + (k + 0.5) * line, { difference, low, high } = one.trial.compared, color = one.mine ? ORANGE : BLUE;
    draw.line(x(low), y, x(high), y, color, { "stroke-width": one.mine ? 4 : 2 });
    mark(draw, x(difference), y, one.trial.supports, color);
    if (one.truth !== null) draw.line(x(one.truth), y - line / 2, x(one.truth), y + line / 2, GREEN, { "stroke-width": 4 });
  });
  return draw.svg;
}

/** How often each conclusion came in many runs. */
export function repeats_picture(counts, done, verdicts, width, words) {
  const height = 12 + verdicts.length * 44;
  const draw = picture(width, height, words);
  verdicts.forEach((name, k) => {
    const y = 14 + k * 44, share = done ? counts[name] / done : 0;
    draw.text(0, y + 4, `${name}: ${counts[name]}`, { "font-weight": 600 });
    draw.rect(0, y + 10, width - 2, 14, "none", { stroke: LINE });
    draw.rect(0, y + 10, share * (width - 2), 14, BLUE);
  });
  return draw.svg;
}
