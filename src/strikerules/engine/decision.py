"""A decision: what is possible, why, what it hangs on, what would settle it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from msgspec import Struct

from strikerules.engine.combine import Outcomes
from strikerules.engine.margin import Margin
from strikerules.problems import Problem

__all__ = [
    "OUTCOMES",
    "Answer",
    "Citation",
    "Decision",
    "DependsOn",
    "NextAnswer",
    "NextQuestion",
    "Outcome",
    "ReadingRow",
    "RuleResult",
    "Settling",
    "Standing",
    "names_of",
    "open_words",
]

Outcome = Literal["permitted", "prohibited", "not_governed"]
OUTCOMES: tuple[Outcome, ...] = ("permitted", "prohibited", "not_governed")
Standing = Literal["applies", "does_not_apply", "unknown", "defeated"]


def names_of(masks: Outcomes | tuple[int, ...], within: int) -> tuple[Outcome, ...]:
    """Return the outcomes that are possible under some of the combinations of readings."""
    return tuple(name for name, mask in zip(OUTCOMES, masks, strict=True) if mask & within)


class RuleResult(Struct, frozen=True):
    """How one rule stands in the case."""

    id: str
    effect: str
    outcome: Standing
    citations: tuple[str, ...]
    policy: str
    title: str | None = None
    defeated_by: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        out: dict[str, Any] = {
            "id": self.id,
            "effect": self.effect,
            "outcome": self.outcome,
            "citations": list(self.citations),
            "policy": self.policy,
        }
        if self.defeated_by:
            out["defeated_by"] = list(self.defeated_by)
        return out


def open_words(possible: Iterable[str], names: Iterable[str]) -> str:
    """Return in brackets what is possible in an open case and what it hangs on, else nothing.

    Examples
    --------
    >>> open_words(["permitted", "prohibited"], ["target.kind"])
    ' (permitted or prohibited; hangs on target.kind)'
    >>> open_words(["permitted"], [])
    ''
    """
    outcomes, on = " or ".join(possible), ", ".join(names)
    if " or " not in outcomes:
        return ""
    return f" ({outcomes}; hangs on {on})" if on else f" ({outcomes})"


class DependsOn(Struct, frozen=True):
    """What an open case hangs on; all empty when it is settled.

    `conflicts` names rules that contradict each other in one and the same world.
    """

    facts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """All of them: facts, places, questions, rules."""
        return (*self.facts, *self.places, *self.questions, *self.conflicts)

    def to_dict(self) -> dict[str, list[str]]:
        """Return it as in ``decision/1``."""
        out = {
            "facts": list(self.facts),
            "places": list(self.places),
            "questions": list(self.questions),
        }
        if self.conflicts:
            out["conflicts"] = list(self.conflicts)
        return out


class ReadingRow(Struct, frozen=True):
    """What is possible under one choice of readings."""

    choose: tuple[tuple[str, str], ...]
    possible: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"choose": dict(self.choose), "possible": list(self.possible)}


class Answer(Struct, frozen=True):
    """An answer that would narrow the case: a fact's class, a part of a place, a reading."""

    name: str
    kind: Literal["fact", "place", "question"]
    value: str


class Settling(Struct, frozen=True):
    """Answers that together leave one outcome."""

    answers: tuple[Answer, ...]
    decision: Outcome

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"answers": {a.name: a.value for a in self.answers}, "decision": self.decision}


class NextAnswer(Struct, frozen=True):
    """One answer to the next question, and what is possible after it."""

    answer: str
    possible: tuple[Outcome, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"answer": self.answer, "possible": list(self.possible)}


class NextQuestion(Struct, frozen=True):
    """The fact, place or question whose answer leaves least open, each answer counting alike."""

    name: str
    kind: Literal["fact", "place", "question"]
    answers: tuple[NextAnswer, ...]

    @property
    def settling(self) -> tuple[NextAnswer, ...]:
        """The answers that settle the case by themselves."""
        return tuple(a for a in self.answers if len(a.possible) == 1)

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {
            "name": self.name,
            "kind": self.kind,
            "answers": [a.to_dict() for a in self.answers],
        }


class Citation(Struct, frozen=True):
    """A claim of the source register that the decision rests on."""

    claim: str
    source: str | None
    paragraph: int | None
    text: str | None = None
    firmness: str | None = None
    speaker: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as in ``decision/1``."""
        return {"claim": self.claim, "source": self.source, "paragraph": self.paragraph}


class Decision(Struct, frozen=True):
    """The answer to one scenario.

    Attributes
    ----------
    scenario : str
    policy : str
        The policy in force, or the timeline where several may be.
    decision : {"permitted", "prohibited", "not_governed", "indeterminate"}
    possible : tuple of str
        The outcomes over all worlds; one where the case is settled.
    rules : tuple of RuleResult
    depends_on : DependsOn
    readings : tuple of ReadingRow
        One row for each combination of the readings that matter to the case.
    assumptions : tuple of str
        Zones and parameters that nobody published and that the answer leans on.
    citations : tuple of Citation
    settled_by : tuple of Settling
        Every minimal set of answers that would settle an open case, the smallest first.
    ask_next : NextQuestion or None
        What to ask first in an open case: the one answer that leaves least open.
    warnings : tuple of Problem
    notes : tuple of str
        What else a reader should know.
    margin : Margin, optional
        How robust a settled decision is, where that was asked for (`margin_asked`).
    """

    scenario: str
    policy: str
    possible: tuple[Outcome, ...]
    rules: tuple[RuleResult, ...]
    depends_on: DependsOn
    readings: tuple[ReadingRow, ...]
    assumptions: tuple[str, ...]
    citations: tuple[Citation, ...]
    settled_by: tuple[Settling, ...] = ()
    ask_next: NextQuestion | None = None
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    title: str | None = None
    timeline: str | None = None
    exact: bool = True
    why: Any = None
    margin: Margin | None = None
    margin_asked: bool = False

    @property
    def decision(self) -> str:
        """The outcome where there is one, else ``indeterminate``."""
        return self.possible[0] if len(self.possible) == 1 else "indeterminate"

    @property
    def settled(self) -> bool:
        """Whether one outcome holds in every world."""
        return len(self.possible) == 1

    def __str__(self) -> str:
        return f"{self.scenario}: {self.decision}{open_words(self.possible, self.depends_on.names)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as one entry of ``results`` in ``decision/1``.

        Examples
        --------
        >>> import strikerules as sr
        >>> sr.load("kharkiv").check({"weapon": {"made_in": "FR", "us_parts": False}}).to_dict()[
        ...     "decision"
        ... ]
        'not_governed'
        """
        out = {
            "scenario": self.scenario,
            "title": self.title,
            "policy": self.policy,
            "timeline": self.timeline,
            "decision": self.decision,
            "possible": list(self.possible),
            "rules": [r.to_dict() for r in self.rules],
            "depends_on": self.depends_on.to_dict(),
            "readings": [r.to_dict() for r in self.readings],
            "settled_by": [s.to_dict() for s in self.settled_by],
            "next_question": None if self.ask_next is None else self.ask_next.to_dict(),
            "assumptions": list(self.assumptions),
            "citations": [c.to_dict() for c in self.citations],
            "warnings": [w.to_dict() for w in self.warnings],
            "notes": list(self.notes),
            "explanation": self.why.to_dict() if self.why is not None else None,
        }
        if self.margin_asked:
            out["margin"] = None if self.margin is None else self.margin.to_dict()
        return out
