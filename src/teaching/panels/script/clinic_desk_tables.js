// Tables of the clinic desk. On a narrow page each row becomes a small block in which every number carries its heading,
// so that nothing is out of sight; the roles stay those of a table, whatever the style makes of it.

import { make } from "./numbers.js";

/** A table of heads (texts) and rows ({ cells: texts or elements, fresh }); the first cell names its row. */
export function table_of(heads, rows) {
  const row = (...cells) => make("tr", { role: "row" }, ...cells);
  const head = heads.map((text) => make("th", { scope: "col", role: "columnheader", text }));
  const filled = rows.map(({ cells, fresh = false }) => {
    const made = row(...cells.map((cell, k) => {
      const more = { role: k ? "cell" : "rowheader", "data-head": heads[k], scope: k ? null : "row" };
      return make(k ? "td" : "th", more, cell instanceof Node ? cell : make("span", { text: cell }));
    }));
    made.classList.toggle("teaching-clinic-fresh", fresh);
    return made;
  });
  return make("table", { role: "table" }, make("thead", { role: "rowgroup" }, row(...head)), make("tbody", { role: "rowgroup" }, ...filled));
}
