// The card of a chosen figure: what it says in full, how sure it is, the studies that it adds up, and where each source
// can be read. Also the rows of cost, time and access, which lead to their sources in the same way.

import { put_people } from "./benefit_icons.js";
import { others_in, rows_of, short_of, shown_in } from "./benefit_words.js";
import { link_of, pairs } from "./evidence_card.js";
import { make_canvas, make_ruler } from "./evidence_pieces.js";
import { sentence_case } from "./evidence_rules.js";
import { make } from "./numbers.js";

const SIDE = 13; // em, of the people on a card

const how_sure = (data, word) => (word ? [["How sure", `${word}: ${data.confidence[word]}`]] : []);

/** What is known of a figure, as elements: its pairs, its studies, its references. */
function figure_parts(data, figure) {
  const studies = figure.parts.length > 1 ? [["Added up from", figure.parts.map((part) => `${part.label}: ${part.number}`).join("; ")]] : figure.parts.map((part) => ["Study", part.label]);
  const definitions = new Set(figure.parts.map((part) => part.definition)).size > 1 ? figure.parts.map((part) => [`Counted in ${part.label} as`, part.definition]) : figure.definition ? [["Counted as", figure.definition]] : [];
  return [
    pairs([
      ["Figure", sentence_case(figure.number)],
      ...(figure.control ? [["Control arm", figure.control]] : []),
      ...studies, ...definitions,
      ["Counted in", data.populations[figure.population]],
      ...(figure.year === null ? [] : [["Year", String(figure.year)]]),
      ...(["unknown", "impossible"].includes(figure.kind) ? [] : [["Follow-up", figure.months === null ? "not given" : `${figure.parts.length > 1 ? "at least " : ""}${figure.months} months`]]),
      ...how_sure(data, figure.confidence),
      [["unknown", "impossible"].includes(figure.kind) ? "Why" : "Not known", figure.not_known],
      ...(figure.note ? [["Note", figure.note]] : []),
      ["Row", figure.name],
    ]),
    ...figure.source.map((key) => link_of(data, key)),
    ...(figure.source.length ? [] : [make("p", { class: "teaching-note", text: "No number is claimed here, so there is no single source: the reason stands above." })]),
  ];
}

/** The card of a box; `with_people`: where the picture itself does not show them; `host`: an element in the desk's type. */
export function box_card(data, values, thing, therapy, with_people, host) {
  const figure = shown_in(data, values.population, thing, therapy);
  const others = others_in(data, values.population, thing, therapy);
  const title = `${sentence_case(data.things[thing])}: ${short_of(data, therapy)}`;
  return [
    make("h4", { text: title }),
    ...(with_people ? [people(data, figure, thing, title, host)] : []),
    make("p", { text: figure ? figure.words : data.nothing[values.population] }),
    ...(figure ? figure_parts(data, figure) : []),
    ...(others.length ? [make("details", {}, make("summary", { text: `Other counts of the same (${others.length})` }), ...others.flatMap((one) => [make("p", { class: "teaching-reason", text: one.words }), ...figure_parts(data, one)]))] : []),
  ];
}

function people(data, figure, thing, title, host) {
  const { em } = make_ruler(host);
  const { svg, put } = make_canvas(SIDE * em, SIDE * em, `${title}: ${figure ? figure.words : "no figure"}`);
  svg.setAttribute("role", "img");
  const group = put("g", { class: `teaching-block ${data.benefits.includes(thing) ? "teaching-gain" : "teaching-harm"}` });
  put_people(put, group, figure, 0, 0, SIDE * em);
  return make("div", { class: "teaching-evidence-picture teaching-card-people" }, svg);
}

/** Cost, time and access of the chosen therapies, one list for each matter. */
export function cost_lists(data, therapies) {
  const rows = rows_of(data, therapies);
  return Object.entries(data.matters).flatMap(([matter, words]) => {
    const own = rows.filter((row) => row.matter === matter);
    if (!own.length) return [];
    return [make("h4", { text: sentence_case(words) }), make("ul", { class: "teaching-costs" }, ...own.map((row) => cost_row(data, row, therapies)))];
  });
}

function cost_row(data, row, therapies) {
  const whom = therapies.filter((one) => row.therapies.includes(one)).map((one) => short_of(data, one)).join(", ");
  const who = row.told_by ? data.told_by[row.told_by] : "";
  const where = [row.place, row.year, who].filter(Boolean).join(" · ");
  return make(
    "li", { class: `teaching-cost-row teaching-cost-${row.kind}` },
    make("p", {}, make("span", { class: "teaching-whom", text: sentence_case(whom) }), make("strong", { text: row.amount || "statement" })),
    make("div", {},
      make("p", { text: row.includes }),
      make("p", { class: "teaching-note", text: `${where}. ${row.population === "cancer" ? `In ${data.populations.cancer}. ` : ""}${row.confidence ? `How sure: ${row.confidence}, ${data.confidence[row.confidence]}.` : ""}` }),
      make("p", { text: `Not known: ${row.not_known}` }),
      make("details", {}, make("summary", { text: "Where this comes from" }), ...row.source.map((key) => link_of(data, key)), row.source.length ? null : make("p", { class: "teaching-note", text: "Nothing was found, so there is no source." }), row.note ? make("p", { class: "teaching-note", text: sentence_case(row.note) }) : null, make("p", { class: "teaching-note", text: `Row ${row.name} of costs.csv` })),
    ),
  );
}
