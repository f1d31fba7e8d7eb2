"""A set of worlds written short: conditions that all hold, each over as few axes as may be.

A set is first taken apart into conditions on axes that have nothing to do with each other; each
of these is written as few boxes, of which one must hold, or none. Boxes are widened one after
another as far as the set allows, worlds that are impossible counting as either (the EXPAND and
IRREDUNDANT steps of two-level minimisation, Brayton and others 1984), and may overlap. What is
written is exact; that it is the shortest way to write it is not promised.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from strikerules.analysis.diagrams import Box, Diagrams

__all__ = ["Clause", "TooLong", "clauses_of", "minimal_boxes", "world_in", "worlds_in"]


MOST_BOXES = 200
"""More than so many are not words any more."""


MOST_WORLDS = 12
"""Worlds of a set that are tried before it is said that no scenario of it was found."""


class TooLong(Exception):
    """What is to be said has too many combinations to be put in words."""


class Clause(Struct, frozen=True):
    """A condition: all of `common`, and one of `either`, and none of `neither`.

    `either` and `neither` are not both there; one that says nothing is empty.
    """

    common: Box
    either: tuple[Box, ...] = ()
    neither: tuple[Box, ...] = ()


def clauses_of(
    diagrams: Diagrams,
    wanted: int,
    possible: int,
    order: Sequence[int],
    narrow: Collection[int] = (),
) -> list[Clause]:
    """Return clauses that hold together in just the wanted ones of the possible worlds.

    Parameters
    ----------
    diagrams : Diagrams
    wanted : int
        The node of the set, as a mask that is `every` or 0; not empty within `possible`.
    possible : int
        The node of the possible worlds.
    order : sequence of int
        The axes in the order in which a box is widened: what comes first is rather left unsaid.
    narrow : collection of int
        As in `minimal_boxes`.
    """
    ons = diagrams.both(wanted, possible)
    blocks = _blocks(diagrams, ons, possible, order)
    parts = [diagrams.some(ons, _rest(diagrams, block)) for block in blocks]
    kept = list(range(len(blocks)))
    for number in sorted(kept, key=lambda n: min(order.index(a) for a in blocks[n])):
        others = [parts[n] for n in kept if n != number]
        if _all(diagrams, [*others, possible]) == ons:
            kept.remove(number)
    clauses = []
    for number in kept:
        seen = diagrams.some(possible, _rest(diagrams, blocks[number]))
        clauses.append(_clause(diagrams, parts[number], seen, order, narrow))
    return clauses


def _rest(diagrams: Diagrams, block: Iterable[int]) -> frozenset[int]:
    return frozenset(range(diagrams.bottom)) - frozenset(block)


def _all(diagrams: Diagrams, nodes: Sequence[int]) -> int:
    found = diagrams.one
    for node in nodes:
        found = diagrams.both(found, node)
    return found


def _blocks(
    diagrams: Diagrams, ons: int, possible: int, order: Sequence[int]
) -> list[frozenset[int]]:
    """Part the axes into blocks that say nothing of one another, as far as pairs can tell."""
    axes = sorted(diagrams.axes_of(ons))
    alone = {a: diagrams.some(ons, _rest(diagrams, (a,))) for a in axes}
    owner = {a: {a} for a in axes}
    for a, b in itertools.combinations(axes, 2):
        if owner[a] is owner[b]:
            continue
        rest = _rest(diagrams, (a, b))
        free = _all(diagrams, [alone[a], alone[b], diagrams.some(possible, rest)])
        if free != diagrams.some(ons, rest):
            owner[a] |= owner[b]
            for c in owner[b]:
                owner[c] = owner[a]
    blocks = list({id(block): frozenset(block) for block in owner.values()}.values())
    while len(blocks) > 1:
        parts = [diagrams.some(ons, _rest(diagrams, block)) for block in blocks]
        if _all(diagrams, [*parts, possible]) == ons:
            break
        blocks.sort(key=len)
        blocks = [*blocks[:-2], blocks[-2] | blocks[-1]]
    return blocks


def _clause(
    diagrams: Diagrams,
    wanted: int,
    possible: int,
    order: Sequence[int],
    narrow: Collection[int],
) -> Clause:
    boxes = minimal_boxes(diagrams, wanted, possible, order, narrow=narrow)
    if len(boxes) == 1:
        return Clause(boxes[0])
    common = tuple(_join(masks) for masks in zip(*boxes, strict=True))
    frame = diagrams.both(possible, diagrams.box(common))
    rest = diagrams.both(frame, diagrams.other(wanted))
    either = tuple(_beyond(diagrams, box, common) for box in boxes)
    if rest == diagrams.zero:
        return Clause(common)
    holes = minimal_boxes(diagrams, rest, frame, order, most=len(boxes), narrow=narrow)
    neither = tuple(_beyond(diagrams, hole, common) for hole in holes)
    if holes and _length(diagrams, neither) + 1 < _length(diagrams, either):
        return Clause(common, neither=neither)
    return Clause(common, either)


def minimal_boxes(
    diagrams: Diagrams,
    wanted: int,
    possible: int,
    order: Sequence[int],
    *,
    most: int | None = None,
    narrow: Collection[int] = (),
) -> list[Box]:
    """Return boxes whose union is a set, none of them without use.

    Parameters
    ----------
    most : int, optional
        Nothing is returned where there would be more boxes.
    narrow : collection of int
        Axes along which a box has nothing that the others have as well, if it says anything.
    """
    ons = diagrams.both(wanted, possible)
    good = diagrams.either(wanted, diagrams.other(possible))
    left = ons
    boxes: list[Box] = []
    while (start := diagrams.first(left)) is not None:
        box = _widened(diagrams, good, ons, tuple(m & -m for m in start), order)
        boxes.append(box)
        if most is not None and len(boxes) > most:
            return []
        if len(boxes) > MOST_BOXES:
            raise TooLong
        left = diagrams.both(left, diagrams.other(diagrams.box(box)))
    return _irredundant(diagrams, boxes, ons, narrow)


def _widened(diagrams: Diagrams, good: int, ons: int, box: Box, order: Sequence[int]) -> Box:
    """Widen a box: drop whole axes first, then add classes along the others.

    A class whose worlds are all impossible is added only together with the whole axis.
    """
    now = list(box)
    for level in order:
        if diagrams.allowed(good, level, tuple(now)) == diagrams.full[level]:
            now[level] = diagrams.full[level]
    for level in order:
        if now[level] == diagrams.full[level]:
            continue
        found = diagrams.allowed(good, level, tuple(now)) & ~now[level]
        while found:
            one = found & -found
            found &= ~one
            column = tuple(one if k == level else mask for k, mask in enumerate(now))
            if diagrams.both(ons, diagrams.box(column)) != diagrams.zero:
                now[level] |= one
    return tuple(now)


def _irredundant(
    diagrams: Diagrams, boxes: list[Box], ons: int, narrow: Collection[int]
) -> list[Box]:
    """Leave out boxes that the others cover, small ones first."""
    ordered = sorted(boxes, key=_size)
    nodes = [diagrams.box(box) for box in ordered]
    after = [diagrams.zero]
    for node in reversed(nodes):
        after.append(diagrams.either(after[-1], node))
    after.reverse()
    kept: list[Box] = []
    before = diagrams.zero
    for box, node, later in zip(ordered, nodes, after[1:], strict=True):
        without = diagrams.either(before, later)
        if diagrams.both(ons, diagrams.other(without)) != diagrams.zero:
            kept.append(box)
            before = diagrams.either(before, node)
    return _narrowed(diagrams, [box for box in boxes if box in kept], ons, narrow)


def _narrowed(diagrams: Diagrams, boxes: list[Box], ons: int, axes: Collection[int]) -> list[Box]:
    """Take off boxes, along some axes, the classes whose worlds the other boxes have as well."""
    if len(boxes) < 2:
        return boxes
    now = list(boxes)
    after = [diagrams.zero]
    for box in reversed(now):
        after.append(diagrams.either(after[-1], diagrams.box(box)))
    after.reverse()
    before = diagrams.zero
    for number in range(len(now)):
        others = diagrams.either(before, after[number + 1])
        alone = diagrams.both(ons, diagrams.other(others))
        for level in axes:
            mask = now[number][level]
            if mask == diagrams.full[level]:
                continue
            for one in (1 << k for k in range(mask.bit_length()) if mask >> k & 1):
                column = _with(now[number], level, one)
                if diagrams.both(alone, diagrams.box(column)) == diagrams.zero:
                    mask &= ~one
            now[number] = _with(now[number], level, mask)
        before = diagrams.either(before, diagrams.box(now[number]))
    return now


def _with(box: Box, level: int, mask: int) -> Box:
    return (*box[:level], mask, *box[level + 1 :])


def worlds_in(
    diagrams: Diagrams, wanted: int, possible: int, order: Sequence[int]
) -> Iterator[tuple[Box, Box]]:
    """Yield some boxes of wanted worlds with one possible world in each, no world twice."""
    left = wanted
    for _ in range(MOST_WORLDS):
        found = world_in(diagrams, left, possible, order)
        if found is None:
            return
        yield found
        left = diagrams.both(left, diagrams.other(diagrams.box(found[1])))


def world_in(
    diagrams: Diagrams, wanted: int, possible: int, order: Sequence[int]
) -> tuple[Box, Box] | None:
    """Return a box of wanted worlds that says little, and one possible world in it."""
    start = diagrams.first(diagrams.both(wanted, possible))
    if start is None:
        return None
    good = diagrams.either(wanted, diagrams.other(possible))
    box = _widened(
        diagrams, good, diagrams.both(wanted, possible), tuple(m & -m for m in start), order
    )
    return box, tuple(m & -m for m in start)


def _size(box: Box) -> int:
    found = 1
    for mask in box:
        found *= mask.bit_count()
    return found


def _join(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def _beyond(diagrams: Diagrams, box: Box, common: Box) -> Box:
    """Return what a box says beyond what is common to all."""
    return tuple(
        full if mask & frame == frame else mask
        for mask, frame, full in zip(box, common, diagrams.full, strict=True)
    )


def _length(diagrams: Diagrams, boxes: Sequence[Box]) -> int:
    return sum(
        1 + sum(mask != full for mask, full in zip(box, diagrams.full, strict=True))
        for box in boxes
    )
