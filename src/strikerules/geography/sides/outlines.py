"""How far points are from shapes, in km by a scale of each point's own."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.geography.chords import Ints
from strikerules.geography.geodesy import Floats
from strikerules.geography.sides.near import blocks_of, ranges

__all__ = ["Outlines", "away_km"]

Shapes = NDArray[np.object_]


class Outlines(Struct, frozen=True):
    """Shapes of two kinds, each in a scale of its own, with their edges.

    Parameters
    ----------
    shapes : ndarray of object
        Polygons, or several together; some may be empty.
    edges : ndarray, shape (n, 4)
        Those of all shapes, one after another: longitude and latitude of start and end.
    counts : ndarray of int
        How many edges each shape has.
    kinds : ndarray of int
        The kind that each edge is of.
    """

    shapes: Shapes
    edges: Floats
    counts: Ints
    kinds: Ints

    @classmethod
    def of(cls, *kinds: Shapes) -> Outlines:
        """Return shapes by kind."""
        shapes = np.concatenate(kinds)
        parts, of_part = shapely.get_parts(shapes, return_index=True)
        rings, of_ring = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        same = ring[:-1] == ring[1:]
        counts = np.bincount(of_part[of_ring[ring[:-1][same]]], minlength=len(shapes))
        kind = np.repeat(np.arange(len(kinds), dtype=np.int8), [len(some) for some in kinds])
        return cls(shapes, np.hstack([xy[:-1], xy[1:]])[same], counts, np.repeat(kind, counts))


def away_km(outlines: Sequence[Outlines], points: Floats, scales: Floats) -> list[Floats]:
    """Return how far each point is from the shapes of its own outlines.

    Parameters
    ----------
    outlines : sequence of Outlines
        One for each point; the same may come again.
    points : ndarray, shape (points, 2)
        Longitude and latitude.
    scales : ndarray, shape (points, kinds, 2)
        Km in a degree, east and north, for each kind of shape.

    Returns
    -------
    list of ndarray
        For each point its distances: 0 in a shape and on its edge, infinite from an empty one.
    """
    counts = np.array([len(one.edges) for one in outlines])
    return [
        km
        for start, end in blocks_of(counts)
        for km in _away_km(outlines[start:end], points[start:end], scales[start:end])
    ]


def _away_km(outlines: Sequence[Outlines], points: Floats, scales: Floats) -> list[Floats]:
    distinct = list({id(one): one for one in outlines}.values())
    number = {id(one): i for i, one in enumerate(distinct)}
    ends = np.cumsum([0, *(len(one.edges) for one in distinct)])
    which = np.array([number[id(one)] for one in outlines])
    edge, row = ranges(ends[which], ends[which + 1])
    from_x, from_y, to_x, to_y = np.concatenate([one.edges for one in distinct])[edge].T
    scale = scales[row, np.concatenate([one.kinds for one in distinct])[edge]]
    x, y = (from_x - points[row, 0]) * scale[:, 0], (from_y - points[row, 1]) * scale[:, 1]
    east, north = (to_x - from_x) * scale[:, 0], (to_y - from_y) * scale[:, 1]
    # an edge of no length is a point
    t = -(x * east + y * north) / np.maximum(east * east + north * north, 1e-300)
    t = np.clip(t, 0.0, 1.0)
    x += t * east
    y += t * north
    counts = np.concatenate([one.counts for one in outlines])
    found = np.full(len(counts), np.inf)
    some = np.flatnonzero(counts)
    found[some] = np.sqrt(np.minimum.reduceat(x * x + y * y, (np.cumsum(counts) - counts)[some]))
    sizes = [len(one.shapes) for one in outlines]
    lon, lat = np.repeat(points, sizes, axis=0).T
    found[shapely.intersects_xy(np.concatenate([one.shapes for one in outlines]), lon, lat)] = 0.0
    cuts = np.cumsum([0, *sizes]).tolist()
    return [found[start:end] for start, end in itertools.pairwise(cuts)]
