"""How near and how far two geometries can be from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from strikerules.geography.chords import (
    Ints,
    least_chord,
    longest_km,
    reach_of,
    shortest_km,
    to_chords,
)
from strikerules.geography.edges import Edges
from strikerules.geography.geodesy import FARTHEST_KM, Floats, distances_km

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

#: Up to this distance the bounds hold to the stated closeness.
_FAR_KM = 15_000.0
_MOST_PAIRS = 20_000
_WIDE_DEG = 90.0


def distance_range_km(
    a: BaseGeometry,
    b: BaseGeometry,
    *,
    edges_a: Edges | None = None,
    edges_b: Edges | None = None,
) -> tuple[float, float]:
    """Bounds on how far apart a point of one geometry and a point of the other can be.

    Parameters
    ----------
    a, b : shapely geometry
        Points or polygonal, WGS 84 degrees; they may touch or overlap.
    edges_a, edges_b : Edges, optional
        Their boundaries, where they are at hand.

    Returns
    -------
    tuple of float
        Kilometres. The first is at most the true minimum (0 if the two intersect), the second at
        least the true maximum; each is within 10 m or 0.01 % of it, up to 15,000 km.

    Examples
    --------
    >>> low, high = distance_range_km(shapely.Point(0, 0), shapely.box(1, 0, 2, 0.001))
    >>> round(low, 2), round(high, 2)
    (111.32, 222.64)
    """
    one, other = edges_a or Edges(a), edges_b or Edges(b)
    low = 0.0 if shapely.intersects(a, b) else _least(one, other)
    high = _greatest(one, other)
    if high > _FAR_KM or _wide(a) or _wide(b):
        # Near the antipodes distance is concave along an edge; a piece is at most 5 km long.
        high = min(FARTHEST_KM, high + 10) if high > _FAR_KM else high
        if shapely.intersects(_antipodes(a), b):
            high = FARTHEST_KM
    return low, high


def _wide(geometry: BaseGeometry) -> bool:
    """Tell whether a geometry may hold points that are farther than all of its outline.

    Beyond a point's antipode distances fall again, and sides along the seam and the poles are no
    outline.
    """
    west, south, east, north = geometry.bounds
    return bool(
        east - west > _WIDE_DEG or north - south > _WIDE_DEG
        or west <= -180 or east >= 180 or south <= -90 or north >= 90
    )  # fmt: skip


def _least(a: Edges, b: Edges) -> float:
    """The least distance between vertices of one and edges of the other, less the bulges."""
    one, other = a.blocks, b.blocks
    bulge = 2 * float(one.bulge.max() + other.bulge.max())
    away = np.linalg.norm(one.centres[:, None] - other.centres, axis=2)
    slack = one.reaches[:, None] + other.reaches
    low = away - slack
    pairs = np.argwhere(low <= reach_of(float((away + slack).min())))
    best = float("inf")
    found: list[tuple[Floats, Floats, Ints]] = []
    for i, j in pairs[np.argsort(low[tuple(pairs.T)])]:
        if low[i, j] > reach_of(best + bulge):
            break
        for side, (near, far, p, q) in enumerate(((one, other, i, j), (other, one, j, i))):
            rows, sides = near.members(np.array([p])), far.members(np.array([q]))
            _, chord = to_chords(near.start[rows, None], far.start[sides], far.end[sides])
            chord = chord.min(axis=1)
            best = min(best, float(chord.min()))
            found.append((chord, np.full(len(rows), side), rows))
    if longest_km(best) - shortest_km(best) < 0.001 or shortest_km(best) > _FAR_KM:
        return max(0.0, shortest_km(best) - bulge)
    chord, which, row = (np.concatenate(column) for column in zip(*found, strict=True))
    exact = float("inf")
    done: set[tuple[int, int]] = set()
    for k in np.argsort(chord):
        key = int(which[k]), int(row[k])
        if shortest_km(float(chord[k]) - bulge) > exact:
            break
        if key not in done:
            done.add(key)
            near_edges, far_edges = (b, a) if key[0] else (a, b)
            lon, lat = near_edges.segments[key[1], :2].tolist()
            exact = min(exact, far_edges.distance_km(lon, lat))
    return max(0.0, exact - bulge)


def _greatest(a: Edges, b: Edges) -> float:
    """The greatest distance between vertices, with the bulges on top."""
    one, other = a.blocks, b.blocks
    away = np.linalg.norm(one.centres[:, None] - other.centres, axis=2)
    slack = one.reaches[:, None] + other.reaches
    high = away + slack
    best = least_chord(shortest_km(float((away - slack).max())))
    pairs = np.argwhere(high >= best)
    found: list[tuple[Floats, Ints, Ints]] = []
    for i, j in pairs[np.argsort(-high[tuple(pairs.T)])]:
        if high[i, j] < best:
            break
        rows, sides = one.members(np.array([i])), other.members(np.array([j]))
        chord = np.linalg.norm(one.start[rows, None] - other.start[sides], axis=2)
        best = max(best, least_chord(shortest_km(float(chord.max()))))
        p, q = np.nonzero(chord >= best)
        found.append((chord[p, q], rows[p], sides[q]))
    chord, p, q = (np.concatenate(column) for column in zip(*found, strict=True))
    keep = np.flatnonzero(chord >= best)
    keep = keep[np.argsort(-chord[keep])]
    tested, rest = keep[:_MOST_PAIRS], keep[_MOST_PAIRS:]
    starts, ends = a.segments[p[tested], :2].T, b.segments[q[tested], :2].T
    exact = float(distances_km(*starts, *ends).max())
    if len(rest):
        exact = max(exact, longest_km(float(chord[rest[0]])))
    return exact + float(one.bulge.max() + other.bulge.max())


def _antipodes(geometry: BaseGeometry) -> BaseGeometry:
    turned = shapely.transform(geometry, lambda xy: xy * [1, -1] + [180, 0])
    return shapely.union(turned, shapely.transform(turned, lambda xy: xy - [360, 0]))
