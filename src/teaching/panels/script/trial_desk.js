// The trial desk: write a protocol, sign it, open the seal, give a verdict, and meet the room.

import { make_desk } from "./desk.js";
import { make } from "./numbers.js";
import { check_setting, PICTURES } from "./trial_checks.js";
import { make_fields } from "./trial_fields.js";
import { budget_picture, interval_picture, relapse_picture, waterfall_picture } from "./trial_pictures.js";
import { make_repeats } from "./trial_repeats.js";
import { make_room } from "./trial_room.js";
import { changes_of, in_full, make_tables, run_trial, times_to_relapse, visits_of } from "./trial.js";
import { plan_words, result_words, says_of, verdict_words } from "./trial_words.js";
import { join_room, verdict_of } from "./verdict_files.js";

const PICTURE_WORDS = { interval: "Intervals", waterfall: "Waterfall", relapses: "Relapses (Kaplan-Meier)" };
const NARROWEST = 260; // px

function build({ data, prefix, element, change, keep, values }) {
  const tables = make_tables(data);
  let trial = null; // of the setting that is shown, once the seal is open
  let ran = ""; // what it was run from
  let refused = {}; // parts that stand in the fields and could not be used yet

  // --- what stands where

  // A draft of what will be concluded is kept at once: nobody writes it twice.
  const fields = make_fields(tables, prefix, (part) => act(part, Object.hasOwn(part, "plan")));
  const sign = make("button", { type: "button", class: "teaching-run", text: "Sign the protocol", onclick: sign_it });
  const open = make("button", { type: "button", class: "teaching-run", text: "Break the seal", onclick: open_it });
  const signed = make("p", { class: "teaching-seal", role: "status" });
  const picture = make("div", { class: "teaching-trial-picture" });
  const pictures = PICTURES.map((name) => make("label", {}, make("input", { type: "radio", name: prefix + "picture", value: name, onchange: () => act({ picture: name }) }), PICTURE_WORDS[name]));
  const choose_picture = make("fieldset", { class: "teaching-choice", hidden: true }, make("legend", { text: "Picture:" }), ...pictures);
  const verdicts = Object.keys(tables.verdicts).map((name) => make("label", {}, make("input", { type: "radio", name: prefix + "verdict", value: name }), name));
  const judge = make("button", { type: "button", class: "teaching-run", text: "Give my verdict", onclick: judge_it });
  const missing = make("p", { class: "teaching-error", role: "alert" });
  const card = make("p", { class: "teaching-verdict", role: "status" });
  const choose_verdict = make("section", { class: "teaching-step-of-trial", hidden: true }, make("h4", { text: "3 · Your verdict" }), make("fieldset", { class: "teaching-choice" }, make("legend", { text: "Against the control, the therapy:" }), ...verdicts), make("p", { class: "teaching-row" }, judge), missing, card);
  const again = make("button", { type: "button", text: "Plan another trial", onclick: start_again });
  const room = make_room(tables, prefix, values, (part) => act(part, true), wide);
  const repeats = make_repeats(tables, values, wide);
  const more = make("p", { class: "teaching-row" }, again);

  // --- what the hand does

  /** Changes a part of the setting; with `kept` it is kept too. Whether it can be used. */
  function act(part, kept = false) {
    const now = values(), base = { ...now, ...refused }; // what was refused may be right with the next change
    const parts = { ...refused, ...(typeof part === "function" ? part(base) : part) }, next = { ...now, ...parts };
    if (kept) kept_then(next, () => {});
    else change(next);
    const done = values() !== now;
    refused = done ? {} : parts;
    return done;
  }
  function with_words(next) {
    const known = check_setting({ data }, { ...next, says: "" });
    return { ...next, says: known.signed ? says_of(tables, known, run_trial(tables, known, known.seed)) : "" };
  }
  function kept_then(next, then) {
    let ready;
    try {
      ready = with_words(next);
    } catch {
      return change(next); // says why, and leaves everything as it was
    }
    keep(ready, (done) => done && then());
  }
  function sign_it() {
    kept_then({ ...values(), ...refused, signed: `${new Date().toISOString().slice(0, 19)}Z` }, () => open.focus());
  }
  function open_it() {
    kept_then({ ...values(), opened: true }, () => verdicts[0].firstChild.focus());
  }
  function judge_it() {
    const chosen = verdicts.find((label) => label.firstChild.checked)?.firstChild.value;
    missing.textContent = chosen ? "" : "Choose one of the four verdicts first.";
    if (chosen) kept_then({ ...values(), verdict: chosen }, () => {});
  }
  function start_again() {
    const now = values(), before = verdict_of(now, "my trial before");
    const [joined] = join_room(now.room, now.verdict ? [before] : [], 60);
    kept_then({ ...now, signed: "", opened: false, verdict: "", truth: false, colleagues: "", room: joined, seed: new_number(), says: "" }, () => fields.focus());
  }
  function new_number() {
    return (crypto.getRandomValues(new Uint32Array(1))[0] % tables.most_seed) + 1;
  }
  function wide() {
    return Math.max(NARROWEST, Math.floor(picture.clientWidth || element.clientWidth || 640));
  }

  // --- what the page shows

  function draw(now) {
    const key = now.opened ? JSON.stringify([now.seed, now.therapy, now.control, now.endpoint, now.month, now.patients, now.matters]) : "";
    if (key !== ran) {
      trial = now.opened ? { ...run_trial(tables, now, now.seed), full: null } : null;
      if (trial) trial.full = in_full(trial);
      repeats.forget();
      ran = key;
    }
    const words = trial ? result_words(trial, trial.full) : plan_words(tables, now);
    picture.replaceChildren(the_picture(now, words));
    if (trial && now.verdict) room.show(now);
    return words;
  }
  function the_picture(now, words) {
    if (!trial) return budget_picture(tables, now, Math.min(760, wide()), words);
    if (now.picture === "waterfall") return waterfall_picture(trial, trial.arms.map(changes_of), wide(), `Change of the score from entry to month ${now.month}, a bar a patient. ${words}`);
    if (now.picture === "relapses") return relapse_picture(trial, trial.arms.map((arm) => times_to_relapse(arm, visits_of(tables, now))), wide(), `Of the patients seen in remission, the share without a relapse. ${words}`);
    return interval_picture(trial, trial.full.shares, Math.min(760, wide()), words);
  }
  const watcher = new ResizeObserver(() => {
    if (wide() !== drawn_at && ready) {
      drawn_at = wide();
      draw(values());
    }
  });
  let drawn_at = 0, ready = false;
  watcher.observe(element);

  return {
    above: [
      fields.element,
      make("div", { class: "teaching-step-of-trial" }, make("p", { class: "teaching-row" }, sign, open), signed),
      choose_picture, picture,
    ],
    below: [choose_verdict, room.element, repeats.element, more],
    fill(now) {
      if (now === values()) refused = {}; // the last valid setting is back
      fields.fill(now);
    },
    show(now) {
      ready = true;
      drawn_at = wide();
      fields.lock(Boolean(now.signed));
      sign.hidden = Boolean(now.signed);
      open.hidden = !now.signed || now.opened;
      signed.textContent = !now.signed ? "" : `2 · Signed on ${now.signed.replace("T", " at ").replace("Z", " UTC")}, with the dice ${now.seed}. ${now.opened ? "The seal is open." : "The result is sealed."}`;
      choose_picture.hidden = choose_verdict.hidden = !now.opened;
      for (const label of pictures) label.firstChild.checked = label.firstChild.value === now.picture;
      room.element.hidden = repeats.element.hidden = more.hidden = !now.verdict;
      const words = draw(now);
      for (const label of verdicts) {
        if (now.verdict || !now.opened) label.firstChild.checked = label.firstChild.value === now.verdict;
        label.firstChild.disabled = Boolean(now.verdict);
      }
      judge.hidden = Boolean(now.verdict);
      missing.textContent = "";
      card.textContent = now.verdict ? verdict_words(trial, now.verdict) : "";
      if (now.seed === 0) queueMicrotask(() => values().seed === 0 && change({ ...values(), seed: new_number() }));
      return words;
    },
    close: () => {
      watcher.disconnect();
      repeats.forget();
    },
  };
}

export default make_desk({ name: "trial_desk", check: check_setting, build });
