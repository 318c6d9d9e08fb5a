// Drawing on the picture with a mouse, a pen or a finger: places in picture units, from left to right.

import { clamp, make_svg } from "./numbers.js";

const MOST_DRAWN = 60; // points kept of a drawn curve, evenly along the picture whatever its axis is

/** `drawn(places)` is told every change; `single`: one point only. `use(true)` lays the surface on the picture. */
export function make_pen(svg, [x0, y0, x1, y1], single, drawn) {
  const gap = (x1 - x0) / MOST_DRAWN / 2;
  const surface = make_svg("rect", { x: x0, y: y0, width: x1 - x0, height: y1 - y0, class: "teaching-surface" });
  let places = [];
  let before = places; // as they were when the stroke began
  let pointer = null; // which pointer draws: a second finger does not
  let in_use = false;
  let last_x = 0;

  function place_of(event) {
    const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [clamp(place.x, x0, x1), clamp(place.y, y0, y1)];
  }
  function add(event, first) {
    const [x, y] = place_of(event);
    const [left, right] = first ? [x, x] : [Math.min(x, last_x), Math.max(x, last_x)];
    // Drawing over a stretch again replaces it, also where the hand was too quick for every point.
    const stays = ([other]) => (other < left - gap || other > right + gap || (!first && other === last_x && Math.abs(x - other) > gap));
    places = single ? [] : places.filter(stays);
    places.push([x, y]);
    places.sort((one, two) => one[0] - two[0]);
    last_x = x;
  }
  function end(event) {
    if (event.pointerId !== pointer) return;
    pointer = null;
    let_fingers();
  }
  /** Where the browser may take a finger to scroll the page it was no stroke; elsewhere what is drawn stays. */
  function cancelled(event) {
    if (event.pointerId !== pointer) return;
    if (before.length) {
      places = before;
      drawn(places);
    }
    end(event);
  }
  /** Which fingers the browser may take, said on the SVG itself: browsers ignore it on what is inside. On empty axes
      every finger draws, because many curves begin with a steep fall; where something stands, a finger that goes up or
      down scrolls the page and one that goes along the axis draws. */
  function let_fingers() {
    svg.style.touchAction = in_use ? (places.length ? "pan-y" : "none") : "";
  }
  surface.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    pointer = event.pointerId;
    before = places;
    surface.setPointerCapture(event.pointerId);
    add(event, true);
    drawn(places);
    event.preventDefault();
  });
  surface.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    if (event.buttons === 0) return end(event); // let go outside the window
    const events = event.getCoalescedEvents?.() ?? [];
    for (const one of events.length ? events : [event]) add(one, false);
    drawn(places);
  });
  surface.addEventListener("pointercancel", cancelled);
  for (const kind of ["pointerup", "lostpointercapture"]) surface.addEventListener(kind, end);

  return {
    use(wanted) {
      if (wanted) svg.querySelector("[id$='figure_1']").append(surface);
      else surface.remove();
      in_use = wanted;
      if (!wanted) pointer = null;
      let_fingers();
    },
    set(next) {
      places = next;
      let_fingers();
    },
  };
}
