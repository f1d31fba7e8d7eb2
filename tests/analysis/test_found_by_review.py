"""What independent readers found wrong with comparisons and proofs, each case by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

import strikerules as sr
from strikerules.analysis.diagrams import Diagrams
from strikerules.geography.buffers import buffer_km
from strikerules.geography.geodesy import area_km2, destinations

NOTHING: dict[str, Any] = {"policy": "nothing", "otherwise": "prohibit"}


def _square(west: float, south: float, east: float, north: float, **more: Any) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, **more}


def _permits(when: Any, name: str = "permits", **more: Any) -> dict[str, Any]:
    rule = {"id": "r", "effect": "permit", "when": when}
    return {"policy": name, "otherwise": "prohibit", "rules": [rule], **more}


def _circle(lon: float, lat: float, km: float) -> shapely.Polygon:
    azimuths = np.linspace(360, 0, 2880, endpoint=False)
    return shapely.Polygon(np.column_stack(destinations(lon, lat, azimuths, km)))


@pytest.mark.parametrize(("lon", "lat", "km"), [(37.67, 49.72, 60), (36.7, 50.0, 60)])
def test_reach_of_a_given_weapon_ends_where_it_does(lon: float, lat: float, km: int) -> None:
    """Else the answer to "where, from here?" would be too large by the uncertainty of edges."""
    given = {
        "weapon": {"made_in": "US", "max_range_km": km},
        "target": {"kind": "launch_site", "supports": "kharkiv_assault"},
        "launch": {"location": {"lon": lon, "lat": lat}},
    }
    first, *_ = sr.diff("ban", "kharkiv", given=given)
    within = sr.zone("designated-area-narrow").geometry & _circle(lon, lat, km)
    assert first.change == "newly_permitted"
    assert first.shown
    assert first.area_km2 == pytest.approx(area_km2(within), rel=1e-3)


def test_out_of_reach_nothing_changes() -> None:
    """Else a difference would be told of places that no strike from there can hit."""
    given = {
        "weapon": {"made_in": "US", "max_range_km": 45, "kind": "artillery"},
        "target": {"kind": "launch_site", "supports": "kharkiv_assault"},
        "launch": {"location": {"lon": 36.31, "lat": 49.82}},
    }
    assert sr.diff("ban", "kharkiv", given=given).equivalent is True


def test_given_depth_and_distance_are_kept_to() -> None:
    """Else the map and the example would contradict what was given."""
    deep = {"target.depth_km": 20.0, "target.supports": "kharkiv_assault"}
    zone = sr.zone("ukraine")
    for region in sr.diff("ban", "kharkiv", given=deep):
        assert region.witness is not None
        spot = region.witness["target"]["location"]
        assert abs(zone.distance_km(spot["lon"], spot["lat"]) - 20) < 0.2
    only_inside = _permits({"target.location": {"within": "kharkiv-oblast"}})
    assert sr.diff(NOTHING, only_inside, given={"target.depth_km": 20.0}).equivalent is True


def test_two_places_joined_by_a_distance_have_a_witness_and_a_strip() -> None:
    """Else the plainest rule of all would be told without an example and with all of Russia."""
    parts = [
        {"target.location": {"within": "russia"}},
        {"launch.location": {"within": "kharkiv-oblast"}},
        {"weapon.max_range_km": {"le": 80}},
    ]
    (region,) = sr.diff(NOTHING, _permits({"all": parts}))
    near = buffer_km(sr.zone("kharkiv-oblast").geometry, 80)
    strip = shapely.intersection(sr.zone("russia").geometry, near)
    assert region.shown
    assert region.area_km2 == pytest.approx(area_km2(strip), rel=1e-3)


def test_uncertain_launch_point_cuts_too() -> None:
    """Else an accuracy beside the point would undo the distance."""
    zones = {"z": _square(-30, 40, -28, 42)}
    near = {"all": [{"target.location": {"within": "z"}}, {"strike.distance_km": {"le": 80}}]}
    given = {"launch.location": {"lon": -30.6, "lat": 41, "accuracy_km": 5}}
    (region,) = sr.diff(NOTHING, _permits(near, zones=zones), given=given)
    within = shapely.box(-30, 40, -28, 42) & _circle(-30.6, 41, 85)
    assert region.shown
    assert region.area_km2 == pytest.approx(area_km2(within), rel=2e-3)


def test_zones_of_unequal_edges_are_compared_as_drawn() -> None:
    """Else given places would make differences out of how exact two edges are."""
    zones = {"wide": _square(0, 0, 3, 3, edge_km=3), "small": _square(1, 1, 2, 2)}
    a, b = (
        _permits({"target.location": {"within": name}}, name, zones=zones) for name in zones
    )  # fmt: skip
    given = {"weapon.max_range_km": 400.0, "launch.location": {"lon": 1.5, "lat": 1.5}}
    assert [r.change for r in sr.diff(a, b, given=given)] == ["newly_prohibited"]


def test_zero_kilometres_from_a_zone_is_in_it() -> None:
    """Else what only the common edge of two zones has would be proved never to happen."""
    zones = {"one": _square(0, 0, 1, 1), "two": _square(1, 0, 2, 1)}
    near = {"target.location": {"within_distance": {"of": "two", "km": 0}}}
    policy = _permits({"all": [{"target.location": {"within": "one"}}, near]}, zones=zones)
    assert (
        sr.load(policy).check({"target.location": {"lon": 1, "lat": 0.5}}).decision == "permitted"
    )
    assert sr.diff(NOTHING, policy).equivalent is False


def test_common_edge_is_looked_at_along_its_length() -> None:
    """Else a line that crosses the edge between its ends would be overlooked."""
    zones = {
        "one": _square(0, 0, 1, 1), "two": _square(1, 0, 2, 1),
        "across": _square(0.99, 0.24, 1.01, 0.26),
    }  # fmt: skip
    near = {"target.location": {"within_distance": {"of": "across", "km": 5}}}
    inside = [{"target.location": {"within": name}} for name in ("one", "two")]
    assert sr.diff(NOTHING, _permits({"all": [*inside, near]}, zones=zones)).equivalent is False


def test_unequal_edges_are_no_equivalence() -> None:
    """Else policies that `check` answers differently near an edge would be called the same."""
    a, b = (
        _permits({"target.location": {"within": "z"}}, f"p{km}",
                 zones={"z": _square(0, 0, 2, 2, edge_km=km)})
        for km in (5, 0)
    )  # fmt: skip
    found = sr.diff(a, b)
    assert found.equivalent is None
    assert "answers differently" in found.notes[0]


def test_records_of_zones_make_a_difference() -> None:
    """Else two days of designation would be taken for one."""

    def policy(name: str, day: str) -> dict[str, Any]:
        record = {"by": "somebody", "on": day}
        return _permits(
            {"all": [{"target.location": {"within": "z"}}, {"area.designated": True}]},
            name, zones={"z": _square(0, 0, 2, 2, designated=record)},
        )  # fmt: skip

    found = sr.diff(policy("early", "2024-05-30"), policy("late", "2024-06-10"))
    assert found.equivalent is False
    (region,) = found
    assert region.shown
    assert region.witness is not None
    assert "2024-05-30" <= region.witness["date"] < "2024-06-10"
    assert "area" not in region.witness


def test_zone_given_as_a_place_is_one_place() -> None:
    """Else two policies would be compared in two places."""
    a = _permits({"target.location": {"within": "z"}}, "a", zones={"z": _square(0, 0, 2, 2)})
    b = _permits({"target.location": {"within": "z"}}, "b", zones={"z": _square(0, 0, 1, 2)})
    with pytest.raises(sr.InvalidInput) as error:
        sr.diff(a, b, given={"target.location": {"zone": "z"}})
    assert [p.code for p in error.value.problems] == ["SR607"]


@pytest.mark.parametrize("test", ["himars", {"ne": "m777"}, "m777"])
def test_names_of_weapons_are_those_of_the_catalogue(test: Any) -> None:
    """Else a comparison would stumble over a name that it made up itself."""
    found = sr.diff(NOTHING, _permits({"weapon.name": test}))
    assert found.equivalent is (test == "himars")
    assert all(region.shown for region in found)


def test_two_policies_of_one_name_are_two(tmp_path: Path) -> None:
    """Else a property would be proved of the wrong policy."""
    for name, timing in (("one", "in_response"), ("two", "pre_emptive")):
        (tmp_path / f"{name}.yaml").write_text(json.dumps(_permits({"timing": timing}, "same")))
    stated = [{"id": n, "same_as": f"{n}.yaml"} for n in ("one", "two")]
    main = _permits({"timing": "pre_emptive"}, "main", properties=stated)
    (tmp_path / "main.yaml").write_text(json.dumps(main))
    report = sr.verify(tmp_path / "main.yaml").reports[0]
    assert report.proved == ("two",)
    assert [f.about for f in report.findings if f.code == "SR821"] == [("one",)]


def test_edges_of_no_length_have_no_buffer_of_their_own() -> None:
    """Else an outline that an overlay made could not be widened."""
    ring = [(30, 0), (31, 0), (31, 1e-17), (31, 1), (30, 1), (30, 0)]
    assert buffer_km(shapely.Polygon(ring), 10).is_valid


def test_what_is_too_long_for_words_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a difference with thousands of alternatives would end in an error."""
    facts = {f"conditions.f{n}": {"type": "boolean"} for n in range(11)}
    names = list(facts)
    parity: dict[str, Any] = {"d0": {names[0]: True}}
    for n, name in enumerate(names[1:], 1):
        here, before = {name: True}, {"is": f"d{n - 1}"}
        parity[f"d{n}"] = {
            "any": [{"all": [here, {"not": before}]}, {"all": [{"not": here}, before]}]
        }
    policy = _permits({"is": "d10"}, facts=facts, definitions=parity)
    (region,) = sr.diff(NOTHING, policy)
    assert "more combinations" in region.when
    assert region.condition is None
    assert region.shown
    monkeypatch.setattr(Diagrams.__init__, "__defaults__", (60,))
    found = sr.diff(NOTHING, policy)
    assert found.equivalent is not True
    assert found.to_dict()["regions"] in ([], [r.to_dict() for r in found])
