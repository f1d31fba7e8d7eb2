"""Values of attributes in classes that no test of a program tells apart."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.engine.case import over_span
from strikerules.engine.domains import Span, holds
from strikerules.engine.program import Atom
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.language.values import Value
from strikerules.language.vocabulary import Attribute

__all__ = ["FactCoder", "NumberCoder", "ReachCoder", "WordCoder"]

Truths = tuple[bool | None, ...]


class FactCoder:
    """The classes of one attribute's values; class 0 is that nothing is given.

    Attributes
    ----------
    atoms : tuple of int
        The tests of the attribute, as indexes of the program's.
    truths : list of tuple
        For each class what each of the tests comes to.
    """

    def __init__(self, attribute: Attribute, tests: Sequence[tuple[int, Atom]]) -> None:
        self.attribute, self.path = attribute, attribute.path
        self.atoms = tuple(index for index, _ in tests)
        self.tests = tuple(atom for _, atom in tests)
        self.truths: list[Truths] = [(None,) * len(tests)]
        self._numbers: dict[Truths, int] = {}

    def class_of(self, truths: Truths) -> int:
        """Return the class whose tests come to this."""
        found = self._numbers.get(truths)
        if found is None:
            found = self._numbers[truths] = len(self.truths)
            self.truths.append(truths)
        return found

    def code(self, value: Value | None) -> int:
        """Return the class of a checked value, 0 for None."""
        raise NotImplementedError


class WordCoder(FactCoder):
    """The classes of an attribute with distinct values: words, countries, days, true and false."""

    def __init__(self, attribute: Attribute, tests: Sequence[tuple[int, Atom]]) -> None:
        super().__init__(attribute, tests)
        self._codes: dict[tuple[type, Value], int] = {}

    def code(self, value: Value | None) -> int:
        if value is None:
            return 0
        key = (type(value), value)
        found = self._codes.get(key)
        if found is None:
            found = self.class_of(tuple(holds(atom, value) for atom in self.tests))
            self._codes[key] = found
        return found


class NumberCoder(FactCoder):
    """The classes of a number: the stretches between the figures that tests name, and these."""

    def __init__(self, attribute: Attribute, tests: Sequence[tuple[int, Atom]]) -> None:
        super().__init__(attribute, tests)
        self.cuts = sorted(set(_figures(self.tests)))
        at = [figure for cut in self.cuts for figure in (_below(self.cuts, cut), cut)]
        at.append(_beyond(self.cuts))
        #: For each stretch, the first being below the first figure, the next that figure itself.
        self.stretches = np.array(
            [self.class_of(tuple(holds(atom, f) for atom in self.tests)) for f in at],
            dtype=np.int32,
        )
        self._stretches: list[int] = self.stretches.tolist()
        self._cuts = np.array(self.cuts)

    def code(self, value: Value | None) -> int:
        if value is None:
            return 0
        return self._stretches[bisect_left(self.cuts, value) + bisect_right(self.cuts, value)]

    def codes(self, values: NDArray[np.float64]) -> NDArray[np.int32]:
        """Return the classes of numbers, 0 for NaN."""
        if len(self.cuts) <= 3:
            found = np.full(len(values), self._stretches[0], dtype=np.int32)
            for index, cut in enumerate(self.cuts):
                at, over = self._stretches[2 * index + 1], self._stretches[2 * index + 2]
                before = self._stretches[2 * index]
                if over != at:
                    found[values >= cut] = at
                    found[values > cut] = over
                elif at != before:
                    found[values >= cut] = at
        else:
            where = np.searchsorted(self._cuts, values, "left")
            where += np.searchsorted(self._cuts, values, "right")
            found = self.stretches[where]
        missing = np.isnan(values)
        if missing.any():
            found[missing] = 0
        return found


class ReachCoder:
    """The classes of how far a strike goes and of how far the weapon reaches, taken together.

    A class is what the tests of the distance and of the range come to. Where a distance is not
    known it is at most the range; where the range is not known it is at least the distance.
    """

    def __init__(self, distance: Sequence[tuple[int, Atom]], reach: Sequence[tuple[int, Atom]]):
        self.asks_distance, self.asks_range = bool(distance), bool(reach)
        self.atoms = tuple(index for index, _ in (*distance, *reach))
        self._distance = tuple(atom for _, atom in distance)
        self._reach = tuple(atom for _, atom in reach)
        self.truths: list[Truths] = []
        self._numbers: dict[tuple[Truths, Any, Any], int] = {}
        self.cuts = sorted({*_figures(self._distance), *_figures(self._reach)})
        self._codes: dict[tuple[int, int, bool], int] = {}
        self._tables: dict[bool, NDArray[np.int32]] = {}

    @property
    def idle(self) -> bool:
        """Whether no test asks about either."""
        return not self.atoms

    def code(self, distance: float | None, reach: float | None, bound: bool) -> int:
        """Return the class of a distance and a range.

        Parameters
        ----------
        distance, reach : float or None
            In km; None is not known.
        bound : bool
            Whether a distance that is not known is at most the range. A distance that can still be
            measured is not: should the two contradict each other, they stand as they are.
        """
        if not self.atoms:
            return 0
        key = (self._place(distance), self._place(reach), bound)
        found = self._codes.get(key)
        if found is None:
            found = self._codes[key] = self._of(distance, reach, bound)
        return found

    def codes(
        self,
        distance: NDArray[np.float64] | None,
        reach: NDArray[np.float64] | None,
        bound: bool,
        count: int,
    ) -> NDArray[np.int32]:
        """Return the classes of distances and ranges; NaN, or no column, is not known."""
        if bound not in self._tables:
            middle = [None, *_middles(self.cuts)]
            rows = [[self._of(d, r, bound) for r in middle] for d in middle]
            self._tables[bound] = np.array(rows, dtype=np.int32)
        table = self._tables[bound]
        if distance is None and reach is None:
            return np.full(count, table[0, 0], dtype=np.int32)
        if distance is None:
            assert reach is not None
            alone: NDArray[np.int32] = table[0].take(self._places(reach))
            return alone
        if reach is None:
            return np.ascontiguousarray(table[:, 0]).take(self._places(distance))
        places = self._places(distance)
        if table.size <= np.iinfo(places.dtype).max:
            places *= places.dtype.type(table.shape[1])
        else:
            places = places * np.int32(table.shape[1])
        found: NDArray[np.int32] = table.ravel().take(places + self._places(reach))
        return found

    def _place(self, value: float | None) -> int:
        if value is None:
            return 0
        if len(self.cuts) == 1:
            cut = self.cuts[0]
            return 1 + (value >= cut) + (value > cut)
        return bisect_left(self.cuts, value) + bisect_right(self.cuts, value) + 1

    def _places(self, values: NDArray[np.float64]) -> NDArray[Any]:
        """Return which stretch each number is in, or which figure it is, counted from 1."""
        if len(self.cuts) <= 3:
            # bytes are added much faster than wider numbers
            found: NDArray[Any] = np.ones(len(values), dtype=np.int8)
            for cut in self.cuts:
                found += (values >= cut).view(np.int8)
                found += (values > cut).view(np.int8)
        else:
            cuts = np.array(self.cuts)
            found = np.searchsorted(cuts, values, "left") + 1
            found += np.searchsorted(cuts, values, "right")
        missing = np.isnan(values)
        if missing.any():
            found[missing] = 0
        return found

    def _of(self, distance: float | None, reach: float | None, bound: bool) -> int:
        if distance is not None:
            far = Span(distance, distance)
            low = distance
        else:
            most = FARTHEST_KM if reach is None or not bound else min(reach, FARTHEST_KM)
            far = Span(0.0, most)
            low = 0.0
        limit = Span(low, math.inf, True, False) if reach is None else Span(reach, reach)
        truths = (
            *(over_span(atom, far) for atom in self._distance),
            *(over_span(atom, limit) for atom in self._reach),
        )
        # tests that are open each by itself can still not all come out in every combination
        key = (truths, self._together(self._distance, far), self._together(self._reach, limit))
        found = self._numbers.get(key)
        if found is None:
            found = self._numbers[key] = len(self.truths)
            self.truths.append(truths)
        return found

    def _together(self, tests: Sequence[Atom], span: Span) -> frozenset[Truths]:
        """Return what tests of one number come to together, wherever it is in an interval."""
        edges = [-math.inf, *self.cuts, math.inf]
        cells = [Span(c, c) for c in self.cuts]
        cells += [Span(a, b, False, False) for a, b in itertools.pairwise(edges)]
        some = (c.meet(span) for c in cells)
        inside = [_number_in(c) for c in some if not c.empty]
        return frozenset(tuple(holds(atom, n) for atom in tests) for n in inside)


def _number_in(span: Span) -> float:
    if span.low == span.high or span.low_closed:
        return span.low
    if span.high_closed:
        return span.high
    if math.isinf(span.low):
        return span.high - 1.0
    return span.low + 1.0 if math.isinf(span.high) else span.low + (span.high - span.low) / 2


def _figures(tests: Sequence[Atom]) -> list[float]:
    found: list[float] = []
    for atom in tests:
        operand: Any = atom.operand
        found += map(float, operand if isinstance(operand, frozenset) else (operand,))
    return found


def _below(cuts: list[float], cut: float) -> float:
    """Return a number between a figure and the one before it."""
    index = cuts.index(cut)
    if index == 0:
        return cut - 1.0
    before = cuts[index - 1]
    middle = before + (cut - before) / 2
    return middle if before < middle < cut else before


def _beyond(cuts: list[float]) -> float:
    return cuts[-1] + 1.0 if cuts else 0.0


def _middles(cuts: list[float]) -> list[float]:
    """Return a number for each stretch and each figure, in order."""
    found = [figure for cut in cuts for figure in (_below(cuts, cut), cut)]
    return [*found, _beyond(cuts)]
