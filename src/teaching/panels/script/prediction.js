// Predict first: a question before the panel runs; the answer is drawn, typed or chosen, and stays on the picture.

import { clamp, make, make_svg, plain, typed_number } from "./numbers.js";
import { make_pen } from "./pen.js";

const TYPED_POINTS = 5;

/** `send(value, kept)` asks the kernel to keep an answer and calls `kept` when it has; `send_sentence(text, kept)` the
    same for what the student writes once the picture is open. */
export function make_prediction(spec, prefix, picture, send, send_sentence, complain) {
  const element = make("section", { class: "teaching-predict", "aria-label": "Predict first" });
  const verdict = make("p", { class: "teaching-verdict", role: "status" });
  const again = make("button", { type: "button", text: "Predict again", hidden: true });
  const run = make("button", { type: "button", class: "teaching-run", text: "Keep my prediction and run" });
  const clear = make("button", { type: "button", text: "Start over" });
  let points = []; // [across, up] in data units
  let asking = true; // the form is open: no answer of this page has been kept yet, or the student predicts again
  let locked = true;
  let mark = null;

  // --- where a point lies on the picture

  const share = (value, [low, high], log) => (log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low));
  const value = (part, [low, high], log) => (log ? low * (high / low) ** part : low + part * (high - low));
  const per_unit = spec.across_per_unit || 1;
  function to_picture([across, up]) {
    const [x0, y0, x1, y1] = spec.box;
    const tall = clamp(share(spec.log_up ? Math.max(up, 1e-12) : up, spec.up, spec.log_up), -0.05, 1.05);
    return [x0 + share(across / per_unit, spec.across, spec.log_across) * (x1 - x0), y1 - tall * (y1 - y0)];
  }
  function from_picture(x, y) {
    const [x0, y0, x1, y1] = spec.box;
    const across = value(clamp((x - x0) / (x1 - x0), 0, 1), spec.across, spec.log_across) * per_unit;
    const up = value(clamp((y1 - y) / (y1 - y0), 0, 1), spec.up, spec.log_up);
    return [Number(across.toPrecision(5)), Number(up.toPrecision(4))];
  }

  function show_points() {
    if (!mark) {
      mark = make_svg("g", { class: "teaching-prediction" });
      picture.root.append(mark);
    }
    mark.replaceChildren();
    if (!points.length) return;
    const places = points.map(to_picture);
    const [x, y] = places[spec.kind === "marker" ? 0 : Math.floor(places.length / 2)];
    const line = spec.kind === "marker" ? `M${x - 9} ${y}h18M${x} ${y - 9}v18` : "M" + places.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L");
    const words = make_svg("text", { x: clamp(x + 8, spec.box[0], spec.box[2] - 110), y: y - 8 });
    words.textContent = "your prediction";
    mark.append(make_svg("path", { d: line }), words);
  }

  // --- with the mouse, a pen or a finger

  const pen = spec.kind === "options" ? null : make_pen(picture.svg, spec.box, spec.kind === "marker", (places) => {
    points = places.map(([x, y]) => from_picture(x, y));
    show_points();
    fill_fields();
  });

  // --- with the keyboard

  const fields = [];
  /** A typed number; the end of an axis when it is typed as it can be read there (24 for 23.98). */
  function typed_on(text, ends, unit) {
    const number = typed_number(text, unit);
    const end = ends.find((other) => plain(other, 3) === plain(number, 3));
    return end ?? number;
  }
  function typed_table() {
    const count = spec.kind === "marker" ? 1 : TYPED_POINTS;
    const rows = Array.from({ length: count }, (_, k) => {
      const start = value(count === 1 ? 0.3 : k / (count - 1), spec.across, spec.log_across);
      const name = (what) => `Point ${k + 1}: ${what}`;
      const across = make("input", { type: "text", inputmode: "decimal", value: plain(start, 3), "aria-label": name(spec.across_label), onchange: read_fields });
      const up = make("input", { type: "text", inputmode: "decimal", "aria-label": name(spec.unit || "value"), onchange: read_fields });
      for (const field of [across, up]) field.addEventListener("keydown", (event) => event.stopPropagation());
      fields.push([across, up]);
      return make("tr", {}, make("td", {}, across), make("td", {}, up));
    });
    const head = make("tr", {}, make("th", { scope: "col", text: spec.across_label }), make("th", { scope: "col", text: spec.unit || "value" }));
    return make("details", { class: "teaching-typed-points" }, make("summary", { text: "or type points" }), make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
  }
  function read_fields() {
    const wrong = fields.flat().find((field) => field.value.trim() && !Number.isFinite(typed_number(field.value)));
    complain(wrong ? `${wrong.getAttribute("aria-label")} is '${wrong.value.slice(0, 40)}'; a number is needed.` : "");
    const typed = fields.map(([across, up]) => [typed_on(across.value, spec.across) * per_unit, typed_on(up.value, spec.up)]);
    points = typed.filter((point) => point.every(Number.isFinite)).sort((one, two) => one[0] - two[0]);
    pen.set(points.map(to_picture));
    show_points();
  }
  function fill_fields() {
    fields.forEach(([across, up], k) => {
      const point = points[Math.round((k * (points.length - 1)) / Math.max(1, fields.length - 1))];
      if (!point) return;
      across.value = plain(point[0] / per_unit, 3);
      up.value = plain(point[1], 3);
    });
  }

  // --- the form

  const chosen = () => element.querySelector("input[type=radio]:checked")?.value;
  const sideways = make("p", { class: "teaching-sideways", hidden: true, text: "The picture is small here. Turn the screen on its side, and it is larger." });
  const ask = make("div", { class: "teaching-ask" }, make("p", { class: "teaching-question-words", text: `Predict first: ${spec.question}` }));
  if (spec.kind === "options") {
    const id = prefix + "prediction";
    const labels = spec.options.map((option) => make("label", {}, make("input", { type: "radio", name: id, value: option }), make("span", { text: option })));
    ask.append(make("fieldset", { class: "teaching-choice" }, make("legend", { text: "I expect" }), ...labels));
  } else {
    const how = spec.kind === "marker" ? "Click where you expect it on the picture" : "Draw the curve you expect on the picture, from left to right";
    ask.append(make("p", { text: how + ", or type it." }), sideways, typed_table());
  }
  ask.append(make("p", { class: "teaching-row" }, run, spec.kind === "options" ? null : clear));
  const own = make_own_sentence(spec.afterwards, prefix, send_sentence);
  element.append(ask, verdict, own.element, make("p", { class: "teaching-row" }, again));
  run.addEventListener("click", () => {
    const answer = spec.kind === "options" ? chosen() : points;
    if (!answer || !answer.length) {
      complain(spec.kind === "options" ? "Choose one of the options first." : "Draw or type your prediction first.");
      return;
    }
    send(answer, () => (asking = false));
  });
  clear.addEventListener("click", () => {
    points = [];
    pen.set([]);
    show_points();
  });

  let kept_before = null;
  /** Shows what the kernel has kept; while the student predicts again, the form stays open. */
  function show(kept, words) {
    const there = kept !== null && kept !== undefined;
    if (there && kept_before === null) asking = false; // the first one, also from another view
    if (!there && kept_before !== null) asking = true; // everything was erased
    kept_before = kept ?? null;
    locked = asking;
    own.element.hidden = locked;
    ask.hidden = !locked;
    again.hidden = locked;
    const told = locked ? "" : words;
    if (verdict.textContent !== told) verdict.textContent = told;
    pen?.use(locked);
    if (!locked && pen) points = kept;
    if (pen) show_points();
  }
  function unlock_form() {
    asking = true;
    pen?.set(points.map(to_picture));
    show(kept_before, "");
  }
  /** Whether the picture has become too small to draw in. */
  function shrink(is_small) {
    sideways.hidden = !is_small;
  }
  return { element, show, shrink, show_sentence: own.show, again, box: spec.box ?? null, to_picture, is_locked: () => locked, unlock_form };
}

/** One sentence of the student's own, once the picture is open. A draft stays, whatever arrives meanwhile. */
function make_own_sentence(question, prefix, send) {
  const id = prefix + "own-sentence";
  let kept_before = "";
  let sent = null; // what was sent to be kept and has been accepted
  const field = make("textarea", { id, rows: 2, class: "teaching-own-sentence", "aria-describedby": id + "-note" });
  field.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab has keys of its own
  const keep = make("button", {
    type: "button", text: "Keep",
    onclick() {
      const text = field.value;
      send(text, () => (sent = text)); // what was kept stands in the same message
    },
  });
  const note = make("span", { id: id + "-note", role: "status" });
  const element = make("div", { class: "teaching-own" }, make("label", { for: id, text: question }), field, make("p", { class: "teaching-row" }, keep, note));
  /** Shows what was kept last, and what became of it. */
  function show(kept, words) {
    if (field.value === kept_before || field.value === sent) field.value = kept;
    kept_before = kept;
    sent = null;
    const told = field.value === kept ? words : "";
    if (note.textContent !== told) note.textContent = told;
  }
  field.addEventListener("input", () => (note.textContent = ""));
  return { element, show };
}
