// The page's own line of `check()`: its script runs, and the kernel behind it answers, or does not.

import { make } from "./numbers.js";

const PATIENCE_MS = 10_000;
const LATE_MS = 500; // a slider that is answered later than this cannot be followed

function render({ model, el }) {
  const line = make("p", { role: "status", text: "ok  Live panels on this page: its script runs; the kernel is asked." });
  const asked = performance.now();
  const patience = setTimeout(() => {
    line.textContent = "NO  Live panels on this page: its script runs, but the kernel has not answered for ten seconds. Wait until no other cell computes, and run the cell again.";
  }, PATIENCE_MS);
  function answered() {
    clearTimeout(patience);
    const ms = Math.round(performance.now() - asked);
    line.textContent = ms > LATE_MS
      ? `NO  Live panels on this page: they work, but the kernel answered after ${ms} ms. Sliders will follow slowly: close other programs, or try a nearer server.`
      : `ok  Live panels on this page: they work, and the kernel answered after ${ms} ms.`;
  }
  model.on("change:answered", answered);
  el.classList.add("teaching-panel");
  el.replaceChildren(line);
  model.send({ kind: "hello" });
  return () => {
    clearTimeout(patience);
    model.off("change:answered", answered);
  };
}

export default { render };
