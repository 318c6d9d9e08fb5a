// What a student keeps on a page without a kernel: entries like the lines of learning/answer_store.py, in the
// browser's own storage. Every entry has a key of its own and is only ever added, so two tabs on one lesson
// never overwrite each other. What cannot be stored stays until the page is closed, and is said so.
// A key holds the entry's place, a moment that is later than that of every entry before it in its lesson. So the order
// does not depend on a clock that somebody sets back; the time inside the entry is what the clock said.

export const KIT = "bcell-teaching-kit";
export const SCHEMA = 1;
const PREFIX = `${KIT}/answers/`;
const KINDS = ["prediction", "answer", "hint", "sentence", "desk"];
const LONGEST_TEXT = 4000; // 2,000 letters, each of which may take two places
const LONGEST_PLACED = 1000; // letters of a card, a phrase or a label
const LONGEST_SETTING = 60_000; // of a desk, as JSON
const MOST_POINTS = 200;
const LARGEST_FILE = 5_000_000; // characters
const LATEST = Date.UTC(9999, 11, 31); // no clock of ours says more; behind it there is room for places
const LESSON = /^[a-z0-9][a-z0-9_-]{0,59}$/i;
const NAME = /^[a-z0-9][a-z0-9_.-]{0,79}$/i;

/** The storage of this page, or null where the browser refuses it. */
export function storage_of_page() {
  try {
    const { localStorage } = globalThis;
    const probe = `${KIT}/probe`;
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch (problem) {
    // A full storage refuses the probe too, but what is in it can be read.
    return is_full(problem) ? globalThis.localStorage : null;
  }
}

function is_full(problem) {
  return problem?.name === "QuotaExceededError" || problem?.name === "NS_ERROR_DOM_QUOTA_REACHED";
}

function is_finite_number(value) {
  return typeof value === "number" && Number.isFinite(value);
}

function is_short_text(value) {
  return typeof value === "string" && value.length <= LONGEST_PLACED;
}

function is_value(value, kind) {
  if (kind === "desk") return typeof value === "string" && value.length <= LONGEST_SETTING;
  if (typeof value === "string") return value.length <= LONGEST_TEXT;
  if (Array.isArray(value)) {
    const is_pair = (of_kind) => (pair) => Array.isArray(pair) && pair.length === 2 && pair.every(of_kind);
    return value.length <= MOST_POINTS && (value.every(is_pair(is_finite_number)) || value.every(is_pair(is_short_text)));
  }
  return is_finite_number(value);
}

/** An entry with what we know of it and nothing else, or null when it is none of ours. */
function entry_of(found) {
  if (found === null || typeof found !== "object" || found.schema !== SCHEMA) return null;
  const { id, time, kit, kind, question, value } = found;
  const fits = NAME.test(id) && typeof time === "string" && Date.parse(time) <= LATEST && KINDS.includes(kind) && NAME.test(question) && is_value(value, kind);
  return fits ? { schema: SCHEMA, id, time, kit: String(kit ?? "").slice(0, 40), kind, question, value } : null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `storage`: a Storage, or null; `kit`: the kit's version, kept with every entry. */
export function make_store({ storage = storage_of_page(), kit = "", now = Date.now } = {}) {
  const unsaved = new Map(); // key -> entry: what could not be stored
  const listeners = new Set();
  const made = Math.random().toString(36).slice(2, 8); // of this page
  let count = 0;

  const key_of = (lesson, place, entry) => `${PREFIX}${lesson}/${new Date(place).toISOString()}/${entry.id}`;
  const place_of = (key) => Date.parse(key.slice(PREFIX.length).split("/")[1]) || 0;
  const tell = () => listeners.forEach((listener) => listener());

  function stored_keys(start = PREFIX) {
    const keys = [];
    for (let place = 0; storage && place < storage.length; place++) {
      const key = storage.key(place);
      if (key?.startsWith(start)) keys.push(key);
    }
    return [...new Set([...keys, ...[...unsaved.keys()].filter((key) => key.startsWith(start))])].sort().sort((one, other) => place_of(one) - place_of(other));
  }
  /** A place behind everything that this lesson has. */
  function next_place(lesson) {
    const latest = stored_keys(`${PREFIX}${lesson}/`).map(place_of).filter((place) => place < 2 * LATEST).at(-1) ?? 0;
    return Math.max(Math.min(now(), LATEST), latest + 1);
  }
  /** [lesson, entry or null, is of a newer kit, place] of everything kept under a start of keys, oldest first in a lesson. */
  function all(start = PREFIX) {
    return stored_keys(start).map((key) => {
      const found = unsaved.get(key) ?? parsed(storage.getItem(key));
      return [key.slice(PREFIX.length).split("/")[0], entry_of(found), found?.schema > SCHEMA, place_of(key)];
    });
  }
  function put(key, entry) {
    unsaved.set(key, entry);
    if (!storage) {
      return "Not saved: this browser lets no page keep anything here (a private window or its settings). It stays until this page is closed; save your report before.";
    }
    try {
      for (const [waiting, kept] of unsaved) {
        storage.setItem(waiting, JSON.stringify(kept));
        unsaved.delete(waiting);
      }
      return "";
    } catch (problem) {
      const why = is_full(problem) ? "this browser's storage is full" : "this browser refused to store it";
      return `Not saved: ${why}. It stays until this page is closed; save your report before.`;
    }
  }
  function read(lesson) {
    const known = new Set();
    const entries = [];
    for (const [, entry] of all(`${PREFIX}${lesson}/`)) {
      if (!entry || known.has(entry.id)) continue;
      known.add(entry.id);
      entries.push(entry);
    }
    return entries;
  }
  function last(lesson, kind, question) {
    return read(lesson).findLast((entry) => entry.kind === kind && entry.question === question) ?? null;
  }
  return {
    /** Adds an entry; '' or one sentence that says why it will not outlive this page. A prediction that is the last one already is not added again. */
    append(lesson, kind, question, value) {
      if (!LESSON.test(lesson) || !KINDS.includes(kind) || !NAME.test(question) || !is_value(value, kind)) {
        throw new TypeError(`no entry: ${lesson}, ${kind}, ${question}`);
      }
      if (kind === "prediction" && JSON.stringify(last(lesson, kind, question)?.value) === JSON.stringify(value)) return "";
      const entry = { schema: SCHEMA, id: `${made}-${(count++).toString(36)}`, time: new Date(Math.min(now(), LATEST)).toISOString(), kit, kind, question, value };
      const problem = put(key_of(lesson, next_place(lesson), entry), entry);
      tell();
      return problem;
    },
    /** The entries of a lesson, oldest first, each once. */
    read,
    /** The last entry of a kind for a question, or null. */
    last,
    /** The lessons of which something is kept. */
    lessons: () => [...new Set(all().filter(([, entry]) => entry).map(([lesson]) => lesson))],
    /** What there is to say about entries that could not be read; '' mostly. */
    note() {
      const found = all();
      const newer = found.filter(([, , is_newer]) => is_newer).length;
      const damaged = found.filter(([, entry, is_newer]) => !entry && !is_newer).length;
      return [
        newer ? `${newer} ${newer === 1 ? "entry is" : "entries are"} of a newer version of this kit and ${newer === 1 ? "stays" : "stay"} unread.` : "",
        damaged ? `${damaged} damaged ${damaged === 1 ? "entry was" : "entries were"} left out, the rest was read.` : "",
      ].filter(Boolean).join(" ");
    },
    /** Whether what is kept outlives this page. */
    lasts: () => Boolean(storage) && unsaved.size === 0,
    /** Takes away everything that was kept, for good: whoever asks for it has confirmed it. */
    erase() {
      for (const key of stored_keys()) {
        unsaved.delete(key);
        storage?.removeItem(key);
      }
      tell();
    },
    /** Everything as the text of a file: a line that says what it is, then one line an entry. */
    export_lines() {
      const lines = all().filter(([, entry]) => entry).map(([lesson, entry]) => JSON.stringify({ lesson, ...entry }));
      return [JSON.stringify({ kit: KIT, what: "answers", schema: SCHEMA }), ...lines].join("\n") + "\n";
    },
    /** Adds what such a file holds and this browser does not have yet. Returns what became of it, one sentence; throws Error with one when it is no such file. */
    import_lines(text) {
      if (text.length > LARGEST_FILE) throw new Error("This file is too large to be a file of answers of this kit.");
      const [head, ...lines] = text.replace(/^\uFEFF/, "").split(/\r?\n/).filter((line) => line.trim()).map(parsed);
      if (head?.kit !== KIT || head.what !== "answers") throw new Error("This file holds no answers of the B-cell depletion teaching kit.");
      if (!(head.schema <= SCHEMA)) throw new Error("This file was made by a newer version of the kit; nothing was taken from it.");
      const here = new Map(all().filter(([, entry]) => entry).map(([lesson, entry, , place]) => [`${lesson}/${entry.id}`, place]));
      const before = new Map(); // lesson -> the place of its last line: a file's lines stay in the file's order
      let added = 0, known = 0, problem = "";
      for (const line of lines) {
        const entry = entry_of(line);
        if (!entry || !LESSON.test(line.lesson)) continue;
        const name = `${line.lesson}/${entry.id}`;
        if (here.has(name)) {
          known++;
        } else {
          here.set(name, Math.max(Date.parse(entry.time), (before.get(line.lesson) ?? 0) + 1));
          problem = put(key_of(line.lesson, here.get(name), entry), entry) || problem;
          added++;
        }
        before.set(line.lesson, here.get(name));
      }
      tell();
      const left_out = lines.length - added - known;
      const words = [`${added} ${added === 1 ? "entry" : "entries"} added`, known && `${known} were here already`, left_out && `${left_out} could not be read`];
      return `${words.filter(Boolean).join(", ")}. ${problem}`.trim();
    },
    /** Calls the listener when something is added or taken away, in this tab or in another; returns how to end it. */
    on_change(listener) {
      const heard = (event) => (event.key === null || event.key.startsWith(PREFIX)) && listener();
      listeners.add(listener);
      globalThis.addEventListener?.("storage", heard);
      return () => {
        listeners.delete(listener);
        globalThis.removeEventListener?.("storage", heard);
      };
    },
  };
}
