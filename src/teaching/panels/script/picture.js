// The picture: an SVG that matplotlib drew once, whose parts are moved by numbers.
// A frame holds the numbers of all parts one after the other, then one height a label (SVG units).

import { amount_in_words, clamp, SVG_SPACE } from "./numbers.js";

const NARROW_PX = 640; // below this width the picture is shown in one column

export function make_picture(host, svg_text, layout, prefix) {
  host.innerHTML = svg_text;
  const svg = host.querySelector("svg");
  const find = (id) => svg.querySelector("#" + CSS.escape(prefix + id));
  const find_all = (kind, name) =>
    [...svg.querySelectorAll(`[id^="${prefix}${kind}-${name}-"]`)].filter((group) =>
      /^\d+$/.test(group.id.slice(`${prefix}${kind}-${name}-`.length)),
    );
  const [, , full_width, full_height] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.setAttribute("role", "img");
  svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
  svg.removeAttribute("width");
  svg.removeAttribute("height");

  const { stops, cursors } = layout;
  let start = 0;
  const parts = layout.parts.map((part) => {
    const found = { ...part, start };
    start += part.size;
    if (part.kind === "curve" || part.kind === "band") found.steps = part.across.map((x) => "L" + x.toFixed(1) + " ");
    if (part.kind === "curve") {
      found.group = find("curve-" + part.name);
      found.path = found.group.querySelector("path");
      found.ghost = find("ghost-" + part.name)?.querySelector("path");
      found.words = part.label ? find("label-" + part.name) : null;
    } else if (part.kind === "band") {
      found.group = find("band-" + part.name);
      found.path = found.group.querySelector("path");
    } else if (part.kind === "bar" || part.kind === "fill") {
      found.group = find(part.kind + "-" + part.name);
      found.path = found.group.querySelector("path");
      found.amount = part.kind === "fill" && part.words ? find("amount-" + part.name)?.querySelector("text") : null;
    } else if (part.kind === "words") {
      found.group = find("words-" + part.name);
      found.text = found.group.querySelector("text");
    } else {
      found.groups = find_all(part.kind, part.name);
    }
    for (const group of found.groups || [found.group, part.kind === "curve" ? found.words : null]) group?.classList.add("teaching-part");
    return found;
  });
  const labelled = parts.filter((part) => part.words && part.kind === "curve");
  const label_start = start;
  const cursor_paths = cursors.map((_, number) => find("cursor-" + number)?.querySelector("path"));
  const overlays = [...svg.querySelectorAll(`[id^="${prefix}overlay-"]`)].map((group) => ({
    group,
    name: group.id.slice((prefix + "overlay-").length).replace(/-\d+$/, ""),
  }));
  overlays.forEach(({ group }) => group.classList.add("teaching-part"));
  const label_homes = layout.label_homes; // where the labels stand in the SVG
  let numbers = null;
  let stop = stops[0];

  function line(part, from, backwards = false) {
    let path = "";
    const last = part.steps.length - 1;
    for (let i = 0; i <= last; i++) {
      const k = backwards ? last - i : i;
      path += part.steps[k] + numbers[from + k].toFixed(1);
    }
    return path;
  }

  /** The value of a timeline part between two stops. */
  function along(from) {
    if (stops.length < 2) return numbers[from];
    let k = 0;
    while (k < stops.length - 2 && stops[k + 1] <= stop) k++;
    const share = clamp((stop - stops[k]) / (stops[k + 1] - stops[k]), 0, 1);
    return numbers[from + k] + share * (numbers[from + k + 1] - numbers[from + k]);
  }

  function box_path(x0, y0, x1, y1) {
    return `M${x0} ${y0.toFixed(1)}L${x1} ${y0.toFixed(1)}L${x1} ${y1}L${x0} ${y1}Z`;
  }

  const draw_part = {
    curve(part) {
      part.drawn = "M" + line(part, part.start).slice(1);
      part.path.setAttribute("d", part.drawn);
    },
    band(part) {
      const half = part.size / 2;
      const path = "M" + line(part, part.start).slice(1) + line(part, part.start + half, true) + "Z";
      part.path.setAttribute("d", path);
    },
    marker(part) {
      const [x, y] = [numbers[part.start] - part.home[0], numbers[part.start + 1] - part.home[1]];
      part.groups.forEach((group) => group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`));
    },
    bar(part) {
      const [x0, y0, x1, y1] = part.box;
      const end = numbers[part.start];
      part.path.setAttribute("d", part.upright ? box_path(x0, Math.min(end, y1), x1, y1) : `M${x0} ${y0}L${end.toFixed(1)} ${y0}L${end.toFixed(1)} ${y1}L${x0} ${y1}Z`);
    },
    words() {},
  };
  const draw_at_stop = {
    fill(part) {
      const power = along(part.start);
      const [x0, y0, x1, y1] = part.box;
      const share = clamp((power - part.low) / (part.high - part.low), 0, 1);
      part.path.setAttribute("d", box_path(x0, y1 - share * (y1 - y0), x1, y1));
      if (part.amount) part.amount.textContent = `${amount_in_words(10 ** power)} ${part.unit}`.trim();
    },
    fade(part) {
      const opacity = clamp(along(part.start), 0, 1);
      part.groups.forEach((group) => {
        group.style.opacity = opacity.toFixed(2);
        group.style.visibility = opacity > 0.02 ? "" : "hidden";
      });
    },
    shift(part) {
      const [x, y] = [along(part.start), along(part.start + part.size / 2)];
      part.groups.forEach((group) => group.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`));
    },
  };

  function draw_stop() {
    for (const part of parts) draw_at_stop[part.kind]?.(part);
    cursor_paths.forEach((path, number) => {
      const [x0, x1, low, high, top, bottom] = cursors[number];
      const x = (x0 + ((stop - low) / (high - low)) * (x1 - x0)).toFixed(1);
      path?.setAttribute("d", `M${x} ${bottom}L${x} ${top}`);
    });
  }

  function draw(next) {
    numbers = next;
    for (const part of parts) draw_part[part.kind]?.(part);
    labelled.forEach((part, k) => {
      part.words.setAttribute("transform", `translate(0 ${(numbers[label_start + k] - label_homes[k]).toFixed(1)})`);
    });
    draw_stop();
  }

  /** The curves as they stand become the grey ghost. */
  function keep_ghost() {
    for (const part of parts) if (part.ghost && part.drawn) part.ghost.setAttribute("d", part.drawn);
  }

  function set_texts(texts) {
    parts.filter((part) => part.kind === "words").forEach((part, k) => {
      if (part.text && part.text.textContent !== texts[k]) part.text.textContent = texts[k];
    });
  }

  /** Shuts every part away, or shows it. Each part says so itself: a copy (<use>) of it obeys no rule about the panel around. */
  function shut(away) {
    svg.querySelectorAll(".teaching-part").forEach((part) => part.classList.toggle("teaching-unseen", away));
  }

  function show_overlays(names) {
    overlays.forEach(({ group, name }) => (group.style.display = names.includes(name) ? "" : "none"));
  }

  // On a narrow page the right half of the picture moves below the left half: a second SVG shows
  // the same drawing (<use> follows every change) through another window.
  // A picture in one piece keeps its size there and scrolls sideways.
  let folded = null;
  /** `drawn_in`: the box that is drawn in with the hand, or null. It is shown whole, and nothing scrolls under the finger.
      Returns whether that makes the picture too small for its letters. */
  function fold(drawn_in = null) {
    const split = Math.min(layout.split, full_width);
    const small = host.clientWidth > 0 && host.clientWidth < NARROW_PX;
    const columns = small && split < full_width;
    const narrow = columns && !drawn_in;
    const scrolls = small && !columns && !drawn_in;
    const shrunk = small && !columns && Boolean(drawn_in);
    const state = `${narrow} ${scrolls} ${columns && drawn_in}`;
    if (state === folded) return shrunk;
    folded = state;
    host.classList.toggle("teaching-scrolls", scrolls);
    for (const [name, value] of [["tabindex", "0"], ["role", "region"], ["aria-label", "Picture, scrolls sideways"]]) {
      if (scrolls) host.setAttribute(name, value);
      else host.removeAttribute(name);
    }
    while (host.children.length > 1) host.lastChild.remove();
    const right = drawn_in && drawn_in[0] >= split;
    const [from, to] = columns ? (right ? [split, full_width] : [0, split]) : [0, full_width];
    svg.setAttribute("viewBox", `${from} 0 ${to - from} ${full_height}`);
    if (!narrow) return shrunk;
    const second = document.createElementNS(SVG_SPACE, "svg");
    second.setAttribute("viewBox", `${split} 0 ${full_width - split} ${full_height}`);
    second.setAttribute("aria-hidden", "true"); // the first one speaks for both
    const use = document.createElementNS(SVG_SPACE, "use");
    use.setAttribute("href", "#" + prefix + "figure_1");
    second.append(use);
    host.append(second);
    return shrunk;
  }

  return {
    svg, size: [full_width, full_height], draw, keep_ghost, set_texts, shut, show_overlays, fold,
    root: find("figure_1"),
    set_stop(place) {
      stop = place;
      if (numbers) draw_stop();
    },
    /** Steps per unit of every number, for sweeps. */
    scales() {
      const all = new Float32Array(label_start + labelled.length).fill(16);
      parts.forEach((part) => all.fill(part.scale, part.start, part.start + part.size));
      return all;
    },
  };
}
