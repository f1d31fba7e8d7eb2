"""A decision put together from one of its kind is the decision made by itself."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.batch.conformance import random_row
from tests.batch.test_conformance import scattered
from tests.engine.test_quick import many_facts, many_rules, nested, single
from tests.reference.strategies import Maker, Seeded

import strikerules as sr
from strikerules.engine.quick.explained import Explained


def compared(policy: sr.Policy, scenarios: list[dict[str, Any]]) -> int:
    """Compare each with what `check` says the first time; return how many were put together."""
    decider = single(policy)
    explained = Explained(policy.program, policy.atlas, policy._claims)
    again = 0
    for scenario in scenarios:
        found = decider.explain(scenario, explained)
        if found is not None:
            again += 1
            expected = sr.load(policy.name) if policy.name in SHIPPED else policy.of(policy.ruling)
            whole = expected.check(scenario)
            assert found.to_dict() == whole.to_dict(), scenario
            assert found.warnings == whole.warnings, scenario
    return again


SHIPPED = ("ban", "kharkiv", "broader-targets", "us-weapons-in-russia")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies(name: str) -> None:
    """In a notebook's loop a decision would come with another case's evidence."""
    source, points = random.Random(4), scattered(4, 60)
    scenarios = []
    for number in range(60):
        row = random_row(source, points)
        row = {k: v for k, v in row.items() if k != "weapon.name"}
        scenarios.append(row if number % 2 else nested({"scenario": f"s{number}", **row}))
    # cases of one kind that differ in numbers and places
    for _ in range(60):
        row = {
            "date": "2024-06-02",
            "weapon": {"made_in": "US", "max_range_km": source.uniform(5, 400)},
            "target": {"kind": "artillery", "supports": "kharkiv_assault",
                       "location": dict(source.choice(points))},
            "launch": {"location": dict(source.choice(points))},
        }  # fmt: skip
        scenarios.append(row)
    assert compared(sr.load(name), scenarios) > 20


@pytest.mark.parametrize("seed", range(30))
def test_random_policies(seed: int) -> None:
    """Some kind of step would keep the evidence of the first case."""
    maker = Maker(Seeded(seed + 20_000))
    policy = sr.load(maker.policy())
    scenarios = [{k: v for k, v in maker.scenario().items() if v is not None} for _ in range(6)]
    compared(policy, [*scenarios, *scenarios])


@pytest.mark.parametrize("seed", range(10))
def test_many_rules(seed: int) -> None:
    """Of many rules one would be explained by another case's figures."""
    source = random.Random(seed + 100)
    compared(sr.load(many_rules(source, 9)), [many_facts(source) for _ in range(12)])


def test_check_explains_from_what_it_knows() -> None:
    """`check` would look everything up anew each time, or say so of another scenario."""
    policy = sr.load("kharkiv")
    case = {"weapon": {"made_in": "US", "max_range_km": 80.0}, "target": {
        "kind": "artillery", "supports": "kharkiv_assault",
        "location": {"lon": 36.9, "lat": 50.45}}}  # fmt: skip
    for number in range(30):
        case["scenario"] = f"s{number}"
        case["weapon"]["max_range_km"] = 50.0 + number
        decision = policy.check(case)
        assert decision.scenario == f"s{number}"
        assert f"it is {50 + number} km" in decision.text()
    assert policy._deciders.explained._kinds
