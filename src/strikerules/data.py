"""Where the shipped rules, zones and sources are found."""

from __future__ import annotations

from functools import cache
from pathlib import Path

__all__ = ["folder"]


@cache
def folder(name: str) -> Path:
    """Return the folder of shipped data called `name`.

    An installed wheel carries the folders inside the package; in a source tree they are the
    top-level ones, which are the only copy.

    Parameters
    ----------
    name : {"rules", "geodata", "seeds"}

    Returns
    -------
    pathlib.Path

    Examples
    --------
    >>> folder("rules").is_dir()
    True
    """
    here = Path(__file__).resolve().parent
    packaged = here / "_data" / name
    if packaged.is_dir():
        return packaged
    return here.parents[1] / name
