// What a saved report holds beside its table, as learning/report_data.py writes it: predictions, answers, sentences.

import { KIT } from "./store.js";

const KINDS = ["prediction", "answer", "hint", "sentence"];
const MOST_ENTRIES = 2000, LONGEST_WORDS = 2000;

/** What a desk says of the setting that was kept; '' where it says nothing. */
function desk_words(value) {
  try {
    const { says } = JSON.parse(value);
    return typeof says === "string" ? says.slice(0, LONGEST_WORDS) : "";
  } catch {
    return "";
  }
}

/** The data as text. `entries`: of the store, those of the lesson and of its panels. */
export function data_of_report(lesson, name, now, entries) {
  const kept = entries.flatMap(({ id, time, kind, question, value }) => {
    if (KINDS.includes(kind)) return [{ id, time, kind, question, value }];
    const words = kind === "desk" ? desk_words(value) : "";
    return words ? [{ id, time, kind, question, value: words }] : [];
  });
  const text = JSON.stringify({ kit: KIT, what: "report", schema: 1, version: entries.at(-1)?.kit ?? "", lesson, name, time: now.toISOString(), entries: kept.slice(-MOST_ENTRIES) });
  return text.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
}
