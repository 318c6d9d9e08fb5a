// What is wider than the page scrolls in a box of its own; whoever has no mouse needs the keys for it. Only boxes that
// do scroll take the keys, so that Tab does not stop at every number of a page.

const BOXES = ".teaching-formula, .cell_output, .cell_output pre, .cell_input pre, .table-wrapper, article pre";
const LABEL = "Wider than the page: scroll it with the arrow keys";

export function watch_boxes(page) {
  const boxes = [...page.querySelectorAll(BOXES)];
  const watcher = new ResizeObserver((entries) => entries.forEach(({ target }) => mark(target)));
  for (const box of boxes) watcher.observe(box);
}

function mark(box) {
  const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
  if (scrolls === (box.getAttribute("tabindex") === "0")) return;
  if (scrolls) {
    box.setAttribute("tabindex", "0");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", LABEL);
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
  }
}
