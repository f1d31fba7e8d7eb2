"""Where the browser is missing tests in it are skipped, and never in CI."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.browser import chromium

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def none_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without Chromium."""
    monkeypatch.setattr(chromium, "_PATHS", ())
    monkeypatch.delenv("CHROMIUM", raising=False)


def test_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has no browser could not run the tests at all."""
    monkeypatch.delenv("CI", raising=False)
    with (
        pytest.raises(pytest.skip.Exception, match="chromium is not installed"),
        chromium.started(),
    ):
        pass


def test_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages could stop working in browsers, and CI would go on being green."""
    monkeypatch.setenv("CI", "true")
    with (
        pytest.raises(pytest.fail.Exception, match="a browser is needed in CI"),
        chromium.started(),
    ):
        pass


def test_ci_brings_the_browser() -> None:
    """CI would fail for want of a browser that nobody installs."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "apt-get install" in script
    assert "chromium" in script
    assert "CI=${CI:-true}" in script
