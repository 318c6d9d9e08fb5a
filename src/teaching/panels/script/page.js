// A panel without a kernel: the page holds pictures computed ahead for a grid of settings, and plays the
// part of the kernel for the same script: it answers every numbered message. At rest every picture is an
// exact one; while the main slider moves, the page draws between two of them.

import { nearest, share_of } from "./numbers.js";
import panel from "./panel.js";

async function unpack(text, width, scales) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const steps = new Int16Array(await new Response(stream).arrayBuffer());
  for (let i = width; i < steps.length; i++) steps[i] += steps[i - width]; // rows are kept as differences
  return (row) => {
    const numbers = new Float32Array(width);
    for (let k = 0; k < width; k++) numbers[k] = steps[row * width + k] / scales[k];
    return numbers;
  };
}

/** The model that panel.js expects, answered from the page's own data. */
function make_model(data, rows) {
  const state = { ...data.state };
  const listeners = [];
  const specs = Object.fromEntries(state.setup.controls.map((spec) => [spec.name, spec]));
  let notes_open = false;

  function picture_of(values) {
    const grid = data.grids.find((item) => Object.entries(item.choices).every(([name, value]) => values[name] === value));
    let row = grid.start;
    let share = null;
    grid.axes.forEach(({ name, stops, stride }, k) => {
      const place = nearest(stops, values[name], specs[name].log);
      row += place * stride;
      if (k > 0) return;
      const value = values[name];
      const other = place + (value > stops[place] ? 1 : -1);
      if (value === stops[place] || other < 0 || other >= stops.length) return;
      const along = (number) => share_of(specs[name], number);
      share = { row: (other - place) * stride, part: (along(value) - along(stops[place])) / (along(stops[other]) - along(stops[place])) };
    });
    const about = data.scenes[data.scene_of[row]];
    const numbers = rows(row);
    if (share) {
      const next = rows(row + share.row);
      for (let i = 0; i < numbers.length; i++) numbers[i] += share.part * (next[i] - numbers[i]);
    }
    const frame = about.error ? state.shown.frame : new DataView(numbers.buffer);
    return { ...about, values: { ...values }, frame, notes: notes_open ? grid.notes : "" };
  }
  const acts = {
    set: ({ values }) => picture_of(values),
    notes({ open }) {
      notes_open = open;
      return picture_of(state.shown.values);
    },
    place: ({ place }) => ({ position: place }),
  };
  function show(changes, answers) {
    state.shown = { ...state.shown, ...changes, answers, revision: state.shown.revision + 1 };
    for (const listener of listeners) listener();
  }
  show(picture_of(state.shown.values), []);
  return {
    get: (name) => state[name],
    send(content) {
      const { page, number, kind } = content;
      const act = acts[kind];
      // After this turn, as a kernel would: whoever asks first notes the number that it waits for.
      queueMicrotask(() => show(act ? act(content) : {}, [{ page, number, outcome: act ? "done" : "refused", words: "" }]));
    },
    on: (name, listener) => name === "change:shown" && listeners.push(listener),
    off: (name, listener) => listeners.splice(listeners.indexOf(listener), listeners.includes(listener) ? 1 : 0),
  };
}

/** Shows a panel in an element of the page. */
export async function show_page(data, host) {
  const rows = await unpack(data.packed, data.width, data.scales);
  host.replaceChildren();
  panel.render({ model: make_model(data, rows), el: host });
}
