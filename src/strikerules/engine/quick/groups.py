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

    __slots__ = ("_all", "_count", "_masks", "permit", "prohibit", "rules")

    def __init__(self, rules: Iterable[tuple[int, str, list[Wanted]]]) -> None:
        self.rules: list[int] = []
        self.permit = self.prohibit = 0
        asked: dict[int, list[tuple[int, Wanted]]] = {}
        bit = 1
        for number, effect, wanted in rules:
            self.rules.append(number)
            if effect == "permit":
                self.permit |= bit
            else:
                self.prohibit |= bit
            for one in wanted:
                asked.setdefault(one[0], []).append((bit, one))
            bit <<= 1
        self._all, self._count = bit - 1, len(self.rules)
        self._masks = [(at, _Masks(ask, self._count)) for at, ask in asked.items()]

    def left(self, key: Sequence[int]) -> int:
        """Return the bits of the rules that apply, -1 where that is not known of all.

        Parameters
        ----------
        key : sequence of int
            A signature.
        """
        both = -1
        for at, masks in self._masks:
            both &= masks[key[at]]
        left = both & self._all
        return -1 if left & ~(both >> self._count) else left

    def numbers(self, bits: int) -> list[int]:
        """Return the numbers of rules given by their bits."""
        return [rule for at, rule in enumerate(self.rules) if bits >> at & 1]


class _Masks(dict[int, int]):
    """For a class of an attribute the bits of the rules that it leaves, below those of the rules
    of which it leaves nothing open; worked out when a class first comes.
    """

    def __init__(self, asked: list[tuple[int, Wanted]], count: int) -> None:
        super().__init__()
        self._truths, self._count = asked[0][1][1], count
        self._asked: dict[tuple[int, bool], int] = {}
        for bit, (_, _, test, holds) in asked:
            self._asked[test, holds] = self._asked.get((test, holds), 0) | bit

    def __missing__(self, code: int) -> int:
        no = unsure = 0
        truths = self._truths[code]
        for (test, holds), bits in self._asked.items():
            truth = truths[test]
            if truth is None:
                unsure |= bits
            elif truth is not holds:
                no |= bits
        found = self[code] = (~unsure << self._count) | (~no & ((1 << self._count) - 1))
        return found


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
