"""docs/app.md: every command of the page starts the live page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.app.serving import serving

PAGE = Path(__file__).parents[2] / "docs" / "app.md"
COMMANDS = re.findall(r"(?m)^\$ strikerules app ?(.*)$", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("words", COMMANDS)
def test_command(words: str) -> None:
    """A reader who copies a command would get an error in place of a page."""
    with serving(*shlex.split(words), "--port", "0") as live:
        assert live.end() == (0, "the live page has ended\n")


def test_commands_are_found() -> None:
    """The page could lose its commands, and the test pass."""
    assert len(COMMANDS) == 5
