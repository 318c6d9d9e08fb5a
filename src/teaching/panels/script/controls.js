// Controls: the browser's own range, text and radio fields, so that keys, fingers and screen readers work.

import { clamp, make, nearest, number_in_field, share_of, shown_number, value_at } from "./numbers.js";

const TRACK_STEPS = 200; // of a logarithmic or fine slider

/** The controls of a panel. `changed(name, value, resting)` is called when the hand moves one,
    `approached(name, leaving)` when it comes near one or leaves it. */
export function make_controls(specs, prefix, changed, complain, approached) {
  const element = make("div", { class: "teaching-controls" });
  const controls = specs.map((spec) =>
    spec.kind === "slider" ? make_slider(spec, prefix, changed, complain, approached) : make_choice(spec, prefix, changed),
  );
  element.append(...in_groups(controls));

  /** Shows values; `closed`: name -> why a control cannot be used now; `locked`: none can. */
  function update(values, closed = {}, locked = false) {
    for (const { spec, element: box, show, fields, reason } of controls) {
      const used = Object.entries(spec.when).every(([name, value]) => values[name] === value);
      box.hidden = !used;
      show(values[spec.name]);
      const why = closed[spec.name] || "";
      fields().forEach((field) => (field.disabled = locked || Boolean(why)));
      if (reason.textContent !== why) reason.textContent = why;
      reason.hidden = !why;
    }
  }
  return { element, update };
}

/** The controls in their order, those sliders in one group that follow each other: a group lines them up. */
function in_groups(controls) {
  const placed = [];
  let group = null;
  for (const { spec, element } of controls) {
    if (spec.kind !== "slider") placed.push(element);
    else if (placed.at(-1) === group && group) group.append(element);
    else placed.push((group = make("div", { class: "teaching-sliders" }, element)));
  }
  return placed;
}

function make_reason() {
  return make("span", { class: "teaching-reason", hidden: true });
}

/** A button that opens a line saying where a number comes from. */
function make_source(spec, id) {
  if (!spec.source) return [];
  const text = make("span", { class: "teaching-source", id: id + "-source", text: spec.source, hidden: true });
  const button = make("button", {
    type: "button", class: "teaching-about", "aria-expanded": "false", "aria-controls": id + "-source",
    "aria-label": `Where does the range of '${spec.label}' come from?`, title: "Where does this range come from?", text: "i",
    onclick() {
      text.hidden = !text.hidden;
      button.setAttribute("aria-expanded", String(!text.hidden));
    },
  });
  return [button, text];
}

function make_slider(spec, prefix, changed, complain, approached) {
  const id = `${prefix}control-${spec.name.replace(/\W+/g, "-")}`;
  // On a page without a kernel only some values (`stops`) are there; a gliding slider passes between them.
  const { stops, glide } = spec;
  const stepped = stops && !glide;
  const steps = stepped ? stops.length - 1 : spec.log || glide ? TRACK_STEPS : Math.max(1, Math.round((spec.high - spec.low) / spec.step));
  const at = (position) => {
    if (stepped) return stops[position];
    const value = value_at(spec, position / steps);
    if (spec.whole) return Math.round(value);
    return Number(clamp(value, spec.low, spec.high).toPrecision(spec.log ? 3 : 12));
  };
  let value = spec.low;
  const in_words = () => `${shown_number(value)} ${spec.unit}`.trim();
  const track = make("input", {
    type: "range", id, min: 0, max: steps, step: 1, "aria-describedby": id + "-unit",
    oninput() {
      take(at(Number(track.value)), false);
    },
    onchange() {
      take(at(Number(track.value)), true);
    },
    onkeydown(event) {
      const leap = { PageUp: 1, PageDown: -1 }[event.key];
      if (!leap) return;
      event.preventDefault();
      track.value = Number(track.value) + leap * Math.max(1, Math.round(steps / 10));
      take(at(Number(track.value)), true);
    },
  });
  const field = make("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", class: spec.high < 1e5 ? "teaching-typed" : "teaching-typed teaching-typed-millions",
    "aria-label": `${spec.label}, typed${spec.unit ? ", " + spec.unit : ""}`,
    onchange() {
      const number = number_in_field(field.value, spec.unit, value); // what was not changed is the same to its last digit
      const allowed = `allowed is ${spec.whole ? "a whole number" : "a number"} from ${shown_number(spec.low)} to ${shown_number(spec.high)} ${spec.unit}`.trim();
      if (!(number >= spec.low && number <= spec.high) || (spec.whole && number !== Math.round(number))) {
        complain(`${spec.label} is '${field.value.slice(0, 40)}'; ${allowed}.`);
        show(value);
      } else {
        complain("");
        take(number, true);
      }
    },
    onkeydown(event) {
      if (event.key === "Escape") show(value);
      event.stopPropagation(); // JupyterLab has keys of its own
    },
  });
  track.addEventListener("keydown", (event) => event.stopPropagation());

  function take(next, resting) {
    value = stops && resting ? stops[nearest(stops, next, spec.log)] : next;
    show(value, true);
    changed(spec.name, value, resting);
  }
  function show(next, own = false) {
    value = next;
    if (!own) track.value = stepped ? nearest(stops, value, spec.log) : Math.round(clamp(share_of(spec, value), 0, 1) * steps);
    const words = shown_number(value);
    if (field.value !== words) field.value = words;
    track.setAttribute("aria-valuetext", in_words());
    track.style.setProperty("--filled", `${(100 * track.value) / steps}%`);
  }
  const reason = make_reason();
  const element = make(
    "div", { class: "teaching-control teaching-slider", "data-control": spec.name },
    make("label", { for: id, text: spec.label }), track,
    make("span", { class: "teaching-number" }, field, make("span", { class: "teaching-unit", id: id + "-unit", text: spec.unit })),
    ...make_source(spec, id), reason,
  );
  if (spec.sweep) {
    for (const event of ["pointerenter", "pointerdown", "focusin"]) element.addEventListener(event, () => approached(spec.name, false));
    for (const event of ["pointerleave", "focusout"]) element.addEventListener(event, () => approached(spec.name, true));
  }
  return { spec, element, show, reason, fields: () => [track, field] };
}

const MOST_BUTTONS = 6; // more words than this are a list to open: they would push the picture off the screen

function make_list(spec, prefix, changed) {
  const id = `${prefix}control-${spec.name.replace(/\W+/g, "-")}`;
  const list = make("select", { id, onchange: () => changed(spec.name, list.value, true) });
  list.append(...spec.options.map((option, k) => make("option", { value: option, text: spec.words[k] })));
  list.addEventListener("keydown", (event) => event.stopPropagation());
  const reason = make_reason();
  const element = make(
    "div", { class: "teaching-control teaching-list", "data-control": spec.name },
    make("label", { for: id, text: spec.label }), list, ...make_source(spec, id), reason,
  );
  return { spec, element, show: (value) => (list.value = value), reason, fields: () => [list] };
}

function make_choice(spec, prefix, changed) {
  if (spec.options.length > MOST_BUTTONS) return make_list(spec, prefix, changed);
  const id = `${prefix}control-${spec.name.replace(/\W+/g, "-")}`;
  const buttons = spec.options.map((option, k) =>
    make("input", { type: "radio", name: id, id: `${id}-${k}`, value: option, onchange: () => changed(spec.name, option, true) }),
  );
  buttons.forEach((button) => button.addEventListener("keydown", (event) => event.stopPropagation()));
  const labels = buttons.map((button, k) => make("label", { for: button.id }, button, make("span", { text: spec.words[k] })));
  const reason = make_reason();
  const element = make(
    "fieldset", { class: "teaching-control teaching-choice", "data-control": spec.name },
    make("legend", { text: spec.label }), ...labels, ...make_source(spec, id), reason,
  );
  const show = (value) => buttons.forEach((button) => (button.checked = button.value === value));
  return { spec, element, show, reason, fields: () => buttons };
}
