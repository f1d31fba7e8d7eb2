"""A document that was read: its data, and where each part of it stands in the text."""

from __future__ import annotations

import sys
from functools import cached_property
from os import PathLike
from pathlib import Path as FilePath
from typing import Any

from msgspec import Struct

from strikerules.problems import InvalidInput, Position, Problem

__all__ = ["MOST_BYTES", "Document", "Path", "read_text"]

Path = tuple[str | int, ...]
"""Keys and indexes that lead from the top of a document to a part of it."""

MOST_BYTES = 8 * 1024 * 1024


class Document(Struct, frozen=True, dict=True):
    """Plain data with the position of every key and value.

    Parameters
    ----------
    name : str
        How the user named it: a path, or ``<stdin>``.
    text : str
    data : object
        dict, list, str, int, float, bool or None; dates stay text (YAML 1.2 core).
    marks : dict
        From a path to ``(key line, key column, value line, value column)``, from 0.
    base : pathlib.Path, optional
        The folder that paths inside the document are relative to.
    """

    name: str
    text: str
    data: Any
    marks: dict[Path, tuple[int, int, int, int]]
    base: FilePath | None = None

    @cached_property
    def lines(self) -> list[str]:
        """Lines of the text, without their ends."""
        return self.text.splitlines()

    def position(self, path: Path = (), *, key: bool = False) -> Position:
        """Return where the value at `path` stands (or its key).

        A path that the text does not have (a key that is missing) is given the position of
        the nearest part around it.
        """
        while path and path not in self.marks:
            path, key = path[:-1], True
        mark = self.marks.get(path, (0, 0, 0, 0))
        line, column = mark[:2] if key else mark[2:]
        text = self.lines[line] if line < len(self.lines) else ""
        return Position(self.name, line + 1, column + 1, text, _width(text, column))

    def get(self, path: Path) -> Any:
        """Return the data at `path`, or None where there is none."""
        value = self.data
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


def _width(text: str, column: int) -> int:
    """Return how many characters of a line the token at `column` takes, for a caret line."""
    rest = text[column:]
    if rest[:1] in "\"'" and rest[:1]:
        end = rest.find(rest[0], 1)
        return end + 1 if end > 0 else len(rest.rstrip())
    if rest[:1] in "{[":
        return 1
    for end, char in enumerate(rest):
        if char in ",]}#" or (char == ":" and rest[end + 1 : end + 2] in ("", " ")):
            return max(1, len(rest[:end].rstrip()))
    return max(1, len(rest.rstrip()))


def read_text(source: str | PathLike[str]) -> tuple[str, str, FilePath | None]:
    """Return a file's name, text and folder; ``-`` is standard input.

    Raises
    ------
    InvalidInput
        SR101 to SR104: it is missing, is a directory, is not UTF-8 text, or is too large.
    """
    name = str(source)
    base: FilePath | None = None
    try:
        if name == "-":
            name = "<stdin>"
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            path = FilePath(source)
            if path.is_dir():
                raise _unreadable("SR102", f"`{name}` is a directory, not a file", name)
            base = path.parent
            with path.open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable("SR101", f"there is no file `{name}`", name) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not valid"
        raise _unreadable("SR101", f"can't read `{name}`: {why.lower()}", name) from None
    if len(raw) > MOST_BYTES:
        raise _unreadable("SR104", f"`{name}` is larger than {MOST_BYTES // 2**20} MiB", name)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _unreadable(
            "SR103",
            f"`{name}` is not UTF-8 text (byte {error.start + 1}, line {line})",
            name,
        ) from None
    return name, text, base


def _unreadable(code: str, message: str, name: str) -> InvalidInput:
    return InvalidInput(Problem(code, message, Position(name, 0, 0)))
