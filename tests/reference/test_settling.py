"""What would settle a case, against all its worlds: each set of answers, and none left out.

The classes of answers are the engine's; what they come to is the reference's.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely

import strikerules as sr
from strikerules.engine import settle
from strikerules.engine.case import Case as EngineCase
from strikerules.engine.decide import Verdict
from strikerules.engine.diagram import Dimension
from strikerules.engine.domains import Class, holds
from strikerules.engine.program import Program
from strikerules.engine.settle import OpenCase
from strikerules.language.scenario import read_scenario

from .agreement import weapons
from .conftest import SEEDS
from .evaluator import ORDER, TooManyWorlds, worlds_of
from .strategies import REACH, Case, case_of_seed

BLOCKS = 10

#: The table of every set of answers has so many rows for each subset of what is open.
MOST_OPEN = 9

Picks = tuple[tuple[str, str], ...]


def number_of(program: Program, dimension: Dimension, value: Any) -> int:
    """Return which class of a fact or a place a value of the reference is in."""

    def fits(one: Class) -> bool:
        if one.spans:
            return any(
                (s.low < value or (s.low == value and s.low_closed))
                and (value < s.high or (value == s.high and s.high_closed))
                for s in one.spans
            )
        for index, truth in one.truth.items():
            atom = program.atoms[index]
            if atom.zone is not None:
                found = bool(shapely.intersects_xy(atom.zone.geometry, *value))
            else:
                found = holds(atom, value)
            if found != truth:
                return False
        return True

    (found,) = [i for i, one in enumerate(dimension.classes) if fits(one)]
    return found


class Table:
    """Every world as a row: the answer to each open thing, and its outcomes."""

    def __init__(self, case: Case) -> None:
        policy = sr.load(case.policy).vary(set=case.set, readings=case.readings)
        scenario = read_scenario(case.scenario, policy.ruling.vocabulary)
        verdict = Verdict(EngineCase(policy.program, scenario, policy._atlas))
        names, worlds = worlds_of(case.policy, case.scenario, weapons(), case.readings, case.set)
        self.usable = len({o for w in worlds for o in w.outcome}) > 1
        if not self.usable:
            return
        self.open = OpenCase(verdict)
        dimensions = {d.name: d for d in self.open.dimensions}
        self.names = [n for n in names if n in policy.questions or n in dimensions]
        rows = set()
        for world in worlds:
            row = []
            for name, value in zip(names, world.key, strict=True):
                if name in dimensions:
                    number = number_of(policy.program, dimensions[name], value)
                    row.append(number)
                elif name in policy.questions:
                    row.append(policy.questions[name].index(value))
            rows.add((tuple(row), sum(1 << ORDER.index(o) for o in world.outcome)))
        self.rows = rows
        # a class by a date that only the engine knows, from the record of a zone: no world has it
        self.usable = len(self.names) <= MOST_OPEN and all(
            {row[column] for row, _ in rows} == set(range(len(dimensions[name].classes)))
            for column, name in enumerate(self.names)
            if name in dimensions and name not in REACH
        )
        self.labels = {n: [c.label for c in d.classes] for n, d in dimensions.items()}
        self.labels |= {n: list(r) for n, r in policy.questions.items()}

    def minimal(self) -> dict[tuple[tuple[int, int], ...], str]:
        """Return every minimal set of answers after which one outcome is left, by brute force."""
        found: dict[tuple[tuple[int, int], ...], str] = {}
        for size in range(1, len(self.names) + 1):
            for columns in itertools.combinations(range(len(self.names)), size):
                left: dict[tuple[int, ...], int] = {}
                for row, outcomes in self.rows:
                    key = tuple(row[c] for c in columns)
                    left[key] = left.get(key, 0) | outcomes
                for key, outcomes in left.items():
                    picks = tuple(zip(columns, key, strict=True))
                    smaller = itertools.combinations(picks, size - 1)
                    if outcomes in (1, 2, 4) and not self._any_in(smaller, found):
                        found[picks] = ORDER[outcomes.bit_length() - 1]
        return found

    @staticmethod
    def _any_in(sets: Iterator[Any], found: Any) -> bool:
        """Tell whether a set has a part that settles: itself is in, or a part of it is."""
        return any(
            part in found
            for one in sets
            for size in range(1, len(one) + 1)
            for part in itertools.combinations(one, size)
        )

    def named(self, picks: tuple[tuple[int, int], ...]) -> Picks:
        """Return answers by what they are about and their labels."""
        return tuple(
            sorted((self.names[c], self.labels[self.names[c]][number]) for c, number in picks)
        )

    def after(self, name: str, number: int) -> tuple[str, ...]:
        """Return what is possible after one answer."""
        column = self.names.index(name)
        outcomes = 0
        for row, more in self.rows:
            if row[column] == number:
                outcomes |= more
        return tuple(o for i, o in enumerate(ORDER) if outcomes >> i & 1)


def tables(block: int, blocks: int = BLOCKS) -> Iterator[tuple[int, Case, Table]]:
    """Yield the open cases of some seeds that are small enough."""
    for seed in SEEDS[block::blocks]:
        case = case_of_seed(seed)
        try:
            table = Table(case)
        except TooManyWorlds:
            continue
        if table.usable:
            yield seed, case, table


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_minimal_set_of_answers_is_given_and_no_other(block: int) -> None:
    """Else people would find out what does not help, more than they need, or miss a way."""
    looked_at = 0
    for seed, case, table in tables(block):
        decision = sr.load(case.policy).check(case.scenario, readings=case.readings, set=case.set)
        said = sorted(
            (tuple(sorted((a.name, a.value) for a in s.answers)), s.decision)
            for s in decision.settled_by
        )
        known = sorted((table.named(p), outcome) for p, outcome in table.minimal().items())
        assert said == known, (seed, case)
        assert len({picks for picks, _ in said}) == len(said), (seed, case)
        sizes = [len(s.answers) for s in decision.settled_by]
        assert sizes == sorted(sizes)
        looked_at += 1
    assert looked_at > 0.2 * len(SEEDS[block::BLOCKS])


@pytest.mark.parametrize("block", range(5))
def test_next_question_has_the_largest_share_of_settling_answers(block: int) -> None:
    """Else the first thing that people are sent to find out would leave more open than another."""
    for seed, case, table in tables(block, 4 * BLOCKS):
        decision = sr.load(case.policy).check(case.scenario, readings=case.readings, set=case.set)
        depends = decision.depends_on
        hangs = {*depends.facts, *depends.places, *depends.questions}
        asked = decision.ask_next
        assert (asked is None) == (not hangs), (seed, case)
        if asked is None:
            continue
        scores = {}
        for name in hangs & set(table.names):
            left = [table.after(name, i) for i in range(len(table.labels[name]))]
            left = [possible for possible in left if possible]
            share = sum(len(possible) == 1 for possible in left) / len(left)
            scores[name] = (-share, float(np.mean([len(p) for p in left])), len(left))
            if name == asked.name:
                assert [a.possible for a in asked.answers] == left, (seed, case)
        assert scores[asked.name] == min(scores.values()), (seed, case)


def test_budget_is_said_when_it_is_hit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a list that is cut short would pass for all there is."""
    policy = sr.load("kharkiv")
    whole = policy.check({}).settled_by
    monkeypatch.setattr(settle, "MOST_SETS", 300)
    cut = policy.check({})
    largest = max(len(s.answers) for s in cut.settled_by)
    assert cut.settled_by == tuple(s for s in whole if len(s.answers) <= largest)
    assert 0 < len(cut.settled_by) < len(whole)
    answers = "one answer" if largest == 1 else f"{largest} answers"
    assert f"sets of more than {answers} that would settle it" in " ".join(cut.notes)
    monkeypatch.setattr(settle, "MOST_SETS", 1)
    (one,) = policy.check({}).settled_by
    assert any({*s.answers} <= {*one.answers} and s.decision == one.decision for s in whole)
    assert "it may not be minimal" in " ".join(policy.check({}).notes)


def test_answers_that_can_not_hold_together_settle_nothing() -> None:
    """Else people would be told to find out that a strike is longer than the weapon reaches."""
    far = {"strike.distance_km": {"gt": 100}}
    policy = {
        "policy": "p",
        "otherwise": "prohibit",
        "rules": [
            {"id": "r", "effect": "permit", "when": {"all": [far, {"timing": "in_response"}]}},
            {"id": "s", "effect": "permit", "when": {"weapon.max_range_km": {"lt": 50}}},
        ],
    }
    found = {
        tuple(sorted((a.name, a.value) for a in s.answers)): s.decision
        for s in sr.load(policy).check({}).settled_by
    }
    far_label, short = "more than 100 km", "less than 50 km"
    assert found[(("weapon.max_range_km", short),)] == "permitted"
    assert found[(("strike.distance_km", far_label), ("timing", "in_response"))] == "permitted"
    assert not any(
        ("strike.distance_km", far_label) in picks and ("weapon.max_range_km", short) in picks
        for picks in found
    )
    # that it goes farther says that the weapon does, so the range need not be asked for
    assert found[(("strike.distance_km", far_label), ("timing", "pre_emptive"))] == "prohibited"
