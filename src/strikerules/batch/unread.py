"""Columns that nothing reads although they look as if they were meant to be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from strikerules.batch.rows import PARTS, PLACES
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import did_you_mean, quoted

__all__ = ["meant", "paths_known", "remarks_on"]

#: Names that tables commonly have for where something is.
_DEGREES = {
    "lon": "lon", "long": "lon", "lng": "lon", "longitude": "lon",
    "lat": "lat", "latitude": "lat",
}  # fmt: skip


#: What the rows of a sweep carry beside what they are decided by.
_OF_SWEEPS = {f"{place}.{part}" for place in PLACES for part in ("cell", "cell_km2")}


def paths_known(vocabulary: Vocabulary) -> list[str]:
    """Return the paths that a column may be called after."""
    places = [f"{place}.{part}" for place in PLACES for part in PARTS]
    return [*vocabulary, *places, "scenario"]


def remarks_on(names: Iterable[str], read: Mapping[str, str], known: Iterable[str]) -> list[str]:
    """Return what to say of columns that may have been meant to be read.

    Parameters
    ----------
    names : iterable of str
        The table's columns.
    read : mapping
        From those that are read to the paths that they stand for.
    known : iterable of str
        All paths that there are.

    Examples
    --------
    >>> remarks_on(["made_in", "note"], {}, ["weapon.made_in", "timing"])
    ['the column `made_in` is not looked at; if it is meant: --map made_in=weapon.made_in']
    """
    free = [path for path in known if path not in read.values()]
    found = []
    for name in names:
        path = None if name in read else meant(name, free)
        if path is not None:
            shown = f"{name}={path}"
            shown = f"'{shown}'" if re.search(r"[^\w.=-]", shown) else shown
            found.append(
                f"the column {quoted(name)} is not looked at; if it is meant: --map {shown}"
            )
    return found


def meant(name: str, paths: Iterable[str]) -> str | None:
    """Return the path that a column may have been meant to stand for, or None.

    Examples
    --------
    >>> paths = ["weapon.made_in", "target.location.lon", "target.location.lat"]
    >>> meant("Weapon Made-in", paths), meant("weapon.made_inn", paths), meant("Longitude", paths)
    ('weapon.made_in', 'weapon.made_in', 'target.location.lon')
    >>> meant("note", paths)
    """
    paths = list(paths)
    if name in _OF_SWEEPS:
        return None
    bare = _bare(name)
    for path in paths:
        if bare in (_bare(path), _bare(path.rpartition(".")[2])) and bare:
            return path
    part = _DEGREES.get(name.strip().lower())
    if part is not None:
        return next((p for p in (f"{place}.{part}" for place in PLACES) if p in paths), None)
    first = name.partition(".")[0]
    if "." in name and any(p.startswith(f"{first}.") for p in paths):
        near = did_you_mean(name, paths)
        return None if near is None else near.split("`")[1]
    return None


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
