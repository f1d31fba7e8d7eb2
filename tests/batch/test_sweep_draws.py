"""Random draws: uniform by area, within their limits, the same for the same seed."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyproj import Geod

import strikerules as sr
from strikerules.batch.sweep import Sweep, read_sweep
from strikerules.batch.sweep.areas import area_south
from strikerules.batch.sweep.axes import CHUNK
from strikerules.batch.sweep.draws import Normal, generator_of
from strikerules.batch.sweep.regions import Region
from strikerules.geography.atlas import default_atlas
from strikerules.geography.geodesy import area_km2, distances_km
from strikerules.geography.places import place_in_shape, place_in_zone, place_of_point
from strikerules.language.vocabulary import Vocabulary

ATLAS = default_atlas()
GEOD = Geod(ellps="WGS84")
DISC = {"lon": 36.7, "lat": 50.0, "accuracy_km": 3}

#: With so many degrees of freedom chi-square exceeds this once in ten thousand times.
CHI_SQUARE = {7: 29.88, 9: 33.72, 11: 37.37, 15: 44.26, 19: 50.80, 24: 58.61}


def read(vary: dict[str, Any], **more: Any) -> Sweep:
    return read_sweep({"sweep": "s", "vary": vary, **more}, Vocabulary(), ATLAS)


def table(sweep: Sweep) -> pa.Table:
    return pa.Table.from_batches(sweep.batches())


def column(sweep: Sweep, name: str) -> Any:
    return table(sweep).column(name).to_numpy()


def chi_square(counts: Any, expected: Any) -> float:
    return float(np.sum((counts - expected) ** 2 / expected))


def uniform(values: Any, bins: int) -> bool:
    """Whether values in [0, 1) fall into equal bins as often as chance has it."""
    counts = np.bincount(np.floor(values * bins).astype(int), minlength=bins)
    assert len(counts) == bins
    return chi_square(counts, len(values) / bins) < CHI_SQUARE[bins - 1]


@pytest.mark.parametrize(
    ("lon", "lat", "km"),
    [(36.7, 50.0, 3.0), (36.7, 50.0, 800.0), (179.95, 66.0, 40.0), (10.0, 89.9, 60.0),
     (0.0, -90.0, 500.0), (25.0, 0.0, 2000.0)],
)  # fmt: skip
def test_disc(lon: float, lat: float, km: float) -> None:
    """Positions would crowd in the middle, or along the rim, or to one side."""
    region = Region(place_of_point(lon, lat, km))
    x, y = region.draw(np.random.default_rng(1), 40_000)
    azimuth, _, metres = GEOD.inv(np.full(len(x), lon), np.full(len(x), lat), x, y)
    away = metres / 1000
    assert np.all(away <= km * (1 + 1e-12))
    assert np.all(np.abs(x) <= 180)
    # on a sphere of about the right size, the area within a distance
    radius = 6371.0
    assert uniform((1 - np.cos(away / radius)) / (1 - math.cos(km / radius)) * (1 - 1e-9), 12) or (
        km > 500
    )
    if abs(lat) < 90:
        sector = np.mod(azimuth, 360) / 360
        assert uniform(sector, 8) or km > 500
    # whatever the size: bands of longitude and latitude, by the areas of the outline in them
    counts, expected = [], []
    for west in np.linspace(x.min(), x.max(), 6)[:-1]:
        east = west + (x.max() - x.min()) / 5
        slab = shapely.box(west, -90, east, 90)
        counts.append(np.sum((x >= west) & (x < east)))
        expected.append(area_km2(shapely.intersection(region.geometry, slab)))
    share = np.array(counts) / len(x)
    assert np.all(np.abs(share - np.array(expected) / sum(expected)) < 0.012)


@pytest.mark.parametrize("name", ["belgorod-oblast", "designated-area-narrow", "russia"])
def test_zone(name: str) -> None:
    """Some part of a zone would be drawn more often than its area is worth."""
    zone = sr.zone(name)
    x, y = Region(place_in_zone(zone)).draw(np.random.default_rng(2), 50_000)
    assert shapely.intersects_xy(zone.geometry, x, y).all()
    west, south, east, north = zone.geometry.bounds
    counts, expected = [], []
    for i, j in np.ndindex(5, 5):
        box = shapely.box(
            west + (east - west) * i / 5, south + (north - south) * j / 5,
            west + (east - west) * (i + 1) / 5, south + (north - south) * (j + 1) / 5,
        )  # fmt: skip
        part = area_km2(shapely.intersection(zone.geometry, box))
        if part > 0:
            counts.append(int(shapely.intersects_xy(box, x, y).sum()))
            expected.append(part)
    wanted = np.array(expected) / sum(expected) * len(x)
    some = wanted >= 5
    assert chi_square(np.array(counts)[some], wanted[some]) < CHI_SQUARE[24]


def test_polygon_with_holes_and_islands() -> None:
    """Positions would lie in a hole, or on one island only."""
    shape = shapely.MultiPolygon(
        [shapely.box(30, 50, 31, 51).difference(shapely.box(30.2, 50.2, 30.8, 50.8)),
         shapely.box(33, 40, 33.2, 40.2), shapely.Polygon([(34, 45), (38, 49), (34.05, 45)])]
    )  # fmt: skip
    x, y = Region(place_in_shape(shape)).draw(np.random.default_rng(3), 30_000)
    assert shapely.intersects_xy(shape, x, y).all()
    areas = np.array([area_km2(p) for p in shape.geoms])
    counts = np.array([shapely.intersects_xy(p, x, y).sum() for p in shape.geoms])
    assert chi_square(counts, areas / areas.sum() * len(x)) < 18.42  # 2 degrees of freedom


def test_latitudes_of_a_tall_box() -> None:
    """Positions would be uniform in degrees, and so too many in the north."""
    shape = shapely.box(10, -60, 12, 80)
    _, y = Region(place_in_shape(shape)).draw(np.random.default_rng(4), 40_000)
    low, high = float(area_south(-60.0)), float(area_south(80.0))
    assert uniform((area_south(y) - low) / (high - low), 20)


def test_numbers_and_days() -> None:
    """A distribution would be another one, or reach beyond its limits."""
    sweep = read(
        {
            "weapon.max_range_km": {"draw": {"uniform": [70, "90 km"]}},
            "strike.distance_km": {"draw": {"normal": {"mean": 10, "sd": 10}}},
            "target.depth_km": {"draw": {"normal": {"mean": 5, "sd": 2, "from": 4, "to": 8}}},
            "date": {"draw": {"uniform": ["2024-05-27", "2024-06-02"]}},
        },
        draws=40_000, seed=5,
    )  # fmt: skip
    found = table(sweep)
    assert sweep.count == 40_000
    km = found.column("weapon.max_range_km").to_numpy()
    assert uniform((km - 70) / 20, 10)
    away = found.column("strike.distance_km").to_numpy()
    assert away.min() >= 0
    # the mean of a normal distribution cut at -1 sd: phi(1) / Phi(1) = 0.28760
    assert abs(away.mean() - (10 + 10 * 0.28760)) < 4 * 8 / 200
    depth = found.column("target.depth_km").to_numpy()
    assert depth.min() >= 4
    assert depth.max() <= 8
    # Phi(0.5) - Phi(-0.5) of the normal distribution, of Phi(1.5) - Phi(-0.5)
    assert abs(np.mean(depth <= 6) - 0.38292 / 0.62465) < 4 * 0.5 / 200
    days = found.column("date").to_pylist()
    counts = [days.count(datetime.date(2024, 5, 27) + datetime.timedelta(n)) for n in range(7)]
    assert sum(counts) == 40_000
    assert chi_square(np.array(counts), 40_000 / 7) < 27.86  # 6 degrees of freedom


@pytest.mark.parametrize(
    ("normal", "part"),
    [(Normal("x", 0, 1, 0), 0.5), (Normal("x", 0, 1, 1.959963984540054), 0.025),
     (Normal("x", 0, 1, -1, 1), 0.6826894921), (Normal("x", 5, 2), 1.0),
     (Normal("x", 0, 1, 8, 9), 6.2208e-16), (Normal("x", 0, 1, -9, -8), 6.2208e-16)],
)  # fmt: skip
def test_part_within_limits(normal: Normal, part: float) -> None:
    """A distribution would be refused that can be drawn from, or drawn from for ever."""
    assert normal.part == pytest.approx(part, rel=1e-4)


def test_drawn_together() -> None:
    """Two places would be multiplied, and a thousand draws be a million rows."""
    sweep = read(
        {"timing": "all", "target.location": {"draw": "belgorod-oblast", "accuracy_km": 0.5},
         "launch.location": {"draw": DISC}},
        draws=1000,
    )  # fmt: skip
    assert sweep.count == 2000
    assert sweep.draws == 1000
    found = table(sweep)
    first, second = found.slice(0, 1000), found.slice(1000)
    drawn = [n for n in found.column_names if n not in ("row", "timing")]
    # the draws are the same for whatever else is varied, so that its difference is not chance
    assert first.select(drawn).equals(second.select(drawn))
    assert first.column("draw").to_pylist() == list(range(1, 1001))
    assert set(first.column("target.location.accuracy_km").to_pylist()) == {0.5}
    lon, lat = (found.column(f"launch.location.{p}").to_numpy() for p in ("lon", "lat"))
    assert distances_km(36.7, 50.0, lon, lat).max() <= 3
    correlation = np.corrcoef(
        first.column("target.location.lon").to_numpy(),
        first.column("launch.location.lon").to_numpy(),
    )
    assert abs(correlation[0, 1]) < 0.15


def test_seed() -> None:
    """Results could not be had again, or be the same whatever the seed."""
    vary = {"target.location": {"draw": "belgorod-oblast"}}
    one, again, other = (table(read(vary, draws=500, seed=s)) for s in (7, 7, 8))
    assert one.equals(again)
    assert not one.equals(other)
    assert table(read(vary, draws=500)).equals(table(read(vary, draws=500, seed=0)))


def test_more_draws_begin_with_the_same() -> None:
    """A study that is made larger would be another study."""
    vary = {
        "target.location": {"draw": "belgorod-oblast"},
        "launch.location": {"draw": DISC},
        "strike.distance_km": {"draw": {"normal": {"mean": 10, "sd": 10}}},
        "weapon.max_range_km": {"draw": {"uniform": [1, 2]}},
    }
    many = table(read(vary, draws=CHUNK + 5000, seed=7))
    for count in (1, 300, 5000, CHUNK, CHUNK + 1):
        few = table(read(vary, draws=count, seed=7))
        assert few.equals(many.slice(0, count).combine_chunks()), count
    alone = table(read({"launch.location": {"draw": DISC}}, draws=100, seed=7))
    assert alone.column("launch.location.lon").equals(
        many.slice(0, 100).combine_chunks().column("launch.location.lon")
    )


def test_chunks_differ() -> None:
    """Draws would come again after so many."""
    lon = column(read({"target.location": {"draw": DISC}}, draws=3 * CHUNK), "target.location.lon")
    assert len(np.unique(lon)) > 3 * CHUNK - 10
    draws = {generator_of(7, path, chunk).random() for path in "ab" for chunk in range(3)}
    assert len(draws) == 6


def test_many_draws_are_made_piece_by_piece() -> None:
    """Draws beyond what is kept would be cut wrongly where they wrap around."""
    vary = {"timing": "all", "strike.distance_km": {"draw": {"uniform": [0, 1]}}}
    sweep = read(vary, draws=5 * CHUNK + 17)
    single = read({"strike.distance_km": vary["strike.distance_km"]}, draws=5 * CHUNK + 17)
    values = column(single, "strike.distance_km")
    whole = np.concatenate(
        [b.column("strike.distance_km").to_numpy() for b in sweep.batches(77_777)]
    )
    assert np.array_equal(whole, np.tile(values, 2))


def test_a_thin_strip_is_drawn_from() -> None:
    """A zone along a border would take for ever, or be refused."""
    strip = shapely.Polygon([(30, 50), (40, 55), (40, 55.002), (30, 50.002)])
    region = Region(place_in_shape(strip))
    assert region.drawable
    x, y = region.draw(np.random.default_rng(5), 2000)
    assert shapely.intersects_xy(strip, x, y).all()
    assert uniform((x - 30) / 10 * (1 - 1e-12), 10)
