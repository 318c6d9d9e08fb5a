// Turns the slides of a deck: keys, a click in the window, and messages from the lecturer's page that opened it.
(() => {
  const slides = [...document.querySelectorAll(".slide")];
  const told = document.getElementById("told");
  const help = document.querySelector(".help");
  const SMALLEST = 0.62; // below it the last row cannot read, so the slide is cut rather than shrunk further
  let now = 0;

  const fromAddress = () => {
    const number = Number((/^#slide-(\d+)$/.exec(location.hash) || [])[1]);
    return number >= 1 && number <= slides.length ? number - 1 : 0;
  };

  const show = (place) => {
    now = Math.min(Math.max(place, 0), slides.length - 1);
    // The others are hidden by the style, and on paper by nothing: `inert` would take them from whoever hears the print.
    slides.forEach((slide, index) => slide.classList.toggle("now", index === now));
    history.replaceState(null, "", `#slide-${now + 1}`);
    told.textContent = slides[now].getAttribute("aria-label");
    if (window.opener) window.opener.postMessage({ teaching: "slide", at: now + 1, of: slides.length }, "*");
  };

  // A slide with more than fits is set in smaller letters until it fits.
  const fit = () => {
    for (const slide of slides) {
      const inside = slide.querySelector(".fit");
      const body = inside.querySelector(".body");
      body.style.zoom = "";
      let size = 1;
      const isTooMuch = () => body.scrollHeight > body.clientHeight + 1 || inside.scrollHeight > inside.clientHeight + 1;
      while (size > SMALLEST && isTooMuch() && !slide.classList.contains("picture")) {
        size -= 0.03;
        body.style.zoom = size.toFixed(2);
      }
      slide.dataset.size = size.toFixed(2);
    }
  };

  const STEPS = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1 };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const onLink = event.target instanceof Element && event.target.closest("a");
    if (onLink && (event.key === "Enter" || event.key === " ")) return;
    if (STEPS[event.key]) show(now + STEPS[event.key]);
    else if (event.key === "Home") show(0);
    else if (event.key === "End") show(slides.length - 1);
    else if (event.key === "f" || event.key === "F") {
      if (document.fullscreenElement) document.exitFullscreen();
      else document.documentElement.requestFullscreen?.();
    } else if (event.key === "p" || event.key === "P") print();
    else return;
    help.classList.add("seen");
    event.preventDefault();
  });
  addEventListener("click", (event) => {
    if (!(event.target instanceof Element) || event.target.closest("a")) return;
    if (String(getSelection())) return; // somebody marks words
    show(now + (event.clientX < innerWidth / 4 ? -1 : 1));
  });
  addEventListener("message", (event) => {
    if (event.source === window.opener && event.data?.teaching === "go" && Number.isInteger(event.data.to)) show(event.data.to - 1);
  });
  addEventListener("hashchange", () => show(fromAddress()));

  document.body.classList.add("running");
  fit();
  addEventListener("resize", fit);
  show(fromAddress());
})();
