"""What must be so of any two differences, whatever the policies: mirrors, chains, other names."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.reference.source import Seeded

import strikerules as sr

from .conftest import SEEDS
from .mutants import mutant
from .pairs import FREE, make_pair, maker_of, pair_of_seed

BLOCKS = 4


def seeds(block: int) -> range:
    return SEEDS[block : len(SEEDS) // 4 : BLOCKS]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_other_way_round_is_the_mirror_image(block: int) -> None:
    """Else what one variant adds would not be what its reversal takes away."""
    regions = 0
    for seed in seeds(block):
        pair = pair_of_seed(seed)
        there, back = sr.diff(pair.a, pair.b), sr.diff(pair.b, pair.a)
        assert there.equivalent is back.equivalent, seed
        found = {r.drawn: r for r in there}
        mirrored = {r.drawn[::-1]: r for r in back}
        assert found.keys() == mirrored.keys(), seed
        for key, region in found.items():
            other = mirrored[key]
            assert set(region.questions) == set(other.questions), seed
            areas = [r.area_km2 for r in (region, other)]
            assert areas[0] == (areas[1] and pytest.approx(areas[1], rel=1e-9)), seed
            regions += 1
        assert {(s.from_, s.to) for s in there.shifts} == {(s.to, s.from_) for s in back.shifts}
    assert regions > 0.2 * len(seeds(block))


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_policy_does_not_differ_from_itself(block: int) -> None:
    """Else the order of names, or the naming of zones, would count as a difference."""
    for seed in seeds(block):
        policy = pair_of_seed(seed).a
        other = copy.deepcopy(policy) | {"policy": "b", "title": "The same again"}
        for key in ("definitions", "parameters", "zones", "facts", "questions"):
            other[key] = dict(reversed(other[key].items()))
        diff = sr.diff(policy, other, given=FREE)
        assert diff.equivalent is True, seed
        assert not [*diff], seed
        assert not diff.shifts, seed


@pytest.mark.parametrize("block", range(BLOCKS))
def test_equivalence_is_passed_on(block: int) -> None:
    """Else two steps that change nothing could change something together."""
    chains = 0
    for seed in seeds(block):
        source = Seeded(seed)
        pair = make_pair(source)
        maker = maker_of(source)
        c = mutant(maker, pair.b)[0] | {"policy": "c"}
        steps = ((pair.a, pair.b), (pair.b, c), (pair.a, c))
        ab, bc, ac = (sr.diff(x, y, given=FREE).equivalent for x, y in steps)
        if ab and bc and _same_questions(pair.a, pair.b, c):
            assert ac is True, (seed, pair.changes)
            chains += 1
        if ab is not bc and _same_questions(pair.a, pair.b, c):
            assert ac is False, (seed, pair.changes)
    assert chains


def _same_questions(*policies: dict[str, Any]) -> bool:
    """Tell whether policies ask the same; what an own question hides is no relation to pass on."""
    asked = [
        {q: frozenset(body["readings"]) for q, body in p["questions"].items()} for p in policies
    ]
    return all(one == asked[0] for one in asked)


@pytest.mark.parametrize("algorithm", ["prohibit-overrides", "permit-overrides",
                                       "prohibit-unless-permit", "permit-unless-prohibit",
                                       "only-one-applicable"])  # fmt: skip
def test_order_and_names_of_rules_do_not_matter(algorithm: str) -> None:
    """Else a policy could not be put in order, or a rule renamed, without fear."""
    several = 0
    for seed in seeds(0):
        policy = copy.deepcopy(pair_of_seed(seed).a) | {"conflicts": algorithm}
        several += len(policy["rules"]) > 1
        other = copy.deepcopy(policy)
        other["rules"].reverse()
        for rule in other["rules"]:
            rule["id"] = f"renamed-{rule['id']}"
            if "overrides" in rule:
                rule["overrides"] = [f"renamed-{name}" for name in reversed(rule["overrides"])]
        diff = sr.diff(policy, other, given=FREE)
        assert diff.equivalent is True, (seed, [r.condition for r in diff])
    assert several > 0.3 * len(seeds(0))


@pytest.mark.parametrize("block", range(BLOCKS))
def test_difference_is_made_of_what_given_parts_show(block: int) -> None:
    """Else comparing weapon by weapon, or day by day, would show what the whole does not."""
    parts = 0
    for seed in seeds(block):
        pair = pair_of_seed(seed)
        whole = {r.drawn for r in sr.diff(pair.a, pair.b)}
        found = set()
        for timing in ("pre_emptive", "in_response"):
            for ready in (True, False):
                given = {"timing": timing, "conditions.ready": ready}
                found |= {r.drawn for r in sr.diff(pair.a, pair.b, given=given)}
        assert found == whole, seed
        parts += len(whole)
    assert parts
