// The decision desk: names, weights and scores; who is first; what alone would change it; and what moved the hand.

import { LONGEST_PLAN, TABLE, check_setting } from "./decision_checks.js";
import { before_and_now, moves_between, report_words } from "./decision_before.js";
import { make_adders, make_grid } from "./decision_fields.js";
import { draw_decision } from "./decision_picture.js";
import { change_words, decide } from "./decision_table.js";
import { make_desk } from "./desk.js";
import { csv_text, make_take_along, picture_file, picture_formats } from "./desk_files.js";
import { sentence_case } from "./evidence_rules.js";
import { make } from "./numbers.js";
import { watch_width } from "./watch_width.js";

const MOST_STEPS = 100; // back

const table_of = (values) => Object.fromEntries(TABLE.map((name) => [name, structuredClone(values[name])]));
const same_table = (one, other) => JSON.stringify(table_of(one)) === JSON.stringify(table_of(other));

function build({ setup, prefix, change, keep, refuse, values: shown_values }) {
  let wanted = null; // what stands in the fields
  let moving = ""; // what the hand moves: one drag is one step
  let kept = null;
  let is_new = true; // whether the next change is a step of its own
  let before = null; // the setting that was drawn last
  const steps = [];
  /** The first kept table: Reset takes it out of the setting, and not away. */
  const first_of = (now) => now.first ?? kept?.first ?? null;

  function changed(key, make_change) {
    const next = { ...wanted, ...table_of(wanted) };
    make_change(next);
    is_new = !key || key !== moving;
    moving = key;
    change(next);
    is_new = true;
  }
  /** Notes the table before, whoever changed it: the hand, Reset, or the kernel. */
  function note_step(now) {
    if (before && is_new && !same_table(before, now)) {
      steps.push(structuredClone(before));
      if (steps.length > MOST_STEPS) steps.shift();
    }
    before = now;
    step_back.disabled = !steps.length;
  }
  const grid = make_grid(prefix, changed, () => (moving = ""));
  const adders = make_adders(changed, grid);
  const step_back = make("button", {
    type: "button", text: "Step back", title: "Takes back the last change of a number, a name, a row or a column", disabled: true,
    onclick() {
      const now = shown_values(), old = steps.pop();
      is_new = false;
      // What was written since then stays.
      change({ ...now, ...table_of(old), first: now.first ?? old.first, plan: now.plan || old.plan });
      is_new = true;
      moving = "";
      if (step_back.disabled) adders.elements[0].focus();
    },
  });
  const picture = make("div", { class: "teaching-picture teaching-scrolls teaching-decision-picture" });

  // --- what is kept

  const plan = make("textarea", {
    rows: 2, id: `${prefix}moved`, maxlength: LONGEST_PLAN, class: "teaching-own-sentence", onkeydown: (event) => event.stopPropagation(),
    onchange() {
      const now = shown_values(), next = { ...now, first: first_of(now), plan: plan.value };
      if (kept?.first) keep(next); // what was written is not lost with the page
      else change(next);
    },
  });
  const keep_it = make("button", {
    type: "button", class: "teaching-keep", text: "Keep this table",
    onclick() {
      const now = shown_values();
      const first = first_of(now);
      keep({ ...now, first: first ?? table_of(now), plan: plan.value, says: report_words(first, now) });
    },
  });
  const state = make("p", { class: "teaching-note", role: "status" });
  const moves = make("div", { class: "teaching-moved" });
  const moved_field = make("div", { class: "teaching-trial-field" }, make("label", { for: plan.id, text: "What moved you, or why did you stay?" }), plan);
  const keeping = make("section", { class: "teaching-keeping", "aria-label": "Keep, and look back" }, make("p", { class: "teaching-row" }, keep_it, state), moves, moved_field);

  function show_kept(now) {
    const is_kept = kept && same_table(kept, now);
    state.textContent = !kept ? "Nothing is kept yet. The first table that you keep stays beside all later ones." : is_kept ? "This table is kept." : "This table differs from the one that was kept last.";
    keep_it.disabled = Boolean(is_kept);
    const first = first_of(now);
    moves.replaceChildren(...(first ? before_and_now(first, now) : []));
    moved_field.hidden = !first;
  }

  // --- the picture and its files

  let drawn = null;
  function draw(values) {
    note_step(values);
    const decided = decide(values);
    const words = sentence_case(decided.verdict);
    drawn = { decided, words, svg: draw_decision(picture, values, decided, words) };
    show_kept(values);
    return words;
  }
  const svg_text = () => picture_file(drawn.svg, setup, drawn.words);
  const files = make_take_along([
    ...picture_formats((ending) => `decision.${ending}`, svg_text),
    ["Numbers (CSV)", () => ({ name: "decision.csv", type: "text/csv", content: csv_text(file_rows(shown_values(), drawn.decided)) })],
  ], refuse);
  const end_watching = watch_width(picture, () => draw(shown_values()));

  return {
    above: [make("p", { class: "teaching-note", text: "Scores and weights go from 0 to 10; higher is better for whoever scores. Names can be changed." }), grid.element, make("p", { class: "teaching-row teaching-adders" }, ...adders.elements, step_back), picture],
    below: [keeping, files],
    fill(values) {
      wanted = values;
      grid.fill(values);
      adders.fill(values);
      if (document.activeElement !== plan || !plan.value) plan.value = values.plan;
    },
    show: draw,
    kept(found) {
      kept = found;
      show_kept(shown_values());
    },
    close: end_watching,
  };
}

/** Rows of the CSV file: the table with its sums, the numbers that would change the first place, and what moved. */
function file_rows(values, { totals, ranks, changes }) {
  return [
    ["option", "rank", "weighted mean", ...values.criteria],
    ["weight", "", "", ...values.weights],
    ...values.options.map((option, k) => [option, ranks[k], totals[k], ...values.scores[k]]),
    [],
    ["single number", "now", "at", "distance", "in words"],
    ...changes.map((one) => [one.score_of === null ? `weight of ${one.criterion}` : `${one.score_of} on ${one.criterion}`, one.now, one.at, one.distance, change_words(one)]),
    ...(values.first ? [[], ["moved since the first kept table", "first", "now"], ...moves_between(values.first, values)] : []),
    ...(values.plan ? [[], ["what moved you", values.plan]] : []),
  ];
}

export default make_desk({ name: "decision", check: check_setting, build });
