// Meanings of terms: the browser's own popovers (touch, Enter, Escape), which also open when a mouse rests on a word,
// and stand under it.

const REST_MS = 250;
const GAP = 6;

export function wire_terms(page) {
  for (const button of page.querySelectorAll(".teaching-term[popovertarget]")) wire(button);
}

function wire(button) {
  const meaning = document.getElementById(button.getAttribute("popovertarget"));
  if (!meaning?.showPopover) return;
  let waiting = 0;
  const is_open = () => meaning.matches(":popover-open");
  function open() {
    button.setAttribute("aria-describedby", meaning.id);
    if (!is_open()) meaning.showPopover({ source: button });
    put_under(meaning, button);
  }
  function rest(event) {
    if (event.pointerType !== "mouse") return;
    clearTimeout(waiting);
    waiting = setTimeout(open, REST_MS);
  }
  function leave(event) {
    if (event.pointerType !== "mouse") return;
    clearTimeout(waiting);
    // Whoever goes on to the meaning itself, to read on in the glossary, keeps it open.
    waiting = setTimeout(() => !meaning.matches(":hover") && !button.matches(":hover") && is_open() && meaning.hidePopover(), REST_MS);
  }
  button.addEventListener("pointerenter", rest);
  button.addEventListener("pointerleave", leave);
  meaning.addEventListener("pointerleave", leave);
  button.addEventListener("click", () => {
    clearTimeout(waiting);
    button.setAttribute("aria-describedby", meaning.id);
  });
  meaning.addEventListener("toggle", (event) => event.newState === "open" && document.activeElement === button && put_under(meaning, button));
}

function put_under(meaning, button) {
  const word = button.getBoundingClientRect();
  const own = meaning.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(word.left, document.documentElement.clientWidth - own.width - GAP));
  const below = word.bottom + GAP;
  const top = below + own.height < innerHeight ? below : Math.max(GAP, word.top - own.height - GAP);
  Object.assign(meaning.style, { left: `${left}px`, top: `${top}px`, margin: "0", inset: `${top}px auto auto ${left}px` });
}
