"""Policies of many rules over zones that are boxes, in the form of each engine that can have them.

A policy is made by benchmarks/large.py, or like those: a rule tests one zone and a few facts, a
prohibition overrides a permit, and what no rule permits is prohibited.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import large
import numpy as np
import shapely

from peers.engines import rego_bundle, table_of
from peers.ours import checks, decides
from peers.timing import Absent, Peer

__all__ = ["PEERS", "Parts", "answer", "boxes", "parts_of", "scenarios"]

Scenario = dict[str, Any]
Test = tuple[str, str, Any]
Decides = Callable[[Scenario], str]

FACTS: dict[str, tuple[Any, ...]] = {
    "weapon.made_in": large.LANDS,
    "weapon.kind": large.WEAPONS,
    "weapon.us_parts": (True, False),
    "target.kind": large.TARGETS,
    "target.supports": ("kharkiv_assault", "other_operation", "none"),
    "timing": ("pre_emptive", "in_response"),
}


@dataclass(frozen=True)
class Parts:
    """A policy taken apart.

    Parameters
    ----------
    policy : dict
        For ``strikerules.load``.
    names : list of str
        The zones'.
    bounds : ndarray of float
        West, south, east and north of each zone.
    rules : list of tuple
        Effect, zone, and tests: a fact, ``in``, ``le`` or ``gt``, and what with.
    """

    policy: dict[str, Any]
    names: list[str]
    bounds: Any
    rules: list[tuple[str, str, list[Test]]]

    @property
    def strictest_first(self) -> list[tuple[str, str, list[Test]]]:
        """The rules, those that prohibit before those that permit."""
        return sorted(self.rules, key=lambda rule: rule[0] == "permit")


def boxes(count: int, seed: int = 1) -> dict[str, Any]:
    """Return a policy of small zones, as many as said, and a rule for each."""
    source = random.Random(seed)
    size = 10 / count**0.5
    zones, rules = {}, []
    for n in range(count):
        x, y = source.uniform(-30, -20), source.uniform(40, 50)
        ring = [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]
        zones[f"z{n}"] = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
        tests = [
            {"target.location": {"within": f"z{n}"}},
            {"weapon.max_range_km": {"le": source.choice(range(10, 310, 15))}},
        ]
        effect = "permit" if source.random() < 0.7 else "prohibit"
        rules.append({"id": f"r{n}", "effect": effect, "when": {"all": tests}})
    return {"policy": "boxes", "otherwise": "prohibit", "zones": zones, "rules": rules}


def parts_of(policy: dict[str, Any]) -> Parts:
    """Return a policy taken apart."""
    rings = [z["geometry"]["coordinates"][0] for z in policy["zones"].values()]
    bounds = np.array([(*ring[0], *ring[2]) for ring in rings])
    rules = []
    for rule in policy["rules"]:
        zone, tests = "", []
        for test in rule["when"]["all"]:
            ((path, operand),) = test.items()
            if path == "target.location":
                zone = operand["within"]
            elif isinstance(operand, dict):
                ((operator, value),) = operand.items()
                tests.append((path, operator, value))
            else:
                tests.append((path, "in", [operand]))
        rules.append((rule["effect"], zone, tests))
    return Parts(policy, list(policy["zones"]), bounds, rules)


def scenarios(count: int, seed: int) -> list[Scenario]:
    """Return random scenarios with all facts, over the part of the ocean where the zones are."""
    source = random.Random(seed)
    return [
        {
            **{path: source.choice(values) for path, values in FACTS.items()},
            "weapon.max_range_km": round(source.uniform(5, 320), 1),
            "target.location": {"lon": source.uniform(-30, -19), "lat": source.uniform(40, 51)},
        }
        for _ in range(count)
    ]


def holds(test: Test, scenario: Scenario) -> bool:
    """Whether a scenario passes a test."""
    path, operator, operand = test
    value = scenario[path]
    if operator == "in":
        return value in operand
    return bool(value <= operand if operator == "le" else value > operand)


def answer(parts: Parts) -> Decides:
    """Return what gives the right answer: every zone and every rule is looked at."""
    of_zone: dict[str, list[Any]] = {}
    for effect, zone, tests in parts.rules:
        of_zone.setdefault(zone, []).append((effect, tests))
    west, south, east, north = parts.bounds.T

    def decide(scenario: Scenario) -> str:
        lon, lat = scenario["target.location"].values()
        inside = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        effects = {
            effect
            for n in np.flatnonzero(inside)
            for effect, tests in of_zone.get(parts.names[n], ())
            if all(holds(test, scenario) for test in tests)
        }
        return "permitted" if effects == {"permit"} else "prohibited"

    return decide


def located(parts: Parts) -> Callable[[Scenario], list[str]]:
    """Return what finds the zones that a target is in, with shapely's tree."""
    shapes = shapely.box(*parts.bounds.T)
    shapely.prepare(shapes)
    tree, names = shapely.STRtree(shapes), parts.names

    def zones(scenario: Scenario) -> list[str]:
        where = scenario["target.location"]
        point = shapely.Point(where["lon"], where["lat"])
        return [names[n] for n in tree.query(point, predicate="intersects")]

    return zones


def by_hand(parts: Parts) -> Decides:
    """Python and a tree of zones; only the rules of the target's zones are looked at."""
    zones = located(parts)
    of_zone: dict[str, list[tuple[bool, list[Test]]]] = {}
    for effect, zone, tests in parts.strictest_first:
        of_zone.setdefault(zone, []).append((effect == "permit", tests))

    def decide(scenario: Scenario) -> str:
        permitted = False
        for zone in zones(scenario):
            for permits, tests in of_zone.get(zone, ()):
                if not (permits and permitted) and all(holds(t, scenario) for t in tests):
                    if not permits:
                        return "prohibited"
                    permitted = True
        return "permitted" if permitted else "prohibited"

    return decide


def _name(path: str) -> str:
    return path.replace(".", "_")


def _facts(scenario: Scenario) -> Scenario:
    found = {_name(path): scenario[path] for path in FACTS}
    found["weapon_max_range_km"] = scenario["weapon.max_range_km"]
    return found


def cedar(parts: Parts) -> Decides:
    """Cedar, its policies parsed once."""
    import cedarpy

    def text(test: Test) -> str:
        path, operator, operand = test
        if operator == "in":
            return f"{json.dumps(list(operand))}.contains(context.{_name(path)})"
        sign = "<=" if operator == "le" else ">"
        return f"context.{_name(path)} {sign} {operand * 10}"

    policies = []
    for effect, zone, tests in parts.rules:
        when = " && ".join([f'context.zones.contains("{zone}")', *map(text, tests)])
        word = "permit" if effect == "permit" else "forbid"
        policies.append(f"{word} (principal, action, resource) when {{ {when} }};")
    parsed = cedarpy.PolicySet.from_str("\n".join(policies))
    entities = cedarpy.Entities.from_json_str("[]")
    zones = located(parts)
    request = {"principal": 'A::"a"', "action": 'A::"b"', "resource": 'A::"c"'}

    def decide(scenario: Scenario) -> str:
        context = {**_facts(scenario), "zones": zones(scenario)}
        # Cedar has whole numbers only
        context["weapon_max_range_km"] = round(context["weapon_max_range_km"] * 10)
        found = cedarpy.is_authorized({**request, "context": context}, parsed, entities)
        return "permitted" if found.allowed else "prohibited"

    return decide


def rego(parts: Parts) -> Decides:
    """Rego in C++, compiled to a bundle."""

    def text(test: Test) -> str:
        path, operator, operand = test
        if operator == "in":
            return f"input.{_name(path)} in {json.dumps(list(operand))}"
        return f"input.{_name(path)} {'<=' if operator == 'le' else '>'} {operand}"

    lines = ["package strike", 'default decision := "prohibited"']
    lines.append('decision := "permitted" if { allowed; not forbidden }')
    for effect, zone, tests in parts.rules:
        when = "; ".join([f'input.zones["{zone}"]', *map(text, tests)])
        lines.append(f"{'allowed' if effect == 'permit' else 'forbidden'} if {{ {when} }}")
    ask, zones = rego_bundle("\n".join(lines), "strike/decision"), located(parts)
    return lambda given: ask({**_facts(given), "zones": dict.fromkeys(zones(given), True)})


def rule_engine_each(parts: Parts) -> Decides:
    """A compiled rule of rule-engine's for each, up to the first that fits."""
    import rule_engine

    def text(test: Test) -> str:
        path, operator, operand = test
        if operator == "in":
            return f"{_name(path)} in {json.dumps(list(operand))}"
        return f"{_name(path)} {'<=' if operator == 'le' else '>'} {operand}"

    rules = []
    for effect, zone, tests in parts.strictest_first:
        when = " and ".join([f'"{zone}" in zones', *map(text, tests)])
        outcome = "permitted" if effect == "permit" else "prohibited"
        rules.append((rule_engine.Rule(when).matches, outcome))
    zones = located(parts)

    def decide(scenario: Scenario) -> str:
        given = {**_facts(scenario), "zones": zones(scenario)}
        return next((outcome for fits, outcome in rules if fits(given)), "prohibited")

    return decide


def zen(parts: Parts) -> Decides:
    """A decision table of zen's, the first rule that fits."""
    import zen as engine

    fields = (*map(_name, FACTS), "weapon_max_range_km", "zones")

    def text(test: Test) -> str:
        _, operator, operand = test
        if operator == "in":
            return ", ".join(json.dumps(value) for value in operand)
        return f"{'<=' if operator == 'le' else '>'} {operand}"

    rules = []
    for effect, zone, tests in parts.strictest_first:
        cells = {_name(test[0]): text(test) for test in tests}
        cells["zones"] = f"contains($, '{zone}')"
        outcome = "permitted" if effect == "permit" else "prohibited"
        rules.append((tuple(cells.get(field, "") for field in fields), outcome))
    rules.append((("",) * len(fields), "prohibited"))
    decision = engine.ZenEngine().create_decision(json.dumps(table_of(fields, rules)))
    zones = located(parts)

    def decide(scenario: Scenario) -> str:
        found = decision.evaluate({**_facts(scenario), "zones": zones(scenario)})
        return str(found["result"]["decision"])

    return decide


def _ours(parts: Parts) -> Decides:
    import strikerules as sr

    policy = sr.load(parts.policy)
    if not hasattr(policy, "decide"):
        raise Absent("Policy has no decide")
    return _once(decides(policy))


def _ours_explained(parts: Parts) -> Decides:
    import strikerules as sr

    return _once(checks(sr.load(parts.policy)))


def _once(decide: Decides) -> Decides:
    decide(scenarios(1, 0)[0])
    return decide


PEERS = (
    Peer("strikerules, decide", _ours, ours=True),
    Peer("strikerules, check (explained)", _ours_explained, ours=True),
    Peer("Python + a tree by hand", by_hand),
    Peer("cedarpy, policies parsed once", cedar, ("cedarpy",)),
    Peer("regopy, bundle", rego, ("regopy",)),
    Peer("rule-engine, rule by rule", rule_engine_each, ("rule-engine",)),
    Peer("zen-engine, decision table", zen, ("zen-engine",)),
)
