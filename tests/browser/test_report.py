"""The page in a real browser: opened with the network off, clicked, typed at, printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.browser.chromium import SHOTS, opened
from tests.pages.made import HOSTILE, regions_by_hand
from tests.pages.test_report import contrast

import strikerules as sr

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
READY = "[data-ready=true]"
#: Where a place is on the screen, from its kilometres in the map.
AT = """([id, x, y]) => {
  const view = Array.from(Bokeh.index.roots).find((v) => v.model.name === id);
  const box = view.el.getBoundingClientRect(), frame = view.frame;
  return [box.left + frame.x_scale.compute(x), box.top + frame.y_scale.compute(y)];
}"""
#: What stands beside the pointer.
TIP = """() => {
  const within = (root) => Array.from(root.querySelectorAll("*")).flatMap((e) => [
    ...(e.classList.contains("bk-Tooltip") ? [(e.shadowRoot ?? e).textContent] : []),
    ...(e.shadowRoot !== null ? within(e.shadowRoot) : [])]);
  return within(document).join(" ");
}"""
#: What has the focus, inside the map as well: its name, and its outline.
FOCUSED = """() => {
  let e = document.activeElement;
  while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  return [e.getAttribute("aria-label") || e.title || e.textContent.slice(0, 60),
          getComputedStyle(e).outlineStyle];
}"""
VISIBLE = """([id, layer]) => Bokeh.documents[0].get_model_by_name(id).renderers
  .filter((r) => r.tags[0] === layer).map((r) => r.visible)"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of one scenario, with the regions that the policy tells."""
    path = tmp_path_factory.mktemp("pages") / "report.html"
    sr.load("kharkiv").report(ROOT / "examples" / "forward-launch-site.yaml", path=path)
    return path


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with opened(browser, file) as found:
        found.wait_for_selector(READY)
        yield found


def place_of(lon: float, lat: float) -> tuple[float, float]:
    """Return where a place is in the map of `file`, in its kilometres."""
    from strikerules.given import one_scenario
    from strikerules.pages.report import scenario_map

    policy = sr.load("kharkiv")
    scenario = one_scenario(ROOT / "examples/forward-launch-site.yaml", policy.ruling.vocabulary)
    shown, _ = scenario_map(policy, scenario)
    return shown.to_local(lon, lat)


def on_screen(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Return where a place is on the screen."""
    page.locator("#case-1-canvas").scroll_into_view_if_needed()
    x, y = page.evaluate(AT, ["case-1-canvas", *place_of(lon, lat)])
    return x, y


def test_opens_without_a_network(page: Page) -> None:
    """The page would be of use only where it was made."""
    assert page.title() == "A missile launcher 15 km inside Russia, used against Kharkiv"
    assert page.locator("#case-1-canvas canvas").count() > 0
    page.screenshot(path=SHOTS / "report-top.png")
    page.locator("#case-1-map").screenshot(path=SHOTS / "report-map.png")
    page.screenshot(path=SHOTS / "report-whole.png", full_page=True)


def test_scale_is_the_same_both_ways(page: Page) -> None:
    """A kilometre to the north would not be as long as one to the east."""
    for width in (1200, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            """() => {
              const f = Bokeh.documents[0].get_model_by_name("case-1-canvas");
              const across = (f.x_range.end - f.x_range.start) / f.inner_width;
              const up = (f.y_range.end - f.y_range.start) / f.inner_height;
              return Math.abs(across / up - 1) < 1e-3;
            }"""
        )


def test_layers_are_put_away_and_back(page: Page) -> None:
    """The boxes beside the map would do nothing, or forget what the legend did."""
    box = page.get_by_role("checkbox", name="towns", exact=True)
    assert box.is_checked()
    box.uncheck()
    assert set(page.evaluate(VISIBLE, ["case-1-canvas", "towns"])) == {False}
    page.evaluate(
        """() => { for (const r of Bokeh.documents[0].get_model_by_name("case-1-canvas").renderers)
          if (r.tags[0] === "towns") r.visible = true; }"""
    )
    assert box.is_checked()


def test_pointer_tells_the_decision(page: Page) -> None:
    """The map would be colours without reasons."""
    page.mouse.move(*on_screen(page, 37.1, 50.45))
    page.locator(".bk-Tooltip").first.wait_for()
    words = page.evaluate(TIP)
    assert "permitted" in words
    assert "sites-in-the-designated-area" in words
    assert "c06b" in words
    page.screenshot(path=SHOTS / "report-hover.png")


def test_tap_tells_the_decision(page: Page) -> None:
    """Who has no pointer to hover with would learn nothing."""
    page.mouse.click(*on_screen(page, 37.1, 50.45))
    said = page.locator("#case-1-canvas-said")
    page.wait_for_function(
        "() => document.getElementById('case-1-canvas-said').textContent.includes('permitted')"
    )
    assert "sites-in-the-designated-area" in said.inner_text()
    assert page.locator("tr.chosen").count() == 1
    assert "permitted" in page.locator("tr.chosen").inner_text()


def test_tap_agrees_with_check(page: Page) -> None:
    """The map would say of a place what `check` does not."""
    policy = sr.load("kharkiv")
    words = {"permitted": "permitted", "prohibited": "prohibited", "not_governed": "not governed",
             "indeterminate": "open"}  # fmt: skip
    for lon, lat in ((37.1, 50.45), (36.0, 49.6), (37.6, 50.9), (39.9, 51.3), (36.6, 50.75)):
        page.mouse.click(*on_screen(page, lon, lat))
        said = page.locator("#case-1-canvas-said strong").inner_text()
        case = yaml.safe_load((ROOT / "examples/forward-launch-site.yaml").read_text("utf-8"))
        case["target"]["location"] = {"lon": lon, "lat": lat}
        decision = policy.check(case).decision
        assert re.search(rf"^Part \d+: {words[decision]}\b", said), (lon, lat, said)


def test_keyboard_reaches_everything(page: Page) -> None:
    """Who can't use a pointer would be kept out of the map, and not see where they are."""
    seen: list[str] = []
    plain: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        what, ring = page.evaluate(FOCUSED)
        seen.append(what)
        if len(seen) == 1:
            assert what == "Skip to the content"
            box = page.locator(".skip").bounding_box()
            assert box is not None
            assert box["x"] >= 0
        if ring == "none":
            plain.append(what)
        if what == "show part 1 on the map":
            break
    assert seen[-1] == "show part 1 on the map"
    assert plain == []
    assert any(what.startswith("What the map shows") for what in seen)
    page.keyboard.press("Enter")
    assert page.locator("tr.chosen").count() == 1
    assert "Part 1:" in page.locator("#case-1-canvas-said").inner_text()
    page.keyboard.press("Enter")
    assert page.locator("tr.chosen").count() == 0


def test_skip_link_skips(page: Page) -> None:
    """Whoever tabs through the page would have to go through the contents each time."""
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_prints(page: Page, tmp_path: Path) -> None:
    """On paper there would be no map, or closed parts that nobody can open there."""
    page.emulate_media(media="print")
    assert not page.locator("#case-1-canvas").is_visible()
    assert page.locator("#case-1-map .drawn svg").is_visible()
    page.screenshot(path=SHOTS / "report-print.png", full_page=True)
    page.emulate_media(media="screen")
    page.pdf(path=tmp_path / "report.pdf", format="A4", print_background=True)
    written = (tmp_path / "report.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", written)) >= 3
    (SHOTS / "report.pdf").write_bytes(written)


def test_without_scripts(browser: Browser, file: Path) -> None:
    """Where scripts are off there would be an empty box in place of the map."""
    with opened(browser, file, java_script_enabled=False) as page:
        assert page.locator("#case-1-map .drawn svg").is_visible()
        assert not page.locator("#case-1-canvas").is_visible()
        assert page.get_by_role("table", name=re.compile("What the map shows")).is_visible()


def test_narrow_screen(browser: Browser, file: Path) -> None:
    """On a telephone the page would have to be pushed about sideways."""
    with opened(browser, file, viewport={"width": 390, "height": 800}) as page:
        page.wait_for_selector(READY)
        page.screenshot(path=SHOTS / "report-narrow.png")
        page.locator("#case-1-map").scroll_into_view_if_needed()
        page.screenshot(path=SHOTS / "report-narrow-map.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


CONTRASTS = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || e.closest("script, svg, .canvas")) continue;
    if (!e.checkVisibility()) continue;
    let ground = "rgba(0, 0, 0, 0)";
    for (let p = e; p !== null && ground === "rgba(0, 0, 0, 0)"; p = p.parentElement)
      ground = getComputedStyle(p).backgroundColor;
    found.push([getComputedStyle(e).color, ground, e.tagName + "." + e.className]);
  }
  return found;
}"""


def test_contrast(page: Page) -> None:
    """Text would be too faint for some to read."""

    def hex_of(colour: str) -> str:
        red, green, blue, *alpha = map(float, re.findall(r"[\d.]+", colour))
        assert alpha in ([], [1.0], [0.0]), colour
        return "#ffffff" if alpha == [0.0] else f"#{int(red):02x}{int(green):02x}{int(blue):02x}"

    found: list[tuple[str, str, str]] = page.evaluate(CONTRASTS)
    assert len(found) > 100
    faint = {(what, ink, ground) for ink, ground, what in found
             if contrast(hex_of(ink), hex_of(ground)) < 4.5}  # fmt: skip
    assert faint == set()


def test_hostile_words_stay_words(browser: Browser, tmp_path: Path) -> None:
    """Who names a rule or a scenario could run a script in the page, or beside its map."""
    from strikerules.pages.explore import Explored
    from strikerules.pages.figure import PolicyMap

    regions = regions_by_hand(HOSTILE)
    shown = PolicyMap(sr.load("kharkiv"), None, regions)
    Explored(shown, regions, HOSTILE, "kharkiv").save(tmp_path / "hostile.html")
    with opened(browser, tmp_path / "hostile.html") as page:
        dialogs: list[Any] = []
        page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
        page.wait_for_selector(READY)
        page.locator("#map-canvas").scroll_into_view_if_needed()
        x, y = page.evaluate(AT, ["map-canvas", *shown.to_local(37.1, 50.45)])
        page.mouse.move(x, y)
        page.locator(".bk-Tooltip").first.wait_for()
        page.mouse.click(x, y)
        assert "<img src=x onerror=alert(2)>" in page.locator("#map-canvas-said").inner_text()
        assert "<img src=x" in page.evaluate(TIP)
        assert dialogs == []


def test_of_a_difference(browser: Browser, tmp_path: Path) -> None:
    """What changes would be on the map and could not be read there."""
    path = tmp_path / "difference.html"
    difference = sr.diff("kharkiv", "long-range-lifted")
    difference.report(path)
    with opened(browser, path) as page:
        page.wait_for_selector(READY)
        page.locator("#map").screenshot(path=SHOTS / "difference-map.png")
        page.get_by_role("button", name="show part 1 on the map").click()
        assert page.locator("#diff-canvas-said strong").inner_text().startswith("Part 1: newly")


def test_of_several(browser: Browser, tmp_path: Path) -> None:
    """Maps of one page would take each other's layers or tables."""
    path = tmp_path / "several.html"
    names = ("use-unknown", "other-operation")
    sr.load("kharkiv").report(*(ROOT / "examples" / f"{n}.yaml" for n in names), path=path)
    with opened(browser, path) as page:
        page.wait_for_selector(f"#case-2-canvas-live{READY}")
        page.screenshot(path=SHOTS / "several-top.png")
        page.locator("#case-2-canvas-layers").get_by_label("zones").uncheck()
        assert set(page.evaluate(VISIBLE, ["case-2-canvas", "zones"])) == {False}
        assert set(page.evaluate(VISIBLE, ["case-1-canvas", "zones"])) == {True}
        page.locator("#case-2-regions button").first.click()
        assert page.locator("#case-1-regions tr.chosen").count() == 0
        assert page.locator("#case-2-regions tr.chosen").count() == 1


def test_in_a_notebook(browser: Browser, tmp_path: Path) -> None:
    """A notebook would show an empty frame where the network is off."""
    case = {"weapon.made_in": "US", "target.location": {"lon": 36.9, "lat": 50.45}}
    path = tmp_path / "notebook.html"
    policy = sr.load("kharkiv")
    regions = policy.regions(case)
    shown = f"{regions._repr_html_()}{policy._repr_html_()}{policy.explore(case)._repr_html_()}"
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>n</title>{shown}", encoding="utf-8")
    with opened(browser, path) as page:
        frame = page.frame_locator("iframe")
        frame.locator(READY).wait_for()
        assert frame.get_by_role("checkbox", name="towns", exact=True).is_checked()
        frame.get_by_role("button", name="show part 1 on the map").click()
        assert "Part 1:" in frame.locator("#map-canvas-said").inner_text()
        page.screenshot(path=SHOTS / "notebook.png", full_page=True)
