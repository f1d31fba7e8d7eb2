"""Debian's Chromium, driven by Playwright; with no network, and nothing that goes unnoticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["SHOTS", "missing", "opened", "started"]

#: Where pictures of what was seen are kept.
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
_PATHS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_OPTIONS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--font-render-hinting=none",
)  # fmt: skip


def _path() -> str | None:
    given = os.environ.get("CHROMIUM")
    return next((p for p in (given, *_PATHS) if p and Path(p).exists()), None)


def missing() -> str | None:
    """Return what is missing for tests in a browser, in words; None where nothing is."""
    try:
        import playwright.sync_api  # noqa: F401
    except ModuleNotFoundError:
        return "playwright is not installed (pip install playwright)"
    if _path() is None:
        return "chromium is not installed (apt-get install chromium)"
    return None


@contextmanager
def started() -> Iterator[Browser]:
    """Start the browser; skip the test where there is none, but fail in CI."""
    lack = missing()
    if lack is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"a browser is needed in CI: {lack}")
        pytest.skip(lack)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_path(), args=list(_OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(browser: Browser, path: Path, **context: Any) -> Iterator[Page]:
    """Open a file with the network off; fail for any error, and for anything else asked for."""
    complaints: list[str] = []
    whole = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **context})
    whole.set_offline(True)
    page = whole.new_page()

    def only_files(route: Any) -> None:
        if route.request.url == path.as_uri():
            route.continue_()
        else:
            complaints.append(f"asked for {route.request.url[:200]}")
            route.abort()

    def heard(message: Any) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"{message.type}: {message.text}")

    page.route("**/*", only_files)
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.on("console", heard)
    try:
        page.goto(path.as_uri())
        yield page
        assert complaints == []
    finally:
        whole.close()
