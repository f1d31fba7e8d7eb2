"""The parts of the map on which a decision is the same: the engine's, at every point of them."""

from __future__ import annotations

import os
from typing import Any

import pytest
import shapely

import strikerules as sr
from strikerules.analysis.landscape_lines import WORLD
from strikerules.analysis.regions import area_on_earth

from .landscape_points import Setting, made_up, shipped, tied, wrong_points

SOAK = int(os.environ.get("STRIKERULES_SOAK", "0")) // 100
US = {"weapon.made_in": "US"}
CASE = {
    "weapon": {"made_in": "US", "max_range_km": 80},
    "target": {"supports": "kharkiv_assault", "kind": "missile_launcher"},
    "date": "2024-06-02",
}


def own(rules: list[dict[str, Any]], **more: Any) -> sr.Policy:
    """Return a policy of rules alone."""
    return sr.load({"policy": "own", "otherwise": "prohibit", "rules": rules, **more})


def permit(when: Any) -> list[dict[str, Any]]:
    return [{"id": "r", "effect": "permit", "when": when}]


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    shape: dict[str, Any] = shapely.geometry.mapping(shapely.box(west, south, east, north))
    return shape


@pytest.mark.parametrize("make", [shipped, made_up, tied], ids=lambda f: f.__name__)
def test_points_are_decided_as_their_parts(make: Any) -> None:
    """A map would say of a place what `check` does not say of a target there."""
    seen = 0
    for seed in range(9 + SOAK):
        count, wrong = wrong_points(make(seed), 60, seed)
        assert not wrong, f"seed {seed}: {wrong[0]}"
        seen += count
    assert seen > 300


ANTIMERIDIAN = {
    "zones": {
        "fiji-like": {
            "geometry": {
                "type": "MultiPolygon",
                "coordinates": [
                    box(178, -19, 180, -15)["coordinates"],
                    box(-180, -19, -179, -15)["coordinates"],
                ],
            }
        }
    }
}


@pytest.mark.parametrize(
    ("policy", "scenario", "window"),
    [
        (own(permit({"target.location": {"within": "fiji-like"}}), **ANTIMERIDIAN), {}, WORLD),
        (
            own(
                permit({"target.location": {"within_distance": {"of": "fiji-like", "km": 200}}}),
                **ANTIMERIDIAN,
            ),
            {},
            shapely.union_all([shapely.box(170, -30, 180, -5), shapely.box(-180, -30, -170, -5)]),
        ),
        (
            own(permit({"strike.distance_km": {"le": 700}})),
            {"launch.location": {"lon": 179.5, "lat": 60}},
            WORLD,
        ),
        (
            own(permit({"strike.distance_km": {"le": 900}})),
            {"launch.location": {"lon": 10, "lat": 87}},
            WORLD,
        ),
        (
            own(permit({"strike.distance_km": {"le": 12_000}})),
            {"launch.location": {"lon": 36, "lat": 50}},
            WORLD,
        ),
        (
            own(permit({"strike.distance_km": {"gt": 19_000}})),
            {"launch.location": {"lon": -100, "lat": -30, "accuracy_km": 20}},
            WORLD,
        ),
        (
            own(permit({"target.location": {"within_distance": {"of": "ukraine", "km": 1200}}})),
            {},
            shapely.box(0, 30, 70, 75),
        ),
        (
            own(permit({"target.depth_km": {"lt": 700}})),
            {},
            shapely.box(5, 35, 60, 65),
        ),
        (
            own(permit({"launch.location": {"within": "kharkiv-oblast"}})),
            {"weapon.max_range_km": 80},
            shapely.box(30, 45, 42, 54),
        ),
        (
            own(permit({"launch.location": {"within": "russia"}})),
            {"weapon.max_range_km": 150},
            shapely.box(30, 45, 42, 54),
        ),
        (
            own(permit({"strike.distance_km": {"le": 100}})),
            {"launch.location": {"zone": "kharkiv-oblast"}},
            shapely.box(30, 45, 42, 54),
        ),
        (
            own(permit({"strike.distance_km": {"le": 300}})),
            {"launch.location": {"zone": "kharkiv-oblast"}, "weapon.max_range_km": 320},
            shapely.box(30, 45, 42, 54),
        ),
        (
            own(
                permit({"target.location": {"within": "kharkiv-oblast"}}),
                conflicts="first-applicable",
                scope={"target.location": {"within": "ukraine"}},
            ),
            {},
            WORLD,
        ),
    ],
    ids=lambda v: v.name if isinstance(v, sr.Policy) else None,
)
def test_far_and_odd_places(policy: sr.Policy, scenario: Any, window: Any) -> None:
    """Across the antimeridian, around a pole, past a quarter of the Earth a map would be wrong."""
    count, wrong = wrong_points(Setting(policy, scenario, window), 150, 1)
    assert not wrong, wrong[0]
    assert count > 10


@pytest.mark.parametrize(
    "within", [None, "belgorod-oblast", (30.0, 45.0, 42.0, 54.0), (170.0, 60.0, -170.0, 75.0)]
)
def test_parts_cover_what_is_looked_at(within: Any) -> None:
    """Some place would have two answers, or none."""
    found = sr.load("kharkiv").regions(
        {**CASE, "launch": {"location": {"lon": 36.7, "lat": 50}}}, within=within
    )
    whole = WORLD if within is None else None
    if isinstance(within, str):
        whole = sr.zone(within).geometry
    elif within == (30.0, 45.0, 42.0, 54.0):
        whole = shapely.box(*within)
    elif within is not None:
        whole = shapely.union_all([shapely.box(170, 60, 180, 75), shapely.box(-180, 60, -170, 75)])
    assert found.crs == "EPSG:4326"
    assert found.geometry.is_valid.all()
    assert found.area_km2.sum() == pytest.approx(area_on_earth(whole), rel=2e-8)
    left = shapely.symmetric_difference(found.geometry.union_all(), whole)
    assert left.area < 1e-7


def test_what_a_part_says() -> None:
    """The columns would not be those that the page promises, or not the decision's."""
    policy = sr.load("kharkiv")
    found = policy.regions(CASE, within=(34.0, 49.0, 39.0, 52.5))
    assert list(found.columns) == [
        "decision", "possible", "depends_on", "readings", "rules", "citations", "assumptions",
        "beyond_range", "area_km2", "geometry",
    ]  # fmt: skip
    assert found.decision.tolist() == [
        "permitted", "indeterminate", "prohibited", "not_governed"
    ]  # fmt: skip
    assert found.depends_on.tolist() == [[], ["extent-of-designated-areas"], [], []]
    assert found.rules.iloc[0] == ["sites-in-the-designated-area"]
    at = {**CASE, "target": {**CASE["target"], "location": {"lon": 36.9, "lat": 50.45}}}  # type: ignore[dict-item]
    decision = policy.check(at)
    assert found.citations.iloc[0] == [c.claim for c in decision.citations]
    assert found.assumptions.iloc[0] == list(decision.assumptions)
    assert found.attrs["policy"] == "kharkiv"
    assert found.attrs["within"] == (34.0, 49.0, 39.0, 52.5)
    assert "designated-area" in found.attrs["assumptions"]


def test_options_are_those_of_check() -> None:
    """Readings, figures or the day would be dropped on the way to the map."""
    policy = sr.load()
    around = (30.0, 45.0, 42.0, 55.0)
    narrow = policy.regions(CASE, readings={"extent-of-designated-areas": "narrow"}, within=around)
    assert narrow.decision.tolist() == ["permitted", "prohibited", "not_governed"]
    assert narrow.area_km2.iloc[0] == pytest.approx(7322, abs=1)
    before = policy.regions(CASE, as_of="2024-05-01")
    assert before.decision.tolist() == ["prohibited", "not_governed"]
    assert before.area_km2.iloc[0] == pytest.approx(16_953_097, abs=1)
    assert before.attrs["as_of"] == "2024-05-01"
    by_depth = {"meaning-of-long-range": "by-depth", "extent-of-designated-areas": "wide"}
    near = policy.regions(CASE, readings=by_depth, set={"long_range_depth_km": 20}, within=around)
    far = policy.regions(CASE, readings=by_depth, set={"long_range_depth_km": 60}, within=around)
    assert near.area_km2.iloc[0] < far.area_km2.iloc[0]


def test_a_target_that_has_a_place_is_moved_about() -> None:
    """The map of a case would show the one place that it has already."""
    policy = sr.load("kharkiv")
    there = {**CASE, "target.location": {"zone": "belgorod-oblast"}}
    there |= {f"target.{k}": v for k, v in CASE["target"].items()}  # type: ignore[attr-defined]
    there.pop("target")
    around = (30.0, 45.0, 42.0, 55.0)
    found = policy.regions(there, within=around)
    assert found.equals(policy.regions(CASE, within=around))


def test_a_policy_without_a_zone() -> None:
    """A policy that asks nothing of places would have no map, or an empty one."""
    found = own(permit({"timing": "in_response"})).regions({})
    assert found.decision.tolist() == ["indeterminate"]
    assert found.depends_on.tolist() == [["timing"]]
    assert found.area_km2.iloc[0] == pytest.approx(510_065_622, abs=1)


def test_beyond_the_range() -> None:
    """What the weapon does not reach would look like what it does."""
    policy = own(permit(True))
    launch = {"launch.location": {"lon": 36.7, "lat": 50.0}, "weapon.max_range_km": 80}
    found = policy.regions(launch, within=(30.0, 45.0, 42.0, 54.0))
    assert found.beyond_range.tolist() == [True, False]
    assert found.area_km2.iloc[1] == pytest.approx(20_106, rel=1e-3)
    loose = {**launch, "launch.location": {"lon": 36.7, "lat": 50.0, "accuracy_km": 20}}
    found = policy.regions(loose, within=(30.0, 45.0, 42.0, 54.0))
    assert found.area_km2[~found.beyond_range].iloc[0] == pytest.approx(31_415, rel=2e-3)


EXPECTED = (
    "the name of a zone; west, south, east, north in degrees, the west larger than the east across"
    " the antimeridian; or a polygon in longitude and latitude"
)


@pytest.mark.parametrize(
    ("within", "code", "message", "expected"),
    [
        ("belgorod", "SR401", "there is no zone `belgorod`", None),
        ((30, 50), "SR409", "`30, 50` is no part of the map", EXPECTED),
        ((30, 50, 40, 50), "SR409", "`30, 50, 40, 50` is no part of the map", EXPECTED),
        ((30, 50, 190, 60), "SR409", "`30, 50, 190, 60` is no part of the map", EXPECTED),
        (shapely.Point(30, 50), "SR409", "`a Point` is no part of the map", EXPECTED),
        (
            shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
            "SR409",
            "`Self-intersection[0.5 0.5]` is no part of the map",
            EXPECTED,
        ),
        (
            shapely.box(170, 0, 190, 1),
            "SR409",
            "`a polygon from 170, 0 to 190, 1` is no part of the map",
            EXPECTED,
        ),
    ],
)
def test_no_part_of_the_map(within: Any, code: str, message: str, expected: Any) -> None:
    """What can't be looked at would be drawn empty, or end in a library's error."""
    with pytest.raises(sr.InvalidInput) as found:
        sr.load("ban").regions(US, within=within)
    problem = found.value.problems[0]
    assert (problem.code, problem.message, problem.expected) == (code, message, expected)


def test_a_zone_of_the_policy_is_a_window() -> None:
    """Users could look at the shipped zones alone."""
    policy = own(permit(True), zones={"mine": {"geometry": box(10, 10, 11, 11)}})
    found = policy.regions({}, within="mine")
    assert found.total_bounds.tolist() == [10, 10, 11, 11]
