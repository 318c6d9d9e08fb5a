// What is known of a chosen study: who was treated with what, its own definition, how far its source was opened, and
// where the source can be read. Also the list of studies that are not added up, each with its reason.

import { count_words, share_words } from "./evidence_forest.js";
import { make } from "./numbers.js";

const unknown = (value, unit = "") => (value === null || value === "" ? "unknown" : `${value}${unit}`);

/** A reference as a line with its link. */
export function link_of(data, key) {
  const [text, address, mark, note] = data.references[key];
  const link = address ? make("a", { href: address, target: "_blank", rel: "noopener", text: mark }) : null;
  return make("p", { class: "teaching-citation" }, make("span", { text: `${text} ` }), link, note ? make("span", { class: "teaching-note", text: ` (${note})` }) : null);
}

/** Names and what belongs to them. */
export function pairs(entries) {
  return make("dl", {}, ...entries.flatMap(([name, text]) => [make("dt", { text: name }), make("dd", { text })]));
}

/** A reason for readers: the study that holds the patients by its name. */
export function told_why(data, why) {
  const holder = why.match(/^may share patients with (.*)$/)?.[1];
  return holder ? `may share patients with ${data.studies.find((study) => study.study === holder).label}` : why;
}

/** The card of a study; `row`: its row of the forest, or none; `why`: why it is not added up, or ''. */
export function study_card(data, study, row, why) {
  const { vocabulary } = data;
  const result = (arm) => `${count_words(arm)}${arm.n === null ? " was published" : " patients"}, ${share_words(arm)}`;
  const control = row?.control ? [["Control group", result(row.control)]] : [];
  const counted = row ? [["Result", result(row.treated)], ...control, ["Own definition", row.definition], ["How sure", row.confidence.split("; ").map((word) => `${word}: ${data.confidence[word]}`).join("; ")]] : [];
  const arms = study.comparator ? [["Compared with", study.comparator]] : [];
  return [
    make("h4", { text: study.label }),
    ...(why ? [make("p", { class: "teaching-reason", text: `Not added up: ${told_why(data, why)}.` })] : []),
    pairs([
      ...counted,
      ["Design", `${study.design}: ${vocabulary.design[study.design]}`],
      ["Disease", study.diseases.map((one) => vocabulary.disease[one]).join("; ")],
      ["Product", study.product],
      ["Treated", study.n === null ? "number unknown" : `${study.n} ${study.n === 1 ? "patient" : "patients"}`],
      ...arms,
      ...(study.registration.length ? [["Registered", study.registration.join(", ")]] : []),
      ["Follow-up", unknown(study.followup_months, " months")],
      ["Source opened", `${study.opened}: ${data.opened[study.opened]}`],
      ...(study.note ? [["Note", study.note]] : []),
    ]),
    ...study.source.map((key) => link_of(data, key)),
  ];
}

/** The card of the sum: how each study that is added up defines the outcome. */
export function together_card(found) {
  const told = new Map();
  for (const row of found.counted) told.set(row.definition, [...(told.get(row.definition) ?? []), row.study.label]);
  return [
    make("h4", { text: "All together" }),
    make("p", { text: "No two of these studies share patients, as far as their texts say: of those that may, the one with most patients is taken. Nothing is weighed; patients are added up. The interval takes them for one group: what differs between the studies is not in it." }),
    pairs([...told].map(([definition, labels]) => [labels.join(", "), definition])),
  ];
}

/** The card of what is unknown. */
export function unknown_card(found, list_them) {
  const { length } = found.unknown;
  return [
    make("h4", { text: "Unknown is not zero" }),
    make("p", { text: `${length === 1 ? "1 study has" : `${length} studies have`} neither a count nor a percentage of this outcome. Nobody knows from them how many patients had it.` }),
    make("p", {}, make("button", { type: "button", text: "Show which, and why", onclick: list_them })),
  ];
}

/** The list of studies that are not added up, with a button each; `choose(study)` shows its card. */
export function make_list(data, choose) {
  const summary = make("summary");
  const body = make("tbody");
  const table = make("table", {}, make("thead", {}, make("tr", {}, make("th", { text: "Study", scope: "col" }), make("th", { text: "Why it is not added up", scope: "col" }))), body);
  const scrolls = make("div", { class: "teaching-notes", tabindex: "0", role: "region", "aria-label": "Studies that are not added up" }, table);
  const element = make("details", { class: "teaching-not-added" }, summary, scrolls);
  let studies = [];
  let shown = false;
  function fill() {
    if (shown || !element.open) return; // a table that nobody reads costs time at every filter
    shown = true;
    body.replaceChildren(...studies.map(([study, why]) => make("tr", {}, make("td", {}, make("button", { type: "button", class: "teaching-link", text: study.label, onclick: () => choose(study) })), make("td", { text: told_why(data, why) }))));
  }
  element.addEventListener("toggle", fill);
  return {
    element,
    show(found) {
      studies = found.studies.filter((study) => found.why.has(study.study)).map((study) => [study, found.why.get(study.study)]);
      summary.textContent = `Studies that are not added up, and why (${studies.length})`;
      element.hidden = !studies.length;
      shown = false;
      body.replaceChildren();
      fill();
    },
    open() {
      element.open = true;
      fill();
      summary.focus();
    },
  };
}
