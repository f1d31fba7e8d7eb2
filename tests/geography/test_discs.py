"""A disc holds every point within its radius and next to nothing beyond."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from strikerules.geography import destinations, disc, distance_km
from strikerules.geography.seam import polygon_of_ring, within_range

TO_POLE = distance_km(10.0, 80.0, 10.0, 90.0)


@pytest.mark.parametrize(
    ("lon", "lat", "km"),
    [
        (36.0, 50.0, 0.001),
        (36.0, 50.0, 1.0),
        (36.0, 50.0, 5000.0),
        (179.95, 66.0, 30.0),
        (-179.99, -10.0, 500.0),
        (180.0, 0.0, 50.0),
        (0.0, 89.9, 5.0),
        (0.0, 89.9, 12.0),
        (10.0, 80.0, TO_POLE),
        (10.0, 80.0, TO_POLE / 1.0009),
        (10.0, 80.0, TO_POLE * 1.00001),
        (30.0, -85.0, 5000.0),
        (-180.0, 90.0, 100.0),
        (0.0, -90.0, 5000.0),
        (77.0, 45.5, 4950.0),
    ],
)
def test_holds_the_disc_and_little_more(
    lon: float, lat: float, km: float, rng: np.random.Generator
) -> None:
    """A place good to so many kilometres would lose points that it could be, or gain others."""
    shape = disc(lon, lat, km)
    azimuth = rng.uniform(0, 360, 3000)
    within = km * np.where(azimuth < 180, 1.0, np.sqrt(rng.uniform(0, 1, 3000)))
    assert shape.is_valid
    assert shapely.intersects_xy(shape, *destinations(lon, lat, azimuth, within)).all()
    assert not shapely.intersects_xy(shape, *destinations(lon, lat, azimuth, km * 1.001)).any()
    west, south, east, north = shape.bounds
    assert west >= -180
    assert east <= 180
    assert -90 <= south < north <= 90


def test_split_at_the_antimeridian() -> None:
    """A disc across the antimeridian would wrap around the whole Earth."""
    shape = disc(179.9, 50.0, 20.0)
    assert shape.geom_type == "MultiPolygon"
    assert len(shape.geoms) == 2
    assert shape.area < 1


@pytest.mark.parametrize("km", [0.0, -1.0, 5001.0, float("nan"), float("inf")])
def test_radius_out_of_range(km: float) -> None:
    """A disc of no or endless size would be drawn as something."""
    with pytest.raises(ValueError, match="radius"):
        disc(0, 0, km)


def test_ring_around_a_pole_gets_a_side_along_it() -> None:
    """What lies around the pole would be lost from polar outlines."""
    north = polygon_of_ring([0, 90, 180, -90], [80, 80, 80, 80])
    south = polygon_of_ring([0, -90, 180, 90], [-80, -80, -80, -80])
    assert north.bounds == (-180, 80, 180, 90)
    assert south.bounds == (-180, -90, 180, -80)
    assert north.area == pytest.approx(3600)


def test_several_turns_are_brought_back() -> None:
    """A polygon written with longitudes over 180 degrees would lie off the map."""
    assert within_range(shapely.box(350, 0, 370, 1)).bounds == (-10, 0, 10, 1)
    assert within_range(shapely.box(-190, 0, -170, 1)).geom_type == "MultiPolygon"
