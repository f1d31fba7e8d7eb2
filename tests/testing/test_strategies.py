"""The public strategies: what they draw is valid, where it should be, and finds what matters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from pyproj import Geod

import strikerules as sr
from strikerules.problems import InvalidInput
from strikerules.testing.strategies import locations, policies, scenarios

SHIPPED = (
    "ban", "kharkiv", "broader-targets", "long-range-lifted", "broader-and-deeper", "timeline",
)  # fmt: skip
ALGORITHMS = (
    "prohibit-overrides", "permit-overrides", "first-applicable", "only-one-applicable",
    "prohibit-unless-permit", "permit-unless-prohibit",
)  # fmt: skip
SMALL = ("kharkiv-oblast", "designated-area-narrow")
GEOD = Geod(ellps="WGS84")
FINDING = settings(max_examples=3000, derandomize=True, database=None, deadline=None)
CONTRADICTIONS = {"SR701", "SR703"}

Scenario = dict[str, Any]


def facts(scenario: Scenario) -> dict[str, Any]:
    """A scenario by paths, without its name; what is null is there as None."""
    found: dict[str, Any] = {}
    for key, value in scenario.items():
        if key in ("weapon", "target", "launch", "strike", "area", "conditions"):
            found |= {f"{key}.{name}": v for name, v in value.items()}
        elif key != "scenario":
            found[key] = value
    return found


def fact(path: str) -> Callable[[Scenario], Any]:
    return lambda scenario: facts(scenario).get(path, "not there")


def example(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool]) -> Any:
    return find(strategy, wanted, settings=FINDING)


def met(strategy: st.SearchStrategy[Any], wanted: Callable[[Any], bool]) -> Any:
    """As `example`, not shrunk."""
    return find(strategy, wanted, settings=settings(FINDING, phases=[Phase.generate]))


def to_edge_km(zone: str, lon: float, lat: float) -> float:
    """The distance to a zone's edge by brute force, with its outline cut every 200 m or so."""
    edge = shapely.get_coordinates(shapely.segmentize(sr.zone(zone).geometry.boundary, 0.002))
    near = edge[np.abs(edge[:, 1] - lat) < 5]
    x, y = np.full(len(near), lon), np.full(len(near), lat)
    return float(GEOD.inv(x, y, near[:, 0], near[:, 1])[2].min()) / 1000


def covers(zone: str, lon: float, lat: float) -> bool:
    return bool(sr.zone(zone).geometry.covers(shapely.Point(lon, lat)))


# -- scenarios -----------------------------------------------------------------------------------


@settings(max_examples=24)
@given(st.sampled_from(SHIPPED), st.data())
def test_every_scenario_is_decided(name: str, data: st.DataObject) -> None:
    """A property of a policy would fail for a scenario that is no scenario, or says two things."""
    policy = sr.load(name)
    decision = policy.check(data.draw(scenarios(policy)))
    assert decision.possible
    assert not CONTRADICTIONS & {w.code for w in decision.warnings}


@pytest.mark.parametrize("name", SHIPPED)
def test_a_complete_scenario_leaves_no_fact_open(name: str) -> None:
    """A property of settled cases would meet cases that hang on what the scenario leaves out."""
    policy = sr.load(name)

    @settings(max_examples=20)
    @given(scenarios(policy, complete=True))
    def settled(scenario: Scenario) -> None:
        decision = policy.check(scenario)
        assert not decision.depends_on.facts
        assert not CONTRADICTIONS & {w.code for w in decision.warnings}
        known = facts(scenario)
        assert None not in known.values()
        places = [v for path, v in known.items() if path.endswith(".location")]
        assert all(set(place) == {"lon", "lat"} for place in places)

    settled()


@settings(max_examples=12)
@given(st.data())
def test_to_know_less_never_rules_out_an_outcome(data: st.DataObject) -> None:
    """Knowing more could turn an answer, and scenarios drawn here would not show it."""
    policy = sr.load(data.draw(st.sampled_from(("ban", "kharkiv", "timeline"))))
    scenario = data.draw(
        scenarios(policy).filter(lambda s: any(v is not None for v in facts(s).values()))
    )
    path = data.draw(st.sampled_from([p for p, v in facts(scenario).items() if v is not None]))
    less = deepcopy(scenario)
    group, dot, name = path.partition(".")
    (less[group] if dot else less)[name if dot else path] = None
    assert set(policy.check(scenario).possible) <= set(policy.check(less).possible)


#: By policy, what is to be met within some hundred scenarios; `...` is that the fact is left out.
MATTERS: dict[str, dict[str, list[Any]]] = {
    "kharkiv": {
        "weapon.max_range_km": [100, 101, 99, 100.001, 99.999, 0, None, ...],
        "strike.distance_km": [100, 101, 99],
        "target.depth_km": [100, 101, 99],
        "target.kind": ["air_base", "aircraft_in_flight", "launch_site"],
        "weapon.made_in": ["US", "FR", None, ...],
        "weapon.us_parts": [True, False],
        "area.designated": [True, False, None, ...],
        "target.location": [{"zone": "belgorod-oblast"}, None, ...],
        "timing": ["pre_emptive"],
    },
    "timeline": {"date": ["2024-05-26", "2024-05-29", "2024-05-30", "2024-05-31", "2024-06-01"]},
    "broader-targets": {"conditions.crews_trained": [True, False]},
}


@pytest.mark.parametrize("name", MATTERS)
def test_values_that_matter_are_drawn(name: str) -> None:
    """A mistake at a threshold, on the day of a change, would be looked for anywhere but there."""
    seen: dict[str, list[Any]] = {path: [] for path in MATTERS[name]}

    @settings(max_examples=400)
    @given(scenarios(name))
    def look(scenario: Scenario) -> None:
        known = facts(scenario)
        for path, values in seen.items():
            values.append(known.get(path, ...))

    look()
    for path, values in MATTERS[name].items():
        assert [v for v in values if v not in seen[path]] == [], path


def test_a_threshold_is_found_and_the_day_of_the_change() -> None:
    """Hypothesis would not come upon the very figure, or the very day, that a policy names."""
    for km in (100, 101):
        met(scenarios("kharkiv"), lambda s, km=km: fact("weapon.max_range_km")(s) == km)
    met(scenarios(), lambda s: fact("date")(s) == "2024-05-30")


def test_places_that_are_uncertain_are_drawn() -> None:
    """Properties would be tried with exact points only."""
    kharkiv = scenarios("kharkiv")
    met(kharkiv, lambda s: "accuracy_km" in str(fact("target.location")(s)))
    met(kharkiv, lambda s: "lon" in str(fact("launch.location")(s)))


@pytest.mark.parametrize("name", ["kharkiv", "broader-and-deeper"])
def test_each_outcome_is_met(name: str) -> None:
    """A property of what is permitted would be tried with nothing that is."""
    policy = sr.load(name)
    strategy = scenarios(policy, complete=True)
    for outcome in ("permitted", "prohibited", "not_governed"):
        met(strategy, lambda s, wanted=outcome: policy.check(s).decision == wanted)


def test_targets_lie_near_the_edges_of_the_policy() -> None:
    """Cases on an edge, where readings and rounding matter, would hardly ever be tried."""

    def near(scenario: Scenario) -> bool:
        place = fact("target.location")(scenario)
        if not isinstance(place, dict) or "lon" not in place:
            return False
        return sr.zone("designated-area-narrow").to_edge_km(place["lon"], place["lat"]) < 0.5

    met(scenarios("kharkiv", complete=True), near)


def test_they_shrink_to_what_fails() -> None:
    """A failing property would be shown with facts that have nothing to do with it."""
    far = example(scenarios("kharkiv"), lambda s: fact("weapon.max_range_km")(s) == 101)
    assert far == {"scenario": "drawn", "weapon": {"max_range_km": 101}}
    anything = example(scenarios("kharkiv"), lambda s: True)
    assert anything == {"scenario": "drawn"}


@pytest.mark.parametrize(
    "fixed",
    [
        {"weapon": {"made_in": "US", "max_range_km": 70}, "timing": None},
        {"weapon.name": "gmlrs-m31", "date": "2024-06-02"},
        {"target.location": {"lon": 36.9, "lat": 50.45}, "weapon.max_range_km": "40 km"},
        {"launch": {"location": {"zone": "kharkiv-oblast"}}, "weapon": {"max_range_km": 100}},
        {"launch.location": {"lon": 36.7, "lat": 50.0}, "strike.distance_km": 60},
        {"target.depth_km": 100},
        {"strike": {"distance_km": 150}},
        {"scenario": "mine", "title": "Mine", "target": {"location": {"place": "belgorod"}}},
    ],
)
@pytest.mark.parametrize("complete", [False, True])
def test_what_is_given_stays_as_it_is(fixed: Scenario, complete: bool) -> None:
    """A property of some cases would be tried with others, or with cases that can't be."""
    policy = sr.load("kharkiv")

    @settings(max_examples=4)
    @given(scenarios(policy, given=fixed, complete=complete))
    def kept(scenario: Scenario) -> None:
        assert facts(fixed).items() <= (facts(scenario) | {"title": "Mine"}).items()
        assert scenario["scenario"] == fixed.get("scenario", "drawn")
        assert not CONTRADICTIONS & {w.code for w in policy.check(scenario).warnings}

    kept()


def test_what_is_given_is_not_changed_by_who_changes_a_scenario() -> None:
    """One example would leak into the next."""
    fixed = {"target": {"location": {"lon": 36.9, "lat": 50.45}}}

    @settings(max_examples=5)
    @given(scenarios("ban", given=fixed))
    def spoilt(scenario: Scenario) -> None:
        assert scenario["target"]["location"]["lon"] == 36.9
        scenario["target"]["location"]["lon"] = 0

    spoilt()
    assert fixed == {"target": {"location": {"lon": 36.9, "lat": 50.45}}}


def test_a_policy_of_ones_own_with_facts_of_its_own() -> None:
    """The strategies would serve the policies that ship and no others."""
    mapping = {
        "policy": "own",
        "facts": {
            "weather": {"type": "boolean"},
            "weather.sky": {"values": ["clear", "overcast"]},
            "weather.wind.speed": {"type": "number"},
            "review.due": {"type": "date"},
        },
        "zones": {"box": {"geometry": shapely.geometry.mapping(shapely.box(36, 50, 38, 51))}},
        "rules": [
            {"id": "a", "effect": "permit", "when": {"all": [
                {"weather": True}, {"weather.sky": "clear"}, {"weather.wind.speed": {"lt": -5}},
                {"review.due": {"from": "2024-06-01"}}, {"weapon.name": "gmlrs-m31"},
                {"launch.location": {"within": "box"}},
                {"target.location": {"within_distance": {"of": "box", "km": 20}}}]}},
        ],
    }  # fmt: skip
    policy = sr.load(deepcopy(mapping))

    @settings(max_examples=30)
    @given(scenarios(policy, complete=True))
    def decided(scenario: Scenario) -> None:
        decision = policy.check(scenario)
        assert not decision.depends_on.facts
        assert not CONTRADICTIONS & {w.code for w in decision.warnings}

    decided()
    permitted = met(
        scenarios(policy, complete=True), lambda s: policy.check(s).decision == "permitted"
    )
    assert permitted["weather"] is True
    assert permitted["weather.sky"] == "clear"


# -- places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", SMALL)
@settings(max_examples=25)
@given(data=st.data())
def test_sides_by_another_measure(zone: str, data: st.DataObject) -> None:
    """Points that are said to be surely inside, surely outside, or near would not be."""
    edge_km, brute = sr.zone(zone).edge_km, 0.2
    inside = data.draw(locations(zone, where="inside"))
    assert covers(zone, **inside)
    assert to_edge_km(zone, **inside) > edge_km
    outside = data.draw(locations(zone, where="outside", within_km=50))
    assert not covers(zone, **outside)
    assert edge_km < to_edge_km(zone, **outside) < 50 + brute
    near = data.draw(locations(zone, where="near", within_km=7))
    assert to_edge_km(zone, **near) < 7 + brute
    edge = data.draw(locations(zone, where="edge"))
    assert to_edge_km(zone, **edge) < brute


@settings(max_examples=60)
@given(st.data())
def test_sides_of_the_largest_zone(data: st.DataObject) -> None:
    """Russia, in many parts and across the antimeridian, would be too much."""
    russia = sr.zone("russia")
    inside = data.draw(locations(russia, where="inside"))
    assert russia.covers(**inside)
    assert russia.to_edge_km(**inside) > russia.edge_km
    outside = data.draw(locations("russia", where="outside"))
    assert russia.edge_km < russia.distance_km(**outside) < 200 + russia.edge_km
    near = data.draw(locations("russia", where="near"))
    assert russia.to_edge_km(**near) < russia.edge_km
    edge = data.draw(locations("russia", where="edge"))
    assert russia.covers(**edge) or russia.to_edge_km(**edge) < 0.001
    for place in (inside, outside, near, edge):
        assert -180 <= place["lon"] <= 180


def test_beyond_the_antimeridian() -> None:
    """The far east of Russia would be left out, or taken for the edge that it is cut along."""
    met(locations("russia", where="inside"), lambda p: p["lon"] < -170)
    cut = met(locations("russia", where="edge"), lambda p: abs(p["lon"]) > 179.9)
    assert sr.zone("russia").to_edge_km(**cut) < 0.001


@pytest.mark.parametrize("where", ["inside", "outside"])
def test_a_place_that_is_uncertain_is_surely_on_its_side(where: Any) -> None:
    """Points whose accuracy reaches over the edge would be called inside, or outside."""

    @settings(max_examples=20)
    @given(locations("kharkiv-oblast", where=where, accuracy_km=10))
    def sure(place: dict[str, float]) -> None:
        assert place.pop("accuracy_km") == 10
        assert to_edge_km("kharkiv-oblast", **place) > 13
        assert covers("kharkiv-oblast", **place) == (where == "inside")

    sure()


def test_anywhere_is_every_side() -> None:
    """Some sides would never be tried."""
    zone = sr.zone("belgorod-oblast")
    strategy = locations(zone)
    for deep in (True, False):
        for inside in (True, False):
            met(
                strategy,
                lambda p, d=deep, i=inside: (
                    zone.covers(**p) == i and (zone.to_edge_km(**p) > zone.edge_km) == d
                ),
            )


def test_a_place_shrinks_to_where_there_is_room() -> None:
    """A failing property would be shown with a point that looks as if its decimals mattered."""
    place = example(locations("kharkiv-oblast", where="inside"), lambda p: True)
    assert place == {lon: round(v, 3) for lon, v in place.items()}
    assert to_edge_km("kharkiv-oblast", **place) > 50


# -- policies ------------------------------------------------------------------------------------


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), st.data())
def test_every_policy_loads_and_decides(mapping: dict[str, Any], data: st.DataObject) -> None:
    """A property of all policies would fail for a policy that is none."""
    policy = sr.load(mapping)
    decision = policy.check(data.draw(scenarios(policy)))
    assert decision.possible
    assert not CONTRADICTIONS & {w.code for w in decision.warnings}


def parts_of(mapping: Any) -> Iterator[str]:
    """Every key of a policy, at any depth."""
    if isinstance(mapping, dict):
        for key, value in mapping.items():
            yield str(key)
            yield from parts_of(value)
    for item in mapping if isinstance(mapping, list) else ():
        yield from parts_of(item)


def test_policies_have_every_part() -> None:
    """A part of the language would be left out of properties that are meant of every policy."""
    seen: set[str] = set()

    @settings(max_examples=450)
    @given(policies())
    def look(mapping: dict[str, Any]) -> None:
        seen.update(parts_of(mapping), [mapping.get("conflicts", "")])

    look()
    assert seen >= {
        *ALGORITHMS, "scope", "otherwise", "definitions", "questions", "parameters", "facts",
        "zones", "rules", "when", "unless", "overrides", "define", "set", "all", "any", "not", "is",
        "in", "eq", "ne", "lt", "le", "gt", "ge", "before", "from", "until", "within", "disjoint",
        "intersects", "within_distance", "same_as", "union", "intersection", "difference",
        "buffer_km", "geometry", "edge_km", "designated", "communicated",
    }  # fmt: skip


def test_policies_keep_to_what_is_asked_and_shrink() -> None:
    """A failing property would be shown with rules and sections that have nothing to do with it."""
    assert example(policies(), lambda m: True) == {"policy": "drawn"}
    one = example(policies(max_rules=1), lambda m: bool(m.get("rules")))
    assert set(one) == {"policy", "rules"}
    assert len(one["rules"]) == 1

    @settings(max_examples=30)
    @given(policies(zones=["belarus"], max_rules=1))
    def kept(mapping: dict[str, Any]) -> None:
        assert len(mapping.get("rules", [])) <= 1
        assert "russia" not in str(mapping)

    kept()


# -- what may be asked ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("SR114", lambda: locations("ukraine", where="beside")),  # type: ignore[arg-type]
        ("SR115", lambda: locations("ukraine", accuracy_km=-1)),
        ("SR115", lambda: locations("ukraine", accuracy_km=float("nan"))),
        ("SR115", lambda: locations("ukraine", where="outside", within_km=2)),
        ("SR401", lambda: locations("atlantis")),
        ("SR401", lambda: policies(zones=["atlantis"])),
        ("SR406", lambda: policies(zones=[])),
        ("SR115", lambda: policies(max_rules=-1)),
        ("SR202", lambda: scenarios("ban", given={"colour": "red"})),
        ("SR114", lambda: scenarios("ban", given={"weapon": {"made_in": "USA"}})),
        ("SR401", lambda: scenarios("ban", given={"target.location": {"zone": "atlantis"}})),
    ],
)
def test_what_can_not_be_asked(code: str, make: Callable[[], Any]) -> None:
    """A slip would be found when the first example is drawn, or not at all."""
    with pytest.raises(InvalidInput) as caught:
        make()
    assert [p.code for p in caught.value.problems] == [code]


def test_no_point_is_so_far_inside() -> None:
    """Hypothesis would say that it can't find an example, and not why."""
    with pytest.raises(InvalidInput, match="SR404"):
        met(locations("designated-area-narrow", where="inside", accuracy_km=500), bool)


def test_they_say_what_they_are() -> None:
    """A failure would name a function inside the package, not what the user wrote."""
    assert repr(scenarios("ban", complete=True)).startswith("scenarios(policy=<Policy ban: ")
    assert repr(locations("russia", where="near")).startswith("locations(zone='russia', where=")
    assert repr(policies(max_rules=2)).startswith("policies(zones=(")


def test_without_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has not installed it would be shown a traceback, and not what to install."""
    for name in [n for n in sys.modules if n.startswith("strikerules.testing.strategies")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(InvalidInput, match=r"strikerules\[testing\]") as caught:
        import strikerules.testing.strategies  # noqa: F401
    assert caught.value.problems[0].code == "SR912"
