// The timeline under a picture: a slider and a play button. The page moves by itself; no message is sent.

import { clamp, make } from "./numbers.js";

const REST_STOP_MS = 300; // the kernel hears the place when the hand rests: files show it

export function make_player(timeline, stops, prefix, moved, settled) {
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const steps = timeline.steps.length > 0;
  const id = prefix + "timeline";
  let stop = first;
  let stop_playing = null; // ends what moves the timeline: a frame or a timer, never another one's
  let rest = 0;
  const slider = make("input", {
    type: "range", id, min: first, max: last, step: steps ? "any" : (last - first) / 1000,
    oninput() {
      pause();
      go(Number(slider.value));
    },
    onkeydown(event) {
      event.stopPropagation();
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!way) return;
      event.preventDefault();
      pause();
      go(Math.round(stop + way * (steps ? Math.sign(way) / Math.abs(way) : 1)));
    },
  });
  const output = make("output", { for: id, class: "teaching-stop" });
  const step_words = make("p", { class: "teaching-step", role: "status", "aria-live": "polite", hidden: !steps });
  const button = make("button", { type: "button", class: "teaching-play", "aria-pressed": "false", onclick: () => (stop_playing ? pause() : play()) });
  const element = make("div", { class: "teaching-player" }, button, make("label", { for: id, text: timeline.label }), slider, output);

  function words() {
    if (steps) return `${Math.round(stop) + 1} of ${stops.length}`;
    return `${Math.round(stop)}${timeline.unit ? " " + timeline.unit : ""}`;
  }
  function go(place, tell = true) {
    stop = clamp(place, first, last);
    slider.value = stop;
    slider.setAttribute("aria-valuetext", `${timeline.label} ${words()}`);
    output.textContent = words();
    const sentence = steps ? timeline.steps[clamp(Math.round(stop), 0, timeline.steps.length - 1)] : "";
    if (step_words.textContent !== sentence) step_words.textContent = sentence;
    moved(stop);
    clearTimeout(rest);
    if (tell) rest = setTimeout(() => settled(stop), REST_STOP_MS);
  }
  function label() {
    button.textContent = stop_playing ? "\u275a\u275a Pause" : "\u25b6 Play";
    button.setAttribute("aria-pressed", String(Boolean(stop_playing)));
  }
  function pause() {
    stop_playing?.();
    stop_playing = null;
    label();
  }
  // Every stop gets the same time, so that the days on which much happens, which have many stops, do not fly by.
  const count = stops.length - 1;
  function progress() {
    let k = 0;
    while (k < count - 1 && stops[k + 1] <= stop) k++;
    return (k + clamp((stop - stops[k]) / (stops[k + 1] - stops[k]), 0, 1)) / count;
  }
  function place_of(share) {
    const place = clamp(share, 0, 1) * count;
    const k = Math.min(Math.floor(place), count - 1);
    return stops[k] + (place - k) * (stops[k + 1] - stops[k]);
  }
  function play() {
    if (stop >= last) go(first);
    // Whoever asks for less motion gets still pictures, one a second.
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      const leap = 1 / Math.max(1, Math.min(count, 12));
      const wait = () => {
        const id = setTimeout(() => tick(progress() + leap, wait), 1000);
        stop_playing = () => clearTimeout(id);
      };
      wait();
    } else {
      let before = performance.now();
      const wait = () => {
        const id = requestAnimationFrame((now) => {
          const step = Math.max(0, now - before) / (1000 * timeline.seconds);
          before = now;
          tick(progress() + step, wait);
        });
        stop_playing = () => cancelAnimationFrame(id);
      };
      wait();
    }
    label();
  }
  function tick(share, wait) {
    go(place_of(share));
    if (stop >= last) pause();
    else wait();
  }
  label();
  return { element, step_words, go, pause, place: () => stop };
}
