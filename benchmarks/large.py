"""Random policies as large as one likes: eight attributes, any number of rules and zones.

The zones are boxes in the open ocean; nothing in them stands for anything.
"""

from __future__ import annotations

import random
from typing import Any

__all__ = ["changed", "policy"]

LANDS = ("US", "GB", "FR", "DE", "PL", "NO", "SE", "IT", "NL", "CZ")
WEAPONS = (
    "artillery", "rocket_artillery", "ballistic_missile", "cruise_missile",
    "air_launched_missile", "guided_bomb", "air_defence", "drone", "other",
)  # fmt: skip
TARGETS = (
    "launch_site", "artillery", "missile_launcher", "air_base", "aircraft_in_flight",
    "troop_concentration", "ammunition_depot", "command_post", "logistics", "air_defence",
    "infrastructure", "other",
)  # fmt: skip
FACTS = (
    "weapon.made_in", "weapon.kind", "weapon.max_range_km", "weapon.us_parts", "target.kind",
    "target.supports", "timing",
)  # fmt: skip


def policy(rules: int, zones: int = 100, seed: int = 1) -> dict[str, Any]:
    """Return a policy: every rule tests a zone and one to three facts, seven in ten permit."""
    source = random.Random(seed)
    made = {f"z{n}": _box(source) for n in range(zones)}
    return {
        "policy": "large",
        "otherwise": "prohibit",
        "zones": made,
        "rules": [_rule(source, n, zones) for n in range(rules)],
        "accept": [{"finding": "SR802", "because": "random rules overlap"}],
    }


def changed(one: dict[str, Any]) -> dict[str, Any]:
    """Return the policy with one condition of the rule in its middle changed."""
    rules = [dict(rule) for rule in one["rules"]]
    rule = rules[len(rules) // 2]
    rule["when"] = {"all": [{"timing": "pre_emptive"}, *rule["when"]["all"][1:]]}
    return {**one, "policy": "changed", "rules": rules}


def _rule(source: random.Random, number: int, zones: int) -> dict[str, Any]:
    facts = source.sample(FACTS, source.randint(1, 3))
    tests = [_test(source, fact) for fact in facts]
    tests.append({"target.location": {"within": f"z{source.randrange(zones)}"}})
    effect = "permit" if source.random() < 0.7 else "prohibit"
    return {"id": f"r{number}", "effect": effect, "when": {"all": tests}}


def _test(source: random.Random, fact: str) -> dict[str, Any]:
    if fact == "weapon.made_in":
        return {fact: {"in": source.sample(LANDS, source.randint(1, 3))}}
    if fact == "weapon.kind":
        return {fact: {"in": source.sample(WEAPONS, source.randint(1, 3))}}
    if fact == "target.kind":
        return {fact: {"in": source.sample(TARGETS, source.randint(1, 4))}}
    if fact == "target.supports":
        return {fact: source.choice(("kharkiv_assault", "other_operation", "none"))}
    if fact == "timing":
        return {fact: source.choice(("pre_emptive", "in_response"))}
    if fact == "weapon.us_parts":
        return {fact: source.choice((True, False))}
    return {fact: {source.choice(("le", "gt")): source.choice(range(10, 310, 15))}}


def _box(source: random.Random) -> dict[str, Any]:
    x, y = round(source.uniform(-30, -20), 2), round(source.uniform(40, 50), 2)
    w, h = round(source.uniform(0.5, 2), 2), round(source.uniform(0.5, 2), 2)
    ring = [[x, y], [x + w, y], [x + w, y + h], [x, y + h], [x, y]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}}
