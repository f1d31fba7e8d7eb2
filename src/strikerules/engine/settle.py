"""What would settle an open case: the smallest sets of answers that leave one outcome."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from strikerules.engine.decide import Verdict
from strikerules.engine.decision import Answer, Outcome, Settling, names_of
from strikerules.engine.diagram import Diagram, Leaf, Node, dimensions_in

__all__ = ["MOST_SETS", "settlings"]

MOST_SETS = 20_000
"""How many sets of answers are tried before a larger, surely settling one is given instead."""

Option = tuple[Answer, int | None, int, int]
"""An answer, the dimension it is about (None for a question), its class, its readings."""


def settlings(verdict: Verdict) -> tuple[Settling, ...]:
    """Return every smallest set of answers after which one outcome is left.

    Empty where the case is settled, and where nothing that can be answered settles it (rules that
    contradict each other).

    Notes
    -----
    Sets of one answer are tried first, then of two, and so on. Should that be more than
    `MOST_SETS`, one set is given that settles the case without being shown to be smallest.
    """
    every = verdict.program.every
    if len(names_of(verdict.masks, every)) == 1:
        return ()
    groups = list(_options(verdict))
    tried = 0
    for size in range(1, len(groups) + 1):
        found: list[Settling] = []
        for chosen_groups in itertools.combinations(groups, size):
            for chosen in itertools.product(*chosen_groups):
                tried += 1
                possible = _possible(verdict, chosen)
                if len(possible) == 1:
                    found.append(Settling(tuple(o[0] for o in chosen), possible[0]))
            if tried > MOST_SETS:
                break
        if found:
            return tuple(found)
        if tried > MOST_SETS:
            return _descend(verdict, groups)
    return ()


def _options(verdict: Verdict) -> Iterator[list[Option]]:
    every = verdict.program.every
    for index in sorted(dimensions_in(verdict.diagram)):
        assert verdict.worlds is not None
        dimension = verdict.worlds.dimensions[index]
        yield [
            (Answer(dimension.name, dimension.kind, one.label), index, number, every)
            for number, one in enumerate(dimension.classes)
        ]
    matter = set(verdict.questions_that_matter())
    for question in verdict.program.questions:
        if question.id in matter:
            yield [
                (Answer(question.id, "question", name), None, 0, mask)
                for name, mask in zip(question.readings, question.masks, strict=True)
            ]


def _possible(verdict: Verdict, chosen: tuple[Option, ...]) -> tuple[Outcome, ...]:
    within = verdict.program.every
    classes: dict[int, int] = {}
    for _, dimension, number, mask in chosen:
        within &= mask
        if dimension is not None:
            classes[dimension] = number
    permit = prohibit = neither = 0
    seen: set[int] = set()
    stack: list[Diagram | None] = [verdict.diagram]
    while stack:
        one = stack.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Leaf):
            permit |= one.masks[0]
            prohibit |= one.masks[1]
            neither |= one.masks[2]
        elif one.dimension in classes:
            stack.append(one.children[classes[one.dimension]])
        else:
            stack.extend(one.children)
    return names_of((permit, prohibit, neither), within)


def _descend(verdict: Verdict, groups: list[list[Option]]) -> tuple[Settling, ...]:
    """Follow one way down the diagram, then choose readings, until one outcome is left."""
    by_class = {(o[1], o[2]): o for g in groups for o in g if o[1] is not None}
    chosen: list[Option] = []
    one: Diagram = verdict.diagram
    while isinstance(one, Node):
        number = next(i for i, c in enumerate(one.children) if c is not None)
        chosen.append(by_class[(one.dimension, number)])
        following = one.children[number]
        assert following is not None
        one = following
    for group in groups:
        possible = _possible(verdict, tuple(chosen))
        if len(possible) == 1:
            return (Settling(tuple(o[0] for o in chosen), possible[0]),)
        if group[0][1] is None:
            chosen.append(group[0])
    possible = _possible(verdict, tuple(chosen))
    if len(possible) == 1:
        return (Settling(tuple(o[0] for o in chosen), possible[0]),)
    return ()
