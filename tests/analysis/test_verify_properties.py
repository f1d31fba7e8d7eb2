"""Properties proved or refuted, against every world of random policies."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.reference.evaluator import TooManyWorlds
from tests.reference.source import Drawn

import strikerules as sr

from .conftest import SEEDS, profile
from .verify_judged import property_mistakes, told
from .verify_properties import KINDS, Judge, Stated, claims_of, make_stated, stated_of_seed

BLOCKS = 6
HALF = SEEDS[::2]


@st.composite
def stated_policies(draw: st.DrawFn) -> Stated:
    """Return a strategy for policies with properties."""
    return make_stated(Drawn(draw))


@profile(25)
@given(stated=stated_policies())
def test_property_is_proved_where_no_world_refutes_it(stated: Stated) -> None:
    """Else a proof could be none, and what can never be allowed be allowed somewhere."""
    try:
        with TemporaryDirectory() as folder:
            wrong, _ = property_mistakes(stated, Path(folder))
    except TooManyWorlds:
        assume(False)
    assert not wrong, told(stated.policy, wrong)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_properties_for_many_seeds(block: int, tmp_path: Path) -> None:
    """Else a property would be proved wrongly, or refuted by what shows nothing, now and then."""
    looked_at = 0
    for seed in HALF[block::BLOCKS]:
        stated = stated_of_seed(seed)
        try:
            wrong, _ = property_mistakes(stated, tmp_path)
        except TooManyWorlds:
            continue
        assert not wrong, told(stated.policy, wrong, seed)
        looked_at += 1
    assert looked_at > 0.85 * len(HALF[block::BLOCKS])


def test_random_properties_hold_and_do_not() -> None:
    """Else the agreement could rest on properties that are all true, or all false."""
    seen: Counter[tuple[str, bool, bool]] = Counter()
    for seed in range(150):
        stated = stated_of_seed(seed)
        judge = Judge(stated)
        try:
            refuted = judge.refuted()
        except TooManyWorlds:
            continue
        for claim in claims_of(stated.policy):
            seen[claim.kind, claim.when is not None, refuted[claim.id]] += 1
    for kind in KINDS:
        for limited in (False, True):
            for wrong in (False, True):
                assert seen[kind, limited, wrong] > 2, (kind, limited, wrong)
    assert sum(seen.values()) > 800


# -- by hand ---------------------------------------------------------------------------------

GUNS = {"weapon.kind": "artillery"}
FIRST = {"timing": "pre_emptive"}


def _proved(policy: dict[str, object], *stated: dict[str, object]) -> list[bool]:
    properties = [{"id": f"p{n}", **one} for n, one in enumerate(stated)]
    found = sr.verify({"policy": "p", "otherwise": "prohibit", **policy, "properties": properties})
    assert not [f for f in found if f.code in ("SR822", "SR823")]
    return [one["id"] in found.reports[0].proved for one in properties]


def test_what_depends_on_nothing_is_proved_where_rules_conflict() -> None:
    """Else a case that stays open by itself would be taken for one that hangs on a fact."""
    rules = [{"id": "r", "effect": "permit", "when": FIRST},
             {"id": "s", "effect": "prohibit", "when": FIRST}]  # fmt: skip
    policy = {"conflicts": "only-one-applicable", "rules": rules}
    assert _proved(policy, {"regardless": ["target.kind"]}, {"regardless": ["timing"]},
                   {"settled": True}) == [True, False, False]  # fmt: skip


def test_dependence_under_one_reading_alone_is_shown_under_it() -> None:
    """Else what hangs on timing under one reading would be left open."""
    policy = {
        "policy": "p", "otherwise": "prohibit", "definitions": {"d": FIRST},
        "questions": {"q": {"readings": {"a": {}, "b": {"define": {"d": False}}}}},
        "rules": [{"id": "r", "effect": "permit", "when": {"all": [{"is": "d"}, GUNS]}}],
        "properties": [{"id": "x", "regardless": ["timing"]}],
    }  # fmt: skip
    (found,) = [f for f in sr.verify(policy) if f.code in ("SR821", "SR822")]
    assert found.code == "SR821"
    assert found.readings == {"q": "a"}
    assert found.witness is not None
    assert found.witness["weapon"]["kind"] == "artillery"


def test_a_weapon_reaches_as_far_as_it_reaches() -> None:
    """Else a strike longer than its weapon's range would refute what is true of all strikes."""
    policy = {"rules": [{"id": "r", "effect": "permit",
                         "when": {"weapon.max_range_km": {"le": 50}}}]}  # fmt: skip
    far = {"strike.distance_km": {"gt": 50}}
    almost = {"strike.distance_km": {"gt": 49.5}}
    stated = [{"never": {"decision": "permitted", "when": when}} for when in (far, almost)]
    assert _proved(policy, *stated) == [True, False]


def test_depth_goes_with_the_place() -> None:
    """Else a target deep in Russia could be thought to lie in Ukraine."""

    def in_zone(zone: str) -> dict[str, object]:
        rule = {"id": "r", "effect": "permit", "when": {"target.location": {"within": zone}}}
        return {"rules": [rule]}

    def never(test: object) -> dict[str, object]:
        return {"never": {"decision": "permitted", "when": {"target.depth_km": test}}}

    stated = [never({"gt": 500}), never({"gt": 20}), never({"lt": 10})]
    assert _proved(in_zone("belgorod-oblast"), *stated) == [True, False, False]
    assert _proved(in_zone("luhansk-oblast"), never({"gt": 0})) == [True]


def test_what_is_tied_to_a_fact_moves_with_it() -> None:
    """Else a policy about depths would be proved to disregard them, since places hold them fast."""
    deep = {"rules": [{"id": "r", "effect": "permit", "when": {"target.depth_km": {"gt": 100}}}]}
    far = {"rules": [{"id": "r", "effect": "permit", "when": {"strike.distance_km": {"gt": 100}}}]}
    assert _refuted(deep, ["target.depth_km"], ["target.location"], ["timing"]) == [
        True, True, False,
    ]  # fmt: skip
    assert _refuted(far, ["strike.distance_km"], ["target.location"], ["launch.location"]) == [
        True, True, True,
    ]  # fmt: skip


def test_only_what_is_named_differs_in_an_example() -> None:
    """Else a dependence would be shown by two cases that differ in something else."""
    ring = [[-30, 30], [-29, 30], [-29, 31], [-30, 31], [-30, 30]]
    policy = {
        "policy": "p",
        "zones": {"z": {"geometry": {"type": "Polygon", "coordinates": [ring]}}},
        "rules": [
            {"id": "r", "effect": "permit", "when": {"launch.location": {"within": "z"}},
             "unless": {"strike.distance_km": {"gt": 100}}},
            {"id": "s", "effect": "prohibit", "unless": {"strike.distance_km": {"gt": 50}}},
        ],
        "properties": [
            {"id": "x", "regardless": ["target.location", "strike.distance_km"]},
            {"id": "t", "never": {"decision": "permitted", "when": {
                "target.location": {"disjoint": "z"}}}},
        ],
    }  # fmt: skip
    (found,) = [f for f in sr.verify(policy) if f.about == ("x",)]
    assert found.code == "SR822" or "and with  it" not in str(found.help)


def _refuted(policy: dict[str, object], *of: list[str]) -> list[bool]:
    return [not proved for proved in _proved(policy, *({"regardless": many} for many in of))]


def test_a_case_is_settled_only_if_all_its_readings_agree() -> None:
    """Else a case that hangs on a question would be said not to."""
    policy = {
        "definitions": {"d": GUNS},
        "questions": {"q": {"readings": {"a": {}, "b": {"define": {"d": FIRST}}}}},
        "rules": [{"id": "r", "effect": "permit", "when": {"is": "d"}}],
    }  # fmt: skip
    both = {"all": [GUNS, FIRST]}
    assert _proved(policy, {"settled": True}, {"settled": {"when": both}},
                   {"settled": {"when": GUNS}}) == [False, True, False]  # fmt: skip
