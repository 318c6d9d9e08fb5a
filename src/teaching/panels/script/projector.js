// One panel on a projector: nothing else on the screen, large type, strong contrast, keys for the next case and the start.
// Letters are keys only here, and never while somebody types. Page Down and Page Up are what a presenter's remote sends.

import { make } from "./numbers.js";

const TYPING = 'input:not([type="range"]):not([type="radio"]):not([type="checkbox"]):not([type="button"]), textarea, select';

/** `panel`: its element, with the handle `teaching`; `host`: what fills the screen. */
export function make_projector(panel, host) {
  const handle = panel.teaching;
  const { cases } = handle;
  let place = -1; // of the case that is shown; -1: none was chosen yet
  let behind = []; // what is out of reach while the projector is on
  let came_from = null;

  const where = make("span", { class: "teaching-projector-case", role: "status" });
  const button = (key, text, act) => make("button", { type: "button", title: `Key ${key}`, "aria-keyshortcuts": key, onclick: act }, make("kbd", { "aria-hidden": "true", text: key === "Escape" ? "Esc" : key }), ` ${text}`);
  const controls = button("C", "Controls", () => show_controls(!host.classList.contains("teaching-with-controls")));
  const bar = make(
    "div", { class: "teaching-projector-bar", role: "toolbar", "aria-label": "Projector" },
    where,
    cases.length ? button("N", "Next case", () => go(1)) : null,
    cases.length ? button("B", "Case before", () => go(-1)) : null,
    button("R", "Reset", reset),
    cases.length || handle.has_controls ? controls : null,
    button("Escape", "Leave", leave),
  );

  function say(words) {
    where.textContent = words;
  }
  function go(step) {
    if (!cases.length) return;
    if (handle.is_locked()) return say("Predict first.");
    const now = cases.indexOf(handle.case_now());
    const from = now >= 0 ? now : place;
    place = from < 0 ? (step > 0 ? 0 : cases.length - 1) : (from + step + cases.length) % cases.length;
    handle.take_case(cases[place]);
    say(`Case ${place + 1} of ${cases.length}: ${cases[place]}`);
  }
  function reset() {
    if (handle.is_locked()) return say("Predict first.");
    place = -1;
    handle.reset();
    say("Back at the start.");
  }
  function show_controls(wanted) {
    host.classList.toggle("teaching-with-controls", wanted);
    controls.setAttribute("aria-pressed", String(wanted));
  }
  const keys = { n: () => go(1), PageDown: () => go(1), b: () => go(-1), PageUp: () => go(-1), r: reset, c: () => controls.isConnected && controls.click(), Escape: leave };
  function pressed(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest?.(TYPING)) {
      if (event.key !== "Escape" || event.ctrlKey || event.altKey || event.metaKey) return;
    }
    if (event.key.startsWith("Page") && event.target.type === "range") return; // they move the slider
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
  /** Everything beside the host, up to the page, is out of reach of Tab and of a screen reader. */
  function take_away() {
    for (let at = host; at !== document.body; at = at.parentElement) {
      for (const other of at.parentElement.children) {
        if (other === at || other.inert || ["SCRIPT", "STYLE", "LINK"].includes(other.tagName)) continue;
        other.inert = true;
        behind.push(other);
      }
    }
  }
  function enter(words = "") {
    if (bar.isConnected) return;
    came_from = document.activeElement;
    document.documentElement.classList.add("teaching-projecting");
    host.classList.add("teaching-projector");
    show_controls(false);
    host.append(bar);
    take_away();
    document.addEventListener("keydown", pressed, true);
    const now = handle.case_now();
    place = cases.indexOf(now);
    say(words || (place >= 0 ? `Case ${place + 1} of ${cases.length}: ${now}` : ""));
    bar.querySelector("button").focus({ preventScroll: true });
  }
  function leave() {
    document.documentElement.classList.remove("teaching-projecting");
    host.classList.remove("teaching-projector", "teaching-with-controls");
    bar.remove();
    for (const other of behind) other.inert = false;
    behind = [];
    document.removeEventListener("keydown", pressed, true);
    came_from?.focus?.();
  }
  return { enter, leave };
}
