"""What would settle an open case: every set of answers that does and has none to spare.

A set of answers settles the case where all worlds that agree with it have one outcome, and there
is such a world. The minimal ones are the prime implicants of "no other outcome": they are worked
out on the decision diagram, dimension by dimension, and below its leaves on the bits of the
readings, so that no set is tried in vain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from strikerules.engine.decide import Verdict
from strikerules.engine.decision import (
    Answer,
    NextAnswer,
    NextQuestion,
    Outcome,
    Settling,
    names_of,
)
from strikerules.engine.diagram import Diagram, Dimension, Leaf, Node
from strikerules.engine.implicants import Bad, Implicants, Picks, TooMany
from strikerules.engine.program import Question
from strikerules.engine.worlds import Worlds

__all__ = ["MOST_SETS", "OpenCase", "Settlings"]

MOST_SETS = 20_000
"""How many sets of answers are put together before the larger ones are left out."""


class Settlings(NamedTuple):
    """Sets of answers that settle a case.

    `largest` is None where all minimal sets are there, else the number of answers up to which
    they are; with 0 the one set that is given settles the case and may not be minimal.
    """

    sets: tuple[Settling, ...]
    largest: int | None = None


class OpenCase:
    """A case that is not settled, asked what answers would come to.

    Parameters
    ----------
    verdict : Verdict
        With more than one outcome.
    """

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.every = verdict.program.every
        self.worlds: Worlds | None = verdict.worlds
        self.dimensions: list[Dimension] = [] if self.worlds is None else self.worlds.dimensions
        matter = set(verdict.questions_that_matter())
        self.questions: list[Question] = [q for q in verdict.program.questions if q.id in matter]

    @cached_property
    def diagram(self) -> Diagram:
        """The verdict's diagram, without the worlds that what ties places together rules out."""
        if self.worlds is None:
            return self.verdict.diagram
        return self.worlds.possible_only(self.verdict.diagram)

    def possible(self, picks: Picks) -> tuple[Outcome, ...]:
        """Return the outcomes of the worlds that agree with some answers; none, and none does."""
        within, classes = self.every, {}
        for variable, number in picks:
            if variable < len(self.dimensions):
                classes[variable] = number
            else:
                within &= self.questions[variable - len(self.dimensions)].masks[number]
        permit = prohibit = neither = 0
        seen: set[int] = set()
        stack: list[Diagram | None] = [self.diagram]
        while stack:
            one = stack.pop()
            if one is None or id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Leaf):
                permit |= one.masks[0]
                prohibit |= one.masks[1]
                neither |= one.masks[2]
            elif one.dimension in classes:
                stack.append(one.children[classes[one.dimension]])
            else:
                stack.extend(one.children)
        return names_of((permit, prohibit, neither), within)

    # -- settling sets -----------------------------------------------------------------------

    def settlings(self) -> Settlings:
        """Return every minimal set of answers after which one outcome is left, smallest first.

        Empty where nothing that can be answered settles the case (rules that contradict each
        other). Should more than `MOST_SETS` sets be put together on the way, only those of so few
        answers are given that they can be gone through, or one that is not shown to be minimal.
        """
        most = len(self.dimensions) + len(self.questions)
        try:
            return Settlings(self._minimal(None))
        except TooMany:
            pass
        found: tuple[Settling, ...] = ()
        size = 0
        try:
            while size < most:
                found = self._minimal(size + 1)
                size += 1
        except TooMany:
            pass
        return Settlings(found, size) if found else Settlings(tuple(self._one_way()), 0)

    def _minimal(self, size: int | None) -> tuple[Settling, ...]:
        """Return the minimal settling sets, or those of at most so many answers."""
        found: list[tuple[Picks, Outcome]] = []
        engine = Implicants(self.questions, len(self.dimensions), MOST_SETS)
        for outcome in names_of(self.verdict.masks, self.every):
            bad = self._bad(engine, outcome)
            for picks in engine.minimal(bad, size):
                if self.possible(picks) == (outcome,):
                    found.append((picks, outcome))
        found.sort(key=lambda one: (len(one[0]), one[0]))
        return tuple(Settling(tuple(map(self._answer, p)), outcome) for p, outcome in found)

    def _bad(self, engine: Implicants, outcome: Outcome) -> Bad:
        """Return where another outcome than this one is possible."""
        others = [i for i, name in enumerate(("permitted", "prohibited", "not_governed"))
                  if name != outcome]  # fmt: skip
        known: dict[int, Bad] = {}

        def of(one: Diagram | None) -> Bad:
            if one is None:
                return 0
            if id(one) not in known:
                if isinstance(one, Leaf):
                    known[id(one)] = engine.leaf(one.masks[others[0]] | one.masks[others[1]])
                else:
                    known[id(one)] = engine.split(one.dimension, tuple(map(of, one.children)))
            return known[id(one)]

        return of(self.diagram)

    def _answer(self, pick: tuple[int, int]) -> Answer:
        variable, number = pick
        if variable < len(self.dimensions):
            dimension = self.dimensions[variable]
            return Answer(dimension.name, dimension.kind, dimension.classes[number].label)
        question = self.questions[variable - len(self.dimensions)]
        return Answer(question.id, "question", question.readings[number])

    def _one_way(self) -> Iterator[Settling]:
        """Follow one way down the diagram, then choose readings, until one outcome is left."""
        picks: list[tuple[int, int]] = []
        one: Diagram = self.diagram
        while isinstance(one, Node):
            number, following = next((i, c) for i, c in enumerate(one.children) if c is not None)
            picks.append((one.dimension, number))
            one = following
        for index in range(len(self.questions) + 1):
            possible = self.possible(tuple(picks))
            if len(possible) == 1:
                yield Settling(tuple(map(self._answer, picks)), possible[0])
                return
            if index < len(self.questions):
                picks.append((len(self.dimensions) + index, 0))

    # -- the next question -------------------------------------------------------------------

    def next_question(self, names: Iterable[int]) -> NextQuestion | None:
        """Return the one thing whose answer leaves least open, or None where nothing does.

        Nobody knows how likely an answer is, so each counts the same. The best is the thing with
        the largest share of answers that settle the case, then with the fewest outcomes left on
        average, then with the fewest answers, then the first.

        Parameters
        ----------
        names : iterable of int
            The dimensions that the case hangs on.
        """
        things = [(i, len(self.dimensions[i].classes)) for i in sorted(names)]
        first = len(self.dimensions)
        things += [(first + i, len(q.readings)) for i, q in enumerate(self.questions)]
        best: tuple[tuple[float, float, int], NextQuestion] | None = None
        for variable, count in things:
            rows = [(number, self.possible(((variable, number),))) for number in range(count)]
            rows = [row for row in rows if row[1]]
            left = [len(possible) for _, possible in rows]
            score = (-left.count(1) / len(left), sum(left) / len(left), len(left))
            if best is None or score < best[0]:
                answers = [(self._answer((variable, number)), p) for number, p in rows]
                best = (
                    score,
                    NextQuestion(
                        answers[0][0].name,
                        answers[0][0].kind,
                        tuple(NextAnswer(a.value, p) for a, p in answers),
                    ),
                )
        return None if best is None else best[1]
