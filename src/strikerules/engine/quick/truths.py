"""What the conditions of a policy of many rules come to in one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strikerules.engine.program import ALL, ANY, ATOM, CONST, DERIVED, NOT, SELECT

if TYPE_CHECKING:
    from strikerules.engine.quick.index import RuleIndex

__all__ = ["Truth", "Truths"]

Truth = tuple[int, int]
"""Masks of the combinations of readings under which something holds, and does not."""


class Truths:
    """What conditions come to in a case, worked out as they are asked for."""

    def __init__(self, index: RuleIndex, key: tuple[int, ...], given: frozenset[str]) -> None:
        self.index, self.key, self.given = index, key, given
        self.known: dict[int, Truth] = {}

    def rule(self, number: int) -> Truth:
        """Return whether a rule's own conditions are met."""
        ops = self.index.part.rules[number]
        true, false = self.truth(ops.when)
        if ops.unless is not None:
            not_met, met = self.truth(ops.unless)
            true, false = true & met, false | not_met
        return true, false

    def truth(self, number: int) -> Truth:
        """Return what an operation comes to."""
        found = self.known.get(number)
        if found is None:
            found = self.known[number] = self._truth(number)
        return found

    def _truth(self, number: int) -> Truth:
        every = self.index.program.every
        op = self.index.program.ops[number]
        kind = op[0]
        true = false = 0
        if kind == ATOM:
            value = self._atom(op[1])
            if value is not None:
                true, false = (every, 0) if value else (0, every)
        elif kind == ALL:
            true = every
            for child in op[1]:
                t, f = self.truth(child)
                true &= t
                false |= f
                if false == every:
                    return 0, every
        elif kind == ANY:
            false = every
            for child in op[1]:
                t, f = self.truth(child)
                true |= t
                false &= f
                if true == every:
                    return every, 0
        elif kind == NOT:
            false, true = self.truth(op[1])
        elif kind == SELECT:
            for mask, child in op[1]:
                t, f = self.truth(child)
                true |= mask & t
                false |= mask & f
        elif kind == CONST:
            true, false = (every, 0) if op[1] else (0, every)
        else:
            assert kind == DERIVED
            true, false = self.truth(op[2] if op[1] in self.given else op[3])
        return true, false

    def _atom(self, atom: int) -> bool | None:
        index = self.index
        where = index.where.get(atom)
        if where is not None:
            number, position = where
            code = self.key[3 + number]
            if code or atom not in index.target.depths:
                return index.coders[number].truths[code][position]
        if atom in index.launch.line_of:
            return index.launch.truth(self.key[-1], atom)
        return index.target.truth(self.key[-2], atom)
