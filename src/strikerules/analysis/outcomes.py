"""Outcomes of a program as functions of the world, by the engine's own code for rules.

The engine works on masks; here each mask is a function, with the same operators.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from strikerules.analysis.diagrams import Diagrams, Function
from strikerules.engine.combine import Outcomes
from strikerules.engine.decision import OUTCOMES, Outcome
from strikerules.engine.program import Part, Program, RuleOps, Status

__all__ = [
    "ORDERED",
    "SUBSETS",
    "Sides",
    "exactly",
    "joined",
    "outcome_of",
    "part_outcome",
    "without",
]

SUBSETS: tuple[tuple[Outcome, ...], ...] = tuple(
    names for size in (1, 2, 3) for names in itertools.combinations(OUTCOMES, size)
)
"""What can be possible in one world: one outcome, or several where rules contradict each other."""

ORDERED = frozenset({"first-applicable", "only-one-applicable"})
"""Algorithms for which it matters which rules there are one by one."""


class Sides:
    """The values of a program's operations in some worlds, and their opposites.

    Parameters
    ----------
    diagrams : Diagrams
    ops : sequence of Function
        In all worlds.
    within : int, optional
        The node of the worlds that are asked about.

    Attributes
    ----------
    every : Function
        All readings in these worlds, none in others.
    true, false : sequences of Function
    """

    def __init__(
        self, diagrams: Diagrams, ops: Sequence[Function], within: int | None = None
    ) -> None:
        self.diagrams = diagrams
        self.every = Function(diagrams, diagrams.one if within is None else within)
        self.true: Any = _Within(ops, self.every, opposite=False)
        self.false: Any = _Within(ops, self.every, opposite=True)

    def statuses(self, part: Part) -> list[Status]:
        """Return how each rule of a policy stands, as functions in the fields of `Status`."""
        every: Any = self.every
        return [
            Status(*(self.function(value) for value in status))  # type: ignore[arg-type]
            for status in part.statuses(self.true, self.false, every)
        ]

    def function(self, value: Function | int) -> Function:
        """Return a mask that is the same in all worlds as a function."""
        if isinstance(value, Function):
            return value
        return Function(self.diagrams, self.diagrams.terminal(value & self.diagrams.every))


class _Within:
    def __init__(self, ops: Sequence[Function], every: Function, *, opposite: bool) -> None:
        self.ops, self.every, self.opposite = ops, every, opposite
        self.known: dict[int, Function] = {}

    def __getitem__(self, index: int) -> Function:
        if index not in self.known:
            value = self.ops[index]
            self.known[index] = self.every & (~value if self.opposite else value)
        return self.known[index]


def outcome_of(program: Program, sides: Sides) -> tuple[int, int, int]:
    """Return where a program permits, prohibits and does not govern, as nodes."""
    permit = prohibit = neither = sides.function(0)
    none = sides.every
    for part in program.parts:
        in_force = sides.true[part.entry]
        none = none & sides.false[part.entry]
        if in_force:
            found = part_outcome(part, sides)
            permit = permit | (found[0] & in_force)
            prohibit = prohibit | (found[1] & in_force)
            neither = neither | (found[2] & in_force)
    return permit.node, prohibit.node, (neither | none).node


def part_outcome(part: Part, sides: Sides) -> tuple[Function, Function, Function]:
    """Return the outcomes of one policy, as if it were in force.

    Where the order of the rules is nothing to the algorithm, those of one effect are joined
    first, two by two, which keeps what is in between small.
    """
    every: Any = sides.every
    children = part.children(sides.statuses(part), every)
    if part.policy.conflicts not in ORDERED:
        both: list[Outcomes] = []
        for effect in ("permit", "prohibit"):
            same = [
                sides.function(child.permit if effect == "permit" else child.prohibit)
                for ops, child in zip(part.rules, children, strict=True)
                if ops.rule.effect == effect
            ]
            may: Any = joined(sides.diagrams, same, every=False)
            may_not = every & ~may
            permits = effect == "permit"
            both.append(Outcomes(may if permits else 0, 0 if permits else may, may_not))
        children = both
    permit, prohibit, neither = part.settle(children, sides.true, sides.false, every)
    return sides.function(permit), sides.function(prohibit), sides.function(neither)


def joined(diagrams: Diagrams, parts: list[Function], *, every: bool) -> Function:
    """Join functions two by two: where all of them hold, or any."""
    if not parts:
        return Function(diagrams, diagrams.one if every else diagrams.zero)
    while len(parts) > 1:
        pairs = itertools.zip_longest(parts[::2], parts[1::2])
        parts = [a if b is None else (a & b if every else a | b) for a, b in pairs]
    return parts[0]


def without(part: Part, left_out: int) -> Part:
    """Return a policy without one of its rules."""
    kept = [i for i in range(len(part.rules)) if i != left_out]
    moved = {i: n for n, i in enumerate(kept)}
    rules = tuple(
        RuleOps(
            part.rules[i].rule,
            part.rules[i].when,
            part.rules[i].unless,
            tuple(moved[o] for o in part.rules[i].overriders if o != left_out),
        )
        for i in kept
    )
    order = tuple(moved[i] for i in part.order if i != left_out)
    return Part(part.policy, part.entry, part.scope, rules, order)


def exactly(masks: Sequence[int], outcomes: Sequence[Outcome], every: int) -> int:
    """Return the readings under which these outcomes are possible and no others."""
    found = every
    for name, mask in zip(OUTCOMES, masks, strict=True):
        found &= mask if name in outcomes else ~mask
    return found
