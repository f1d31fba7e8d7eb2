"""Where words go: results to standard output, the rest to standard error, files whole or not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from strikerules.documents.writing import write_whole
from strikerules.problems import Problem
from strikerules.problems.render import render_problems

__all__ = ["Output", "write_whole"]


class Output:
    """The two streams of a command, and whether each may be coloured.

    Colour is used on a terminal only, never where ``NO_COLOR`` is set, always where
    ``FORCE_COLOR`` is.
    """

    def __init__(self, results: TextIO, remarks: TextIO) -> None:
        self.results, self.remarks = results, remarks
        self.colour = _colour(results)
        self.remark_colour = _colour(remarks)
        for stream in (results, remarks):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")

    def print(self, text: str) -> None:
        """Write a result."""
        self.results.write(text if text.endswith("\n") else text + "\n")

    def say(self, text: str) -> None:
        """Write a remark."""
        self.remarks.write(text + "\n")

    def problems(self, problems: Iterable[Problem]) -> None:
        """Write problems with their lines and carets."""
        self.results.flush()
        self.remarks.write(render_problems(list(problems), colour=self.remark_colour))

    def emit(self, text: str, path: str | None) -> None:
        """Write a result to a file, whole or not at all, or to standard output."""
        if path is None or path == "-":
            self.print(text)
        else:
            write_whole(Path(path), text if text.endswith("\n") else text + "\n")

    @property
    def width(self) -> int:
        """Columns to write in: the terminal's, at most 100; 80 where there is none."""
        if not self.results.isatty():
            return 80
        try:
            return max(40, min(100, os.get_terminal_size(self.results.fileno()).columns))
        except (OSError, ValueError):
            return 80


def _colour(stream: TextIO) -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
