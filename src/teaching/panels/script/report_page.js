// The report of a lesson on a page without a kernel: the same page as learning/report.py writes, made from the store.

import { save_file } from "./files.js";
import { make } from "./numbers.js";
import { data_of_report } from "./report_data.js";

const HEAD = ["question", "prediction", "last answer", "result", "hints", "ideas met on the way"];
const FOOT = "A model for teaching. Not treatment advice. Written by the student's own browser; nobody has checked who sat there.";
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"; // a report has no script: nothing that gets into it can run or ask
const STYLE = `body { font: 15px/1.45 system-ui, sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; color: #1b1b1d; background: #fff; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .35em .8em .35em 0; border-bottom: 1px solid #bbb; }
@media print { body { margin: 0; font-size: 11pt; } }`;
const LONGEST_PLACED = 400; // letters of what was put where
const PANELS = "panels"; // predictions made in panels: their ids start with the lesson's number

/** What was predicted, answered, written and opened, a row a question. `judge(id, value)` is {right, idea}, or null when it
 * cannot judge; `tell(id, value)` is what was put where in words, or null of any other answer. */
export function rows_of({ lesson, questions }, store, judge, tell = () => null) {
  const entries = store.read(lesson);
  const rows = questions.map(({ id, prompt, unit, kept, judged: has_answer = true }) => {
    const of = (kind) => entries.filter((entry) => entry.question === id && entry.kind === kind).map((entry) => entry.value);
    const given = of("answer");
    const written = of("sentence").at(-1);
    const words = (value) => tell(id, value) ?? words_of(value, unit);
    const judged = given.map((value) => judge(id, value)).filter(Boolean);
    const first = judged.findIndex((verdict) => verdict.right);
    return {
      prompt, kept, has_answer, prediction: words_of(of("prediction").at(-1), unit), answer: written ?? words(given.at(-1)),
      tries: first < 0 ? judged.length : first + 1, hints: new Set(of("hint").map(String)).size, right: judged.length ? first >= 0 : null,
      ideas: [...new Set(judged.map((verdict) => verdict.idea).filter(Boolean))], asked: true, given: given.length || (written ? 1 : 0),
    };
  });
  const sentences = entries.filter((entry) => entry.kind === "sentence");
  const latest = new Map(store.read(PANELS).filter((entry) => entry.kind === "prediction" && entry.question.startsWith(`${lesson.slice(0, 2)}-`)).map((entry) => [entry.question, entry.value]));
  const last_sentence = new Map([...sentences, ...store.read(PANELS).filter((entry) => entry.kind === "sentence" && entry.question.startsWith(`${lesson.slice(0, 2)}-`))].map((entry) => [entry.question, entry.value]));
  for (const [id, value] of latest) {
    rows.push({ prompt: `Panel: ${id.split("-").slice(1).join(" ")}`, prediction: words_of(value, ""), answer: last_sentence.get(id) ?? "", tries: 0, hints: 0, right: null, ideas: [], asked: false, given: 0 });
  }
  return [...rows, ...desk_rows(entries)];
}

/** What was kept at desks: the last setting with words of its own, a row for each time something was signed. */
function desk_rows(entries) {
  const found = new Map();
  for (const { kind, question, value } of entries) {
    if (kind !== "desk") continue;
    try {
      const { says, signed = "" } = JSON.parse(value);
      if (typeof says === "string" && says && typeof signed === "string") found.set(JSON.stringify([question, signed]), { question, says });
    } catch {
      continue; // a line that is none
    }
  }
  return [...found.values()].map(({ question, says }) => ({ prompt: `Desk: ${question.split("-").at(-1)}`, prediction: "", answer: says, tries: 0, hints: 0, right: null, ideas: [], asked: false, given: 0, desk: true }));
}

function words_of(value, unit) {
  if (value === undefined) return "";
  if (Array.isArray(value)) return typeof value[0]?.[0] === "string" ? value.map((pair) => pair.join(": ")).join("; ").slice(0, LONGEST_PLACED) : `${value.length} points drawn`;
  return `${value}`.slice(0, 120) + (typeof value === "number" && unit ? ` ${unit}` : "");
}

function result_of(row) {
  if (row.desk) return "kept";
  if (row.kept) return row.given ? "written" : "not yet written"; // in own words: nothing judges it
  if (row.right === null) return row.given ? "answered" : row.prediction ? "predicted" : "not yet tried";
  const tries = row.tries === 1 ? "at the first try" : `after ${row.tries} tries`;
  return row.right ? `right ${tries}` : `not yet right ${tries}`;
}

/** Everything that is kept of a lesson and of its panels. */
export function entries_of(lesson, store) {
  return [...store.read(lesson), ...store.read(PANELS).filter(({ question }) => question.startsWith(`${lesson.slice(0, 2)}-`))];
}

/** One sentence over all rows. */
export function summary_of(lesson, rows) {
  if (rows.length && !rows.some((row) => row.has_answer)) return summary_of_words(lesson, rows);
  const asked = rows.filter((row) => row.right !== null || result_of(row) === "not yet tried");
  const right = rows.filter((row) => row.right === true).length;
  const predicted = rows.filter((row) => row.prediction).length;
  const hints = rows.reduce((sum, row) => sum + row.hints, 0);
  return `Lesson ${lesson}: ${right} of ${asked.length} questions right, ${predicted} predictions kept, ${hints} hint${hints === 1 ? "" : "s"} opened.`;
}

/** The sentence over a lesson in which nothing is right or wrong. */
function summary_of_words(lesson, rows) {
  const written = rows.filter((row) => row.answer).length;
  const predicted = rows.filter((row) => row.prediction).length;
  return `Lesson ${lesson}: nothing here is right or wrong; ${written} of ${rows.length} rows are filled, ${predicted} predictions kept.`;
}

function table_of(rows) {
  const cells = (row) => [row.prediction, row.answer, result_of(row), row.hints || "", row.ideas.join(", ")].map((text, k) => make("td", k === 1 ? { text, style: "white-space:pre-line" } : { text }));
  return make(
    "table", {}, make("thead", {}, make("tr", {}, ...HEAD.map((text) => make("th", { scope: "col", text })))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, make("th", { scope: "row", text: row.prompt }), ...cells(row)))),
  );
}

/** The whole page as text. Everything a student wrote goes in as text, never as markup. */
export function report_text(lesson, name, rows, now, entries = []) {
  return text_of(`Lesson ${lesson}`, name, summary_of(lesson, rows), table_of(rows), now, data_of_report(lesson, name, now, entries));
}

/** `data`: the entries as text, for `teaching collect`; '' where there are none. */
function text_of(title, name, summary, table, now, data = "") {
  const about = [name, now.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" }), summary].filter(Boolean).join(" · ");
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = "en";
  page.head.prepend(make("meta", { charset: "utf-8" }));
  if (data) page.head.append(make("meta", { name: "teaching-report", content: data }));
  page.head.append(make("meta", { "http-equiv": "Content-Security-Policy", content: POLICY }), make("style", { text: STYLE }));
  page.body.append(make("h1", { text: title }), make("p", { text: about }), table, make("p", { text: FOOT }));
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

// --- a page to take home: some of the questions, line by line, as learning/take_home.py writes it

/** The lines of the page: what is asked, and the own words or ''. `questions` are those of the page alone. */
export function lines_of({ lesson, questions }, store) {
  const written = new Map(store.read(lesson).filter(({ kind }) => kind === "sentence").map(({ question, value }) => [question, value]));
  return questions.map(({ id, prompt }) => ({ prompt, words: written.get(id) ?? "" }));
}

/** One sentence over all lines. */
export function summary_of_page({ page }, lines) {
  return `${page.title}: ${lines.filter(({ words }) => words).length} of ${lines.length} lines written.`;
}

function table_of_page(lines) {
  const row = ({ prompt, words }) => make("tr", {}, make("th", { scope: "row", text: prompt, style: "width:34%" }), make("td", { text: words || "(not written yet)", style: "white-space:pre-line" }));
  const head = ["line", "in your own words"].map((text) => make("th", { scope: "col", text }));
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...lines.map(row)));
}

export function show_report(place, data, store, judge = () => null, tell = () => null) {
  const what = data.page ? "page" : "report";
  const shown = make("div", { class: "teaching-report", tabindex: "0", role: "region", "aria-label": `My ${what}` });
  const name = make("input", { type: "text", maxlength: 200, id: `${what}-name-${data.lesson}`, autocomplete: "off" });
  const said = make("p", { role: "status" });
  const file = () => `${what}_${data.lesson}_${new Date().toLocaleDateString("sv")}.html`;
  /** Title, summary and table as they are now. */
  function made() {
    if (!data.page) {
      const rows = rows_of(data, store, judge, tell);
      return { title: `Lesson ${data.lesson}`, summary: summary_of(data.lesson, rows), table: table_of(rows) };
    }
    const lines = lines_of(data, store);
    return { title: data.page.title, summary: summary_of_page(data, lines), table: table_of_page(lines) };
  }
  function text() {
    const who = name.value.trim(), now = new Date();
    if (!data.page) return report_text(data.lesson, who, rows_of(data, store, judge, tell), now, entries_of(data.lesson, store));
    const { title, summary, table } = made();
    return text_of(title, who, summary, table, now);
  }
  function save() {
    save_file(file(), "text/html", text());
    said.textContent = `Saved as ${file()} among this browser's downloads: open it to read, print or hand in.`;
  }
  function print() {
    document.querySelector(".teaching-printed")?.remove();
    const frame = make("iframe", { class: "teaching-printed", title: `My ${what}, to be printed`, sandbox: "allow-same-origin allow-modals", onload: () => frame.contentWindow.print() });
    frame.srcdoc = text();
    document.body.append(frame);
  }
  function show() {
    const { summary, table } = made();
    shown.replaceChildren(make("p", {}, make("strong", { text: summary })), table);
  }
  place.replaceChildren(
    shown,
    make(
      "p", { class: "teaching-buttons" }, make("label", { for: name.id, text: `Name on the ${what} (if you like)` }), name,
      make("button", { type: "button", class: "teaching-button", text: `Save my ${what}`, onclick: save }),
      make("button", { type: "button", class: "teaching-button", text: `Print my ${what}`, onclick: print }),
    ),
    said,
  );
  store.on_change(show);
  show();
}
