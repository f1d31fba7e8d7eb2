"""Answers in tables: signatures as numbers, and for each number the answer."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.answers import Answers
from strikerules.batch.columns import Bools, Floats
from strikerules.engine.quick import Answer, Signatures
from strikerules.engine.quick.signatures import Key
from strikerules.language.scenario import Scenario

__all__ = ["Flags", "Tabled"]

Ints = NDArray[Any]

Flags = tuple[Bools | None, Bools | None, Bools | None]
"""Which rows are tied, measurable and aimed; None where none is."""

#: Up to so many signatures have a place of their own in a table; beyond, those of a batch are
#: told apart by sorting.
_MOST = 1 << 22
_UNSEEN = 0


class Tabled:
    """The answers to signatures, found by number.

    Parameters
    ----------
    signatures : Signatures
    answers : Answers
        Takes every answer that is found.
    """

    def __init__(self, signatures: Signatures, answers: Answers) -> None:
        self.signatures, self.answers = signatures, answers
        self._radices: tuple[int, ...] = ()
        self._first = np.zeros(1, dtype=np.int32)
        self._heads: list[Key] = []
        #: How many classes of targets and of launch points it has room for, and the table.
        self._second: tuple[tuple[int, ...], Ints] = (1, 1), np.zeros(0, dtype=np.int32)
        self._seen: dict[Key, int] = {}
        #: Answers that words and a place settle whatever the figures are, and how many classes of
        #: places there is room for.
        self._early: tuple[int, Ints] = 1, np.zeros(0, dtype=np.int32)
        #: Whether it is better to look at places before figures.
        self.places_first = False

    def prepare(self) -> None:
        """Make room for all classes that there are by now; a table's keys are made after that."""
        reach = self.signatures.reach
        if not reach.idle:
            for bound in (True, False):
                reach.codes(None, None, bound, 0)
        radices = (2, 2, 2, *(len(c.truths) for c in self.signatures.facts), len(reach.truths))
        self._resize(tuple(max(radix, 1) for radix in radices))
        steps = [1, *itertools.accumulate(self._radices, operator.mul)]
        self.flag_steps = steps[0], steps[1], steps[2]
        self.fact_steps = tuple(steps[3:-2])
        self._reach_step = steps[-2]
        #: What a key has in it where nothing is known of distance and range.
        self.blank = reach.code(None, None, True) * self._reach_step

    def with_reach(
        self,
        keys: Ints,
        flags: Flags,
        distance: Floats | None,
        reach: Floats | None,
    ) -> Ints:
        """Return keys with distance, range and flags in them.

        Parameters
        ----------
        keys : ndarray of int
            What the other facts come to.
        flags : tuple of ndarray of bool, or None
            Which rows are tied, measurable, aimed (see `Signatures`); None where none is.
        distance, reach : ndarray, optional
            NaN, or no column, is not known.
        """
        tied, measured, _ = flags
        found: Ints
        if self.signatures.reach.idle or (
            distance is None and reach is None and tied is None and measured is None
        ):
            found = keys + self.blank
        else:
            reached = self._reach(distance, reach, tied, measured, len(keys))
            found = reached * self._reach_step
            found += keys
        for flag, step in zip(flags, self.flag_steps, strict=True):
            if flag is not None:
                found += flag if step == 1 else flag * np.intp(step)
        return found

    def _reach(
        self,
        distance: Floats | None,
        reach: Floats | None,
        tied: Bools | None,
        measured: Bools | None,
        count: int,
    ) -> Ints:
        coder = self.signatures.reach
        found = coder.codes(distance, reach, True, count).astype(np.intp)
        loose = tied if measured is None else measured if tied is None else tied | measured
        if loose is not None and loose.any():
            found = np.where(loose, coder.codes(distance, reach, False, count), found)
        return found

    def _resize(self, radices: tuple[int, ...]) -> None:
        if radices != self._radices:
            self._radices = radices
            size = math.prod(radices)
            self._first = np.full(size if size <= _MOST else 0, _UNSEEN, dtype=np.int32)

    def _key(self, number: int) -> Key:
        """Return the signature that a number stands for, without its places."""
        found = []
        for radix in self._radices:
            number, digit = divmod(number, radix)
            found.append(digit)
        return tuple(found)

    def without_places(self, keys: Ints) -> Ints:
        """Return the answers that nothing further can change, less than 0 where something can.

        Parameters
        ----------
        keys : ndarray of int
            Of rows, or of what is known of them so far.
        """
        if not len(self._first):
            return self._sorted(keys)
        found: Ints = self._first.take(keys)
        unseen = found == _UNSEEN
        if unseen.any():
            for number in np.unique(keys[unseen]).tolist():
                self._first[number] = self._head(self._key(number))
            found = self._first.take(keys)
        return found

    def _sorted(self, keys: Ints) -> Ints:
        distinct, back = np.unique(keys, return_inverse=True)
        found = [self._head(self._key(number)) for number in distinct.tolist()]
        return np.array(found, dtype=np.int32)[back]

    def _head(self, key: Key) -> int:
        found = self._seen.get(key)
        if found is None:
            answer = self.signatures.settled((*key, 0, 0))
            if answer is not None:
                found = self.answers.number(answer)
            else:
                self._heads.append(key)
                found = -len(self._heads)
            self._seen[key] = found
        return found

    def early(self, heads: Ints, target: Ints) -> Ints:
        """Return the answers that no figure can change, less than 0 where one can.

        Parameters
        ----------
        heads : ndarray of int
            What `without_places` returned for words alone.
        target : ndarray of int
            The classes of the targets' places.
        """
        wide, known = self._early
        classes = len(self.signatures.target.sides)
        if classes > wide or len(self._heads) * wide > len(known):
            wide = max(wide, 1 << (classes - 1).bit_length())
            known = np.zeros(2 * len(self._heads) * wide, dtype=np.int32)
            self._early = wide, known
        keys = (-1 - heads) * np.intp(wide)
        keys += target
        found: Ints = known.take(keys)
        unseen = found == _UNSEEN
        if unseen.any():
            for number in np.unique(keys[unseen]).tolist():
                head, place = divmod(number, wide)
                answer = self.signatures.settled(self.key(-1 - head, place, 0))
                known[number] = -1 if answer is None else self.answers.number(answer)
            found = known.take(keys)
        return found

    def with_places(
        self,
        heads: Ints,
        target: Ints | None,
        launch: Ints | None,
        scenario: Callable[[int], Scenario],
    ) -> Ints:
        """Return the answers of rows whose places matter, or what they still need.

        Parameters
        ----------
        heads : ndarray of int
            What `without_places` returned.
        target, launch : ndarray of int, optional
            The classes of their places.
        scenario : callable
            Makes the scenario of a row from its position in these.
        """
        wide, second = self._second
        most = tuple(
            max(before, 1 << (len(coder.sides) - 1).bit_length())
            for coder, before in zip(
                (self.signatures.target, self.signatures.launch), wide, strict=True
            )
        )
        combined = _combined(heads, target, launch, most)
        size = len(self._heads) * most[0] * most[1]
        if size > _MOST:
            return self._looked(combined, most, scenario)
        if most != wide or size > len(second):
            more = np.zeros(2 * size, dtype=np.int32)
            if most == wide:
                more[: len(second)] = second
            second = more
            self._second = most, second
        found: Ints = second.take(combined)
        unseen = np.flatnonzero(found == _UNSEEN)
        if len(unseen):
            distinct, first = np.unique(combined[unseen], return_index=True)
            for number, at in zip(distinct.tolist(), unseen[first].tolist(), strict=True):
                second[number] = self._answer(number, most, at, scenario)
            found = second.take(combined)
        return found

    def _looked(
        self, combined: Ints, most: tuple[int, ...], scenario: Callable[[int], Scenario]
    ) -> Ints:
        distinct, first, back = np.unique(combined, return_index=True, return_inverse=True)
        found = [
            self._answer(number, most, at, scenario)
            for number, at in zip(distinct.tolist(), first.tolist(), strict=True)
        ]
        return np.array(found, dtype=np.int32)[back]

    def _answer(
        self, number: int, most: tuple[int, ...], at: int, scenario: Callable[[int], Scenario]
    ) -> int:
        head, places = divmod(number, most[0] * most[1])
        key = self.key(-1 - head, *divmod(places, most[1]))
        found = self.signatures.look(key, lambda: scenario(at))
        return self.answers.number(found) if isinstance(found, Answer) else found

    def key(self, head: int, target: int, launch: int) -> Key:
        """Return a whole signature from what `without_places` returned and two classes."""
        return (*self._heads[-1 - head], target, launch)


def _combined(heads: Ints, target: Ints | None, launch: Ints | None, wide: tuple[int, ...]) -> Ints:
    """Return numbers of signatures with their places."""
    found = (-1 - heads).astype(np.intp)
    found *= wide[0] * wide[1]
    if target is not None:
        found += target if wide[1] == 1 else target * np.intp(wide[1])
    if launch is not None:
        found += launch
    return found
