"""What is kept of a boundary for a part of the Earth has the nearest piece for all points in it."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
import shapely

import strikerules as sr
from strikerules.geography import Edges
from strikerules.geography.around import _SIZES
from strikerules.geography.chords import to_chords
from strikerules.geography.edges import _feet
from strikerules.geography.geodesy import to_ecef

DRAWN = {
    "a box": shapely.box(0, 0, 10, 10),
    "at the antimeridian": shapely.MultiPolygon(
        [shapely.box(170, 60, 180, 70), shapely.box(-180, 60, -170, 70)]
    ),
    "around a pole": shapely.box(-180, 75, 180, 90),
    "two specks": shapely.MultiPolygon(
        [shapely.box(30, 50, 30.001, 50.001), shapely.box(31, 50, 31.001, 50.001)]
    ),
    "a tall box": shapely.box(-60, -89, 60, 0),
}


def of_all(edges: Edges, lon: float, lat: float) -> float:
    """Return the distance with every piece looked at."""
    t, chord = to_chords(to_ecef(lon, lat), edges.blocks.start, edges.blocks.end)
    near = chord <= chord.min() + 1 + chord.min() / 10
    count = int(near.sum())
    return float(
        _feet(edges.segments[near], t[near], np.full(count, lon), np.full(count, lat))[1].min()
    )


def spots(source: random.Random, shape: shapely.Geometry) -> list[tuple[float, float]]:
    """Return points all over the Earth and about the shape's corners, many in one place."""
    corners = shapely.get_coordinates(shape).tolist()
    found = [(source.uniform(-180, 180), source.uniform(-90, 90)) for _ in range(40)]
    found += [(180.0, 12.0), (-180.0, 65.0), (0.0, 90.0), (12.0, -90.0)]
    for spread in (1.0, 0.05):
        for x, y in source.sample(corners, min(4, len(corners))):
            for _ in range(50):
                lon, lat = x + source.uniform(-1, 1) * spread, y + source.uniform(-1, 1) * spread
                found.append((max(-180.0, min(180.0, lon)), max(-90.0, min(90.0, lat))))
    return found


@pytest.mark.parametrize("name", DRAWN)
def test_the_nearest_is_the_nearest_of_all(name: str) -> None:
    """After some visits the distance to another edge would be told."""
    edges, source = Edges(DRAWN[name]), random.Random(7)
    for lon, lat in spots(source, DRAWN[name]):
        km, right = edges.distance_km(lon, lat), of_all(edges, lon, lat)
        assert km == pytest.approx(right, abs=2e-4 if right < 9000 else 4e-3), (lon, lat)
        low, high = edges.bounds_km(lon, lat)
        assert low <= min(km, right), (lon, lat)
        assert high >= max(km, right), (lon, lat)
        assert right > 2000 or abs(lat) > 70 or high - low < 0.02 + 2.5e-11 * right**3, (lon, lat)


def test_a_long_outline() -> None:
    """Of the pieces of a real border those that matter would be left out of a small cell."""
    zone, source = sr.zone("russia"), random.Random(3)
    edges = Edges(zone.geometry)
    places = [(36.5625, 50.1875), (31.0, 60.0), (45.0, 55.0), (135.0, 65.0)]
    for x, y in places:
        lon = np.array([x + source.uniform(0, 0.06) for _ in range(60)])
        lat = np.array([y + source.uniform(0, 0.06) for _ in range(60)])
        points = list(zip(lon.tolist(), lat.tolist(), strict=True))
        found = [edges.distance_km(*point) for point in points]
        right = [of_all(edges, *point) for point in points[::6]]
        assert found[::6] == pytest.approx(right, abs=2e-4)
    sizes = {cell[0] for cell in edges._around._kept}
    assert sizes == {size for size, _ in _SIZES}
    kept = edges._around._kept
    for x, y in places:
        of = [kept[(n, math.floor(x * n), math.floor(y * n))] for n, _ in _SIZES]
        assert all(set(small.rows) <= set(wide.rows) for wide, small in pairwise(of))


def test_what_is_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulation all over the Earth would fill the memory."""
    from strikerules.geography import around

    monkeypatch.setattr(around, "_MOST_PIECES", 500)
    monkeypatch.setattr(around, "_MOST_COUNTED", 50)
    edges, source = Edges(DRAWN["a box"]), random.Random(1)
    for _ in range(300):
        lon, lat = source.uniform(-20, 30), source.uniform(-20, 30)
        assert edges.bounds_km(lon, lat)[0] <= of_all(edges, lon, lat)
    found = edges._around
    assert found._count == sum(len(pieces.rows) for pieces in found._kept.values())
    assert len(found._visits) <= 50
    assert len(found._kept) < 100


@pytest.mark.parametrize("name", ["russia", "kharkiv-oblast", "designated-area-wide"])
def test_zones_bound_as_they_measure(name: str) -> None:
    """An explanation would round another distance than the one that decides."""
    zone, source = sr.zone(name), random.Random(5)
    for _ in range(60):
        lon, lat = source.uniform(30, 42), source.uniform(46, 54)
        low, high = zone.edge_bounds_km(lon, lat)
        assert low <= zone.to_edge_km(lon, lat) <= high
