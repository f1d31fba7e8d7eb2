"""Worlds along one axis at once: the engine's masks with a bit for each class and reading.

All facts but one axis (the one with most classes, mostly the target's place) are fixed; a mask then
says for each class of that axis, under each combination of readings, whether something is so. It
finds at a stroke what would take many worlds one by one; it never shows that there is nothing.
"""

from __future__ import annotations

from functools import cached_property
from random import Random

from strikerules.analysis.space import Space
from strikerules.engine.program import ALL, ANY, ATOM, CONST, NOT, SELECT

__all__ = ["Slicer"]


class Slicer:
    """Evaluates the programs of a space along its longest axis.

    Parameters
    ----------
    space : Space
        With at least one axis.
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        sizes = [len(axis.classes) for axis in space.axes]
        self.level = max(range(len(sizes)), key=sizes.__getitem__)
        self.width = space.every.bit_length()
        #: One bit at the start of each class.
        self.starts = sum(1 << (self.width * n) for n in range(sizes[self.level]))
        self.every = self.starts * space.every
        self.random = Random(1)

    def spread(self, classes: int) -> int:
        """Return a mask of classes with all readings set for each of them."""
        found = 0
        number = 0
        while classes:
            if classes & 1:
                found |= self.space.every << (self.width * number)
            classes >>= 1
            number += 1
        return found

    @cached_property
    def _atoms(self) -> list[tuple[int, int]]:
        """For each test its axis (-1: it is known) and its mask: spread, or of classes."""
        space = self.space
        found = []
        for index, value in enumerate(space.case.atom_values):
            if value is not None:
                found.append((-1, self.every if value else 0))
                continue
            level = space.at[space.programs[0].atoms[index].attribute]
            mask = 0
            for number, one in enumerate(space.axes[level].classes):
                mask |= one.truth[index] << number
            found.append((level, self.spread(mask) if level == self.level else mask))
        return found

    def world_in(self, node: int) -> tuple[int, ...]:
        """Return a class for every axis, of some world in a set that is not empty."""
        diagrams = self.space.diagrams
        chosen = [self.random.randrange(full.bit_length()) for full in diagrams.full]
        while diagrams.levels[node] != diagrams.bottom:
            level = diagrams.levels[node]
            edges = [e for e in diagrams.edges[node] if e[1] != diagrams.zero]
            mask, node = edges[self.random.randrange(len(edges))]
            classes = [k for k in range(mask.bit_length()) if mask >> k & 1]
            chosen[level] = classes[self.random.randrange(len(classes))]
        return tuple(chosen)

    def sides(self, world: tuple[int, ...]) -> tuple[list[int], list[int]]:
        """Return the operations' masks and their opposites, along the longest axis."""
        every, atoms = self.every, self._atoms
        true: list[int] = []
        for op in self.space.programs[0].ops:
            kind = op[0]
            if kind == ATOM:
                level, mask = atoms[op[1]]
                value = mask if level in (-1, self.level) else every * (mask >> world[level] & 1)
            elif kind == ALL:
                value = every
                for child in op[1]:
                    value &= true[child]
            elif kind == ANY:
                value = 0
                for child in op[1]:
                    value |= true[child]
            elif kind == NOT:
                value = every ^ true[op[1]]
            elif kind == SELECT:
                value = 0
                for mask, child in op[1]:
                    value |= (self.starts * mask) & true[child]
            elif kind == CONST:
                value = every if op[1] else 0
            else:
                level = self.space.at.get(op[1])
                out = level is None or bool(self.space.axes[level].left_out >> world[level] & 1)
                value = true[op[3] if out and op[1] not in self.space.given else op[2]]
            true.append(value)
        return true, [every ^ value for value in true]

    def column(self, node: int, world: tuple[int, ...]) -> int:
        """Return a function's masks along the longest axis."""
        diagrams = self.space.diagrams

        def value(one: int, number: int) -> int:
            while diagrams.levels[one] != diagrams.bottom:
                level = diagrams.levels[one]
                bit = 1 << (number if level == self.level else world[level])
                one = next(c for m, c in diagrams.edges[one] if m & bit)
            found: int = diagrams.values[one]
            return found

        size = len(self.space.axes[self.level].classes)
        return sum(value(node, n) << (self.width * n) for n in range(size))
