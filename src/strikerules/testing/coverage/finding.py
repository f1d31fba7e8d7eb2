"""Cases for what is not covered yet: found among all worlds, and replayed.

For each item the worlds are worked out in which the outcome would change with what the item is
about (and the condition has its value, the rule applies, …). Where there are none, no consistent
scenario can cover the item: that is a proof, zones taken as they are drawn. Otherwise scenarios
are made of some of these worlds, and one is kept that, with what the engine says of it as its
expectation, does cover the item.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from strikerules.analysis.cover import worlds_in
from strikerules.analysis.diagrams import Box, Function, TooManyNodes
from strikerules.analysis.outcomes import Sides, outcome_of
from strikerules.analysis.space import Space
from strikerules.analysis.witness import scenarios_for
from strikerules.engine.program import Part
from strikerules.language.scenario import read_scenario
from strikerules.problems import InvalidInput
from strikerules.testing.coverage import lines, nearby, probes
from strikerules.testing.coverage.coverage import Open
from strikerules.testing.coverage.instrument import Instrument
from strikerules.testing.coverage.items import Item
from strikerules.testing.coverage.lines import Close, Threshold
from strikerules.testing.writing import case_of, expectation_from

__all__ = ["Finder"]

_TRIES, _ENOUGH = 60, 4


class Finder:
    """Looks for cases that cover items of one policy.

    Parameters
    ----------
    instrument : Instrument
    """

    def __init__(self, instrument: Instrument) -> None:
        self.instrument, self.policy = instrument, instrument.policy
        self.space = Space(instrument.together, self.policy.atlas)
        self.possible = Function(self.space.diagrams, self.space.possible)
        self._outcomes: dict[int, tuple[Function, ...]] = {}
        self._names: set[str] = set()

    def look_for(self, items: Sequence[Item]) -> dict[str, Open]:
        """Return for items whether they can be covered, and a case that does.

        One case may stand for several items: a case found for one is tried for those after it.
        """
        left = {item.id: item for item in items}
        found: dict[str, Open] = {}
        for item in items:
            if item.id not in left:
                continue
            del left[item.id]
            try:
                node = self._worlds(item)
                if not node:
                    found[item.id] = Open(item, impossible=self._is_proof(item))
                    continue
                shown = self._case(item, node, [item.id, *left])
            except TooManyNodes:
                shown = None
            if shown is None:
                found[item.id] = Open(item)
                continue
            case, also = shown
            case["name"] = self._unique(case["name"])
            for one in also:
                found[one] = Open(item if one == item.id else left.pop(one), case=case)
        return found

    def _is_proof(self, item: Item) -> bool:
        """Tell whether that there are no worlds is a proof.

        Where only some zones have a record of a fact, scenarios that leave it out were not looked
        at. Under one combination of readings they come out as one that gives the fact; things that
        are of several, or move what the records rest on, may be otherwise.
        """
        several = ("reading", "rule", "edge", "threshold")
        return not self.space.unlooked or item.kind not in several

    # -- the worlds in which an item is covered ----------------------------------------------

    def _worlds(self, item: Item) -> Function:
        probe = self.instrument.plan.probes[item.id]
        match probe:
            case probes.Matters(policy=policy, condition=condition, change=number, value=value):
                op = self.space.programs[0].places.get((policy, id(condition)))
                if op is None:  # nothing asks the definition that it is in
                    return Function(self.space.diagrams, self.space.diagrams.zero)
                truth = self.space.ops[op]
                return self._differ(self._of(number)) & (truth if value else ~truth)
            case probes.Changed(change=number):
                return self._differ(self._of(number))
            case probes.Read(question=name, reading=reading):
                return self._read(name, reading)
            case probes.Stands(policy=policy, rule=rule, standings=standings):
                return self._stands(policy, rule, "applies" in standings)
            case probes.InForce(policy=policy):
                part = next(p for p in self._parts if p.policy.name == policy)
                return self._throughout(self.space.ops[part.entry]) & self.possible
            case Close() | Threshold():
                atom, value = self.instrument.plan.atoms[item.id]
                truth = self.space.atom(atom)
                found = self._differ(self._flipped(atom)) & (truth if value else ~truth)
                return found & self._close(probe) if isinstance(probe, Threshold) else found
        raise AssertionError(item.id)

    def _close(self, probe: Threshold) -> Function:
        """Return the worlds that have values at a threshold, or just beyond it."""
        atom = self.space.programs[0].atoms[probe.atom]
        level = self.space.at.get(atom.attribute)
        diagrams = self.space.diagrams
        mask = 0
        for number, one in enumerate(self.space.axes[level].classes if level is not None else ()):
            mask |= lines.has_close(one, atom.operator, atom.operand, probe.at) << number
        return Function(diagrams, diagrams.one) if level is None else Function(
            diagrams, diagrams.split(level, mask, diagrams.one, diagrams.zero)
        )  # fmt: skip

    @cached_property
    def _parts(self) -> tuple[Part, ...]:
        return self.space.programs[0].parts

    def _of(self, number: int) -> tuple[Function, ...]:
        if number not in self._outcomes:
            diagrams = self.space.diagrams
            masks = self.space.outcome(number)
            self._outcomes[number] = tuple(Function(diagrams, m) for m in masks)
        return self._outcomes[number]

    def _flipped(self, atom: int) -> tuple[Function, ...]:
        diagrams = self.space.diagrams
        sides = Sides(diagrams, self.space.ops_with(atom))
        return tuple(Function(diagrams, m) for m in outcome_of(self.space.programs[0], sides))

    def _differ(self, after: Iterable[Function]) -> Function:
        """Return where the outcome is not what it is, in possible worlds."""
        found = Function(self.space.diagrams, self.space.diagrams.zero)
        for old, new in zip(self._of(0), after, strict=True):
            found = found | (old & ~new) | (new & ~old)
        return found & self.possible

    def _throughout(self, value: Function) -> Function:
        """Return the worlds in which something holds under all readings."""
        diagrams = self.space.diagrams
        return ~Function(diagrams, diagrams.somewhere((~value).node))

    def _stands(self, policy: str, rule: str, applies: bool) -> Function:
        part = next(p for p in self._parts if p.policy.name == policy)
        index = next(n for n, ops in enumerate(part.rules) if ops.rule.id == rule)
        sides = self.space.sides()
        status = sides.statuses(part)[index]
        held = self.space.ops[part.entry] & self.space.ops[part.scope]
        if applies:
            return self._throughout(status.applies & held) & self.possible
        inside = self._throughout(held & ~sides.function(status.applies)) & self.possible
        return inside or self._throughout(~(sides.function(status.met) & held)) & self.possible

    def _read(self, name: str, reading: str) -> Function:
        question = next(q for q in self.space.programs[0].questions if q.id == name)
        mine = question.readings.index(reading)
        diagrams = self.space.diagrams
        found = Function(diagrams, diagrams.zero)
        for other in range(len(question.readings)):
            if other == mine:
                continue

            def taken(mask: Any, other: int = other) -> int:
                return probes.taken_as(
                    [mask], question.masks[mine], question.masks[other],
                    (other - mine) * question.stride,
                )[0]  # fmt: skip

            key = ("taken as", name, mine, other)
            after = [
                Function(diagrams, diagrams.map(key, taken, before.node)) for before in self._of(0)
            ]
            found = found | self._differ(after)
        return found

    # -- scenarios ---------------------------------------------------------------------------

    def _case(
        self, item: Item, worlds: Function, wanted: Sequence[str]
    ) -> tuple[dict[str, Any], set[str]] | None:
        """Return a case that covers an item, and which of the wanted items it covers.

        Of the first few that do, the one that hangs on least, and says least, is taken. Readings
        are left open unless no such case is found.
        """
        for choosing in (False, True) if self.space.questions else (False,):
            good: list[tuple[int, int, Any]] = []
            tried = 0
            candidates = self._scenarios(item, worlds, choosing)
            for data, readings in itertools.islice(candidates, _TRIES):
                tried += 1
                covered = self._covers(data, readings, item.id)
                if covered is None:
                    continue
                hanging = covered[1].depends_on
                hangs = len(hanging.facts) + len(hanging.questions)
                good.append((hangs, len(str((data, readings))), (data, readings, *covered)))
                if not hangs or len(good) >= _ENOUGH:
                    break
            if good:
                data, readings, expect, decision, scenario = min(good, key=lambda g: g[:2])[2]
                also = self.instrument.covers(scenario, expect, decision, readings, wanted)
                case = case_of(data, decision, item.text)
                if readings:
                    case = {**case, "readings": readings, "expect": case.pop("expect")}
                return case, also
            if not tried:  # with readings chosen there are no more scenarios than without
                break
        return None

    def _covers(self, data: dict[str, Any], readings: dict[str, str], item_id: str) -> Any:
        try:
            scenario = read_scenario(data, self.policy.ruling.vocabulary)
            decision = self.policy.check(scenario, readings=readings)
        except InvalidInput:
            return None
        if any(w.code == "SR701" for w in decision.warnings):
            return None
        expect = expectation_from(decision)
        if self.instrument.covers(scenario, expect, decision, readings, [item_id]):
            return expect, decision, scenario
        return None

    def _unique(self, name: str) -> str:
        """Return a name that no case has yet, for two of one name can't stand in one file."""
        others = (f"{name} ({number})" for number in itertools.count(2))
        found = next(n for n in itertools.chain([name], others) if n not in self._names)
        self._names.add(found)
        return found

    def _scenarios(
        self, item: Item, worlds: Function, choosing: bool
    ) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
        """Yield scenarios, each once, with the readings of their world if these are chosen."""
        probe = self.instrument.plan.probes[item.id]
        seen: set[str] = set()
        for box, world, chosen in self._boxes(worlds):
            readings = chosen if choosing else {}
            for whole in scenarios_for(self.space, "case", box, world):
                if isinstance(probe, Close):
                    found = nearby.close_to(self.space, whole, world, probe)
                elif isinstance(probe, Threshold):
                    found = nearby.at_threshold(self.space, whole, probe)
                else:
                    found = iter((whole,))
                for data in itertools.chain.from_iterable(map(nearby.beyond_catalogue, found)):
                    key = str((data, readings))
                    if key not in seen:
                        seen.add(key)
                        yield data, readings

    def _boxes(self, worlds: Function) -> Iterator[tuple[Box, Box, dict[str, str]]]:
        """Yield boxes of facts and places, and a world in each with its readings."""
        space, wide = self.space, self.space.unfolded
        facts = space.diagrams.bottom
        order = [*range(facts, wide.bottom), *self._order]
        nodes = space.unfold(worlds.node), space.unfold(space.possible)
        for box, world in worlds_in(wide, *nodes, order):
            read = zip(space.questions, world[facts:], strict=True)
            chosen = [(q, q.readings[mask.bit_length() - 1]) for q, mask in read]
            yield box[:facts], world[:facts], space.readings_of(0, chosen)

    @cached_property
    def _order(self) -> list[int]:
        from strikerules.analysis.regions import order_of

        return order_of(self.space)
