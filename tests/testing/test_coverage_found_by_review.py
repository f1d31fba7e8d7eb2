"""What coverage counts and says in cases by hand, most of them found by review."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import strikerules as sr
from strikerules.given import one_scenario
from strikerules.testing.coverage.coverage import Coverage, Covered
from strikerules.testing.coverage.text import coverage_text
from strikerules.testing.read import read_suite
from strikerules.testing.runner import run_files
from strikerules.testing.suite import Expectation
from strikerules.testing.writing import case_yaml

GUNS: dict[str, Any] = {
    "policy": "guns",
    "otherwise": "prohibit",
    "rules": [
        {"id": "near", "effect": "permit", "when": {"weapon.max_range_km": {"le": 40}}},
        {"id": "never", "effect": "prohibit", "when": {"timing": "pre_emptive"}},
    ],
}


def counted(policy: dict[str, Any], scenario: dict[str, Any], expect: Expectation) -> set[str]:
    """Return the items that one case covers, those that rules stand somehow left out."""
    covered = Covered(sr.load(policy), policy["policy"])
    plain = one_scenario(scenario, covered.policy.ruling.vocabulary)
    covered.count(plain, expect, covered.policy.check(plain))
    rules = {i.id for i in covered.instrument.items if i.kind == "rule"}
    return covered.covered - rules


class Share(Covered):
    """A policy of which so many of so many are covered."""

    def __init__(self, covered: int, total: int) -> None:
        self._shares = covered, total

    @property
    def count_covered(self) -> int:
        return self._shares[0]

    @property
    def total(self) -> int:
        return self._shares[1]


def of_shares(*shares: tuple[int, int]) -> Coverage:
    coverage = Coverage()
    coverage.policies = {str(n): Share(*share) for n, share in enumerate(shares)}
    return coverage


def test_shares_are_rounded_down() -> None:
    """Else 199 of 200 would be shown as all of it."""
    assert Share(199, 200).percent == 99
    assert Share(200, 200).percent == 100
    assert Share(0, 0).percent == 100
    assert of_shares((199, 200), (1, 1)).percent == 99
    assert Coverage().percent == 0


def test_the_threshold_is_held_against_what_is_not_rounded() -> None:
    """Else a suite just below its threshold would pass, or one that reaches it fail."""
    assert of_shares((199, 200)).below(100)
    assert of_shares((199, 200)).below(99.6)
    assert not of_shares((199, 200)).below(99.5)
    assert of_shares((10, 10), (1, 3)).below(33.4)
    assert not of_shares((10, 10), (1, 3)).below(33.3)
    assert Coverage().below(0), "nothing was counted"


@pytest.mark.parametrize(
    "expect",
    [
        Expectation(decision="indeterminate"),
        Expectation(not_because=("near",)),
        Expectation(rules={"near": "unknown"}),
        Expectation(cites=()),
    ],
)
def test_a_case_that_expects_too_little_covers_nothing(expect: Expectation) -> None:
    """Else cases that say nothing would bring coverage to 100 %."""
    assert counted(GUNS, {}, expect) == set()


def test_because_of_the_default_does_not_cover_what_the_default_is() -> None:
    """Else a case that passes whatever `otherwise` says would be said to notice it."""
    far = {"weapon.max_range_km": 80, "timing": "in_response"}
    assert "guns/otherwise" not in counted(GUNS, far, Expectation(because=("otherwise",)))
    assert "guns/otherwise" in counted(GUNS, far, Expectation(decision="prohibited"))


def test_hanging_on_nothing_does_not_cover_what_is_decided() -> None:
    """Else `depends_on: []` would be taken for an expectation of the outcome."""
    far = {"weapon.max_range_km": 80, "timing": "in_response"}
    assert counted(GUNS, far, Expectation(depends_on=frozenset())) == set()


def test_because_of_a_rule_covers_what_makes_it_a_reason() -> None:
    """Else naming the rule, and not the decision, would be worth nothing."""
    near = {"weapon.max_range_km": 40, "timing": "in_response"}
    found = counted(GUNS, near, Expectation(because=("near",)))
    assert "guns/rule/near/when:true" in found
    assert "threshold/weapon.max_range_km/le/40:at" in found


def test_a_definition_that_nothing_uses_is_no_trouble() -> None:
    """Else the report would end in a traceback for a policy with a definition to spare."""
    policy = {**GUNS, "definitions": {"spare": {"timing": "in_response"}}}
    covered = Covered(sr.load(policy), "guns")
    gone = {o.item.id for o in covered.impossible}
    assert {"guns/definition/spare:true", "guns/definition/spare:false"} <= gone
    assert "spare" in coverage_text(_of(covered))


def _of(covered: Covered) -> Coverage:
    coverage = Coverage()
    coverage.policies["one"] = covered
    return coverage


def test_a_threshold_that_another_test_makes_idle_is_proved_impossible() -> None:
    """Else 100 % would be out of reach, and no case could be offered for what is missing."""
    policy = {
        "policy": "two-lines",
        "rules": [
            {"id": "a", "effect": "permit", "when": {"weapon.max_range_km": {"le": 40}}},
            {"id": "b", "effect": "permit", "when": {"weapon.max_range_km": 40}},
        ],
    }
    covered = Covered(sr.load(policy), "two-lines")
    at = "threshold/weapon.max_range_km/le/40:at"
    assert at in {o.item.id for o in covered.impossible}
    assert all(o.case is not None for o in covered.uncovered)


def test_offered_cases_have_names_of_their_own() -> None:
    """Else two of them could not be pasted into one file."""
    policy = {
        "policy": "two-ends",
        "rules": [
            {
                "id": "a",
                "effect": "permit",
                "when": {"target.location": {"within": "belgorod-oblast"}},
            },
            {
                "id": "b",
                "effect": "prohibit",
                "when": {"launch.location": {"within": "belgorod-oblast"}},
            },
            {
                "id": "c",
                "effect": "permit",
                "when": {"all": [{"weapon.max_range_km": {"lt": 50}}, {"timing": "in_response"}]},
            },
            {"id": "d", "effect": "prohibit", "when": {"weapon.max_range_km": {"le": 50}}},
        ],
    }
    covered = Covered(sr.load(policy), "two-ends")
    cases = {id(o.case): o.case for o in covered.uncovered if o.case is not None}
    names = [case["name"] for case in cases.values()]
    assert len(names) == len(set(names)) > 5


def test_a_case_is_offered_with_readings_where_they_have_to_be_chosen() -> None:
    """Else what shows under one combination of readings alone would have no case."""
    policy = {
        "policy": "conflicting",
        "conflicts": "only-one-applicable",
        "questions": {
            "q": {
                "readings": {
                    "a": {"define": {"d": True}},
                    "b": {"define": {"d": {"timing": "in_response"}}},
                }
            }
        },
        "rules": [
            {"id": "one", "effect": "permit"},
            {"id": "two", "effect": "prohibit", "when": {"is": "d"}},
            {"id": "three", "effect": "permit", "when": {"all": [{"is": "d"}, {"attacker": "UA"}]}},
        ],
    }
    covered = Covered(sr.load(policy), "conflicting")
    assert all(o.case is not None for o in covered.uncovered)


FILE = """\
policy: guns.yaml
cases:
  - name: skipped
    given: {weapon: {max_range_km: 40}}
    expect: permitted
    skip: later
  - name: fails
    given: {weapon: {max_range_km: 40}, timing: in_response}
    expect: prohibited
  - name: known to fail
    given: {weapon: {max_range_km: 41}, timing: in_response}
    expect: permitted
    xfail: to be mended
  - name: to be written
    given: {weapon: {max_range_km: 41}}
    todo: what is expected
"""
POLICY = """\
policy: guns
otherwise: prohibit
rules:
  - {id: near, effect: permit, when: {weapon.max_range_km: {le: 40}}}
"""


def test_cases_that_do_not_pass_do_not_count(tmp_path: Path) -> None:
    """Else a suite of skipped and failing cases would be said to cover the policy."""
    (tmp_path / "guns.yaml").write_text(POLICY)
    file = tmp_path / "guns_test.strike.yaml"
    file.write_text(FILE)
    run = run_files([file], coverage=True)
    assert sorted(r.outcome for r in run.results) == ["failed", "skipped", "todo", "xfailed"]
    assert run.coverage is not None
    assert not run.coverage.policies
    assert run.coverage.below(0)


def test_the_offered_cases_alone_reach_everything(tmp_path: Path) -> None:
    """Else what the report asks for would not be enough for the share that it asks for."""
    (tmp_path / "guns.yaml").write_text(POLICY)
    covered = Covered(sr.load(tmp_path / "guns.yaml"), "guns")
    cases = {id(o.case): o.case for o in covered.uncovered if o.case is not None}
    file = tmp_path / "guns_test.strike.yaml"
    body = [case_yaml(case, 2) for case in cases.values()]
    file.write_text("\n".join(["policy: guns.yaml", "cases:", *body]) + "\n")
    assert len(read_suite(file).cases) == len(cases)
    run = run_files([file], coverage=True)
    assert run.coverage is not None
    assert run.coverage.percent == 100
    assert not run.coverage.below(100)


CITED = """\
policy: p
otherwise: {effect: prohibit, cites: [c02a]}
facts: {conditions.ready: {type: boolean, cites: [c03a]}}
parameters: {far_km: {value: 40, cites: [c04b]}}
questions:
  q:
    cites: [c05a]
    readings: {a: {define: {d: true}}, b: {cites: [c06a], define: {d: {timing: pre_emptive}}}}
rules:
  - id: r
    effect: permit
    when:
      all:
        - weapon.max_range_km: {le: $far_km}
        - {conditions.ready: true, cites: [c01a]}
        - is: d
    cites: [c07a]
"""


def test_claims_wherever_they_are_cited(tmp_path: Path) -> None:
    """Else a claim would be encoded, and no case needed to show what it does."""
    (tmp_path / "p.yaml").write_text(CITED)
    covered = Covered(sr.load(tmp_path / "p.yaml"), "p")
    claims = {i.id: i for i in covered.instrument.items if i.kind == "claim"}
    assert set(claims) == {f"claim:c{n}" for n in ("01a", "02a", "03a", "04b", "05a", "06a", "07a")}
    assert all(i.at is not None and i.at.line > 1 for i in claims.values())
    scenario = {"weapon.max_range_km": 10, "conditions.ready": True, "timing": "pre_emptive"}
    plain = one_scenario(scenario, covered.policy.ruling.vocabulary)
    covered.count(plain, Expectation("permitted"), covered.policy.check(plain))
    now = {c for c, i in claims.items() if covered.is_covered(i)}
    # the default is not seen to matter, nor is any reading
    assert now == {f"claim:c{n}" for n in ("01a", "03a", "04b", "07a")}
