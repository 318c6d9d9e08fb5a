// Sweeps: pictures computed ahead for every place of one slider; the page draws between them by itself.

function make_sweeps(scales, ask) {
  const kept = new Map(); // control -> { places, others, rows }
  const asked = new Map(); // control -> the setting it was asked for

  function others_of(values, name) {
    return Object.fromEntries(Object.entries(values).filter(([other]) => other !== name));
  }
  function fitting(values, name) {
    const found = kept.get(name);
    return found && same_values(found.others, others_of(values, name)) ? found : null;
  }
  return {
    /** Asks for a sweep of a control, unless it is there or under way for these values. */
    want(values, name) {
      if (fitting(values, name)) return;
      const setting = others_of(values, name);
      if (asked.has(name) && same_values(asked.get(name), setting)) return;
      asked.set(name, setting);
      ask(name);
    },
    take(message, view) {
      asked.delete(message.control);
      kept.set(message.control, { places: message.places, others: message.others, width: message.numbers, rows: shorts(view) });
    },
    has: (values, name) => Boolean(fitting(values, name)),
    forget: () => asked.clear(),
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
