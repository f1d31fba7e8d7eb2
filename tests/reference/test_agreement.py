"""The engine against the reference: everything that it says about random cases."""

from __future__ import annotations

import pytest
from hypothesis import assume, given

from .agreement import ask, differences, expected, told
from .conftest import SEEDS, profile
from .evaluator import TooManyWorlds
from .strategies import Case, case_of_seed, cases

BLOCKS = 10


@profile(300)
@given(cases())
def test_engine_agrees_with_every_world(case: Case) -> None:
    """Else an answer, what it hangs on or a rule's part in it could be wrong and nobody know."""
    try:
        answer = expected(case)
    except TooManyWorlds:
        assume(False)
    found = differences(ask(case), answer)
    assert not found, told(case, found)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_agrees_with_every_world_for_many_seeds(block: int) -> None:
    """Else a rare disagreement would wait for a user to meet it."""
    looked_at = 0
    for seed in SEEDS[block::BLOCKS]:
        case = case_of_seed(seed)
        try:
            answer = expected(case)
        except TooManyWorlds:
            continue
        found = differences(ask(case), answer)
        assert not found, told(case, found, seed)
        looked_at += 1
    assert looked_at > 0.9 * len(SEEDS[block::BLOCKS])


def test_random_cases_are_not_all_alike() -> None:
    """Else the agreement could rest on cases that are all settled, or all open."""
    answers = []
    for seed in range(300):
        case = case_of_seed(seed)
        try:
            answers.append(expected(case))
        except TooManyWorlds:
            continue
    assert len({a.possible for a in answers}) == 7
    hanging = [a for a in answers if len(a.possible) > 1]
    assert 0.2 * len(answers) < len(hanging) < 0.8 * len(answers)
    assert len(set().union(*(a.facts for a in hanging))) > 15
    assert len(set().union(*(a.places for a in hanging))) == 2
    assert len(set().union(*(a.questions for a in hanging))) == 2
    statuses = set().union(*(a.rules.values() for a in answers))
    assert statuses == {"applies", "does_not_apply", "defeated", "unknown"}
