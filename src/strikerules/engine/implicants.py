"""Prime implicants on a decision diagram: the smallest choices that keep clear of something.

A function says for each world under which combinations of readings something bad is so. A choice
fixes some dimensions and some readings; it is *clear* where nothing bad is left. The minimal clear
choices of a function are those of its union over the first dimension's classes (which do without
that dimension), and for each class those of its own part that are not among them. (O. Coudert,
J. C. Madre, "Implicit and incremental computation of primes and essential primes of Boolean
functions", DAC 1992, here for dimensions of several classes.)
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from strikerules.engine.program import Question

__all__ = ["Bad", "Implicants", "Picks", "Split", "TooMany"]

Picks = tuple[tuple[int, int], ...]
"""Variables in rising order, each with the number of a class or a reading."""


class Split(Struct, frozen=True, eq=False):
    """A function that depends on a dimension: one function for each class."""

    variable: int
    parts: tuple[Bad, ...]


Bad = int | Split
"""A mask of combinations of readings, or a split."""


class TooMany(Exception):
    """More sets were put together than was allowed."""


_NOTHING: frozenset[Picks] = frozenset([()])


class Implicants:
    """Makes functions and finds their minimal clear choices; equal functions are one object.

    Parameters
    ----------
    questions : sequence of Question
        Those on which the functions may depend; they are the variables after the dimensions.
    first : int
        The variable of the first question.
    most : int
        How many choices may be put together before `TooMany` is raised.
    """

    def __init__(self, questions: Sequence[Question], first: int, most: int) -> None:
        self.questions, self.first, self.most = questions, first, most
        self.made = 0
        self._splits: dict[tuple[int, ...], Split] = {}
        self._unions: dict[frozenset[int], Bad] = {}
        self._found: dict[tuple[int, int | None], frozenset[Picks]] = {}
        self._of_masks: dict[tuple[int, int, int | None], frozenset[Picks]] = {}
        self._masks: dict[int, int] = {}
        self._kept: dict[int, Bad] = {}

    def leaf(self, mask: int) -> Bad:
        """Return the function that is bad under these combinations of readings everywhere."""
        return self._masks.setdefault(mask, mask)

    def split(self, variable: int, parts: tuple[Bad, ...]) -> Bad:
        """Return the function with one part for each class of a dimension."""
        parts = tuple(self.leaf(p) if isinstance(p, int) else p for p in parts)
        if all(p is parts[0] for p in parts):
            return parts[0]
        key = (variable, *map(id, parts))
        if key not in self._splits:
            self._splits[key] = Split(variable, parts)
        return self._splits[key]

    def union(self, parts: Sequence[Bad]) -> Bad:
        """Return the function that is bad wherever one of these is."""
        different = {id(p): p for p in parts if not (isinstance(p, int) and p == 0)}
        if len(different) < 2:
            return next(iter(different.values()), self.leaf(0))
        key = frozenset(different)
        if key not in self._unions:
            self._count(1)
            # identities are keys, so what they belong to must stay
            self._kept.update(different)
            self._unions[key] = self._union(list(different.values()))
        return self._unions[key]

    def _union(self, parts: list[Bad]) -> Bad:
        splits = [p for p in parts if isinstance(p, Split)]
        if not splits:
            mask = 0
            for part in parts:
                assert isinstance(part, int)
                mask |= part
            return self.leaf(mask)
        top = min(s.variable for s in splits)
        count = next(len(s.parts) for s in splits if s.variable == top)
        return self.split(
            top,
            tuple(
                self.union([
                    p.parts[number] if isinstance(p, Split) and p.variable == top else p
                    for p in parts
                ])
                for number in range(count)
            ),
        )  # fmt: skip

    def minimal(self, bad: Bad, size: int | None = None) -> frozenset[Picks]:
        """Return the minimal clear choices, or those of at most so many answers.

        Raises
        ------
        TooMany
            When more than `most` were put together.
        """
        if isinstance(bad, int):
            return self._of_mask(bad, 0, size)
        if size == 0:
            return frozenset()
        key = (id(bad), size)
        if key not in self._found:
            self._kept[id(bad)] = bad
            parts = [(bad.variable, number, part) for number, part in enumerate(bad.parts)]
            without = self.minimal(self.union(bad.parts), size)
            self._found[key] = self._with(
                without, [(v, n, self.minimal(p, _less(size))) for v, n, p in parts]
            )
        return self._found[key]

    def _of_mask(self, mask: int, index: int, size: int | None) -> frozenset[Picks]:
        if mask == 0:
            return _NOTHING
        if size == 0 or index == len(self.questions):
            return frozenset()
        key = (mask, index, size)
        if key not in self._of_masks:
            question = self.questions[index]
            # all readings in the place of the first, so that they can be laid over each other
            parts = [
                (mask & bits) >> (question.stride * number)
                for number, bits in enumerate(question.masks)
            ]
            together = 0
            for part in parts:
                together |= part
            without = self._of_mask(together, index + 1, size)
            self._of_masks[key] = self._with(
                without,
                [
                    (self.first + index, number, self._of_mask(part, index + 1, _less(size)))
                    for number, part in enumerate(parts)
                ],
            )
        return self._of_masks[key]

    def _with(
        self, without: frozenset[Picks], parts: list[tuple[int, int, frozenset[Picks]]]
    ) -> frozenset[Picks]:
        """Return the choices that do without a variable, and those that need one of its values."""
        found = set(without)
        for variable, number, choices in parts:
            pick = (variable, number)
            found.update((pick, *p) for p in choices - without)
        self._count(len(found))
        return frozenset(found)

    def _count(self, more: int) -> None:
        self.made += more
        if self.made > self.most:
            raise TooMany


def _less(size: int | None) -> int | None:
    return None if size is None else size - 1
