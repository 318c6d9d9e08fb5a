// A hundred people: six looks that are told apart without colour, in the order in which an array is filled.

/** In the order of `icons` of a figure, then what cannot happen; words are those of the key. */
export const LOOKS = {
  certain: "counted, and beyond doubt (95 %)",
  seen: "counted, within the doubt",
  possible: "not counted, but it may be so many",
  free: "without it",
  unknown: "nobody knows",
  impossible: "cannot happen",
};
const HEAD = [0.5, 0.2, 0.16]; // middle across and down, radius: shares of an icon's place

const circle = (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;
const number = (value) => Math.round(100 * value) / 100;

/** The outline of a person in a place of `size`, or the cross for what cannot happen. */
function outline(look, x, y, size) {
  const at = (share_x, share_y) => `${number(x + share_x * size)} ${number(y + share_y * size)}`;
  if (look === "impossible") return `M${at(0.3, 0.32)}L${at(0.7, 0.72)}M${at(0.7, 0.32)}L${at(0.3, 0.72)}`;
  const head = circle(number(x + HEAD[0] * size), number(y + HEAD[1] * size), number(HEAD[2] * size));
  const round = number(0.26 * size);
  const body = `M${at(0.24, 0.94)}V${number(y + 0.68 * size)}a${round} ${round} 0 0 1 ${2 * round} 0V${number(y + 0.94 * size)}z`;
  return { head, body };
}

/** The looks of a figure's hundred people, one a person; a box without a figure is unknown. */
export function looks_of(figure) {
  if (figure?.kind === "impossible") return Array(100).fill("impossible");
  const counts = figure ? figure.icons : [0, 0, 0, 0, 100];
  return Object.keys(LOOKS).slice(0, 5).flatMap((look, k) => Array(counts[k]).fill(look));
}

/** Draws one person; `put` is that of make_canvas. */
export function put_icon(put, parent, look, x, y, size) {
  const path = outline(look, x, y, size);
  const one = (d, part) => put("path", { parent, d, class: `teaching-person teaching-${look}-person ${part}` });
  if (look === "impossible") return one(path, "teaching-whole");
  if (look === "seen") {
    one(path.head, "teaching-open teaching-head-only");
    return one(path.body, "teaching-whole");
  }
  if (look === "possible") one(circle(number(x + 0.5 * size), number(y + 0.74 * size), number(0.05 * size)), "teaching-dot");
  return one(path.head + path.body, "teaching-whole");
}

/** Draws ten rows of ten into a place of `side`. */
export function put_people(put, parent, figure, x, y, side) {
  const size = side / 10;
  looks_of(figure).forEach((look, k) => put_icon(put, parent, look, x + (k % 10) * size, y + Math.floor(k / 10) * size, size));
}
