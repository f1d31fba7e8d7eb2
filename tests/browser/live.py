"""The live page as somebody sees and works it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Locator, Page

_AT = """([name, lon, lat]) => {
  const map = window.live.maps[name], view = Bokeh.index.find_one(map);
  const canvas = view.canvas_view.el.getBoundingClientRect(), frame = view.frame.bbox;
  const x = map.x_range, y = map.y_range;
  return [canvas.x + frame.left + (lon - x.start) / (x.end - x.start) * frame.width,
          canvas.y + frame.bottom - (lat - y.start) / (y.end - y.start) * frame.height];
}"""


class LivePage:
    """A live page in a browser; notes everything that goes wrong in it.

    Parameters
    ----------
    browser : Browser
    address : str
    size : tuple of int
        Pixels.
    """

    def __init__(self, browser: Browser, address: str, size: tuple[int, int] = (1280, 900)) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(request.url))
        self.page.goto(address)
        self.page.wait_for_selector("#verdict-a .word")
        self.ready()

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def close(self) -> None:
        """Close it, and complain of all that went wrong in it."""
        self.context.close()
        assert self.wrong == []

    def ready(self) -> None:
        """Wait until the regions are there."""
        self.page.wait_for_selector("#busy", state="hidden")

    @property
    def number(self) -> int:
        """How many answers came from the server; what is worked out later is none."""
        return int(self.page.locator("body").get_attribute("data-answers") or 0)

    def after(self, number: int) -> None:
        """Wait for an answer after this many."""
        self.page.wait_for_function("n => Number(document.body.dataset.answers) > n", arg=number)

    def verdict(self, side: str = "a") -> str:
        """Return the verdict."""
        return self.page.locator(f"#verdict-{side} .word").inner_text()

    def expect(self, word: str, side: str = "a") -> None:
        """Wait for a verdict."""
        self.page.locator(f"#verdict-{side} .word", has_text=word).wait_for()

    def field(self, key: str) -> Locator:
        """Return a control."""
        return self.page.locator(f'[data-key="{key}"]')

    def type(self, key: str, text: str) -> None:
        """Type into a field, and leave it."""
        number = self.number
        self.field(key).fill(text)
        self.field(key).press("Tab")
        self.after(number)

    def choose(self, key: str, value: str) -> None:
        """Choose in a list."""
        number = self.number
        self.field(key).select_option(value)
        self.after(number)

    def press(self, button: str) -> None:
        """Press a button."""
        number = self.number
        self.page.get_by_role("button", name=button).click()
        self.after(number)

    def error(self, key: str) -> str:
        """Return what stands beside a field."""
        ident = self.field(key).get_attribute("aria-describedby")
        return self.page.locator(f"#{ident}").inner_text()

    def point(self, end: str, name: str = "map_a") -> tuple[float, float]:
        """Return where a point of the case is on the screen."""
        x, y = self.page.evaluate(
            "([name, end]) => { const d = window.live.ends[name][end].data;"
            " return [d.x[0], d.y[0]]; }",
            [name, end],
        )
        return self.on_screen(x, y, name)

    def on_screen(self, x: float, y: float, name: str = "map_a") -> tuple[float, float]:
        """Return where a place of the map is on the screen."""
        left, top = self.page.evaluate(_AT, [name, x, y])
        return float(left), float(top)

    def lonlat(self, place: str) -> tuple[float, float]:
        """Return what the fields of a place say."""
        lon, lat = (self.field(f"{place}.location.{p}").input_value() for p in ("lon", "lat"))
        return float(lon), float(lat)

    def save(self, button: str, folder: Path) -> Path:
        """Press a button that hands over a file, and keep the file."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=button).click()
        found: Download = waiting.value
        path = folder / found.suggested_filename
        found.save_as(path)
        return path


def decision_of(text: str) -> str:
    """Return the decision in the output of ``check --format json``."""
    return str(json.loads(text)["results"][0]["decision"])
