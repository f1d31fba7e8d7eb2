"""Every problem of a register, with its place and all its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from strikerules.problems import InvalidInput, Problem
from strikerules.sources import Source, SourceRegister

Read = Callable[..., Source]

TWICE = "id: c01a\n    paragraph: 1\n    speaker: minister\n    sentence: 1"
ONE_THING = "one policy or timeline and at most one part of it, or one zone"
CASES: list[tuple[str, tuple[str, str], str]] = [
    (
        "twice",
        ("id: c02a\n    paragraph: 2\n    speaker: minister\n    sentence: 2", TWICE),
        (
            "gazette.yaml:21:9: SR502 the claim `c01a` is given twice\n"
            "  help: it was first given on line 11"
        ),
    ),
    (
        "id of another paragraph",
        ("id: c02a", "id: c03a"),
        (
            "gazette.yaml:21:9: SR503 `c03a` can't be the id of a claim of paragraph 2\n"
            "  expected: `c02` and a letter"
        ),
    ),
    (
        "id of another form",
        ("id: c01a", "id: first"),
        (
            "gazette.yaml:11:9: SR503 `first` can't be the id of a claim of paragraph 1\n"
            "  expected: `c01` and a letter"
        ),
    ),
    (
        "letter left out",
        ("id: c02a", "id: c02b"),
        "gazette.yaml:21:9: SR503 the claim `c02b` is out of order\n  expected: `c02a`",
    ),
    (
        "paragraph out of range",
        ("id: c02a\n    paragraph: 2", "id: c03a\n    paragraph: 3"),
        "gazette.yaml:22:16: SR504 there is no paragraph `3`\n  expected: 1 to 2",
    ),
    (
        "sentence out of range",
        ("sentence: 2", "sentence: 3"),
        "gazette.yaml:24:15: SR504 paragraph 2 has no sentence `3`\n  expected: 1 to 2",
    ),
    (
        "no such day",
        ("date: 2030-01-05", "date: 2030-02-30"),
        "gazette.yaml:4:7: SR505 `2030-02-30` is not a date\n  expected: such as `2024-05-31`",
    ),
    (
        "relative date",
        ("date: 2030-01-04\n", "date: Friday\n"),
        "gazette.yaml:15:11: SR505 `Friday` is not a date\n  expected: such as `2024-05-31`",
    ),
    (
        "bad end",
        ("until: 2030-01-04", "until: 20300104x"),
        "gazette.yaml:25:37: SR505 `20300104x` is not a date\n  expected: such as `2024-05-31`",
    ),
    (
        "reversed interval",
        ("from: 2030-01-01", "from: 2030-01-05"),
        (
            "gazette.yaml:25:37: SR505 the interval ends on `2030-01-04`, before it begins\n"
            "  expected: `2030-01-05` or later"
        ),
    ),
    (
        "open interval",
        ("{from: 2030-01-01, until: 2030-01-04, about: true}", "{about: true}"),
        (
            "gazette.yaml:25:11: SR505 the interval has neither end\n"
            "  expected: `from`, `until` or both"
        ),
    ),
    (
        "context that is encoded",
        ("not_encoded: weather", "encoded_as: [{policy: nets}]"),
        (
            "gazette.yaml:28:5: SR506 the claim `c02a` is context, yet it is encoded\n"
            "  expected: `not_encoded` with the reason\n"
            "  help: if a rule rests on it, it is not mere context: give it another `firmness`"
        ),
    ),
    (
        "neither",
        ("    not_encoded: weather\n", ""),
        (
            "gazette.yaml:21:9: SR506 the claim `c02a` has neither `encoded_as` nor `not_encoded`\n"
            "  expected: one of the two"
        ),
    ),
    (
        "both",
        ("reading: large}\n", "reading: large}\n    not_encoded: why\n"),
        (
            "gazette.yaml:21:5: SR506 the claim `c01a` has both `encoded_as` and `not_encoded`\n"
            "  expected: one of the two"
        ),
    ),
    (
        "an entry for nothing",
        ("{policy: nets, rule: harbour}", "{}"),
        f"gazette.yaml:19:9: SR507 the entry names nothing\n  expected: {ONE_THING}",
    ),
    (
        "an entry for two parts",
        ("rule: harbour}", "rule: harbour, fact: tide}"),
        f"gazette.yaml:19:9: SR507 the entry names more than one thing\n  expected: {ONE_THING}",
    ),
    (
        "an entry with two owners",
        ("{policy: nets, rule: harbour}", "{policy: nets, timeline: nets}"),
        f"gazette.yaml:19:9: SR507 the entry names more than one thing\n  expected: {ONE_THING}",
    ),
    (
        "a part of nothing",
        ("{policy: nets, rule: harbour}", "{rule: harbour}"),
        (
            "gazette.yaml:19:9: SR507 no policy or timeline is named for `harbour`\n"
            f"  expected: {ONE_THING}"
        ),
    ),
    (
        "a reading of nothing",
        ("question: size, ", ""),
        (
            "gazette.yaml:20:9: SR507 no question is named for the reading `large`\n"
            f"  expected: {ONE_THING}"
        ),
    ),
    (
        "a timeline's rule",
        ("{policy: nets, rule: harbour}", "{timeline: nets, rule: harbour}"),
        f"gazette.yaml:19:9: SR507 a timeline has no rule\n  expected: {ONE_THING}",
    ),
    (
        "a policy's entry",
        ("{policy: nets, rule: harbour}", "{policy: nets, entry: harbour}"),
        f"gazette.yaml:19:9: SR507 a policy has no entry\n  expected: {ONE_THING}",
    ),
    (
        "speaker",
        ("speaker: minister\n    date", "speaker: ministre\n    date"),
        (
            "gazette.yaml:14:14: SR508 the speaker `ministre` is not known\n"
            "  expected: `minister`\n  help: did you mean `minister`?"
        ),
    ),
    (
        "digest",
        (f'sha256: "{"0" * 64}"', "sha256: D9A2"),
        (
            "gazette.yaml:5:9: SR511 `D9A2` is not a SHA-256 digest\n"
            "  expected: 64 hexadecimal digits in small letters"
        ),
    ),
    (
        "sentences",
        ("sentences: [1, 2]", "sentences: [1, 2, 1]"),
        (
            "gazette.yaml:7:12: SR512 `sentences` counts 3 paragraphs, but there are 2\n"
            "  expected: one number for each paragraph"
        ),
    ),
    (
        "long quotation",
        ("text: The weather", 'quoted: ["one two three four five six seven eight"]\n    text: It'),
        (
            "gazette.yaml:27:14: SR513 the quoted term `one two three four five six seven eight` is"
            " too long\n"
            "  expected: at most 7 words\n"
            "  help: put it in your own words, and quote only what hangs on its wording"
        ),
    ),
    (
        "unknown firmness",
        ("firmness: decided", "firmness: sure"),
        (
            "gazette.yaml:16:15: SR114 `sure` is not a value of `firmness`\n"
            "  expected: `decided`, `stated`, `hinted`, `reported`, `argued` or `context`"
        ),
    ),
]


@pytest.mark.parametrize(
    ("change", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_problem(small: Read, change: tuple[str, str], message: str) -> None:
    """Someone who writes a register would not be told what is wrong, where and what to do."""
    with pytest.raises(InvalidInput) as caught:
        small(change)
    assert str(caught.value) == message


def test_all_problems_at_once(small: Read) -> None:
    """A register would have to be mended one run at a time."""
    with pytest.raises(InvalidInput) as caught:
        small(("paragraphs: 2", "paragraphs: 1"), ("firmness: decided", "firmness: context"))
    assert [p.code for p in caught.value.problems] == ["SR512", "SR506", "SR504"]


def test_file_has_its_source_s_name(small_text: str, tmp_path: Path) -> None:
    """Two files could claim one source, and neither be found by its name."""
    (tmp_path / "other.yaml").write_text(small_text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        SourceRegister.load(tmp_path)
    (problem,) = caught.value.problems
    assert problem.code == "SR510"
    assert problem.message == "the source `gazette` is in a file called `other`"
    assert problem.expected == "a file with the name of its source"


def test_source_registered_twice(small: Read) -> None:
    """One source would silently take the place of another."""
    with pytest.raises(InvalidInput, match="SR510 the source `gazette` is registered twice"):
        SourceRegister([small(), small()])


def test_unknown_claim(small: Read) -> None:
    """A mistyped cite would be reported without what was meant."""
    found = SourceRegister([small()]).find("c01b")
    assert found == Problem(
        "SR501",
        "the claim `c01b` is not in the source register",
        help="did you mean `c01a`?",
    )


def test_unknown_source(small: Read) -> None:
    """A mistyped source would be reported without what was meant."""
    with pytest.raises(InvalidInput) as caught:
        SourceRegister([small()]).source("gazete")
    assert str(caught.value) == (
        "SR514 the source `gazete` is not registered\n"
        "  expected: `gazette`\n  help: did you mean `gazette`?"
    )


def test_claim_of_several_sources(small: Read) -> None:
    """A cite could be taken for another source's claim of the same number."""
    register = SourceRegister([small(), small(("source: gazette", "source: herald"))])
    found = register.find("c01a")
    assert isinstance(found, Problem)
    assert found.code == "SR509"
    assert found.message == "the claim `c01a` is in several sources"
    assert found.expected == "`gazette/c01a` or `herald/c01a`"
    assert register.claim("herald/c01a").source == "herald"
    assert register.claim("c01a", among=["gazette"]).source == "gazette"
