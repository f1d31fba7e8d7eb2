"""Answers in tables: signatures as numbers, and for each number the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.answers import Answers
from strikerules.batch.columns import Bools, Floats
from strikerules.engine.quick import Answer, Signatures
from strikerules.engine.quick.signatures import Key
from strikerules.language.scenario import Scenario

__all__ = ["Tabled"]

Ints = NDArray[Any]

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
        self._head_of: dict[Key, int] = {}
        self._second = np.zeros(0, dtype=np.int32)
        self._wide = (0, 0)
        self._seen: dict[Key, int] = {}

    def keys(
        self,
        codes: list[Ints | None],
        tied: Bools | None,
        measured: Bools | None,
        aimed: Bools | None,
        distance: Floats | None,
        reach: Floats | None,
        count: int,
    ) -> Ints:
        """Return a number for what is known of each row, its places left out."""
        signatures = self.signatures
        columns: list[Ints | None] = [tied, measured, aimed, *codes]
        column: Ints | None = None
        if not signatures.reach.idle and (
            distance is not None or reach is not None or tied is not None or measured is not None
        ):
            column = self._reach(distance, reach, tied, measured, count)
        columns.append(column)
        radices = (
            2,
            2,
            2,
            *(len(c.truths) for c in signatures.facts),
            len(signatures.reach.truths),
        )
        self._start = 0 if column is not None else signatures.reach.code(None, None, True)
        self._resize(radices)
        size = 1
        for radix in radices:
            size *= max(radix, 1)
        found: Ints = np.zeros(count, dtype=np.intp)
        step = 1
        for part, radix in zip(columns, radices, strict=True):
            if part is not None:
                found += part if step == 1 else part * found.dtype.type(step)
            step *= max(radix, 1)
        if column is None and self._start:
            found += self._start * (step // max(radices[-1], 1))
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
        found = coder.codes(distance, reach, True, count)
        loose = tied if measured is None else measured if tied is None else tied | measured
        if loose is not None and loose.any():
            found = np.where(loose, coder.codes(distance, reach, False, count), found)
        return found

    def _resize(self, radices: tuple[int, ...]) -> None:
        if radices == self._radices:
            return
        size = 1
        for radix in radices:
            size *= max(radix, 1)
        self._radices = radices
        self._first = np.full(size if size <= _MOST else 0, _UNSEEN, dtype=np.int32)

    def _key(self, number: int) -> Key:
        """Return the signature that a number stands for, without its places."""
        found = []
        for radix in self._radices:
            number, digit = divmod(number, max(radix, 1))
            found.append(digit)
        return tuple(found)

    def without_places(self, keys: Ints) -> Ints:
        """Return the answers that places can't change, less than 0 where they can."""
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

    def with_places(
        self,
        keys: Ints,
        heads: Ints,
        target: Ints | None,
        launch: Ints | None,
        scenario: Callable[[int], Scenario],
    ) -> Ints:
        """Return the answers of rows whose places matter, or what they still need.

        Parameters
        ----------
        keys, heads : ndarray of int
            What `keys` and `without_places` returned.
        target, launch : ndarray of int, optional
            The classes of their places.
        scenario : callable
            Makes the scenario of a row from its position in these.
        """
        wide = len(self.signatures.target.sides), len(self.signatures.launch.sides)
        most = tuple(
            max(b, 1 << (a - 1).bit_length()) for a, b in zip(wide, self._wide, strict=True)
        )
        combined = (-1 - heads).astype(np.int64) * (most[0] * most[1])
        if target is not None:
            combined += target.astype(np.int64) * most[1]
        if launch is not None:
            combined += launch
        size = len(self._heads) * most[0] * most[1]
        if size > _MOST:
            return self._looked(combined, most, scenario)
        if most != self._wide or size > len(self._second):
            if most == self._wide:
                more = np.zeros(max(size, 2 * len(self._second)) - len(self._second), np.int32)
                self._second = np.concatenate([self._second, more])
            else:
                self._second = np.zeros(2 * size, dtype=np.int32)
            self._wide = most  # type: ignore[assignment]
        found: Ints = self._second.take(combined)
        unseen = np.flatnonzero(found == _UNSEEN)
        if len(unseen):
            distinct, first = np.unique(combined[unseen], return_index=True)
            for number, at in zip(distinct.tolist(), unseen[first].tolist(), strict=True):
                self._second[number] = self._answer(number, most, at, scenario)
            found = self._second.take(combined)
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
