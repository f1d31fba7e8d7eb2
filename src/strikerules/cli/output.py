"""Where words go: results to standard output, the rest to standard error, files whole or not."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from strikerules.problems import InvalidInput, Problem
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


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all.

    Raises
    ------
    InvalidInput
        SR603 where it can't be written.
    """
    import tempfile

    temporary: str | None = None
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        why = (error.strerror or "an error").lower()
        raise InvalidInput(Problem("SR603", f"can't write `{path}`: {why}")) from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
