"""Open questions that change nothing, and readings that come to the same."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from strikerules.analysis.findings import Finding
from strikerules.analysis.space import Space
from strikerules.problems import quoted

__all__ = ["reading_findings"]


def reading_findings(space: Space, index: int) -> Iterator[Finding]:
    """Yield questions of a ruling that change nothing, and readings that come to the same."""
    program = space.programs[index]
    if not program.questions:
        return
    ruling = program.ruling
    diagrams = space.diagrams
    joined = diagrams.join(space.outcome(index, space.possible))
    within = diagrams.apply("within", lambda on, m: m if on else None, space.possible, joined)
    masks = {m for t in diagrams.values_in(within) if t is not None for m in t}
    known: dict[str, Any] = dict(ruling.questions)
    for policy in getattr(ruling, "policies", ()):
        known |= policy.questions
    for question in program.questions:
        where = known[question.id].at
        same = [
            (i, j)
            for i, j in itertools.combinations(range(len(question.readings)), 2)
            if all(
                (m & question.masks[i]) >> (question.stride * i)
                == (m & question.masks[j]) >> (question.stride * j)
                for m in masks
            )
        ]
        if len(same) == len(question.readings) * (len(question.readings) - 1) // 2 and same:
            yield Finding(
                "SR812",
                f"the question {quoted(question.id)} changes nothing: every scenario is decided"
                " alike under all its readings",
                ruling.name,
                (question.id,),
                where,
                "take it out, or look at what its readings define",
            )
            continue
        for i, j in same:
            names = question.readings[i], question.readings[j]
            yield Finding(
                "SR813",
                f"the readings {quoted(names[0])} and {quoted(names[1])} of {quoted(question.id)}"
                " come to the same in every scenario",
                ruling.name,
                (question.id, *names),
                where,
                "make one of the two, or look at what they define",
            )
