"""Rules by the zone that they ask about, for policies of many rules.

A target is in few zones. Only the rules of these are looked at, and those that ask about no zone:
each such group has numbers of its own for its rules, and for every class of an attribute the bits
of the rules that it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from strikerules.engine.quick.facts import FactCoder, ReachCoder

__all__ = ["Group", "Lone", "Part", "Wanted"]

Wanted = tuple[int, int, bool]
"""What a rule asks: a coder, which of its tests, and whether that must hold or fail."""

Part = tuple["Group | Lone", int]
"""A group, and the bits of some of its rules."""


class Group:
    """Rules of one zone, or those of none.

    Parameters
    ----------
    coders : sequence of FactCoder or ReachCoder
    rules : sequence of (int, str, list of Wanted)
        Their numbers, effects, and what they ask beside the zone.

    Attributes
    ----------
    permit, prohibit : int
        Bits of the rules with these effects.
    """

    __slots__ = ("_all", "_asked", "_coders", "_masks", "permit", "prohibit", "rules")

    def __init__(
        self,
        coders: Sequence[FactCoder | ReachCoder],
        rules: Iterable[tuple[int, str, list[Wanted]]],
    ) -> None:
        self._coders = coders
        self.rules: list[int] = []
        self.permit = self.prohibit = 0
        self._asked: dict[int, list[tuple[int, int, bool]]] = {}
        bit = 1
        for number, effect, wanted in rules:
            self.rules.append(number)
            if effect == "permit":
                self.permit |= bit
            else:
                self.prohibit |= bit
            for coder, test, holds in wanted:
                self._asked.setdefault(coder, []).append((bit, test, holds))
            bit <<= 1
        self._all = bit - 1
        self._masks: list[tuple[int, dict[int, tuple[int, int]]]] = [
            (coder, {}) for coder in self._asked
        ]

    def left(self, codes: Sequence[int]) -> int:
        """Return the bits of the rules that apply, -1 where that is not known of all.

        Parameters
        ----------
        codes : sequence of int
            The classes of a case, one for each coder.
        """
        left, unsure = self._all, 0
        for coder, masks in self._masks:
            code = codes[coder]
            mask = masks.get(code)
            if mask is None:
                mask = masks[code] = self._mask(coder, code)
            left &= mask[0]
            unsure |= mask[1]
            if not left:
                return 0
        return -1 if left & unsure else left

    def _mask(self, coder: int, code: int) -> tuple[int, int]:
        """Return the bits of the rules that a class leaves, and of those it leaves open."""
        truths, no, unsure = self._coders[coder].truths[code], 0, 0
        for bit, test, holds in self._asked[coder]:
            truth = truths[test]
            if truth is None:
                unsure |= bit
            elif truth is not holds:
                no |= bit
        return self._all & ~no, unsure

    def numbers(self, bits: int) -> list[int]:
        """Return the numbers of rules given by their bits."""
        return [rule for at, rule in enumerate(self.rules) if bits >> at & 1]


class Lone:
    """A group of one rule."""

    __slots__ = ("_coders", "_wanted", "permit", "prohibit", "rule")

    def __init__(
        self,
        coders: Sequence[FactCoder | ReachCoder],
        rule: int,
        effect: str,
        wanted: list[Wanted],
    ) -> None:
        self._coders, self.rule, self._wanted = coders, rule, wanted
        self.permit = int(effect == "permit")
        self.prohibit = 1 - self.permit

    def left(self, codes: Sequence[int]) -> int:
        """Return 1 if the rule applies, 0 if not, -1 where that is not known."""
        found = 1
        for coder, test, holds in self._wanted:
            truth = self._coders[coder].truths[codes[coder]][test]
            if truth is None:
                found = -1
            elif truth is not holds:
                return 0
        return found

    def numbers(self, bits: int) -> list[int]:
        """Return the rule's number."""
        return [self.rule] if bits else []
