"""Deciding a case: the fast evaluation first, the exact one where that leaves it open."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from strikerules.engine.case import DISTANCE, LAUNCH, TARGET, Case
from strikerules.engine.combine import Outcomes
from strikerules.engine.decision import DependsOn, ReadingRow, RuleResult, Standing, names_of
from strikerules.engine.diagram import Diagram, Leaf, Masks, leaves, unsettled
from strikerules.engine.program import Program

if TYPE_CHECKING:
    from strikerules.engine.worlds import Worlds


__all__ = ["Verdict", "differs", "questions_that_differ", "rule_results"]

_STANDINGS: tuple[Standing, ...] = ("applies", "defeated", "does_not_apply")


class Verdict:
    """What is possible in a case, and the worlds behind it.

    Attributes
    ----------
    masks : Outcomes
        For each outcome the combinations of readings under which some world has it.
    diagram : Leaf or Node
    worlds : Worlds or None
        None where the fast evaluation settled the case under every combination.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.program: Program = case.program
        self.true, self.false = self.program.run(case.atom_values, case.given)
        fast = self.program.outcome(self.true, self.false)
        self.worlds: Worlds | None = None
        if not unsettled(fast):
            self.diagram: Diagram = Leaf(tuple(fast))
            self.masks = fast
            return
        self.worlds = self.open_worlds()
        self.diagram = self.worlds.explore(
            lambda t, f: tuple(self.program.outcome(t, f)), self._roots
        )
        permit = prohibit = neither = 0
        for leaf in leaves(self.diagram):
            permit |= leaf.masks[0]
            prohibit |= leaf.masks[1]
            neither |= leaf.masks[2]
        self.masks = Outcomes(permit, prohibit, neither)

    def open_worlds(self) -> Worlds:
        """Return the open dimensions of the case, worked out when they are first needed."""
        if self.worlds is None:
            from strikerules.engine.worlds import Worlds

            self.worlds = Worlds(self.case)
        return self.worlds

    def _roots(self, true: list[int], false: list[int]) -> list[int]:
        """Return the operations that the outcome rests on."""
        every, found = self.program.every, []
        for part in self.program.parts:
            found.append(part.entry)
            if false[part.entry] == every:
                continue
            found.append(part.scope)
            if false[part.scope] == every:
                continue
            for rule in part.rules:
                found.append(rule.when)
                if rule.unless is not None:
                    found.append(rule.unless)
        return found

    def questions_that_matter(self) -> tuple[str, ...]:
        """Return the questions with two readings under which one world comes out differently."""
        return questions_that_differ(self.program, [leaf.masks for leaf in leaves(self.diagram)])

    def depends_on(self) -> DependsOn:
        """Return what the outcome hangs on."""
        facts: list[str] = []
        places: list[str] = []
        worlds = self.worlds
        matter = (
            [] if worlds is None else [worlds.dimensions[i] for i in worlds.matters(self.diagram)]
        )
        for dimension in matter:
            if dimension.name == DISTANCE and DISTANCE not in self.case.scenario.withheld:
                given = self.case.scenario.locations
                if LAUNCH in given and TARGET in given:
                    places += [p for p in (TARGET, LAUNCH) if not self.case.places[p].exact]
                elif LAUNCH in given:
                    places.append(TARGET)
                else:
                    facts.append(DISTANCE)
            else:
                (places if dimension.kind == "place" else facts).append(dimension.name)
        conflicts: tuple[str, ...] = ()
        if len(names_of(self.masks, self.program.every)) > 1:
            conflicts = tuple(self._conflicts())
        return DependsOn(
            tuple(dict.fromkeys(facts)),
            tuple(dict.fromkeys(places)),
            self.questions_that_matter(),
            conflicts,
        )

    def _conflicts(self) -> Iterator[str]:
        """Rules that apply together although the policy lets only one apply."""
        if not any(unsettled(leaf.masks) and not leaf.cut for leaf in leaves(self.diagram)):
            return
        every = self.program.every
        for part in self.program.parts:
            out = self.false[part.entry] | self.false[part.scope]
            if part.policy.conflicts != "only-one-applicable" or out == every:
                continue
            statuses = part.statuses(self.true, self.false, every)
            for index, ops in enumerate(part.rules):
                others = [s for i, s in enumerate(statuses) if i != index and s.fails != every]
                if statuses[index].fails != every and others:
                    yield ops.rule.id

    def rows(self, questions: Iterable[str], fixed: dict[str, str]) -> tuple[ReadingRow, ...]:
        """Return what is possible under each combination of some questions' readings."""
        chosen = [q for q in self.program.questions if q.id in set(questions)]
        found = []
        for combination in itertools.product(*(zip(q.readings, q.masks, strict=True)
                                               for q in chosen)):  # fmt: skip
            within = self.program.every
            for _, mask in combination:
                within &= mask
            choose = [(q.id, name) for q, (name, _) in zip(chosen, combination, strict=True)]
            found.append(ReadingRow((*fixed.items(), *choose), names_of(self.masks, within)))
        return tuple(found) if chosen or fixed else ()


def questions_that_differ(program: Program, worlds: Iterable[Masks]) -> tuple[str, ...]:
    """Return the questions of which two readings differ in some world.

    Parameters
    ----------
    program : Program
    worlds : iterable of tuple of int
        Masks of what is possible.
    """
    masks = [mask for world in worlds for mask in world]
    return tuple(
        q.id for q in program.questions if any(differs(m, q.masks, q.stride) for m in masks)
    )


def differs(mask: int, readings: tuple[int, ...], stride: int) -> bool:
    """Tell whether choosing another reading of a question changes a mask somewhere."""
    first = mask & readings[0]
    return any((mask & other) >> (stride * index) != first for index, other in enumerate(readings))


def _standings(masks: Masks) -> set[Standing]:
    return {name for name, mask in zip(_STANDINGS, masks, strict=True) if mask}


def rule_results(verdict: Verdict) -> tuple[RuleResult, ...]:
    """Return how each rule stands over all worlds, of the policies that may be in force."""
    program = verdict.program
    every, results = program.every, []
    for part in program.parts:
        if verdict.false[part.entry] == every:
            continue
        known = part.statuses(verdict.true, verdict.false, every)
        for index, ops in enumerate(part.rules):
            rule = ops.rule

            def ask(true: list[int], false: list[int], part=part, index=index, known=known):  # type: ignore[no-untyped-def]
                fast = true is verdict.true
                status = (known if fast else part.statuses(true, false, every))[index]
                held = true[part.scope] & true[part.entry]
                out = false[part.scope] | false[part.entry]
                applies = every & ~(status.fails | out)
                beaten = every & ~(status.unmet | out | status.free)
                neither = every & ~(status.met & held)
                return (applies, beaten, neither)

            def roots(true, false, part=part, index=index):  # type: ignore[no-untyped-def]
                wanted, stack = [part.entry, part.scope], [index]
                while stack:
                    one = part.rules[stack.pop()]
                    wanted.append(one.when)
                    if one.unless is not None:
                        wanted.append(one.unless)
                    stack.extend(one.overriders)
                return wanted

            masks = ask(verdict.true, verdict.false)
            possible = _standings(masks)
            if unsettled(masks):
                possible = set()
                for masks in verdict.open_worlds().outcomes(ask, roots):
                    possible |= _standings(masks)
                    if len(possible) > 1:
                        break
            outcome: Standing = possible.pop() if len(possible) == 1 else "unknown"
            beaten_by: tuple[str, ...] = ()
            if outcome == "defeated":
                beaten_by = tuple(
                    part.rules[o].rule.id for o in ops.overriders if known[o].fails != every
                )
            results.append(
                RuleResult(
                    rule.id,
                    rule.effect,
                    outcome,
                    rule.cites,
                    part.policy.name,
                    rule.title,
                    beaten_by,
                )
            )
    return tuple(results)
