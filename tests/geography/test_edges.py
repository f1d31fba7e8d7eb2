"""Exact distance to boundaries, however long their edges are and wherever they lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from strikerules.geography import (
    Edges,
    distance_km,
    distances_km,
    geodesy,
    point_to_zone_km,
    zone_register,
)
from strikerules.geography import (
    edges as edges_module,
)

Brute = Callable[[BaseGeometry, float, float], float]

METRE = 0.001


def _polygon(rng: np.random.Generator, lon: float, lat: float, size: float) -> shapely.Polygon:
    points = np.array([lon, lat]) + rng.normal(size=(6, 2)) * size / 2
    points = np.clip(points, [-180, -89.5], [180, 89.5])
    hull = shapely.MultiPoint(points).convex_hull
    assert isinstance(hull, shapely.Polygon)
    return hull


@pytest.mark.parametrize("size", [0.1, 3.0, 25.0])
@pytest.mark.parametrize("lat", [-50.0, 5.0, 50.0, 75.0])
def test_long_straight_edges(
    size: float, lat: float, rng: np.random.Generator, boundary_km: Brute
) -> None:
    """Distance to a user's coarse polygon would be off by the bulge of its edges."""
    polygon = _polygon(rng, 30.0, lat, size)
    edges = Edges(polygon)
    points = [
        (30 + rng.normal() * size, float(np.clip(lat + rng.normal() * size, -89, 89)))
        for _ in range(3)
    ]
    many = edges.distances_km(*np.transpose(points))
    for (lon, at), fast in zip(points, many, strict=True):
        exact = boundary_km(polygon, lon, at)
        assert edges.distance_km(lon, at) == pytest.approx(exact, abs=METRE / 10)
        assert fast == pytest.approx(exact, abs=METRE / 10)


def test_edge_is_straight_in_degrees_not_a_geodesic() -> None:
    """A long edge along a parallel would be taken for a great circle, kilometres away."""
    edges = Edges(shapely.box(20, 50, 27, 51))
    assert edges.distance_km(23.5, 50.0) == pytest.approx(0, abs=1e-6)
    assert edges.distance_km(23.5, 49.5) == pytest.approx(
        distance_km(23.5, 49.5, 23.5, 50.0), abs=METRE
    )


@pytest.mark.parametrize("zone_id", ["kharkiv-oblast", "ukraine", "russia"])
def test_shipped_zones(zone_id: str, rng: np.random.Generator, sampled_km: Brute) -> None:
    """Depth inside Russia would be wrong, and with it every rule on distance."""
    zone = zone_register().get(zone_id)
    for _ in range(6):
        lon, lat = rng.uniform(32, 42), rng.uniform(47, 54)
        expected = sampled_km(zone.geometry, lon, lat)
        assert zone.edges.distance_km(lon, lat) == pytest.approx(expected, abs=10 * METRE)


@pytest.mark.parametrize(
    ("lon", "lat"), [(179.9, 68.0), (-179.9, 68.5), (-160.0, 40.0), (100.0, 60.0), (-60.0, -20.0)]
)
def test_bounds_leave_out_no_candidate(lon: float, lat: float) -> None:
    """A nearer edge far along the boundary would be overlooked."""
    zone = zone_register().get("russia")
    vertices = shapely.get_coordinates(zone.geometry)
    real = vertices[np.abs(vertices[:, 0]) < 180]
    nearest = distances_km(lon, lat, real[:, 0], real[:, 1]).min()
    x, y, km = zone.edges.nearest(lon, lat)
    assert nearest - 60 < km <= nearest + 1e-6
    assert distance_km(lon, lat, x, y) == pytest.approx(km, abs=1e-6)


def test_scalar_and_array_agree(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table of scenarios would get other answers than one scenario at a time."""
    edges = zone_register().get("belarus").edges
    lon, lat = rng.uniform(20, 40, (2, 3)), rng.uniform(48, 58, (2, 3))
    monkeypatch.setattr(geodesy, "_by_arrays", lambda more: False)
    one = [
        [edges.distance_km(*p) for p in zip(*row, strict=True)]
        for row in zip(lon, lat, strict=True)
    ]
    monkeypatch.setattr(edges_module, "_FEW_PIECES", 0)
    all_at_once = [
        [edges.distance_km(*p) for p in zip(*row, strict=True)]
        for row in zip(lon, lat, strict=True)
    ]
    assert np.abs(edges.distances_km(lon, lat) - one).max() < METRE / 10
    assert np.abs(np.array(all_at_once) - one).max() < METRE / 10
    assert edges.distances_km([], []).shape == (0,)


def test_cut_along_the_antimeridian_is_no_boundary() -> None:
    """A point in the middle of Chukotka would seem to stand at a border."""
    across = shapely.MultiPolygon([shapely.box(170, -5, 180, 5), shapely.box(-180, -5, -170, 5)])
    edges = Edges(across)
    to_north = distance_km(179.99, 0, 179.99, 5)
    assert edges.distance_km(179.99, 0) == pytest.approx(to_north, abs=METRE)
    assert edges.distance_km(-180.0, 0) == pytest.approx(to_north, abs=METRE)


def test_side_on_the_antimeridian_without_its_other_half_is_boundary() -> None:
    """A zone that ends at 180 degrees would have no eastern edge."""
    one_sided = Edges(shapely.box(170, -5, 180, 5))
    degree = distance_km(0, 0, 1, 0)
    assert one_sided.distance_km(179, 0) == pytest.approx(degree, abs=METRE)
    assert one_sided.distance_km(-179, 0) == pytest.approx(degree, abs=METRE)
    uneven = shapely.MultiPolygon([shapely.box(170, -5, 180, 5), shapely.box(-180, -9, -170, 0)])
    edges = Edges(uneven)
    assert edges.distance_km(-179, 2.5) == pytest.approx(distance_km(-179, 2.5, 180, 2.49), abs=0.2)
    assert edges.distance_km(179.9, -2.0) > 200


def test_near_across_the_antimeridian() -> None:
    """A point just across the antimeridian would seem a world away."""
    edges = Edges(shapely.box(170, 60, 179.9, 70))
    expected = distance_km(-179.9, 65, 179.9, 65)
    assert edges.distance_km(-179.9, 65) == pytest.approx(expected, rel=0.01)
    assert edges.distance_km(180.1, 65) == pytest.approx(edges.distance_km(-179.9, 65), abs=1e-6)


def test_a_cap_around_the_pole() -> None:
    """The pole inside a polar zone would seem to lie on its boundary."""
    edges = Edges(shapely.box(-180, 80, 180, 90))
    assert edges.distance_km(0, 90) == pytest.approx(distance_km(0, 90, 0, 80), abs=METRE)
    assert edges.distance_km(77, 89) == pytest.approx(distance_km(77, 89, 77, 80), abs=METRE)
    with pytest.raises(ValueError, match="without a boundary"):
        Edges(shapely.box(-180, -90, 180, 90))


def test_hole_is_boundary() -> None:
    """A point beside an enclave would be taken for one deep inside."""
    ring = shapely.box(0, 0, 10, 10).difference(shapely.box(4, 4, 6, 6))
    assert Edges(ring).distance_km(5, 5) == pytest.approx(distance_km(5, 5, 5, 4), abs=METRE)
    assert point_to_zone_km(ring, Edges(ring), 5, 5) > 100


def test_inside_and_on_the_edge_is_no_distance() -> None:
    """A strike on the border would count as outside the zone."""
    box = shapely.box(0, 0, 10, 10)
    edges = Edges(box)
    assert point_to_zone_km(box, edges, 5, 5) == 0
    assert point_to_zone_km(box, edges, 10, 5) == 0
    assert point_to_zone_km(box, edges, 365, 5) == 0
    assert point_to_zone_km(shapely.box(170, 0, 180, 1), edges, 180, 0.5) == 0
    assert zone_register().get("russia").covers(360 + 37.2, 50.9)
    assert point_to_zone_km(box, edges, 11, 0) == pytest.approx(distance_km(0, 0, 1, 0))


def test_lines_and_points_have_distances_too() -> None:
    """A place given as a point could not be compared with a zone."""
    assert Edges(shapely.Point(1, 0)).distance_km(0, 0) == pytest.approx(distance_km(0, 0, 1, 0))
    line = shapely.LineString([(-1, 1), (1, 1), (1, 2)])
    assert Edges(line).distance_km(0, 0) == pytest.approx(distance_km(0, 0, 0, 1), abs=METRE)
    assert Edges(line).distance_km(1, 3) == pytest.approx(distance_km(1, 3, 1, 2), abs=METRE)
    mixed = shapely.GeometryCollection(
        [shapely.Point(5, 5), shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])]
    )
    assert Edges(mixed).distance_km(5, 6) == pytest.approx(distance_km(5, 5, 5, 6))


def test_antipodes() -> None:
    """Far from everything the search would stop at a greatest, not a least, distance."""
    box = shapely.box(10, 10, 12, 12)
    corners = distances_km(-169, -11, [10, 12, 12, 10], [10, 10, 12, 12])
    assert Edges(box).distance_km(-169, -11) == pytest.approx(corners.min(), abs=0.002)


def test_empty_geometry_is_refused() -> None:
    """Distance to nothing would come out as some number."""
    with pytest.raises(ValueError, match="without a boundary"):
        Edges(shapely.Polygon())


@settings(max_examples=30, deadline=None)
@given(
    st.floats(-3, 3), st.floats(-3, 3), st.floats(0.001, 2),
    st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4)), min_size=20, max_size=20),
)  # fmt: skip
def test_what_is_kept_of_a_cell_serves_all_of_it(
    west: float, south: float, size: float, points: list[tuple[float, float]]
) -> None:
    """The second time that somebody asks nearby, the nearest edge would be left out."""
    shape = shapely.segmentize(shapely.box(west, south, west + size, south + size), 0.02)
    warm = Edges(shape)
    around = [(x + dx, y + dy) for x, y in points for dx in (0.0, 0.03) for dy in (0.0, 0.03)]
    for _ in range(3):
        for x, y in around:
            warm.distance_km(x, y)
    for x, y in around:
        assert warm.distance_km(x, y) == pytest.approx(Edges(shape).distance_km(x, y), abs=1e-6)
