// The widget's entry: one panel. The kernel sends the newest picture, the page draws at most once a frame.

const REST_MS = 700; // a pause this long ends a run: the picture before it becomes the grey ghost
const SPEAK_MS = 900; // screen readers hear the sentence when the hand rests
const SEND_MS = 90; // with a sweep at hand the kernel is asked this often while the hand moves
const PATIENCE_MS = 10000; // without an answer for so long, the page says so
const NO_ANSWER = "No answer from the kernel: it is still computing, or it was restarted. If nothing changes, run this panel's cell again, or reload the page.";
const RESTARTED = "The kernel behind this panel has stopped or was restarted. Run this panel's cell again, or reload the page; the predictions and answers you kept are not lost.";

const panel_entry = {
  render({ model, el }) {
    const setup = model.get("setup");
    const prefix = setup.prefix + Math.random().toString(36).slice(2, 7) + "-";
    const picture_host = make("div", { class: "teaching-picture" });
    const sentence = make("p", { class: "teaching-sentence", "aria-hidden": "true" });
    const spoken = make("p", { class: "teaching-spoken", role: "status", "aria-live": "polite" });
    const error = make("p", { class: "teaching-error", role: "alert" });
    const gone = make("p", { class: "teaching-error teaching-gone", role: "alert" });
    let values = { ...model.get("values") };
    let frame_id = 0, speak_id = 0, send_id = 0, patience_id = 0;
    let last_drawn = -Infinity;
    let last_sent = 0;
    let moving = false; // the hand is on a slider
    let dead = false;

    // --- what stands where

    const specs = Object.fromEntries(setup.controls.map((spec) => [spec.name, spec]));
    const controls = make_controls(setup.controls, prefix, changed, complain, approached);
    const case_buttons = setup.presets.map((item) =>
      make("button", { type: "button", text: item.label, onclick: () => take({ ...setup.start, ...item.values }) }),
    );
    const reset = make("button", { type: "button", class: "teaching-reset", text: "Reset", title: "Back to the start of this panel", onclick: () => take({ ...setup.start }) });
    const cases = make("div", { class: "teaching-row teaching-cases", role: "group", "aria-label": "Cases" }, setup.presets.length ? make("span", { "aria-hidden": "true", text: "Cases" }) : null, ...case_buttons, reset);
    // A panel may be shown twice on a page: ids are made its own once more.
    const svg = model.get("svg").replaceAll(setup.prefix, prefix);
    const picture = make_picture(picture_host, svg, setup.layout, prefix);
    const sweeps = make_sweeps(picture.scales(), (name) => ask({ kind: "sweep", control: name }));
    const player = setup.timeline ? make_player(setup.timeline, setup.layout.stops, prefix, picture.set_stop, (stop) => keep("position", stop)) : null;
    const prediction = setup.predict ? make_prediction(setup.predict, prefix, picture, (value) => ask({ kind: "predict", value }), complain) : null;
    const files = setup.has_files === false ? null : make_files(prefix, setup.has_table, (format) => ask({ kind: "file", format }), (text) => ask({ kind: "open", text: text.slice(0, LARGEST_SCENARIO + 1) }), complain);
    const notes = make("div", { class: "teaching-notes", tabindex: "0", role: "region", "aria-label": "Where these numbers come from" });
    const sources = setup.has_sources
      ? make("details", { class: "teaching-sources", ontoggle: () => keep("notes_open", sources.open) }, make("summary", { text: "Where do these numbers come from?" }), notes)
      : null;
    el.classList.add("teaching-panel", "teaching-live");
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", setup.question);
    const body = make(
      "div", { class: "teaching-body" },
      make("h3", { text: setup.question }), cases, controls.element, prediction?.element, picture_host,
      player?.element, player?.step_words, sentence, spoken, error, gone,
      make("div", { class: "teaching-foot" }, sources, files?.element, make("p", { class: "teaching-note", text: setup.foot })),
    );
    el.replaceChildren(body);

    // --- from the hand to the kernel

    function reach_kernel(how) {
      try {
        how();
      } catch {
        dead = true; // the connection of this panel ended with its kernel
        gone.textContent = RESTARTED;
      }
    }
    function keep(name, value) {
      model.set(name, value);
      reach_kernel(() => model.save_changes());
    }
    function ask(content) {
      reach_kernel(() => model.send(content));
    }
    function send() {
      clearTimeout(send_id);
      send_id = 0;
      last_sent = performance.now();
      keep("values", { ...values });
      clearTimeout(patience_id);
      if (!dead) patience_id = setTimeout(() => complain(NO_ANSWER), PATIENCE_MS);
    }
    function changed(name, value, resting) {
      values = { ...values, [name]: value };
      controls.update(values, model.get("closed"), locked());
      moving = !resting;
      const ahead = specs[name].sweep && sweeps.between(values, specs[name]);
      if (!ahead) return send();
      schedule({ numbers: ahead });
      // The page draws by itself; the kernel follows a little later with words and the exact curves.
      if (resting) send();
      else if (!send_id) send_id = setTimeout(send, Math.max(20, SEND_MS - (performance.now() - last_sent)));
    }
    function take(next) {
      values = next;
      moving = false;
      complain("");
      controls.update(values, {}, locked());
      send();
    }
    function approached(name) {
      if (!locked()) sweeps.want(values, name);
    }
    function complain(words) {
      if (error.textContent !== words) error.textContent = words;
    }
    const locked = () => Boolean(prediction?.is_locked());

    // --- from the kernel to the picture

    let next = null;
    function schedule(what) {
      next = what;
      if (!frame_id) frame_id = requestAnimationFrame(draw);
    }
    function arrived() {
      const exact = same_values(model.get("answered"), values);
      clearTimeout(patience_id);
      if (error.textContent === NO_ANSWER) complain("");
      // While the page draws ahead of the kernel, an older picture must not pull it back.
      const ahead = moving && !exact && Object.keys(specs).some((name) => specs[name].sweep && sweeps.has(values, name));
      if (!ahead) schedule({ numbers: floats(model.get("frame")), exact: true });
      else say();
    }
    function draw() {
      frame_id = 0;
      const now = performance.now();
      if (now - last_drawn > REST_MS) picture.keep_ghost();
      last_drawn = now;
      picture.draw(next.numbers);
      if (next.exact) {
        picture.set_texts(model.get("texts"));
        picture.show_overlays(model.get("overlays"));
        say();
      }
      el.dataset.frames = String(Number(el.dataset.frames || 0) + 1);
    }
    function say() {
      const words = locked() ? "" : model.get("sentence");
      if (sentence.textContent === words) return;
      sentence.textContent = words;
      picture.svg.setAttribute("aria-label", `${setup.question} ${words || setup.predict.question}`);
      clearTimeout(speak_id);
      speak_id = setTimeout(() => (spoken.textContent = words), SPEAK_MS);
    }
    function took_values() {
      const kernel = model.get("values");
      if (send_id || same_values(kernel, values)) return;
      values = { ...kernel };
      moving = false;
      controls.update(values, model.get("closed"), locked());
    }
    function took_answer() {
      complain(model.get("error"));
      controls.update(values, model.get("closed"), locked());
      files?.set_line(model.get("line"));
    }
    function took_prediction() {
      prediction.show(model.get("prediction"), model.get("verdict"));
      lock();
    }
    function lock() {
      const shut = locked();
      el.classList.toggle("teaching-locked", shut);
      controls.update(values, model.get("closed"), shut);
      cases.hidden = shut;
      if (player) player.element.hidden = shut;
      picture.fold(!shut);
      say();
    }
    function message(content, buffers) {
      if (content.kind === "sweep") {
        sweeps.take(content, buffers[0]);
        el.dataset.sweeps = String(Number(el.dataset.sweeps || 0) + 1);
      } else if (content.kind === "file") {
        save_file(content.name, content.type, buffers[0]);
      }
    }
    prediction?.again.addEventListener("click", () => {
      prediction.unlock_form();
      lock();
    });

    const listeners = {
      "change:frame": arrived,
      "change:answered": () => {
        arrived();
        took_answer();
      },
      "change:values": took_values,
      "change:error": took_answer,
      "change:line": took_answer,
      "change:notes": () => (notes.innerHTML = model.get("notes")), // made by the kit from its own tables, escaped there
      "change:prediction": prediction ? took_prediction : () => {},
      "msg:custom": message,
    };
    for (const [name, listener] of Object.entries(listeners)) model.on(name, listener);
    const watcher = new ResizeObserver(() => picture.fold(!locked()));
    watcher.observe(el);
    const released = () => {
      if (!moving) return;
      moving = false;
      if (send_id) send();
    };
    document.addEventListener("pointerup", released);

    controls.update(values, model.get("closed"));
    picture.draw(floats(model.get("frame")));
    picture.set_texts(model.get("texts"));
    picture.show_overlays(model.get("overlays"));
    player?.go(model.get("position"), false);
    if (prediction) took_prediction();
    lock();
    took_answer();
    el.dataset.frames = "1";
    return () => {
      watcher.disconnect();
      player?.pause();
      document.removeEventListener("pointerup", released);
      for (const [name, listener] of Object.entries(listeners)) model.off(name, listener);
      cancelAnimationFrame(frame_id);
      for (const id of [speak_id, send_id, patience_id]) clearTimeout(id);
    };
  },
};
