"""Grids: the cells of a region, all of them and no other, of about equal area."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

import strikerules as sr
from strikerules.batch.sweep import Sweep, grid_sweep, read_sweep
from strikerules.batch.sweep.areas import Bands, area_south, latitude_of
from strikerules.geography.atlas import default_atlas
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import area_km2, distances_km
from strikerules.language.vocabulary import Vocabulary

ATLAS = default_atlas()
GEOD = Geod(ellps="WGS84")
SQUARE = {"type": "Polygon", "coordinates": [[[36, 50], [37, 50], [37, 51], [36, 51], [36, 50]]]}


def read(vary: dict[str, Any], **more: Any) -> Sweep:
    return read_sweep({"sweep": "s", "vary": vary, **more}, Vocabulary(), ATLAS)


def rows(sweep: Sweep) -> list[dict[str, Any]]:
    return sweep.batch(0, sweep.count).to_pylist()


@given(st.floats(-90, 90), st.floats(0.01, 170))
def test_area_between_parallels(lat: float, wide: float) -> None:
    """A cell would weigh more or less than it is large."""
    assert abs(float(latitude_of(area_south(lat))) - lat) < 3e-8
    # the short way round a pole is no problem for a ring that is cut finely along the parallel
    lon = np.linspace(0, wide, 2000)
    ring = [*zip(lon, np.full(2000, lat), strict=True), (wide, 0.0), (0.0, 0.0)]
    if abs(lat) > 1:
        equator = [(x, 0.0) for x in lon[::-1]]
        ring = [*ring[:-2], *equator]
        area = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0]) / 1e6
        assert abs(float(area_south(lat))) * wide == pytest.approx(area, rel=1e-5)


@pytest.mark.parametrize("step", [0.5, 5.0, 40.0, 500.0])
def test_bands(step: float) -> None:
    """The cells would not make up the whole Earth, or not be of about equal area."""
    bands = Bands.of(step)
    assert float(np.sum(bands.km2 * bands.columns)) == pytest.approx(510_065_621.7, abs=1)
    away = np.abs(bands.middles) < 80
    assert np.all(np.abs(bands.km2[away] / step**2 - 1) < max(0.001, step / 10_000))
    high = np.diff(bands.lat) * 111.2
    assert np.all(np.abs(high / step - 1) < 0.05)


@pytest.mark.parametrize("band", [0, 1, 40, 199, 230, 399])
def test_radius_of_a_cell(band: int) -> None:
    """What is settled within the radius would not hold for a corner of the cell."""
    bands = Bands.of(50.0)
    wide = 180.0 / bands.columns[band]
    x, y = np.meshgrid(np.linspace(-wide, wide, 41),
                       np.linspace(bands.lat[band], bands.lat[band + 1], 41))  # fmt: skip
    away = distances_km(0.0, bands.middles[band], x.ravel(), y.ravel()).max()
    assert away <= bands.radius_km(band) <= away * 1.0001 + 1e-5


@pytest.mark.parametrize(
    ("region", "step"),
    [("belgorod-oblast", 5), ("designated-area-narrow", 3), ("russia", 100), (SQUARE, 7),
     ({"lon": 36.7, "lat": 50.0, "accuracy_km": 60}, 4),
     ({"lon": 179.9, "lat": 66.0, "accuracy_km": 80}, 9),
     ({"lon": 10.0, "lat": 89.8, "accuracy_km": 90}, 10),
     ({"place": "Belgorod", "accuracy_km": 20}, 2)],
)  # fmt: skip
def test_grid_is_what_lies_in_the_region(region: Any, step: float) -> None:
    """Cells would be missing, or lie outside."""
    sweep = read({"target.location": {"grid": region, "step_km": step}})
    found = {row["target.location.cell"]: row for row in rows(sweep)}
    bands = Bands.of(step)
    wanted: dict[int, tuple[float, float]] = {}
    for band, lat in enumerate(bands.middles.tolist()):
        columns = np.arange(bands.columns[band])
        lon = bands.lons(np.full(len(columns), band), columns)
        inside = _inside(region, lon, np.full(len(lon), lat))
        for column in np.flatnonzero(inside).tolist():
            wanted[(band + 1) * 1_000_000 + column + 1] = (float(lon[column]), lat)
    assert len(found) == sweep.count
    assert {
        n: (r["target.location.lon"], r["target.location.lat"]) for n, r in found.items()
    } == wanted
    assert len(wanted) > 20


def _inside(region: Any, lon: Any, lat: Any) -> Any:
    if isinstance(region, str):
        return shapely.intersects_xy(sr.zone(region).geometry, lon, lat)
    if "type" in region:
        return shapely.intersects_xy(shapely.from_geojson(json.dumps(region)), lon, lat)
    centre = gazetteer().get(region["place"]) if "place" in region else None
    x, y = (region["lon"], region["lat"]) if centre is None else (centre.lon, centre.lat)
    if abs(y - lat[0]) * 110 > region["accuracy_km"]:
        # no way between two parallels is shorter than along a meridian
        return np.zeros(len(lon), dtype=bool)
    return distances_km(x, y, lon, lat) <= region["accuracy_km"]


def test_cells_make_up_the_area() -> None:
    """Shares of the area would be shares of another one."""
    sweep = grid_sweep("belgorod-oblast", 1, Vocabulary(), ATLAS)
    area = sum(row["target.location.cell_km2"] for row in rows(sweep))
    assert area == pytest.approx(area_km2(sr.zone("belgorod-oblast").geometry), rel=2e-3)
    assert sweep.weight == "target.location.cell_km2"


def test_cells_are_the_same_in_every_zone() -> None:
    """What was counted for two zones could not be laid together."""
    both = rows(grid_sweep("russia", 10, Vocabulary(), ATLAS))
    one = rows(grid_sweep("belgorod-oblast", 10, Vocabulary(), ATLAS))
    parts = ("cell", "lon", "lat", "cell_km2")
    whole = {tuple(r[f"target.location.{p}"] for p in parts) for r in both}
    assert {tuple(r[f"target.location.{p}"] for p in parts) for r in one} < whole


def test_settled_cells_are_settled_all_over() -> None:
    """A cell would be called permitted of which a part is not."""
    policy = sr.load({
        "policy": "own", "otherwise": "prohibit",
        "zones": {"mine": {"geometry": SQUARE}},
        "rules": [{"id": "r", "effect": "permit", "when": {"target.location": {"within": "mine"}}}],
    })  # fmt: skip
    box = shapely.geometry.mapping(shapely.box(35.5, 49.8, 37.5, 51.2))
    region = {"type": "Polygon", "coordinates": [list(map(list, box["coordinates"][0]))]}
    vary = {"target.location": {"grid": region, "step_km": 10, "accuracy_km": "cell"}}
    found = policy.sweep({"sweep": "s", "vary": vary})
    assert set(found.decision) == {"permitted", "prohibited", "indeterminate"}
    bands, square = Bands.of(10), shapely.box(36, 50, 37, 51)
    for row in found.to_dict("records"):
        band, column = divmod(row["target.location.cell"], 1_000_000)
        wide = 360.0 / bands.columns[band - 1]
        cell = shapely.box(
            (column - 1) * wide - 180, bands.lat[band - 1], column * wide - 180, bands.lat[band]
        )
        if row["decision"] == "permitted":
            assert square.covers(cell)
        elif row["decision"] == "prohibited":
            assert not square.intersects(cell)
