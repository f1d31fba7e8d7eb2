"""Differences against brute force: every world of two policies, looked at one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from tests.reference.evaluator import TooManyWorlds
from tests.reference.strategies import ATTRIBUTES

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
