"""Margins against brute force: values and points around a case, each decided by `check` itself."""

from __future__ import annotations

import json
import math
import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Geod

import strikerules as sr
from strikerules.engine.margin import FactMargin, Nearest, PlaceMargin, Turn
from strikerules.geography.buffers import buffer_km
from strikerules.geography.edges import Edges, point_to_zone_km
from strikerules.geography.ranges import distance_range_km
from strikerules.language.countries import COUNTRIES
from strikerules.language.locations import Point, Shape
from strikerules.language.scenario import Scenario, read_scenarios

ROOT = Path(__file__).resolve().parents[2]
GEOD = Geod(ellps="WGS84")
EXAMPLES = sorted((ROOT / "examples").glob("*.yaml"))
SOAK = int(os.environ.get("STRIKERULES_SOAK", "0"))
BLOCKS = 4
RANDOM = range(SOAK // 50 or 40)
NUMBERS = {"weapon.max_range_km", "strike.distance_km", "target.depth_km"}


def tolerance(km: float) -> float:
    """Return how exact a distance has to be: 10 m, or 0.1 % where that is more."""
    return max(0.01, 0.001 * km)


def nested(scenario: Scenario, **changed: Any) -> dict[str, Any]:
    """Return a scenario as a mapping with dotted keys, some of its values changed."""
    found: dict[str, Any] = dict.fromkeys(scenario.withheld)
    found |= scenario.values
    for path, location in scenario.locations.items():
        if isinstance(location, Shape):
            found[path] = json.loads(location.geojson)
        else:
            found[path] = {k: getattr(location, k) for k in location.__struct_fields__}
            found[path] = {k: v for k, v in found[path].items() if v is not None}
    return found | changed


def settled_examples() -> Iterator[tuple[str, Scenario]]:
    for file in EXAMPLES:
        for scenario in read_scenarios(file):
            yield scenario.name, scenario


CASES = dict(settled_examples())


@pytest.fixture(scope="module")
def policy() -> sr.Policy:
    """The shipped timeline."""
    return sr.load()


# -- facts -----------------------------------------------------------------------------------


def agrees_with_values(policy: sr.Policy, scenario: dict[str, Any], fact: FactMargin) -> None:
    """Compare a fact's margin with what `check` says of many values."""
    same = policy.check(scenario).possible

    def possible(value: Any) -> tuple[str, ...]:
        return policy.check({**scenario, fact.name: value}).possible

    if fact.name in NUMBERS:
        assert fact.value is not None
        ends = [float(x) for x in fact.value.split(" to ")]
        for turn, start, sign in ((fact.falls, ends[0], -1), (fact.rises, ends[-1], 1)):
            agrees_with_numbers(turn, start, sign, possible, same)
    elif fact.falls or fact.rises:
        assert fact.value is not None
        day = date.fromisoformat(fact.value)
        for turn, sign in ((fact.falls, -1), (fact.rises, 1)):
            days = [day + sign * timedelta(days=n) for n in range(40)]
            for one in days:
                inside = turn is None or (one - turn.to) * sign <= timedelta()  # type: ignore[operator]
                if inside:
                    assert possible(one) == same, one
            if turn is not None:
                beyond = turn.to + sign * timedelta(days=1)  # type: ignore[operator]
                assert possible(beyond) == turn.possible != same
    else:
        changed = {c.value: c.possible for c in fact.changes}
        for value in values_of(policy, fact.name):
            found = possible(value)
            word = str(value).lower() if isinstance(value, bool) else value
            labels = [x for x in changed if word in x.split(" or ")]
            others = [x for x in changed if x.startswith("anything but") and not labels]
            if labels or (others and word not in others[0].split()[2:]):
                assert found == changed[(labels or others)[0]], (fact, value)
            else:
                assert found == same, (fact, value)


def agrees_with_numbers(
    turn: Turn | None, start: float, sign: int, possible: Any, same: tuple[str, ...]
) -> None:
    steps = [0.0, 0.5, 7, 49.9, 50, 50.1, 99, 99.99, 100, 100.01, 101, 299, 300, 301, 999, 1200]
    for value in [*steps, *(start + sign * n for n in range(0, 120, 3))]:
        if value < 0 or (value - start) * sign <= 0:
            continue
        limit = math.inf if turn is None else (turn.to - start) * sign  # type: ignore[operator]
        if (value - start) * sign < limit - 0.002:
            assert possible(value) == same, value
    if turn is not None:
        assert isinstance(turn.to, float)
        assert turn.by == pytest.approx(abs(turn.to - start), abs=0.001)
        if not turn.included:
            assert possible(turn.to) == turn.possible != same
        else:
            assert possible(turn.to) == same
            assert same != turn.possible
            assert possible(turn.to + sign * 0.002) == turn.possible


def values_of(policy: sr.Policy, path: str) -> list[Any]:
    attribute = policy.ruling.vocabulary[path]
    if attribute.kind == "boolean":
        return [True, False]
    if attribute.kind == "country":
        return ["US", "UA", "NO", *sorted(COUNTRIES)[::60]]
    return list(attribute.values)


@pytest.mark.parametrize("name", CASES)
def test_facts_of_examples(name: str, policy: sr.Policy) -> None:
    """Else a reader would take a verdict for firmer, or for shakier, than it is."""
    scenario = CASES[name]
    margin = policy.margins(scenario)
    assert (margin is None) == (not policy.check(scenario).settled)
    if margin is None:
        return
    assert margin.facts
    for fact in margin.facts:
        agrees_with_values(policy, nested(scenario), fact)


# -- places ----------------------------------------------------------------------------------


def around(lon: float, lat: float, km: float, count: int = 24) -> Iterator[tuple[float, float]]:
    for azimuth in range(count):
        x, y, _ = GEOD.fwd(lon, lat, 360 * azimuth / count, 1000 * km)
        yield x, y


def ring(shape: Any, at: dict[str, Any], km: float) -> Iterator[tuple[float, float]]:
    """Yield points that are so far from a place."""
    if shape is None:
        yield from around(at["lon"], at["lat"], at.get("accuracy_km", 0.0) + km)
        return
    outline = buffer_km(shape, km).exterior
    for share in range(24):
        point = outline.interpolate(share / 24, normalized=True)
        yield point.x, point.y


def distance(shape: Any, at: dict[str, Any], there: Nearest) -> float:
    """Return how far a point is from a place."""
    if shape is None:
        km = GEOD.inv(at["lon"], at["lat"], there.lon, there.lat)[2] / 1000
        return max(0.0, km - at.get("accuracy_km", 0.0))
    return point_to_zone_km(shape, Edges(shape), there.lon or 0.0, there.lat or 0.0)


def agrees_with_points(
    policy: sr.Policy, scenario: dict[str, Any], place: PlaceMargin, shape: Any = None
) -> bool:
    """Compare the margin of a place with what `check` says of exact points around it.

    Return whether there was a nearest point to look at.
    """
    same = policy.check(scenario).possible
    at = scenario[place.name]

    def possible(x: float, y: float) -> tuple[str, ...]:
        decision = policy.check({**scenario, place.name: {"lon": x, "lat": y}})
        # a lower bound is about the positions that the other facts allow
        return decision.possible if place.exact or not decision.warnings else same

    first = place.first
    limit = first.km if first is not None else min(place.searched_km or 2000.0, 400.0)
    for share in (0.3, 0.7, 1.0):
        km = share * (limit - tolerance(limit))
        for x, y in ring(shape, at, km) if km > 0 else ():
            assert possible(x, y) == same, (place, share, x, y)
    if first is None or not place.exact:
        return False
    assert first.possible != same
    assert first.lon is not None
    assert first.lat is not None
    assert distance(shape, at, first) == pytest.approx(first.km, abs=tolerance(first.km))
    found = set()
    for share in (1.0, 0.3):
        for x, y in around(first.lon, first.lat, share * tolerance(first.km), 72):
            found.add(possible(x, y))
            if first.possible in found:
                return True
    raise AssertionError((place, found))


@pytest.mark.parametrize("name", CASES)
def test_places_of_examples(name: str, policy: sr.Policy) -> None:
    """Else the nearest place with another decision could be nearer than a reader is told."""
    scenario = CASES[name]
    margin = policy.margins(scenario)
    for place in () if margin is None else margin.places:
        at = scenario.locations[place.name]
        if isinstance(at, Point):
            agrees_with_points(policy, nested(scenario), place)


def polygon(draw: random.Random) -> dict[str, Any]:
    """Return a quadrangle somewhere about the middle, its corners at random."""
    lon, lat = draw.uniform(-29.5, -28.0), draw.uniform(30.7, 31.8)
    wide, high = draw.uniform(0.1, 0.7), draw.uniform(0.1, 0.5)
    corners = [
        [lon + sx * wide * draw.uniform(0.6, 1), lat + sy * high * draw.uniform(0.6, 1)]
        for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    ]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def random_case(seed: int, edges: tuple[float, ...]) -> tuple[sr.Policy, dict[str, Any]]:
    """Return a policy with drawn zones, and a scenario with a target and perhaps a launch."""
    draw = random.Random(seed)
    zones = {
        name: {"geometry": polygon(draw), "edge_km": draw.choice(edges)} for name in ("a", "b", "c")
    }
    location = "target.location"
    tests: list[Any] = [
        {location: {"within": "a"}},
        {location: {"disjoint": "b"}},
        {location: {"within": "c"}},
        {location: {"within_distance": {"of": "b", "km": draw.choice((5, 20, 60))}}},
        {"strike.distance_km": {"le": draw.choice((30, 60, 120))}},
        {"launch.location": {"within": "c"}},
    ]
    if draw.random() < 0.3:
        tests += [{"weapon.max_range_km": {"gt": 80}}, {"timing": "in_response"}]

    def condition() -> Any:
        one, *others = draw.sample(tests, draw.choice((1, 2, 3)))
        if others and draw.random() < 0.5:
            others = [{"not": {draw.choice(("all", "any")): others}}]
        return {draw.choice(("all", "any")): [one, *others]}

    rules = [
        {"id": f"r{i}", "effect": draw.choice(("permit", "prohibit")), "when": condition()}
        for i in range(draw.choice((2, 3)))
    ]
    scenario: dict[str, Any] = {location: spot(draw)}
    if draw.random() < 0.7:
        scenario["launch.location"] = spot(draw)
    if draw.random() < 0.5:
        scenario["weapon.max_range_km"] = draw.choice((70, 90, 150))
    if draw.random() < 0.8:
        scenario["timing"] = draw.choice(("in_response", "pre_emptive"))
    ruling = {"policy": "drawn", "zones": zones, "otherwise": "prohibit", "rules": rules}
    return sr.load(ruling), scenario


def spot(draw: random.Random) -> dict[str, Any]:
    if draw.random() < 0.15:
        return polygon(draw)
    at = {"lon": round(draw.uniform(-29.6, -27.9), 3), "lat": round(draw.uniform(30.6, 31.9), 3)}
    return at | ({"accuracy_km": draw.choice((1.0, 8.0))} if draw.random() < 0.4 else {})


@pytest.mark.parametrize("edges", [(0.0,), (2.0,), (0.0, 2.0, 5.0)], ids=["sharp", "even", "mixed"])
@pytest.mark.parametrize("block", range(BLOCKS))
def test_places_among_drawn_zones(block: int, edges: tuple[float, ...]) -> None:
    """Else a way across two lines, or one that a moving distance closes, would be overlooked."""
    nearest = 0
    for seed in RANDOM[block::BLOCKS]:
        policy, scenario = random_case(seed, edges)
        margin = policy.margins(scenario)
        for place in () if margin is None else margin.places:
            at = scenario[place.name]
            shape = shapely.geometry.shape(at) if "type" in at else None
            nearest += agrees_with_points(policy, scenario, place, shape)
    assert nearest > 1


def test_zone_as_a_place_is_measured_from_its_edge() -> None:
    """Else "somewhere in the oblast" would be as robust as a point in its middle."""
    draw = random.Random(5)
    shapes = {"a": polygon(draw), "b": polygon(draw)}
    shapes["a"]["coordinates"] = [[[x - 3, y] for x, y in shapes["a"]["coordinates"][0]]]
    policy = sr.load(
        {
            "policy": "two-zones",
            "zones": {name: {"geometry": shape} for name, shape in shapes.items()},
            "otherwise": "prohibit",
            "rules": [
                {"id": "in-b", "effect": "permit", "when": {"target.location": {"within": "b"}}}
            ],
        }
    )
    margin = policy.margins({"target.location": {"zone": "a"}})
    assert margin is not None
    (place,) = margin.places
    a, b = (shapely.geometry.shape(shape) for shape in shapes.values())
    low, _ = distance_range_km(a, b)
    assert place.first is not None
    assert place.first.km == pytest.approx(low, rel=1e-4)
    assert place.first.possible == ("permitted",)
    assert [c.of for c in place.first.crossed] == ["b"]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_facts_among_drawn_zones(block: int) -> None:
    """Else a range would be said to matter only where a rule names it, and not by what it rules
    out."""
    for seed in RANDOM[block::BLOCKS]:
        policy, scenario = random_case(seed, (0.0, 2.0))
        margin = policy.margins(scenario)
        for fact in () if margin is None else margin.facts:
            agrees_with_values(policy, scenario, fact)
