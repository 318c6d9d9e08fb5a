// The page's half of the talk with the kernel: every message has a number and waits for its answer.
// At most one setting is under way; the newest waits behind it. What is not answered is sent again.
// Knows no element of the page: panels/conversation.py is the other half, docs/panels.md tells the protocol.

const RESEND_MS = 3000; // then twice as long each time
const LONGEST_RESEND_MS = 30000;
export const PATIENCE_MS = 10000; // without an answer for so long, the page says so
const WITH_DATA = ["sweep", "file"]; // answered by a message of their own, with the data in it

const real_clock = {
  now: () => performance.now(),
  later: (act, ms) => setTimeout(act, ms),
  cancel: (id) => clearTimeout(id),
};

/** `post(content)` sends to the kernel; `changed()` is called when an answer came or has been missing for too long. */
export function make_conversation({ page, post, changed = () => {}, clock = real_clock }) {
  const pending = new Map(); // number -> { message, answered, since, wait, resend, patience }
  let last_number = 0;
  let revision = 0;
  let under_way = 0; // number of the setting that waits for its answer
  let waiting = null; // the arguments of `send` for the setting that goes after it

  function send(kind, content, answered = () => {}) {
    const number = ++last_number;
    const message = { ...content, kind, page, number };
    const entry = { message, answered, since: clock.now(), wait: RESEND_MS };
    pending.set(number, entry);
    entry.patience = clock.later(changed, PATIENCE_MS);
    const again = () => {
      entry.resend = clock.later(again, entry.wait);
      entry.wait = Math.min(2 * entry.wait, LONGEST_RESEND_MS);
      post(message);
    };
    again();
    return number;
  }
  /** Something that replaces the whole setting: one is under way, one waits, and what waited before is dropped. */
  function replace(...setting) {
    waiting = setting;
    if (!under_way) next_setting();
  }
  function next_setting() {
    const setting = waiting;
    waiting = null;
    under_way = setting ? send(...setting) : 0;
  }
  function settle(answer, data = null) {
    const entry = answer.page === page && pending.get(answer.number);
    if (!entry) return false; // of another page, or answered before
    if (!data && answer.outcome === "done" && WITH_DATA.includes(entry.message.kind)) return false; // its data is still to come
    pending.delete(answer.number);
    clock.cancel(entry.resend);
    clock.cancel(entry.patience);
    if (answer.number === under_way) next_setting();
    entry.answered(answer, data);
    return true;
  }
  return {
    /** The hand wants this setting: it is sent now, or as soon as the one under way is answered. */
    set: (values) => replace("set", { values: { ...values } }),
    /** The hand opens a setting from its text: the same. */
    open: (text) => replace("open", { text }),
    /** Asks for anything else; `answered(answer, data)` is called once. Returns the number. */
    ask: (kind, content, answered) => send(kind, content, answered),
    /** The kernel shows something: whether it is newer than what was shown before, and whether it answers anything. */
    took(shown) {
      const newer = shown.revision > revision;
      revision = Math.max(revision, shown.revision);
      const answers = shown.answers.filter((answer) => settle(answer)).length > 0;
      return { newer, answers };
    },
    /** An answer that came as a message of its own: with data, or because nothing shown has changed. */
    took_answer(answer, data = null) {
      const known = settle(answer, data);
      if (known) changed();
      return known;
    },
    /** Whether the kernel knows the newest setting of the hand. */
    settled: () => !under_way && !waiting,
    /** Whether an answer has been missing for so long that it should be said. */
    silent: () => [...pending.values()].some((entry) => clock.now() - entry.since >= PATIENCE_MS),
    /** Ends all timers: the panel has left the page. */
    close() {
      for (const entry of pending.values()) {
        clock.cancel(entry.resend);
        clock.cancel(entry.patience);
      }
      pending.clear();
    },
  };
}
