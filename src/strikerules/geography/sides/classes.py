"""Sides of lines as numbers, and what is known of a cell on the way to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from strikerules.geography.chords import Ints
from strikerules.geography.sides.lines import AMBIGUOUS, IN, OPEN

__all__ = ["Classes", "Sides"]

#: States of two bits each, so many of which fit beside a profile in an integer.
_PLACES = 15
_SHIFT = 2 * _PLACES


class Sides(Struct, frozen=True):
    """On which sides of the lines a point lies: in these, on either side of these, out of the rest.

    Parameters
    ----------
    inside, open : tuple of int
        Indexes of the lines.
    """

    inside: tuple[int, ...]
    open: tuple[int, ...]

    def side(self, index: int) -> bool | None:
        """Return a line's side; None where both are possible."""
        if index in self.open:
            return None
        return index in self.inside


class Classes:
    """Numbers for sides, and for profiles: the sides known of a cell, and the lines still open.

    Attributes
    ----------
    classes : list of Sides
        The sides of each class.
    """

    def __init__(self) -> None:
        self.classes: list[Sides] = []
        self._numbers: dict[Sides, int] = {}
        self._profiles: list[tuple[Sides, tuple[int, ...]]] = []
        self._profile_numbers: dict[tuple[Sides, tuple[int, ...]], int] = {}
        self._class_of: dict[int, int] = {}
        self._steps: dict[tuple[int, tuple[int, ...]], int] = {}
        self._packed: dict[int, int] = {}

    def number(self, sides: Sides) -> int:
        """Return the number of a class, a new one if need be."""
        found = self._numbers.get(sides)
        if found is None:
            found = self._numbers[sides] = len(self.classes)
            self.classes.append(sides)
        return found

    def profile(self, sides: Sides, lines: Sequence[int]) -> int:
        """Return the number of a profile, a new one if need be."""
        key = (sides, tuple(lines))
        found = self._profile_numbers.get(key)
        if found is None:
            found = self._profile_numbers[key] = len(self._profiles)
            self._profiles.append(key)
        return found

    def after(self, profile: int, states: Sequence[int]) -> int:
        """Return the profile that comes of one where the states of its lines are known.

        Parameters
        ----------
        profile : int
        states : sequence of int
            One for each of its lines; `AMBIGUOUS` where a line stays open.
        """
        key = (profile, tuple(states))
        found = self._steps.get(key)
        if found is None:
            sides, lines = self._profiles[profile]
            inside, open_, left = list(sides.inside), list(sides.open), []
            for line, state in zip(lines, states, strict=True):
                if state == IN:
                    inside.append(line)
                elif state == OPEN:
                    open_.append(line)
                elif state == AMBIGUOUS:
                    left.append(line)
            known = Sides(tuple(sorted(inside)), tuple(sorted(open_)))
            found = self._steps[key] = self.profile(known, left)
        return found

    def all_after(
        self, profiles: NDArray[np.int64], states: NDArray[np.int8], row: Ints
    ) -> NDArray[np.int64]:
        """As `after`, for many.

        Parameters
        ----------
        profiles : ndarray of int
        states : ndarray of int
            Of the first's lines, then of the next's, and so on.
        row : ndarray of int
            For each state the position of its profile.
        """
        if not len(row):
            return profiles
        first = np.flatnonzero(np.diff(row, prepend=-1))
        place = np.arange(len(row)) - np.repeat(first, np.diff(np.append(first, len(row))))
        if int(place.max()) >= _PLACES:
            return self._one_by_one(profiles, states, row)
        keys = profiles << _SHIFT
        keys[row[first]] += np.add.reduceat(states.astype(np.int64) << (2 * place), first)
        distinct, back = np.unique(keys, return_inverse=True)
        return np.array([self._unpacked(k) for k in distinct.tolist()], dtype=np.int64)[back]

    def _unpacked(self, key: int) -> int:
        found = self._packed.get(key)
        if found is None:
            profile, bits = key >> _SHIFT, key & ((1 << _SHIFT) - 1)
            states = [bits >> (2 * n) & 3 for n in range(len(self._profiles[profile][1]))]
            found = self._packed[key] = self.after(profile, states)
        return found

    def _one_by_one(
        self, profiles: NDArray[np.int64], states: NDArray[np.int8], row: Ints
    ) -> NDArray[np.int64]:
        found = profiles.copy()
        cuts = np.flatnonzero(np.diff(row)) + 1
        for at, some in zip(row[np.append(0, cuts)].tolist(), np.split(states, cuts), strict=True):
            found[at] = self.after(int(profiles[at]), some.tolist())
        return found

    def of(self, profiles: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the classes of profiles that leave no line open."""
        distinct, back = np.unique(profiles, return_inverse=True)
        numbers = [self.class_of(profile) for profile in distinct.tolist()]
        return np.array(numbers, dtype=np.int32)[back]

    def class_of(self, profile: int) -> int:
        """Return the class of a profile that leaves no line open."""
        found = self._class_of.get(profile)
        if found is None:
            sides, lines = self._profiles[profile]
            assert not lines
            found = self._class_of[profile] = self.number(sides)
        return found
