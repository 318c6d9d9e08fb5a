// What stands around one panel on a page of its own, in the app and on the site: a link to copy, the projector, the room.

import { follow_link, link_words, read_link } from "./link.js";
import { make } from "./numbers.js";
import { make_projector } from "./projector.js";

/** The row under (or over) a panel. `panel`: its element, with the handle `teaching`; `host`: what fills the projector;
    `address(words)`: the whole address of a link with these words; `words`: those of the present address. */
export function make_around(panel, host, address, words) {
  const handle = panel.teaching;
  const said = make("p", { class: "teaching-around-said", role: "status" });
  const field = make("input", { type: "text", readonly: true, hidden: true, class: "teaching-line teaching-around-link", "aria-label": "Link to this panel as it stands", onfocus: () => field.select() });
  const projector = make_projector(panel, host);
  async function copy() {
    const found = link_words(handle);
    if (found === null) {
      said.textContent = "This setting is too long for a link; save it as a file instead.";
      return;
    }
    field.value = address(found);
    field.hidden = false;
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = "The link is copied. It opens this panel as it stands now.";
    } catch {
      field.focus();
      said.textContent = "The link stands in the field: copy it from there.";
    }
  }
  const room = handle.show_room ? make("button", { type: "button", text: "Predictions of the room", "aria-pressed": "false", onclick: () => show_room(room.getAttribute("aria-pressed") !== "true") }) : null;
  function show_room(wanted) {
    room?.setAttribute("aria-pressed", String(wanted));
    handle.show_room?.(wanted);
  }
  const element = make(
    "div", { class: "teaching-around" },
    make("button", { type: "button", text: "Copy a link", onclick: copy }),
    make("button", { type: "button", text: "Projector", title: "The panel alone, as large as the screen", onclick: () => projector.enter() }),
    room, field, said,
  );
  function follow(text) {
    const wanted = read_link(text);
    const problem = follow_link(handle, wanted);
    said.textContent = problem;
    if (wanted.room) show_room(true);
    if (wanted.projector) projector.enter(problem);
  }
  follow(words);
  return { element, follow };
}

/** On a panel's page of the app: its row comes into the head as soon as the panel is there. */
export function start_in_app(place) {
  const watcher = new MutationObserver(look);
  function look() {
    const panel = place.querySelector(".teaching-live[data-frames]");
    if (!panel?.teaching) return;
    watcher.disconnect();
    const name = document.body.dataset.panel;
    const question = new URLSearchParams(location.search).get("ask");
    const address = (words) => `${location.origin}${document.body.dataset.baseUrl}?${[new URLSearchParams({ panel: name, ...(question ? { ask: question } : {}) }), words].filter((part) => `${part}`).join("&")}`;
    place.before(make_around(panel, place, address, location.search).element);
  }
  watcher.observe(place, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-frames"] });
  look();
}

/** On a page of the site: the row of a panel that has the page for itself; of a panel in a lesson, only what a room needs. */
export function start_on_site(place, is_alone) {
  const panel = place.querySelector(".teaching-live");
  if (!panel?.teaching) return;
  if (is_alone) {
    const around = make_around(panel, place, (words) => `${location.href.split("#")[0]}#${words}`, location.hash);
    place.append(around.element);
    addEventListener("hashchange", () => around.follow(location.hash));
  } else if (read_link(location.hash).room) panel.teaching.show_room?.(true);
}
