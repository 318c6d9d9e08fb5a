"""What is wrong with the layout of a page: what sticks out, is cut off, overlaps, is too small, is torn."""

from __future__ import annotations

LONG = (
    "The dose in the first week of the step-up is 123,456,789 µg a day; allowed is a number from 0 to 112 µg a day, "
    "because no patient was ever given more, and the equations say nothing about what would happen then."
)
#: Opens everything that can be opened and lets everything speak that can: an error, reasons, hidden controls, a verdict.
FILL = """
(panel, words) => {
  for (const part of panel.querySelectorAll("details")) part.open = true;
  for (const part of panel.querySelectorAll("[hidden]")) part.hidden = false;
  for (const part of panel.querySelectorAll(".teaching-error, .teaching-reason, .teaching-verdict")) part.textContent = words;
  for (const part of panel.querySelectorAll(".teaching-step:empty")) part.hidden = true;
}
"""
#: Each fault of a part of the page as a sentence. What may scroll sideways does so in a box of its own, and what only
#: screen readers see has no size.
FAULTS = """
(root) => {
  const found = [];
  const words = (part) => (part.getAttribute("aria-label") || part.textContent || part.value || "").trim().slice(0, 50);
  const named = (part) => `${part.tagName.toLowerCase()}${part.className?.baseVal ?? part.className ? "." + (part.className.baseVal ?? part.className).split(" ").join(".") : ""} '${words(part)}'`;
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide in a window of ${innerWidth}`);
  const aside = ".teaching-scrolls, .teaching-spoken, .gallery-spoken, [aria-hidden=true] svg";
  const shown = (part) => part.checkVisibility({ visibilityProperty: true }) && part.getClientRects().length && !part.closest(aside);
  const parts = [...root.querySelectorAll("*")].filter((part) => !part.closest("svg svg, svg *") && shown(part));
  const frame = root.getBoundingClientRect();
  const home = (part) => part.parentElement.closest(".teaching-notes");
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    if (!home(part) && (box.right > frame.right + 0.6 || box.left < frame.left - 0.6)) {
      found.push(`${named(part)} sticks out by ${Math.max(box.right - frame.right, frame.left - box.left).toFixed(1)}`);
    }
  }

  // Words: none is cut off, none leaves the block it stands in.
  const scrolls = (part) => /auto|scroll/.test(getComputedStyle(part).overflowX);
  for (const part of parts) {
    const style = getComputedStyle(part);
    if (style.display.startsWith("inline") && style.display === "inline" || part.matches("svg, input[type=range], .teaching-line, .widget-slider *")) continue;
    if (scrolls(part) && part.matches(".teaching-notes")) continue;
    if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth) found.push(`${named(part)} is cut off: ${part.scrollWidth} in ${part.clientWidth}`);
    if (part.scrollHeight > part.clientHeight + 2 && style.overflowY !== "visible" && part.clientHeight) found.push(`${named(part)} is cut off below: ${part.scrollHeight} in ${part.clientHeight}`);
  }
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const parent = text.parentElement;
    if (!text.data.trim() || parent.closest("svg, script, style, select, option, noscript") || !shown(parent)) continue;
    texts.push(text);
    let block = parent;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    const around = block.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      if (box.right > around.right + 1 || box.left < around.left - 1) found.push(`words leave ${named(block)} by ${(box.right - around.right).toFixed(1)}`);
    }
  }
  // What can be used: large enough for a finger, and nothing lies on top of another.
  const used = parts.filter((part) => part.matches("button, select, summary, a[href]:not(.gallery-cards a), .gallery-cards li, .noUi-handle, input:not([type=radio], [type=checkbox]), label:has(> input[type=radio])"));
  for (const part of used) {
    for (const box of part.getClientRects()) {
      if (box.height < 23.9 || box.width < 23.9) found.push(`${named(part)} is ${box.width.toFixed(1)} by ${box.height.toFixed(1)}`);
    }
  }
  used.forEach((one, k) => {
    const a = one.getBoundingClientRect();
    for (const other of used.slice(k + 1)) {
      const b = other.getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 1 && down > 1 && !one.contains(other) && !other.contains(one)) found.push(`${named(one)} and ${named(other)} overlap`);
    }
  });
  return [...new Set(found)];
}
"""
#: Lists that cannot show the longest of their words: they are wider when they may be as wide as they like.
SHORT_LISTS = """
(root) => [...root.querySelectorAll("select")].filter((list) => list.checkVisibility()).filter((list) => {
  const now = list.getBoundingClientRect().width;
  list.style.cssText = "position: fixed; max-width: none; width: auto";
  const wanted = list.getBoundingClientRect().width;
  list.removeAttribute("style");
  return wanted > now + 1;
}).map((list) => `the list ${list.id.split("-").pop()} is too short for its words`)
"""
#: Words that are torn in two although a line could hold them.
TORN = """
(root) => {
  const torn = new Set();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (text.parentElement.closest("svg, script, style, select, noscript, .teaching-spoken, .gallery-spoken") || !text.parentElement.checkVisibility()) continue;
    for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) torn.add(word);
    }
  }
  return [...torn];
}
"""
#: Moves every slider over its whole track; the numbers that its field cannot show whole.
TOO_LONG = """
(panel) => {
  const cut = new Set();
  for (const track of panel.querySelectorAll(".teaching-slider input[type=range]")) {
    const field = track.closest(".teaching-slider").querySelector(".teaching-typed");
    const start = track.value;
    const places = Array.from({ length: 60 }, (_, k) => Number(track.min) + (k / 59) * (track.max - track.min));
    for (const place of [...places, start]) {
      track.value = place;
      track.dispatchEvent(new Event("input"));
      if (field.scrollWidth > field.clientWidth) cut.add(`${field.getAttribute("aria-label")}: ${field.value}`);
    }
  }
  return [...cut];
}
"""


def faults(page, root, width: int, percent: int = 100, height: int = 900) -> list[str]:
    """The faults of a part of the page in a window of this width with type of this size, each said with the window."""
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("(percent) => (document.documentElement.style.fontSize = percent + '%')", percent)
    settle(page)
    found = root.evaluate(FAULTS)
    if percent == 100:
        found += [f"'{word}' is torn" for word in root.evaluate(TORN)]
    return [f"{width} px, {percent} %: {fault}" for fault in found]


def settle(page) -> None:
    """Lets the page lay itself out: what watches sizes acts in the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
