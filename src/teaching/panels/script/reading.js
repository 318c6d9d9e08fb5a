// Which sections of a lesson were read: kept in this browser like the answers, under keys of its own.

import { make } from "./numbers.js";
import { KIT } from "./store.js";

const START = `${KIT}/read/`;
const READ_MS = 1500; // the end of a section has been in the window for so long

/** What was read, by lesson; without a storage it lasts as long as the page. */
export function make_reading(storage) {
  const here = new Map();
  function of(lesson) {
    if (here.has(lesson)) return here.get(lesson);
    let found = {};
    try {
      found = JSON.parse(storage?.getItem(START + lesson) ?? "{}") ?? {};
    } catch {
      // damaged: what was read is read once more
    }
    const read = Array.isArray(found.read) ? found.read.filter((id) => typeof id === "string") : [];
    here.set(lesson, { read: new Set(read), total: Number(found.total) || 0 });
    return here.get(lesson);
  }
  return {
    of,
    add(lesson, id, total) {
      const found = of(lesson);
      found.read.add(id);
      found.total = total;
      try {
        storage?.setItem(START + lesson, JSON.stringify({ read: [...found.read], total }));
      } catch {
        // a full storage: progress is no work of anybody's, it lasts as long as the page
      }
    },
    erase() {
      here.clear();
      const keys = Array.from({ length: storage?.length ?? 0 }, (_, place) => storage.key(place));
      for (const key of keys) if (key?.startsWith(START)) storage.removeItem(key);
    },
  };
}

/** The line under a lesson's head, and ticks in the list of its sections. */
export function show_progress(place, lesson, reading) {
  const sections = [...document.querySelectorAll("#furo-main-content section section[id]")].filter((section) => section.querySelector(":scope > h2"));
  const total = sections.length;
  if (!total) return;
  const bar = make("progress", { max: total, value: 0, "aria-label": "Sections read" });
  const words = make("span", {});
  place.replaceChildren(bar, words);
  function show() {
    const { read } = reading.of(lesson);
    const number = sections.filter((section) => read.has(section.id)).length;
    bar.value = number;
    words.textContent = `${number} of ${total} sections read`;
    for (const link of document.querySelectorAll(".toc-tree a[href^='#']")) link.classList.toggle("teaching-read", read.has(decodeURIComponent(link.hash.slice(1))));
  }
  const timers = new Map();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target));
      if (isIntersecting) {
        timers.set(target, setTimeout(() => {
          reading.add(lesson, target.closest("section").id, total);
          watcher.unobserve(target);
          show();
        }, READ_MS));
      }
    }
  });
  for (const section of sections) watcher.observe(section.lastElementChild);
  document.addEventListener("teaching-erased", show);
  show();
}

/** On the first page: how much of each lesson was read. */
export function show_read_lessons(page, reading) {
  for (const place of page.querySelectorAll("[data-read-of]")) {
    const { read, total } = reading.of(place.dataset.readOf);
    place.textContent = read.size && total ? `${Math.min(read.size, total)} of ${total} sections read` : "";
  }
}
