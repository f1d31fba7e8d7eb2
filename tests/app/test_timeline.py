"""The days of the slider, and who is in force on them."""

from __future__ import annotations

from datetime import date

import pytest

import strikerules as sr
from strikerules.app.timeline import span_of

TIMELINE = sr.load()


def test_stretches_say_what_check_says() -> None:
    """The band over the slider would tell another day than the verdict."""
    span = span_of(TIMELINE.ruling)
    for stretch in span.stretches:
        for day in {stretch.first, stretch.last}:
            case = {"date": day.isoformat(), "weapon": {"made_in": "FR", "us_parts": False}}
            why = TIMELINE.check(case).why
            entries = {s.name: s.truth for s in why.children if s.kind == "entry"}
            assert tuple(entries) == stretch.possible
            assert tuple(n for n, truth in entries.items() if truth == "yes") == stretch.sure


@pytest.mark.parametrize(
    ("reading", "words"),
    [(None, ["ban", "ban or kharkiv: open", "kharkiv"]), ("told", ["ban", "kharkiv"])],
)
def test_readings_move_the_day(reading: str | None, words: list[str]) -> None:
    """A reading that is chosen would leave the band as it was."""
    policy = TIMELINE.vary(readings={"day-of-effect": reading}) if reading else TIMELINE
    assert [s.words for s in span_of(policy.ruling).stretches] == words


def test_a_day_that_is_set() -> None:
    """A day that was set would be one of several."""
    span = span_of(TIMELINE.vary(set={"day_of_effect": "2024-06-10"}).ruling)
    assert [s.first for s in span.stretches] == [span.first, date(2024, 6, 10)]


def test_the_case_s_own_day_is_on_the_slider() -> None:
    """The slider would stand at another day than the field says."""
    day = date(2025, 3, 1)
    span = span_of(TIMELINE.ruling, day)
    assert span.last == day
    found = span.stretch(day)
    assert found is not None
    assert found.words == "kharkiv"
    far = span_of(TIMELINE.ruling, date(1, 1, 1))
    assert far.first.year == 2024


def test_a_policy_by_itself() -> None:
    """A policy that is named is applied whatever the date, and the band would deny it."""
    span = span_of(sr.load("kharkiv").ruling)
    assert [s.words for s in span.stretches] == ["kharkiv"]
    assert span_of(sr.load({"policy": "p", "otherwise": "permit"}).ruling).stretches
