"""Shares: counted as by hand, under each reading as decided by it, the unknown apart."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import strikerules as sr
from strikerules.batch.answers import Answer, Answers
from strikerules.batch.decided import Decided
from strikerules.batch.in_zones import zone_column
from strikerules.batch.share_tables import share_table
from strikerules.batch.shares import SHARES, Shares, together
from strikerules.batch.tables import decide_table
from strikerules.batch.wilson import wilson
from strikerules.engine.decision import OUTCOMES, names_of
from strikerules.problems import InvalidInput, Problem

KHARKIV = sr.load("kharkiv")
PROGRAM = KHARKIV.program


@pytest.mark.parametrize(
    ("hits", "draws", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611),
     (1, 29, 0.0061, 0.1718)],
)  # fmt: skip
def test_wilson_as_published(hits: int, draws: int, low: float, high: float) -> None:
    """The interval would not be Wilson's: Newcombe (1998), table I, method 3."""
    found = wilson(hits, draws)
    assert (round(float(found[0]), 4), round(float(found[1]), 4)) == (low, high)


def test_wilson_by_its_definition() -> None:
    """Another confidence, or arrays, would have another formula."""
    hits, draws = np.array([0, 3, 10, 0]), np.array([10, 10, 10, 0])
    low, high = wilson(hits, draws, 0.9)
    z = 1.6448536269514722
    for x, n, a, b in zip(hits[:3], draws[:3], low, high, strict=False):
        # the bounds are those p from which the share found is z standard errors away
        for p in (a, b):
            if 0 < p < 1:
                assert abs(x / n - p) == pytest.approx(z * np.sqrt(p * (1 - p) / n), abs=1e-12)
        assert 0 <= a <= x / n <= b <= 1
    assert np.isnan([low[3], high[3]]).all()


def test_wilson_covers() -> None:
    """An interval of 95 % would hold the truth far less often."""
    generator = np.random.default_rng(11)
    for p in (0.02, 0.3, 0.9):
        low, high = wilson(generator.binomial(200, p, 20_000), 200)
        assert 0.93 < float(np.mean((low <= p) & (p <= high))) < 0.975


# -- counting ----------------------------------------------------------------------------------

MASK = PROGRAM.every


@st.composite
def decided_rows(draw: st.DrawFn) -> tuple[list[tuple[int, int, int] | None], list[Any]]:
    """Any masks, whether a policy leads to them or not; None can't be read."""
    bits = st.one_of(st.just(0), st.just(MASK), st.integers(0, MASK))
    masks = st.tuples(bits, bits, bits).filter(lambda m: (m[0] | m[1] | m[2]) == MASK)
    kinds = draw(st.lists(masks, min_size=1, max_size=4))
    one = st.one_of(st.none(), st.sampled_from(kinds))
    rows = draw(st.lists(one, min_size=1, max_size=30))
    groups = st.sampled_from(["a", "b", None])
    return rows, draw(st.lists(groups, min_size=len(rows), max_size=len(rows)))


def decided_of(rows: list[tuple[int, int, int] | None]) -> Decided:
    answers = Answers()
    numbers = [
        0 if m is None else answers.number(Answer(names_of(m, MASK), (), (), m)) for m in rows
    ]
    problems = {i: (Problem("SR113", "x"),) for i, m in enumerate(rows) if m is None}
    return Decided(np.array(numbers, dtype=np.int32), answers, problems)


@given(made=decided_rows(), size=st.integers(1, 30), data=st.data())
@settings(max_examples=30)
def test_counted_by_hand(
    made: tuple[list[tuple[int, int, int] | None], list[Any]], size: int, data: st.DataObject
) -> None:
    """Rows would be counted in another group, under another reading, or not at all."""
    rows, groups = made
    weights = data.draw(
        st.lists(st.integers(1, 9), min_size=len(rows), max_size=len(rows)), label="weights"
    )
    weighted = data.draw(st.booleans())
    questions = data.draw(
        st.lists(st.sampled_from([q.id for q in PROGRAM.questions]), max_size=2, unique=True)
    )
    shares = Shares(PROGRAM, ["g"], weight="w" if weighted else None)
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        columns = {"g": groups[part], "w": np.array(weights[part], dtype=float)}
        shares.add(pa.table(columns), decided_of(rows[part]))
    frame = shares.frame(*questions)
    chosen = [q for q in PROGRAM.questions if q.id in questions]
    chosen.sort(key=lambda q: questions.index(q.id))
    wanted = list(
        itertools.product(dict.fromkeys(groups), *(range(len(q.readings)) for q in chosen))
    )
    assert len(frame) == len(wanted)
    for (group, *readings), row in zip(wanted, frame.to_dict("records"), strict=True):
        assert row["g"] == group or (group is None and pd.isna(row["g"]))
        within = MASK
        for question, reading in zip(chosen, readings, strict=True):
            assert row[question.id] == question.readings[reading]
            within &= question.masks[reading]
        tally: Counter[str] = Counter()
        for masks, g, w in zip(rows, groups, weights, strict=True):
            if g != group:
                continue
            if masks is None:
                tally["unreadable"] += 1
                continue
            names = names_of(masks, within)
            weight = w if weighted else 1
            tally["rows"] += 1
            tally["weight"] += weight
            tally[names[0] if len(names) == 1 else "open"] += weight
            for name in names:
                tally[f"may_be_{name}"] += weight
        assert row["rows"] == tally["rows"]
        assert row.get("unreadable", 0) == tally["unreadable"]
        for name in (*SHARES, *(f"may_be_{o}" for o in OUTCOMES)):
            if tally["rows"]:
                assert row[name] == pytest.approx(tally[name] / tally["weight"], abs=1e-12)
            else:
                assert pd.isna(row[name])
        if weighted:
            assert row["weight"] == tally["weight"]


def mixed() -> pa.Table:
    """Rows that hang on facts, places and questions of all sorts."""
    generator = np.random.default_rng(3)
    count = 120
    return pa.table(
        {
            "weapon.made_in": generator.choice(np.array(["US", "FR", None]), count),
            "weapon.us_parts": [None, True, False] * 40,
            "weapon.max_range_km": generator.choice([40.0, 120.0, np.nan], count),
            "target.kind": generator.choice(["air_base", "artillery"], count),
            "target.supports": generator.choice(["kharkiv_assault", "none"], count, p=[0.8, 0.2]),
            "target.location.lon": generator.uniform(35.5, 38.5, count),
            "target.location.lat": generator.uniform(49.8, 51.5, count),
        }
    )


def test_under_each_reading_as_decided_by_it() -> None:
    """A share under a reading would not be that of the policy with this reading chosen."""
    table = mixed()
    shares = Shares(PROGRAM)
    shares.add(table, decide_table(KHARKIV.decider, table)[1])
    frame = shares.by_reading()
    assert frame.question.isna().tolist() == [True] + [False] * (len(frame) - 1)
    assert list(frame[["question", "reading"]].itertuples(index=False))[1:] == [
        (q, r) for q, readings in KHARKIV.questions.items() for r in readings
    ]
    scenarios = [
        {k: v for k, v in row.items() if v is not None and v == v} for row in table.to_pylist()
    ]
    for row in frame.to_dict("records"):
        policy = KHARKIV
        if not pd.isna(row["question"]):
            policy = policy.vary(readings={row["question"]: row["reading"]})
        found = [policy.check(_nested(s)) for s in scenarios]
        tally = Counter(d.decision if d.settled else "open" for d in found)
        may = Counter(name for d in found for name in d.possible)
        for name in SHARES:
            assert row[name] * len(found) == pytest.approx(tally[name])
        for name in OUTCOMES:
            assert row[f"may_be_{name}"] * len(found) == pytest.approx(may[name])
    whole = frame.iloc[0]
    assert whole.permitted < whole.may_be_permitted < 1
    assert 0 < whole.open < 1


def _nested(scenario: dict[str, Any]) -> dict[str, Any]:
    place = {p: scenario[f"target.location.{p}"] for p in ("lon", "lat")}
    facts = {k: v for k, v in scenario.items() if not k.startswith("target.location.")}
    return {**facts, "target.location": place}


def test_two_questions_at_once() -> None:
    """The readings of two questions would be taken one after the other, not together."""
    table = mixed()
    shares = Shares(PROGRAM)
    shares.add(table, decide_table(KHARKIV.decider, table)[1])
    pair = ("meaning-of-us-made", "extent-of-designated-areas")
    frame = shares.frame(*pair)
    assert len(frame) == 4
    for row in frame.to_dict("records"):
        policy = KHARKIV.vary(readings={name: row[name] for name in pair})
        found = policy.check_table(table)
        assert row["permitted"] == pytest.approx(
            np.mean([d == "permitted" for d in found.column("decision").to_pylist()])
        )


def test_unknown_names() -> None:
    """A mistyped column or question would end in a traceback, or count nothing."""
    shares = Shares(PROGRAM, ["weapon.made"])
    with pytest.raises(InvalidInput, match=r"SR221 there is no column `weapon\.made`") as caught:
        shares.add(mixed(), decided_of([None] * 120))
    assert caught.value.problems[0].help == "did you mean `weapon.made_in`?"
    with pytest.raises(InvalidInput, match="SR324") as caught:
        shares.frame("air-base")
    assert caught.value.problems[0].help == "did you mean `air-bases`?"


def test_nothing_counted() -> None:
    """No rows at all would be a division by zero, or a share of nothing."""
    frame = Shares(PROGRAM).frame()
    assert frame["rows"].tolist() == [0]
    assert frame[list(SHARES)].isna().all(axis=None)
    assert Shares(PROGRAM, ["g"]).frame().empty


def test_together() -> None:
    """Variants could not be told apart."""
    table = mixed()
    frames = {}
    for name in ("ban", "kharkiv", "broader-targets"):
        policy = sr.load(name)
        shares = Shares(policy.program)
        shares.add(table, decide_table(policy.decider, table)[1])
        frames[name] = shares.frame()
    found = together(frames)
    assert found.columns[0] == "policy"
    assert found.policy.tolist() == ["ban", "kharkiv", "broader-targets"]
    assert found.permitted.tolist() == [frames[n].permitted[0] for n in frames]
    assert found.may_be_permitted.is_monotonic_increasing
    assert found.may_be_permitted[0] == 0 < found.may_be_permitted[1]


# -- by zone, and as a table -------------------------------------------------------------------


def test_zones() -> None:
    """A row would be counted in another zone than its target lies in."""
    generator = np.random.default_rng(5)
    lon, lat = generator.uniform(30, 45, 500), generator.uniform(48, 54, 500)
    lon[3] = np.nan
    names = ["designated-area-narrow", "belgorod-oblast", "russia", "ukraine"]
    table = pa.table({"target.location.lon": lon, "target.location.lat": lat})
    found = zone_column(table, [sr.zone(n) for n in names]).to_pylist()
    for zone, x, y in zip(found, lon, lat, strict=True):
        holding = [] if np.isnan(x) else [n for n in names if sr.zone(n).covers(x, y)]
        assert zone == (holding[0] if holding else None)
    assert set(found) == {*names, None}


def test_shares_by_zone() -> None:
    """A sweep could not be counted by zone."""
    shares = KHARKIV.shares(
        {"sweep": "s", "given": {"weapon.made_in": "US", "target.supports": "kharkiv_assault",
                                 "target.kind": "artillery", "weapon.max_range_km": 40},
         "vary": {"target.location": {"grid": "russia", "step_km": 20}}},
        zones=["designated-area-narrow", "designated-area-wide", "russia"],
    )  # fmt: skip
    frame = shares.frame("extent-of-designated-areas").set_index(
        ["zone", "extent-of-designated-areas"]
    )
    assert frame.index.get_level_values(0).unique().size == 3
    assert frame.loc[("russia", "wide"), "permitted"] == 0
    assert frame.loc[("designated-area-wide", "narrow"), "permitted"] == 0
    assert frame.loc[("designated-area-wide", "wide"), "permitted"] > 0.8
    assert frame.loc[("designated-area-narrow", "narrow"), "permitted"] > 0.6
    area = frame.xs("wide", level=1)["weight"]
    assert area["designated-area-narrow"] == pytest.approx(7322, rel=0.1)


def printed(frame: pd.DataFrame, title: str | None = None) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(share_table(frame, title))
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_table_for_the_terminal() -> None:
    """A person would read other figures than were counted."""
    every = Answer(("permitted", "prohibited"), (), (), (MASK, MASK, 0))
    sure = Answer(("permitted",), (), (), (MASK, 0, 0))
    answers = Answers()
    numbers = np.array([answers.number(a) for a in (sure, sure, every, sure)] + [0])
    shares = Shares(PROGRAM, ["g", "h"], draws=3)
    shares.add({"g": ["a", "a", "a", "b", "b"], "h": [1, 1, 1, 1, 1]},
               Decided(numbers, answers, {}))  # fmt: skip
    lines = [line.split() for line in printed(shares.frame(), "Shares").splitlines()]
    assert lines[0] == ["Shares"]
    assert lines[1] == ["g", "h", "rows", "unreadable", "permitted", "prohibited", "not",
                        "governed", "open"]  # fmt: skip
    assert lines[2] == ["a", "1", "3", "0", "66.7%", "(20.8%–93.9%)", "0.0%", "(0.0%–56.1%)",
                        "0.0%", "(0.0%–56.1%)", "33.3%", "(6.1%–79.2%)"]  # fmt: skip
    assert lines[3][:4] == ["b", "1", "1", "1"]
    plain = printed(Shares(PROGRAM).frame())
    assert "nan" not in plain


def test_a_group_with_more_rows_than_draws_has_no_interval() -> None:
    """Rows of one and the same draw would count as so many independent draws."""
    vary = {
        "weapon.made_in": ["US", "FR"],
        "target.location": {"draw": {"lon": 36.7, "lat": 50.5, "accuracy_km": 15}},
    }
    whole = {"sweep": "s", "given": {"target.supports": "kharkiv_assault"}, "draws": 200}
    grouped = KHARKIV.shares({**whole, "vary": vary}, by=["weapon.made_in"]).frame()
    assert grouped[[f"{n}_low" for n in SHARES]].notna().all(axis=None)
    for row in grouped.to_dict("records"):
        for name in SHARES:
            low, high = wilson(round(row[name] * 200), 200)
            assert (row[f"{name}_low"], row[f"{name}_high"]) == (low, high)
    over_both = KHARKIV.shares({**whole, "vary": vary}).frame()
    assert over_both[[f"{n}_low" for n in SHARES]].isna().all(axis=None)


def test_they_show_themselves() -> None:
    """In a notebook there would be an address instead of shares."""
    shares = KHARKIV.shares({"sweep": "s", "vary": {"weapon.made_in": ["US", "FR"]}})
    assert "permitted" in repr(shares)
    assert "<table" in shares._repr_html_()
