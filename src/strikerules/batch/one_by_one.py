"""A table decided row by row, as `check` decides a scenario: slow, and what the rest is held to."""

from __future__ import annotations

import numpy as np

from strikerules.batch.answers import Answers, answer_of
from strikerules.batch.decided import Decided
from strikerules.batch.rows import Rows
from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.engine.program import Program
from strikerules.geography.atlas import Atlas
from strikerules.problems import InvalidInput, Problem

__all__ = ["decide_one_by_one"]


def decide_one_by_one(program: Program, atlas: Atlas, rows: Rows) -> Decided:
    """Decide every row by itself.

    Parameters
    ----------
    program : Program
    atlas : Atlas
    rows : Rows
    """
    answers = Answers()
    numbers = np.zeros(rows.count, dtype=np.int32)
    problems: dict[int, tuple[Problem, ...]] = {}
    wrong = rows.wrong
    for row in range(rows.count):
        if wrong is not None and wrong[row]:
            problems[row] = tuple(rows.problems(row))
            continue
        try:
            case = Case(program, rows.scenario(row), atlas)
        except InvalidInput as error:
            problems[row] = error.problems
            continue
        numbers[row] = answers.number(answer_of(Verdict(case)))
    return Decided(numbers, answers, problems)
