// The widget's entry: one panel. The hand's settings go to the kernel by number, the page draws at most once a frame.

import { make_controls } from "./controls.js";
import { make_conversation } from "./conversation.js";
import { LARGEST_SCENARIO, make_files, save_file } from "./files.js";
import { floats, make, same_values } from "./numbers.js";
import { make_picture } from "./picture.js";
import { make_player } from "./player.js";
import { make_prediction } from "./prediction.js";
import { make_sweeps } from "./sweeps.js";
import { make_vote } from "./vote.js";

const REST_MS = 700; // a pause this long ends a run: the picture before it becomes the grey ghost
const SPEAK_MS = 900; // screen readers hear the sentence when the hand rests
const SEND_MS = 90; // with a sweep at hand the kernel is asked this often while the hand moves
const NO_ANSWER = "No answer from the kernel: it is still computing, or it was restarted. If nothing changes, run this panel's cell again, or reload the page.";
const RESTARTED = "The kernel behind this panel has stopped or was restarted. Run this panel's cell again, or reload the page; the predictions and answers you kept are not lost.";

export default {
  render({ model, el }) {
    const setup = model.get("setup");
    const page = Math.random().toString(36).slice(2, 10);
    const prefix = `${setup.prefix}${page.slice(0, 5)}-`;
    const picture_host = make("div", { class: "teaching-picture" });
    const sentence = make("p", { class: "teaching-sentence", "aria-hidden": "true" });
    const spoken = make("p", { class: "teaching-spoken", role: "status", "aria-live": "polite" });
    const error = make("p", { class: "teaching-error", role: "alert" });
    const gone = make("p", { class: "teaching-error teaching-gone", role: "alert" });
    let shown = model.get("shown"); // what the kernel showed last
    let values = { ...shown.values }; // what the controls show
    let newest = values; // the setting that was sent last, or came from the kernel after it
    let complaint = ""; // of the page itself, about the last thing the hand did
    let frame_id = 0, speak_id = 0, send_id = 0;
    let last_drawn = -Infinity;
    let last_sent = 0;
    let moving = false; // the hand is on a slider
    let near = ""; // the slider that the hand is near

    // --- what stands where

    const conversation = make_conversation({ page, post, changed: show_error });
    const specs = Object.fromEntries(setup.controls.map((spec) => [spec.name, spec]));
    const controls = make_controls(setup.controls, prefix, changed, complain, approached);
    const case_buttons = setup.presets.map((item) =>
      make("button", { type: "button", text: item.label, onclick: () => take({ ...setup.start, ...item.values }) }),
    );
    const reset = make("button", { type: "button", class: "teaching-reset", text: "Reset", title: "Back to the start of this panel", onclick: () => take({ ...setup.start }) });
    const cases = make("div", { class: "teaching-row teaching-cases", role: "group", "aria-label": "Cases" }, setup.presets.length ? make("span", { "aria-hidden": "true", text: "Cases" }) : null, ...case_buttons, reset);
    // A panel may be shown twice on a page: ids are made its own once more.
    const picture = make_picture(picture_host, model.get("svg").replaceAll(setup.prefix, prefix), setup.layout, prefix);
    const sweeps = make_sweeps(picture.scales(), (control, setting, answered) => conversation.ask("sweep", { control, values: setting }, answered));
    const player = setup.timeline ? make_player(setup.timeline, setup.layout.stops, prefix, picture.set_stop, (place) => conversation.ask("place", { place })) : null;
    const prediction = setup.predict ? make_prediction(setup.predict, prefix, picture, predicted, written, complain) : null;
    const room = prediction ? make("div", {}) : null; // empty until a lecturer asks for the room
    let vote = null;
    const files = make_files(prefix, setup.formats, asked_for_file, open_text, complain);
    const notes = make("div", { class: "teaching-notes", tabindex: "0", role: "region", "aria-label": "Where these numbers come from" });
    const sources = setup.has_sources
      ? make("details", { class: "teaching-sources", ontoggle: () => conversation.ask("notes", { open: sources.open }) }, make("summary", { text: "Where do these numbers come from?" }), notes)
      : null;
    el.classList.add("teaching-panel", "teaching-live");
    el.setAttribute("role", "group");
    el.setAttribute("aria-label", setup.question);
    const body = make(
      "div", { class: "teaching-body" },
      make("h3", { text: setup.question }), cases, controls.element, prediction?.element, room, picture_host,
      player?.element, player?.step_words, sentence, spoken, error, gone,
      make("div", { class: "teaching-foot" }, sources, files.element, make("p", { class: "teaching-note", text: setup.foot })),
    );
    el.replaceChildren(body);
    // What a page around the panel may do with it (around.js): no more than a hand could.
    const setting_of = (item) => ({ ...setup.start, ...item.values });
    el.teaching = {
      cases: setup.presets.map(({ label }) => label),
      has_controls: true,
      case_now: () => setup.presets.find((item) => same_values(setting_of(item), values))?.label ?? "",
      take_case: (label) => take(setting_of(setup.presets.find((item) => item.label === label))),
      open: open_text,
      line: () => (same_values(setup.start, values) ? "" : shown.line),
      reset: () => take({ ...setup.start }),
      is_locked: () => locked(),
      show_room: room ? show_room : null,
    };

    function show_room(wanted) {
      if (!vote && wanted) {
        vote = make_vote(setup.predict, prefix, picture, prediction.to_picture);
        room.append(vote.element);
      }
      vote?.show(wanted);
    }

    // --- from the hand to the kernel

    function post(content) {
      try {
        model.send(content);
      } catch {
        gone.textContent = RESTARTED; // the connection of this panel ended with its kernel
        show_error();
      }
    }
    /** Something the hand asks for, but no setting: whatever was complained about before is over. */
    function act(kind, content, answered) {
      complain("");
      conversation.ask(kind, content, answered);
    }
    function open_text(text) {
      complain("");
      clearTimeout(send_id);
      send_id = 0;
      newest = null; // not known until the kernel has read it
      conversation.open(text.slice(0, LARGEST_SCENARIO + 1));
    }
    function asked_for_file(format) {
      if (model.own_file) {
        complain("");
        model.own_file(format, { picture: picture.svg, size: picture.size, values, words: `${locked() ? "" : shown.sentence} ${setup.foot}` }).catch((problem) => complain(problem.message));
        return;
      }
      act("file", { format }, (_, data) => data && save_file(data.content.name, data.content.type, data.view));
    }
    function predicted(value, kept) {
      act("predict", { value }, (answer) => answer.outcome === "done" && kept()); // what is kept stands in the same message
    }
    function written(text, kept) {
      act("sentence", { text }, (answer) => answer.outcome === "done" && kept());
    }
    function send() {
      clearTimeout(send_id);
      send_id = 0;
      last_sent = performance.now();
      newest = values;
      conversation.set(values);
    }
    function changed(name, value, resting) {
      values = { ...values, [name]: value };
      if (name !== near) near = ""; // the pointer may rest on a slider while the keys move another one
      complain("");
      controls.update(values, shown.closed, locked());
      moving = !resting;
      const ahead = specs[name].sweep && sweeps.between(values, specs[name]);
      // A key on a slider tells its value twice, while it moves and at rest: this setting is on its way already.
      if (!send_id && newest && same_values(values, newest)) return;
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
    function approached(name, leaving) {
      if (leaving && near === name) near = "";
      if (leaving || locked()) return;
      near = name;
      want_sweep();
    }
    /** The slider near the hand gets its pictures ahead, once the kernel knows the setting around it. */
    function want_sweep() {
      if (!near || !conversation.settled()) return;
      sweeps.want(values, near, () => (el.dataset.sweeps = String(Number(el.dataset.sweeps || 0) + 1)));
    }
    function complain(words) {
      complaint = words;
      show_error();
    }
    const locked = () => Boolean(prediction?.is_locked());

    // --- from the kernel to the picture

    let next = null;
    function schedule(what) {
      next = what;
      if (!frame_id) frame_id = requestAnimationFrame(draw);
    }
    function arrived() {
      const latest = model.get("shown");
      const { newer, answers } = conversation.took(latest);
      if (newer) shown = latest;
      else if (!answers) return; // an older message that came late, or one that came twice
      const exact = conversation.settled() && !send_id;
      if (exact) {
        values = newest = { ...shown.values };
        if (!moving) want_sweep();
      }
      controls.update(values, shown.closed, locked());
      // While the page draws ahead of the kernel, an older picture must not pull it back.
      const ahead = !exact && moving && Object.keys(specs).some((name) => specs[name].sweep && sweeps.has(values, name));
      if (ahead) say();
      else schedule({ numbers: floats(shown.frame), shown });
      files.set_line(shown.line);
      if (notes.dataset.words !== shown.notes) {
        notes.dataset.words = shown.notes;
        notes.innerHTML = shown.notes; // made by the kit from its own tables, escaped there
      }
      show_prediction();
      show_error();
    }
    function draw() {
      frame_id = 0;
      const now = performance.now();
      if (now - last_drawn > REST_MS) picture.keep_ghost();
      last_drawn = now;
      picture.draw(next.numbers);
      if (next.shown) {
        picture.set_texts(next.shown.texts);
        picture.show_overlays(next.shown.overlays);
        say();
      }
      el.dataset.frames = String(Number(el.dataset.frames || 0) + 1);
    }
    function say() {
      const words = locked() ? "" : shown.sentence;
      picture.svg.setAttribute("aria-label", `${setup.question} ${words || `Predict first: ${setup.predict.question}`}`);
      if (sentence.textContent === words) return;
      sentence.textContent = words;
      clearTimeout(speak_id);
      speak_id = setTimeout(() => (spoken.textContent = words), SPEAK_MS);
    }
    /** One sentence at most: what is missing, what the page cannot take, or what the kernel refused. */
    function show_error() {
      const silent = !gone.textContent && conversation.silent();
      const words = silent ? NO_ANSWER : complaint || shown.error;
      if (error.textContent !== words) error.textContent = words;
    }
    function show_prediction() {
      if (!prediction) return;
      const before = prediction.is_locked();
      prediction.show(shown.prediction, shown.verdict);
      prediction.show_sentence(shown.own_sentence, shown.own_note);
      if (prediction.is_locked() !== before) lock();
    }
    function lock() {
      const shut = locked();
      el.classList.toggle("teaching-locked", shut);
      picture.shut(shut);
      controls.update(values, shown.closed, shut);
      cases.hidden = shut;
      if (player) player.element.hidden = shut;
      fold();
      say();
    }
    function fold() {
      const is_small = picture.fold(locked() ? prediction.box : null);
      prediction?.shrink(is_small);
    }
    function message(content, buffers) {
      if (content.page === page) conversation.took_answer(content, buffers?.length ? { content, view: buffers[0] } : null);
    }
    prediction?.again.addEventListener("click", () => {
      take({ ...setup.start }); // the question is about the start of the panel
      prediction.unlock_form();
      lock();
    });

    model.on("change:shown", arrived);
    model.on("msg:custom", message);
    const watcher = new ResizeObserver(fold);
    watcher.observe(el);
    const released = () => {
      if (!moving) return;
      moving = false;
      if (send_id) send();
    };
    document.addEventListener("pointerup", released);
    document.addEventListener("pointercancel", released);

    conversation.took(shown);
    controls.update(values, shown.closed);
    picture.draw(floats(shown.frame));
    picture.set_texts(shown.texts);
    picture.show_overlays(shown.overlays);
    player?.go(shown.position, false);
    prediction?.show(shown.prediction, shown.verdict);
    prediction?.show_sentence(shown.own_sentence, shown.own_note);
    files.set_line(shown.line);
    lock();
    show_error();
    el.dataset.frames = "1";
    return () => {
      watcher.disconnect();
      player?.pause();
      conversation.close();
      document.removeEventListener("pointerup", released);
      document.removeEventListener("pointercancel", released);
      model.off("change:shown", arrived);
      model.off("msg:custom", message);
      cancelAnimationFrame(frame_id);
      for (const id of [speak_id, send_id]) clearTimeout(id);
    };
  },
};
