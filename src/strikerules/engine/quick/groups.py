"""Rules by the zone that they ask about, for policies of many rules.

A target is in few zones. Only the rules of these are looked at, and those that ask about no zone:
each such group has numbers of its own for its rules, and for every class of an attribute the bits
of the rules that it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Group", "Lone", "Part", "Wanted"]

Wanted = tuple[int, list[tuple[bool | None, ...]], int, bool]
"""What a rule asks of an attribute.

Where its class stands in a signature, what the tests come to in each class, which of the tests it
is, and whether that must hold or fail.
"""

Part = tuple["Group | Lone", int]
"""A group, and the bits of some of its rules."""


class Group:
    """Rules of one zone, or those of none.

    Parameters
    ----------
    rules : sequence of (int, str, list of Wanted)
        Their numbers, effects, and what they ask beside the zone.

    Attributes
    ----------
    permit, prohibit : int
        Bits of the rules with these effects.
    """

    __slots__ = ("_all", "_asked", "_masks", "permit", "prohibit", "rules")

    def __init__(self, rules: Iterable[tuple[int, str, list[Wanted]]]) -> None:
        self.rules: list[int] = []
        self.permit = self.prohibit = 0
        self._asked: dict[int, list[tuple[int, Wanted]]] = {}
        bit = 1
        for number, effect, wanted in rules:
            self.rules.append(number)
            if effect == "permit":
                self.permit |= bit
            else:
                self.prohibit |= bit
            for one in wanted:
                self._asked.setdefault(one[0], []).append((bit, one))
            bit <<= 1
        self._all = bit - 1
        self._masks: list[tuple[int, dict[int, tuple[int, int]]]] = [(at, {}) for at in self._asked]

    def left(self, key: Sequence[int]) -> int:
        """Return the bits of the rules that apply, -1 where that is not known of all.

        Parameters
        ----------
        key : sequence of int
            A signature.
        """
        left, unsure = self._all, 0
        for at, masks in self._masks:
            code = key[at]
            mask = masks.get(code)
            if mask is None:
                mask = masks[code] = self._mask(at, code)
            left &= mask[0]
            unsure |= mask[1]
            if not left:
                return 0
        return -1 if left & unsure else left

    def _mask(self, at: int, code: int) -> tuple[int, int]:
        """Return the bits of the rules that a class leaves, and of those it leaves open."""
        no = unsure = 0
        for bit, (_, truths, test, holds) in self._asked[at]:
            truth = truths[code][test]
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

    __slots__ = ("_wanted", "permit", "prohibit", "rule")

    def __init__(self, rule: int, effect: str, wanted: list[Wanted]) -> None:
        self.rule, self._wanted = rule, wanted
        self.permit = int(effect == "permit")
        self.prohibit = 1 - self.permit

    def left(self, key: Sequence[int]) -> int:
        """Return 1 if the rule applies, 0 if not, -1 where that is not known."""
        found = 1
        for at, truths, test, holds in self._wanted:
            truth = truths[key[at]][test]
            if truth is None:
                found = -1
            elif truth is not holds:
                return 0
        return found

    def numbers(self, bits: int) -> list[int]:
        """Return the rule's number."""
        return [self.rule] if bits else []
