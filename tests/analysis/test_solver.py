"""Equivalence against an SMT solver, which knows nothing of classes, cells and diagrams."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import assume, given
from tests.reference.evaluator import TooManyWorlds

import strikerules as sr

from .conftest import SEEDS, profile
from .judged import told
from .pairs import FREE, Pair, pair_of_seed, pairs
from .solver import Encoding
from .worlds import Worlds

BLOCKS = 6


@profile(40)
@given(pairs())
def test_solver_finds_a_world_where_there_is_a_difference(pair: Pair) -> None:
    """Else a proof of equivalence would be one in name only."""
    encoding = Encoding(pair.a, pair.b)
    differ = encoding.differ()
    assume(encoding.exact)
    equivalent = sr.diff(pair.a, pair.b, given=FREE).equivalent
    assert equivalent is not differ, told(pair, [f"differ: {differ}"])


@pytest.mark.parametrize("block", range(BLOCKS))
def test_solver_diff_and_enumeration_agree_for_many_seeds(block: int) -> None:
    """Else a mistake that the enumeration and the diagrams share would go unseen."""
    answers: Counter[bool] = Counter()
    large = 0
    for seed in SEEDS[block : len(SEEDS) // 2 : BLOCKS]:
        pair = pair_of_seed(seed)
        encoding = Encoding(pair.a, pair.b)
        differ = encoding.differ()
        equivalent = sr.diff(pair.a, pair.b, given=FREE).equivalent
        if not encoding.exact:
            # without the distances between places there are more worlds
            assert differ or equivalent, told(pair, ["it differs"], seed)
            continue
        assert equivalent is not differ, told(pair, [f"differ: {differ}"], seed)
        answers[differ] += 1
        try:
            worlds = list(Worlds(pair.a, pair.b))
        except TooManyWorlds:
            large += 1
        else:
            assert any(w.changed for w in worlds) is differ, told(pair, [str(differ)], seed)
    assert min(answers.values()) > 0.2 * sum(answers.values())
    assert large or len(SEEDS) < 1000
