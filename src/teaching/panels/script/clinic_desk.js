// The clinic desk: the waiting room, five visits, the ending and the debrief; what was chosen is kept after each step.

import { make_desk } from "./desk.js";
import { check_setting, clinic_of } from "./clinic_desk_checks.js";
import { drafts_of, left_behind, to_the_end, with_notes, with_plans } from "./clinic_desk_career.js";
import { make_debrief } from "./clinic_desk_debrief.js";
import { make_career_files } from "./clinic_desk_files.js";
import { make_room } from "./clinic_desk_room.js";
import { make_visit } from "./clinic_desk_visit.js";
import { says_of, visit_words } from "./clinic_desk_words.js";

const IN_A_FILE = /^visit \d+ of the career file cannot have been played: /;
const WHERE = /^Visit \d of \d, day \d+\. /;
const KEEP_MS = 700; // so long after the last change of the hand it is kept
const NARROWEST = 220, WIDEST = 1040; // px

function build({ setup, data, prefix, element, change, keep, refuse: complain, values }) {
  element.classList.add("teaching-clinic");
  const clinic = clinic_of(data), roles = Object.keys(data.told.roles);
  const empty = () => drafts_of({ left: true }, roles)[1];
  let timer = 0, ahead = 0, ready = false, drawn_at = 0, before = "", complaint = "";

  // --- what the hand does

  function refuse(words) {
    complaint = words;
    complain(words);
  }
  /** Takes changed parts of the setting, or says in one sentence why not and leaves everything as it was. */
  function act(parts) {
    const next = { ...values(), ...parts };
    try {
      check_setting({ data }, next);
    } catch (problem) {
      refuse(problem.message.replace(IN_A_FILE, "")); // here it is no file
      draw(values());
      room.fill(values());
      return false;
    }
    complaint = "";
    change(with_words(next));
    clearTimeout(timer);
    timer = setTimeout(keep_now, KEEP_MS);
    return true;
  }
  /** The same, kept at once; `then` when it is drawn. */
  function step(parts, then) {
    clearTimeout(timer);
    const next = { ...values(), ...parts };
    try {
      check_setting({ data }, next);
    } catch (problem) {
      return refuse(problem.message);
    }
    complaint = "";
    keep(with_words(next));
    return then();
  }
  function keep_now() {
    clearTimeout(timer);
    timer = 0;
    if (!values().career) return;
    keep(values());
    if (complaint) complain(complaint); // what was said about the last act of the hand still stands
  }
  const with_words = (next) => ({ ...next, says: says_of(data, clinic, next, data.limits.says) });
  const now_as_text = () => `${new Date().toISOString().slice(0, 19)}Z`;

  function begin(patient, seed) {
    step({ patient, seed, career: clinic.blank(patient, seed), drafts: empty(), signed: now_as_text() }, visit.focus);
  }
  function take_orders(career) {
    act({ career });
  }
  function leave() {
    if (values().mode === "one visit") return decide(visit.option());
    if (!visit.notes.take()) return undefined;
    let career;
    try {
      career = left_behind(clinic.play, with_notes(values().career, values().drafts));
    } catch (problem) {
      return refuse(problem.message);
    }
    visit.notes.clear();
    return step({ career, drafts: empty() }, () => (career.left ? debrief : visit).focus());
  }
  const decided = (option) => to_the_end(clinic.play, with_plans(values().career, data.options[option]));
  function decide(option) {
    const career = decided(option);
    step({ career, option, signed: now_as_text() }, debrief.focus);
  }
  /** Plays what would come of leaving now, and forgets it: the clinic remembers the course, so the answer is there at once. */
  function foresee() {
    clearTimeout(ahead);
    ahead = setTimeout(() => {
      try {
        if (values().mode === "one visit") decided(visit.option());
        else left_behind(clinic.play, with_notes(values().career, values().drafts));
      } catch {
        // what is wrong is said when the visit is left
      }
    });
  }
  function another() {
    keep_now();
    visit.notes.clear();
    if (values().mode === "one visit") return step({ ...setup.start }, visit.focus);
    const { mode, team } = values();
    return step({ ...setup.start, mode, team, patient: "", seed: null, career: null }, room.focus);
  }
  function opened(found) {
    keep_now();
    const [career, drafts] = drafts_of(found, roles);
    visit.notes.clear();
    step({ mode: "career", option: "", patient: career.patient, seed: career.seed, career, drafts, signed: now_as_text() }, () => (career.left ? debrief : visit).focus());
  }
  function wide(place) {
    return Math.max(NARROWEST, Math.min(WIDEST, Math.floor(place?.clientWidth || element.clientWidth - 60 || 640)));
  }

  // --- what stands where

  const room = make_room(data, clinic, prefix, { act, begin, refuse });
  const visit = make_visit(data, clinic, prefix, values, { act, orders: take_orders, foresee, leave, refuse, wide });
  const debrief = make_debrief(data, clinic, values, { wide, another });
  const files = make_career_files(clinic, prefix, {
    career: () => (values().career.left ? values().career : with_notes(values().career, values().drafts)), opened, refuse, another,
  });
  const watcher = new ResizeObserver(() => {
    if (!ready || element.clientWidth === drawn_at) return;
    draw(values());
  });
  watcher.observe(element);

  function draw(now) {
    drawn_at = element.clientWidth;
    const view = now.career ? clinic.play(now.career) : null;
    room.element.hidden = Boolean(view);
    visit.element.hidden = view?.kind !== "visit";
    debrief.element.hidden = debrief.below.hidden = view?.kind !== "ending";
    files.show(Boolean(view), view?.kind === "ending");
    if (!view) return now.patient ? `${now.patient[0].toUpperCase()}${now.patient.slice(1)} waits outside.` : "Six patients wait: choose one, or let one be dealt to you.";
    if (view.kind === "ending") {
      debrief.show(now, view);
      return view.words;
    }
    visit.show(now, view);
    return visit_words(view, data.told.days.length - 1);
  }
  return {
    above: [room.element, visit.element, debrief.element],
    below: [debrief.below, files.element],
    fill(now) {
      room.fill(now);
      visit.fill(now);
    },
    show(now) {
      ready = true;
      const key = JSON.stringify(now.career);
      if (key !== before) visit.closed(); // what was asked was asked about other choices
      before = key;
      return draw(now);
    },
    aloud: (words) => (visit.has_focus() ? words.replace(WHERE, "") : words), // the heading under the focus has said where we are
    close() {
      clearTimeout(ahead);
      if (timer) keep_now();
      watcher.disconnect();
      visit.close();
      debrief.close();
    },
  };
}

export default make_desk({ name: "clinic_desk", check: check_setting, build });
