"""All worlds of some rulings at once: axes, what is possible, and outcomes as functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any

import shapely

from strikerules.analysis.axes import Axis, axes_of, depths_in
from strikerules.analysis.diagrams import Diagrams, Function
from strikerules.analysis.outcomes import Sides, joined, outcome_of
from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.compile import Together
from strikerules.engine.diagram import Dimension
from strikerules.engine.domains import Class, Span
from strikerules.engine.program import (
    ALL,
    ANY,
    ATOM,
    CONST,
    DERIVED,
    NOT,
    SELECT,
    Program,
    Question,
)
from strikerules.engine.relation import Relation
from strikerules.geography.atlas import Atlas, zones_of
from strikerules.geography.places import as_drawn
from strikerules.geography.widen import WIDEST_KM
from strikerules.language.locations import InZone
from strikerules.language.policy import Ruling
from strikerules.language.scenario import Scenario
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["MOST_COMBINATIONS", "MOST_PAIRS", "Space", "vocabulary_of"]

MOST_COMBINATIONS = 4096
"""Of readings, of all rulings together."""

MOST_PAIRS = 400
"""Of a part of the target's place and one of the launch point's, whose distance is measured."""


class Space:
    """The worlds that some rulings tell apart, and what each ruling says of every one of them.

    Parameters
    ----------
    together : Together
        The rulings, compiled.
    atlas : Atlas
    scenario : Scenario, optional
        What is the same in all worlds; nothing unless given.
    roots : collection of int
        Operations that are asked about beside those of the rules.

    Attributes
    ----------
    axes : list of Axis
    diagrams : Diagrams
        Along these axes, in their order.
    possible : int
        The node of the worlds that are possible: a strike is no longer than the weapon's range, a
        depth and a place go together.
    notes : list of str
        Where what is possible is bounded from outside instead of known.
    """

    def __init__(
        self,
        together: Together,
        atlas: Atlas,
        scenario: Scenario | None = None,
        roots: Collection[int] = (),
    ) -> None:
        self.programs = together.programs()
        self.atlas = atlas
        self.vocabulary = vocabulary_of([p.ruling for p in self.programs])
        self.scenario = scenario or Scenario("all", {})
        _check_zones(self.programs, self.scenario, atlas)
        self.case = Case(self.programs[0], self.scenario, atlas)
        self.case.places = {path: as_drawn(place) for path, place in self.case.places.items()}
        self.every = self.programs[0].every
        _check_count(self.every, self.programs[0].ruling)
        self.questions_of = together.questions
        asked = [q for questions in together.questions for q in questions.values()]
        self.questions: list[Question] = sorted(
            {id(q): q for q in asked}.values(), key=lambda q: -q.stride
        )
        self._areas: dict[tuple[int, int], float] = {}
        self.given = self.case.given
        self.notes: list[str] = []
        #: Facts of which the zones' records are not looked at, for only some readings have one.
        self.unlooked: set[str] = set()
        self.axes: list[Axis] = axes_of(self.case, self.vocabulary, set(self._recorded(roots)))
        self._note_far_lines()
        self.at = {axis.name: level for level, axis in enumerate(self.axes)}
        self.diagrams = Diagrams([len(axis.classes) for axis in self.axes], self.every)
        self.possible = self.diagrams.both(self._depths(), self._reach())

    @cached_property
    def ops(self) -> list[Function]:
        """The value of every operation of the programs, in all worlds."""
        return self._evaluated(self._atoms())

    def ops_with(self, atom: int) -> list[Function]:
        """Return the values as they would be if a test came out the other way round."""
        atoms = self._atoms()
        atoms[atom] = ~atoms[atom]
        return self._evaluated(atoms)

    def atom(self, index: int) -> Function:
        """Return the value of a test, in all worlds."""
        return self._atoms()[index]

    def _evaluated(self, atoms: list[Function]) -> list[Function]:
        diagrams = self.diagrams
        zero, one = Function(diagrams, diagrams.zero), Function(diagrams, diagrams.one)
        found: list[Function] = []
        for op in self.programs[0].ops:
            kind = op[0]
            if kind == ATOM:
                value = atoms[op[1]]
            elif kind == ALL:
                value = joined(diagrams, [found[c] for c in op[1]], every=True)
            elif kind == ANY:
                value = joined(diagrams, [found[c] for c in op[1]], every=False)
            elif kind == NOT:
                value = ~found[op[1]]
            elif kind == SELECT:
                value = zero
                for mask, child in op[1]:
                    value = value | (found[child] & mask)
            elif kind == CONST:
                value = one if op[1] else zero
            else:
                assert kind == DERIVED
                value = self._derived(op[1], found[op[2]], found[op[3]])
            found.append(value)
        return found

    def _note_far_lines(self) -> None:
        for axis in self.axes:
            for line in axis.lines:
                if line.km is not None and line.km > WIDEST_KM:
                    self.notes.append(
                        f"the line {line.km:,g} km from {quoted(line.zone.id)} is too far away to"
                        " be drawn: any place is taken to be possible on either side of it, and"
                        " areas are too large"
                    )

    def _derived(self, path: str, given: Function, recorded: Function) -> Function:
        """Return a test of a fact where a scenario gives it, and what the records say elsewhere."""
        if path in self.given:
            return given
        level = self.at.get(path)
        if level is None:
            return recorded
        left = self.axes[level].left_out
        diagrams = self.diagrams
        out = Function(diagrams, diagrams.split(level, left, diagrams.one, diagrams.zero))
        return (given & ~out) | (recorded & out)

    def _recorded(self, roots: Collection[int]) -> Iterator[str]:
        """Yield the facts that every test leaves to the zones' records where they are not given."""
        ops = self.programs[0].ops
        asked = {*roots}
        for part in (part for program in self.programs for part in program.parts):
            asked |= {part.scope, *(ops.when for ops in part.rules)}
            asked |= {ops.unless for ops in part.rules if ops.unless is not None}
        for path in {op[1] for op in ops if op[0] == DERIVED} - self.given:
            raw = {
                i for i, op in enumerate(ops)
                if op[0] == ATOM and self.programs[0].atoms[op[1]].attribute == path
            }  # fmt: skip
            if raw & asked or any(self._asks(op, raw) for op in ops):
                self.unlooked.add(path)
                self.notes.append(
                    f"{quoted(path)} is compared as scenarios give it; only some of the zones have"
                    " a record of it, and what these say of scenarios that leave it out is not"
                    " compared"
                )
            else:
                yield path

    @staticmethod
    def _asks(op: tuple[Any, ...], raw: set[int]) -> bool:
        """Tell whether an operation asks a fact itself, and not for want of a record."""
        if op[0] in (ALL, ANY):
            return not raw.isdisjoint(op[1])
        if op[0] == NOT:
            return op[1] in raw
        if op[0] == SELECT:
            return any(child in raw for _, child in op[1])
        return op[0] == DERIVED and op[3] in raw

    def outcome(self, index: int, within: int | None = None) -> tuple[int, int, int]:
        """Return where a ruling permits, prohibits and does not govern, as nodes.

        Parameters
        ----------
        index : int
        within : int, optional
            The node of the worlds that are asked about; all of them unless given. The fewer they
            are, the less there is to work out.
        """
        return outcome_of(self.programs[index], Sides(self.diagrams, self.ops, within))

    def sides(self, within: int | None = None) -> Sides:
        """Return the values of the operations and their opposites: what the engine takes."""
        return Sides(self.diagrams, self.ops, within)

    def area_km2(self, level: int, number: int) -> float:
        """Return the area of a cell of a place, on the ellipsoid."""
        key = (level, number)
        if key not in self._areas:
            from strikerules.analysis.regions import area_on_earth

            self._areas[key] = area_on_earth(self.axes[level].classes[number].member.geometry)
        return self._areas[key]

    @cached_property
    def unfolded(self) -> Diagrams:
        """Diagrams along the axes of the space and the questions after them."""
        sizes = [len(axis.classes) for axis in self.axes]
        return Diagrams([*sizes, *(len(q.readings) for q in self.questions)], 1)

    def readings_of(self, index: int, chosen: Sequence[tuple[Question, str]]) -> dict[str, str]:
        """Return those of some readings that answer questions of one of the rulings."""
        own = {id(q): name for name, q in self.questions_of[index].items()}
        return {own[id(q)]: reading for q, reading in chosen if id(q) in own}

    def unfold(self, node: int) -> int:
        """Return a function whose masks of readings are made into axes of their own."""
        wide, narrow = self.unfolded, self.diagrams
        known: dict[int, int] = {}

        def readings(mask: int, depth: int) -> int:
            if mask == 0:
                return wide.zero
            if depth == len(self.questions):
                return wide.one
            question = self.questions[depth]
            parts: dict[int, int] = {}
            for number, own in enumerate(question.masks):
                child = readings(mask & own, depth + 1)
                parts[child] = parts.get(child, 0) | 1 << number
            return wide.node(narrow.bottom + depth, parts)

        def go(one: int) -> int:
            if one not in known:
                level = narrow.levels[one]
                if level == narrow.bottom:
                    known[one] = readings(narrow.values[one], 0)
                else:
                    parts: dict[int, int] = {}
                    for mask, child in narrow.edges[one]:
                        following = go(child)
                        parts[following] = parts.get(following, 0) | mask
                    known[one] = wide.node(level, parts)
            return known[one]

        return go(node)

    def _atoms(self) -> list[Function]:
        diagrams = self.diagrams
        found = []
        for index, value in enumerate(self.case.atom_values):
            node = diagrams.one if value else diagrams.zero
            if value is None:
                level = self._level_of(index)
                mask = 0
                for number, one in enumerate(self.axes[level].classes):
                    mask |= one.truth[index] << number
                node = diagrams.split(level, mask, diagrams.one, diagrams.zero)
            found.append(Function(diagrams, node))
        return found

    def _level_of(self, atom: int) -> int:
        return self.at[self.programs[0].atoms[atom].attribute]

    def _depths(self) -> int:
        """Where the target's depth is that of its place."""
        diagrams = self.diagrams
        depth, target = self.at.get(DEPTH), self.at.get(TARGET)
        stated = self.case.values.get(DEPTH)
        if target is not None and isinstance(stated, float):
            return self._at_the_depth(target, stated)
        if depth is None or target is None or DEPTH in self.scenario.withheld:
            return diagrams.one
        axis = self.axes[target]
        found = diagrams.zero
        for number, one in enumerate(self.axes[depth].classes):
            cells = 0
            for k, place in enumerate(axis.classes):
                span = depths_in(self.case, axis, place.member)
                if any(not span.meet(s).empty for s in one.spans):
                    cells |= 1 << k
            here = diagrams.split(target, cells, diagrams.one, diagrams.zero)
            box = diagrams.split(depth, 1 << number, here, diagrams.zero)
            found = diagrams.either(found, box)
        return found

    def _at_the_depth(self, target: int, stated: float) -> int:
        """Where the target's place is as deep as is given; anywhere if no part of it is."""
        axis = self.axes[target]
        # open at both ends: the cells that only touch the band have no place in it
        least = max(0.0, stated - AGREE_KM)
        near = Span(least, stated + AGREE_KM, least == 0, False)
        mask = 0
        for number, one in enumerate(axis.classes):
            span = depths_in(self.case, axis, one.member)
            fits = span == Span(0.0, 0.0) if stated == 0 else not span.meet(near).empty
            mask |= fits << number
        if not mask:
            self.case.contradict_depth()
            return self.diagrams.one
        return self.diagrams.split(target, mask, self.diagrams.one, self.diagrams.zero)

    def _reach(self) -> int:
        """Where distance, range and the two places go together."""
        tied = [level for name in (RANGE, DISTANCE, LAUNCH, TARGET)
                if (level := self.at.get(name)) is not None]  # fmt: skip
        diagrams = self.diagrams
        names = {self.axes[level].name for level in tied}
        limits = names & {RANGE, DISTANCE} or {RANGE, DISTANCE} & self.case.values.keys()
        if not tied or not limits:
            return diagrams.one
        relation = Relation(self.case)
        relation.reach_matters = True
        places = [level for level in tied if self.axes[level].kind == "place"]
        pairs = 1
        for level in places:
            pairs *= len(self.axes[level].classes)
        whereabouts = self.scenario.locations.keys() & {TARGET, LAUNCH}
        if len(places) + len(whereabouts - names) > 1 and DISTANCE not in self.scenario.withheld:
            relation.measured = pairs <= MOST_PAIRS
            if not relation.measured:
                self.notes.append(
                    f"distances between {pairs:,} pairs of places were not measured: any distance"
                    " is taken to be possible"
                )
        if not relation.measured:
            tied = [level for level in tied if level not in places]
        classes = [_with_cells(self.axes[level]) for level in tied]
        relation.index(
            [Dimension(self.axes[v].name, "fact", c) for v, c in zip(tied, classes, strict=True)]
        )

        def build(depth: int, chosen: list[Class | None]) -> int:
            if depth == len(tied):
                return diagrams.one if relation.possible(chosen) else diagrams.zero
            parts: dict[int, int] = {}
            for number, one in enumerate(classes[depth]):
                child = build(depth + 1, [*chosen[:depth], one, *chosen[depth + 1 :]])
                parts[child] = parts.get(child, 0) | 1 << number
            return diagrams.node(tied[depth], parts)

        return build(0, [None] * len(tied))


def _check_zones(programs: Sequence[Program], scenario: Scenario, atlas: Atlas) -> None:
    """See to it that a zone which is given as a place is one and the same to all rulings.

    Raises
    ------
    InvalidInput
        SR607 where it is not.
    """
    problems = []
    for path, location in scenario.locations.items():
        if not isinstance(location, InZone):
            continue
        shapes: list[Any] = []
        for program in programs:
            try:
                place = atlas.place(location, None, zones_of(program.ruling))
                shapes.append(place.region)
            except InvalidInput:
                shapes.append(None)
        if all(s is None for s in shapes):
            continue  # told with its place where the case is made
        if any(s is None or not shapely.equals_exact(s, shapes[0], 0.0) for s in shapes[1:]) or (
            shapes[0] is None
        ):
            problems.append(
                Problem(
                    "SR607",
                    f"the zone {quoted(location.zone)} is not the same in both policies",
                    scenario.positions.get(f"{path}.zone"),
                    expected="a place that both know, such as a zone of the register",
                    help="give its outline as a GeoJSON geometry",
                )
            )
    if problems:
        raise InvalidInput(problems)


def _check_count(every: int, ruling: Ruling) -> None:
    if every.bit_length() > MOST_COMBINATIONS:
        raise InvalidInput(
            Problem(
                "SR333",
                f"the open questions have {every.bit_length():,} combinations of readings together",
                ruling.at,
                expected=f"at most {MOST_COMBINATIONS:,}",
                help="answer some of them: `--reading QUESTION=READING`",
            )
        )


def _with_cells(axis: Axis) -> tuple[Class, ...]:
    """Return a place's classes as the engine has them: with their cells in a tuple."""
    if axis.kind == "fact":
        return axis.classes
    return tuple(Class(c.label, c.truth, (c.member,)) for c in axis.classes)


def vocabulary_of(rulings: Sequence[Ruling]) -> Vocabulary:
    """Return the attributes of several rulings; the values of one may be more than another's.

    Raises
    ------
    InvalidInput
        SR606 where one name is declared with two types.
    """
    found: dict[str, Attribute] = {}
    first: dict[str, str] = {}
    for ruling in rulings:
        for path, attribute in ruling.vocabulary.items():
            if attribute.origin == "base":
                continue
            known = found.setdefault(path, attribute)
            owner = first.setdefault(path, ruling.name)
            if known.kind != attribute.kind or known.unit != attribute.unit:
                raise InvalidInput(
                    Problem(
                        "SR606",
                        f"the fact {quoted(path)} is {known.wanted} in {quoted(owner)} and"
                        f" {attribute.wanted} in {quoted(ruling.name)}",
                        ruling.at,
                        expected="one type and one unit in the policies that are compared",
                    )
                )
            values = tuple(dict.fromkeys((*known.values, *attribute.values)))
            found[path] = Attribute(path, known.kind, known.text, values, known.unit, known.origin)
    return Vocabulary(found.values())
