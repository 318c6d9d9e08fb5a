// A panel without a kernel: the page holds pictures computed ahead for a grid of settings, and plays the
// part of the kernel for the same script: it answers every numbered message. At rest every picture is an
// exact one; while the main slider moves, the page draws between two of them. What the student predicts and
// writes is kept in the store.

import { save_file } from "./files.js";
import { nearest, same_values, share_of } from "./numbers.js";
import panel from "./panel.js";
import { as_file, as_line, read_scenario } from "./scenario.js";
import { make_store } from "./store.js";
import { picture_as_svg, svg_as_png } from "./take_along.js";
import { unpack_rows, unpack_words } from "./unpack.js";
import { as_sentence, check_prediction, check_sentence, verdict } from "./verdict.js";

const LESSON = "panels"; // under which predictions of panels are kept
const KEPT = "Kept. You can change it; the last one counts.";
const MOVED = "This page has pictures for some places of its sliders only; those of this setting went to the nearest ones.";
const KEEPS_NOTHING = "This page keeps nothing: what you wrote is gone when it is closed.";

/** Pictures and words of a setting from the page's data. */
function make_pictures(words, rows) {
  const { grids, scenes, scene_of, pieces, notes } = words;
  const specs = Object.fromEntries(words.setup.controls.map((spec) => [spec.name, spec]));
  const text = (list) => list.map((piece) => pieces[piece]).join("");
  const grid_of = (values) => grids.find((grid) => Object.entries(grid.choices).every(([name, value]) => values[name] === value));
  return {
    notes: (values) => notes[grid_of(values).notes],
    /** What changes; of an impossible setting only why, so that the last picture stays. */
    picture_of(values) {
      const grid = grid_of(values);
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
      const { sentence, texts, overlays, closed, error } = scenes[scene_of[row]];
      if (error) return { values: { ...values }, error };
      const numbers = rows(row);
      if (share) {
        const next = rows(row + share.row);
        for (let i = 0; i < numbers.length; i++) numbers[i] += share.part * (next[i] - numbers[i]);
      }
      return { values: { ...values }, error, sentence: text(sentence), texts: texts.map(text), overlays, closed, frame: new DataView(numbers.buffer) };
    },
  };
}

/** What the student predicted and wrote here: from the store, or from this page alone where nothing is kept. */
function make_kept(spec, store) {
  const here = {};
  function all(kind) {
    const stored = store ? store.read(LESSON).filter((entry) => entry.kind === kind && entry.question === spec.id).map((entry) => entry.value) : [];
    return here[kind] === undefined ? stored : [...stored, here[kind]];
  }
  return {
    /** '' or one sentence that says why it will not outlive this page. */
    keep(kind, value) {
      if (store) return store.append(LESSON, kind, spec.id, value);
      here[kind] = value;
      return KEEPS_NOTHING;
    },
    prediction() {
      for (const value of all("prediction").reverse()) {
        try {
          return check_prediction(spec, value, false);
        } catch {
          continue; // of another version of this panel
        }
      }
      return null;
    },
    sentence: () => all("sentence").findLast((value) => typeof value === "string") ?? "",
  };
}

/** The model that panel.js expects, answered from the page's own data. `end()` lets go of the store. */
function make_model(words, rows, store) {
  const { setup, svg, model } = words;
  const state = { setup, svg, shown: words.shown };
  const listeners = [];
  const { picture_of, notes } = make_pictures(words, rows);
  const kept = setup.predict ? make_kept(setup.predict, store) : null;
  let notes_open = false;

  function shown_of(values) {
    return { ...picture_of(values), notes: notes_open ? notes(values) : "", line: as_line(setup, values) };
  }
  /** A setting with its sliders where this page has pictures. */
  function at_stops(values) {
    const found = { ...values };
    for (const { name, stops, log } of setup.controls) if (stops) found[name] = stops[nearest(stops, values[name], log)];
    return found;
  }
  function reveal(value, problem = "") {
    return { prediction: value, verdict: `${verdict(setup.predict, value, model)} ${problem}`.trim() };
  }
  /** What is kept, as far as it differs from what is shown: another tab may have added it. */
  function kept_now() {
    const value = kept.prediction();
    const { prediction, own_sentence } = state.shown;
    const sentence = kept.sentence();
    const news = JSON.stringify(value) === JSON.stringify(prediction) ? {} : value === null ? { prediction: null, verdict: "" } : reveal(value);
    return sentence === own_sentence ? news : { ...news, own_sentence: sentence, own_note: "" };
  }
  const acts = {
    set: ({ values }) => shown_of(values),
    open({ text }) {
      const wanted = read_scenario(setup, text);
      const values = at_stops(wanted);
      const shown = shown_of(values);
      return { ...shown, error: shown.error || (same_values(values, wanted) ? "" : MOVED) };
    },
    notes({ open }) {
      notes_open = open;
      return { notes: open ? notes(state.shown.values) : "" };
    },
    place: ({ place }) => ({ position: place }),
    predict({ value }) {
      const checked = check_prediction(setup.predict, value);
      const problem = kept.keep("prediction", checked);
      return { ...shown_of(setup.start), ...reveal(checked, problem) };
    },
    sentence({ text }) {
      if (state.shown.prediction === null) throw new Error("there is no prediction yet to write about.");
      const checked = check_sentence(text);
      const problem = kept.keep("sentence", checked);
      return { own_sentence: checked, own_note: problem || KEPT, error: "" };
    },
  };
  function show(changes, answers) {
    state.shown = { ...state.shown, ...changes, answers, revision: state.shown.revision + 1 };
    for (const listener of [...listeners]) listener();
  }
  function answer({ page, number, kind, ...content }) {
    try {
      const changes = acts[kind]?.(content);
      show(changes ?? {}, [{ page, number, outcome: changes ? "done" : "refused", words: "" }]);
    } catch (problem) {
      const words = as_sentence(problem.message);
      show({ error: words }, [{ page, number, outcome: "refused", words }]);
    }
  }
  show({ ...shown_of(state.shown.values), ...(kept ? kept_now() : {}) }, []);
  const forget = kept && store ? store.on_change(() => {
    const news = kept_now();
    if (Object.keys(news).length) show(news, []);
  }) : () => {};
  const file_name = [setup.scenario.panel, setup.scenario.about].join(" ").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  async function own_file(format, { picture, size, values, words }) {
    if (format === "json") return save_file(`${file_name}.json`, "application/json", as_file(setup, values));
    const text = picture_as_svg(picture, size, setup.question, words);
    if (format === "svg") return save_file(`${file_name}.svg`, "image/svg+xml", text);
    save_file(`${file_name}.png`, "image/png", await svg_as_png(text));
  }
  return {
    own_file,
    get: (name) => state[name],
    // After this turn, as a kernel would: whoever asks first notes the number that it waits for.
    send: (content) => queueMicrotask(() => answer(content)),
    on: (name, listener) => name === "change:shown" && listeners.push(listener),
    off: (name, listener) => listeners.splice(listeners.indexOf(listener), listeners.includes(listener) ? 1 : 0),
    end: forget,
  };
}

/** Shows a panel in an element of the page; returns how to take it away again. `data`: what panels/page.py: page_data
    gives; `store`: where predictions are kept, else the browser's own, or none where the page's maker said so. */
export async function show_page(data, host, store = data.keeps ? make_store({ kit: data.kit }) : null) {
  const [words, rows] = await Promise.all([unpack_words(data.words), unpack_rows(data.pictures)]);
  host.replaceChildren();
  const model = make_model(words, rows, store);
  const close = panel.render({ model, el: host });
  return () => {
    close();
    model.end();
  };
}
