"""The live page in a real browser."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.app.serving import Live, serving
from tests.browser.chromium import SHOTS
from tests.browser.live import LivePage, decision_of

from strikerules.cli.main import main

if TYPE_CHECKING:
    from playwright.sync_api import Browser


pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def live() -> Iterator[Live]:
    with serving("--port", "0") as found:
        yield found
        assert found.end() == (0, "the live page has ended\n")


@pytest.fixture
def page(browser: Browser, live: Live) -> Iterator[LivePage]:
    found = LivePage(browser, live.address)
    yield found
    found.close()


@pytest.mark.parametrize("size", [(1280, 900), (1920, 1080), (700, 1000)])
def test_how_it_looks(browser: Browser, live: Live, size: tuple[int, int]) -> None:
    """The page would not fit a screen: something beside it, or verdict or map out of sight."""
    page = LivePage(browser, live.address, size)
    page.expect("PERMITTED")
    page.page.screenshot(path=SHOTS / f"app-{size[0]}.png")
    for chosen in ("#verdict-a", "#map-a", "#day", "header"):
        box = page.page.locator(chosen).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0]
        assert size[0] < 1000 or box["y"] + box["height"] <= size[1]
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.close()


def test_a_click_moves_the_target(page: LivePage) -> None:
    """The map would be a picture."""
    before = page.lonlat("target")
    x, y = page.point("launch")
    number = page.number
    page.page.mouse.click(x - 40, y + 30)
    page.after(number)
    page.expect("NOT GOVERNED")
    assert page.lonlat("target") != before
    found = page.point("target")
    assert found == (pytest.approx(x - 40, abs=1.5), pytest.approx(y + 30, abs=1.5))
    launch = page.lonlat("launch")
    page.page.get_by_role("radio", name="launch point").check()
    number = page.number
    page.page.mouse.click(x + 50, y + 50)
    page.after(number)
    page.ready()
    assert page.lonlat("launch") != launch
    page.page.get_by_role("radio", name="nothing").check()
    target, launch = page.lonlat("target"), page.lonlat("launch")
    page.page.mouse.click(x, y)
    page.type("name", "unmoved")
    assert (page.lonlat("target"), page.lonlat("launch")) == (target, launch)


def test_points_are_dragged(page: LivePage) -> None:
    """A point that is dragged would drag the map with it, or the verdict come too late."""
    x, y = page.point("target")
    shown = page.page.evaluate("window.live.maps.map_a.x_range.start")
    page.page.mouse.move(x, y)
    page.page.mouse.down()
    page.page.mouse.move(x + 10, y - 40, steps=5)
    page.page.mouse.move(x + 20, y + 110, steps=8)
    # before it is let go
    page.expect("NOT GOVERNED")
    page.page.screenshot(path=SHOTS / "app-dragged.png")
    number = page.number
    page.page.mouse.up()
    page.after(number)
    assert page.point("target") == (pytest.approx(x + 20, abs=2), pytest.approx(y + 110, abs=2))
    assert page.page.evaluate("window.live.maps.map_a.x_range.start") == shown
    # elsewhere it is the map that moves, and no point
    target = page.lonlat("target")
    page.page.mouse.move(x + 90, y - 60)
    page.page.mouse.down()
    page.page.mouse.move(x + 150, y - 60, steps=4)
    page.page.mouse.up()
    page.page.wait_for_function("x => window.live.maps.map_a.x_range.start < x - 5", arg=shown)
    assert page.lonlat("target") == target


def test_fields_change_the_answer(page: LivePage) -> None:
    """A change in a field would not reach the verdict, the why, or the map."""
    page.choose("target.supports", "other_operation")
    page.expect("PROHIBITED")
    page.choose("target.supports", "")
    page.expect("INDETERMINATE")
    assert "target.supports" in page.page.locator("#answer-a").inner_text()
    page.choose("target.supports", "kharkiv_assault")
    page.type("target.location.lon", "36.25")
    page.type("target.location.lat", "49.9")
    page.expect("NOT GOVERNED")
    page.choose("target.location.place", "zone:belgorod-oblast")
    page.expect("INDETERMINATE")
    assert page.field("target.location.lon").input_value() == ""
    page.choose("weapon.name", "m777")
    assert page.field("weapon.max_range_km").get_attribute("placeholder") == "catalogue: 24"
    page.press("Make everything unknown")
    assert page.field("weapon.made_in").input_value() == ""


def test_what_can_not_be_read_is_explained_beside_its_field(page: LivePage) -> None:
    """A slip would take the answer away, or what else was typed."""
    page.type("weapon.max_range_km", "quite far")
    assert page.error("weapon.max_range_km") == (
        "SR113 quite far can't be weapon.max_range_km. expected a number (km)"
    )
    assert page.field("weapon.max_range_km").get_attribute("aria-invalid") == "true"
    page.type("target.location.lat", "95")
    assert page.error("target.location.lat").startswith("SR204 95 can't be lat")
    page.type("date", "June")
    assert page.error("date").startswith("SR116 June is not a date")
    assert page.field("target.location.lon").input_value() == "36.9"
    assert "Without what can’t be read" in page.page.locator("#verdict-a").inner_text()
    page.page.screenshot(path=SHOTS / "app-rubbish.png")
    page.type("weapon.max_range_km", "80")
    page.type("target.location.lat", "50.45")
    page.type("date", "2024-06-02")
    page.expect("PERMITTED")
    assert page.error("date") == ""
    assert page.field("date").get_attribute("aria-invalid") is None


def test_readings_are_switched(page: LivePage) -> None:
    """A question could not be answered on the page, or a figure changed."""
    page.type("weapon.max_range_km", "300")
    page.expect("INDETERMINATE")
    table = page.page.locator("#answer-a table").first
    assert "by-weapon" in table.inner_text()
    page.page.screenshot(path=SHOTS / "app-readings.png")
    page.page.locator("summary", has_text="Readings").click()
    page.choose("reading.meaning-of-long-range", "by-weapon")
    page.expect("PROHIBITED")
    page.page.locator("summary", has_text="Parameters").click()
    page.type("parameter.long_range_km", "400")
    page.expect("PERMITTED")


def test_two_policies_side_by_side(page: LivePage) -> None:
    """Two policies could not be compared on the page, nor would what differs be marked."""
    page.choose("against", "ban")
    page.expect("PROHIBITED", "b")
    page.ready()
    assert page.verdict("a") == "PERMITTED"
    assert page.page.locator("#compared").inner_text() == (
        "They differ: permitted by kharkiv, prohibited by ban."
    )
    assert page.page.locator("#answer-b .differs").count() > 0
    page.page.wait_for_function("window.live.maps.map_b.inner_width > 200")
    zones = "name => window.live.zones[name].data.xs.length"
    assert page.page.evaluate(zones, "map_a") > page.page.evaluate(zones, "map_b")
    page.page.screenshot(path=SHOTS / "app-two.png")
    # the second map takes clicks as well
    x, y = page.point("target", "map_b")
    number = page.number
    page.page.mouse.click(x, y + 130)
    page.after(number)
    page.expect("NOT GOVERNED", "b")
    page.expect("NOT GOVERNED", "a")
    page.page.get_by_role("button", name="Swap the two").click()
    page.page.locator("#verdict-a", has_text="by ban").wait_for()
    page.choose("against", "")
    page.page.locator("#verdict-b").wait_for(state="hidden")


def test_the_slider_moves_through_the_timeline(page: LivePage) -> None:
    """The timeline could not be walked through, least of all by keyboard."""
    slider = page.page.get_by_label("Date", exact=False).and_(page.page.locator("#day"))
    assert slider.get_attribute("aria-valuetext") == "2024-06-02"
    slider.focus()
    slider.press("Home")
    page.expect("PROHIBITED")
    assert page.field("date").input_value() == slider.get_attribute("aria-valuetext")
    page.type("date", "2024-05-28")
    page.expect("INDETERMINATE")
    page.page.screenshot(path=SHOTS / "app-day.png")
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    page.expect("PERMITTED")
    assert page.field("date").input_value() == "2024-05-30"


def test_export_and_check_again(
    page: LivePage, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is sent on would be decided otherwise, or the picture and the report be empty."""
    page.choose("weapon.name", "atacms-m39")
    page.type("weapon.max_range_km", "")
    page.type("name", "sent on")
    verdict = page.verdict()
    path = page.save("Save as YAML", tmp_path)
    assert path.name == "sent-on.yaml"
    command = path.read_text(encoding="utf-8").splitlines()[2]
    words = shlex.split(command.removeprefix("# strikerules "))
    main([words[0], str(path), *words[2:], "--format", "json"])
    assert decision_of(capsys.readouterr().out) == verdict.lower().replace(" ", "_")
    picture = page.save("Save map as PNG", SHOTS)
    assert picture.name == "sent-on.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 50_000
    report = page.save("Save report", tmp_path)
    assert report.name == "sent-on.html"
    text = report.read_text(encoding="utf-8")
    assert verdict.capitalize() in text or verdict in text
    assert len(text) > 100_000
    # and the exported file can be opened again
    page.press("Make everything unknown")
    page.page.locator("#open").set_input_files(path)
    page.page.locator("#choose", has_text="sent on (sent-on.yaml)").wait_for()
    page.expect(verdict)


def test_by_keyboard_and_by_ear(page: LivePage) -> None:
    """Whoever has no mouse, or no screen, could not use the page."""
    controls = page.page.locator("input:visible, select:visible, button:visible, summary:visible")
    names = page.page.evaluate(
        """() => [...document.querySelectorAll("#page input, #page select, #page button")]
          .filter((one) => !one.labels?.length && !one.textContent.trim()
            && !one.getAttribute("aria-label")).map((one) => one.outerHTML)"""
    )
    assert names == []
    reached = set()
    page.page.keyboard.press("Tab")
    for _ in range(controls.count() + 30):
        reached.add(page.page.evaluate("document.activeElement.dataset.key ?? ''"))
        page.page.keyboard.press("Tab")
    shown = {
        key
        for one in page.page.locator("[data-key]:visible").all()
        if (key := one.get_attribute("data-key"))
    }
    assert shown <= reached
    said = page.page.locator("#spoken")
    assert said.get_attribute("aria-live") == "polite"
    page.choose("target.supports", "none")
    page.expect("PROHIBITED")
    assert said.inner_text() == "kharkiv: prohibited."
    assert page.page.evaluate("document.activeElement.dataset.key") is not None


_PALE = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const one of document.querySelectorAll("#page *")) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own && !one.matches("input[type=text], select") || !one.checkVisibility()) continue;
    for (const pseudo of one.matches("input[type=text]") ? ["", "::placeholder"] : [""]) {
      const style = getComputedStyle(one, pseudo || null);
      const levels = [light(parts(style.color)), light(ground(one))].sort((a, b) => b - a);
      const ratio = (levels[0] + 0.05) / (levels[1] + 0.05);
      if (ratio < 4.5) found.push(`${one.outerHTML.slice(0, 80)} ${pseudo} ${ratio}`);
    }
  }
  return found;
}"""


def test_contrast(page: LivePage) -> None:
    """Whoever sees little contrast could not read the page (WCAG 2 AA: 4.5)."""
    assert page.page.evaluate(_PALE) == []
    page.type("weapon.max_range_km", "rubbish")
    page.choose("against", "broader-and-deeper")
    page.expect("INDETERMINATE", "b")
    page.page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    assert page.page.evaluate(_PALE) == []


def test_other_origins_can_not_reach_it(browser: Browser, live: Live) -> None:
    """A page elsewhere on the web could read what is on the live page."""
    with serving("--port", "0") as other:
        context = browser.new_context()
        page = context.new_page()
        page.goto(other.address)
        code = """async (port) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/ws`, ["bokeh", "x"]);
          const met = await new Promise((done) => {
            socket.onopen = () => done("open"); socket.onerror = () => done("refused");
          });
          return met;
        }"""
        # its own policy keeps a page of ours from asking elsewhere: look without it
        bare = context.new_page()
        bare.goto("about:blank")
        assert bare.evaluate(code, live.port) == "refused"
        answer = context.request.get(live.address, headers={"Host": "evil.example"})
        assert answer.status == 403
        assert "SR632" in answer.text()
        context.close()
