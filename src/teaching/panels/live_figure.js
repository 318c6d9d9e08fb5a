// Moves the curves of a figure that matplotlib drew once as SVG.
// The kernel sends heights only (float32, SVG units): curve after curve, then one per label.
// Only the newest frame is drawn, once per animation frame.

const REST_MS = 700; // a pause this long ends a run: the picture before it becomes the grey ghost
const NARROW_PX = 640; // below this width the picture is shown in one column
const SPEAK_MS = 900; // screen readers hear the sentence when the hand rests

// A copy, because a DataView need not start at a multiple of four bytes.
function floats(view) {
  return new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
}

function draw_path(across, heights, start) {
  let path = "";
  for (let i = 0; i < across.length; i++) {
    path += (i ? "L" : "M") + across[i].toFixed(1) + " " + heights[start + i].toFixed(1);
  }
  return path;
}

export default {
  render({ model, el }) {
    el.classList.add("teaching-live");
    el.innerHTML =
      '<div class="teaching-picture"></div><p class="teaching-sentence" aria-hidden="true"></p>' +
      '<p class="teaching-spoken" role="status" aria-live="polite"></p>';
    const [picture, sentence, spoken] = el.children;
    let svg, curves, labels, overlays, across;
    let frame_id = 0;
    let speak_id = 0;
    let last_arrival = -Infinity;
    let drawn = null;

    function set_up() {
      picture.innerHTML = model.get("svg");
      svg = picture.querySelector("svg");
      const prefix = model.get("prefix");
      const find = (id) => svg.querySelector("#" + CSS.escape(prefix + id));
      const names = model.get("curves");
      svg.setAttribute("role", "img");
      svg.setAttribute("preserveAspectRatio", "xMidYMid meet");
      svg.removeAttribute("width");
      svg.removeAttribute("height");
      curves = names.map((name) => ({
        path: find("curve-" + name).querySelector("path"),
        ghost: find("ghost-" + name).querySelector("path"),
      }));
      labels = names.map((name) => find("label-" + name));
      overlays = [...svg.querySelectorAll('[id^="' + prefix + 'overlay-"]')];
      const all = floats(model.get("across"));
      let start = 0;
      across = model.get("lengths").map((length) => all.subarray(start, (start += length)));
      drawn = null;
      fold();
      draw();
    }

    // On a narrow page the right half of the picture moves below the left half: a second SVG shows
    // the same drawing (<use> follows every change) through another window.
    let folded = null;
    function fold() {
      const narrow = el.clientWidth > 0 && el.clientWidth < NARROW_PX;
      if (narrow === folded && picture.dataset.folded) return;
      folded = narrow;
      picture.dataset.folded = String(narrow);
      const [, , width, height] = (picture.dataset.box ||= svg.getAttribute("viewBox")).split(" ").map(Number);
      const split = Math.min(model.get("split"), width);
      while (picture.children.length > 1) picture.lastChild.remove();
      svg.setAttribute("viewBox", `0 0 ${narrow ? split : width} ${height}`);
      if (!narrow || split >= width) return;
      const second = document.createElementNS(svg.namespaceURI, "svg");
      second.setAttribute("viewBox", `${split} 0 ${width - split} ${height}`);
      second.setAttribute("aria-hidden", "true"); // the first one speaks for both
      const use = document.createElementNS(svg.namespaceURI, "use");
      use.setAttribute("href", "#" + model.get("prefix") + "figure_1");
      second.append(use);
      picture.append(second);
    }
    const watcher = new ResizeObserver(fold);
    watcher.observe(el);

    function draw() {
      frame_id = 0;
      const heights = floats(model.get("frame"));
      let start = 0;
      const paths = curves.map((curve, k) => {
        const path = draw_path(across[k], heights, start);
        start += across[k].length;
        return path;
      });
      const now = performance.now();
      if (drawn && now - last_arrival > REST_MS) {
        curves.forEach((curve, k) => curve.ghost.setAttribute("d", drawn[k]));
      }
      last_arrival = now;
      curves.forEach((curve, k) => curve.path.setAttribute("d", paths[k]));
      const homes = model.get("label_homes");
      labels.forEach((label, k) => {
        label.setAttribute("transform", "translate(0 " + (heights[start + k] - homes[k]).toFixed(1) + ")");
      });
      drawn = paths;
      const words = model.get("sentence");
      if (sentence.textContent !== words) {
        sentence.textContent = words;
        svg.setAttribute("aria-label", model.get("title") + " " + words);
        clearTimeout(speak_id);
        speak_id = setTimeout(() => (spoken.textContent = words), SPEAK_MS);
      }
      const shown = model.get("overlays");
      overlays.forEach((group) => {
        const name = group.id.slice((model.get("prefix") + "overlay-").length).replace(/-\d+$/, "");
        group.style.display = shown.includes(name) ? "" : "none";
      });
      el.dataset.frames = String(Number(el.dataset.frames || 0) + 1);
    }

    function schedule() {
      if (!frame_id) frame_id = requestAnimationFrame(draw);
    }

    model.on("change:svg", set_up);
    model.on("change:frame", schedule);
    model.on("change:sentence", schedule);
    model.on("change:overlays", schedule);
    set_up();
    return () => {
      watcher.disconnect();
      cancelAnimationFrame(frame_id);
      clearTimeout(speak_id);
    };
  },
};
