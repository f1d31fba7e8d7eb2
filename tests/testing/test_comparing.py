"""Decisions held against what is expected: each part of an expectation, met and not met.

The table is gone through twice, as test files and as `assert_decision` in Python.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from strikerules.api import Decision, load
from strikerules.documents import parse_document
from strikerules.problems import InvalidInput
from strikerules.testing import assert_decision
from strikerules.testing.compare import differences, reasons
from strikerules.testing.failure import failure_text
from strikerules.testing.read import suite_of
from strikerules.testing.suite import Case, Suite

POLICY = """
policy: mine
scope: {attacker: UA}
otherwise: prohibit
sources: [nyt-2024-05-31]
questions:
  long-range:
    readings:
      by-figure: {define: {long: {weapon.max_range_km: {gt: 100}}}}
      never: {define: {long: false}}
  drones:
    readings:
      counted: {define: {counts: true}}
      not-counted: {define: {counts: {weapon.kind: {ne: drone}}}}
rules:
  - {id: in-response, effect: permit, when: {all: [timing: in_response, is: counts]}, cites: [c06a]}
  - {id: not-far, effect: prohibit, when: {is: long}, cites: [c04b]}
  - id: defence
    effect: permit
    when: {weapon.kind: air_defence}
    overrides: [not-far, no-bombs]
  - {id: no-bombs, effect: prohibit, when: {weapon.kind: {in: [guided_bomb, air_defence]}}}
"""
GUN = "attacker: UA, timing: in_response, weapon.kind: artillery, weapon.max_range_km: 40"
CASES = {
    "gun": GUN,
    "first": GUN.replace("in_response", "pre_emptive"),
    "foreign": "attacker: PL",
    "far": GUN.replace("40", "300"),
    "drone": GUN.replace("artillery", "drone"),
    "far drone": GUN.replace("artillery", "drone").replace("40", "300"),
    "defence": GUN.replace("artillery", "air_defence").replace("40", "300"),
    "bare": "attacker: UA",
    "when": GUN.replace("in_response", "null"),
    "anyone": GUN.replace("UA", "null"),
}
"""Cases, in short: the drone hangs on `drones`, what is far on `long-range`, `bare` on both."""

Row = tuple[str, str, str | None]
TABLE: list[Row] = [
    # case, what is expected, the parts that are not so
    ("gun", "permitted", None),
    ("gun", "prohibited", "decision"),
    ("gun", "indeterminate", "decision"),
    ("far", "{decision: indeterminate}", None),
    ("far", "{decision: prohibited}", "decision"),
    ("foreign", "not_governed", None),
    ("far", "{possible: [prohibited, permitted]}", None),
    ("far", "{possible: [prohibited]}", "possible"),
    ("gun", "{possible: [permitted, prohibited]}", "possible"),
    ("gun", "{because: [in-response]}", None),
    ("gun", "{because: [not-far]}", "because"),
    ("gun", "{because: [in-response, otherwise]}", "because"),
    ("gun", "{not_because: [otherwise, scope, not-far]}", None),
    ("gun", "{not_because: [in-response]}", "not because"),
    ("first", "{because: [otherwise]}", None),
    ("first", "{because: [scope]}", "because"),
    ("first", "{not_because: [otherwise]}", "not because"),
    ("foreign", "{because: [scope], not_because: [otherwise]}", None),
    ("foreign", "{because: [otherwise]}", "because"),
    ("anyone", "{because: [scope, in-response]}", None),
    # it applies, and is no reason for what it does not bring about
    ("defence", "{because: [defence, in-response], not_because: [not-far]}", None),
    # what may be a reason in an open case is one, and is not surely none
    ("far", "{because: [in-response, not-far]}", None),
    ("far", "{not_because: [not-far]}", "not because"),
    ("gun", "{rules: {in-response: applies, not-far: does_not_apply}}", None),
    ("gun", "{rules: {in-response: does_not_apply}}", "rule in-response"),
    ("defence", "{rules: {no-bombs: defeated}, readings: {long-range=by-figure: permitted}}", None),
    ("defence", "{rules: {no-bombs: applies}}", "rule no-bombs"),
    ("when", "{rules: {in-response: unknown}}", None),
    ("when", "{rules: {in-response: applies, not-far: unknown}}", "rule in-response, rule not-far"),
    ("when", "{depends_on: [timing]}", None),
    ("when", "{depends_on: []}", "depends on"),
    ("when", "{depends_on: [timing, drones]}", "depends on"),
    ("gun", "{depends_on: []}", None),
    ("far", "{depends_on: [long-range]}", None),
    ("far drone", "{depends_on: [drones, long-range]}", None),
    ("far drone", "{depends_on: [drones]}", "depends on"),
    ("far", "{readings: {long-range=by-figure: prohibited, long-range=never: permitted}}", None),
    ("far", "{readings: {long-range=by-figure: permitted}}", "long-range=by-figure"),
    ("far", "{readings: {long-range=never: indeterminate}}", "long-range=never"),
    # of a question that does not matter every reading is alike
    ("far", "{readings: {drones=counted: indeterminate}}", None),
    ("far", "{readings: {drones=counted: permitted}}", "drones=counted"),
    ("gun", "{readings: {'drones=not-counted, long-range=never': permitted}}", None),
    ("far drone", "{readings: {'drones=counted, long-range=never': permitted}}", None),
    ("far drone", "{readings: {'drones=counted,long-range=by-figure': prohibited}}", None),
    ("far drone", "{readings: {drones=not-counted: prohibited, drones=counted: indeterminate}}",
     None),
    ("far drone", "{readings: {'long-range=never, drones=not-counted': permitted}}",
     "long-range=never, drones=not-counted"),
    ("gun", "{cites: [c06a]}", None),
    ("gun", "{cites: [c06a, c01a]}", "cites"),
    # all that is said has to be so, and all that is not is told
    ("gun", "{decision: permitted, because: [in-response], rules: {not-far: does_not_apply}}",
     None),
    ("gun", "{decision: prohibited, possible: [prohibited], because: [not-far], cites: [c01a]}",
     "decision, possible, because, cites"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the policy."""
    path = tmp_path_factory.mktemp("policies")
    (path / "mine.yaml").write_text(POLICY, encoding="utf-8")
    return path


def _suite(folder: Path, case: str, expect: str) -> Suite:
    text = f"policy: ./mine.yaml\ncases:\n  - name: {case}\n    given: {{{CASES[case]}}}\n"
    return suite_of(
        parse_document(f"{text}    expect: {expect}\n", "mine_test.strike.yaml", folder)
    )


def _check(folder: Path, case: str) -> Decision:
    return load(folder / "mine.yaml").check(yaml.safe_load(f"{{{CASES[case]}}}"))


@pytest.mark.parametrize(("case", "expect", "parts"), TABLE)
def test_in_a_test_file(folder: Path, case: str, expect: str, parts: str | None) -> None:
    """A case would pass that should fail, or fail for another reason than there is."""
    suite = _suite(folder, case, expect)
    [one] = suite.cases
    assert one.expect is not None
    found = differences(one.expect, suite.decide(one))
    if parts is None:
        assert found == []
    else:
        assert [d.part for d in found] == parts.split(", ", 0 if "=" in parts else -1)
        assert all(d.at is not None and d.at.line == 5 and d.expected != d.got for d in found)


@pytest.mark.parametrize(("case", "expect", "parts"), TABLE)
def test_in_python(folder: Path, case: str, expect: str, parts: str | None) -> None:
    """A test in Python would say other than the same words in a test file."""
    raw: Any = yaml.safe_load(expect)
    named = {k: v for k, v in raw.items() if k != "decision"} if isinstance(raw, dict) else {}
    decision = raw.get("decision") if isinstance(raw, dict) else raw
    if parts is None:
        assert_decision(_check(folder, case), decision, **named)
    else:
        with pytest.raises(AssertionError) as caught:
            assert_decision(_check(folder, case), decision, **named)
        said = [line.strip() for line in str(caught.value).splitlines()]
        wanted = parts.split(", ", 0 if "=" in parts else -1)
        assert [line for line in said if line in wanted] == wanted


def test_a_name_may_stand_alone(folder: Path) -> None:
    """`because="not-far"` would be read letter by letter."""
    decision = _check(folder, "gun")
    assert_decision(decision, because="in-response", not_because="otherwise", cites="c06a")
    with pytest.raises(AssertionError, match="expected otherwise"):
        assert_decision(decision, because="otherwise")


@pytest.mark.parametrize(
    ("expected", "named", "message"),
    [
        (None, {}, "SR902 nothing is expected"),
        (None, {"because": []}, "SR902 nothing is expected"),
        ("permited", {}, "SR114 `permited` can't be expected"),
        (None, {"possible": ["indeterminate"]}, "SR114 `indeterminate` can't be expected"),
        (None, {"rules": {"not-far": "works"}}, "SR114 `works` can't be expected"),
        (None, {"readings": {"drones=counted": "yes"}}, "SR114 `yes` can't be expected"),
        (None, {"readings": {"drones": "permitted"}}, "SR903 `drones` does not choose a reading"),
        (None, {"because": "in-respnse"}, "SR903 `mine` has no rule `in-respnse`"),
        ("permitted", {"possible": ["prohibited"]}, "SR908 `permitted` does not go with what is"),
        ("permitted", {"depends_on": ["timing"]}, "SR908 a case that is `permitted` hangs on"),
        (None, {"because": "scope", "not_because": "scope"}, "SR908 `scope` is in `because` and"),
    ],
)
def test_what_makes_no_sense_in_python(
    folder: Path, expected: str | None, named: dict[str, Any], message: str
) -> None:
    """An assertion with a slip in it would hold, or fail as if the policy were wrong."""
    with pytest.raises(InvalidInput) as caught:
        assert_decision(_check(folder, "gun"), expected, **named)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("case", "found"),
    [
        ("gun", {"in-response": True}),
        ("first", {"otherwise": True}),
        ("foreign", {"scope": True}),
        ("defence", {"in-response": True, "defence": True}),
        ("far", {"in-response": True, "not-far": True}),
    ],
)
def test_reasons(folder: Path, case: str, found: dict[str, bool]) -> None:
    """What a decision is because of would be told otherwise than `because` has it."""
    assert reasons(_check(folder, case)) == found


# -- what is said of a failure -----------------------------------------------------------------


def _text(folder: Path, text: str) -> str:
    suite = suite_of(parse_document(dedent(text).lstrip(), "mine_test.strike.yaml", folder))
    [case] = suite.cases
    assert case.expect is not None
    decision = suite.decide(case)
    return failure_text(case, decision, differences(case.expect, decision))


def test_text_of_a_settled_case(folder: Path) -> None:
    """Whoever reads a failure would not see what was given, what differs, where, and why."""
    said = _text(folder, """
        policy: ./mine.yaml
        cases:
          - name: a gun that shoots first
            given: {attacker: UA, timing: pre_emptive, weapon: {kind: artillery, max_range_km: 40}}
            expect:
              decision: permitted
              because: [in-response]
    """)  # fmt: skip
    assert said == dedent("""\
        mine_test.strike.yaml:3: a gun that shoots first
          given: attacker: UA, timing: pre_emptive, weapon.kind: artillery,
            weapon.max_range_km: 40
          decided by mine

          decision  (mine_test.strike.yaml:6)
            expected permitted
            got      prohibited

          because  (mine_test.strike.yaml:7)
            expected in-response
            got      otherwise (in-response does not apply)

        Why
          no      rule in-response (permit) does not apply
          no        timing is in_response: it is pre_emptive
          no      rule defence (permit) does not apply
          no        weapon.kind is air_defence: it is artillery
          yes     where no rule decides: prohibited: no rule applies, so it is
                    prohibited
    """).rstrip("\n")


def test_text_of_an_open_case(folder: Path) -> None:
    """What an open case hangs on, and what was answered for it, would be left out."""
    said = _text(folder, """
        policy: ./mine.yaml
        readings: {long-range: by-figure}
        cases:
          - name: a drone
            given: {attacker: UA, timing: in_response, weapon: {kind: drone, max_range_km: null}}
            expect:
              depends_on: [weapon.max_range_km]
              readings:
                drones=counted: permitted
    """)  # fmt: skip
    assert said == dedent("""\
        mine_test.strike.yaml:4: a drone
          given: attacker: UA, timing: in_response, weapon.kind: drone,
            weapon.max_range_km: unknown
          with long-range read as by-figure
          decided by mine

          depends on  (mine_test.strike.yaml:7)
            expected weapon.max_range_km
            got      drones, weapon.max_range_km

          drones=counted  (mine_test.strike.yaml:9)
            expected permitted
            got      indeterminate (permitted or prohibited)

        Why
          open    rule in-response (permit) may apply
          yes       timing is in_response: it is in_response
          depends   counts (drones)
          yes         counted: always
          no          not-counted: weapon.kind is not drone: it is drone
          open    rule not-far (prohibit) may apply
          open      long (long-range)
          open        by-figure: weapon.max_range_km > 100 km: it is not known
          open    where no rule decides: prohibited

        It hangs on weapon.max_range_km, drones.
    """).rstrip("\n")


def test_text_out_of_scope(folder: Path) -> None:
    """A case that the policy does not govern would be explained by rules that play no part."""
    said = _text(folder, """
        policy: ./mine.yaml
        cases: [{name: another country, given: {attacker: PL}, expect: prohibited}]
    """)  # fmt: skip
    assert said == dedent("""\
        mine_test.strike.yaml:2: another country
          given: attacker: PL
          decided by mine

          decision  (mine_test.strike.yaml:2)
            expected prohibited
            got      not_governed

        Why
          no      `mine` governs this
          no        attacker is UA: it is PL
    """).rstrip("\n")


def test_text_in_python(folder: Path) -> None:
    """An assertion in Python would not say what was decided, nor why."""
    with pytest.raises(AssertionError) as caught:
        assert_decision(_check(folder, "foreign"), "permitted")
    assert str(caught.value) == dedent("""\
        scenario: not_governed
          decided by mine

          decision
            expected permitted
            got      not_governed

        Why
          no      `mine` governs this
          no        attacker is UA: it is PL
    """).rstrip("\n")


def test_text_fits_and_colours_nothing_but_words(folder: Path) -> None:
    """A failure would run over the edge, or read otherwise in colour."""
    suite = _suite(folder, "far drone", "{decision: permitted, depends_on: []}")
    case: Case = suite.cases[0]
    assert case.expect is not None
    decision = suite.decide(case)
    found = differences(case.expect, decision)
    plain = failure_text(case, decision, found, width=60)
    assert max(map(len, plain.splitlines())) <= 60
    coloured = failure_text(case, decision, found, width=60, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
