"""The suites of the shipped policies: complete, and shown to be."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from strikerules.language.library import Library
from strikerules.testing.compare import differences
from strikerules.testing.mutation.run import mutate
from strikerules.testing.read import read_suite
from strikerules.testing.session import Session
from strikerules.testing.suite import Suite

FOLDER = Path(__file__).parents[2] / "rules" / "tests"
FILES = sorted(FOLDER.glob("*_test.strike.yaml"))


@pytest.fixture(scope="module")
def suites() -> list[Suite]:
    return [read_suite(file) for file in FILES]


def covered(suites: list[Suite]) -> Session:
    session = Session()
    for suite in suites:
        for case in suite.cases:
            session.ran(suite, case, suite.decide(case))
    return session


def test_every_policy_has_a_suite(suites: list[Suite]) -> None:
    """A policy could be added, or a suite lost, and nobody would see that nothing tests it."""
    named = {Path(s.file).name.partition("_test.")[0] for s in suites}
    assert named == set(Library(lambda _: True).names())


def test_all_pass(suites: list[Suite]) -> None:
    """A shipped policy would decide other than is written down for it."""
    failing = [
        case.key for suite in suites for case in suite.cases
        if case.expect is None or differences(case.expect, suite.decide(case))
    ]  # fmt: skip
    assert failing == []


def test_they_cover_everything(suites: list[Suite]) -> None:
    """Something in a shipped policy would be settled by no case."""
    coverage = covered(suites).coverage()
    left = {p.name: [o.item.text for o in p.uncovered] for p in coverage.policies.values()}
    assert left == {name: [] for name in Library(lambda _: True).names()}
    assert all(p.percent == 100 for p in coverage.policies.values())
    impossible = {(p.name, o.item.text) for p in coverage.policies.values() for o in p.impossible}
    # beyond the wide area nothing is permitted, so that a ban on deep strikes changes nothing
    assert {text for _, text in impossible} == {
        "`target.depth_km > 100 km` in `meaning-of-long-range=by-depth` is true, and it matters",
        "`target.depth_km` just above 100",
    }


def test_no_mutant_survives(suites: list[Suite]) -> None:
    """A small mistake in a shipped policy would pass all its tests."""
    found = mutate(suites, cache=None, jobs=1)
    assert {p.name for p in found.policies} == set(Library(lambda _: True).names())
    assert [(p.name, m.text) for p in found.policies for m, _ in p.survivors] == []
    assert all(p.total > 10 for p in found.policies)


@pytest.mark.parametrize(
    ("lost", "what"),
    [
        ("an air base hangs on whether air bases count", "air-bases"),
        ("a weapon that reaches farther is long-range by one reading", "just above 100"),
        ("of a foreign weapon without US parts nothing is said", "us-made"),
    ],
)
def test_a_case_that_is_removed_is_missed(suites: list[Suite], lost: str, what: str) -> None:
    """A suite could lose a case and still be said to cover everything."""
    kharkiv = next(s for s in suites if Path(s.file).name.startswith("kharkiv_"))
    fewer = replace(
        kharkiv,
        cases=tuple(c for c in kharkiv.cases if c.policy == "kharkiv" and lost not in c.name),
    )
    assert len(fewer.cases) == sum(c.policy == "kharkiv" for c in kharkiv.cases) - 1
    counted = next(iter(covered([fewer]).coverage().policies.values()))
    assert counted.percent < 100
    assert any(what in o.item.text for o in counted.uncovered)
    assert all(o.case is not None for o in counted.uncovered if o.item.kind != "claim")


def test_cases_have_names_of_their_own(suites: list[Suite]) -> None:
    """The suites are examples: a case that is named for nothing teaches nothing."""
    names = [c.name.partition("[")[0] for s in suites for c in s.cases]
    assert all(len(name.split()) > 3 for name in names)


def test_the_schema_is_named() -> None:
    """Editors would not complete the files that people learn from."""
    for file in FILES:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../../schemas/test.json"
