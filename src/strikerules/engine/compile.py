"""Policies and timelines compiled into programs."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import shapely
from msgspec.structs import replace

from strikerules.engine.program import (
    ALL,
    ANY,
    ATOM,
    CONST,
    DERIVED,
    NOT,
    SELECT,
    Atom,
    Part,
    Program,
    Question,
    RuleOps,
)
from strikerules.geography.atlas import Atlas
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
from strikerules.language.policy import Entry, Policy, Reading, Ruling, Timeline, ZoneSpec
from strikerules.language.values import Value

__all__ = ["Together", "compile_ruling"]

_RECORDS = {"area.designated": "designated", "area.communicated": "communicated"}
Choice = dict[str, Reading]


def compile_ruling(ruling: Ruling, atlas: Atlas) -> Program:
    """Compile a policy or a timeline.

    Parameters
    ----------
    ruling : Policy or Timeline
        Checked already.
    atlas : Atlas
        Makes names of zones into zones.

    Raises
    ------
    InvalidInput
        A zone's geometry can't be made (SR4xx).
    """
    together = Together([ruling], atlas)
    return together.programs()[0]


class Together:
    """Rulings compiled into programs that share tests, operations and the numbering of readings.

    A question that two rulings have under one name and with the same readings is one question;
    with other readings under the same name it is a question of its own to each.

    Parameters
    ----------
    rulings : sequence of Policy or Timeline
    atlas : Atlas

    Attributes
    ----------
    questions : list of dict
        For each ruling its open questions, by the names that it has for them.
    """

    def __init__(self, rulings: Sequence[Ruling], atlas: Atlas) -> None:
        self.questions = _questions(rulings)
        every = 1
        for questions in self.questions:
            for question in questions.values():
                every = max(every, sum(question.masks))
        self._shared = _Shared(atlas, every, several=len(rulings) > 1)
        self._compilers = [
            _Compiler(ruling, questions, self._shared)
            for ruling, questions in zip(rulings, self.questions, strict=True)
        ]
        self._parts = [compiler.parts() for compiler in self._compilers]

    def condition(self, index: int, condition: Condition) -> int:
        """Compile a condition as the ruling at an index would read it; return its operation."""
        return self._compilers[index].condition(condition)

    def programs(self) -> list[Program]:
        """Return the programs, with all that was compiled so far."""
        shared = self._shared
        return [
            Program(
                one.ruling, tuple(questions.values()), shared.every, tuple(shared.atoms),
                tuple(shared.ops), tuple(parts), one.places, one.tests, shared.keep,
            )
            for one, questions, parts in zip(
                self._compilers, self.questions, self._parts, strict=True
            )
        ]  # fmt: skip


class _Shared:
    """Tests and operations, each kept once."""

    def __init__(self, atlas: Atlas, every: int, *, several: bool) -> None:
        self.atlas, self.every, self.several = atlas, every, several
        self.zones: dict[tuple[Any, ...], Zone] = {}
        self.atoms: dict[Atom, int] = {}
        self.ops: list[tuple[Any, ...]] = []
        self.known: dict[tuple[Any, ...], int] = {}
        self.keep: list[object] = []

    def op(self, *key: Any) -> int:
        if key not in self.known:
            self.known[key] = len(self.ops)
            self.ops.append(key)
        return self.known[key]

    def atom(self, atom: Atom) -> int:
        atom = self.one(atom)
        return self.op(ATOM, self.atoms.setdefault(atom, len(self.atoms)))


    def one(self, atom: Atom) -> Atom:
        """Return one test for all that are alike, whichever ruling draws its zone."""
        zone = atom.zone
        if not self.several or zone is None or not zone.made:
            return atom
        key = (zone.id, zone.edge_km, zone.status, zone.drawn, shapely.to_wkb(zone.geometry))
        return replace(atom, zone=self.zones.setdefault(key, zone))


class _Compiler:
    """Compiles one ruling."""

    def __init__(self, ruling: Ruling, questions: dict[str, Question], shared: _Shared) -> None:
        self.ruling, self.questions, self.shared = ruling, questions, shared
        self.atlas, self.every, self.keep = shared.atlas, shared.every, shared.keep
        self.op, self.atom = shared.op, shared.atom
        self.places: dict[tuple[str, int], int] = {}
        self.tests: dict[tuple[str, int], list[tuple[dict[str, str], int]]] = {}
        self.own: _PolicyCompiler | None = None

    def parts(self) -> list[Part]:
        ruling = self.ruling
        if isinstance(ruling, Policy):
            return [self.part(ruling, self.op(CONST, True))]
        return [self.part(e.policy, self.entry(ruling, e)) for e in ruling.entries]

    def condition(self, condition: Condition) -> int:
        """Compile a condition of the ruling's own, beside those of its rules."""
        if self.own is None:
            ruling = self.ruling
            policy = ruling if isinstance(ruling, Policy) else Policy(
                ruling.name, (), questions=ruling.questions, parameters=ruling.parameters,
                fixed=ruling.fixed, pinned=ruling.pinned,
            )  # fmt: skip
            self.own = _PolicyCompiler(self, policy)
        return self.own.condition(condition)

    def part(self, policy: Policy, entry: int) -> Part:
        one = _PolicyCompiler(self, policy)
        if policy is self.ruling:
            self.own = one
        scope = self.op(CONST, True) if policy.scope is None else one.condition(policy.scope)
        index = {rule.id: i for i, rule in enumerate(policy.rules)}
        overriders: list[list[int]] = [[] for _ in policy.rules]
        for i, rule in enumerate(policy.rules):
            for other in rule.overrides:
                overriders[index[other]].append(i)
        rules = tuple(
            RuleOps(
                rule,
                one.condition(rule.when),
                None if rule.unless is None else one.condition(rule.unless),
                tuple(overriders[i]),
            )
            for i, rule in enumerate(policy.rules)
        )
        return Part(policy, entry, scope, rules, _overriders_first(overriders))

    def entry(self, timeline: Timeline, entry: Entry) -> int:
        """The time in which an entry is in force, as tests of the date."""
        tests = []
        for key, moment in entry.in_force.items():
            atom_op = "le" if key == "until" else "lt"

            def test(value: Value, operator: str = atom_op, negate: bool = key == "from") -> int:
                found = self.atom(Atom("date", operator, value))
                return self.op(NOT, found) if negate else found

            if isinstance(moment, date):
                tests.append(test(moment))
                continue
            affecting = [] if moment.name in timeline.pinned else [
                q for q in timeline.questions
                if q in self.questions
                and any(moment.name in r.set for r in timeline.questions[q].readings.values())
            ]  # fmt: skip
            base = dict(timeline.parameters)
            fixed = {q: timeline.questions[q].readings[r] for q, r in timeline.fixed.items()
                     if q in timeline.questions}  # fmt: skip
            cases = []
            for mask, choice in self.choices(affecting, timeline.questions):
                value: Value = base[moment.name].value
                if moment.name not in timeline.pinned:
                    for reading in (*fixed.values(), *choice.values()):
                        value = reading.set.get(moment.name, value)
                cases.append((mask, test(value)))
            tests.append(self.select(cases))
        return self.op(ALL, tuple(tests))

    def choices(
        self, names: Iterable[str], questions: Mapping[str, Any]
    ) -> list[tuple[int, Choice]]:
        """Return for each combination of readings of some questions its mask."""
        options = []
        for name in names:
            question = self.questions[name]
            options.append(
                [
                    (mask, name, questions[name].readings[reading])
                    for reading, mask in zip(question.readings, question.masks, strict=True)
                ]
            )
        found = []
        for combination in itertools.product(*options):
            mask = self.every
            for bits, _, _ in combination:
                mask &= bits
            found.append((mask, {name: reading for _, name, reading in combination}))
        return found

    def select(self, cases: list[tuple[int, int]]) -> int:
        targets = {child for _, child in cases}
        return targets.pop() if len(targets) == 1 else self.op(SELECT, tuple(cases))


class _PolicyCompiler:
    """Compiles one policy's conditions."""

    def __init__(self, parent: _Compiler, policy: Policy) -> None:
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
        specs = dict(self.policy.zones)
        over: dict[str, ZoneSpec] = {}
        for reading in (*self.fixed.values(), *choice.values()):
            over.update(reading.zones)
        return self.parent.atlas.zone(name, specs, over)

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


def _questions(rulings: Sequence[Ruling]) -> list[dict[str, Question]]:
    """Number the combinations of readings: mixed radix, the first question slowest."""
    open_questions = [ruling.open_questions for ruling in rulings]
    keys: dict[tuple[str, frozenset[str]], tuple[str, ...]] = {}
    for questions in open_questions:
        for name, question in questions.items():
            keys.setdefault((name, frozenset(question.readings)), tuple(question.readings))
    total = 1
    for ids in keys.values():
        total *= len(ids)
    made: dict[tuple[str, frozenset[str]], Question] = {}
    stride = total
    for key, ids in keys.items():
        span, stride = stride, stride // len(ids)
        masks = []
        for index in range(len(ids)):
            block = ((1 << stride) - 1) << (index * stride)
            mask = 0
            for start in range(0, total, span):
                mask |= block << start
            masks.append(mask)
        made[key] = Question(key[0], ids, tuple(masks), stride)
    return [
        {name: made[(name, frozenset(question.readings))] for name, question in questions.items()}
        for questions in open_questions
    ]


def _overriders_first(overriders: list[list[int]]) -> tuple[int, ...]:
    order: list[int] = []
    waiting = dict(enumerate(overriders))
    while waiting:
        ready = [i for i, others in waiting.items() if all(o not in waiting for o in others)]
        order += ready
        for i in ready:
            del waiting[i]
    return tuple(order)
