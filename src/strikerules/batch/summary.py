"""What the rows of a table came to, in figures: by policy, under each reading, hanging on what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from strikerules.batch.answers import Answer
from strikerules.engine.decision import OUTCOMES
from strikerules.engine.program import Program

__all__ = ["DECISIONS", "Reading", "Tally", "tally_of"]

#: What a row may come to, in the order in which it is told.
DECISIONS = (*OUTCOMES, "indeterminate")


class Reading(Struct, frozen=True):
    """What the rows come to where one reading is chosen and all else is as open as it was.

    Parameters
    ----------
    question, reading : str
    rows : dict
        How many come to each of `DECISIONS`.
    """

    question: str
    reading: str
    rows: dict[str, int]


class Tally(Struct, frozen=True):
    """What the rows come to under one policy.

    Parameters
    ----------
    policy : str
    rows : dict
        How many come to each of `DECISIONS`.
    readings : tuple of Reading
        Of the questions that make a difference to some row.
    hangs_on : tuple of (str, int)
        Facts, places and questions, each with how many rows hang on it, the most first.
    """

    policy: str
    rows: dict[str, int]
    readings: tuple[Reading, ...]
    hangs_on: tuple[tuple[str, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as one of ``policies`` in ``batch/1``."""
        return {
            "policy": self.policy,
            "decisions": _shares(self.rows),
            "readings": [
                {"question": r.question, "reading": r.reading, "decisions": _shares(r.rows)}
                for r in self.readings
            ],
            "hangs_on": [{"name": name, "rows": rows} for name, rows in self.hangs_on],
        }


def _shares(rows: dict[str, int]) -> dict[str, dict[str, float | int | None]]:
    whole = sum(rows.values())
    return {
        name: {"rows": count, "share": count / whole if whole else None}
        for name, count in rows.items()
    }


def tally_of(policy: str, program: Program, counts: Counter[Answer]) -> Tally:
    """Return what rows come to.

    Parameters
    ----------
    policy : str
        What the policy is called.
    program : Program
    counts : Counter
        How many rows have come to which answer.

    Examples
    --------
    >>> import strikerules as sr
    >>> from strikerules.engine.quick import Answer
    >>> open = Answer(("permitted", "prohibited"), (), ("target.supports",), (1, 1, 0))
    >>> tally = tally_of("ban", sr.load("ban").program, Counter({open: 3}))
    >>> tally.rows["indeterminate"], tally.hangs_on
    (3, (('target.supports', 3),))
    """
    hangs_on: Counter[str] = Counter()
    for answer, count in counts.items():
        for name in answer.depends_on:
            hangs_on[name] += count
    readings: list[Reading] = []
    for question in program.questions:
        found = [
            Reading(question.id, reading, _rows(counts.items(), mask))
            for reading, mask in zip(question.readings, question.masks, strict=True)
        ]
        if any(len({_decision(a, mask) for mask in question.masks}) > 1 for a in counts):
            readings += found
    most = sorted(hangs_on.items(), key=lambda item: (-item[1], item[0]))
    return Tally(policy, _rows(counts.items(), program.every), tuple(readings), tuple(most))


def _rows(counts: Iterable[tuple[Answer, int]], mask: int) -> dict[str, int]:
    """Return how many rows come to what under the combinations of readings of a mask."""
    found = dict.fromkeys(DECISIONS, 0)
    for answer, count in counts:
        found[_decision(answer, mask)] += count
    return found


def _decision(answer: Answer, mask: int) -> str:
    """Return what an answer comes to under the combinations of readings of a mask."""
    possible = [name for name, m in zip(OUTCOMES, answer.masks, strict=True) if m & mask]
    return possible[0] if len(possible) == 1 else "indeterminate"
