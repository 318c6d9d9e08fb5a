// The first table that was kept beside the one of now: what moved, in weights, scores and the first place.

import { decide } from "./decision_table.js";
import { make, shown_number } from "./numbers.js";

const MOST_IN_REPORT = 4;

/** What differs between two tables: [what, before, now], each a text; '' where it is not in a table. */
export function moves_between(first, now) {
  const moves = [];
  const both = (one, other) => [...one, ...other.filter((name) => !one.includes(name))];
  const weight = ({ criteria, weights }, name) => (criteria.includes(name) ? shown_number(weights[criteria.indexOf(name)]) : "");
  const score = (table, option, name) => {
    const [o, c] = [table.options.indexOf(option), table.criteria.indexOf(name)];
    return o < 0 || c < 0 ? "" : shown_number(table.scores[o][c]);
  };
  const add = (what, before, after) => before !== after && moves.push([what, before, after]);
  for (const name of both(first.criteria, now.criteria)) add(`weight of ${name}`, weight(first, name), weight(now, name));
  for (const option of both(first.options, now.options)) {
    for (const name of both(first.criteria, now.criteria)) add(`${option} on ${name}`, score(first, option, name), score(now, option, name));
  }
  return moves;
}

const place_of = (table) => decide(table).first.join(" and ");

/** One table in a few words, for the report: who is first, and what moved since the first one. */
export function report_words(first, now) {
  const { verdict } = decide(now);
  if (!first) return shorten(`First table: ${verdict}`);
  const moves = moves_between(first, now);
  const told = moves.slice(0, MOST_IN_REPORT).map(([what, before, after]) => `${what} ${before || "not there"} to ${after || "not there"}`);
  const more = moves.length > told.length ? `, and ${moves.length - told.length} more` : "";
  return shorten(`First kept: ${place_of(first)}. Now: ${place_of(now)}. ${moves.length ? `Moved: ${told.join(", ")}${more}.` : "No number moved."}`);
}
const shorten = (text) => ([...text].length <= 600 ? text : `${[...text].slice(0, 597).join("")}...`);

/** Both tables side by side, as elements. */
export function before_and_now(first, now) {
  const moves = moves_between(first, now);
  const rows = [["first place", place_of(first), place_of(now)], ...moves];
  const table = make(
    "table", {},
    make("thead", {}, make("tr", {}, ...["", "First kept", "Now"].map((text) => make("th", { scope: "col", text })))),
    make("tbody", {}, ...rows.map(([what, ...cells]) => make("tr", {}, make("th", { scope: "row", text: what }), ...cells.map((text) => make("td", { text: text || "not there" }))))),
  );
  const told = moves.length ? `${moves.length} ${moves.length === 1 ? "number differs" : "numbers differ"} from the first table that you kept.` : "No number differs from the first table that you kept.";
  return [make("p", { text: told }), make("div", { class: "teaching-notes teaching-moves", tabindex: "0", role: "region", "aria-label": "First table and now" }, table)];
}
