"""Distances, destinations and areas against published values and closed forms."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from strikerules.geography import (
    area_km2,
    destination,
    destinations,
    distance_km,
    distances_km,
    geodesy,
)

#: lon1, lat1, lon2, lat2, metres. The first three: Karney 2013, sections 6 and 7, and the
#: GeographicLib documentation (JFK to Heathrow); the others: Karney's GeodTest set.
PUBLISHED = [
    (0.0, -30.12345, 0.00005, -30.12344, 4.944208),
    (0.0, -30.0, 179.8, 29.9, 19989832.827610),
    (-73.8, 40.6, -0.5, 51.6, 5551759.400319),
    (-139.44815, 35.60777, -69.95921, -11.17491, 8935244.5604818305),
    (106.05087, 55.52454, 197.18234, 77.03196, 4105086.1713924406),
    (142.59065, -21.97856, 98.56635, 41.84138, 8394328.894657671),
    (112.2363, -66.99028, 285.90344, -12.70631, 11150344.2312080241),
]


@pytest.fixture(params=[True, False], ids=["pyproj", "geographiclib"])
def either_library(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geodesy, "_by_arrays", lambda more: request.param)


@pytest.mark.usefixtures("either_library")
@pytest.mark.parametrize(("lon1", "lat1", "lon2", "lat2", "metres"), PUBLISHED)
def test_published_geodesics(
    lon1: float, lat1: float, lon2: float, lat2: float, metres: float
) -> None:
    """Distances would not be those of the ellipsoid."""
    assert distance_km(lon1, lat1, lon2, lat2) * 1000 == pytest.approx(metres, abs=1e-6)
    many = distances_km([lon1, lon1], lat1, [lon2, lon1], [lat2, lat1])
    assert many[0] * 1000 == pytest.approx(metres, abs=1e-6)
    assert many[1] == 0


def test_both_libraries_agree(rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer would depend on which library happens to be loaded."""
    lon1, lon2 = rng.uniform(-180, 180, (2, 200))
    lat1, lat2 = rng.uniform(-90, 90, (2, 200))
    lon2[:40] = lon1[:40] + 180 + rng.normal(size=40) * 0.3
    lat2[:40] = -lat1[:40]
    azimuth, km = rng.uniform(-180, 180, 200), rng.uniform(0, 15000, 200)
    answers = []
    for loaded in (True, False):
        monkeypatch.setattr(geodesy, "_by_arrays", lambda more, loaded=loaded: loaded)
        x, y = destinations(lon1, lat1, azimuth, km)
        answers.append((distances_km(lon1, lat1, lon2, lat2), x, y))
    (far, x1, y1), (same, x2, y2) = answers
    assert np.abs(far - same).max() < 1e-9
    assert distances_km(x1, y1, x2, y2).max() < 1e-9


@pytest.mark.usefixtures("either_library")
def test_destination_published() -> None:
    """Buffers and discs would be misplaced (Karney 2013, table 2)."""
    lon, lat = destination(0.0, 40.0, 30.0, 10_000.0)
    assert lon == pytest.approx(137.84490004377, abs=1e-10)
    assert lat == pytest.approx(41.79331020506, abs=1e-10)


@pytest.mark.usefixtures("either_library")
def test_shapes_and_unknowns_pass_through() -> None:
    """A missing coordinate would turn into a distance."""
    grid = distances_km(np.zeros((2, 1)), 0.0, np.array([0.0, 1.0, np.nan]), 0.0)
    assert grid.shape == (2, 3)
    assert np.isnan(grid[:, 2]).all()
    assert not np.isnan(grid[:, :2]).any()
    assert distances_km(0, 0, 1, 0).shape == ()
    assert distances_km([], [], [], []).shape == (0,)
    assert [a.shape for a in destinations([0.0, 1.0], 0.0, 90.0, 1.0)] == [(2,), (2,)]


def _band_km2(width_deg: float, south: float, north: float) -> float:
    """Area between two parallels, in closed form."""
    e = math.sqrt(geodesy.E2)

    def below(lat: float) -> float:
        s = math.sin(math.radians(lat))
        return s / (1 - (e * s) ** 2) + math.log((1 + e * s) / (1 - e * s)) / (2 * e)

    return geodesy.B_KM**2 * math.radians(width_deg) / 2 * (below(north) - below(south))


@pytest.mark.parametrize(("south", "north"), [(-1, 1), (49, 51), (60, 85), (-80, -20)])
def test_area_of_a_band(south: float, north: float) -> None:
    """Areas would be those of geodesic edges, not of edges straight in longitude and latitude."""
    box = shapely.box(-20, south, 30, north)
    assert area_km2(box) == pytest.approx(_band_km2(50, south, north), rel=1e-6)


def test_area_of_holes_and_parts() -> None:
    """A hole would count as ground, or a second part be forgotten."""
    ring = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    two = shapely.union_all([ring, shapely.box(10, 0, 11, 1)])
    expected = _band_km2(3, 0, 3) - _band_km2(1, 1, 2) + _band_km2(1, 0, 1)
    assert area_km2(two) == pytest.approx(expected, rel=1e-6)
    assert area_km2(shapely.Point(0, 0)) == 0


def test_earth_centred_coordinates(rng: np.random.Generator) -> None:
    """Chords, which all bounds rest on, would be wrong."""
    lon, lat = rng.uniform(-180, 180, 100), rng.uniform(-90, 90, 100)
    to_ecef = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    expected = np.column_stack(to_ecef.transform(lon, lat, np.zeros(100))) / 1000
    assert np.abs(geodesy.to_ecef(lon, lat) - expected).max() < 1e-9


def test_radii_give_lengths_of_arcs() -> None:
    """The search for the nearest point would take wrong steps."""
    along, across = geodesy.radii_km(50.0)
    step = 1e-4
    assert distance_km(0, 50 - step / 2, 0, 50 + step / 2) == pytest.approx(
        along * math.radians(step), rel=1e-7
    )
    assert distance_km(0, 50, step, 50) == pytest.approx(
        across * math.cos(math.radians(50)) * math.radians(step), rel=1e-7
    )


def test_one_check_needs_no_heavy_import() -> None:
    """Every start of the command line would pay for pyproj or for data frames."""
    code = """
import sys
from strikerules.geography import disc, distance_range_km, gazetteer, zone_register
russia = zone_register().get("russia")
assert russia.covers(37.2, 50.9)
assert russia.edges.distance_km(37.2, 50.9) > 50
assert distance_range_km(disc(36, 50, 1), disc(37, 51, 2))[0] > 100
gazetteer().get("Kharkiv")
heavy = {"pyproj", "geopandas", "pandas", "matplotlib", "scipy"} & set(sys.modules)
assert not heavy, heavy
"""
    source = str(Path(geodesy.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": source},
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_pyproj_is_imported_once_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long table would be measured by the slow library to its end, or a check begin slowly."""
    calculator, used = geodesy.geod(), [0]
    monkeypatch.setattr(geodesy, "_asked", 0)
    monkeypatch.setattr(geodesy, "geod", lambda: used.append(1) or calculator)
    monkeypatch.delitem(sys.modules, "pyproj")
    around, after = np.linspace(0.0, 350.0, 36), []
    for _ in range(100):
        destinations(36.0, 50.0, around, 10.0)
        after.append(sum(used))
    slowly = after.count(0)
    assert 30 < slowly < 90
    assert after == [0] * slowly + list(range(1, 101 - slowly))
