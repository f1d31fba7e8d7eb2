"""Geometries as they stand in a GeoJSON file: GDAL takes those that it can't read for none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["AsWritten", "features_of"]

_FIRST_FEATURE = re.compile(r'"features"\s*:\s*\[\s*')
_BETWEEN = re.compile(r"[\s,]*")
_PIECE = 2**20


class AsWritten:
    """Tells whether features have a geometry in the file; asked in the order of the file.

    Parameters
    ----------
    path : pathlib.Path
    """

    def __init__(self, path: Path) -> None:
        self._features = features_of(path)
        self._next = 0

    def has_geometry(self, number: int) -> bool:
        """Tell whether a feature, counted from 0, has one, or something in the place of one."""
        feature: Any = None
        while self._next <= number:
            feature = next(self._features, None)
            self._next += 1
        shape = feature.get("geometry") if isinstance(feature, dict) else None
        if isinstance(shape, dict):
            # no coordinates at all may stand for no geometry
            return shape.get("coordinates", shape.get("geometries")) != []
        return shape is not None


def features_of(path: Path) -> Iterator[Any]:
    """Yield the features of a collection one by one; it ends where there is no JSON.

    Parameters
    ----------
    path : pathlib.Path
        Not held in memory as a whole.
    """
    decoder = json.JSONDecoder()
    with path.open(encoding="utf-8", errors="replace") as file:
        text = file.read(_PIECE)
        match = _FIRST_FEATURE.search(text)
        at = match.end() if match else len(text)
        while at < len(text):
            try:
                feature, end = decoder.raw_decode(text, at)
            except RecursionError:
                return
            except ValueError:
                # it may go on in the next piece, which is as long as what there is of it
                more = file.read(max(_PIECE, len(text) - at))
                if not more:
                    return
                text, at = text[at:] + more, 0
                continue
            yield feature
            following = _BETWEEN.match(text, end)
            at = following.end() if following else end
            if at == len(text):
                text, at = file.read(_PIECE), 0
                following = _BETWEEN.match(text)
                at = following.end() if following else 0
