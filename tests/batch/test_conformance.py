"""A table is decided as its rows are one by one, on random policies and near every edge."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from tests.reference.strategies import Maker, Seeded

import strikerules as sr
from strikerules.batch.deciding import Decider

from .conformance import differences, near_edges, random_row, random_rows, rows_of

SHIPPED = ("ban", "kharkiv", "broader-targets", "long-range-lifted", "broader-and-deeper",
           "us-weapons-in-russia")  # fmt: skip
ZONES = ("russia", "ukraine", "kharkiv-oblast", "belgorod-oblast", "designated-area-narrow",
         "designated-area-wide", "crimea")  # fmt: skip
SOAK = int(os.environ.get("STRIKERULES_SOAK", "0"))


def scattered(seed: int, count: int) -> list[dict[str, float]]:
    """Return points around the border, half of them near some zone's edge."""
    source = random.Random(seed)
    found: list[dict[str, float]] = []
    for zone in ZONES:
        shape = sr.zone(zone).geometry
        found += near_edges(shape, count // 2 // len(ZONES) + 1, seed, 3.0)
    while len(found) < count:
        found.append({"lon": source.uniform(30, 46), "lat": source.uniform(45, 57)})
    return found


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies(name: str) -> None:
    """Someone's table would be decided otherwise than their scenarios."""
    seed = SHIPPED.index(name)
    points = scattered(seed, 50 + SOAK)
    source = random.Random(seed)
    policy = sr.load(name)
    rows = rows_of([row for row, _ in random_rows(source, points, 50 + SOAK)], policy)
    decider = Decider(policy.program, policy.atlas)
    found = differences(policy, rows, decider)
    assert not found, "\n".join(found[:5])
    # what was kept from the first time says the same
    assert (decider.decide(rows).numbers == decider.decide(rows).numbers).all()


def test_every_row_good_to_another_distance() -> None:
    """Of many uncertain points those that are alike would be decided as one of them."""
    points, source = scattered(77, 80), random.Random(77)
    rows = [random_row(source, points) for _ in range(80)]
    for row in rows:
        row.pop("launch.location", None)
        if "target.location" in row:
            row["target.location"] = {
                **row["target.location"],
                "accuracy_km": source.expovariate(1),
            }
    policy = sr.load("kharkiv")
    found = differences(policy, rows_of(rows, policy))
    assert not found, "\n".join(found[:5])


def random_case(seed: int) -> tuple[sr.Policy, list[dict[str, Any]]]:
    maker = Maker(Seeded(seed))
    policy = sr.load(maker.policy())
    return policy, [_given(maker.scenario()) for _ in range(12)]


def _given(scenario: dict[str, Any]) -> dict[str, Any]:
    """A table has no way to withhold what can be derived."""
    return {k: v for k, v in scenario.items() if v is not None}


@pytest.mark.parametrize("block", range(4))
def test_random_policies(block: int) -> None:
    """Some construct of the language would mean another thing in tables."""
    count = 15 + SOAK
    for seed in range(block * count, (block + 1) * count):
        policy, scenarios = random_case(seed)
        found = differences(policy, rows_of(scenarios, policy))
        assert not found, f"seed {seed}: {found[0]}"
