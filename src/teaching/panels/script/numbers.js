// Small tools: elements, numbers as people write them, binary data.

/** An element with attributes and children; `text` is never read as markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "text") element.textContent = value;
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(Boolean));
  return element;
}

export const SVG_SPACE = "http://www.w3.org/2000/svg";

/** An element of a picture with attributes. */
export function make_svg(tag, attributes) {
  const element = document.createElementNS(SVG_SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Float32 numbers of a message; a copy, because a DataView need not start at a multiple of four bytes. */
export function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

export function shorts(view) {
  return new Int16Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

/** At most `figures` figures, no trailing zeros. */
export function plain(value, figures = 4) {
  return String(Number(value.toPrecision(figures)));
}

/** A number as a person types it: 1000, 0.25, 1.5 million. `typed_number` reads the same back. */
export function shown_number(value) {
  const size = Math.abs(value);
  if (size >= 1e5) return plain(value / 1e6, 3) + " million";
  return plain(value);
}

/** The number in a typed text (comma or point, 1e6, '1.5 million'), or NaN. */
export function typed_number(text) {
  const words = text.trim().toLowerCase().replace("\u2212", "-");
  const found = words.match(/^(-?[\d\s.,]*\d[.,]?(?:e[+-]?\d+)?)\s*(million|mio|m|thousand|k|%)?/);
  if (!found || !/\d/.test(found[1])) return NaN;
  const rest = words.slice(found[0].length).trim();
  if (rest && !/^[a-zµμ²/%·\s]+$/.test(rest)) return NaN; // a unit may stand behind the number
  const digits = found[1].replace(/\s/g, "");
  const thousands = /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits); // 1,000 is a thousand, 0,25 a quarter
  const number = Number(digits.replace(thousands ? /,/g : ",", thousands ? "" : "."));
  const times = { million: 1e6, mio: 1e6, m: rest ? 1 : 1e6, thousand: 1e3, k: 1e3 }[found[2]] || 1;
  return number * times;
}

const SUPERSCRIPT = { "-": "\u207b", 0: "\u2070", 1: "\u00b9", 2: "\u00b2", 3: "\u00b3", 4: "\u2074", 5: "\u2075", 6: "\u2076", 7: "\u2077", 8: "\u2078", 9: "\u2079" };

/** An amount with two figures, large and tiny ones as powers of ten: figures/parts.py writes the same. */
export function amount_in_words(amount) {
  if (amount < 1e-12) return "0";
  let power = Math.floor(Math.log10(amount) + 1e-9);
  if (power >= -3 && power <= 3) {
    const text = Number(amount.toPrecision(2)).toFixed(Math.max(0, 1 - power));
    return text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text;
  }
  let mantissa = String(Number((amount / 10 ** power).toFixed(1)));
  if (mantissa === "10") [mantissa, power] = ["1", power + 1];
  const ten = "10" + [...String(power)].map((letter) => SUPERSCRIPT[letter]).join("");
  return mantissa === "1" ? ten : `${mantissa} \u00d7 ${ten}`;
}

export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Value and share of a slider's track, on its own scale. */
export function value_at(control, share) {
  const { low, high, log } = control;
  return log ? low * (high / low) ** share : low + share * (high - low);
}

export function share_of(control, value) {
  const { low, high, log } = control;
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function same_values(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** Which of the stops lies nearest to a value, on the control's own scale. */
export function nearest(stops, value, log) {
  const gap = (stop) => (log ? Math.abs(Math.log(stop / value)) : Math.abs(stop - value));
  return stops.reduce((best, stop, k) => (gap(stop) < gap(stops[best]) ? k : best), 0);
}
