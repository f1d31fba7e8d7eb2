"""The register says what each zone is, and says what is wrong when it is wrong."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import shapely

import strikerules as sr
from strikerules.data import folder
from strikerules.documents import parse_document
from strikerules.geography import ZoneRegister, distance_km, zone_register
from strikerules.geography.atlas import default_atlas, zones_of
from strikerules.geography.derive import parents
from strikerules.language.zones import intents_of
from strikerules.problems import InvalidInput

SOURCE = """
sources:
  survey:
    {title: A survey, licence: public domain, credit: none, url: "https://example.org/",
     package: survey, version: "1", sha256: "HASH", path: a.shp}
zones:
""".replace("HASH", "0" * 64)

ZONE = """
  - {id: square, title: A square, status: published, source: [survey], licence: public domain,
     edge_km: 1, bbox: [0, 0, 1, 1], file: square.geojson}
"""


def _read(text: str, base: Path = Path()) -> ZoneRegister:
    return ZoneRegister(parse_document(text, "zones.yaml"), base)


def _problems(text: str) -> list[tuple[str, str, int]]:
    with pytest.raises(InvalidInput) as caught:
        _read(text)
    return [
        (p.code, p.message, p.position.line if p.position else 0) for p in caught.value.problems
    ]


def test_every_zone_says_where_it_is_from() -> None:
    """A zone would ship whose licence or origin nobody knows."""
    register = zone_register()
    assert {"ukraine", "russia", "belarus", "kharkiv-oblast", "designated-area"} <= set(
        register.ids
    )
    for zone in register:
        assert zone.licence == "public domain"
        assert {register.sources[name].licence for name in zone.source} == {"public domain"}
    for source in register.sources.values():
        assert source.licence in ("public domain", "CC-BY-4.0")
        assert source.credit


def test_what_nobody_published_is_assumed() -> None:
    """An invented area would pass for a published one."""
    for zone in zone_register():
        invented = zone.id.startswith("designated-area")
        assert zone.status == ("assumed" if invented else "published")
        assert (zone.designated is not None) == invented
        assert (zone.communicated is not None) == invented
        if zone.designated and zone.communicated:
            assert zone.designated.day is zone.communicated.day is None
            assert zone.designated.cites == zone.communicated.cites == ["c06b"]
            assert "not public" in str(zone.note)


def test_derived_edges_are_no_sharper_than_their_parts() -> None:
    """A point near a derived edge would seem certain although the border below it is not."""
    register = zone_register()
    for zone in register:
        for name in parents(zone.derive):
            assert zone.edge_km >= register.get(name).edge_km


def test_unknown_zone() -> None:
    """A misspelt zone would fail without a hint."""
    with pytest.raises(InvalidInput) as caught:
        zone_register().get("kharkov-oblast")
    (problem,) = caught.value.problems
    assert problem.code == "SR401"
    assert problem.message == "zone `kharkov-oblast` is not known"
    assert problem.help == "did you mean `kharkiv-oblast`?"
    assert "kharkov-oblast" not in zone_register()


def test_threads_can_use_a_zone_at_once() -> None:
    """A service with threads would crash, or read each outline again and again."""
    register = ZoneRegister.read(folder("geodata") / "zones.yaml")
    start = threading.Barrier(8)
    seen = []

    def look(shift: float) -> None:
        start.wait()
        zone = register.get("sumy-oblast")
        town = shapely.Point(34.8, 50.92).buffer(0.1 + shift / 100)
        answers = [
            (zone.covers(34.8, 50.92), zone.geometry.covers(town), zone.geometry.intersects(town))
            for _ in range(50)
        ]
        seen.append((id(zone.edges), id(zone.geometry) == id(zone.prepared), *set(answers)))

    threads = [threading.Thread(target=look, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert set(seen) == {(seen[0][0], True, (True, True, True))}


def test_zone_distance() -> None:
    """A zone's own distance would differ from that to its boundary."""
    zone = zone_register().get("belarus")
    assert zone.distance_km(27.57, 53.9) == 0
    lon, lat, km = zone.edges.nearest(30.52, 50.45)
    assert (
        zone.distance_km(30.52, 50.45) == km == pytest.approx(distance_km(30.52, 50.45, lon, lat))
    )
    assert zone.prepared is zone.geometry
    assert repr(zone) == "<Zone belarus: Belarus>"


def test_reading_is_lazy_and_names_a_missing_outline(tmp_path: Path) -> None:
    """One broken outline would keep every other zone from being used, or fail without a name."""
    register = _read(SOURCE + ZONE, tmp_path)
    assert len(register) == 1
    with pytest.raises(InvalidInput) as caught:
        _ = register.get("square").geometry
    assert caught.value.problems[0].code == "SR403"
    assert caught.value.problems[0].message == "the outline of the zone `square` can't be read"
    (tmp_path / "square.geojson").write_text(shapely.to_geojson(shapely.box(0, 0, 1, 1)))
    assert register.get("square").geometry.area == 1


def test_same_id_twice() -> None:
    """The second zone of an id would silently win."""
    assert _problems(SOURCE + ZONE + ZONE) == [("SR407", "the id `square` is there twice", 11)]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "source: [survey]",
            "source: [rumour]",
            "the source `rumour` is not listed under `sources`",
        ),
        (
            "bbox: [0, 0, 1, 1]",
            "bbox: [1, 0, 0, 1]",
            "`[1, 0, 0, 1]` is not west, south, east, north in degrees",
        ),
        (
            "edge_km: 1",
            "edge_km: 1, designated: {by: nobody, on: yesterday}",
            "`yesterday` is not a date",
        ),
        (
            "edge_km: 1",
            "edge_km: 1, derive: {union: [circle]}",
            "the zone `circle` is not listed before `square`",
        ),
        ("edge_km: 1", "edge_km: 1, inside: [circle]", "the zone `circle` is not listed"),
        ("edge_km: 1", "edge_km: 1, adjoins: [square]", "this names the zone itself"),
    ],
)
def test_wrong_entries(old: str, new: str, message: str) -> None:
    """A wrong entry would be found only by whoever asks for the zone."""
    ((code, text, line),) = _problems(SOURCE + ZONE.replace(old, new))
    assert (code, text) == ("SR407", message)
    assert line in (8, 9)


def test_what_is_stated_of_a_zone() -> None:
    """What the register states of a zone could not be looked up, or only of zones above it."""
    stated = ZONE.replace(
        "edge_km: 1", "edge_km: 1, inside: [disc], apart: [ring], adjoins: [disc]"
    )
    others = ZONE.replace("square", "disc") + ZONE.replace("square", "ring")
    register = _read(SOURCE + stated + others)
    assert register.get("square").intents == {
        "inside": ("disc",),
        "apart": ("ring",),
        "adjoins": ("disc",),
    }
    assert register.get("disc").intents == {}


def test_a_misspelt_zone_that_is_stated() -> None:
    """The right id would have to be looked for."""
    with pytest.raises(InvalidInput) as caught:
        _read(SOURCE + ZONE.replace("edge_km: 1", "edge_km: 1, apart: [dics]")
              + ZONE.replace("square", "disc"))  # fmt: skip
    (problem,) = caught.value.problems
    assert problem.help == "did you mean `disc`?"
    assert problem.position is not None
    assert problem.position.column == 26


def test_what_a_policy_states_of_its_zone() -> None:
    """What a policy states of a zone of its own could not be looked up as of any other."""
    zones = {
        "strip": {"buffer_km": 5, "of": "ukraine", "apart": "belarus"},
        "more": {"union": ["strip", "belarus"], "inside": ["strip"], "adjoins": ["russia"]},
        "alias": "strip",
    }
    ruling = sr.load({"policy": "p", "zones": zones}).ruling
    atlas, specs = default_atlas(), zones_of(ruling)
    found = {name: atlas.zone(name, specs, {}).intents for name in zones}
    assert found == {
        "strip": {"apart": ("belarus",)},
        "more": {"inside": ("strip",), "adjoins": ("russia",)},
        "alias": {"apart": ("belarus",)},
    }
    assert {n: intents_of(specs[n].raw) for n in zones} == found | {"alias": {}}


def test_what_is_stated_makes_nothing() -> None:
    """A zone that is stated to be beside another would be made from it, or be as inexact."""
    raw = {"geometry": {}, "inside": ["russia"], "apart": "belarus", "adjoins": ["ukraine"]}
    assert parents(raw) == []
    assert parents({"union": ["crimea"], **raw}) == ["crimea"]


def test_edge_sharper_than_a_part() -> None:
    """A derived zone would claim an exactness that it can't have."""
    sharper = ZONE.replace("square", "copy").replace("edge_km: 1", "edge_km: 0.5, derive: square")
    assert _problems(SOURCE + ZONE + sharper) == [
        ("SR407", "`0.5` is less than the 1 of a part", 12)
    ]


def test_unknown_keys_and_values() -> None:
    """A misspelt key would be ignored."""
    codes = [code for code, _, _ in _problems(SOURCE + ZONE.replace("edge_km", "edge"))]
    assert set(codes) == {"SR111", "SR112"}
    assert _problems(SOURCE + ZONE.replace("status: published", "status: known"))[0][0] == "SR114"
