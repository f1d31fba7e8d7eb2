"""Where shipped policies differ: areas and outlines against zones put together by hand."""

from __future__ import annotations

import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry
from tests.reference import one_world

import strikerules as sr

from .conditions import covers, holds
from .worlds import numbers

ZONES = Path(__file__).resolve().parents[2] / "geodata" / "zones"
GEOD = Geod(ellps="WGS84")
SHIPPED = (
    ("ban", "kharkiv"),
    ("kharkiv", "broader-targets"),
    ("kharkiv", "long-range-lifted"),
    ("kharkiv", "broader-and-deeper"),
)
TARGET = "target.location"


@cache
def zone(name: str) -> BaseGeometry:
    """Return a zone of the register from its file."""
    data = json.loads((ZONES / f"{name}.geojson").read_text())
    for key in ("features", "geometry"):
        data = data.get(key, data)
        data = data[0] if isinstance(data, list) else data
    return shapely.from_geojson(json.dumps(data))


def square_km(shape: BaseGeometry) -> float:
    """Return the geodesic area of a shape whose sides are straight in degrees."""
    total = 0.0
    for part in shapely.get_parts(shapely.segmentize(shape, 0.02)):
        if part.geom_type != "Polygon":
            continue
        rings = [part.exterior, *part.interiors]
        areas = [abs(GEOD.polygon_area_perimeter(*ring.xy)[0]) for ring in rings]
        total += areas[0] - sum(areas[1:])
    return total / 1e6


@cache
def pieces() -> list[tuple[BaseGeometry, tuple[float, float]]]:
    """Return what the zones cut Russia into, and a point of each piece."""
    narrow, wide, russia = (
        zone(z) for z in ("designated-area-narrow", "designated-area-wide", "russia")
    )
    found = [narrow & wide, wide - narrow, russia - wide]
    # what tiny slivers there are is below a square kilometre
    assert square_km(narrow - wide) < 1
    assert square_km(wide - russia) < 1
    points = [max(shapely.get_parts(p), key=shapely.area).representative_point() for p in found]
    return [(piece, (point.x, point.y)) for piece, point in zip(found, points, strict=True)]


def somehow(condition: Any, point: tuple[float, float], zones: dict[str, Any]) -> bool:
    """Tell whether a condition holds for a target at a point, whatever else is so."""
    values: dict[str, set[Any]] = {}
    for path, operator, operand in one_world.tests_of(condition):
        many = operand if operator == "in" else [operand]
        values.setdefault(path, set()).update(many)
    candidates: dict[str, list[Any]] = {}
    for path, named in values.items():
        if path == TARGET:
            candidates[path] = [point]
        elif named <= {True, False}:
            candidates[path] = [True, False]
        elif path.endswith("_km"):
            candidates[path] = numbers(named, 0.0)
        else:
            candidates[path] = [*sorted(named), "(another)"]
    parts = condition["all"] if isinstance(condition, dict) and "all" in condition else [condition]
    for part in parts:
        paths = {path for path, _, _ in one_world.tests_of(part)}
        if len(paths) == 1:
            (path,) = paths
            candidates[path] = [v for v in candidates[path] if holds(part, {path: v}, zones)]
    return any(
        holds(condition, dict(zip(candidates, combination, strict=True)), zones)
        for combination in itertools.product(*candidates.values())
    )


@pytest.mark.parametrize(("a", "b"), SHIPPED)
def test_areas_are_those_of_the_zones_named(a: str, b: str) -> None:
    """Else a map, or a figure quoted from one, would be of another region than the words."""
    diff = sr.diff(a, b)
    assert len(diff) > 3
    # `ukraine` is for depths alone, which no region between these names
    zones = {name: zone(name) for name in diff.zones}
    for region in diff:
        assert region.place == TARGET
        inside = [p for p, point in pieces() if somehow(region.condition, point, zones)]
        assert inside
        assert region.area_km2 == pytest.approx(sum(map(square_km, inside)), rel=1e-3)
        witness = region.witness["target"]["location"]
        assert covers(region.geometry, (witness["lon"], witness["lat"]))
        assert region.shown
        by_hand = shapely.union_all(inside)
        off = shapely.symmetric_difference(region.geometry, by_hand)
        assert square_km(off) < 1e-3 * region.area_km2
        outside = [(p, q) for p, q in pieces() if p not in inside]
        assert not any(covers(region.geometry, point) for _, point in outside)


def test_zones_are_as_in_their_files() -> None:
    """Else a condition would be about an outline that is nowhere to be looked up."""
    for name, shape in sr.diff("ban", "kharkiv").zones.items():
        assert square_km(shapely.symmetric_difference(shape, zone(name))) < 1


def test_ring_between_two_readings_is_one_area_less_the_other() -> None:
    """Else what a wider reading adds would be wrongly drawn."""
    policy = sr.load("kharkiv")
    readings = {"meaning-of-us-made": "made-in-us", "meaning-of-long-range": "by-weapon"}
    narrow, wide = (
        policy.vary(readings={**readings, "extent-of-designated-areas": extent})
        for extent in ("narrow", "wide")
    )
    diff = sr.diff(narrow, wide)
    ring = zone("designated-area-wide") - zone("designated-area-narrow")
    assert {r.drawn for r in diff} == {
        (("prohibited",), ("permitted",)), (("prohibited",), ("permitted", "prohibited")),
    }  # fmt: skip
    for region in diff:
        assert "target.location within designated-area-wide" in region.lines
        assert "target.location outside designated-area-narrow" in region.lines
        assert region.area_km2 == pytest.approx(square_km(ring), rel=1e-3)


@pytest.mark.parametrize("km", [25, 60])
def test_band_of_depths_is_the_area_that_near_to_the_border(km: int) -> None:
    """Else a figure for depth would be drawn at another distance than it says."""
    fixed = {
        "meaning-of-us-made": "made-in-us", "meaning-of-long-range": "by-depth",
        "extent-of-designated-areas": "wide", "air-bases": "counted",
        "aircraft-over-russia": "counted",
    }  # fmt: skip
    (region,) = sr.diff("ban", "kharkiv", readings=fixed, set={"long_range_depth_km": km})
    assert region.drawn == (("prohibited",), ("permitted",))
    # azimuthal equidistant: distances within 300 km of the middle are right to 0.04 %
    flat = "+proj=aeqd +lat_0=50.3 +lon_0=37 +units=km +ellps=WGS84"
    there = Transformer.from_crs("EPSG:4326", flat, always_xy=True)
    back = Transformer.from_crs(flat, "EPSG:4326", always_xy=True)
    near = shapely.clip_by_rect(zone("ukraine"), 31, 46.5, 42, 54)
    near = shapely.transform(shapely.segmentize(near, 0.02), there.transform, interleaved=False)
    band = shapely.transform(near.buffer(km, quad_segs=64), back.transform, interleaved=False)
    by_hand = shapely.intersection(zone("designated-area-wide"), band)
    assert region.area_km2 == pytest.approx(square_km(by_hand), rel=1e-3)
    off = shapely.symmetric_difference(region.geometry, by_hand)
    assert square_km(off) < 3e-3 * region.area_km2
