// The deliberation: take a card, commit, hear the other three, revise, say what moved you, and meet the room.
// Nothing here knows a right answer.

import { make_desk } from "./desk.js";
import { make_cards } from "./deliberation_cards.js";
import { blank, check_setting, follows } from "./deliberation_checks.js";
import { make_choice } from "./deliberation_choice.js";
import { make_room } from "./deliberation_room.js";
import { in_sentence, others_of, says_of, status_words, time_in_words } from "./deliberation_words.js";
import { make } from "./numbers.js";

const NARROWEST = 260; // px

function build({ setup, data, prefix, element, change, keep, refuse, values }) {
  let refused = {}; // parts that stand in the fields and could not be used yet
  /** What the hand has done since, also what was typed a moment ago and not left yet. */
  const pending = () => ({ ...refused, ...first.read(), ...(values().heard === data.roles.length - 1 ? second.read() : {}) });
  const button = (text, onclick) => make("button", { type: "button", class: "teaching-run", text, onclick });
  const step = (title, ...inside) => make("section", { class: "teaching-step" }, make("h4", { text: title }), ...inside);

  // --- what stands where

  const deal = button("Deal me a card", () => take(data.roles[crypto.getRandomValues(new Uint32Array(1))[0] % data.roles.length].role, true));
  const chairs = data.roles.map((one) => make("button", { type: "button", text: one.name, onclick: () => take(one.role, false) }));
  const taking = make("div", { class: "teaching-row", role: "group", "aria-label": "Take a card" }, deal, make("span", { text: "or choose:" }), ...chairs);
  const cards = make_cards(data);
  const first = make_choice(data, prefix, { option: "option", sure: "sure", words: "reason" }, "With Mara I would choose:", "How sure are you?", "One reason, in your own words", act);
  const commit = button("Commit: sign this choice", () => now_then({ signed: now_in_utc() }, () => hear.focus()));
  const signed = make("p", { class: "teaching-seal", role: "status" });
  const hear = button("", hear_next);
  const heard = make("p", { role: "status" });
  const movers = make("select", { id: prefix + "moved_by", onchange: () => act({ moved_by: movers.value }) });
  const moved_by = make("p", { class: "teaching-row" }, make("label", { for: movers.id, text: "What moved you most?" }), movers);
  const second = make_choice(data, prefix, { option: "option_after", sure: "sure_after", words: "moved" }, "Now I would choose:", "How sure are you now?", "What moved you, or why did nothing move you?", act, moved_by);
  const close = button("Sign this as well", () => now_then({ closed: now_in_utc() }, () => again.focus()));
  const closed = make("p", { class: "teaching-seal", role: "status" });
  const room = make_room(setup, prefix, values, (part) => act(part, true), wide, refuse);
  const again = make("button", { type: "button", text: "Sit in another chair", title: "A new round; what you signed stays kept", onclick: () => now_then(blank(values().room), () => deal.focus(), true) });
  const steps = {
    commit: step("2 · Commit", first.element, make("p", { class: "teaching-row" }, commit), signed),
    hear: step("3 · Hear the others", cards.others, make("p", { class: "teaching-row" }, hear), heard),
    revise: step("4 · Revise, and say what moved you", second.element, make("p", { class: "teaching-row" }, close), closed),
  };

  // --- what the hand does

  function now_in_utc() {
    return `${new Date().toISOString().slice(0, 19)}Z`;
  }
  /** The setting with what it says for the report; Error with one sentence if it cannot come after the present one. */
  function ready(next) {
    const known = check_setting(setup, { ...next, says: "" });
    const whole = { ...known, says: says_of(data, known) };
    follows(values(), whole, setup.start);
    return whole;
  }
  /** Changes a part of the setting; with `kept` it is kept too. Whether it can be used. */
  function act(part, kept = false) {
    const now = values(), parts = { ...pending(), ...part };
    let next = { ...now, ...parts };
    try {
      next = ready(next);
    } catch (problem) {
      refused = parts;
      change(next); // where the setting alone is wrong, this says why and offers the way back
      refuse(problem.message, true);
      return false;
    }
    if (kept) keep(next);
    else change(next);
    refused = {};
    return true;
  }
  /** Changes parts, keeps the setting, then goes on; what is missing is said and nothing is lost. */
  function now_then(part, then, fresh = false) {
    const next = fresh ? part : { ...values(), ...pending(), ...part };
    try {
      const whole = ready(next);
      refused = {};
      keep(whole, (done) => done && then());
    } catch (problem) {
      refuse(problem.message, false);
    }
  }
  function take(role, dealt) {
    now_then({ role, dealt }, () => cards.focus(role));
  }
  function hear_next() {
    const now = values(), next = others_of(data, now.role)[now.heard];
    if (next) now_then({ heard: now.heard + 1 }, () => cards.focus(next.role));
  }
  function wide() {
    return Math.max(NARROWEST, Math.floor(element.clientWidth ? element.clientWidth - 34 : 640));
  }

  // --- what the page shows

  const watcher = new ResizeObserver(() => {
    if (wide() === drawn_at || drawn_at === 0) return;
    drawn_at = wide();
    room.show(values());
  });
  let drawn_at = 0;
  watcher.observe(element);

  return {
    above: [step("1 · Your card", taking, cards.mine), steps.commit, steps.hear, steps.revise],
    below: [room.element, make("p", { class: "teaching-row" }, again)],
    fill(now) {
      if (now === values()) refused = {}; // the last valid setting is back
      first.fill(now);
      second.fill(now);
      movers.value = now.moved_by;
    },
    show(now) {
      drawn_at = wide();
      const others = now.role ? others_of(data, now.role) : [], next = others[now.heard];
      taking.hidden = Boolean(now.role);
      cards.show(now.role, others.slice(0, now.heard).map((one) => one.role));
      steps.commit.hidden = !now.role;
      steps.hear.hidden = !now.role;
      steps.revise.hidden = !now.signed || Boolean(next);
      first.lock(Boolean(now.signed));
      second.lock(Boolean(now.closed));
      commit.hidden = Boolean(now.signed);
      close.hidden = Boolean(now.closed);
      again.hidden = !now.closed;
      signed.textContent = now.signed ? `Signed on ${time_in_words(now.signed)}. This choice stays as it is.` : "";
      closed.textContent = now.closed ? `Signed on ${time_in_words(now.closed)}.` : "";
      hear.hidden = !next || !now.signed;
      hear.textContent = next ? `Hear ${in_sentence(next.name)}` : "";
      heard.textContent = now.signed ? `${now.heard} of ${others.length} heard.` : "Commit first; then these cards open one after another.";
      const wanted = ["", ...others.map((one) => one.role), ...Object.keys(data.no_person)];
      if (wanted.join() !== [...movers.options].map((one) => one.value).join()) {
        const name = (one) => data.no_person[one] ?? in_sentence(data.roles.find(({ role }) => role === one).name);
        movers.replaceChildren(...wanted.map((one) => make("option", { value: one, text: one ? name(one) : "choose" })));
      }
      movers.value = now.moved_by;
      room.element.hidden = !now.closed && !now.room.length;
      room.show(now);
      return status_words(data, now);
    },
    close: () => watcher.disconnect(),
  };
}

export default make_desk({ name: "deliberation", check: check_setting, build });
