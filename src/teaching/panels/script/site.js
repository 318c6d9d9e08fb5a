// The site's own script, on every page: starts panels when they come near the window, questions, the report, the line
// that says where answers are kept, reading progress, meanings of terms, light and dark. A page that was opened as a
// file may neither fetch nor import, so data comes as classic scripts.

import { start_on_site } from "./around.js";
import { follow_the_theme } from "./daylight.js";
import { show_desk } from "./desk_page.js";
import { show_kept } from "./kept.js";
import { make } from "./numbers.js";
import { show_page } from "./page.js";
import { show_question, unpack_rule } from "./question_page.js";
import { make_reading, show_progress, show_read_lessons } from "./reading.js";
import { show_report } from "./report_page.js";
import { PLACED } from "./placing.js";
import { answer_words, judge, read_answer } from "./rule.js";
import { watch_boxes } from "./scrolling.js";
import { make_store, storage_of_page } from "./store.js";
import { wire_terms } from "./terms.js";

const NEAR = "600px 0px"; // so far below and above the window a panel is made ready
const LOST = "The data of this panel did not come: reload the page, or copy the whole folder of the site again. Picture and words above are those of its start.";
const OLD_QUESTION = "This browser is too old to check answers here; the question is there to think about.";
const OLD = "This browser is too old for the moving panel; picture and words above are those of its start.";

/** Starts everything on the page. */
export function start() {
  const { lesson = "", kit = "" } = document.querySelector("[data-site]")?.dataset ?? {};
  const storage = storage_of_page();
  const store = make_store({ storage, kit });
  const reading = make_reading(storage);
  follow_the_theme();
  wire_terms(document);
  watch_boxes(document);
  const shows = {
    report: (place) => start_report(place, store), // first: it reads the rules that questions take off the page
    question: (place) => start_question(place, store),
    kept: (place) => show_kept(place, store, reading),
    progress: (place) => lesson && show_progress(place, lesson, reading),
  };
  for (const [kind, show] of Object.entries(shows)) {
    for (const place of places(kind)) show(place);
  }
  show_read_lessons(document, reading);
  watch_panels(store);
  unfold_on_paper();
}

const places = (kind) => document.querySelectorAll(`.teaching-place[data-kind="${kind}"]`);

function data_of(place) {
  return JSON.parse(place.querySelector('script[type="application/json"]').textContent);
}

// --- questions and the report

const rules = new Map(); // id of a question -> its rule, unpacked; a check's rule judges, a prediction's cannot

/** The question as a widget; where it cannot start, its words stay and a sentence says so. */
async function start_question(place, store) {
  const data = data_of(place);
  const host = make("div", { hidden: true });
  place.append(host);
  try {
    if (!("DecompressionStream" in globalThis)) throw new Error(OLD_QUESTION);
    await show_question(data, host, store);
    place.replaceChildren(host);
    host.hidden = false;
    place.dataset.started = "yes";
  } catch (problem) {
    host.remove();
    place.append(make("p", { role: "status", text: OLD_QUESTION }));
    place.dataset.started = "no";
    if (problem.message !== OLD_QUESTION) throw problem;
  }
}

async function start_report(place, store) {
  if ("DecompressionStream" in globalThis) {
    for (const asked of places("question")) {
      const data = asked.dataset.started ? null : data_of(asked);
      if (data?.setup.action === "check") rules.set(data.setup.id, unpack_rule(data));
    }
  }
  const known = new Map(await Promise.all([...rules].map(async ([id, rule]) => [id, await rule])));
  const of_known = (act) => (id, value) => (known.has(id) ? act(known.get(id), value) : null);
  show_report(place, data_of(place), store, of_known(verdict_on), of_known(words_on));
}

/** {right, idea} of a value, or null of one that an older version took and this one does not. */
function verdict_on(entry, value) {
  const read = read_answer(entry, value);
  if (read.value === null || !entry.answer) return null; // own words, or what was counted in them
  const { right, misconception } = judge(entry, read.value);
  return { right, idea: misconception };
}

/** What was put where, in words; null of every other kind of answer, and of one that does not fit any longer. */
function words_on(entry, value) {
  const read = PLACED.includes(entry.kind) ? read_answer(entry, value).value : null;
  return read && answer_words(entry, read);
}

// --- panels

function watch_panels(store) {
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      queue = queue.then(() => start_panel(target, store)); // one after the other: reading goes on meanwhile
    }
  }, { rootMargin: NEAR });
  let queue = Promise.resolve();
  for (const kind of ["panel", "desk"]) for (const place of places(kind)) watcher.observe(place);
}

const asked = new Map(); // address -> promise of its data: equal panels share one file

function load(address) {
  if (!asked.has(address)) {
    asked.set(address, new Promise((done, failed) => {
      const script = make("script", { src: address, onload: () => done(), onerror: () => failed(new Error(LOST)) });
      document.head.append(script);
    }));
  }
  return asked.get(address);
}

async function start_panel(place, store) {
  const still = place.querySelector(".teaching-still");
  try {
    if (!("DecompressionStream" in globalThis)) throw new Error(OLD);
    // A desk's script is not part of this one: most pages have none, and it would be most of what they load.
    await Promise.all([place.dataset.file, place.dataset.script].filter(Boolean).map(load));
    const data = globalThis.teaching_data?.[place.dataset.file.split("/").pop().replace(".js", "")];
    if (!data) throw new Error(LOST);
    const host = make("div", { class: "teaching-host", hidden: true });
    place.append(host);
    await (place.dataset.kind === "desk" ? show_desk : show_page)(data, host, store);
    host.hidden = false;
    // A panel that waits for a prediction names its picture only when it has been drawn.
    for (const picture of host.querySelectorAll('svg[role="img"]:not([aria-label])')) picture.setAttribute("aria-label", place.querySelector("figcaption").textContent);
    still.remove();
    place.querySelector(".teaching-wait").remove();
    place.dataset.started = "yes";
    // The panel that plays on the front page is a picture: its links and its projector are on its own page.
    start_on_site(place, !place.dataset.play && document.querySelectorAll('.teaching-place:is([data-kind="panel"], [data-kind="desk"])').length === 1 && !document.querySelector("[data-lesson]"));
    const still_please = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (place.dataset.play && !still_please) play_from_start(host);
  } catch (problem) {
    place.querySelector(".teaching-host")?.remove();
    place.querySelector(".teaching-wait").textContent = [LOST, OLD].includes(problem.message) ? problem.message : LOST;
    place.dataset.started = "no";
    if (![LOST, OLD].includes(problem.message)) throw problem;
  }
}

function play_from_start(host) {
  const slider = host.querySelector(".teaching-player input[type=range]");
  if (!slider) return;
  slider.value = slider.min;
  slider.dispatchEvent(new Event("input"));
  host.querySelector(".teaching-play").click();
}

// --- paper

/** What is folded on the page is read on paper: filled pictures, and where numbers come from. Code stays folded. */
function unfold_on_paper() {
  let unfolded = [];
  // Pictures that wait to be seen would come too late for the paper; they are fetched when all else is there.
  addEventListener("load", () => setTimeout(() => {
    for (const picture of document.querySelectorAll("article details img[loading=lazy]")) picture.loading = "eager";
  }, 2000));
  addEventListener("beforeprint", () => {
    const all = [...document.querySelectorAll("article details:not([open])")];
    unfolded = all.filter((details) => !details.closest(".teaching-panel, .teaching-place, .tag_hide-input"));
    for (const details of unfolded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of unfolded) details.open = false;
    unfolded = [];
  });
}
