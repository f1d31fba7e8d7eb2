"""Decision diagrams over many-valued axes: functions of a world, each kept once.

A diagram gives for every world (one class along every axis) a value: mostly the mask of the
combinations of readings under which something is so. Equal functions are one and the same node, so
that "are these two the same in every world?" is a comparison of two numbers.

The operations are the textbook ones for multi-terminal decision diagrams (Bryant 1986; Srinivasan
and others 1990 for many-valued variables), with edges labelled by sets of classes as bit masks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any

__all__ = ["Box", "Diagrams", "Function", "TooManyNodes"]

Edges = tuple[tuple[int, int], ...]
"""Classes as a mask, and the node that they lead to; the masks are disjoint and cover the axis."""

Box = tuple[int, ...]
"""For every axis a set of classes, as a mask."""

_AND, _OR = "and", "or"


MOST_NODES = 600_000
"""Some hundreds of megabytes, some seconds."""


class TooManyNodes(Exception):
    """The diagrams have outgrown their budget: the question is left open."""


class Diagrams:
    """The nodes of all functions over some axes.

    Parameters
    ----------
    sizes : sequence of int
        How many classes each axis has, the first axis on top.
    every : int
        The mask of all combinations of readings.
    most : int
        How many nodes may be made before `TooManyNodes`.
    """

    def __init__(self, sizes: Sequence[int], every: int, most: int = MOST_NODES) -> None:
        self.full: Box = tuple((1 << n) - 1 for n in sizes)
        self.every, self.most = every, most
        self.bottom = len(sizes)
        self.levels: list[int] = []
        self.edges: list[Edges] = []
        self.values: list[Any] = []
        self._terminals: dict[Hashable, int] = {}
        self._unique: dict[tuple[int, Edges], int] = {}
        self._cache: dict[tuple[Hashable, int, int], int] = {}
        self.zero, self.one = self.terminal(0), self.terminal(every)

    def terminal(self, value: Hashable) -> int:
        """Return the node of a constant."""
        if value not in self._terminals:
            self._terminals[value] = self._new(self.bottom, (), value)
        return self._terminals[value]

    def _new(self, level: int, edges: Edges, value: Any = None) -> int:
        if len(self.levels) >= self.most:
            raise TooManyNodes
        self.levels.append(level)
        self.edges.append(edges)
        self.values.append(value)
        return len(self.levels) - 1

    def node(self, level: int, parts: dict[int, int]) -> int:
        """Return the node that leads to each child for the classes in its mask."""
        if len(parts) == 1:
            return next(iter(parts))
        edges = tuple(sorted(((m, c) for c, m in parts.items()), key=lambda e: e[0] & -e[0]))
        key = (level, edges)
        found = self._unique.get(key)
        if found is None:
            found = self._unique[key] = self._new(level, edges)
        return found

    def split(self, level: int, mask: int, inside: int, outside: int) -> int:
        """Return a node that is one thing for the classes in a mask and another for the rest."""
        inner, rest = mask & self.full[level], self.full[level] & ~mask
        if inside == outside or not rest:
            return inside
        return self.node(level, {inside: inner, outside: rest}) if inner else outside

    def apply(self, name: Hashable, f: Callable[[Any, Any], Hashable], a: int, b: int) -> int:
        """Combine two functions value by value.

        Parameters
        ----------
        name : hashable
            What the result is remembered under; one name, one `f`.
        """
        cache, levels, edges = self._cache, self.levels, self.edges

        def go(a: int, b: int) -> int:
            key = (name, a, b)
            found = cache.get(key)
            if found is not None:
                return found
            level_a, level_b = levels[a], levels[b]
            if level_a == level_b == self.bottom:
                found = self.terminal(f(self.values[a], self.values[b]))
            else:
                level = min(level_a, level_b)
                parts: dict[int, int] = {}
                if level_a == level_b:
                    for mask_a, child_a in edges[a]:
                        for mask_b, child_b in edges[b]:
                            both = mask_a & mask_b
                            if both:
                                child = go(child_a, child_b)
                                parts[child] = parts.get(child, 0) | both
                elif level == level_a:
                    for mask, child_a in edges[a]:
                        child = go(child_a, b)
                        parts[child] = parts.get(child, 0) | mask
                else:
                    for mask, child_b in edges[b]:
                        child = go(a, child_b)
                        parts[child] = parts.get(child, 0) | mask
                found = self.node(level, parts)
            cache[key] = found
            return found

        return go(a, b)

    def both(self, a: int, b: int) -> int:
        """Return where two masks meet, world by world."""
        return self._lattice(_AND, a, b, self.zero, self.one)

    def either(self, a: int, b: int) -> int:
        """Return two masks together, world by world."""
        return self._lattice(_OR, a, b, self.one, self.zero)

    def _lattice(self, name: str, a: int, b: int, absorbing: int, neutral: int) -> int:
        cache, levels, edges, values = self._cache, self.levels, self.edges, self.values
        bottom, conjunction = self.bottom, name == _AND

        def go(a: int, b: int) -> int:
            if a == b or b == neutral:
                return a
            if a == neutral:
                return b
            if absorbing in (a, b):
                return absorbing
            if a > b:
                a, b = b, a
            key = (name, a, b)
            found = cache.get(key)
            if found is not None:
                return found
            level_a, level_b = levels[a], levels[b]
            if level_a == level_b:
                if level_a == bottom:
                    x, y = values[a], values[b]
                    found = self.terminal(x & y if conjunction else x | y)
                    cache[key] = found
                    return found
                pairs = [(m & n, c, d) for m, c in edges[a] for n, d in edges[b] if m & n]
            elif level_a < level_b:
                pairs = [(m, c, b) for m, c in edges[a]]
            else:
                pairs = [(m, a, d) for m, d in edges[b]]
            parts: dict[int, int] = {}
            for mask, c, d in pairs:
                child = go(c, d)
                parts[child] = parts.get(child, 0) | mask
            found = self.node(min(level_a, level_b), parts)
            cache[key] = found
            return found

        return go(a, b)

    def other(self, a: int) -> int:
        """Return the complement of a mask within all readings, world by world."""
        every = self.every
        return self.map("not", lambda x: every & ~x, a)

    def map(self, name: Hashable, f: Callable[[Any], Hashable], a: int) -> int:
        """Change a function's values; one name, one `f`."""
        cache = self._cache

        def go(a: int) -> int:
            key = (name, a, -1)
            found = cache.get(key)
            if found is None:
                if self.levels[a] == self.bottom:
                    found = self.terminal(f(self.values[a]))
                else:
                    parts: dict[int, int] = {}
                    for mask, child in self.edges[a]:
                        following = go(child)
                        parts[following] = parts.get(following, 0) | mask
                    found = self.node(self.levels[a], parts)
                cache[key] = found
            return found

        return go(a)

    def where(self, a: int, value: Hashable) -> int:
        """Return where a function has a value, as a mask of all readings."""
        return self.map(("where", value), lambda v: self.every if v == value else 0, a)

    def somewhere(self, a: int) -> int:
        """Return where a mask is not empty, as a mask of all readings."""
        return self.map("somewhere", lambda mask: self.every if mask else 0, a)

    def some(self, a: int, axes: frozenset[int]) -> int:
        """Return where, for some class along the axes given, a mask is not empty, joined."""
        cache = self._cache
        name = ("some", axes)

        def go(a: int) -> int:
            level = self.levels[a]
            if level == self.bottom:
                return a
            key = (name, a, -1)
            found = cache.get(key)
            if found is None:
                if level in axes:
                    found = self.zero
                    for _, child in self.edges[a]:
                        found = self.either(found, go(child))
                else:
                    parts: dict[int, int] = {}
                    for mask, child in self.edges[a]:
                        following = go(child)
                        parts[following] = parts.get(following, 0) | mask
                    found = self.node(level, parts)
                cache[key] = found
            return found

        return go(a)

    def join(self, functions: Sequence[int]) -> int:
        """Return the function whose values are the tuples of the functions' values."""
        found = self.terminal(())
        for one in functions:
            found = self.apply("join", lambda x, y: (*x, y), found, one)
        return found

    def box(self, box: Box) -> int:
        """Return the function that is `every` in a box and 0 outside."""
        found = self.one
        for level in range(self.bottom - 1, -1, -1):
            found = self.split(level, box[level], found, self.zero)
        return found

    def values_in(self, a: int, within: Box | None = None) -> set[Any]:
        """Return the values that a function has, in a box or anywhere."""
        found: set[Any] = set()
        seen: set[int] = set()
        stack = [a]
        while stack:
            one = stack.pop()
            if one in seen:
                continue
            seen.add(one)
            level = self.levels[one]
            if level == self.bottom:
                found.add(self.values[one])
            else:
                stack += [c for m, c in self.edges[one] if within is None or m & within[level]]
        return found

    def axes_of(self, a: int) -> set[int]:
        """Return the axes along which a function's value changes."""
        seen: set[int] = set()
        found: set[int] = set()
        stack = [a]
        while stack:
            one = stack.pop()
            if one not in seen and self.levels[one] != self.bottom:
                seen.add(one)
                found.add(self.levels[one])
                stack += [c for _, c in self.edges[one]]
        return found

    def first(self, a: int, wanted: Callable[[Any], bool] = bool) -> Box | None:
        """Return a box on which the value is wanted, constrained along as few axes as may be."""
        costs: dict[int, int | None] = {}

        def cost(one: int) -> int | None:
            if one not in costs:
                if self.levels[one] == self.bottom:
                    costs[one] = 0 if wanted(self.values[one]) else None
                else:
                    below = [c for _, child in self.edges[one] if (c := cost(child)) is not None]
                    costs[one] = 1 + min(below) if below else None
            return costs[one]

        if cost(a) is None:
            return None
        box = list(self.full)
        one = a
        while self.levels[one] != self.bottom:
            open_edges = [e for e in self.edges[one] if cost(e[1]) is not None]
            mask, child = min(open_edges, key=lambda e: cost(e[1]) or 0)
            box[self.levels[one]] = mask
            one = child
        return tuple(box)

    def allowed(self, good: int, level: int, box: Box) -> int:
        """Return the classes of one axis for which all of a box is good, as a mask.

        Along that axis the box itself is not looked at.
        """
        sure: dict[int, bool] = {}
        masks: dict[int, int] = {}
        full = self.full[level]

        def throughout(one: int) -> bool:
            if one not in sure:
                here = self.levels[one]
                sure[one] = bool(self.values[one]) if here == self.bottom else all(
                    throughout(c) for m, c in self.edges[one] if m & box[here]
                )  # fmt: skip
            return sure[one]

        def go(one: int) -> int:
            if one not in masks:
                here = self.levels[one]
                if here > level:
                    masks[one] = full if throughout(one) else 0
                elif here == level:
                    masks[one] = 0
                    for m, c in self.edges[one]:
                        if throughout(c):
                            masks[one] |= m
                else:
                    found = full
                    for m, c in self.edges[one]:
                        if m & box[here]:
                            found &= go(c)
                            if not found:
                                break
                    masks[one] = found
            return masks[one]

        return go(good)

    def paths(self, a: int) -> Iterator[tuple[Box, Any]]:
        """Yield disjoint boxes that cover all worlds, each with its value."""
        stack: list[tuple[int, Box]] = [(a, self.full)]
        while stack:
            one, box = stack.pop()
            level = self.levels[one]
            if level == self.bottom:
                yield box, self.values[one]
                continue
            for mask, child in reversed(self.edges[one]):
                stack.append((child, (*box[:level], mask, *box[level + 1 :])))


class Function:
    """A mask in every world, with the operators that the engine uses on masks.

    So the engine's own code for rules and combining algorithms works out all worlds at once.
    """

    __slots__ = ("diagrams", "node")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, diagrams: Diagrams, node: int) -> None:
        self.diagrams, self.node = diagrams, node

    def _other(self, value: Function | int) -> int:
        if isinstance(value, Function):
            return value.node
        return self.diagrams.terminal(value & self.diagrams.every)

    def __and__(self, other: Function | int) -> Function:
        return Function(self.diagrams, self.diagrams.both(self.node, self._other(other)))

    def __or__(self, other: Function | int) -> Function:
        return Function(self.diagrams, self.diagrams.either(self.node, self._other(other)))

    __rand__, __ror__ = __and__, __or__

    def __invert__(self) -> Function:
        return Function(self.diagrams, self.diagrams.other(self.node))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Function | int) and self.node == self._other(other)

    def __bool__(self) -> bool:
        return self.node != self.diagrams.zero
