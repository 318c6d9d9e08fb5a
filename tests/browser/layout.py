"""What is wrong with the layout of a page: what sticks out, is cut off, overlaps, is too small, is torn."""

from __future__ import annotations

#: A panel of each form: curves, steps, a player, a crowd, a map. These try what is the same around all panels.
FORMS = ("treatment", "mechanism_car", "body_map", "cohort", "antigens")
LONG = (
    "The dose in the first week of the step-up is 123,456,789 µg a day; allowed is a number from 0 to 112 µg a day, "
    "because no patient was ever given more, and the equations say nothing about what would happen then."
)
#: Opens everything that can be opened and lets everything speak that can: errors, reasons, hidden controls, a verdict.
FILL = """
(panel, words) => {
  for (const part of panel.querySelectorAll("details")) part.open = true;
  for (const part of panel.querySelectorAll("[hidden]:not(.teaching-step:empty)")) part.hidden = false;
  const speak = ".teaching-error, .teaching-reason, .teaching-verdict";
  for (const part of panel.querySelectorAll(speak)) part.textContent = words;
}
"""
#: Each fault of a part of the page as a sentence. What may be wider scrolls in a box of its own; what only screen
#: readers see has no size. A single line to copy or paste (.teaching-line) may be longer than its field.
FAULTS = """
(root) => {
  const found = [];
  const page = document.scrollingElement;
  if (page.scrollWidth > innerWidth) found.push(`the page is ${page.scrollWidth} wide in a window of ${innerWidth}`);
  const named = (part) => {
    const words = part.getAttribute("aria-label") || part.textContent || part.value || "";
    return `${part.tagName.toLowerCase()} ${[...part.classList].at(-1) || ""} '${words.trim().slice(0, 50)}'`;
  };
  const aside = ".teaching-scrolls, .teaching-spoken, .gallery-spoken, svg *, script, style, noscript";
  const shown = (part) => part.checkVisibility({ visibilityProperty: true }) && !part.closest(aside);
  const parts = [...root.querySelectorAll("*")].filter((part) => part.getClientRects().length && shown(part));

  // Nothing sticks out.
  const frame = root.getBoundingClientRect();
  for (const part of parts) {
    if (part.parentElement.closest(".teaching-notes")) continue; // scrolls
    const box = part.getBoundingClientRect();
    const out = Math.max(box.right - frame.right, frame.left - box.left);
    if (out > 0.6) found.push(`${named(part)} sticks out by ${out.toFixed(1)}`);
  }

  // Sliders under each other begin and end at the same places.
  for (const group of root.querySelectorAll(".teaching-sliders")) {
    if (getComputedStyle(group).display !== "grid") continue; // on a narrow page each has a line for its name
    const ranges = [...group.querySelectorAll("input[type=range]")].filter(shown);
    const tracks = ranges.map((part) => part.getBoundingClientRect());
    for (const [k, one] of tracks.entries()) {
      const under = tracks.slice(k + 1).find((other) => other.left < one.right && one.left < other.right);
      const off = under && Math.max(Math.abs(under.left - one.left), Math.abs(under.right - one.right));
      if (off > 1) found.push(`two sliders of ${group.textContent.slice(0, 50)} are ${off.toFixed(1)} px out of line`);
    }
  }

  // No words are cut off, and none leave the block in which they stand.
  const inline = (part) => getComputedStyle(part).display === "inline";
  const one_line = "svg, input[type=range], .teaching-line, .teaching-notes, .widget-slider *";
  for (const part of parts.filter((part) => !inline(part) && !part.matches(one_line) && part.clientWidth)) {
    const across = part.scrollWidth > part.clientWidth + 1;
    // A field of many lines that is as high as it may be scrolls inside.
    const { overflowY } = getComputedStyle(part);
    const scrolls = overflowY === "visible" || (part.matches("textarea") && ["auto", "scroll"].includes(overflowY));
    const down = !scrolls && part.scrollHeight > part.clientHeight + 2;
    if (across) found.push(`${named(part)} is cut off: ${part.scrollWidth} in ${part.clientWidth}`);
    if (down) found.push(`${named(part)} is cut off below: ${part.scrollHeight} in ${part.clientHeight}`);
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.data.trim() || text.parentElement.closest("svg, select") || !shown(text.parentElement)) continue;
    let block = text.parentElement;
    while (inline(block)) block = block.parentElement;
    const around = block.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) {
      const out = Math.max(box.right - around.right, around.left - box.left);
      if (out > 1) found.push(`words leave ${named(block)} by ${out.toFixed(1)}`);
    }
  }

  // What can be used is large enough for a finger, and nothing lies on top of another.
  const use = "button, select, summary, a[href]:not(.gallery-cards a), .gallery-cards li, .noUi-handle, "
    + "input:not([type=radio]), label:has(> input[type=radio])";
  // What a box of its own has scrolled out of sight lies on nothing.
  const in_sight = (part) => {
    const box = part.closest(".teaching-notes")?.getBoundingClientRect();
    const { top, bottom } = part.getBoundingClientRect();
    return !box || (top >= box.top - 1 && bottom <= box.bottom + 1);
  };
  const used = parts.filter((part) => part.matches(use) && in_sight(part));
  for (const part of used) {
    const { width, height } = part.getBoundingClientRect();
    if (Math.min(width, height) < 23.9) found.push(`${named(part)} is ${width.toFixed(1)} by ${height.toFixed(1)}`);
  }
  used.forEach((one, k) => {
    const a = one.getBoundingClientRect();
    for (const other of used.slice(k + 1)) {
      const b = other.getBoundingClientRect();
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      const apart = !one.contains(other) && !other.contains(one);
      if (across > 1 && down > 1 && apart) found.push(`${named(one)} and ${named(other)} overlap`);
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
    const aside = "svg, script, style, select, noscript, .teaching-spoken, .gallery-spoken";
    if (text.parentElement.closest(aside) || !text.parentElement.checkVisibility()) continue;
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
#: What is there and cannot be read at once: columns out of sight, letters that a picture made small, bands of nothing.
UNREAD = """
(root) => {
  const found = [];
  const shown = (part) => part.checkVisibility({ visibilityProperty: true });
  for (const box of root.querySelectorAll(".teaching-scrolls")) {
    const table = shown(box) && box.querySelector("table");
    if (table && box.scrollWidth > box.clientWidth + 1) {
      found.push(`the table '${box.getAttribute("aria-label")}' shows ${box.clientWidth} of ${box.scrollWidth} px`);
    }
  }
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const part = walker.currentNode.parentElement;
    const aside = ".teaching-spoken, script, style, select";
    if (!walker.currentNode.data.trim() || part.closest(aside) || !shown(part)) continue;
    const scale = part.ownerSVGElement ? part.getScreenCTM().a : 1;
    const size = parseFloat(getComputedStyle(part).fontSize) * scale;
    if (size < 12) found.push(`'${part.textContent.trim().slice(0, 40)}' has letters of ${size.toFixed(1)} px`);
  }
  for (const svg of root.querySelectorAll(".teaching-clinic-runs > svg")) {
    const one = svg.firstElementChild.getBoundingClientRect();
    if (shown(svg) && Math.max(one.width, one.height) < 5) found.push(`a mark of ${one.width.toFixed(1)} px`);
  }
  // From the last thing over the words to the words.
  const words = root.querySelector(".teaching-sentence").getBoundingClientRect();
  const laid = (part) => shown(part) && part.getClientRects().length;
  const above = [...root.querySelectorAll(".teaching-above *")].filter(laid);
  const gap = words.top - Math.max(...above.map((part) => part.getBoundingClientRect().bottom));
  if (gap > 48) found.push(`a band of ${gap.toFixed(0)} px with nothing in it stands over the words`);
  return [...new Set(found)];
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


def unread(page, root, width: int, height: int = 900) -> list[str]:
    """What a reader of a desk in a window of this width does not see although it is there, each with the window."""
    page.set_viewport_size({"width": width, "height": height})
    settle(page)
    return [f"{width} px: {fault}" for fault in root.evaluate(UNREAD)]


def settle(page) -> None:
    """Lets the page lay itself out: what watches sizes acts in the next frame."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
