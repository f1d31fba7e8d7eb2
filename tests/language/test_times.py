"""Timelines: which policy is in force when, under which reading; values and their writing."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strikerules.language.library import Library
from strikerules.language.policy import Timeline
from strikerules.language.timeline import interval
from strikerules.language.values import read_date, read_value, written
from strikerules.language.vocabulary import BASE, Attribute
from strikerules.problems import InvalidInput, Problem

HEAD = "timeline: t\n"
ENTRY = "  - {{policy: {0}, in_force: {{{1}}}}}\n"


def _load(folder: Path, *entries: tuple[str, str], more: str = "") -> Timeline:
    for name in ("one", "two", "three"):
        (folder / f"{name}.yaml").write_text(f"policy: {name}\nrules: []\n", encoding="utf-8")
    body = "".join(ENTRY.format(*entry) for entry in entries)
    (folder / "t.yaml").write_text(f"{HEAD}{more}entries:\n{body}", encoding="utf-8")
    found = Library(lambda _: None, (folder,)).load("t")
    assert isinstance(found, Timeline)
    return found


def _codes(folder: Path, *entries: tuple[str, str], more: str = "") -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        _load(folder, *entries, more=more)
    return [p.code for p in caught.value.problems]


@pytest.mark.parametrize(
    ("in_force", "first", "last"),
    [
        ("from: 2030-01-02", "2030-01-02", "9999-12-31"),
        ("until: 2030-01-02", "0001-01-01", "2030-01-02"),
        ("before: 2030-01-02", "0001-01-01", "2030-01-01"),
        ("from: 2030-01-02, before: 2030-03-01", "2030-01-02", "2030-02-28"),
        ("from: 2030-01-02, until: 2030-01-02", "2030-01-02", "2030-01-02"),
        ("until: 2030-01-05, before: 2030-01-04", "0001-01-01", "2030-01-03"),
        ("", "0001-01-01", "9999-12-31"),
    ],
)
def test_interval(tmp_path: Path, in_force: str, first: str, last: str) -> None:
    """A policy would hold a day too long or too short."""
    entry = _load(tmp_path, ("one", in_force)).entries[0]
    assert interval(entry, {}) == (date.fromisoformat(first), date.fromisoformat(last))


def test_touching_times(tmp_path: Path) -> None:
    """Times that meet without a gap would be refused, or times with a day in common taken."""
    fine = _load(tmp_path, ("one", "before: 2030-01-02"), ("two", "from: 2030-01-02"))
    assert [e.policy.name for e in fine.entries] == ["one", "two"]
    assert _codes(tmp_path, ("one", "until: 2030-01-02"), ("two", "from: 2030-01-02")) == ["SR340"]


def test_order_does_not_matter_for_overlaps(tmp_path: Path) -> None:
    """Two policies in force at once would pass where the later one is listed first."""
    codes = _codes(tmp_path, ("two", "from: 2030-01-02"), ("three", "until: 2029-01-01"),
                   ("one", "until: 2030-01-02"))  # fmt: skip
    assert codes == ["SR340", "SR340"]


QUESTION = """\
parameters: {day: {value: 2030-01-10}, end: {value: 2030-02-01}}
questions:
  when:
    readings:
      early: {set: {day: 2030-01-05}}
      late: {set: {day: 2030-03-05}}
"""


def test_an_overlap_under_one_reading(tmp_path: Path) -> None:
    """A timeline that contradicts itself only under one reading would be taken."""
    with pytest.raises(InvalidInput) as caught:
        _load(tmp_path, ("one", "before: $day"), ("two", "from: $end"), more=QUESTION)
    assert [p.message for p in caught.value.problems] == [
        "`two` and `one` are both in force from 2030-02-01 (under when=late)"
    ]


def test_an_empty_time_under_one_reading(tmp_path: Path) -> None:
    """A policy that is never in force under one reading would pass."""
    with pytest.raises(InvalidInput) as caught:
        _load(tmp_path, ("one", "from: $day, before: $end"), more=QUESTION)
    assert [p.message for p in caught.value.problems] == [
        "this time is empty: it ends before it begins (under when=late)"
    ]


def test_a_parameter_that_is_no_day(tmp_path: Path) -> None:
    """A policy would be in force from a number on."""
    assert _codes(tmp_path, ("one", "from: $x"), more="parameters: {x: {value: 5}}\n") == ["SR118"]
    assert _codes(tmp_path, ("one", "from: $x")) == ["SR307"]


def test_one_question_under_one_name(tmp_path: Path) -> None:
    """An answer to a question would mean one thing in one policy and another in the next."""
    more = "questions: {q: {readings: {a: {}, b: {}}}}\n"
    (tmp_path / "four.yaml").write_text(
        "policy: four\nquestions: {q: {readings: {a: {}, c: {}}}}\nrules: []\n", encoding="utf-8"
    )
    assert _codes(tmp_path, ("four", "from: 2030-01-01"), more=more) == ["SR342"]


def test_shipped_timeline() -> None:
    """The ban and the permission would overlap or leave a day between them."""
    from strikerules.geography.atlas import default_atlas

    timeline = Library(default_atlas().has).load()
    assert isinstance(timeline, Timeline)
    for reading in timeline.questions["day-of-effect"].readings.values():
        (_, last), (first, _) = (interval(e, dict(reading.set)) for e in timeline.entries)
        assert (first - last).days == 1


NUMBER = Attribute("n", "number", "", unit="km", origin="declared")


@pytest.mark.parametrize(
    ("raw", "value"), [(5, 5.0), (-5, -5.0), ("5 km", 5.0), ("5.5km", 5.5), (0.1, 0.1)]
)
def test_numbers(raw: object, value: float) -> None:
    """A range with its unit would be refused, or a declared figure below zero."""
    found = read_value(NUMBER, raw, None)
    assert found == value
    assert isinstance(found, float)


@pytest.mark.parametrize("raw", [True, "5", "5 mi", "km", None, [5], float("nan"), 10**400, "5 KM"])
def test_not_numbers(raw: object) -> None:
    """Something that is not a number of km would be taken for one."""
    assert isinstance(read_value(NUMBER, raw, None), Problem)


@pytest.mark.parametrize("raw", ["2024-02-30", "2024-1-1", "24-01-01", "", "today", 20240101, None])
def test_not_dates(raw: object) -> None:
    """Something that is not a day would be taken for one."""
    assert isinstance(read_date(raw, None), Problem)


@given(st.dates())
def test_dates_are_written_as_read(day: date) -> None:
    """A day would change on its way through a file."""
    assert read_date(written(day), None) == day


@given(st.floats(0, 1e6) | st.integers(0, 10**6))
def test_numbers_are_written_as_read(number: float) -> None:
    """A figure would lose more than its tenth digit where it is shown."""
    assert float(written(float(number))) == pytest.approx(float(number), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("attribute", BASE, ids=lambda a: a.path)
def test_vocabulary_is_described(attribute: Attribute) -> None:
    """An attribute would be offered in an editor without a word on what it means."""
    assert attribute.text
    assert attribute.wanted
    assert (attribute.kind == "values") == bool(attribute.values)


def test_policies_that_declare_one_fact_differently(tmp_path: Path) -> None:
    """One value of a scenario would be read in two ways, and nobody told."""
    for name, declared in (("one", "{type: boolean}"), ("two", "{values: [low, high]}")):
        (tmp_path / f"{name}.yaml").write_text(
            f"policy: {name}\nfacts: {{own.alert: {declared}}}\nrules: []\n", encoding="utf-8"
        )
    entries = "".join(
        ENTRY.format(*entry)
        for entry in (("one", "before: 2024-05-30"), ("two", "from: 2024-05-30"))
    )
    (tmp_path / "t.yaml").write_text(f"{HEAD}entries:\n{entries}", encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        Library(lambda _: None, (tmp_path,)).load("t")
    ((code, message, line),) = [
        (p.code, p.message, p.position.line if p.position else 0) for p in caught.value.problems
    ]
    assert (code, line) == ("SR343", 4)
    assert message == "the fact `own.alert` is declared otherwise in `two` than in `one`"
