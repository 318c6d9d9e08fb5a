// The room as two rows of dots: what was chosen before the others were heard, and after; bands for who went where.

import { moves_of } from "./deliberation_words.js";
import { make_svg } from "./numbers.js";

const BLUE = "var(--teaching-accent)", ORANGE = "#d55e00", LINE = "var(--teaching-line)", PAGE = "var(--teaching-page)";
const BETWEEN = 120; // px between the two rows

/** The name of an option in lines of at most so many letters. */
function lines_of(name, letters) {
  const lines = [];
  for (const word of name.split(" ")) {
    if (lines.length && lines.at(-1).length + word.length < letters) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** people: [{ first, then, mine }], all of whom chose twice; `words`: what a screen reader says of it. A narrow picture
    has the numbers of the options, whose names stand below it. */
export function room_picture(people, choices, width, words) {
  const narrow = width < 560, type = 14, edge = narrow ? 0 : 64; // room for 'before' and 'after' at the left
  const step = (width - edge) / choices.length, dot = narrow ? 11 : 15;
  const across = Math.max(1, Math.floor((step - 8) / dot));
  const lines = choices.map((name, k) => (narrow ? [`${k + 1}`] : lines_of(`${k + 1} ${name}`, Math.max(9, Math.floor(step / (type * 0.6))))));
  const high = (side) => Math.max(1, ...choices.map((name) => Math.ceil(people.filter((one) => one[side] === name).length / across))) * dot + 8;
  const label = Math.max(...lines.map((one) => one.length)) * (type + 3) + (narrow ? 24 : 8);
  const top = label + high("first"), bottom = top + BETWEEN, height = bottom + high("then") + (narrow ? 28 : 10);
  const svg = make_svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": words });
  const add = (tag, attributes, text) => {
    const element = make_svg(tag, attributes);
    if (text !== undefined) element.textContent = text;
    svg.append(element);
  };
  const center = (name) => edge + (choices.indexOf(name) + 0.5) * step;
  for (const [k, parts] of lines.entries()) {
    parts.forEach((part, at) => add("text", { x: edge + (k + 0.5) * step, y: type + at * (type + 3), "font-size": type, "font-weight": 600, "text-anchor": "middle" }, part));
    for (const y of [top, bottom]) add("line", { x1: edge + k * step + 4, x2: edge + (k + 1) * step - 4, y1: y, y2: y, stroke: LINE });
  }
  if (narrow) {
    add("text", { x: 2, y: label - 8, "font-size": type, "font-style": "italic" }, "before hearing the others");
    add("text", { x: 2, y: height - 6, "font-size": type, "font-style": "italic" }, "after");
  } else {
    for (const [y, text] of [[top, "before"], [bottom, "after"]]) add("text", { x: 2, y: y + 5, "font-size": type, "font-style": "italic" }, text);
  }
  for (const [first, then, count] of moves_of(people, choices)) {
    const stayed = first === then;
    const path = `M${center(first)} ${top + 3}C${center(first)} ${top + BETWEEN / 2} ${center(then)} ${bottom - BETWEEN / 2} ${center(then)} ${bottom - 3}`;
    add("path", { d: path, fill: "none", stroke: stayed ? LINE : BLUE, "stroke-opacity": 0.75, "stroke-width": Math.min(16, 1 + 1.5 * count), ...(stayed ? { "stroke-dasharray": "4 4" } : {}) });
  }
  const mine = people.find((one) => one.mine);
  if (mine) add("path", { d: `M${center(mine.first)} ${top + 3}C${center(mine.first)} ${top + BETWEEN / 2} ${center(mine.then)} ${bottom - BETWEEN / 2} ${center(mine.then)} ${bottom - 3}`, fill: "none", stroke: ORANGE, "stroke-width": 2.5 });
  for (const [side, y, way] of [["first", top, -1], ["then", bottom, 1]]) {
    for (const name of choices) {
      const seated = people.filter((one) => one[side] === name).sort((a, b) => b.mine - a.mine);
      seated.forEach((one, at) => {
        const wide = Math.min(across, seated.length), x = center(name) + ((at % across) - (wide - 1) / 2) * dot, cy = y + way * (dot / 2 + 3 + Math.floor(at / across) * dot);
        const moved = one.first !== one.then;
        add("circle", { cx: x, cy, r: dot / 2 - 2, fill: moved ? (one.mine ? ORANGE : BLUE) : PAGE, stroke: one.mine ? ORANGE : BLUE, "stroke-width": one.mine ? 3 : 1.8 });
      });
    }
  }
  return svg;
}
