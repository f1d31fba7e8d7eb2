"""What reports on suites have in common: names of files, and whether a threshold is reached."""

from __future__ import annotations

from os import PathLike, fspath
from pathlib import Path

from strikerules.views.paint import COLOURS, Paint

__all__ = ["shown", "threshold_words"]


def shown(path: str | PathLike[str]) -> str:
    """Return a path from the current folder, or as it is where it is elsewhere."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return fspath(path)


def threshold_words(threshold: float, below: bool, paint: Paint) -> str:
    """Return whether each policy has reached a threshold, in one line."""
    word = "below" if below else "reached"
    mark = COLOURS["prohibited" if below else "permitted"]
    return paint(f"the threshold of {threshold:g} % for each policy: {word}", mark)
