"""Bounds on the distance between two areas hold, and are close."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography import (
    Edges,
    disc,
    distance_km,
    distance_range_km,
    distances_km,
    zone_register,
)
from strikerules.geography.geodesy import FARTHEST_KM

Brute = Callable[[BaseGeometry, float, float], float]


def _outline(geometry: BaseGeometry, step_deg: float) -> np.ndarray:
    return shapely.get_coordinates(shapely.segmentize(geometry, step_deg))


def _sampled(a: BaseGeometry, b: BaseGeometry, step_deg: float) -> tuple[float, float]:
    one, other = _outline(a, step_deg), _outline(b, step_deg)
    km = distances_km(one[:, :1], one[:, 1:], other[:, 0], other[:, 1])
    return float(km.min()), float(km.max())


def _close(bound: float, truth: float) -> bool:
    return abs(bound - truth) <= max(0.010, 1e-4 * truth)


PAIRS = [
    (shapely.box(30, 50, 30.4, 50.3), shapely.box(30.5, 50.2, 31, 50.6)),
    (shapely.box(30, 50, 30.4, 50.3), shapely.box(36, 46, 36.5, 46.2)),
    (shapely.box(30, 50, 30.2, 50.3), shapely.box(100, 10, 100.2, 10.3)),
    (shapely.box(179.5, 0, 180, 0.4), shapely.box(-179.6, 1, -179.2, 1.4)),
    (shapely.Point(20, 75), shapely.box(30, 70, 30.5, 70.2)),
    (disc(36, 50, 3), disc(37, 51, 1)),
]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_bounds_are_sound_and_close(a: BaseGeometry, b: BaseGeometry) -> None:
    """The distance of a strike between uncertain places would be settled wrongly, or never."""
    low, high = distance_range_km(a, b)
    least, greatest = _sampled(a, b, 0.004)
    refined = min(
        min(Edges(b).distance_km(x, y) for x, y in _outline(a, 0.05)),
        min(Edges(a).distance_km(x, y) for x, y in _outline(b, 0.05)),
        least,
    )
    assert low <= refined
    assert high >= greatest
    assert _close(low, refined)
    assert _close(high, greatest)
    assert distance_range_km(b, a) == pytest.approx((low, high), abs=0.01)


def test_two_points() -> None:
    """Two exact points would have a range instead of a distance."""
    km = distance_km(36.7, 50.0, 36.9, 50.45)
    low, high = distance_range_km(shapely.Point(36.7, 50.0), shapely.Point(36.9, 50.45))
    assert low <= km <= high
    assert high - low < 0.01


def test_touching_and_overlapping_areas_are_no_distance_apart() -> None:
    """Neighbours across a border would seem to lie apart."""
    box = shapely.box(30, 50, 31, 51)
    assert distance_range_km(box, shapely.box(31, 50, 32, 51))[0] == 0
    assert distance_range_km(box, shapely.box(30.5, 50, 32, 51))[0] == 0
    low, high = distance_range_km(box, box)
    assert low == 0
    assert _close(high, distance_km(30, 50, 31, 51))


def test_oblasts() -> None:
    """Ranges between real outlines of hundreds of vertices would miss the extreme pair."""
    register = zone_register()
    a, b = (register.get(name) for name in ("chernihiv-oblast", "belgorod-oblast"))
    low, high = distance_range_km(a.geometry, b.geometry, edges_a=a.edges, edges_b=b.edges)
    least, greatest = _sampled(a.geometry, b.geometry, 1.0)
    refined = min(float(b.edges.distances_km(*shapely.get_coordinates(a.geometry).T).min()), least)
    assert low <= refined
    assert high >= greatest
    assert _close(low, refined)
    assert _close(high, greatest)


def test_antipodes_are_the_farthest() -> None:
    """A bound on the greatest distance would be undercut inside the areas."""
    low, high = distance_range_km(shapely.box(30, 40, 34, 44), shapely.box(-151, -45, -145, -39))
    assert high == FARTHEST_KM
    assert low < distance_km(34, 40, -151, -39) + 1
    near_antipodes = distance_range_km(shapely.Point(30, 40), shapely.box(-149, -45, -145, -42))
    assert (
        near_antipodes[1]
        >= _sampled(shapely.Point(30, 40), shapely.box(-149, -45, -145, -42), 0.02)[1]
    )
