"""The tree of cells says of every point what measuring it says."""

from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.batch.conformance import near_edges

import strikerules as sr
from strikerules.geography.cells import Line, cells_of
from strikerules.geography.geodesy import distances_km
from strikerules.geography.places import place_of_point
from strikerules.geography.sides import Faces, ManySides, SideTree, sides_of
from strikerules.geography.sides.boxes import Boxes, radius_km
from strikerules.geography.zones import Entry, Zone


def zone(shape: shapely.Geometry, edge_km: float = 0.0, name: str = "z") -> Zone:
    entry = Entry(
        name, name, "assumed", [], "", edge_km, [-180.0, -90.0, 180.0, 90.0], "",
    )  # fmt: skip
    return Zone(entry, shape)


def measured(line: Line, lon: float, lat: float, accuracy_km: float) -> bool | None:
    """Return a point's side as a single check finds it."""
    place = place_of_point(lon, lat, accuracy_km)
    if line.km is None:
        return place.within(line.zone).sure
    return place.within_distance(line.zone, line.km).sure


def wrong(tree: SideTree, points: list[dict[str, float]], *, times: int = 1) -> list[object]:
    lon, lat = (np.array([p[k] for p in points]) for k in ("lon", "lat"))
    for _ in range(times):
        found = tree.lookup(lon, lat)
    bad: list[object] = []
    for x, y, number in zip(lon.tolist(), lat.tolist(), found.tolist(), strict=True):
        if tree.one(x, y) != number:
            bad.append((x, y, "one by one"))
        for index, line in enumerate(tree.lines):
            side = measured(line, x, y, tree.accuracy_km[0])
            if tree.classes[number].side(index) is not side:
                bad.append((x, y, index, tree.classes[number], side))
    return bad


LINES = [
    Line(sr.zone("russia")), Line(sr.zone("designated-area-narrow")),
    Line(sr.zone("designated-area-wide")), Line(sr.zone("ukraine"), 100.0),
]  # fmt: skip


@pytest.mark.parametrize("accuracy_km", [0.0, 1.0])
def test_shipped_zones(accuracy_km: float) -> None:
    """A point near the border would be on the wrong side in tables, and on the right one alone."""
    points = [p for n, li in enumerate(LINES)
              for p in near_edges(li.zone.geometry, 30, n, 3.0 + accuracy_km)]  # fmt: skip
    assert not wrong(SideTree(LINES, accuracy_km), points, times=30)


def test_points_that_are_not_equally_good() -> None:
    """A table's points would be taken to be as good as the best, or as bad as the worst of them."""
    source = random.Random(12)
    tree = SideTree(LINES, (0.5, 2.0))
    points = [p for n, li in enumerate(LINES)
              for p in near_edges(li.zone.geometry, 30, n + 9, 4.0)]  # fmt: skip
    lon, lat = (np.array([p[k] for p in points]) for k in ("lon", "lat"))
    good = np.array([source.choice((0.5, 1.0, 1.25, 2.0)) for _ in points])
    for _ in range(20):
        found = tree.lookup(lon, lat, good)
    for x, y, accuracy, number in zip(lon, lat, good, found, strict=True):
        assert tree.one(float(x), float(y), float(accuracy)) == number
        for index, line in enumerate(LINES):
            side = measured(line, float(x), float(y), float(accuracy))
            assert tree.classes[number].side(index) is side


@pytest.mark.parametrize("seed", range(2))
def test_very_many_small_zones(seed: int) -> None:
    """Among many zones one would be passed over, or a large or an uncertain one forgotten."""
    source = random.Random(seed)
    lines = [
        Line(zone(shapely.box(-25, 40, -20, 45))),
        Line(zone(shapely.box(-24, 41, -23, 42), 3.0)),
    ]
    for _ in range(260):
        x, y = round(source.uniform(-26, -19), 2), round(source.uniform(39, 46), 2)
        shape = shapely.box(x, y, x + source.choice((0.01, 0.1, 0.7)), y + 0.1)
        lines.append(Line(zone(shape if source.random() < 0.5 else shape.buffer(-0.004))))
    tree = sides_of(lines, (0.0, 0.0))
    assert isinstance(tree, ManySides)
    spots = [shapely.get_coordinates(li.zone.geometry)[0].tolist() for li in lines[::9]]
    points = [{"lon": x, "lat": y} for x, y in spots]
    points += [{"lon": source.uniform(-27, -18), "lat": source.uniform(38, 47)} for _ in range(80)]
    lon, lat = (np.array([p[k] for p in points]) for k in ("lon", "lat"))
    found = tree.lookup(lon, lat)
    for x, y, number in zip(lon.tolist(), lat.tolist(), found.tolist(), strict=True):
        assert tree.classes[tree.one(x, y)] == tree.classes[number]
        for index, line in enumerate(lines):
            assert tree.classes[number].side(index) is measured(line, x, y, 0.0)


@pytest.mark.parametrize("count", [20, 60])
def test_some_small_zones(count: int) -> None:
    """A point would be in other zones when asked for alone than in a table."""
    source = random.Random(count)
    lines = [Line(zone(shapely.box(-25, 40, -20, 45))), Line(sr.zone("crimea"), 20.0)]
    for _ in range(count):
        x, y = round(source.uniform(-26, -19), 1), round(source.uniform(39, 46), 1)
        wide = source.choice((0.2, 1.0, 3.0))
        box = shapely.box(x, y, x + wide, y + 0.5)
        # five corners, and yet no box
        odd = shapely.Polygon([(x, y), (x + wide, y), (x + wide, y + 0.5), (x + 0.1, y + 0.4)])
        lines.append(Line(zone(source.choice((box, box, odd)))))
    tree = sides_of(lines, (0.0, 0.0))
    assert isinstance(tree, ManySides)
    corners = [xy for li in lines[2:] for xy in shapely.get_coordinates(li.zone.geometry).tolist()]
    points = [*corners[::3], (33.2, 44.6), (180.0, 90.0), (-180.0, -90.0)]
    points += [(source.uniform(-27, -18), source.uniform(38, 47)) for _ in range(150)]
    lon, lat = (np.array(values) for values in zip(*points, strict=True))
    found = tree.lookup(lon, lat)
    for x, y, number in zip(lon.tolist(), lat.tolist(), found.tolist(), strict=True):
        assert tree.one(x, y) == number
        for index, line in enumerate(lines):
            assert tree.classes[number].side(index) is measured(line, x, y, 0.0), (x, y)


def test_a_wide_zone_among_specks() -> None:
    """A box of a million squares would fill the memory."""
    lines = [Line(zone(shapely.box(x / 100, 40, x / 100 + 0.001, 40.001))) for x in range(40)]
    lines.append(Line(zone(shapely.box(-3, 39, 0.9, 42))))
    tree = sides_of(lines, (0.0, 0.0))
    assert isinstance(tree, ManySides)
    assert len(tree._squares) < 1000
    assert tree.classes[tree.one(0.1005, 40.0005)].inside == (10, 40)


def test_the_whole_earth() -> None:
    """Far away, at the poles and across the seam the bounds would not hold."""
    source = random.Random(3)
    points = [
        {"lon": source.uniform(-180, 180), "lat": source.uniform(-90, 90)} for _ in range(150)
    ]
    points += [{"lon": x, "lat": y} for x in (-180.0, 180.0, 0.0) for y in (-90.0, 90.0, 66.0)]
    assert not wrong(SideTree([*LINES, Line(sr.zone("crimea"), 3000.0)]), points)


boxes = st.tuples(
    st.floats(-179, 178), st.floats(-88, 87), st.floats(0.001, 30), st.floats(0.001, 20)
).map(lambda b: shapely.box(b[0], b[1], min(180.0, b[0] + b[2]), min(90.0, b[1] + b[3])))


@settings(max_examples=20, deadline=None)
@given(
    shapes=st.lists(boxes, min_size=1, max_size=4),
    edge_km=st.sampled_from([0.0, 0.0, 0.05, 2.0, 30.0]),
    km=st.sampled_from([None, None, 0.5, 40.0, 700.0]),
    accuracy_km=st.sampled_from([0.0, 0.02, 5.0]),
    seed=st.integers(0, 2**20),
)
def test_any_zones(
    shapes: list[shapely.Geometry], edge_km: float, km: float | None, accuracy_km: float, seed: int
) -> None:
    """Somewhere on Earth a cell would be classified as what not all of it is."""
    lines = [Line(zone(s, edge_km, f"z{i}"), km if i else None) for i, s in enumerate(shapes)]
    reach = edge_km + accuracy_km
    points = [p for s in shapes for p in near_edges(s, 6, seed, reach)]
    points = [p for p in points if -180 <= p["lon"] <= 180]
    assert not wrong(SideTree(lines, accuracy_km), points, times=20)


@settings(max_examples=100, deadline=None)
@given(st.floats(-90, 89), st.floats(-180, 179), st.sampled_from([1.0, 0.125, 1 / 64, 1 / 512]))
def test_a_cell_lies_within_its_radius(south: float, west: float, size: float) -> None:
    """Points in a cell's corner would be taken for points of its middle."""
    south = min(south, 90 - size)
    x, y = np.meshgrid(
        [west, west + size / 2, west + size], [south, south + size / 2, south + size]
    )
    lat = south + size / 2
    assert distances_km(west + size / 2, lat, x, y).max() <= radius_km(lat, size)


@settings(max_examples=60, deadline=None)
@given(boxes, st.floats(-180, 179), st.floats(-90, 89), st.sampled_from([0.0, 3.0, 300.0]))
def test_no_line_near_a_cell_is_left_out(
    shape: shapely.Geometry, west: float, south: float, km: float
) -> None:
    """A zone would not count in a cell that it reaches."""
    line = Line(zone(shape), km or None)
    if Boxes([line], 0.0).near(west, south, 1.0):
        return
    for x, y in ((west, south), (west + 1, south), (west + 0.5, south + 1), (west + 1, south + 1)):
        assert measured(line, min(x, 180.0), min(y, 90.0), 0.0) is False


@pytest.mark.parametrize("accuracy_km", [0.0, 1.0])
def test_combinations_around_points(accuracy_km: float) -> None:
    """A place near two lines would be given a combination of sides that it can't have."""
    faces, tree = Faces(LINES, accuracy_km), SideTree(LINES, accuracy_km)
    points = [p for n, li in enumerate(LINES)
              for p in near_edges(li.zone.geometry, 50, n + 50, 3.0 + accuracy_km)]  # fmt: skip
    looked = 0
    for point in points:
        sides = tree.classes[tree.one(point["lon"], point["lat"])]
        if len(sides.open) < 2:
            continue
        place = place_of_point(point["lon"], point["lat"], accuracy_km)
        cut = {cell.sides for cell in cells_of(place, [LINES[i] for i in sides.open])}
        for _, sure, possible in faces.around(point["lon"], point["lat"], sides.open):
            assert sure <= cut <= possible, (point, sides)
            looked += 1
    assert looked > 30


def test_points_looked_at_together_are_as_one_by_one() -> None:
    """A place near two lines would be decided otherwise in a table than by itself."""
    alone, together = Faces(LINES, 0.0), Faces(LINES, 0.0)
    tree = SideTree(LINES, 0.0)
    points = [
        (p["lon"], p["lat"], sides.open)
        for n, li in enumerate(LINES)
        for p in near_edges(li.zone.geometry, 60, n + 80, 3.0)
        if len((sides := tree.classes[tree.one(p["lon"], p["lat"])]).open) > 1
    ]
    together.prepare(points)
    assert len(points) > 20
    assert len(together._found) > 20
    for point in points:
        assert list(together.around(*point)) == list(alone.around(*point))
