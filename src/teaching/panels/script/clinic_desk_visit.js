// A visit: where one stands, what is known, what can be chosen, and the door that closes behind.

import { chosen, given_of, orders_of } from "./clinic_desk_career.js";
import { coins, make_orders } from "./clinic_desk_orders.js";
import { make_notes } from "./clinic_desk_notes.js";
import { known_picture, organ_of } from "./clinic_desk_pictures.js";
import { table_of } from "./clinic_desk_tables.js";
import { counted, new_results, points_of } from "./clinic_desk_words.js";
import { make, rounded } from "./numbers.js";

/** The visits as a path, the present one marked; `number` beyond the last is the end. */
export function path_of(days, number) {
  const last = days.length - 1;
  return make("ol", { class: "teaching-clinic-path" }, ...days.map((day, k) => {
    const now = k + 1 === number, done = k + 1 < number;
    return make("li", { class: now ? "teaching-clinic-now" : done ? "teaching-clinic-done" : null, "aria-current": now ? "step" : null }, make("b", { text: k === last ? "end" : done ? "✓" : k + 1 }), make("span", { text: `day ${rounded(day)}` }));
  }));
}

/** The results as a table: what was ordered when, when it came, what it said. */
export function results_table(orders, fresh = []) {
  const rows = orders.toSorted((a, b) => b.ordered - a.ordered).map(({ test, ordered, result }) => {
    const is_new = fresh.includes(result), came = result ? (result.arrived === ordered ? "at once" : `day ${rounded(result.arrived)}`) : "not yet";
    const read = make("span", {}, make("b", { text: result ? result.words : "waits" }), is_new ? make("em", { text: " new" }) : null);
    return { cells: [test, read, `day ${rounded(ordered)}`, came], fresh: is_new };
  });
  return table_of(["test", "result", "ordered", "came"], rows);
}

/** What was given so far, a line a visit. */
export function given_list(given) {
  const some = given.filter((one) => one.names.length);
  return make("ul", { class: "teaching-clinic-given" }, ...some.map((one) => make("li", { text: `Visit ${one.visit}, day ${rounded(one.day)}: ${one.names.join(", ")}.` })));
}

/** Returns { element, fill(values), show(values, view), focus(), close() }.
    hands: act(parts), orders(career), foresee(), leave(), refuse(words), wide(). */
export function make_visit(data, clinic, prefix, values, hands) {
  const days = data.told.days, visits = days.length - 1;
  const title = make("h4", { tabindex: "-1" }), path = make("div"), purse = make("p", { class: "teaching-clinic-purse" });
  const person = make("div", { class: "teaching-clinic-who" }), events = make("div", { class: "teaching-clinic-events" });
  const picture = make("div", { class: "teaching-trial-picture" });
  const table = make("div", { class: "teaching-scrolls", tabindex: "0", role: "region", "aria-label": "Results so far" });
  const given = make("div"), nothing = make("p", { text: "Nothing is known yet: you know what you order." });
  const orders = make_orders(data, clinic, values, hands);
  const notes = make_notes(data, prefix, values, hands);
  const go = make("button", { type: "button", class: "teaching-run", onclick: asked });
  const yes = make("button", { type: "button", class: "teaching-run", text: "Yes, close this visit", onclick: left });
  const no = make("button", { type: "button", text: "Stay on this visit", onclick: stay });
  const told = make("p");
  const ask = make("div", { class: "teaching-clinic-ask", role: "group", "aria-label": "Close this visit?", hidden: true, onkeydown: (event) => event.key === "Escape" && stay() }, told, make("p", { class: "teaching-row" }, no, yes));
  const choices = Object.entries(data.options).map(([name, plans]) => {
    const course = clinic.therapies.find((one) => one.plan === plans[0]);
    return make("label", { class: "teaching-clinic-course" }, make("input", { type: "radio", name: `${prefix}option`, value: name, onchange: stay }), make("span", {}, make("strong", { text: name }), " ", make("small", { text: course ? data.told.courses[course.name].usual : "Nothing more is given." })));
  });
  const decision = make("fieldset", { class: "teaching-clinic-part teaching-clinic-decision" }, make("legend", { text: "What does the room decide?" }), ...choices);
  const door = make("section", { class: "teaching-clinic-door" }, make("p", { class: "teaching-row" }, go), ask);
  const element = make(
    "section", { class: "teaching-clinic-visit" },
    make("header", {}, path, make("div", { class: "teaching-clinic-head" }, title, purse), person, events),
    make("div", { class: "teaching-clinic-two" },
      make("section", { class: "teaching-clinic-part teaching-clinic-known" }, make("h5", { text: "What you know" }), nothing, picture, table, given),
      make("div", {}, orders.element, notes.element, decision, door)),
  );
  const option = () => choices.find((label) => label.firstChild.checked)?.firstChild.value ?? "";

  function asked() {
    if (values().mode === "one visit") {
      if (!option()) {
        hands.refuse("Nothing has been decided yet: choose one of the options first.");
        return choices[0].firstChild.focus();
      }
      told.textContent = `The room decides: ${option()}. Nothing else is given after this visit. It cannot be opened again.`;
    } else {
      if (!notes.take()) return undefined;
      const missing = notes.missing();
      if (missing) {
        hands.refuse(`${missing} has not written its line yet; each role writes one before the visit is left.`);
        return notes.focus(missing);
      }
      const now = chosen(values().career), names = given_of(values().career, days, clinic.therapies).at(-1).names;
      const wrote = Object.values(values().drafts).some((text) => text.trim());
      told.textContent = `You ordered ${counted(now.order.length, "test")} and gave ${names.join(", ") || "nothing"}. ${wrote ? "Your notes are kept." : "You wrote no note."} Once closed, this visit cannot be opened again.`;
    }
    ask.hidden = false;
    hands.foresee(); // while the hand decides, what comes of it is computed
    return no.focus();
  }
  function left() {
    ask.hidden = true;
    hands.leave();
  }
  function stay() {
    if (ask.hidden) return;
    const had = ask.contains(ask.getRootNode().activeElement); // whoever changed the option stays on it
    ask.hidden = true;
    if (had) go.focus();
  }
  return {
    element, notes, option,
    focus: () => title.focus(),
    has_focus: () => title.getRootNode().activeElement === title,
    fill: (now) => notes.fill(now),
    show(now, view) {
      const one = now.mode === "one visit", fresh = new_results(view);
      title.textContent = `Visit ${view.number} of ${visits} · day ${rounded(view.day)}`;
      path.replaceChildren(path_of(days, view.number));
      purse.replaceChildren(coins(view.points, data.told.points), make("span", { text: `${points_of(view.points)} left` }));
      const about = clinic.people.find((found) => found.name === now.patient);
      person.replaceChildren(organ_of(now.patient), make("p", {}, make("strong", { text: `${now.patient[0].toUpperCase()}${now.patient.slice(1)}. ` }), data.told.stories[now.patient], make("em", { text: ` ${about.missing}` }), make("span", { class: "teaching-clinic-state", text: ` Steroids: ${view.steroids ? "taken" : "stopped"}. IgG: ${view.replacement ? "replaced" : "not replaced"}. Seed ${now.seed}.` })));
      events.replaceChildren(...view.events.map((text) => make("p", { text })));
      const ordered = orders_of(now.career, days, view.results), gave = given_of(now.career, days, clinic.therapies);
      nothing.hidden = ordered.length > 0;
      picture.hidden = table.hidden = !ordered.length;
      if (ordered.length) {
        const words = `Results on a line of days: ${ordered.filter((found) => found.result).map((found) => `${found.test}, day ${rounded(found.ordered)}: ${found.result.words}`).join("; ") || "none has come"}.`;
        picture.replaceChildren(known_picture({ orders: ordered, tests: clinic.tests, given: gave, day: view.day, days }, hands.wide(picture), words));
        table.replaceChildren(results_table(ordered, fresh));
      }
      given.replaceChildren(given_list(gave));
      orders.element.hidden = notes.element.hidden = one;
      decision.hidden = !one;
      if (!one) orders.show(now, view);
      notes.show(now);
      const next = view.number === visits ? "End the last visit: no way back" : "Next visit: no way back";
      go.textContent = one ? "The room has decided: no way back" : next;
    },
    closed: () => (ask.hidden = true),
    close: () => notes.close(),
  };
}
