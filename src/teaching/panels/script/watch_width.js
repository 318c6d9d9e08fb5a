// A picture that fills its place is drawn anew when the place becomes wider or narrower.

/** Calls `act()` whenever an element that can be seen has another width than before, also the first time. Returns a
    function that ends it. */
export function watch_width(element, act) {
  let width = 0;
  const watcher = new ResizeObserver(() => {
    if (element.clientWidth === width || !element.clientWidth) return;
    width = element.clientWidth;
    act();
  });
  watcher.observe(element);
  return () => watcher.disconnect();
}
