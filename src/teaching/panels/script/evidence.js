// The evidence explorer: filters, the forest or the map, the card of the chosen study, and files.

import { make_desk } from "./desk.js";
import { csv_text, make_take_along, picture_file, picture_formats } from "./desk_files.js";
import { make_list, study_card, together_card, unknown_card } from "./evidence_card.js";
import { draw_forest } from "./evidence_forest.js";
import { draw_map } from "./evidence_map.js";
import { check, left_with, rows_drawn, sentence_case, WORDS } from "./evidence_rules.js";
import { make } from "./numbers.js";
import { watch_width } from "./watch_width.js";

const VIEWS = { forest: "Results, study by study", map: "Map of what exists" };
const LABELS = { disease: "Disease", therapy: "Therapy", target: "Target", cells: "Source of cells", conditioning: "Conditioning", design: "Design" };
const FIRST_ROW = ["disease", "therapy", "design"]; // the others are folded
const NO_CHOICE = "Choose a row: its source, its own definition and how far it was opened are shown here.";

function build({ setup, data, prefix, change, refuse, values: shown_values }) {
  const fields = Object.fromEntries(WORDS.map((name) => [name, make_filter(name)]));
  let wanted = null; // what stands in the fields
  let shown = null; // what was drawn last: { words, svg, found or cells }
  let leaving = false; // a row gets the focus back and is not chosen by it
  let chosen = ""; // the name of the study on the card, so that it stays there when the picture is drawn anew
  const take = (changes) => change({ ...wanted, ...changes });

  // --- fields

  function make_filter(name) {
    const { vocabulary } = data;
    const told = (word) => {
      if (name === "therapy") return sentence_case(vocabulary[name][word]);
      return name === "design" || vocabulary[name][word] === word ? word : `${word}: ${vocabulary[name][word]}`;
    };
    const options = [make("option", { value: "" }), ...Object.keys(vocabulary[name]).map((word) => make("option", { value: word }))];
    const list = make("select", { id: `${prefix}${name}`, onchange: () => take({ [name]: list.value }) }, ...options);
    return {
      element: field_of(LABELS[name], list, name === "disease"),
      fill(values) {
        const { all, of } = left_with(data, values, name);
        for (const option of options) {
          const text = option.value ? `${told(option.value)} (${of[option.value]})` : `all (${all})`;
          if (option.textContent !== text) option.textContent = text;
        }
        list.value = values[name];
      },
    };
  }
  function field_of(words, field, wide = false) {
    field.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab has keys of its own
    return make("div", { class: `teaching-field${wide ? " teaching-wide-field" : ""}` }, make("label", { for: field.id, text: words }), field);
  }
  function year_field(name, words) {
    const [low, high] = data.years;
    const years = Array.from({ length: high - low + 1 }, (_, k) => low + k);
    return field_of(words, make("select", { id: prefix + name, onchange: (event) => take({ [name]: Number(event.target.value) }) }, ...years.map((year) => make("option", { value: year, text: year }))));
  }
  const outcome = make("select", { id: `${prefix}outcome`, onchange: () => take({ outcome: outcome.value }) }, ...Object.entries(data.outcomes).map(([name, words]) => make("option", { value: name, text: sentence_case(words) })));
  const product = make("input", { type: "text", id: `${prefix}product`, maxlength: data.longest_product, autocomplete: "off", onchange: () => take({ product: product.value }) });
  const first = year_field("first", "From year");
  const last = year_field("last", "To year");
  const views = Object.entries(VIEWS).map(([name, words], k) => {
    const button = make("input", { type: "radio", name: `${prefix}view`, id: `${prefix}view-${k}`, value: name, onchange: () => take({ view: name }) });
    button.addEventListener("keydown", (event) => event.stopPropagation());
    return { button, label: make("label", { for: button.id }, button, make("span", { text: words })) };
  });
  const cases = make("div", { class: "teaching-row teaching-cases", role: "group", "aria-label": "Cases" }, make("span", { "aria-hidden": "true", text: "Cases" }),
    ...Object.entries(data.cases).map(([label, values]) => make("button", { type: "button", text: label, onclick: () => change({ ...values, view: wanted.view }) })));
  const more_words = make("summary");
  const folded = WORDS.filter((name) => !FIRST_ROW.includes(name));
  const more = make("details", { class: "teaching-more" }, more_words, make("div", { class: "teaching-fields" }, ...folded.map((name) => fields[name].element), field_of("Product, any piece of its name", product), first, last));

  // --- picture and card

  const picture = make("div", { class: "teaching-picture teaching-scrolls teaching-evidence-picture" });
  const card = make("section", { class: "teaching-notes teaching-study", role: "region", "aria-label": "The chosen study", tabindex: "0" });
  const both = make("div", { class: "teaching-evidence" }, picture, card);
  const list = make_list(data, (study) => show_study(study, null));

  function choose(what, mark) {
    if (leaving) return;
    for (const old of picture.querySelectorAll("[aria-pressed=true]")) old.setAttribute("aria-pressed", "false");
    mark?.setAttribute("aria-pressed", "true");
    if (what.row) show_study(what.row.study, what.row);
    else if (what.together) fill_card("together", together_card(what.together));
    else fill_card("unknown", unknown_card(what.unknown, list.open));
  }
  function show_study(study, row) {
    const { found } = shown;
    const its_row = row ?? rows_drawn(found).find((one) => one.study === study);
    fill_card(study.study, study_card(data, study, its_row, found.why.get(study.study) ?? ""));
    if (!row) card.focus();
  }
  /** Puts something on the card; without a name the card says only how one gets there. */
  function fill_card(name, content = [make("p", { class: "teaching-note", text: NO_CHOICE })]) {
    chosen = name;
    const close = name && make("button", { type: "button", class: "teaching-close", text: "Close", onclick: leave_card });
    card.replaceChildren(...content, ...(close ? [make("p", {}, close)] : []));
    card.classList.toggle("teaching-no-choice", !name);
  }
  /** The card is empty again, and the hand is back at the row that was on it. */
  function leave_card() {
    const mark = shown.marks.get(chosen) ?? picture.querySelector("[role=button]");
    leaving = true;
    mark?.focus();
    leaving = false;
    fill_card("");
    mark?.setAttribute("aria-pressed", "false");
  }
  function draw(values) {
    const map = values.view === "map";
    const had_focus = picture.contains(document.activeElement); // what had it is drawn anew
    card.hidden = map;
    both.classList.toggle("teaching-one", map);
    if (map) {
      shown = draw_map(picture, data, values, prefix, show_cell);
      list.element.hidden = true;
      if (had_focus) picture.querySelector("[role=button]")?.focus();
      return shown.words;
    }
    shown = draw_forest(picture, data, values, prefix, choose);
    list.show(shown.found);
    const mark = shown.marks.get(chosen);
    if (had_focus) (mark ?? picture.querySelector("[role=button]"))?.focus();
    else if (mark) mark.setAttribute("aria-pressed", "true");
    else if (chosen) fill_card("");
    return shown.words;
  }

  /** A cell of the map was pressed: its studies are shown, and the hand goes on from there. */
  function show_cell(disease, therapy) {
    views.find(({ button }) => button.value === "forest").button.focus();
    change({ ...shown_values(), view: "forest", disease, therapy });
  }

  // --- files

  const name_of = (ending) => `evidence-${shown_values().view}.${ending}`;
  const files = make_take_along([
    ...picture_formats(name_of, () => picture_file(shown.svg, setup, shown.words)),
    ["Numbers (CSV)", () => ({ name: name_of("csv"), type: "text/csv", content: csv_text(shown.found ? forest_rows(data, shown.found) : map_rows(data, shown.cells)) })],
    ["Citations (text)", () => ({ name: "evidence-citations.txt", type: "text/plain", content: citations(data, shown, shown_values()) })],
  ], refuse);

  const end_watching = watch_width(picture, () => draw(shown_values()));
  fill_card("");
  return {
    above: [
      cases,
      make("div", { class: "teaching-fields" }, field_of("Outcome", outcome, true), ...FIRST_ROW.map((name) => fields[name].element)),
      more,
      make("fieldset", { class: "teaching-choice" }, make("legend", { text: "Show" }), ...views.map(({ label }) => label)),
      both,
    ],
    below: [list.element, files],
    fill(values) {
      wanted = { ...values };
      for (const name of WORDS) fields[name].fill(values);
      outcome.value = values.outcome;
      if (product.value !== values.product) product.value = values.product;
      first.querySelector("select").value = values.first;
      last.querySelector("select").value = values.last;
      for (const { button } of views) button.checked = button.value === values.view;
      const used = folded.filter((name) => values[name]).length + (values.product.trim() ? 1 : 0) + (values.first !== data.years[0] || values.last !== data.years[1] ? 1 : 0);
      more_words.textContent = `More filters${used ? ` (${used} in use)` : ""}`;
    },
    show: draw,
    close: end_watching,
  };
}

// --- rows of files

const ways = (data, study) => study.source.map((key) => data.references[key][1]).filter(Boolean).join(" ");

function forest_rows(data, found) {
  const head = ["study", "name", "design", "diseases", "therapy", "product", "year", "events", "patients", "share", "low", "high", "control events", "control patients", "control share", "added up", "why not", "definition", "confidence", "source opened", "source"];
  const drawn = new Map(rows_drawn(found).map((row) => [row.study, row]));
  const rows = found.studies.map((study) => {
    const row = drawn.get(study);
    const why = found.why.get(study.study) ?? "";
    const { treated, control } = row ?? {};
    const numbers = [treated?.events, treated?.n, treated?.share, treated?.interval?.low, treated?.interval?.high, control?.events, control?.n, control?.share];
    return [study.study, study.label, study.design, study.diseases.join("; "), study.therapy, study.product, study.year, ...numbers, why ? "no" : "yes", why, row?.definition, row?.confidence, study.opened, ways(data, study)];
  });
  const sum = found.together ? [["", "all together", "", "", "", "", "", found.events, found.n, found.events / found.n, found.together.low, found.together.high, "", "", "", "", "", "", "", "", ""]] : [];
  return [head, ...rows, ...sum];
}

function map_rows(data, cells) {
  const head = ["disease", "therapy", "studies", "with a control group", "patients", "of them in studies without a control group", "studies whose patients are not counted"];
  return [head, ...cells.map((cell) => [data.vocabulary.disease[cell.disease], data.vocabulary.therapy[cell.therapy], cell.studies, cell.controlled, cell.patients, cell.alone, cell.uncounted])];
}

function citations(data, shown, values) {
  const studies = shown.found?.studies ?? data.studies;
  const keys = [...new Set(studies.flatMap((study) => study.source))];
  const lines = keys.map((key) => data.references[key]).map(([text, address, , note]) => [text, address, note ? `(${note})` : ""].filter(Boolean).join(" "));
  return `${values.view === "map" ? "Sources of all studies" : shown.words}\n\n${lines.sort().join("\n")}\n`;
}

export default make_desk({ name: "evidence", check, build });
