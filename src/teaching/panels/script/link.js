// A link to a panel in a certain state: which case or setting, on a projector or not, with the room's predictions or not.
// In the app it stands behind a '?', on a page of the site behind a '#'. Data only: the panel itself checks a setting.

export const LONGEST_LINK = 2000; // letters of a setting; browsers and course pages take addresses of this length
const LONGEST_CASE = 120;

const short = (text) => (text.length > 60 ? `${text.slice(0, 60)}...` : text);

/** { case, setting, projector, room } of the words behind '?' or '#'; nothing of an anchor such as '#results'. */
export function read_link(words) {
  const found = new URLSearchParams(words.replace(/^[?#]/, ""));
  const has = (name) => found.has(name) && !["0", "no", "false"].includes(found.get(name));
  return { case: found.get("case") ?? "", setting: found.get("setting") ?? "", projector: has("projector"), room: has("room") };
}

/** Brings a panel to what a link asks for; '' or one sentence that says why not. `handle`: the panel's, `element.teaching`. */
export function follow_link(handle, wanted) {
  if (!wanted.case && !wanted.setting) return "";
  if (wanted.case && wanted.setting) return "This link names a case and a setting; it must name one of them.";
  if (wanted.case.length > LONGEST_CASE || wanted.setting.length > LONGEST_LINK) return `This link is too long: a setting in a link has at most ${LONGEST_LINK} characters.`;
  if (wanted.case && !handle.cases.includes(wanted.case)) {
    return handle.cases.length ? `This panel has no case '${short(wanted.case)}'; it has: ${handle.cases.join(", ")}.` : `The case '${short(wanted.case)}' cannot be opened here: a link to a desk names a setting.`;
  }
  if (handle.is_locked()) return "Predict first: what this link asks for can be opened after that.";
  if (wanted.case) handle.take_case(wanted.case);
  else handle.open(wanted.setting);
  return "";
}

/** The words of a link to what a panel shows now: its case, else its setting; null when that is too long for a link. */
export function link_words(handle) {
  const label = handle.case_now();
  if (label) return new URLSearchParams({ case: label }).toString();
  const setting = handle.line();
  if (!setting) return "";
  return setting.length > LONGEST_LINK ? null : new URLSearchParams({ setting }).toString();
}
