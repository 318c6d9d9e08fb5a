// Settings on a page without a kernel: as a file and as one line, written and read as panels/scenarios.py does.

const KIT = "bcell-teaching-kit";
const SCHEMA = 1;
const LARGEST = 20000; // letters; a setting is far smaller
const SHOWN = 40; // letters of somebody's text that a sentence repeats

const short = (value) => {
  const text = typeof value === "string" ? `'${value}'` : JSON.stringify(value) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
};

/** The setting that the controls show: of those that are hidden now nothing is told. */
function used_of(setup, values) {
  const shown = setup.controls.filter(({ when }) => Object.entries(when).every(([name, wanted]) => values[name] === wanted));
  return Object.fromEntries(shown.map(({ name }) => [name, values[name]]));
}

export function as_file({ scenario, ...setup }, values) {
  return `${JSON.stringify({ kit: KIT, schema: SCHEMA, ...scenario, values: used_of(setup, values) }, null, 1)}\n`;
}

export function as_line({ scenario, ...setup }, values) {
  const pairs = Object.entries(used_of(setup, values)).map(([name, value]) => `${name}=${value}`);
  return `${scenario.panel} | ${scenario.about} | ${pairs.join("; ")}`;
}

function read_file(text) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error("this scenario file cannot be read: it is damaged or no JSON.");
  }
  if (content?.kit !== KIT) throw new Error("this file is no scenario of the B-cell depletion teaching kit.");
  if (Number.isInteger(content.schema) && content.schema > SCHEMA) throw new Error(`this scenario was made by a newer version of the kit (schema ${content.schema}); this one reads ${SCHEMA}.`);
  if (content.schema !== SCHEMA) throw new Error(`this scenario has no schema number that this kit knows (${SCHEMA}).`);
  if (typeof content.values !== "object" || content.values === null || Array.isArray(content.values)) throw new Error("the values of this scenario are not a short list of controls.");
  return content;
}

function read_line(text) {
  const parts = text.split("|").map((part) => part.trim());
  if (text.includes("\n") || parts.length !== 3) throw new Error("this is no scenario; one line looks like: treatment | SLE | product=rituximab; dose=1000.");
  const values = Object.create(null); // whatever a name is, it is a name
  for (const pair of parts[2].split(";").map((part) => part.trim()).filter(Boolean)) {
    const at = pair.indexOf("=");
    if (at < 0) throw new Error(`${short(pair)} in this line is not of the form name=value.`);
    const [name, value] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (Object.hasOwn(values, name)) throw new Error(`${short(name)} stands twice in this line; once is needed.`);
    values[name] = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(value) ? Number(value) : value;
  }
  return { panel: parts[0], about: parts[1], values };
}

function checked(spec, value) {
  if (spec.kind === "choice") {
    if (spec.options.includes(value)) return value;
    throw new Error(`${spec.label} is ${short(value)}; choose one of: ${spec.options.join(", ")}.`);
  }
  const whole = !spec.whole || Number.isInteger(value);
  if (typeof value === "number" && value >= spec.low && value <= spec.high && whole) return value;
  throw new Error(`${spec.label} is ${short(value)}; allowed is a ${spec.whole ? "whole " : ""}number from ${spec.low} to ${spec.high} ${spec.unit}`.trim() + ".");
}

/** The values of all controls that a text asks for, the panel's start where it says nothing. Throws one sentence. */
export function read_scenario({ scenario, controls, start }, text) {
  if (text.length > LARGEST) throw new Error(`this text has ${text.length.toLocaleString("en")} characters; a scenario has fewer than ${LARGEST.toLocaleString("en")}.`);
  const own = text.trim().replace(/^\ufeff/, "");
  if (!own) throw new Error("this scenario is empty.");
  const found = "{[".includes(own[0]) ? read_file(own) : read_line(own);
  if (found.panel !== scenario.panel) throw new Error(`this scenario belongs to the panel ${short(found.panel)}, and this is the panel '${scenario.panel}'.`);
  if ((found.about ?? "") !== scenario.about) throw new Error(`this scenario is about ${short(found.about)}, and this panel is about '${scenario.about}'.`);
  const specs = Object.fromEntries(controls.map((spec) => [spec.name, spec]));
  const values = { ...start };
  for (const [name, value] of Object.entries(found.values)) {
    if (!Object.hasOwn(specs, name)) throw new Error(`${short(name)} is not a control of this panel; it has: ${Object.keys(specs).join(", ")}.`);
    values[name] = checked(specs[name], value);
  }
  return values;
}
