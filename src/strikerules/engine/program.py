"""A compiled ruling: tests that are each made once, and the operations over them.

Operations stand in an order in which each comes after those it uses, so that evaluating is one
pass without recursion. A value is a pair of bit masks over the combinations of readings: where it
is true, and where it is false; a bit in neither is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import Struct

from strikerules.engine.combine import ALGORITHMS, Outcomes
from strikerules.geography.zones import Zone
from strikerules.language.policy import Policy, Rule, Ruling
from strikerules.language.values import Value
from strikerules.language.vocabulary import Vocabulary

__all__ = ["Atom", "Part", "Program", "Question", "RuleOps", "Status", "Values"]

Values = Sequence[bool | None]
"""For each atom whether it is true, false or unknown."""

CONST, ATOM, ALL, ANY, NOT, SELECT, DERIVED = range(7)


class Atom(Struct, frozen=True):
    """A test of one attribute against fixed operands; parameters and zones are worked out.

    `operator` is one of ``eq``, ``in``, ``lt``, ``le`` on values and ``within``,
    ``within_distance`` on locations; the others are negations of these.
    """

    attribute: str
    operator: str
    operand: Value | frozenset[Value] | float | None = None
    zone: Zone | None = None


class Question(Struct, frozen=True):
    """An open question: for each reading the combinations that choose it."""

    id: str
    readings: tuple[str, ...]
    masks: tuple[int, ...]
    stride: int


class RuleOps(Struct, frozen=True):
    """A rule's operations; `overriders` are indexes of the rules that override it."""

    rule: Rule
    when: int
    unless: int | None
    overriders: tuple[int, ...]


class Status(NamedTuple):
    """How a rule stands, as masks of what is sure.

    `met` and `unmet` are of its own conditions, `free` is that no other rule overrides it.
    """

    applies: int
    fails: int
    met: int
    unmet: int
    free: int


class Part(Struct, frozen=True):
    """One policy: when it is in force, its scope, its rules in an order for overriding."""

    policy: Policy
    entry: int
    scope: int
    rules: tuple[RuleOps, ...]
    order: tuple[int, ...]

    def statuses(
        self,
        true: list[int],
        false: list[int],
        every: int,
        ignored: frozenset[int] = frozenset(),
    ) -> list[Status]:
        """Return how each rule stands, as if the policy were in force and its scope held.

        Of a rule that is ignored nothing is sure, not for those that it overrides either.
        """
        found: list[Status] = [Status(0, 0, 0, 0, 0)] * len(self.rules)
        for index in self.order:
            if index not in ignored:
                found[index] = self.status(index, found, true, false, every)
        return found

    def status(
        self, index: int, known: list[Status], true: list[int], false: list[int], every: int
    ) -> Status:
        """Return how a rule stands, those that override it being `known`."""
        ops = self.rules[index]
        t, f = true[ops.when], false[ops.when]
        if ops.unless is not None:
            t, f = t & false[ops.unless], f | true[ops.unless]
        beaten, free = 0, every
        for other in ops.overriders:
            beaten |= known[other].applies
            free &= known[other].fails
        return Status(t & free, f | beaten, t, f, free)

    def outcome(
        self,
        true: list[int],
        false: list[int],
        every: int,
        ignored: frozenset[int] = frozenset(),
    ) -> Outcomes:
        """Return the possible outcomes, as if the policy were in force.

        Parameters
        ----------
        ignored : frozenset of int
            Indexes of rules that are taken as not known, to see whether they matter.
        """
        outside = false[self.scope]
        if outside == every:
            return Outcomes(0, 0, every)
        statuses = self.statuses(true, false, every, ignored)
        return self.settle(self.children(statuses, every), true, false, every)

    def children(self, statuses: list[Status], every: int) -> list[Outcomes]:
        """Return for each rule what it may come to, as the combining algorithms take it."""
        return [self.child(index, status, every) for index, status in enumerate(statuses)]

    def child(self, index: int, status: Status, every: int) -> Outcomes:
        """Return what a rule may come to."""
        may, may_not = every & ~status.fails, every & ~status.applies
        if self.rules[index].rule.effect == "permit":
            return Outcomes(may, 0, may_not)
        return Outcomes(0, may, may_not)

    def settle(
        self, children: list[Outcomes], true: list[int], false: list[int], every: int
    ) -> Outcomes:
        """Return the possible outcomes of rules together with the default and the scope."""
        permit, prohibit, neither = ALGORITHMS[self.policy.conflicts](children, every)
        effect = self.policy.otherwise.effect
        if effect == "permit":
            permit, neither = permit | neither, 0
        elif effect == "prohibit":
            prohibit, neither = prohibit | neither, 0
        inside = every & ~false[self.scope]
        return Outcomes(
            permit & inside, prohibit & inside, (neither & inside) | (every & ~true[self.scope])
        )


class Program(Struct, frozen=True, dict=True):
    """A compiled policy or timeline.

    Parameters
    ----------
    every : int
        The bits of all combinations of readings.
    ops : tuple of tuple
        ``(kind, …)``, each using earlier ones only.
    places : dict
        From a policy's name and a condition's identity to its operation, for explanations.
    tests : dict
        From the same of a test to its atoms, one for each choice of the readings it rests on.
    """

    ruling: Ruling
    questions: tuple[Question, ...]
    every: int
    atoms: tuple[Atom, ...]
    ops: tuple[tuple[Any, ...], ...]
    parts: tuple[Part, ...]
    places: dict[tuple[str, int], int]
    tests: dict[tuple[str, int], list[tuple[dict[str, str], int]]]
    keep: list[object]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The attributes that the policy or timeline knows."""
        return self.ruling.vocabulary

    def run(self, values: Values, given: frozenset[str]) -> tuple[list[int], list[int]]:
        """Evaluate every operation.

        Parameters
        ----------
        values : sequence of bool or None
            The atoms' values.
        given : frozenset of str
            Attributes that the scenario settles itself, so that nothing is derived for them.

        Returns
        -------
        tuple of list of int
            The masks of truth and of falsehood.
        """
        true, false = [0] * len(self.ops), [0] * len(self.ops)
        self.rerun(range(len(self.ops)), values, given, true, false)
        return true, false

    def rerun(
        self,
        indexes: Iterable[int],
        values: Values,
        given: frozenset[str],
        true: list[int],
        false: list[int],
    ) -> None:
        """Evaluate some operations anew, in place.

        Parameters
        ----------
        indexes : iterable of int
            Rising, as `after` has them: each operation after those it uses.
        values, given
            As in `run`.
        true, false : list of int
            The masks of all operations.
        """
        every, ops = self.every, self.ops
        for index in indexes:
            op = ops[index]
            kind = op[0]
            t = f = 0
            if kind == ATOM:
                value = values[op[1]]
                if value is not None:
                    t, f = (every, 0) if value else (0, every)
            elif kind == ALL:
                t = every
                for child in op[1]:
                    t &= true[child]
                    f |= false[child]
            elif kind == ANY:
                f = every
                for child in op[1]:
                    t |= true[child]
                    f &= false[child]
            elif kind == NOT:
                t, f = false[op[1]], true[op[1]]
            elif kind == SELECT:
                for mask, child in op[1]:
                    t |= mask & true[child]
                    f |= mask & false[child]
            elif kind == CONST:
                t, f = (every, 0) if op[1] else (0, every)
            else:
                child = op[2] if op[1] in given else op[3]
                t, f = true[child], false[child]
            true[index] = t
            false[index] = f

    def after(self, atoms: Iterable[int]) -> tuple[int, ...]:
        """Return the operations whose value may change with that of some atoms, rising."""
        wanted = frozenset(atoms)
        if wanted not in self._after:
            changed: set[int] = set()
            for index, op in enumerate(self.ops):
                if (op[1] in wanted) if op[0] == ATOM else not changed.isdisjoint(_used(op)):
                    changed.add(index)
            self._after[wanted] = tuple(sorted(changed))
        return self._after[wanted]

    @cached_property
    def _after(self) -> dict[frozenset[int], tuple[int, ...]]:
        return {}

    def outcome(self, true: list[int], false: list[int]) -> Outcomes:
        """Return the possible outcomes over the policies that may be in force."""
        every = self.every
        permit = prohibit = neither = 0
        none = every
        for part in self.parts:
            in_force = every & ~false[part.entry]
            none &= ~true[part.entry]
            if in_force:
                found = part.outcome(true, false, every)
                permit |= found.permit & in_force
                prohibit |= found.prohibit & in_force
                neither |= found.neither & in_force
        return Outcomes(permit, prohibit, neither | none)


def _used(op: tuple[Any, ...]) -> tuple[int, ...]:
    """Return the operations that one uses."""
    kind = op[0]
    if kind in (ALL, ANY):
        return tuple(op[1])
    if kind == SELECT:
        return tuple(child for _, child in op[1])
    if kind == DERIVED:
        return (op[2], op[3])
    return (op[1],) if kind == NOT else ()
