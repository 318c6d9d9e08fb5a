// A curve on axes of its own, drawn with a mouse, a pen or a finger, or typed at five places.

import { clamp, make, make_svg, plain, shown_number, typed_number } from "./numbers.js";
import { make_pen } from "./pen.js";
import { EDGE, height_at, share_of_axis } from "./rule.js";

const TYPED_POINTS = 5;
const LETTER = 0.64; // of the size of the type: the width of a digit in a wide font

const at_share = ({ low, high, log }, share) => (log ? low * (high / low) ** share : low + share * (high - low));
const on_axis = (axis, value, figures) => clamp(Number(value.toPrecision(figures)), axis.low, axis.high);
const with_unit = (words, unit) => [words, unit].filter(Boolean).join(" ");

/** Places on an axis for numbers: round ones, at most `most`. */
export function ticks_of({ low, high, log }, most) {
  if (log) {
    const powers = [];
    for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.floor(Math.log10(high) + 1e-9); power++) powers.push(power);
    const step = Math.ceil(powers.length / most) || 1;
    if (powers.length < 2) return [low, high];
    return powers.filter((_, k) => k % step === 0).map((power) => Number(`1e${power}`));
  }
  const rough = (high - low) / most;
  const ten = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * ten).find((size) => size >= rough * (1 - 1e-9));
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(Number((k * step).toPrecision(12)));
  return found;
}

export function make_curve({ across, up }, prefix, submit, changed) {
  const host = make("div", { class: "teaching-axes" });
  let points = []; // [across, up] in the units of the axes
  let box = [0, 0, 1, 1]; // of the plot, in pixels
  let mark = null;
  let pen = null;
  let drawn_for = ""; // this width and size of type

  const to_picture = ([x, y]) => {
    const [x0, y0, x1, y1] = box;
    return [x0 + clamp(share_of_axis(across, x), 0, 1) * (x1 - x0), y1 - clamp(share_of_axis(up, y), 0, 1) * (y1 - y0)];
  };
  const from_picture = ([x, y]) => {
    const [x0, y0, x1, y1] = box;
    return [on_axis(across, at_share(across, (x - x0) / (x1 - x0)), 5), on_axis(up, at_share(up, (y1 - y) / (y1 - y0)), 4)];
  };

  // --- with a mouse, a pen or a finger: axes as wide as the page lets them be

  function draw_axes() {
    const width = Math.floor(host.clientWidth);
    const em = parseFloat(getComputedStyle(host).fontSize) * 0.875;
    if (!width || drawn_for === `${width} ${em}`) return;
    drawn_for = `${width} ${em}`;
    const height = Math.round(clamp(0.5 * width, 12 * em, 22 * em));
    const long = (words) => LETTER * em * words.length;
    const up_ticks = ticks_of(up, 5).map((value) => [value, plain(value, 4)]);
    const left = Math.max(...up_ticks.map(([, words]) => long(words))) + 0.8 * em;
    const all = ticks_of(across, 6).map((value) => plain(value, 4));
    const widest = Math.max(...all.map(long)) + em;
    const across_ticks = ticks_of(across, Math.max(1, Math.min(6, Math.floor((width - left) / widest)))).map((value) => [value, plain(value, 4)]);
    box = [left, 0.8 * em, width - Math.max(0.8 * em, long(all.at(-1)) / 2), height - 1.9 * em];
    const [x0, y0, x1, y1] = box;
    const svg = make_svg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
    svg.setAttribute("aria-label", `Axes to draw on: ${up.label} against ${across.label}. The same can be typed below.`);
    const figure = make_svg("g", { id: prefix + "figure_1" });
    const label = (words, x, y, anchor) => {
      const text = make_svg("text", { x, y, "text-anchor": anchor, "font-size": em });
      text.textContent = words;
      figure.append(text);
    };
    for (const [value, words] of across_ticks) {
      const [x] = to_picture([value, up.low]);
      figure.append(make_svg("path", { class: "teaching-grid", d: `M${x} ${y0}V${y1}` }));
      label(words, x, y1 + 1.4 * em, "middle");
    }
    for (const [value, words] of up_ticks) {
      const [, y] = to_picture([across.low, value]);
      figure.append(make_svg("path", { class: "teaching-grid", d: `M${x0} ${y}H${x1}` }));
      label(words, x0 - 0.5 * em, y + 0.35 * em, "end");
    }
    figure.append(make_svg("path", { class: "teaching-axis", d: `M${x0} ${y0}V${y1}H${x1}` }));
    mark = make_svg("g", { class: "teaching-prediction" });
    svg.append(figure, mark);
    host.replaceChildren(svg);
    pen = make_pen(svg, box, false, (places) => {
      points = places.map(from_picture);
      show();
      fill_fields();
      changed();
    });
    pen.use(true);
    show_anew();
  }
  function show() {
    if (!mark) return;
    const places = points.map(to_picture).map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`);
    mark.replaceChildren(...(places.length ? [make_svg("path", { d: `M${places.length === 1 ? `${places[0]}h0.1` : places.join("L")}` })] : []));
  }
  /** The points come from elsewhere: the next stroke goes on from these. */
  function show_anew() {
    show();
    pen?.set(points.map(to_picture));
  }

  // --- with the keyboard

  const between = Array.from({ length: TYPED_POINTS - 2 }, (_, k) => on_axis(across, at_share(across, (k + 1) / (TYPED_POINTS - 1)), 3));
  const places = [across.low, ...between, across.high];
  const fields = places.map((place) => {
    const name = `${up.label} at ${with_unit(shown_number(place), across.unit)}`;
    const field = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": with_unit(`${name},`, up.unit).replace(/,$/, ""), oninput: read_fields });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation(); // JupyterLab has keys of its own
      if (event.key === "Enter" && !event.isComposing) submit();
    });
    return field;
  });
  const typed = () => fields.map((field) => typed_number(field.value, up.unit));
  function read_fields() {
    const numbers = typed();
    points = places.map((place, k) => [place, numbers[k]]).filter(([, number]) => Number.isFinite(number));
    show_anew();
    changed();
  }
  function fill_fields() {
    const [first, last] = points.length > 1 ? [points[0][0], points.at(-1)[0]].map((place) => share_of_axis(across, place)) : [1, 0];
    fields.forEach((field, k) => {
      const share = share_of_axis(across, places[k]);
      const drawn = share >= first - EDGE && share <= last + EDGE; // level for a little way beyond its ends
      field.value = drawn ? plain(height_at({ across, up }, points, places[k]), 3) : "";
    });
  }
  const rows = fields.map((field, k) => make("tr", {}, make("th", { scope: "row", text: with_unit(shown_number(places[k]), across.unit) }), make("td", {}, field)));
  const head = make("tr", {}, make("th", { scope: "col", text: across.label }), make("th", { scope: "col", text: with_unit(`${up.label},`, up.unit).replace(/,$/, "") }));
  const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows));
  const clear = make("button", { type: "button", text: "Start over", onclick: () => (fill(null), changed()) });
  function fill(value) {
    points = value ?? [];
    show_anew();
    fill_fields();
  }
  const axis_words = ({ label, unit }) => (unit ? `${label} [${unit}]` : label);
  const element = make(
    "div", { class: "teaching-curve" }, make("p", { text: "Draw the curve you expect, from left to right, or type it." }),
    make("p", { class: "teaching-axis-words", text: axis_words(up) }), host,
    make("p", { class: "teaching-axis-words teaching-axis-across", text: axis_words(across) }),
    make("details", { class: "teaching-typed-points" }, make("summary", { text: "or type its values" }), table), make("p", { class: "teaching-row" }, clear),
  );
  const watcher = new ResizeObserver(draw_axes);
  watcher.observe(host);
  watcher.observe(element); // grows with the size of the type
  return {
    element,
    read() {
      const wrong = fields.find((field, k) => field.value.trim() && !Number.isFinite(typed()[k]));
      if (wrong) return { value: null, problem: `${wrong.getAttribute("aria-label")} is '${wrong.value.slice(0, 40)}'; a number is needed.` };
      return { value: points, problem: points.length ? "" : "Draw or type the curve first." };
    },
    fill,
    close: () => watcher.disconnect(),
  };
}
