"""The timeline's player ends what it started and nothing else."""

import pytest

from .panel_on_a_page import open_page

PLAY = """
() => {
  const made = new Set(), strangers = [];
  const [set, clear] = [window.setTimeout, window.clearTimeout];
  window.setTimeout = (...all) => { const id = set(...all); made.add(id); return id; };
  window.clearTimeout = (id) => { if (id && !made.has(id)) strangers.push(id); clear(id); };
  const timeline = { label: "Day", unit: "", seconds: 2, steps: [] };
  const player = player_js.make_player(timeline, [0, 1, 2, 3], "p-", () => {}, () => {});
  document.body.append(player.element);
  const button = player.element.querySelector("button");
  const seen = [];
  for (let round = 0; round < 5; round++) {
    button.click();
    seen.push(button.getAttribute("aria-pressed"));
    button.click();
    seen.push(button.getAttribute("aria-pressed"));
  }
  return { strangers, seen };
}
"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_pausing_ends_no_timer_of_somebody_else(browser, motion):
    """Frames and timers are counted apart: a timer of JupyterLab with the frame's number used to die."""
    page = open_page(browser, reduced_motion=motion)
    found = page.evaluate(PLAY)
    assert found == {"strangers": [], "seen": ["true", "false"] * 5}
    assert page.complaints == []
    page.context.close()


def test_it_plays_to_the_end_and_stops_there(browser):
    page = open_page(browser)
    page.evaluate(PLAY)
    page.locator(".teaching-play").click()
    page.wait_for_function(
        "() => document.querySelector('.teaching-play').getAttribute('aria-pressed') === 'false'", timeout=10_000
    )
    assert page.locator(".teaching-stop").inner_text() == "3"
    page.context.close()
