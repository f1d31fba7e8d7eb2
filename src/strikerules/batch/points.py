"""Where the targets or the launch points of a table are: points mostly, other places row by row."""

from __future__ import annotations

import json
import math
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from msgspec import Struct

from strikerules.batch.columns import Bools, Codes, Floats, Words, among
from strikerules.documents import Document
from strikerules.language.locations import (
    MOST_ACCURACY_KM,
    InZone,
    Location,
    Named,
    Point,
    read_location,
)
from strikerules.problems import Problem

__all__ = ["NOWHERE", "Points"]

#: Kinds of a row's place: none is given, a point, anything else, and what can't be read.
NOWHERE, POINT, OTHER, WRONG = range(4)


class Points(Struct, frozen=True, dict=True):
    """The places of one attribute, a row each.

    Parameters
    ----------
    path : str
        ``target.location`` or ``launch.location``.
    lon, lat : ndarray
        WGS 84 degrees; NaN where no point is given.
    accuracy_km : ndarray, optional
        NaN where it is not given.
    shapes : ndarray of object, optional
        Geometries; None where there is none.
    named, zones : Words, optional
        Towns of the gazetteer, and zones.
    figures : tuple of Words
        Degrees and km among which are cells that are no numbers; these are infinite in `lon`,
        `lat` and `accuracy_km`.
    """

    path: str
    lon: Floats
    lat: Floats
    accuracy_km: Floats | None = None
    shapes: Any = None
    named: Words | None = None
    zones: Words | None = None
    figures: tuple[Words, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether every row has an exact point, or nothing."""
        return (
            self.accuracy_km is None
            and self.shapes is None
            and self.named is None
            and self.zones is None
        )

    def wrong(self) -> Bools | None:
        """Return which rows can't be a place, or None if all can."""
        if self.complete:
            return None
        lon, lat = self.lon, self.lat
        bad = (np.isnan(lon) != np.isnan(lat)) | (np.abs(lon) > 180) | (np.abs(lat) > 90)
        many = (~np.isnan(lon)).astype(np.int8)
        for words in (self.named, self.zones):
            if words is not None:
                many += words.codes >= 0
                wrong = words.wrong()
                bad |= False if wrong is None else wrong
        if self.shapes is not None:
            many += ~shapely.is_missing(self.shapes)
        bad |= many > 1
        if self.accuracy_km is not None:
            given = ~np.isnan(self.accuracy_km)
            bad |= given & ~((self.accuracy_km >= 0) & (self.accuracy_km <= MOST_ACCURACY_KM))
            bad |= given & (many == 0)
            if self.zones is not None:
                bad |= given & (self.zones.codes >= 0)
        if self.shapes is not None:
            for row in np.flatnonzero(~shapely.is_missing(self.shapes) & ~bad):
                bad[row] = bool(self._read(int(row))[1])
        return bad if bad.any() else None

    @cached_property
    def complete(self) -> bool:
        """Whether every row has an exact point."""
        return self.plain and _in_range(self.lon, 180.0) and _in_range(self.lat, 90.0)

    @cached_property
    def others(self) -> Bools | None:
        """Which rows have a place that is no point, or None if none has."""
        found = np.zeros(len(self.lon), dtype=np.bool_)
        for words in (self.named, self.zones):
            if words is not None:
                found |= words.codes >= 0
        if self.shapes is not None:
            found |= ~shapely.is_missing(self.shapes)
        return found if found.any() else None

    def location(self, row: int) -> Location | None:
        """Return a row's place, or None."""
        if self.plain:
            lon = float(self.lon[row])
            return None if math.isnan(lon) else Point(lon, float(self.lat[row]))
        return self._read(row)[0]

    def problems(self, row: int) -> list[Problem]:
        """Return what is wrong with a row."""
        return self._read(row)[1]

    def key(self, row: int) -> Any:
        """Return what is the same for rows with the same place."""
        return self.location(row)

    def accuracy(self, row: int) -> float:
        """Return how good a row's point is, in km; 0 where that is not given."""
        km = 0.0 if self.accuracy_km is None else float(self.accuracy_km[row])
        # less than a millimetre is exact, as in a scenario
        return km if km >= 1e-6 else 0.0

    def _read(self, row: int) -> tuple[Location | None, list[Problem]]:
        raw: dict[str, Any] = {}
        problems: list[Problem] = []
        for figures in self.figures:
            cell = figures.values[figures.codes[row]] if figures.codes[row] >= 0 else None
            if isinstance(cell, Problem):
                problems.append(cell)
        degrees = (("lon", self.lon), ("lat", self.lat), ("accuracy_km", self.accuracy_km))
        for key, column in degrees:
            if column is not None and not math.isnan(column[row]):
                raw[key] = float(column[row])
        for key, words in (("place", self.named), ("zone", self.zones)):
            if words is not None and words.codes[row] >= 0:
                found = words.values[words.codes[row]]
                raw[key] = str(found)
                if isinstance(found, Problem):
                    problems.append(found)
        if self.shapes is not None and self.shapes[row] is not None:
            raw.pop("accuracy_km", None)
            if raw:
                problems.append(Problem("SR203", f"`{self.path}` says where in several ways"))
            raw = json.loads(shapely.to_geojson(self.shapes[row]))
        if problems or not raw:
            return None, problems
        doc = Document("", "", {}, {})
        location = read_location(doc, (self.path,), self.path, raw, problems)
        return location, [Problem(p.code, p.message, None, p.expected, p.help) for p in problems]


def _in_range(values: Floats, most: float) -> bool:
    """Tell whether every number is within limits; a NaN is not."""
    return not len(values) or (
        among(values, most) or bool(values.min() >= -most and values.max() <= most)
    )


def accuracies(points: Points) -> Floats | Codes:
    """Return how good each row's point is, in km; 0 where that is not given."""
    if points.accuracy_km is None:
        return np.zeros(len(points.lon))
    # less than a millimetre is exact, as in a scenario
    found: Floats = np.where(points.accuracy_km >= 1e-6, points.accuracy_km, 0.0)
    return found


_ = (InZone, Named)
