// What the deliberation says: where somebody stands, what a room did, and one line for the report. Nothing is judged.

const name_of = (data, role) => data.roles.find((one) => one.role === role)?.name ?? "";
/** A name inside a sentence. */
export const in_sentence = (name) => name[0].toLowerCase() + name.slice(1);
export const time_in_words = (time) => `${time.replace("T", " at ").replace("Z", " UTC")}`;
/** Who or what moved somebody, in words. */
export const mover = (data, moved_by) => data.no_person[moved_by] ?? in_sentence(name_of(data, moved_by));

/** The others in the order in which they are heard. */
export const others_of = (data, role) => data.roles.filter((one) => one.role !== role);

/** Where the owner of the desk stands, as one or two sentences. */
export function status_words(data, values) {
  if (!values.role) return "Four cards lie on the table, closed. Take one.";
  const card = `Your card: ${in_sentence(name_of(data, values.role))}${values.dealt ? ", dealt by chance" : ""}.`;
  if (!values.signed) return `${card} You have not committed yet; the other three cards stay closed.`;
  const first = `First you chose "${values.option}", ${values.sure} of 100 sure.`;
  const others = others_of(data, values.role);
  if (!values.closed) return `${card} ${first} ${values.heard < others.length ? `You have heard ${values.heard} of the other ${others.length}.` : "You have heard all of them; now revise."}`;
  return `${card} ${first} Then you chose "${values.option_after}", ${values.sure_after} of 100 sure.`;
}

/** One line for the report, as long as one may be. */
export function says_of(data, values) {
  if (!values.signed) return "";
  const when = (time) => time.replace("T", " ").replace("Z", " UTC");
  let words = `Card: ${in_sentence(name_of(data, values.role))} (${values.dealt ? "dealt" : "chosen"}). First: ${values.option}, ${values.sure} of 100 sure; signed ${when(values.signed)}. Reason: ${values.reason.trim()}`;
  words += values.closed ? `\nThen: ${values.option_after}, ${values.sure_after} of 100 sure; signed ${when(values.closed)}. Moved by ${mover(data, values.moved_by)}: ${values.moved.trim()}` : `\nHeard ${values.heard} of the others.`;
  return [...words].slice(0, data.longest_says).join("");
}

/** What a room did: how many, how many chose otherwise afterwards. */
export function room_words(people) {
  const moved = people.filter((one) => one.first !== one.then).length;
  const who = `${people.length} ${people.length === 1 ? "person" : "people"} in the room`;
  return `${who}: ${moved === 0 ? "nobody" : moved} chose another option after hearing the others, and ${people.length - moved} stayed.`;
}

/** How many went from where to where, the stayers too: [[first, then, count]]. */
export function moves_of(people, choices) {
  return choices.flatMap((first) => choices.map((then) => [first, then, people.filter((one) => one.first === first && one.then === then).length])).filter(([, , count]) => count);
}
