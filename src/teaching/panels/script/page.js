// A panel without a kernel: the page holds pictures computed ahead for a grid of settings, and plays the
// part of the kernel for the same script. At rest every picture is an exact one; while the main slider
// moves, the page draws between two of them.

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
  const listeners = {};
  const specs = Object.fromEntries(state.setup.controls.map((spec) => [spec.name, spec]));
  const fire = (name) => (listeners[name] || []).forEach((listener) => listener());

  function answer(values) {
    const grid = data.grids.find((item) => Object.entries(item.choices).every(([name, value]) => values[name] === value));
    let row = grid.start;
    let share = 0;
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
    Object.assign(state, { ...about, answered: { ...values }, notes: state.notes_open ? grid.notes : "" });
    if (!about.error) state.frame = new DataView(numbers.buffer);
    for (const name of ["frame", "answered", "error", "notes"]) fire("change:" + name);
  }
  return {
    get: (name) => state[name],
    set: (name, value) => (state[name] = value),
    save_changes: () => answer(state.values),
    send: () => {},
    on: (name, listener) => (listeners[name] ||= []).push(listener),
    off: (name, listener) => (listeners[name] = (listeners[name] || []).filter((other) => other !== listener)),
    start: () => answer(state.values),
  };
}

async function show_page(data, host) {
  const rows = await unpack(data.packed, data.width, data.scales);
  const model = make_model(data, rows);
  model.start();
  host.replaceChildren();
  panel_entry.render({ model, el: host });
}
