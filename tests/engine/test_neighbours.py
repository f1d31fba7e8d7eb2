"""Places near several lines: what was found out for one must hold for those that it is kept for."""

from __future__ import annotations

import random
from typing import Any

import pytest

import strikerules as sr
from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.engine.quick import answer_of
from strikerules.geography.sides import COARSEST
from strikerules.given import one_scenario

GUN: dict[str, Any] = {
    "weapon.made_in": "FR",
    "weapon.max_range_km": 80,
    "target.kind": "artillery",
    "target.supports": "kharkiv_assault",
    "date": "2024-05-26",
}


@pytest.mark.parametrize("at", [(38.3688, 50.0138), (38.30, 50.07), (36.15, 50.42), (35.6, 50.37)])
def test_a_neighbour_is_decided_by_itself(at: tuple[float, float]) -> None:
    """In a cell where only smaller cells tell, the first point's answer was given for all."""
    policy, source = sr.load("kharkiv"), random.Random(5)
    west, south = (int(degrees * COARSEST) / COARSEST for degrees in at)
    for _ in range(25):
        lon, lat = (low + source.random() / COARSEST for low in (west, south))
        row = {**GUN, "target.location": {"lon": lon, "lat": lat}}
        case = Case(policy.program, one_scenario(row, policy.ruling.vocabulary), policy.atlas)
        assert policy.decide(row) == answer_of(Verdict(case)), row
