"""What is stated of zones, held against zones that are drawn to be so, or not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import Point, Polygon, mapping
from tests.reference.grid import Cell, cells
from tests.reference.source import Seeded
from tests.reference.strategies import Maker

import strikerules as sr

from .conftest import SEEDS

STATED = ("SR815", "SR816", "SR817")
UNIT = [(0, 0), (1, 0), (1, 1), (0, 1)]
METRE = 1e-5
"""In degrees, about."""


def _zone(*ring: tuple[float, float], holes: Any = (), **stated: Any) -> dict[str, Any]:
    return {"geometry": mapping(Polygon(ring, holes)), **stated}


def _box(west: float, south: float, east: float, north: float, **stated: Any) -> dict[str, Any]:
    return _zone((west, south), (east, south), (east, north), (west, north), **stated)


def _found(zones: dict[str, Any], **more: Any) -> list[tuple[str, tuple[str, ...]]]:
    policy = {"policy": "p", "otherwise": "prohibit", "rules": [], "zones": zones, **more}
    return [(f.code, f.about) for f in sr.verify(policy) if f.code in STATED]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("other", "codes"),
    [
        (_box(1, 0, 2, 1), []),
        (_box(1, 0.25, 2, 0.5), []),
        (_box(1 + METRE / 10, 0, 2, 1), []),
        (_box(1 - METRE / 10, 0, 2, 1), []),
        (_box(0.99, 0, 2, 1), ["SR815"]),
        (_box(1.01, 0, 2, 1), ["SR817"]),
        (_box(1, 1, 2, 2), ["SR817"]),
        (_zone((1, 0), (2, 0), (2, 1), (1, 1), (1, 0.7), (1.004, 0.5), (1, 0.3)), ["SR817"]),
        (_zone((1, 0), (2, 0), (2, 1), (1, 1), (1, 0.7), (1.4, 0.5), (1, 0.3)), []),
        (_zone((-1, -1), (2, -1), (2, 2), (-1, 2), holes=[UNIT]), []),
        (
            _zone((-1, -1), (2, -1), (2, 2), (-1, 2), holes=[[(0, 0), (1.004, 0), (1, 1), (0, 1)]]),
            ["SR817"],
        ),
        (_box(3, 3, 4, 4), ["SR817"]),
    ],
    ids=[
        "a whole edge", "part of an edge", "a decimetre apart", "a decimetre over",
        "a kilometre over", "a kilometre apart", "a corner alone", "a sliver between them",
        "a lake between them", "around it", "around it with a sliver", "far away",
    ],
)  # fmt: skip
def test_neighbours(other: dict[str, Any], codes: list[str]) -> None:
    """Else a strip that no zone has, or two have, would go unseen; or rounding be told of."""
    here = _zone(*UNIT, adjoins="b")
    assert [code for code, _ in _found({"a": here, "b": other})] == codes
    there = _zone(*UNIT)
    assert [code for code, _ in _found({"a": there, "b": other | {"adjoins": ["a"]}})] == codes


@pytest.mark.parametrize("seed", range(len(SEEDS) // 10))
def test_inside_and_apart_for_random_zones(seed: int) -> None:
    """Else a zone would be said to be in another, or away from it, and not be."""
    maker = Maker(Seeded(seed), several=True)
    zones = maker.zones()
    names = list(zones)
    parts: dict[str, frozenset[Cell]] = {name: cells(name, zones) for name in names}
    stated, wanted = {}, set()
    for name in names[:3]:
        others = [n for n in names if n != name]
        inside = [n for n in others if maker.chance(50)]
        apart = [n for n in others if maker.chance(50)]
        stated[name] = {**zones[name], **({"inside": inside} if inside else {}),
                        **({"apart": apart} if apart else {})}  # fmt: skip
        wanted |= {("SR816", (name, n)) for n in inside if parts[name] - parts[n]}
        wanted |= {("SR815", (name, n)) for n in apart if parts[name] & parts[n]}
    assert set(_found(zones | stated)) == wanted


def test_zones_of_readings_are_looked_at() -> None:
    """Else the area of one reading could lie where the other's may not."""
    zones = {"area": _box(0, 0, 1, 1, inside="land"), "land": _box(0, 0, 2, 2)}
    wide = {"zones": {"area": _box(0, 0, 3, 1, inside="land")}}
    low = {"zones": {"land": _box(0, 0, 2, 0.5)}}
    question = {"readings": {"narrow": {}, "wide": wide}}
    assert _found(zones) == []
    assert _found(zones, questions={"q": question}) == [("SR816", ("area", "land"))]
    question = {"readings": {"high": {}, "low": low}}
    assert _found(zones, questions={"q": question}) == [("SR816", ("area", "land"))]


def test_zones_made_from_others() -> None:
    """Else what is derived from the register would not be looked at."""
    near = {"intersection": ["russia", {"buffer_km": 20, "of": "kharkiv-oblast"}]}
    assert _found({"near": near | {"inside": "russia", "apart": "ukraine"}}) == []
    wide = {"intersection": ["russia", {"buffer_km": 100, "of": "kharkiv-oblast"}]}
    assert _found({"wide": wide | {"inside": ["russia", "belgorod-oblast"]}}) == [
        ("SR816", ("wide", "belgorod-oblast"))
    ]
    assert _found({"near": near | {"apart": ["belgorod-oblast"]}}) == [
        ("SR815", ("near", "belgorod-oblast"))
    ]
    far = {"difference": ["russia", {"buffer_km": 20, "of": "kharkiv-oblast"}]}
    assert _found({"far": far | {"adjoins": "kharkiv-oblast"}}) == [
        ("SR817", ("far", "kharkiv-oblast"))
    ]


def test_a_finding_says_where_to_look(tmp_path: Path) -> None:
    """Else a strip of some metres would have to be searched for along a whole border."""
    text = (
        "policy: p\notherwise: prohibit\nrules: []\nzones:\n"
        "  a: {geometry: {type: Polygon, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]]},\n"
        "      apart: b}\n"
        "  b: {geometry: {type: Polygon, coordinates: [[[0.9, 0], [1, 0], [1, 1], [0.9, 0]]]}}\n"
    )
    (tmp_path / "p.yaml").write_text(text)
    (found,) = [f for f in sr.verify(tmp_path / "p.yaml") if f.code == "SR815"]
    assert found.at is not None
    assert (found.at.line, found.at.column) == (5, 3)
    lon, lat = map(float, re.findall(r"-?\d+\.\d+", str(found.help)))
    assert Polygon([(0.9, 0), (1, 0), (1, 1)]).covers(Point(lon, lat))


def test_the_register_is_as_it_is_stated() -> None:
    """Else the zones that ship could overlap, or leave strips between oblasts."""
    found = sr.verify("ban", zones=True)
    assert [r.policy for r in found.reports][-1] != "ban"
    assert [f.message for f in found if f.code in STATED] == []
