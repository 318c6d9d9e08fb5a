// Predict first: a question before the panel runs; the answer is drawn, typed or chosen, and stays on the picture.

const MOST_DRAWN = 60; // points kept of a drawn curve
const TYPED_POINTS = 5;

function make_prediction(spec, prefix, picture, send, complain) {
  const element = make("section", { class: "teaching-predict", "aria-label": "Predict first" });
  const verdict = make("p", { class: "teaching-verdict", role: "status" });
  const again = make("button", { type: "button", text: "Predict again", hidden: true });
  const run = make("button", { type: "button", class: "teaching-run", text: "Keep my prediction and run" });
  const clear = make("button", { type: "button", text: "Start over" });
  let points = []; // [across, up] in data units
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
      mark = document.createElementNS(SVG_SPACE, "g");
      mark.setAttribute("class", "teaching-prediction");
      picture.root.append(mark);
    }
    mark.replaceChildren();
    if (!points.length) return;
    const places = points.map(to_picture);
    const path = document.createElementNS(SVG_SPACE, "path");
    const [x, y] = places[spec.kind === "marker" ? 0 : Math.floor(places.length / 2)];
    path.setAttribute("d", spec.kind === "marker" ? `M${x - 9} ${y}h18M${x} ${y - 9}v18` : "M" + places.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L"));
    const words = document.createElementNS(SVG_SPACE, "text");
    words.setAttribute("x", clamp(x + 8, spec.box[0], spec.box[2] - 110));
    words.setAttribute("y", y - 8);
    words.textContent = "your prediction";
    mark.append(path, words);
  }

  // --- with the mouse or a finger

  function drawing_surface() {
    const [x0, y0, x1, y1] = spec.box;
    const surface = document.createElementNS(SVG_SPACE, "rect");
    for (const [name, number] of Object.entries({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 })) surface.setAttribute(name, number);
    surface.setAttribute("class", "teaching-surface");
    let drawing = false;
    const place_of = (event) => {
      const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.svg.getScreenCTM().inverse());
      return from_picture(place.x, place.y);
    };
    const add = (event) => {
      const [across, up] = place_of(event);
      const gap = ((spec.across[1] - spec.across[0]) * per_unit) / MOST_DRAWN / 2;
      // Drawing over a stretch again replaces it.
      points = spec.kind === "marker" ? [] : points.filter(([other]) => Math.abs(other - across) > gap);
      points.push([across, up]);
      points.sort((one, two) => one[0] - two[0]);
      show_points();
      fill_fields();
    };
    surface.addEventListener("pointerdown", (event) => {
      drawing = true;
      surface.setPointerCapture(event.pointerId);
      add(event);
      event.preventDefault();
    });
    surface.addEventListener("pointermove", (event) => drawing && add(event));
    surface.addEventListener("pointerup", () => (drawing = false));
    return surface;
  }

  // --- with the keyboard

  const fields = [];
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
    const typed = fields.map(([across, up]) => [typed_number(across.value) * per_unit, typed_number(up.value)]);
    points = typed.filter((point) => point.every(Number.isFinite)).sort((one, two) => one[0] - two[0]);
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
  const surface = spec.kind === "options" ? null : drawing_surface();
  const ask = make("div", { class: "teaching-ask" }, make("p", { class: "teaching-question-words", text: `Predict first: ${spec.question}` }));
  if (spec.kind === "options") {
    const id = prefix + "prediction";
    const labels = spec.options.map((option) => make("label", {}, make("input", { type: "radio", name: id, value: option }), make("span", { text: option })));
    ask.append(make("fieldset", { class: "teaching-choice" }, make("legend", { text: "I expect" }), ...labels));
  } else {
    const how = spec.kind === "marker" ? "Click where you expect it on the picture" : "Draw the curve you expect on the picture, from left to right";
    ask.append(make("p", { text: how + ", or type it." }), typed_table());
  }
  ask.append(make("p", { class: "teaching-row" }, run, spec.kind === "options" ? null : clear));
  element.append(ask, verdict, make("p", { class: "teaching-row" }, again));
  run.addEventListener("click", () => {
    const answer = spec.kind === "options" ? chosen() : points;
    if (!answer || !answer.length) {
      complain(spec.kind === "options" ? "Choose one of the options first." : "Draw or type your prediction first.");
      return;
    }
    send(answer);
  });
  clear.addEventListener("click", () => {
    points = [];
    show_points();
  });

  function show(kept, words) {
    locked = kept === null || kept === undefined;
    ask.hidden = !locked;
    again.hidden = locked;
    verdict.textContent = locked ? "" : words;
    if (surface) {
      if (locked) picture.root.append(surface);
      else surface.remove();
      if (!locked) points = kept;
      show_points();
    }
  }
  return { element, show, again, is_locked: () => locked, unlock_form: () => show(null, "") };
}
