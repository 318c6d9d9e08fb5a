// Sweeps: pictures computed ahead for every place of one slider; the page draws between them by itself.

import { clamp, same_values, share_of, shorts } from "./numbers.js";

/** `ask(control, values, answered)` asks the kernel; `scales`: steps per unit of every number of a frame. */
export function make_sweeps(scales, ask) {
  const kept = new Map(); // control -> { places, others, width, rows }
  const asked = new Map(); // control -> the setting a sweep is under way for
  const refused = new Map(); // control -> the setting that none can be had for

  const others_of = (values, name) => Object.fromEntries(Object.entries(values).filter(([other]) => other !== name));
  const is_for = (map, name, others) => map.has(name) && same_values(map.get(name), others);
  function fitting(values, name) {
    const found = kept.get(name);
    return found && same_values(found.others, others_of(values, name)) ? found : null;
  }
  return {
    /** Asks for a sweep of a control, unless it is there, under way or refused for this setting. */
    want(values, name, arrived = () => {}) {
      const others = others_of(values, name);
      if (fitting(values, name) || is_for(asked, name, others) || is_for(refused, name, others)) return;
      asked.set(name, others);
      ask(name, { ...values }, (answer, data) => {
        if (is_for(asked, name, others)) asked.delete(name);
        if (answer.outcome === "refused") refused.set(name, others);
        if (answer.outcome !== "done") return; // dropped: the next time the hand comes near, it is asked for again
        kept.set(name, { places: data.content.places, others, width: data.content.numbers, rows: shorts(data.view) });
        arrived();
      });
    },
    has: (values, name) => Boolean(fitting(values, name)),
    /** The numbers of a picture between two computed ones, or null. Positions on the page are
        interpolated, which is the logarithmic scale where the axis is logarithmic. */
    between(values, control) {
      const found = fitting(values, control.name);
      if (!found) return null;
      const last = found.places.length - 1;
      const place = clamp(share_of(control, values[control.name]), 0, 1) * last;
      const k = Math.min(Math.floor(place), last - 1);
      const share = place - k;
      const numbers = new Float32Array(found.width);
      const [one, two] = [k * found.width, (k + 1) * found.width];
      for (let i = 0; i < found.width; i++) {
        numbers[i] = (found.rows[one + i] + share * (found.rows[two + i] - found.rows[one + i])) / scales[i];
      }
      return numbers;
    },
  };
}
