// The fields of a protocol: what is given, counted, when, in how many, what is expected and what will be concluded.

import { make } from "./numbers.js";
import { affordable, arms_of, cost_of } from "./trial.js";

const whole = (text) => (/^\s*[+-]?\d+([.,]\d+)?\s*%?\s*$/.test(text) ? Number(text.replace(",", ".").replace("%", "")) : text.trim());

function labelled(prefix, name, words, field, after = null) {
  field.id = prefix + name;
  return make("div", { class: "teaching-trial-field" }, make("label", { for: field.id, text: words }), make("span", { class: "teaching-row" }, field, after));
}

/** `changed(part)`: the hand changed a part of the setting. Returns { element, fill(values), lock(yes), focus() }. */
export function make_fields(tables, prefix, changed) {
  const arms = [...tables.pooled, tables.standard];
  const list = (name, options) => make("select", { onchange: ({ target }) => changed({ [name]: typeof options[0] === "number" ? Number(target.value) : target.value }) }, ...options.map((one) => make("option", { value: one, text: one })));
  const typed = (read) => make("input", { type: "text", class: "teaching-typed", inputmode: "numeric", autocomplete: "off", onchange: ({ target }) => read(whole(target.value)), onkeydown: (event) => event.stopPropagation() });
  const therapy = list("therapy", arms), control = list("control", [...arms, tables.no_control]), month = list("month", tables.visits);
  const patients = typed((value) => changed({ patients: value })), matters = typed((value) => changed({ matters: value }));
  const seed = typed((value) => changed({ seed: value }));
  const all = make("button", { type: "button", text: "All that the budget allows", onclick: () => changed((now) => ({ patients: affordable(tables, now.control, now.month) })) });
  const expects = [0, 1].map((place) => typed((value) => changed((now) => ({ expects: now.expects.map((old, k) => (k === place ? value : old)) }))));
  const plan = make("textarea", { rows: 2, maxlength: 400, class: "teaching-own-sentence", onchange: () => changed({ plan: plan.value }), onkeydown: (event) => event.stopPropagation() });
  const endpoint = Object.entries(tables.endpoints).map(([name, words]) =>
    make("label", {}, make("input", { type: "radio", name: prefix + "endpoint", value: name, onchange: () => changed({ endpoint: name }) }), make("span", {}, make("strong", { text: name }), ` ${words}`)),
  );
  const cost = make("p", { class: "teaching-cost", role: "status" }), meter = make("progress", { max: tables.budget, "aria-hidden": "true" });
  const names = [0, 1].map(() => make("span", { class: "teaching-unit" }));
  const summary = make("summary", { text: "1 · Write the protocol" });
  const element = make(
    "details", { class: "teaching-protocol", open: true }, summary,
    make("div", { class: "teaching-trial-fields" }, labelled(prefix, "therapy", "Therapy", therapy), labelled(prefix, "control", "Control group", control), labelled(prefix, "month", "Month of the endpoint", month), labelled(prefix, "patients", "Patients in each arm", patients, all)),
    make("fieldset", { class: "teaching-choice teaching-endpoints" }, make("legend", { text: "Endpoint" }), ...endpoint),
    make("div", { class: "teaching-budget" }, meter, cost),
    make("div", { class: "teaching-trial-fields" }, labelled(prefix, "expects-0", "I expect, %", expects[0], names[0]), labelled(prefix, "expects-1", "and in the control group, %", expects[1], names[1]), labelled(prefix, "matters", "A difference matters from, points", matters), labelled(prefix, "seed", "The number of my dice", seed)),
    make("div", { class: "teaching-trial-field teaching-plan" }, make("label", { for: prefix + "plan", text: "What will you conclude from which result?" }), plan),
  );
  plan.id = prefix + "plan";
  /** A field that the hand has broken keeps what was typed. */
  const put = (field, value) => (field.value = String(value));
  return {
    element,
    fill(values) {
      for (const [field, name] of [[therapy, "therapy"], [control, "control"], [month, "month"], [patients, "patients"], [matters, "matters"], [plan, "plan"]]) put(field, values[name]);
      put(seed, values.seed || "");
      expects.forEach((field, k) => put(field, values.expects[k]));
      for (const label of endpoint) label.firstChild.checked = label.firstChild.value === values.endpoint;
      const known = Number.isInteger(values.patients) && values.patients > 0 ? cost_of(tables, values) : 0;
      const single = arms_of(tables, values).length === 1;
      names[0].textContent = values.therapy;
      names[1].textContent = single ? "" : values.control;
      expects[1].closest(".teaching-trial-field").hidden = single;
      meter.value = Math.min(known, tables.budget);
      const most = affordable(tables, values.control, values.month);
      cost.textContent = `${known.toLocaleString("en")} of ${tables.budget.toLocaleString("en")} patient-months. In month ${values.month} the budget is enough for ${most} patients in each arm.`;
    },
    /** A signed protocol is folded and can be read, not changed. */
    lock(yes) {
      if (element.classList.contains("teaching-signed") === yes) return;
      for (const field of element.querySelectorAll("select, input, textarea, button")) field.disabled = yes;
      element.classList.toggle("teaching-signed", yes);
      summary.textContent = yes ? "1 · Your protocol, signed" : "1 · Write the protocol";
      element.open = !yes;
    },
    focus: () => endpoint[0].firstChild.focus(),
  };
}
