"""Witnesses replayed: what a region says of its example, `check` and the reference say too."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.reference.evaluator import LOCATIONS, TooManyWorlds, decide
from tests.reference.grid import ELSEWHERE

import strikerules as sr
from strikerules.language.scenario import read_scenario

from .conditions import covers, holds
from .conftest import SEEDS
from .pairs import DEPTH, Pair, pair_of_seed
from .worlds import LEFT_OUT, Worlds

BLOCKS = 6


def flat(scenario: dict[str, Any], head: str = "") -> dict[str, Any]:
    """Return a nested scenario with dotted keys; a location stays whole."""
    found: dict[str, Any] = {}
    for key, value in scenario.items():
        path = f"{head}{key}"
        if isinstance(value, dict) and path not in LOCATIONS:
            found |= flat(value, f"{path}.")
        else:
            found[path] = value
    return found


def of_reference(policy: dict[str, Any], witness: dict[str, Any]) -> tuple[str, ...] | None:
    """Return what the reference evaluator says of a witness; None where it can't be asked."""
    scenario = flat(witness)
    target = scenario.get("target.location")
    if DEPTH not in scenario:
        # the reference knows the grid alone, which is not where depths are
        scenario[DEPTH] = None
        ukraine = sr.zone("ukraine").geometry
        if target is not None and covers(ukraine, (target["lon"], target["lat"])):
            scenario[DEPTH] = 0
    try:
        return decide(policy, scenario).possible
    except TooManyWorlds:
        return None


@pytest.mark.parametrize("block", range(BLOCKS))
def test_witness_shows_what_its_region_says(block: int) -> None:
    """Else an example would not be one, and a difference could not be shown to anyone."""
    asked = regions = 0
    for seed in SEEDS[block : len(SEEDS) * 2 // 3 : BLOCKS]:
        pair = pair_of_seed(seed)
        diff = sr.diff(pair.a, pair.b)
        for region in diff:
            regions += 1
            told = (seed, region.condition, region.witness)
            assert region.witness is not None, told
            assert region.shown, told
            assert (region.from_, region.to) == region.drawn, told
            for policy, said in ((pair.a, region.from_), (pair.b, region.to)):
                # a fact may have more values than one of the two policies declares
                read = read_scenario(region.witness, _vocabulary(pair))
                assert sr.load(policy).check(read).possible == said, told
                reference = of_reference(policy, region.witness)
                assert reference in (said, None), (*told, reference)
                asked += reference is not None
    assert asked > regions > 0.2 * len(SEEDS[::BLOCKS])


def _vocabulary(pair: Pair) -> Any:
    facts = [p["facts"]["own.colour"]["values"] for p in (pair.a, pair.b)]
    larger = max((pair.a, pair.b), key=lambda p: len(p["facts"]["own.colour"]["values"]))
    assert {*larger["facts"]["own.colour"]["values"]} >= {v for many in facts for v in many}
    return sr.load(larger).ruling.vocabulary


@pytest.mark.parametrize("block", range(2))
def test_whatever_a_witness_leaves_open_is_in_its_region(block: int) -> None:
    """Else an example with too little said would stand for scenarios that do not change."""
    left_open = 0
    for seed in SEEDS[block : len(SEEDS) // 2 : 2]:
        pair = pair_of_seed(seed)
        if DEPTH in Worlds(pair.a, pair.b).named:
            continue
        diff = sr.diff(pair.a, pair.b)
        for region in diff:
            witness = flat(region.witness)
            try:
                found = Worlds(pair.a, pair.b, witness, left_out=True)
                worlds = [w for w in found if all(w.facts[p] == LEFT_OUT for p in found.records)]
            except TooManyWorlds:
                continue
            for world in worlds:
                told = (seed, witness, world.facts)
                assert world.changed, told
                assert world.drawn == region.drawn, told
                # a record hangs on day and place, which say nothing where the fact is given
                facts = {"date": date(2024, 6, 1), LOCATIONS[0]: ELSEWHERE, **world.facts}
                assert holds(region.condition, facts, diff.zones), told
            assert worlds
            left_open += len(worlds) > 1
    assert left_open > 0.1 * len(SEEDS) / 4
