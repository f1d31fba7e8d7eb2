"""Differences against brute force: every world of two policies, looked at one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given
from tests.reference.evaluator import TooManyWorlds
from tests.reference.strategies import ATTRIBUTES, ring

import strikerules as sr

from .conftest import SEEDS, profile
from .judged import mistakes, told
from .mutants import ALIKE, CHANGED
from .pairs import Pair, pair_of_seed, pairs
from .worlds import Worlds

BLOCKS = 10


@profile(100)
@given(pairs())
def test_difference_is_that_of_all_worlds(pair: Pair) -> None:
    """Else two policies could be called equivalent, or differ elsewhere than is said."""
    try:
        wrong = mistakes(sr.diff(pair.a, pair.b), Worlds(pair.a, pair.b, left_out=True))
    except TooManyWorlds:
        assume(False)
    assert not wrong, told(pair, wrong)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_difference_is_that_of_all_worlds_for_many_seeds(block: int) -> None:
    """Else a rare wrong region, question or shift would wait for a user to meet it."""
    looked_at = 0
    for seed in SEEDS[block::BLOCKS]:
        pair = pair_of_seed(seed)
        try:
            diff = sr.diff(pair.a, pair.b)
            wrong = mistakes(diff, Worlds(pair.a, pair.b, left_out=True))
        except TooManyWorlds:
            continue
        assert not wrong, told(pair, wrong, seed)
        same = diff.equivalent is not False
        assert same or not pair.alike, told(pair, ["must mean the same"], seed)
        looked_at += 1
    assert looked_at > 0.8 * len(SEEDS[block::BLOCKS])


def test_random_pairs_are_not_all_alike() -> None:
    """Else the agreement could rest on pairs that are all equivalent, or differ in one way."""
    changes: Counter[str] = Counter()
    kinds, shifts, questions, facts, differ = set(), set(), set(), set(), 0
    own = shared = sampled = left_out = unlooked = 0
    for seed in range(300):
        pair = pair_of_seed(seed)
        changes.update(pair.changes)
        worlds = Worlds(pair.a, pair.b, left_out=True)
        own += any(worlds.own)
        shared += bool(worlds.shared)
        sampled += worlds.sampled
        left_out += bool(worlds.records)
        unlooked += bool(worlds.unlooked)
        diff = sr.diff(pair.a, pair.b)
        differ += diff.equivalent is False
        kinds |= {r.change for r in diff}
        shifts |= {(s.from_, s.to) for s in diff.shifts}
        questions |= {frozenset(r.questions) for r in diff}
        facts |= set(worlds.named)
    assert 75 < differ < 225
    assert set(changes) == {c.__name__.strip("_") for c in (*ALIKE, *CHANGED)} | {"unrelated"}
    assert len(kinds) == 7
    assert len(shifts) > 9
    assert len(questions) == 4
    assert facts == {*ATTRIBUTES}
    assert min(own, shared, 3 * left_out, 20 * sampled, 20 * unlooked) > 20


def test_another_difference_would_be_found_out() -> None:
    """Else the judge could be one who finds nothing wrong in anything."""
    found = looked_at = 0
    for seed in range(60):
        pair = pair_of_seed(seed)
        turned = {**pair.b, "otherwise": "permit", "conflicts": "permit-overrides"}
        worlds = Worlds(pair.a, pair.b, left_out=True)
        diff, other = sr.diff(pair.a, pair.b), sr.diff(pair.a, turned)
        said = [[(r.drawn, r.condition) for r in d] for d in (diff, other)]
        if said[0] != said[1]:
            try:
                found += bool(mistakes(other, worlds))
            except TooManyWorlds:
                continue
            looked_at += 1
    assert found > 0.9 * looked_at > 9


BOX = {"type": "Polygon", "coordinates": [ring(0, 0, 2, 2)]}


def small(name: str, effect: str, zone: dict[str, Any], *conditions: Any) -> dict[str, Any]:
    rules = [{"id": f"r{n}", "effect": effect, "when": c} for n, c in enumerate(conditions)]
    return {"policy": name, "otherwise": "prohibit", "zones": {"z": zone}, "rules": rules}


@pytest.mark.parametrize("more", [{}, {"timing": "pre_emptive"}])
def test_a_record_that_one_policy_alone_has_is_not_taken_for_both(more: dict[str, Any]) -> None:
    """Else what one policy can not know would pass for what it denies."""
    record = {"designated": {"by": "somebody", "on": None}}
    when = {"all": [{"area.designated": True}, more]} if more else {"area.designated": True}
    a = small("a", "permit", {"geometry": BOX}, when)
    b = small("b", "permit", {"geometry": BOX} | record, when)
    wrong = mistakes(sr.diff(a, b), Worlds(a, b, left_out=True))
    assert not wrong, told(Pair(a, b), wrong)


def test_two_open_places_within_a_range_have_an_area() -> None:
    """Else a comparison of places that reach one another would end in an error."""
    boxes = {"z0": (0, 0, 1, 2), "z1": (0, 1, 1, 2), "z2": (0, 2, 1, 3)}
    shapes = {n: {"type": "Polygon", "coordinates": [ring(*box)]} for n, box in boxes.items()}
    zones = {name: {"geometry": shape} for name, shape in shapes.items()}
    rules = [
        ("prohibit", {"launch.location": {"within": "z2", "disjoint": "z0"}}),
        ("prohibit", {"all": [{"target.location": {"within": "z1"}}, {"not": {"all": []}}]}),
        ("permit", {"weapon.max_range_km": 100}),
    ]
    a: dict[str, Any] = {"policy": "a", "zones": zones, "rules": []}
    b = {**a, "policy": "b", "rules": [
        {"id": f"r{n}", "effect": effect, "when": when} for n, (effect, when) in enumerate(rules)
    ]}  # fmt: skip
    diff = sr.diff(a, b)
    assert not diff.equivalent
    for region in diff:
        assert region.area_km2 is None or region.area_km2 > 0
    wrong = mistakes(diff, Worlds(a, b, left_out=True))
    assert not wrong, told(Pair(a, b), wrong)
