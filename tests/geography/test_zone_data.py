"""The outlines that ship are valid, fit together, and are about as large as published."""

from __future__ import annotations

import itertools
import json
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.data import folder
from strikerules.geography import Edges, Zone, area_km2, gazetteer, zone_register
from strikerules.geography.buffers import buffer_km
from strikerules.geography.widen import widened

REGISTER = zone_register()
FILES = sorted((folder("geodata") / "zones").glob("*.geojson"))

#: Published areas in km². Ukraine and its oblasts: State Statistics Service of Ukraine; Crimea
#: with Sevastopol (26,081 + 864). Russia and its oblasts: Rosstat, Russia as before 2014.
#: Belarus: Belstat. They count inland waters that 1:10m outlines draw only roughly.
PUBLISHED_KM2 = {
    "ukraine": 603_628,
    "russia": 17_098_246,
    "belarus": 207_600,
    "kharkiv-oblast": 31_415,
    "sumy-oblast": 23_834,
    "chernihiv-oblast": 31_865,
    "luhansk-oblast": 26_684,
    "donetsk-oblast": 26_517,
    "crimea": 26_945,
    "belgorod-oblast": 27_134,
    "kursk-oblast": 29_997,
    "bryansk-oblast": 34_857,
    "voronezh-oblast": 52_216,
    "rostov-oblast": 100_967,
}

IN_UKRAINE = ["kharkiv", "sumy", "chernihiv", "luhansk", "donetsk"]
IN_RUSSIA = ["belgorod", "kursk", "bryansk", "voronezh", "rostov"]
COUNTRIES = {"ukraine", "russia", "belarus"}
NEIGHBOURS = [
    ("ukraine", "russia"),
    ("ukraine", "belarus"),
    ("russia", "belarus"),
    ("kharkiv-oblast", "belgorod-oblast"),
    ("kharkiv-oblast", "sumy-oblast"),
    ("kharkiv-oblast", "luhansk-oblast"),
    ("kharkiv-oblast", "donetsk-oblast"),
    ("sumy-oblast", "kursk-oblast"),
    ("sumy-oblast", "bryansk-oblast"),
    ("chernihiv-oblast", "bryansk-oblast"),
    ("belgorod-oblast", "kursk-oblast"),
    ("belgorod-oblast", "voronezh-oblast"),
    ("luhansk-oblast", "voronezh-oblast"),
    ("luhansk-oblast", "rostov-oblast"),
    ("donetsk-oblast", "rostov-oblast"),
    ("voronezh-oblast", "rostov-oblast"),
]


def _geometry(zone_id: str) -> BaseGeometry:
    return REGISTER.get(zone_id).geometry


def _vertices(zone_id: str) -> set[tuple[float, ...]]:
    return set(map(tuple, shapely.get_coordinates(_geometry(zone_id)).tolist()))


def _rings(feature: dict[str, Any]) -> Any:
    shape = feature["geometry"]
    parts = shape["coordinates"]
    return [parts] if shape["type"] == "Polygon" else parts


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_files_are_as_the_standard_has_them(path: Any) -> None:
    """Other programs would misread an outline (RFC 7946: order, orientation, closing, range)."""
    feature = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    assert feature["type"] == "Feature"
    assert feature["id"] == path.stem
    assert "crs" not in feature
    assert set(feature["geometry"]) == {"type", "coordinates"}
    for part in _rings(feature):
        for index, ring in enumerate(part):
            assert ring[0] == ring[-1]
            assert len(ring) >= 4
            assert all(len(text.partition(".")[2]) <= 6 for point in ring for text in point)
            points = np.array(ring, dtype=float)
            assert points.shape[1] == 2
            assert (np.abs(points) <= [180, 90]).all()
            assert shapely.is_ccw(shapely.LinearRing(points)) == (index == 0)


@pytest.mark.parametrize("zone", REGISTER, ids=lambda zone: zone.id)
def test_outlines_are_valid_and_boxed(zone: Zone) -> None:
    """Predicates on an invalid outline answer anything; a wrong box would hide a zone."""
    assert zone.geometry.is_valid
    assert shapely.get_dimensions(zone.geometry) == 2
    assert not shapely.has_z(zone.geometry)
    assert zone.geometry.bounds == zone.bbox


@pytest.mark.parametrize("zone", REGISTER, ids=lambda zone: zone.id)
def test_no_holes_and_no_slivers(zone: Zone) -> None:
    """A sliver left over from putting pieces together would be a zone of its own."""
    for part in shapely.get_parts(zone.geometry):
        assert len(part.interiors) == 0
        assert area_km2(part) > 0.05


def test_every_file_is_in_the_register_and_the_other_way_round() -> None:
    """An outline would ship without a word on its source and licence."""
    assert {zone.entry.file for zone in REGISTER} == {f"zones/{path.name}" for path in FILES}


@pytest.mark.parametrize("zone_id", PUBLISHED_KM2)
def test_areas_are_near_the_published_ones(zone_id: str) -> None:
    """A zone would be another oblast, or half of one; 1:10m data is good to 2.5 % of an oblast."""
    assert area_km2(_geometry(zone_id)) == pytest.approx(PUBLISHED_KM2[zone_id], rel=0.025)


def test_kharkiv_and_belgorod_within_the_precision_of_the_data() -> None:
    """The two zones that matter most would be off by more than their edges allow."""
    for zone_id in ("kharkiv-oblast", "belgorod-oblast"):
        zone = REGISTER.get(zone_id)
        perimeter_km = zone.geometry.length * 90
        difference = abs(area_km2(zone.geometry) - PUBLISHED_KM2[zone_id])
        assert difference < zone.edge_km * perimeter_km / 2


@pytest.mark.parametrize(("a", "b"), NEIGHBOURS)
def test_neighbours_share_one_line(a: str, b: str) -> None:
    """A point on a border would lie in neither zone, or in both by more than the border."""
    common = shapely.intersection(_geometry(a), _geometry(b))
    assert common.area == 0
    assert common.length > 0.2
    for one, other in ((a, b), (b, a)):
        theirs = _vertices(other)
        boundary = shapely.boundary(_geometry(other))
        mine = shapely.points(sorted(_vertices(one)))
        touching = mine[shapely.distance(boundary, mine) < 1e-7]
        assert len(touching) > 10
        assert {point.coords[0] for point in touching} <= theirs


def test_oblasts_do_not_overlap() -> None:
    """A point would be in two oblasts at once."""
    names = [f"{name}-oblast" for name in IN_UKRAINE + IN_RUSSIA] + ["crimea"]
    for a, b in itertools.combinations(names, 2):
        assert shapely.intersection(_geometry(a), _geometry(b)).area == 0, (a, b)


@pytest.mark.parametrize(
    ("part", "whole"),
    [(f"{name}-oblast", "ukraine") for name in IN_UKRAINE]
    + [(f"{name}-oblast", "russia") for name in IN_RUSSIA]
    + [("crimea", "ukraine"), ("designated-area-narrow", "designated-area-wide")]
    + [("designated-area-wide", "russia")],
)
def test_parts_lie_in_their_wholes(part: str, whole: str) -> None:
    """A point in an oblast would not be in its country."""
    outside = shapely.difference(_geometry(part), _geometry(whole))
    assert outside.area == 0
    assert shapely.covers(_geometry(whole), _geometry(part))


def test_what_the_register_states_is_so() -> None:
    """The register would say of a zone that ships what its outline belies."""
    stated = [(z.id, key, n) for z in REGISTER for key, names in z.intents.items() for n in names]
    assert len(stated) >= 40
    for zone_id, key, name in stated:
        one, other = _geometry(zone_id), _geometry(name)
        common = shapely.intersection(one, other)
        if key == "inside":
            assert shapely.covers(other, one), (zone_id, name)
        else:
            assert common.area == 0, (zone_id, name)
        if key == "adjoins":
            assert common.length > 0.2, (zone_id, name)


def test_the_register_states_every_border() -> None:
    """Two oblasts could come apart at a new build without anyone being told."""
    stated = {frozenset((z.id, n)) for z in REGISTER for n in z.intents.get("adjoins", ())}
    assert stated >= {frozenset(pair) for pair in NEIGHBOURS}
    assert all(len(z.intents.get("inside", ())) >= 1 for z in REGISTER if z.id not in COUNTRIES)
    oblasts = [z.id for z in REGISTER if z.id.endswith("-oblast")]
    for a, b in itertools.combinations(oblasts, 2):
        touching = bool(shapely.intersects(_geometry(a), _geometry(b)))
        assert touching == (frozenset((a, b)) in stated), (a, b)


def test_crimea_is_in_ukraine() -> None:
    """The borders would not be the internationally recognised ones."""
    for lon, lat in [(34.11, 44.96), (33.52, 44.61), (36.47, 45.36), (34.4, 45.8)]:
        assert REGISTER.get("crimea").covers(lon, lat)
        assert REGISTER.get("ukraine").covers(lon, lat)
        assert not REGISTER.get("russia").covers(lon, lat)
    assert shapely.intersection(_geometry("crimea"), _geometry("russia")).area == 0


def test_towns_lie_in_their_countries() -> None:
    """Zones or towns would be misplaced, or swapped between countries."""
    country = {"UA": "ukraine", "RU": "russia", "BY": "belarus"}
    for place in gazetteer():
        zone = REGISTER.get(country[place.country])
        assert zone.distance_km(place.lon, place.lat) < zone.edge_km, place.name


@pytest.mark.parametrize("zone_id", ["designated-area-narrow", "designated-area-wide"])
def test_derived_outlines_are_what_the_register_says(zone_id: str) -> None:
    """The committed outline would no longer follow from the zones and the width."""
    zone = REGISTER.get(zone_id)
    again = REGISTER.derive(zone.derive)
    assert shapely.symmetric_difference(zone.geometry, again).area < 1e-6 * zone.geometry.length
    assert shapely.hausdorff_distance(zone.geometry, again, densify=0.5) < 2e-6


@pytest.mark.parametrize(
    ("zone_id", "km"), [("designated-area-narrow", 30.0), ("designated-area-wide", 100.0)]
)
def test_derived_membership_is_exact_distance(
    zone_id: str, km: float, rng: np.random.Generator
) -> None:
    """The assumed areas would not reach exactly as far as every answer says."""
    zone, kharkiv = REGISTER.get(zone_id), REGISTER.get("kharkiv-oblast")
    west, south, east, north = zone.bbox
    lon, lat = rng.uniform(west, east, 3000), rng.uniform(south, north, 3000)
    away = kharkiv.edges.distances_km(lon, lat)
    in_russia = shapely.intersects_xy(_geometry("russia"), lon, lat)
    expected = in_russia & (away <= km)
    sure = np.abs(away - km) > 0.002
    assert (shapely.intersects_xy(zone.geometry, lon, lat) == expected)[sure].all()
    assert 100 < expected.sum() < 2900


@pytest.mark.parametrize("zone_id", ["designated-area-narrow", "designated-area-wide"])
def test_derived_outline_runs_along_the_border(zone_id: str) -> None:
    """There would be a strip between an assumed area and the border, or beyond it."""
    russia = _geometry("russia")
    width = 30.0 if zone_id.endswith("narrow") else 100.0
    border = shapely.points(sorted(_vertices("russia")))
    near = border[shapely.dwithin(_geometry("kharkiv-oblast"), border, width / 60)]
    away = REGISTER.get("kharkiv-oblast").edges.distances_km(*shapely.get_coordinates(near).T)
    inside = {point.coords[0] for point, km in zip(near, away, strict=True) if km < width - 0.01}
    assert len(inside) > 100
    assert inside <= _vertices(zone_id)
    mine = shapely.points(sorted(_vertices(zone_id)))
    on_border = mine[shapely.distance(shapely.boundary(russia), mine) < 1e-7]
    assert {point.coords[0] for point in on_border} <= _vertices("russia")


def test_airspace_is_that_of_the_ground_below() -> None:
    """A height in a position would change where it is."""
    high = shapely.Point(36.58, 50.6, 9000)
    assert shapely.covers(_geometry("russia"), high)
    assert Edges(shapely.force_3d(_geometry("belgorod-oblast"), 9000)).distance_km(
        36.58, 50.6
    ) == REGISTER.get("belgorod-oblast").edges.distance_km(36.58, 50.6)


def test_the_line_drawn_ahead_is_the_line() -> None:
    """Else the depth of a place that is not known would be measured from an outline of old."""
    path = folder("geodata") / "zones" / "ukraine-within-100-km.wkb"
    shipped = shapely.from_wkb(path.read_bytes())
    drawn = buffer_km(REGISTER.get("ukraine").geometry, 100)
    assert shipped.is_valid
    assert shapely.hausdorff_distance(shipped.boundary, drawn.boundary) < 1e-6
    assert shapely.equals_exact(
        widened(REGISTER.get("ukraine"), 100.0, shapely.box(-180, -90, 180, 90)), shipped
    )
