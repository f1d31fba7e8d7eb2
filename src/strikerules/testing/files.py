"""How files are named in what people read: from the current folder, where they are in it."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

__all__ = ["shown"]


def shown(path: str | PathLike[str]) -> str:
    """Return a path from the current folder, or as it is where it is elsewhere."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return fspath(path)
