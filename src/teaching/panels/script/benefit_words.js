// What the benefit desk says under its picture, as panels/benefits.py does: the same words.

import { sentence_case } from "./evidence_rules.js";

/** The figure that a box shows, or undefined where the tables hold none. */
export const shown_in = (data, population, thing, therapy) => data.figures[data.boxes[population][thing][therapy][0]];

/** Further figures of the same box. */
export const others_in = (data, population, thing, therapy) => data.boxes[population][thing][therapy].slice(1).map((place) => data.figures[place]);

/** Rows of costs about at least one of the therapies. */
export const rows_of = (data, therapies) => data.costs.filter((row) => row.therapies.some((one) => therapies.includes(one)));

export const short_of = (data, therapy) => data.therapies[therapy].short;

export function words_of(data, values) {
  if (values.view === "overview") return overview_words(data, values.population);
  if (values.view === "costs") return cost_words(data, values.therapies);
  const found = values.events.flatMap((thing) => values.therapies.map((therapy) => {
    const shown = shown_in(data, values.population, thing, therapy);
    return `${sentence_case(data.things[thing])}, ${short_of(data, therapy)}: ${shown ? shown.number : "no figure"}.`;
  }));
  return [`Counted in ${data.populations[values.population]}.`, ...found].join(" ");
}

/** Every box of the overview: { thing, therapy, figure or undefined }, row after row. */
export function boxes_of(data, population) {
  return data.overview.flatMap((thing) => Object.keys(data.therapies).map((therapy) => ({ thing, therapy, figure: shown_in(data, population, thing, therapy) })));
}

function overview_words(data, population) {
  const kinds = boxes_of(data, population).map(({ figure }) => figure?.kind ?? "");
  const many = (...of) => kinds.filter((kind) => of.includes(kind)).length;
  const nothing = many("") ? ` In ${many("")} more the tables of this kit hold nothing.` : "";
  return `Counted in ${data.populations[population]}. Of ${kinds.length} boxes, ${many("count", "percent", "rate")} hold a number; in ${many("unknown")} it was looked for and not found, and in ${many("impossible")} the event cannot happen.${nothing}`;
}

function cost_words(data, therapies) {
  const rows = rows_of(data, therapies);
  const unknown = rows.filter((row) => row.kind === "unknown").length;
  return `${rows.length} rows on cost, time and access of ${therapies.map((one) => short_of(data, one)).join(", ")}; ${unknown} of them say what was looked for and not found. Amounts of different places, years and currencies cannot be added.`;
}
