// The four cards of the deliberation: closed, or open with who it is, what they want, know and ask.

import { make } from "./numbers.js";

/** Where a sentence comes from: each source as one line with its link, and how far it was read. */
function sources(data, known) {
  const lines = known.source.map((key) => {
    const [text, address, mark] = data.references[key];
    return make("li", {}, make("span", { text: `${text} ` }), address ? make("a", { href: address, target: "_blank", rel: "noopener", text: mark }) : null);
  });
  return make("details", { class: "teaching-source" }, make("summary", { text: `Where this comes from (${known.confidence})` }), make("ul", {}, ...lines), make("p", { class: "teaching-note", text: `${known.confidence}: ${data.confidence[known.confidence]}.` }));
}

function card_of(data, one) {
  const title = make("h5", { tabindex: "-1", text: one.name }), note = make("p", { class: "teaching-note" });
  const inside = make("div", {},
    make("p", { text: one.who }), make("p", {}, make("strong", { text: "Wants: " }), one.wants),
    make("ul", { class: "teaching-knows" }, ...one.knows.map((known) => make("li", {}, make("span", { text: known.text }), sources(data, known)))),
    make("p", { class: "teaching-asks", text: `“${one.asks}”` }),
  );
  const element = make("article", { class: "teaching-card" }, title, note, inside);
  return {
    element,
    show(open, words) {
      inside.hidden = !open;
      element.classList.toggle("teaching-closed", !open);
      note.textContent = words;
      note.hidden = !words;
    },
    focus: () => title.focus(),
  };
}

/** Returns { mine, others: the elements in which the cards lie, show(mine, heard): opens what may be read, focus(role) }. */
export function make_cards(data) {
  const cards = Object.fromEntries(data.roles.map((one) => [one.role, card_of(data, one)]));
  const table = make("div", { class: "teaching-cards" }), others = make("div", { class: "teaching-cards teaching-three" });
  return {
    mine: table,
    others,
    show(mine, heard) {
      for (const { role } of data.roles) {
        const open = role === mine || heard.includes(role), where = !mine || role === mine ? table : others;
        cards[role].show(open, role === mine ? "Your card" : open ? "Heard" : mine ? "Closed until it is heard" : "Closed");
        cards[role].element.classList.toggle("teaching-mine", role === mine);
        if (cards[role].element.parentNode !== where) where.append(cards[role].element);
      }
    },
    focus: (role) => cards[role].focus(),
  };
}
