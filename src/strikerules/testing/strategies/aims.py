"""Aims: what the tests of a policy have to come to for one of its rules to apply, alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from hypothesis import strategies as st

from strikerules.engine.domains import holds
from strikerules.engine.program import ALL, ANY, ATOM, DERIVED, NOT, SELECT, Atom, Part, Program

__all__ = ["Aim", "aims_of", "draw_aim"]


class Rule(NamedTuple):
    """One rule of one policy."""

    part: Part
    number: int

    def __repr__(self) -> str:
        return f"<rule {self.part.rules[self.number].rule.id}>"


class Aim:
    """Wanted truth values of tests, as far as they agree with each other.

    Parameters
    ----------
    wanted : dict
        From an attribute to its tests, each with what it should come to.
    """

    def __init__(self, wanted: dict[str, dict[Atom, bool]] | None = None) -> None:
        self.wanted = wanted or {}

    def fitting(self, path: str, values: list[Any]) -> list[Any]:
        """Return the values that meet the aim; all where none does."""
        tests = self.wanted.get(path, {}).items()

        def fits(value: Any) -> bool:
            return all(holds(atom, value) == truth for atom, truth in tests)

        days = path in self.wanted and any(isinstance(a.operand, date) for a, _ in tests)
        found = [v for v in values if fits(date.fromisoformat(v) if days else v)]
        return found or values

    def lines(self, path: str) -> Iterator[tuple[Atom, bool]]:
        """Yield the tests of a place that have been given a side."""
        yield from ((a, t) for a, t in self.wanted.get(path, {}).items() if a.zone is not None)


def aims_of(program: Program) -> list[Rule | None]:
    """Return what may be aimed at: nothing, as often as not, or a rule."""
    rules = [Rule(part, index) for part in program.parts for index in range(len(part.rules))]
    return [*(None for _ in rules or "-"), *rules]


def draw_aim(draw: st.DrawFn, program: Program, rule: Rule | None) -> Aim:
    """Draw what tests have to come to for a rule to apply and no other.

    Where a condition can hold in several ways, one is drawn; it is meant under one choice of
    readings or, as far as they can be met together, under all.
    """
    if rule is None:
        return Aim()
    part, index = rule
    readings = program.every
    if draw(st.booleans()):
        readings = 1 << draw(st.integers(0, program.every.bit_length() - 1))
    wanted: dict[str, dict[Atom, bool]] = {}
    stack = [(part.entry, True), (part.scope, True)]
    for number, ops in enumerate(part.rules):
        stack.append((ops.when, number == index))
        if number == index and ops.unless is not None:
            stack.append((ops.unless, False))
    # what the rule itself needs comes first
    stack.sort(key=lambda item: item[0] not in (part.rules[index].when, part.rules[index].unless))
    stack.reverse()
    while stack:
        at, truth = stack.pop()
        op = program.ops[at]
        kind = op[0]
        if kind == ATOM:
            atom = program.atoms[op[1]]
            wanted.setdefault(atom.attribute, {}).setdefault(atom, truth)
        elif kind == NOT:
            stack.append((op[1], not truth))
        elif kind == SELECT:
            stack += [(child, truth) for mask, child in op[1] if mask & readings]
        elif kind == DERIVED:
            stack.append((op[2], truth))
        elif kind in (ALL, ANY) and op[1]:
            children = op[1] if truth == (kind == ALL) else [draw(st.sampled_from(op[1]))]
            stack += [(child, truth) for child in reversed(children)]
    return Aim(wanted)
