"""Buffers are as wide as they say, everywhere on their outline, and hold what is near."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography import Edges, buffer_km, disc, distance_km, zone_register
from strikerules.geography.geodesy import Floats
from strikerules.geography.seam import within_range

#: Kilometres by which an outline may miss the exact distance.
BOUND = 0.002


def _jagged(rng: np.random.Generator, lon: float, lat: float, size: float, n: int) -> BaseGeometry:
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    radius = size * (1 + 0.4 * np.sin(3 * angle) + rng.normal(size=n) * 0.05)
    x = lon + radius * np.cos(angle) / np.cos(np.radians(lat))
    shape = shapely.make_valid(shapely.Polygon(np.column_stack([x, lat + radius * np.sin(angle)])))
    return within_range(max(shapely.get_parts(shape), key=lambda part: part.area))


def _vertices_and_midpoints(geometry: BaseGeometry) -> Floats:
    rings = [shapely.get_coordinates(r) for r in shapely.get_rings(shapely.get_parts(geometry))]
    points = np.vstack([*rings, *((xy[1:] + xy[:-1]) / 2 for xy in rings)])
    return points[(np.abs(points[:, 0]) < 180 - 1e-9) & (np.abs(points[:, 1]) < 90)]


def _largest_error(zone: BaseGeometry, wide: BaseGeometry, km: float) -> float:
    points = _vertices_and_midpoints(wide)
    step = max(1, len(points) // 4000)
    lon, lat = points[::step].T
    return float(np.abs(Edges(zone).distances_km(lon, lat) - abs(km)).max())


@pytest.mark.parametrize(
    ("lon", "lat", "size", "n", "km"),
    [
        (36, 50, 1.5, 400, 1.0),
        (36, 50, 1.5, 400, 30.0),
        (36, 50, 1.5, 400, 100.0),
        (36, 50, 1.5, 400, 500.0),
        (36, 50, 1.5, 400, -1.0),
        (36, 50, 1.5, 400, -20.0),
        (0, 0, 8.0, 5, 300.0),
        (20, 78, 1.0, 60, 100.0),
        (179.5, 66, 1.0, 60, 40.0),
        (-179.5, -66, 1.0, 60, -4.0),
    ],
)
def test_outline_is_at_the_distance(
    lon: float, lat: float, size: float, n: int, km: float, rng: np.random.Generator
) -> None:
    """An area said to reach 30 km would reach farther here and less far there."""
    zone = _jagged(rng, lon, lat, size, n)
    wide = buffer_km(zone, km)
    assert wide.is_valid
    assert not wide.is_empty
    assert _largest_error(zone, wide, km) <= BOUND


@pytest.mark.parametrize(("zone_id", "km"), [("kharkiv-oblast", 30), ("kharkiv-oblast", 100)])
def test_shipped_sizes(zone_id: str, km: float) -> None:
    """The outlines of the assumed designated areas would not be what the register says."""
    zone = zone_register().get(zone_id).geometry
    assert _largest_error(zone, buffer_km(zone, km), km) <= BOUND


@pytest.mark.parametrize("km", [30.0, 100.0, -15.0])
def test_membership_is_distance(km: float, rng: np.random.Generator) -> None:
    """A point within the distance would be left out, in a bay or behind a headland."""
    zone = zone_register().get("kharkiv-oblast")
    wide = buffer_km(zone.geometry, km)
    west, south, east, north = wide.bounds
    lon, lat = rng.uniform(west - 1, east + 1, 4000), rng.uniform(south - 1, north + 1, 4000)
    away = zone.edges.distances_km(lon, lat)
    inside = shapely.intersects_xy(zone.geometry, lon, lat)
    expected = inside | (away <= km) if km > 0 else inside & (away >= -km)
    sure = np.abs(away - abs(km)) > BOUND
    assert (shapely.intersects_xy(wide, lon, lat) == expected)[sure].all()
    assert 0 < expected.sum() < 4000


def test_only_the_near_part_has_to_be_right(rng: np.random.Generator) -> None:
    """What is asked for near one oblast would differ from the whole, or take as long."""
    russia, kharkiv = (zone_register().get(z) for z in ("russia", "kharkiv-oblast"))
    wide = buffer_km(russia.geometry, 25, near=kharkiv.geometry)
    west, south, east, north = kharkiv.bbox
    lon, lat = rng.uniform(west, east, 1500), rng.uniform(south, north, 1500)
    away = russia.edges.distances_km(lon, lat)
    expected = shapely.intersects_xy(russia.geometry, lon, lat) | (away <= 25)
    sure = np.abs(away - 25) > BOUND
    assert (shapely.intersects_xy(wide, lon, lat) == expected)[sure].all()
    assert 0 < expected.sum() < 1500


def test_near_across_the_antimeridian() -> None:
    """The part that is asked for would be cut off at the antimeridian."""
    zone = shapely.box(179.0, 60, 180, 61)
    wide = buffer_km(zone, 50, near=shapely.box(-180, 60, -179, 61))
    assert wide.covers(shapely.Point(-179.2, 60.5))
    assert not wide.covers(shapely.Point(-179.0, 60.5))


def test_a_narrow_hole_is_filled_and_a_wide_one_kept() -> None:
    """An enclave within the distance would stay open, or a large gap be closed."""
    box = shapely.box(30, 50, 34, 53)
    narrow = box.difference(shapely.box(31.0, 51.0, 31.1, 51.1))
    wide = box.difference(shapely.box(31.0, 51.0, 33.0, 52.0))
    assert shapely.get_num_interior_rings(buffer_km(narrow, 10)) == 0
    kept = buffer_km(wide, 10)
    assert shapely.get_num_interior_rings(kept) == 1
    assert _largest_error(wide, kept, 10) <= BOUND


def test_parts_that_grow_together() -> None:
    """Two near parts would overlap instead of becoming one."""
    parts = shapely.MultiPolygon([shapely.box(30, 50, 30.5, 51), shapely.box(30.6, 50, 31, 51)])
    assert buffer_km(parts, 5).geom_type == "Polygon"
    assert buffer_km(parts, 1).geom_type == "MultiPolygon"


def test_a_small_square_becomes_nearly_a_disc() -> None:
    """The rounding at corners would be wrong."""
    speck = shapely.box(36, 50, 36.000001, 50.000001)
    assert buffer_km(speck, 40).hausdorff_distance(disc(36, 50, 40)) < 0.002


def test_narrowed_to_nothing() -> None:
    """A zone narrowed by more than its half width would turn inside out."""
    box = shapely.box(30, 50, 30.2, 50.2)
    assert buffer_km(box, -30).is_empty
    inner = buffer_km(box, -3)
    assert distance_km(30.1, inner.bounds[3], 30.1, 50.2) == pytest.approx(3, abs=BOUND)


def test_no_width_and_too_much() -> None:
    """A width of nothing would change the zone, or one beyond the tested range be accepted."""
    box = shapely.box(30, 50, 31, 51)
    assert buffer_km(box, 0) is box
    assert buffer_km(shapely.Polygon(), 10).is_empty
    for km in (501.0, -501.0, float("nan")):
        with pytest.raises(ValueError, match="500 km"):
            buffer_km(box, km)
