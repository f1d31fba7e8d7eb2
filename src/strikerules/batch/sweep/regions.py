"""Regions that invented positions are laid over: discs, zones and polygons, by area."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from strikerules.batch.columns import Bools
from strikerules.batch.sweep.areas import Bands, area_south, latitude_of
from strikerules.geography.chords import least_chord
from strikerules.geography.discs import disc
from strikerules.geography.geodesy import R_MAX_KM, Floats, distances_km, to_ecef
from strikerules.geography.places import Place

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Region", "Runs"]

Ints = NDArray[np.int64]

#: A polygon is covered by boxes until so many, or until so much of them is surely inside.
_MOST_BOXES, _ENOUGH, _MOST_ROUNDS = 1024, 0.8, 16

#: Positions are proposed in rounds of these sizes, and then of the last one again and again,
#: however many are wanted: the first are the same.
_ROUNDS = (512, 2048, 8192)

#: What no geodesic over a chord falls short of; see `geography.chords`.
_FLAT_KM = R_MAX_KM * 1.001


class Runs:
    """The cells of a grid whose centres lie in a region, as runs of neighbours in their bands.

    Attributes
    ----------
    count : int
    band, first, length : ndarray of int
        Of each run, from the south and from the west.
    """

    def __init__(self, bands: Bands, band: Ints, first: Ints, last: Ints) -> None:
        some = last >= first
        self.bands, self.band, self.first = bands, band[some], first[some]
        self.length = (last - first + 1)[some]
        self._ends = np.cumsum(self.length)
        self.count = int(self._ends[-1]) if len(self._ends) else 0

    @property
    def km2(self) -> float:
        """The area of all cells together."""
        return float(np.sum(self.bands.km2[self.band] * self.length))

    def cells(self, start: int, stop: int) -> tuple[Ints, Ints]:
        """Return the bands and the columns of the cells from one number up to another."""
        index = np.arange(start, stop, dtype=np.int64)
        run = np.searchsorted(self._ends, index, side="right")
        column = self.first[run] + index - (self._ends[run] - self.length[run])
        return self.band[run], column


class Region:
    """Somewhere with an inside.

    Parameters
    ----------
    place : Place
        A point with an accuracy, which is a disc; a zone; or a polygon.

    Attributes
    ----------
    geometry : shapely geometry
        Around a disc it exceeds it by 0.1 % of the radius at most.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.disc = place.kind == "point"
        self.geometry: BaseGeometry = (
            disc(place.lon, place.lat, place.accuracy_km) if self.disc else place.region
        )
        self._boxes: tuple[Floats, Bools] | None = None

    @property
    def boxes(self) -> tuple[Floats, Bools]:
        """West, east and the areas south and north, of boxes that cover it; which are inside."""
        if self._boxes is None:
            self._boxes = self._discs_boxes() if self.disc else _cover(self.geometry)
        return self._boxes

    def holds(self, lon: Floats, lat: Floats) -> Bools:
        """Tell which points are in it."""
        if not self.disc:
            found: Bools = shapely.intersects_xy(self.geometry, lon, lat)
            return found
        place, km = self.place, self.place.accuracy_km
        chord = np.linalg.norm(to_ecef(lon, lat) - to_ecef(place.lon, place.lat), axis=-1)
        inside: Bools = chord <= least_chord(km)
        reach = 2 * _FLAT_KM * math.sin(min(km / (2 * _FLAT_KM), math.pi / 2)) + 1e-9
        close = np.flatnonzero(~inside & (chord <= reach))
        if len(close):
            away = distances_km(place.lon, place.lat, lon[close], lat[close])
            inside[close] = away <= km
        return inside

    @property
    def drawable(self) -> bool:
        """Whether it is not so thin that hardly a position that is proposed lies in it."""
        return len(self._proposed(np.random.default_rng(0), _ROUNDS[-1])[0]) > 0

    def draw(self, generator: np.random.Generator, count: int) -> tuple[Floats, Floats]:
        """Return points in it, uniform by area on the ellipsoid.

        Parameters
        ----------
        generator : numpy Generator
        count : int
            Of two draws by equal generators the shorter one is the beginning of the other.
        """
        rounds: list[tuple[Floats, Floats]] = []
        have = 0
        while have < count or not rounds:
            size = _ROUNDS[min(len(rounds), len(_ROUNDS) - 1)]
            rounds.append(self._proposed(generator, size))
            have += len(rounds[-1][0])
        lon, lat = (np.concatenate(parts)[:count] for parts in zip(*rounds, strict=True))
        return lon, lat

    def _proposed(self, generator: np.random.Generator, size: int) -> tuple[Floats, Floats]:
        """Return those of a round of points over the boxes that are in it."""
        edges, inside = self.boxes
        ends = np.cumsum(_areas(edges))
        which, x, y = generator.random((3, size))
        box = np.minimum(np.searchsorted(ends, which * ends[-1], side="right"), len(ends) - 1)
        west, east, south, north = edges[box].T
        lon, lat = west + x * (east - west), latitude_of(south + y * (north - south))
        good = inside[box].copy()
        asked = np.flatnonzero(~good)
        good[asked] = self.holds(lon[asked], lat[asked])
        return lon[good], lat[good]

    def runs(self, bands: Bands) -> Runs:
        """Return the cells of a grid whose centres lie in it."""
        band, x = _crossings(self.geometry, bands.middles)
        west, east = x[::2], x[1::2]
        band = band[::2]
        columns = bands.columns[band]
        first = np.ceil((west + 180.0) * columns / 360.0 - 0.5).astype(np.int64)
        last = np.floor((east + 180.0) * columns / 360.0 - 0.5).astype(np.int64)
        first, last = np.maximum(first, 0), np.minimum(last, columns - 1)
        if self.disc:
            first, last = self._trimmed(bands, band, first, last)
        return Runs(bands, band, first, last)

    def _trimmed(self, bands: Bands, band: Ints, first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Take from runs' ends what is in the polygon around a disc, and not in the disc."""
        lat = bands.middles[band]
        for ends, step in ((first, 1), (last, -1)):
            while True:
                out = (first <= last) & ~self.holds(bands.lons(band, ends), lat)
                if not out.any():
                    break
                ends += step * out
        return first, last

    def _discs_boxes(self) -> tuple[Floats, Bools]:
        bounds = np.array([part.bounds for part in shapely.get_parts(self.geometry)])
        return _edges(bounds), np.zeros(len(bounds), dtype=np.bool_)


def _edges(bounds: Floats) -> Floats:
    """Return boxes in degrees as west, east and the areas south and north."""
    west, south, east, north = bounds.T
    return np.column_stack([west, east, area_south(south), area_south(north)])


def _areas(edges: Floats) -> Floats:
    areas: Floats = (edges[:, 1] - edges[:, 0]) * (edges[:, 3] - edges[:, 2])
    return areas


def _polygons(edges: Floats) -> NDArray[np.object_]:
    west, east, south, north = edges.T
    boxes: NDArray[np.object_] = shapely.box(west, latitude_of(south), east, latitude_of(north))
    return boxes


def _cover(geometry: BaseGeometry) -> tuple[Floats, Bools]:
    """Return boxes that cover a polygon, none over another, and which lie inside it."""
    shapely.prepare(geometry)
    open_boxes = _edges(np.array([geometry.bounds]))
    done: list[Floats] = []
    for _ in range(_MOST_ROUNDS):
        have = sum(map(len, done)) + len(open_boxes)
        inside = math.fsum(float(_areas(d).sum()) for d in done)
        whole = inside + float(_areas(open_boxes).sum())
        if not len(open_boxes) or inside >= _ENOUGH * whole or have > _MOST_BOXES:
            break
        west, east, south, north = open_boxes.T
        x, y = (west + east) / 2, (south + north) / 2
        quarters = [
            (west, x, south, y),
            (x, east, south, y),
            (west, x, y, north),
            (x, east, y, north),
        ]
        open_boxes = np.vstack([np.column_stack(q) for q in quarters])
        boxes = _polygons(open_boxes)
        met = shapely.intersects(geometry, boxes)
        within = met & shapely.contains_properly(geometry, boxes)
        done.append(open_boxes[within])
        open_boxes = open_boxes[met & ~within]
    sure = sum(map(len, done))
    edges = np.vstack([*done, open_boxes])
    return edges, np.arange(len(edges)) < sure


def _crossings(geometry: BaseGeometry, lats: Floats) -> tuple[Ints, Floats]:
    """Return where a polygon's edges cross parallels: which, and the longitudes, in order.

    Along each parallel the crossings lead in and out by turns.
    """
    rings = shapely.get_rings(shapely.get_parts(geometry))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[:-1] == ring[1:]
    (x1, y1), (x2, y2) = xy[:-1][joined].T, xy[1:][joined].T
    # an edge has its lower end, not its upper one: a corner counts once where the outline goes on
    low = np.searchsorted(lats, np.minimum(y1, y2), side="left")
    high = np.searchsorted(lats, np.maximum(y1, y2), side="left")
    times = high - low
    edge = np.repeat(np.arange(len(times)), times)
    band = np.arange(len(edge)) - np.repeat(np.cumsum(times) - times, times) + low[edge]
    part = (lats[band] - y1[edge]) / (y2 - y1)[edge]
    lon = x1[edge] + part * (x2 - x1)[edge]
    order = np.lexsort((lon, band))
    return band[order].astype(np.int64), lon[order]
