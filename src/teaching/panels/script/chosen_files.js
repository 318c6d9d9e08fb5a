// Files of many people that somebody brings into a room: each is read or refused in a sentence of its own.

/** What `read(name, text)` makes of the files of a field, which is empty afterwards: [what came of them, sentences on the
    others]. Of more than `most` files the first ones are read. A file that must have more than `largest` letters is not
    read: in place of its text comes one that is too long as well, which `read` refuses. */
export async function read_chosen(field, most, largest, read) {
  const found = [], problems = [], chosen = [...field.files];
  for (const file of chosen.slice(0, most)) {
    try {
      found.push(read(file.name, file.size > 4 * largest ? "x".repeat(largest + 1) : await file.text()));
    } catch (problem) {
      problems.push(problem.message);
    }
  }
  if (chosen.length > most) problems.push(`Only the first ${most} files were opened.`);
  field.value = "";
  return [found, problems];
}

/** The sentences on who came into a room of `most` seats: what was added, such as '2 verdicts'; the `problems`; how many
    were there before, and for how many there was no seat. */
export function arrival_in_words({ added, again, outside, most }, problems) {
  const words = [...(added ? [`${added} added.`] : []), ...problems];
  if (again) words.push(`${again} ${again === 1 ? "was" : "were"} here already and ${again === 1 ? "was" : "were"} not added again.`);
  if (outside) words.push(`The room is full with ${most} people; ${outside} found no seat.`);
  return words;
}
