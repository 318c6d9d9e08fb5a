// After the last visit: the ending in words for the patient; then, when asked for, what was hidden beside what was read and
// noted, when chance decided, and the same choices run again many times.

import { OTHERS, SAME } from "./clinic_debrief.js";
import { given_of, orders_of, to_the_end, with_plans } from "./clinic_desk_career.js";
import { known_picture, mark_of, runs_row } from "./clinic_desk_pictures.js";
import { given_list, path_of, results_table } from "./clinic_desk_visit.js";
import { table_of } from "./clinic_desk_tables.js";
import { make, rounded } from "./numbers.js";

const PADDING = 30; // px: of a part, at both sides
const PAIR = 700; // px: so wide, two rows of runs find room beside each other
const CLONE = "the clone";
/** Columns of the visits in clinic/debrief.py that have a lane of their own: place in the row, name, unit. */
const LANES = [[6, "disease activity", "% of start"], [4, "autoantibody", "% of start"], [2, "blood B cells", "cells/µL"], [3, CLONE, "cells"], [5, "total IgG", "% of start"]];
const [READ, NOTED] = [7, 8];

const rows_of = (table) => (Array.isArray(table) ? table : table.rows);
/** A number of a lane with its unit; below one cell nobody counts. */
const amount = (value, name, unit) => (name === CLONE && value < 1 ? "less than one cell" : `${rounded(value)} ${unit}`);
const number = (value) => (typeof value === "number" ? rounded(value) : value);

/** A table that scrolls where even its narrow form finds no room. */
function told_table(heads, rows) {
  return make("div", { class: "teaching-scrolls", tabindex: "0", role: "region", "aria-label": heads.join(", ") }, table_of(heads, rows.map((cells) => ({ cells: cells.map(number) }))));
}
const part = (title, ...children) => make("section", { class: "teaching-clinic-part" }, make("h5", { text: title }), ...children);

/** Where a hidden number lies beside the typical one: the line is typical, a third of the way is twice or half of it. */
function beside_typical(own, typical) {
  const share = Math.min(1, Math.max(-1, Math.log2(own / typical) / 3)), svg = make("span", { class: "teaching-clinic-beside", "aria-hidden": "true" }, make("i"));
  svg.firstChild.style.insetInlineStart = `${50 + 46 * share}%`;
  return svg;
}

const far = ([, own, typical]) => Math.abs(Math.log2(own / typical));

/** Returns { element, below, show(values, view), focus(), forget(), close() }. hands: wide(place), another(), refuse(words). */
export function make_debrief(data, clinic, values, hands) {
  const days = data.told.days;
  const title = make("h4", { tabindex: "-1" }), path = make("div"), mark = make("span"), kind = make("strong"), told = make("p", { class: "teaching-clinic-told" }), events = make("div", { class: "teaching-clinic-events" });
  const known = make("div", { class: "teaching-trial-picture" }), table = make("div", { class: "teaching-scrolls", tabindex: "0", role: "region", "aria-label": "Results" }), given = make("div");
  const element = make(
    "section", { class: "teaching-clinic-ending" }, path,
    make("div", { class: "teaching-clinic-card" }, title, make("p", { class: "teaching-clinic-kind" }, mark, kind), told, events),
    make("details", {}, make("summary", { text: "What you knew and what you gave" }), known, table, given),
  );
  const look = make("button", { type: "button", class: "teaching-run", onclick: start });
  const stop = make("button", { type: "button", text: "Stop", hidden: true, onclick: () => (stopped = true) });
  const bar = make("progress", { max: 1, value: 0, hidden: true, "aria-label": "Careers that were run again" });
  const said = make("p", { role: "status" });
  const shown = make("div", { class: "teaching-clinic-debrief", tabindex: "-1", role: "region", "aria-label": "Debrief" });
  const again = make("button", { type: "button", text: "Another patient", onclick: () => hands.another() });
  const below = make("section", { class: "teaching-clinic-after" }, make("p", { class: "teaching-row" }, look, stop, bar), said, shown, make("p", { class: "teaching-row" }, again));
  let stopped = false, run = 0, of = ""; // of: the career whose debrief is shown

  // --- running it

  async function start() {
    const mine = ++run, now = values();
    stopped = false;
    bar.value = 0;
    bar.hidden = stop.hidden = false;
    look.disabled = true;
    said.textContent = "";
    stop.focus();
    try {
      if (now.mode === "one visit") await compared(now, mine);
      else shown.replaceChildren(...(await debriefed(now, mine)));
      if (mine !== run || stopped) return; // whoever stopped stays where they can begin again
      if (waits_here()) shown.focus();
      else said.textContent = "The runs are done, and the debrief stands below.";
    } catch (problem) {
      if (mine === run) said.textContent = problem.message;
    } finally {
      if (mine === run) rest();
    }
  }
  /** Whether the hand still waits for the runs; whoever reads or writes elsewhere meanwhile is not called away. */
  function waits_here() {
    const at = stop.getRootNode().activeElement;
    return !at || at === stop || at === document.body;
  }
  function rest() {
    const had = stop.contains(stop.getRootNode().activeElement);
    bar.hidden = stop.hidden = true;
    look.disabled = false;
    if (had) look.focus();
  }
  const asked = (mine, from, share) => ({
    times: data.told.times,
    progress: (done, most = 1) => mine === run && (bar.value = from + share * Math.min(1, done / most)),
    stopped: () => stopped || mine !== run,
  });

  async function debriefed(now, mine) {
    const found = await clinic.debrief(now.career, asked(mine, 0, 1));
    if (mine !== run) return shown.children; // another career is shown by now
    if (found) return sections(now, found);
    said.textContent = "Stopped: the runs were not counted to the end, so they are not shown. What needs no runs stands below.";
    return sections(now, await clinic.debrief(now.career, { columns: [] }));
  }
  /** One decision: every option of the room to the end, and run again. */
  async function compared(now, mine) {
    const before = with_plans_before(now), wide = hands.wide(shown) - PADDING, each = wide > PAIR ? wide / 2 - 12 : wide;
    const runs = Object.entries(data.options).map(([name, plans]) => {
      const pair = make("div", { class: "teaching-clinic-pair" }), waits = make("p", { class: "teaching-note", text: "Other patients are not counted yet." });
      return { pair, waits, section: part(name === now.option ? `${name} (the room's decision)` : name, pair), career: to_the_end(clinic.play, with_plans(before, plans)) };
    });
    const rows = [SAME, OTHERS].flatMap((column) => runs.map((one) => ({ ...one, column })));
    for (const [k, { pair, waits, career, column }] of rows.entries()) {
      // One patient's runs share their course, so all four stand at once; those of other patients come one by one.
      const found = await clinic.debrief(career, { ...asked(mine, column === SAME ? 0 : k / runs.length - 1, column === SAME ? 0 : 1 / runs.length), columns: [column] });
      if (mine !== run) return;
      if (!found) {
        said.textContent = `Stopped: ${Math.max(0, k - runs.length)} of ${runs.length} options were run in other patients.`;
        return;
      }
      if (column === SAME) pair.append(runs_row(`T${SAME.slice(1)}`, found.counts[SAME], each, clinic.play(career).ending), waits);
      else waits.replaceWith(runs_row(`O${OTHERS.slice(1)}`, found.counts[OTHERS], each));
      if (k === runs.length - 1) shown.replaceChildren(make("h5", { text: "Each option, run again" }), make("p", { text: "This patient was chosen so that the options differ; therefore other patients with the same disease stand beside her. These are courses of a model: no trial that we found has compared an antibody with CAR-T cells. The frame marks how each option ends with the luck of this career." }), ...runs.map(({ section }) => section));
    }
  }
  /** The career of the projector as it was before the room decided. */
  function with_plans_before(now) {
    const plans = data.options[now.option] ?? [], at = now.career.visits.length;
    const decided = Math.min(at, data.told.case_visit);
    const visits = now.career.visits.slice(0, decided), open = visits.at(-1);
    return { ...now.career, left: false, visits: [...visits.slice(0, -1), { ...open, give: open.give.filter((plan) => !plans.includes(plan)) }] };
  }

  // --- what it shows

  function sections(now, found) {
    const visits = rows_of(found.visits), wide = hands.wide(shown) - PADDING;
    const truth = Object.fromEntries(LANES.map(([place, name, unit]) => [name, { unit, points: visits.map((row) => [row[1], row[place]]) }]));
    const view = clinic.play(now.career), orders = orders_of(now.career, days, view.results), gave = given_of(now.career, days, clinic.therapies);
    const picture = known_picture({ orders, tests: clinic.tests, given: gave, day: view.over, days, truth }, wide, `The truth on each visit beside your results: ${visits.map((row) => `${row[0]}: ${LANES.map(([place, name, unit]) => `${name} ${amount(row[place], name, unit)}`).join(", ")}`).join("; ")}.`);
    const sorted = now.career.visits.map((one, k) => make("article", { class: "teaching-clinic-beside-notes" },
      make("h6", { text: `Visit ${k + 1}, day ${rounded(days[k])}` }),
      make("p", {}, make("b", { text: "You noted: " }), make("span", { class: "teaching-clinic-noted", text: visits[k][NOTED] || "nothing" })),
      make("p", {}, make("b", { text: "You read: " }), visits[k][READ] || "nothing"),
      make("p", {}, make("b", { text: "It was: " }), LANES.map(([place, name, unit]) => `${name} ${amount(visits[k][place], name, unit)}`).join(", "))));
    const turns = rows_of(found.turns), counts = found.counts;
    const usual = rows_of(found.therapies).map(([visit, name, for_whom, source, confidence]) => [visit, name, data.told.courses[name]?.usual ?? for_whom, confidence ? `${source} (${confidence})` : source]);
    const paid = [...new Set(now.career.visits.flatMap((one) => one.give))].map((plan) => clinic.therapies.find((one) => one.plan === plan)?.name).filter(Boolean);
    const costs = [...new Set(paid.flatMap((name) => data.told.courses[name].costs.map((text) => `${name}: ${text}`)))];
    const rows = Object.entries(counts), untried = [...new Set(paid)].filter((name) => data.told.courses[name].untried);
    const farthest = rows_of(found.hidden).toSorted((a, b) => far(b) - far(a));
    return [
      rows.length ? part("Luck and judgement", ...rows.map(([name, column]) => runs_row(name[0].toUpperCase() + name.slice(1), column, wide, name === SAME ? view.ending : "")), ...found.words.split("\n").map((text) => make("p", { text }))) : null,
      part("What the model does not have", make("ul", {}, ...lacks(now, untried).map((text) => make("li", { text })))),
      part("What was hidden", make("div", { class: "teaching-trial-picture" }, picture), make("p", { class: "teaching-note", text: "Filled circles are your results, and diamonds are the truth on the days of the visits. The dotted line only joins the diamonds. Triangles mark visits on which you gave something." })),
      part("Your notes beside the truth", ...sorted),
      part("The hidden numbers of this patient", make("p", { text: "What is farthest from typical stands first." }), told_table(["hidden quantity", "this patient", "typical", "unit", "beside typical"], farthest.map((row) => [...row, beside_typical(row[1], row[2])]))),
      part("When chance decided", turns.length ? told_table(["day", "cells of the clone left", "chance to die out, %", "what the dice said"], turns) : make("p", { text: "The clone never came down to a few cells from which it grew again, so the dice did not decide about it." })),
      part("What you gave", usual.length ? told_table(["visit", "therapy", "given in", "source"], usual) : make("p", { text: "No therapy was given." }), costs.length ? make("ul", {}, ...costs.map((text) => make("li", { text }))) : null),
    ].filter(Boolean);
  }
  /** What a reader of this ending must know about the model: of this patient, of every patient, of what was given. */
  function lacks(now, untried) {
    const about = clinic.people.find((one) => one.name === now.patient);
    const believed = untried.map((name) => `${name[0].toUpperCase()}${name.slice(1)}: ${data.told.courses[name].usual} What it did here is what the model believes; no result in an autoimmune disease stands behind it.`);
    return [about.missing, ...believed, ...data.told.lacks];
  }
  return {
    element, below,
    focus: () => title.focus(),
    show(now, view) {
      const key = JSON.stringify(now.career);
      if (key !== of) {
        of = key;
        run++;
        rest();
        said.textContent = "";
        shown.replaceChildren();
      }
      path.replaceChildren(path_of(days, view.over === days.at(-1) ? days.length : now.career.visits.length));
      title.textContent = "How it ended";
      mark.replaceChildren(mark_of(view.ending, 30));
      kind.textContent = view.ending[0].toUpperCase() + view.ending.slice(1);
      told.textContent = data.told.endings[view.ending];
      events.replaceChildren(...view.events.map((text) => make("p", { text })));
      const orders = orders_of(now.career, days, view.results), gave = given_of(now.career, days, clinic.therapies);
      known.hidden = table.hidden = !orders.length;
      if (orders.length) {
        known.replaceChildren(known_picture({ orders, tests: clinic.tests, given: gave, day: view.over, days }, hands.wide(element), "Your results on a line of days."));
        table.replaceChildren(results_table(orders));
      }
      given.replaceChildren(given_list(gave));
      look.textContent = now.mode === "one visit" ? `Run each option ${data.told.times} times` : `Look behind the curtain, and run the same choices ${data.told.times} times`;
      again.textContent = now.mode === "one visit" ? "Decide once more" : "Another patient";
    },
    close: () => run++,
  };
}
