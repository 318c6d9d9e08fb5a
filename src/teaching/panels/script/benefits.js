// The benefit desk: a hundred people for each therapy and event, the overview of what is counted, and cost and access.

import { check_setting } from "./benefit_checks.js";
import { box_card, cost_lists } from "./benefit_card.js";
import { draw_overview } from "./benefit_overview.js";
import { draw_people } from "./benefit_people.js";
import { boxes_of, rows_of, short_of, shown_in, words_of } from "./benefit_words.js";
import { make_desk } from "./desk.js";
import { csv_text, make_take_along, picture_file, picture_formats } from "./desk_files.js";
import { sentence_case } from "./evidence_rules.js";
import { make } from "./numbers.js";
import { watch_width } from "./watch_width.js";

const NO_CHOICE = "Choose a box: its source, its definition and what it cannot tell are shown here.";

function build({ setup, data, prefix, change, refuse, values: shown_values }) {
  let wanted = null; // what stands in the fields
  let drawn = null; // { svg, marks } of the picture
  let chosen = null; // { thing, therapy } on the card
  let leaving = false;
  const take = (changes) => change({ ...wanted, ...changes });
  const chooser = (many, words, place, options, can_be_none) => {
    const list = make("select", {
      id: `${prefix}${many}-${place}`,
      onchange() {
        const next = wanted[many].slice();
        if (list.value) next[place] = list.value;
        else next.splice(place, 1);
        take({ [many]: next });
      },
      onkeydown: (event) => event.stopPropagation(), // JupyterLab has keys of its own
    }, ...(can_be_none ? [make("option", { value: "", text: "none" })] : []), ...options.map(([value, text]) => make("option", { value, text })));
    return { list, element: make("div", { class: `teaching-field${many === "events" ? " teaching-event" : ""}` }, make("label", { for: list.id, text: words }), list) };
  };
  const places = (most) => Array.from({ length: most }, (_, place) => place);
  const therapies = places(data.most_therapies).map((place) => chooser("therapies", ["Therapy", "beside it", "and"][place], place, Object.entries(data.therapies).map(([name, { words }]) => [name, sentence_case(words)]), place > 0));
  const events = places(data.most_events).map((place) => chooser("events", ["Event", "and below it", "and"][place], place, Object.entries(data.things).map(([name, words]) => [name, `${data.benefits.includes(name) ? "+" : "−"} ${sentence_case(words)}`]), place > 0));
  const radios = (name, options) => Object.entries(options).map(([value, text]) => make("label", {}, make("input", { type: "radio", name: prefix + name, value, onchange: () => take({ [name]: value }), onkeydown: (event) => event.stopPropagation() }), make("span", { text })));
  const views = radios("view", data.views), populations = radios("population", Object.fromEntries(Object.entries(data.populations).map(([name, words]) => [name, sentence_case(words)])));
  const choose_therapies = make("div", { class: "teaching-fields" }, ...therapies.map(({ element }) => element));
  const choose_events = make("div", { class: "teaching-fields" }, ...events.map(({ element }) => element));
  const choose_population = make("fieldset", { class: "teaching-choice" }, make("legend", { text: "Counted in" }), ...populations);
  const picture = make("div", { class: "teaching-picture teaching-scrolls teaching-evidence-picture" });
  const card = make("section", { class: "teaching-notes teaching-study", role: "region", "aria-label": "The chosen figure", tabindex: "0" });
  const both = make("div", { class: "teaching-evidence" }, picture, card);
  const costs = make("section", { class: "teaching-cost-lists", "aria-label": "Rows of the table of costs" });

  // --- the card

  function choose(mark) {
    if (leaving) return;
    for (const old of picture.querySelectorAll("[aria-pressed=true]")) old.setAttribute("aria-pressed", "false");
    mark.group.setAttribute("aria-pressed", "true");
    chosen = { thing: mark.thing, therapy: mark.therapy };
    fill_card();
    card.scrollTop = 0;
  }
  function fill_card() {
    const now = shown_values();
    const content = chosen ? box_card(data, now, chosen.thing, chosen.therapy, now.view === "overview", card) : [make("p", { class: "teaching-note", text: NO_CHOICE })];
    const close = chosen && make("button", { type: "button", class: "teaching-close", text: "Close", onclick: leave_card });
    card.replaceChildren(...content, ...(close ? [make("p", {}, close)] : []));
    card.classList.toggle("teaching-no-choice", !chosen);
  }
  const mark_of = () => chosen && drawn.marks.find(({ thing, therapy }) => thing === chosen.thing && therapy === chosen.therapy);
  /** The card is empty again, and the hand is back at the box that was on it. */
  function leave_card() {
    const mark = mark_of();
    leaving = true;
    mark?.group.focus();
    leaving = false;
    chosen = null;
    fill_card();
    mark?.group.setAttribute("aria-pressed", "false");
  }

  // --- the picture

  function draw(values) {
    const words = words_of(data, values);
    const is_costs = values.view === "costs", is_people = values.view === "people";
    both.hidden = is_costs;
    costs.hidden = !is_costs;
    choose_events.hidden = !is_people;
    choose_therapies.hidden = values.view === "overview";
    choose_population.hidden = is_costs;
    both.classList.toggle("teaching-one", !is_people || values.therapies.length > 2);
    for (const button of pictures) button.hidden = is_costs;
    if (is_costs) {
      costs.replaceChildren(...cost_lists(data, values.therapies));
      return words;
    }
    const had_focus = picture.contains(document.activeElement); // what had it is drawn anew
    drawn = (is_people ? draw_people : draw_overview)(picture, data, values, words, choose);
    const mark = mark_of();
    if (!mark) chosen = null;
    mark?.group.setAttribute("aria-pressed", "true");
    if (had_focus) (mark ?? drawn.marks[0]).group.focus();
    if (chosen || !card.classList.contains("teaching-no-choice")) queueMicrotask(fill_card); // the new setting is the shown one then
    return words;
  }

  // --- files

  const name_of = (ending) => `benefit-${shown_values().view}.${ending}`;
  const svg_text = () => picture_file(drawn.svg, setup, words_of(data, shown_values()));
  const files = make_take_along([
    ...picture_formats(name_of, svg_text),
    ["Numbers (CSV)", () => ({ name: name_of("csv"), type: "text/csv", content: csv_text(file_rows(data, shown_values())) })],
  ], refuse);
  const pictures = [...files.querySelectorAll("button")].slice(0, 2);

  const end_watching = watch_width(picture, () => draw(shown_values()));
  return {
    above: [make("fieldset", { class: "teaching-choice" }, make("legend", { text: "Show" }), ...views), choose_therapies, choose_events, choose_population, both, costs],
    below: [files],
    fill(values) {
      wanted = { ...values };
      for (const [many, fields] of [["therapies", therapies], ["events", events]]) {
        fields.forEach(({ list, element }, place) => {
          list.value = values[many][place] ?? "";
          element.hidden = place > values[many].length; // the next one is offered, not all
          // One that stands in another field already can still be seen there, not chosen twice.
          for (const option of list.options) option.disabled = option.value !== list.value && values[many].includes(option.value);
        });
      }
      for (const [name, labels] of [["view", views], ["population", populations]]) {
        for (const label of labels) label.firstChild.checked = label.firstChild.value === values[name];
      }
    },
    show: draw,
    close: end_watching,
  };
}

const ways = (data, keys) => keys.map((key) => data.references[key][1] || data.references[key][0]).join(" ");

/** Rows of the CSV file: a box a row, or a cost a row. */
function file_rows(data, values) {
  if (values.view === "costs") {
    const head = ["row", "therapies", "matter", "kind", "amount", "includes", "population", "place", "year", "told by", "confidence", "not known", "note", "source"];
    return [head, ...rows_of(data, values.therapies).map((row) => [row.name, row.therapies.map((one) => short_of(data, one)).join("; "), data.matters[row.matter], row.kind, row.amount, row.includes, row.population, row.place, row.year, data.told_by[row.told_by] ?? "", row.confidence, row.not_known, row.note, ways(data, row.source)])];
  }
  const head = ["event", "therapy", "population", "kind", "count", "patients", "value", "unit", "control arm", "certain", "seen", "possible", "without", "unknown", "definition", "year", "follow-up, months", "confidence", "not known", "note", "studies", "row", "source"];
  const boxes = values.view === "overview" ? boxes_of(data, values.population) : values.events.flatMap((thing) => values.therapies.map((therapy) => ({ thing, therapy, figure: shown_in(data, values.population, thing, therapy) })));
  return [head, ...boxes.map(({ thing, therapy, figure }) => {
    if (!figure) return [data.things[thing], short_of(data, therapy), values.population, "nothing in the tables", ...Array(18).fill(""), ""];
    return [data.things[thing], short_of(data, therapy), figure.population, figure.kind, figure.count, figure.n, figure.value, figure.unit, figure.control, ...figure.icons, figure.definition, figure.year, figure.months, figure.confidence, figure.not_known, figure.note, figure.parts.map((part) => `${part.label}: ${part.number}`).join("; "), figure.name, ways(data, figure.source)];
  })];
}

export default make_desk({ name: "benefits", check: check_setting, build });
