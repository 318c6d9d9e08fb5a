// The lecturer's page: opens the deck in a second window and turns its pages.
(() => {
  const open = document.getElementById("open");
  const told = document.getElementById("told");
  const buttons = [...document.querySelectorAll("[data-slide]")];
  let deck = null;
  let now = 1;

  const mark = () => {
    for (const button of buttons) {
      if (Number(button.dataset.slide) === now) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  };
  const go = (place) => {
    now = Math.min(Math.max(place, 1), buttons.length);
    mark();
    if (deck && !deck.closed) deck.postMessage({ teaching: "go", to: now }, "*");
    else told.textContent = "The slides are not open: press the button first.";
  };

  open.addEventListener("click", () => {
    deck = window.open(`${open.dataset.deck}#slide-${now}`, "teaching-deck", "popup,width=1280,height=760");
    told.textContent = deck ? "" : "The browser did not open a second window: allow it for this page, and press again.";
  });
  for (const button of buttons) button.addEventListener("click", () => go(Number(button.dataset.slide)));
  addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    go(now + step);
  });
  addEventListener("message", (event) => {
    if (deck && event.source === deck && event.data?.teaching === "slide" && Number.isInteger(event.data.at)) {
      now = event.data.at;
      told.textContent = "";
      mark();
    }
  });
  mark();
})();
