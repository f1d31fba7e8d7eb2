"""Text for terminals: colours that are there or not, lines that are filled."""

from __future__ import annotations

import textwrap

__all__ = ["BOLD", "COLOURS", "OFF", "Paint", "wrapped"]

COLOURS = {
    "permitted": "\x1b[1;32m",
    "prohibited": "\x1b[1;31m",
    "not_governed": "\x1b[1;34m",
    "indeterminate": "\x1b[1;33m",
}
BOLD, OFF = "\x1b[1m", "\x1b[0m"


class Paint:
    """Paints text, or leaves it plain."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, code: str) -> str:
        return f"{code}{text}{OFF}" if self.colour else text


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> list[str]:
    """Return text in lines of at most `width` columns, long words apart."""
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    ) or [first]  # fmt: skip
