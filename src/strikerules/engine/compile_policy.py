"""A policy's conditions compiled into operations, under every reading at once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from strikerules.engine.frame import Choice, Frame
from strikerules.engine.program import ALL, ANY, CONST, DERIVED, NOT, Atom
from strikerules.geography.derive import parents
from strikerules.geography.zones import Zone
from strikerules.language.conditions import (
    All,
    AnyOf,
    Condition,
    Constant,
    Distance,
    Is,
    Not,
    Parameter,
    Test,
)
from strikerules.language.graph import conditions_of
from strikerules.language.policy import Policy, Reading, ZoneSpec
from strikerules.language.values import Value

__all__ = ["PolicyCompiler"]

_RECORDS = {"area.designated": "designated", "area.communicated": "communicated"}


class PolicyCompiler:
    """Compiles one policy's conditions."""

    def __init__(self, parent: Frame, policy: Policy) -> None:
        self.parent, self.policy = parent, policy
        self.open = {q: v for q, v in policy.open_questions.items() if q in parent.questions}
        self.fixed = {
            q: policy.questions[q].readings[r] for q, r in policy.fixed.items()
            if q in policy.questions
        }  # fmt: skip
        self.definitions: dict[str, int] = {}
        self.compiled: dict[int, int] = {}

    def condition(self, condition: Condition) -> int:
        """Compile a condition; definitions that it rests on come first, so nesting is bounded."""
        key = id(condition)
        if key not in self.compiled:
            self.compiled[key] = self._condition(condition)
            self.parent.places[(self.policy.name, key)] = self.compiled[key]
            self.parent.keep.append(condition)
        return self.compiled[key]

    def _condition(self, condition: Condition) -> int:
        op = self.parent.op
        match condition:
            case Constant(value=value):
                return op(CONST, value)
            case All(parts=parts):
                return op(ALL, tuple(self.condition(p) for p in parts))
            case AnyOf(parts=parts):
                return op(ANY, tuple(self.condition(p) for p in parts))
            case Not(part=part):
                return op(NOT, self.condition(part))
            case Is(name=name):
                return self.definition(name)
            case Test():
                return self.test(condition)

    def definition(self, name: str) -> int:
        if name not in self.definitions:
            self.definitions[name] = self._definition(name)
        return self.definitions[name]

    def _definition(self, name: str) -> int:
        for reading in self.fixed.values():
            if name in reading.define:
                return self.condition(reading.define[name])
        for question_id, question in self.open.items():
            if not any(name in r.define for r in question.readings.values()):
                continue
            cases = [
                (mask, self.condition(reading.define.get(name) or self.policy.definitions[name]))
                for mask, choice in self.parent.choices([question_id], self.open)
                for reading in choice.values()
            ]
            return self.parent.select(cases)
        return self.condition(self.policy.definitions[name])

    def test(self, test: Test) -> int:
        parameters, zones = _names_in(test)
        affecting = [
            q
            for q, question in self.open.items()
            if any(
                (r.set.keys() & parameters - self.policy.pinned) or self._touches(r, zones)
                for r in question.readings.values()
            )
        ]
        cases = []
        seen = self.parent.tests.setdefault((self.policy.name, id(test)), [])
        for mask, choice in self.parent.choices(affecting, self.open):
            atom, op = self._atomic(test, choice)
            cases.append((mask, op))
            seen.append(({q: r.id for q, r in choice.items()}, atom))
        return self.parent.select(cases)

    def _touches(self, reading: Reading, zones: set[str]) -> bool:
        """Tell whether a reading changes one of the zones, or one that they are made from."""
        if not reading.zones or not zones:
            return False
        return not reading.zones.keys().isdisjoint(self._made_from(zones))

    def _made_from(self, names: Iterable[str]) -> set[str]:
        """Return zones and all that they are made from under one reading or another."""
        readings = [r for q in self.policy.questions.values() for r in q.readings.values()]
        found: set[str] = set()
        stack = list(names)
        while stack:
            name = stack.pop()
            if name not in found:
                found.add(name)
                for specs in (self.policy.zones, *(r.zones for r in readings)):
                    if name in specs:
                        stack.extend(parents(specs[name].raw))
        return found

    def value_of(self, name: str, choice: Choice) -> Value:
        value = self.policy.parameters[name].value
        if name not in self.policy.pinned:
            for reading in (*self.fixed.values(), *choice.values()):
                value = reading.set.get(name, value)
        return value

    def zone(self, name: str, choice: Choice) -> Zone:
        over: dict[str, ZoneSpec] = {}
        for reading in (*self.fixed.values(), *choice.values()):
            over.update(reading.zones)
        return self.parent.atlas.zone(name, self.policy.zones, over)

    def _atomic(self, test: Test, choice: Choice) -> tuple[int, int]:
        """Return the atom of a test under a choice of readings, and its operation."""

        def known(operand: Any) -> Any:
            if isinstance(operand, Parameter):
                found = self.value_of(operand.name, choice)
                return float(found) if isinstance(found, int) and not isinstance(
                    found, bool) else found  # fmt: skip
            return operand

        op, path = self.parent.op, test.attribute
        operator, operand = test.operator, test.operand
        if operator in ("within", "intersects", "disjoint"):
            atom = Atom(path, "within", zone=self.zone(str(operand), choice))
        elif isinstance(operand, Distance):
            zone = self.zone(operand.of, choice)
            atom = Atom(path, "within_distance", known(operand.km), zone)
        elif operator == "in":
            assert isinstance(operand, tuple)
            atom = Atom(path, "in", frozenset(known(o) for o in operand))
        else:
            # a != x is not (a = x), a > x is not (a <= x), a >= x is not (a < x)
            positive = {"ne": "eq", "gt": "le", "ge": "lt"}.get(operator, operator)
            atom = Atom(path, positive, known(operand))
        atom = self.parent.shared.one(atom)
        found = self.parent.atom(atom)
        if path in _RECORDS:
            found = self._record(path, found, atom.operand, choice)
        if operator in ("ne", "gt", "ge", "disjoint"):
            found = op(NOT, found)
        return self.parent.shared.atoms[atom], found

    def _record(self, path: str, found: int, operand: Any, choice: Choice) -> int:
        """What the zones' own records say, for where the scenario does not say it.

        The zones are those that the policy makes or compares the target with. Under readings in
        which none of them has a record, nothing is said: what the scenario leaves out is unknown.
        """
        affecting = [
            q
            for q, question in self.open.items()
            if q not in choice
            and any(self._touches(r, set(self.target_zones)) for r in question.readings.values())
        ]
        return self.parent.select(
            [
                (mask, self._recorded(path, found, operand, choice | more))
                for mask, more in self.parent.choices(affecting, self.open)
            ]
        )

    def _recorded(self, path: str, found: int, operand: Any, choice: Choice) -> int:
        op, atom = self.parent.op, self.parent.atom
        said: list[int] = []
        for name in self.target_zones:
            zone = self.zone(name, choice)
            record = getattr(zone, _RECORDS[path])
            if record is None:
                continue
            inside = atom(Atom("target.location", "within", zone=zone))
            if record.day is not None:
                since = op(NOT, atom(Atom("date", "lt", record.day)))
                inside = op(ALL, (inside, since))
            said.append(inside)
        if not said:
            return found
        held = op(ANY, tuple(dict.fromkeys(said)))
        wanted = operand if isinstance(operand, frozenset) else (operand,)
        matches = [held if member is True else op(NOT, held) for member in wanted]
        return op(DERIVED, path, found, op(ANY, tuple(matches)))

    @cached_property
    def target_zones(self) -> tuple[str, ...]:
        """The zones that the policy makes, and those that it compares the target with."""
        return tuple(
            sorted(
                set(self.policy.zones)
                | {
                    name
                    for condition in conditions_of(self.policy)
                    if isinstance(condition, Test) and condition.attribute == "target.location"
                    for name in _names_in(condition)[1]
                }
            )
        )


def _names_in(test: Test) -> tuple[set[str], set[str]]:
    """Return the parameters and the zones that a test names."""
    operand = test.operand
    if isinstance(operand, Distance):
        names = {operand.km.name} if isinstance(operand.km, Parameter) else set()
        return names, {operand.of}
    if test.operator in ("within", "intersects", "disjoint"):
        return set(), {str(operand)}
    operands = operand if isinstance(operand, tuple) else (operand,)
    return {o.name for o in operands if isinstance(o, Parameter)}, set()
