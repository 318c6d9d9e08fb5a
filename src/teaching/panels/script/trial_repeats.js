// The same trial many times over, a few at a time, so that the page stays alive: how often each conclusion comes.

import { make } from "./numbers.js";
import { repeats_picture } from "./trial_pictures.js";
import { repetitions_seed, run_trial } from "./trial.js";

const A_WHILE_MS = 25; // so long the page is not asked what the hand does

/** Returns { element, forget() }. `values()`: the setting whose protocol is repeated; `wide()`: px there are. */
export function make_repeats(tables, values, wide) {
  const counts = () => Object.fromEntries(Object.keys(tables.verdicts).map((name) => [name, 0]));
  let timer = 0;
  const bar = make("progress", { max: tables.repetitions, value: 0, "aria-label": "Trials that were run", hidden: true });
  const said = make("p", { role: "status" }), picture = make("div", { class: "teaching-trial-picture" });
  const go = make("button", { type: "button", text: `Run my trial ${tables.repetitions} times`, onclick: start });
  const stop = make("button", { type: "button", text: "Stop", hidden: true, onclick: () => end(true) });
  let seen = counts(), done = 0;

  function start() {
    [seen, done] = [counts(), 0];
    bar.hidden = stop.hidden = false;
    go.disabled = true;
    stop.focus();
    const plan = values();
    const step = () => {
      const until = performance.now() + A_WHILE_MS;
      while (done < tables.repetitions && performance.now() < until) seen[run_trial(tables, plan, repetitions_seed(tables, plan.seed, done++)).supports]++;
      bar.value = done;
      if (done < tables.repetitions) timer = setTimeout(step);
      else end(false);
    };
    step();
  }
  function end(early) {
    clearTimeout(timer);
    go.disabled = false;
    if (stop.contains(stop.getRootNode().activeElement)) go.focus();
    bar.hidden = stop.hidden = true;
    const won = seen["works better"], words = `${early ? "Stopped: " : ""}${done} trials with this protocol, other dice each time. In ${won} of them, ${Math.round((100 * won) / Math.max(1, done))} %, the data support "works better".`;
    said.textContent = words;
    picture.replaceChildren(repeats_picture(seen, done, Object.keys(tables.verdicts), Math.min(560, wide()), words));
  }
  const element = make(
    "section", { class: "teaching-step-of-trial", hidden: true }, make("h4", { text: "5 · The power of your protocol" }),
    make("p", { text: "How often does a trial like yours say that the therapy works better? Where it does work better, this share is the power; where it does not, these are false alarms." }),
    make("p", { class: "teaching-row" }, go, stop, bar), said, picture,
  );
  return {
    element,
    forget() {
      clearTimeout(timer);
      go.disabled = false;
      bar.hidden = stop.hidden = true;
      said.textContent = "";
      picture.replaceChildren();
    },
  };
}
