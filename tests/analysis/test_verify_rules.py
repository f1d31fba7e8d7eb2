"""What `verify` finds of rules, conditions and readings, against every world of random policies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.reference.evaluator import TooManyWorlds
from tests.reference.source import Drawn, Seeded

import strikerules as sr

from .conftest import SEEDS, profile
from .pairs import maker_of
from .verify_expected import expected
from .verify_judged import LOOKED_AT, rule_mistakes, told
from .verify_worlds import Looked

BLOCKS = 6
HALF = SEEDS[::2]


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Return a strategy for policies."""
    return maker_of(Drawn(draw)).policy()


def _of_seed(seed: int) -> dict[str, Any]:
    return maker_of(Seeded(seed)).policy()


@profile(25)
@given(policies())
def test_findings_of_rules_are_those_of_all_worlds(policy: dict[str, Any]) -> None:
    """Else a gap would go untold, or a rule that decides cases be called one to take out."""
    try:
        wrong, wanted = rule_mistakes(policy)
    except TooManyWorlds:
        assume(False)
    assume(wanted is not None)
    assert not wrong, told(policy, wrong)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_findings_of_rules_for_many_seeds(block: int, tmp_path: Path) -> None:
    """Else a rare combination of rules and readings would be misjudged, or told elsewhere."""
    looked_at = 0
    for seed in HALF[block::BLOCKS]:
        policy = _of_seed(seed)
        try:
            wrong, wanted = rule_mistakes(policy, tmp_path if seed % 3 == 0 else None)
        except TooManyWorlds:
            continue
        assert not wrong, told(policy, wrong, seed)
        looked_at += wanted is not None
    assert looked_at > 0.85 * len(HALF[block::BLOCKS])


def test_random_policies_have_every_finding_and_none() -> None:
    """Else the agreement could rest on policies of which nothing is ever to be said."""
    codes: Counter[str] = Counter()
    for seed in range(250):
        policy = _of_seed(seed)
        try:
            wanted = expected(policy, Looked(policy))
        except TooManyWorlds:
            continue
        codes.update(wanted.found.keys())
        codes["SR807"] += bool(wanted.idle_parts)
        codes["nothing"] += not wanted.found
    assert min(codes[code] for code in (*LOOKED_AT, "nothing")) > 3
    assert codes.pop("SR812") < 200
    assert max(codes[code] for code in LOOKED_AT) < 150


# -- by hand ---------------------------------------------------------------------------------

GUNS = {"weapon.kind": "artillery"}
FIRST = {"timing": "pre_emptive"}


def _found(policy: dict[str, Any], code: str) -> list[tuple[str, ...]]:
    whole = {"policy": "p", "otherwise": "prohibit", "rules": [], **policy}
    return [f.about for f in sr.verify(whole) if f.code == code]


def test_a_rule_that_overrides_an_earlier_one_is_not_shadowed() -> None:
    """Else a rule would be called dead without which guns might strike first."""
    rules = [
        {"id": "guns", "effect": "permit", "when": GUNS},
        {"id": "first", "effect": "prohibit", "when": FIRST},
        {"id": "over", "effect": "prohibit", "when": FIRST, "overrides": ["guns"]},
    ]
    policy = {"conflicts": "first-applicable", "rules": rules}
    found = [f.about[0] for f in sr.verify({"policy": "p", "otherwise": "prohibit", **policy})
             if f.code in ("SR803", "SR804", "SR805")]  # fmt: skip
    assert "over" not in found
    both = {"weapon.kind": "artillery", "timing": "pre_emptive"}
    whole = sr.load({"policy": "p", "otherwise": "prohibit", **policy})
    less = sr.load({"policy": "p", "otherwise": "prohibit", **policy, "rules": rules[:2]})
    assert (whole.check(both).decision, less.check(both).decision) == ("prohibited", "permitted")


def test_what_is_possible_makes_a_test_constant() -> None:
    """Else a test that only an impossible strike could pass would look as if it did something."""
    far = {"strike.distance_km": {"gt": 100}}
    near = {"weapon.max_range_km": {"lt": 100}}
    rule = {"id": "r", "effect": "permit", "when": {"all": [far, near]}}
    assert _found({"rules": [rule]}, "SR803") == [("r",)]
    deep = {"target.depth_km": {"gt": 0}}
    there = {"target.location": {"within": "kharkiv-oblast"}}
    rule = {"id": "r", "effect": "permit", "when": {"all": [deep, there]}}
    assert _found({"rules": [rule]}, "SR803") == [("r",)]
    rule = {"id": "r", "effect": "permit", "when": {"all": [{"target.depth_km": 0}, there]}}
    assert _found({"rules": [rule]}, "SR807") == [("r",)]
    assert _found({"rules": [rule]}, "SR803") == []


def test_readings_that_come_to_the_same() -> None:
    """Else a question could be argued over that decides nothing."""
    two = {"a": {"define": {"d": GUNS}}, "b": {"define": {"d": {"not": {"not": GUNS}}}}}
    rule = {"id": "r", "effect": "permit", "when": {"is": "d"}}
    policy = {"questions": {"q": {"readings": two}}, "rules": [rule]}
    assert _found(policy, "SR812") == [("q",)]
    three = two | {"c": {"define": {"d": FIRST}}}
    policy = {"questions": {"q": {"readings": three}}, "rules": [rule]}
    assert _found(policy, "SR812") == []
    assert _found(policy, "SR813") == [("q", "a", "b")]
