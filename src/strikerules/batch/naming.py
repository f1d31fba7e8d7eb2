"""Which columns a caller wants read as what, and a word on those that nothing reads."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from strikerules.batch.rows import paths_of
from strikerules.batch.unread import meant, paths_known
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import quoted

__all__ = ["Columns", "told_apart", "warn_of_unread"]

#: From a column to the path that it stands for; None for one that is to be left unread.
Columns = Mapping[Any, str | None]


def told_apart(
    names: Sequence[str], columns: Columns | None, vocabulary: Vocabulary
) -> tuple[dict[str, str], frozenset[str]]:
    """Return which columns stand for what, and which are to be left unread.

    Raises
    ------
    InvalidInput
        SR221: one that is to be left unread is not there.

    Examples
    --------
    >>> told_apart(["a", "date"], {"a": "timing", "date": None}, Vocabulary())
    ({'a': 'timing'}, frozenset({'date'}))
    """
    mapping = {str(name): path for name, path in (columns or {}).items()}
    ignored = frozenset(name for name, path in mapping.items() if path is None)
    if not ignored <= set(names):
        paths_of(list(names), vocabulary, dict.fromkeys(ignored - set(names), "scenario"))
    return {name: path for name, path in mapping.items() if path is not None}, ignored


def warn_of_unread(
    names: Sequence[str],
    read: Mapping[str, str],
    geometry: Mapping[str, str],
    vocabulary: Vocabulary,
    level: int,
) -> None:
    """Warn of columns that nothing reads although they look as if they were meant to be read.

    Parameters
    ----------
    names : sequence of str
        The columns, without those that are to be left unread.
    read, geometry : mapping
        From a path, or a place that is given as a geometry, to its column.
    vocabulary : Vocabulary
    level : int
        How far up the user's own code is, as `warnings.warn` counts.
    """
    known = paths_known(vocabulary)
    said = {f"{place}.{part}" for place in geometry for part in ("lon", "lat", "place", "zone")}
    free = [path for path in known if path not in {*read, *geometry, *said}]
    used = {*read.values(), *geometry.values()}
    found = [
        (name, path)
        for name in dict.fromkeys(names)
        # degrees beside a geometry are the geometry's own
        if name not in used and meant(name, known) not in said and (path := meant(name, free))
    ]
    if found:
        lines = [f"{quoted(name)} as `columns={{{name!r}: {path!r}}}`" for name, path in found]
        warnings.warn(
            "not looked at, and perhaps meant: " + ", ".join(lines) + "; with None in the place of"
            " the path a column is left unread without a word",
            UserWarning,
            stacklevel=level + 1,
        )
