// What can be chosen on a visit: tests with their price, therapies with what they are given in, two measures.
// Until the visit is left a choice can be taken back, but for a test whose result was seen at once.

import { chosen, IGG, measure_toggled, order_toggled, plan_toggled, STOP } from "./clinic_desk_career.js";
import { late_words, points_of } from "./clinic_desk_words.js";
import { make } from "./numbers.js";

/** Small coins, hidden from screen readers: the words beside them say the number. */
export function coins(count, most = count) {
  return make("span", { class: "teaching-clinic-coins", "aria-hidden": "true" }, ...Array.from({ length: Math.max(count, most) }, (_, k) => make("i", { class: k < count ? null : "teaching-clinic-spent" })));
}

/** Returns { element, show(values, view) }. hands: orders(career), takes a changed career or says why not; refuse(words). */
export function make_orders(data, clinic, values, { orders: act, refuse }) {
  const tests = clinic.tests.map((test) => {
    const button = make("button", { type: "button", class: "teaching-clinic-test", "aria-pressed": "false", onclick: () => order(test) },
      make("strong", { text: test.name }), " ", make("span", { class: "teaching-clinic-price" }, coins(test.cost), make("span", { text: points_of(test.cost) })), " ", make("small", { text: late_words(test) }));
    return { test, button };
  });
  function order(test) {
    const { career } = values();
    if (test.delay === 0 && chosen(career).order.includes(test.name)) refuse(`You have seen what ${test.name} says today, so it cannot be taken back.`);
    else act(order_toggled(career, test.name));
  }
  const courses = clinic.therapies.map((one) => {
    const about = data.told.courses[one.name];
    const box = make("input", { type: "checkbox", onchange: () => act(plan_toggled(values().career, one.plan)) });
    return { one, box, group: about.group, row: make("label", { class: "teaching-clinic-course" }, box, make("span", {}, make("strong", { text: one.name }), " ", make("span", { text: about.label }), " ", make("small", { text: about.usual }))) };
  });
  const groups = data.told.groups.map((name) => {
    const rows = courses.filter((course) => course.group === name), count = make("span", { class: "teaching-clinic-count" });
    const element = make("details", { class: "teaching-clinic-group" }, make("summary", {}, make("span", { text: name }), count), ...rows.map((course) => course.row));
    return { element, rows, count };
  });
  const measure = (name, words, more) => {
    const box = make("input", { type: "checkbox", onchange: () => act(measure_toggled(values().career, name)) });
    return { name, box, row: make("label", { class: "teaching-clinic-course" }, box, make("span", {}, make("strong", { text: words }), " ", make("small", { text: more }))) };
  };
  const measures = [
    measure(IGG, "Replace IgG", `${points_of(data.told.igg_cost)}; it begins now and goes on to the end.`),
    measure(STOP, "Stop steroids", "From now on; they are not begun again. In life they are lowered step by step, because a sudden stop can be dangerous."),
  ];
  const part = (title, ...children) => make("section", { class: "teaching-clinic-part" }, make("h5", { text: title }), ...children);
  const element = make(
    "div", { class: "teaching-clinic-orders" },
    part("Order tests", make("div", { class: "teaching-clinic-tests" }, ...tests.map((one) => one.button))),
    part("Give", ...groups.map((group) => group.element), ...measures.map((one) => one.row)),
  );
  return {
    element,
    show({ career }, view) {
      const now = chosen(career), before = career.visits.slice(0, -1);
      for (const { test, button } of tests) {
        const ordered = now.order.includes(test.name);
        button.setAttribute("aria-pressed", String(ordered));
        button.setAttribute("aria-disabled", String(ordered && test.delay === 0)); // its result was seen
        button.classList.toggle("teaching-clinic-dear", !ordered && test.cost > view.points);
      }
      for (const { one, box } of courses) box.checked = now.give.includes(one.plan);
      for (const { rows, count } of groups) {
        const given = rows.filter(({ one }) => now.give.includes(one.plan)).length;
        count.textContent = given ? `${given} chosen` : "";
      }
      for (const { name, box } of measures) {
        const long_ago = before.some((one) => one[name]);
        box.checked = long_ago || now[name];
        box.disabled = long_ago;
      }
    },
  };
}
