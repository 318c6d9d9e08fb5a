// The page around a panel: light or dark, larger type, and a word when a panel does not come.

const PATIENCE_SECONDS = [8, 90];
const SLOW = "Loading the panel … The very first start takes up to a minute.";
const LATE = "This panel has not come. Reload the page; if that does not help, end the gallery and start it again.";
const LOST_SECONDS = 6; // a connection that comes back sooner is not worth a word
const STOPPED = "The program behind this panel has stopped. Reload the page; if that does not help, start the gallery again.";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;

function follow_the_system() {
  document.body.dataset.jpThemeLight = String(!dark.matches); // what panels look at
}

function type_is_large() {
  return new URLSearchParams(location.search).get("size") === "large";
}

/** The words behind the '?' of an address with the size of type, and all others as they were. */
function with_size(search, large) {
  const words = new URLSearchParams(search);
  if (large) words.set("size", "large");
  else words.delete("size");
  return `${words}` ? `?${words}` : "";
}

// The size of type goes along in the address: nothing is stored.
function show_size() {
  const large = type_is_large();
  root.classList.toggle("larger", large);
  for (const link of document.querySelectorAll("a[href]")) link.search = with_size(link.search, large);
  document.querySelector(".gallery-larger")?.setAttribute("aria-pressed", String(large));
}

function watch_for_the_panel() {
  const place = document.querySelector(".gallery-panel");
  if (!place) return;
  const loading = place.querySelector(".gallery-loading");
  const watcher = new MutationObserver(() => {
    const failed = place.querySelector(".gallery-failed[role]");
    if (!failed && !place.querySelector(".teaching-live[data-frames]")) return;
    watcher.disconnect();
    timers.forEach(clearTimeout);
    loading.remove();
    if (!failed) watch_the_kernel(place); // it has its own words, and no kernel any more
  });
  window.gallery_around?.(place);
  watcher.observe(place, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-frames"] });
  const timers = [SLOW, LATE].map((words, k) => setTimeout(() => (loading.textContent = words), 1000 * PATIENCE_SECONDS[k]));
  const failed = () => {
    timers.forEach(clearTimeout);
    loading.textContent = LATE;
  };
  // A script that fails would otherwise leave the reader waiting; a panel that comes all the same takes the words away.
  for (const event of ["error", "unhandledrejection"]) addEventListener(event, failed);
}

function watch_the_kernel(place) {
  const kernel = window.jupyterapp?.widgetManager?.kernel;
  if (!kernel) return setTimeout(watch_the_kernel, 500, place);
  const notice = document.createElement("p");
  notice.className = "gallery-failed gallery-notice";
  notice.setAttribute("role", "alert");
  place.prepend(notice);
  let restarted = false;
  let lost = 0;
  kernel.statusChanged.connect((_, status) => {
    if (!["restarting", "autorestarting", "dead"].includes(status)) return;
    restarted = true;
    notice.textContent = STOPPED;
  });
  kernel.connectionStatusChanged.connect((_, status) => {
    clearTimeout(lost);
    if (status !== "connected") lost = setTimeout(() => (notice.textContent = STOPPED), 1000 * LOST_SECONDS);
    else if (!restarted) notice.textContent = "";
  });
}

window.gallery_panel_is_loading = watch_for_the_panel; // called by the page as soon as it says so

dark.addEventListener("change", follow_the_system);
root.classList.toggle("larger", type_is_large());
document.addEventListener("DOMContentLoaded", () => {
  follow_the_system();
  show_size();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(".gallery-larger")) return;
  history.replaceState(null, "", location.pathname + with_size(location.search, !type_is_large()));
  show_size();
});
