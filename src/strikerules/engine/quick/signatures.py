"""Cases told apart by what their decision can hang on: a signature, decided once for all of them.

A signature holds for each attribute the class that its value is in, and for a place the lines on
whose one side, or on either side of which, it lies. What the tests come to follows from that, and
mostly the decision with it. Where it does not, because something is open, the engine decides one
case of the signature exactly, and that is the answer for all. Where even that is not enough (places
near several lines, places tied to distances) the case has no signature and is decided by itself.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.combine import Outcomes
from strikerules.engine.decide import Verdict, questions_that_differ
from strikerules.engine.decision import names_of
from strikerules.engine.diagram import Leaf, unsettled
from strikerules.engine.program import Atom, Program
from strikerules.engine.quick.answer import Answer, answer_of
from strikerules.engine.quick.facts import FactCoder, NumberCoder, ReachCoder, WordCoder
from strikerules.engine.quick.index import RuleIndex, worth_an_index
from strikerules.engine.quick.places import EITHER, Around, PlaceCoder
from strikerules.geography.atlas import Atlas
from strikerules.geography.sides import COARSEST, Sides
from strikerules.language.scenario import Scenario

__all__ = ["ALONE", "FACES", "MEASURE", "Found", "Key", "Signatures"]

#: What is still needed where a signature has no answer: the distance between two points, the parts
#: of the map around an uncertain place, or a decision of the case by itself.
MEASURE, FACES, ALONE = -1, -2, -3

#: So many answers are kept; then all are found anew.
_KEPT = 200_000

Found = Answer | int

Point = tuple[float, float, float]
"""Longitude, latitude, accuracy in km."""

Key = tuple[int, ...]
"""``(tied, measurable, aimed, facts…, reach, target, launch)``: three flags, and classes.

`aimed` is that the launch point is given and the target's place is not, which is then what an
unknown distance hangs on.
"""

_RECORDS = ("area.designated", "area.communicated")


class _Open(Exception):
    """Something is open that only worlds can tell."""


class _Settled(Verdict):
    """A verdict for which the fast evaluation is enough."""

    def __init__(self, program: Program, true: list[int], false: list[int], masks: Outcomes):
        self.program, self.true, self.false = program, true, false
        self.masks, self.diagram, self.worlds = masks, Leaf(tuple(masks)), None

    def open_worlds(self):  # type: ignore[no-untyped-def]
        raise _Open


class Signatures:
    """The signatures of one program's cases, with the answers that were found.

    Parameters
    ----------
    program : Program
    atlas : Atlas

    Attributes
    ----------
    facts : tuple of FactCoder
        For each attribute that tests look at, but for distance and range.
    reach : ReachCoder
    target, launch : PlaceCoder
    """

    def __init__(self, program: Program, atlas: Atlas) -> None:
        self.program, self.atlas = program, atlas
        by_attribute: dict[str, list[tuple[int, Atom]]] = {}
        for index, atom in enumerate(program.atoms):
            by_attribute.setdefault(atom.attribute, []).append((index, atom))
        vocabulary = program.vocabulary
        ukraine = atlas.register_zone("ukraine")
        depth = by_attribute.get(DEPTH, [])
        self.target = PlaceCoder(by_attribute.pop(TARGET, []), depth, ukraine)
        self.launch = PlaceCoder(by_attribute.pop(LAUNCH, []), [], ukraine)
        self.reach = ReachCoder(by_attribute.pop(DISTANCE, []), by_attribute.pop(RANGE, []))
        self.facts: tuple[FactCoder, ...] = tuple(
            (NumberCoder if vocabulary[path].kind == "number" else WordCoder)(
                vocabulary[path], tests
            )
            for path, tests in by_attribute.items()
        )
        self.fit = self.target.fit and self.launch.fit
        self.found: dict[Key, Found] = {}
        #: Signatures whose answer follows from their classes, with no world looked at.
        self.conclusive: set[Key] = set()
        self._conclusions: dict[Key, Answer | None] = {}
        self._by_cell: dict[tuple[Any, ...], Answer] = {}
        self._near: dict[tuple[Any, ...], Answer | None] = {}
        self._index = (
            RuleIndex(program, self.facts, self.reach, self.target, self.launch)
            if worth_an_index(program)
            else None
        )
        self._records = [i for i, f in enumerate(self.facts) if f.path in _RECORDS]
        self._depth = next((i for i, f in enumerate(self.facts) if f.path == DEPTH), None)

    def tied(
        self,
        target: int | None,
        launch: int | None,
        *,
        depth: bool,
        reach: bool,
    ) -> bool:
        """Tell whether places, distance, range and depth limit one another in a case.

        Parameters
        ----------
        target, launch : int or None
            None where no place is given, 0 for an exact point, 1 for anything else.
        depth, reach : bool
            Whether a depth is given, and a distance or a range.
        """
        if target is None:
            return launch is not None and reach
        if depth:
            return True
        if launch is None:
            return reach and not self.launch.idle
        return bool(target or launch) and (reach or not self.reach.idle)

    def settled(self, key: Key) -> Answer | None:
        """Return the answer that follows from the classes alone, or None.

        What a class of a place leaves open is taken to be independent of everything else, which
        can only make more possible than there is.
        """
        if self._index is not None:
            codes = key[3:]
            stated = frozenset(self.facts[i].path for i in self._records if codes[i])
            found = self._index.answer(key, stated)
            if found is not None:
                return found
        return self._settled(key)

    def _settled(self, key: Key) -> Answer | None:
        values: list[bool | None] = [None] * len(self.program.atoms)
        *codes, reach, target, launch = key[3:]
        given = []
        for index, (coder, code) in enumerate(zip(self.facts, codes, strict=True)):
            if index == self._depth and not code:
                continue
            for atom, truth in zip(coder.atoms, coder.truths[code], strict=True):
                values[atom] = truth
            if code and index in self._records:
                given.append(coder.path)
        if not self.reach.idle:
            for atom, truth in zip(self.reach.atoms, self.reach.truths[reach], strict=True):
                values[atom] = truth
        stated = self._depth is not None and codes[self._depth]
        for place, number in ((self.target, target), (self.launch, launch)):
            for atom, truth in zip(place.atoms, place.truths(number), strict=True):
                if not (stated and self.program.atoms[atom].attribute == DEPTH):
                    values[atom] = truth
        true, false = self.program.run(values, frozenset(given))
        masks = self.program.outcome(true, false)
        if unsettled(masks):
            return None
        try:
            return answer_of(_Settled(self.program, true, false, masks))
        except _Open:
            return None

    def quickly(self, key: Key) -> Answer | None:
        """Return the answer of a new signature where an index of rules has it at once."""
        index = self._index
        if index is None or (answer := index.quick(key)) is None:
            return None
        if not index.fleeting:
            if len(self.found) >= index.kept:
                self.found.clear()
                self.conclusive.clear()
            self.found[key] = answer
        return answer

    @property
    def indexed(self) -> bool:
        """Whether there is an index of rules."""
        return self._index is not None

    @property
    def at_once(self) -> Callable[[Key], Answer | None] | None:
        """What to ask first of a signature, where answers are rather found than kept."""
        return self._index.quick if self._index is not None and self._index.fleeting else None

    def follows(self, key: Key) -> bool:
        """Tell whether the answer that was found follows from a signature's classes alone."""
        if key in self.conclusive:
            return True
        return self._index is not None and self._index.quick(key) is not None

    def look(self, key: Key, scenario: Callable[[], Scenario]) -> Found:
        """Return the answer of a signature, or what it still needs; it is found out once.

        Parameters
        ----------
        key : tuple of int
        scenario : callable
            Makes a case that has the signature.
        """
        found = self.found.get(key)
        if found is None:
            if len(self.found) >= (self._index.kept if self._index else _KEPT):
                self.found.clear()
                self.conclusive.clear()
            found = self.found[key] = self._look(key, scenario)
        return found

    def _look(self, key: Key, scenario: Callable[[], Scenario]) -> Found:
        answer = self.settled(key)
        if answer is not None:
            self.conclusive.add(key)
            return answer
        tied, measurable = key[:2]
        if tied or not self.fit:
            return ALONE
        if measurable:
            return MEASURE
        combinations: dict[str, Around] = {}
        for path, place, number in (
            (TARGET, self.target, key[-2]), (LAUNCH, self.launch, key[-1])
        ):  # fmt: skip
            sides = place.sides[number]
            if number in place.joint:
                combinations[path] = place.joint[number]
            elif sides is not None and len(sides.open) > 1:
                return FACES
            elif sides is not None and sides.open:
                combinations[path] = sides.open, EITHER
        return self._over(key, combinations) or self._with(scenario(), combinations)

    def near(
        self, key: Key, target: Point | None, launch: Point | None, scenario: Callable[[], Scenario]
    ) -> Answer:
        """Return the answer of a case whose places are near several lines.

        Parameters
        ----------
        key : tuple of int
        target, launch : (lon, lat, accuracy_km), optional
        scenario : callable
            Makes the case.
        """
        cell = (key, _cell(target), _cell(launch))
        known = self._by_cell.get(cell)
        if known is not None:
            return known
        ends = ((TARGET, self.target, key[-2], target), (LAUNCH, self.launch, key[-1], launch))
        around = [
            coder.around(number, *point) for _, coder, number, point in ends if point is not None
        ]
        paths = [path for path, _, _, point in ends if point is not None]
        for bounds in zip(*around, strict=False):
            full = (key, *(found and found[1:] for found in bounds))
            if full not in self._near:
                if len(self._near) >= _KEPT:
                    self._near.clear()
                answers = []
                for which in (1, 2):
                    if which == 2 and all(f is None or f[1] == f[2] for f in bounds):
                        continue
                    combinations = {
                        path: found[which]
                        for path, found in zip(paths, bounds, strict=True)
                        if found is not None
                    }
                    answers.append(
                        self._over(key, combinations) or self._with(scenario(), combinations)
                    )
                # the more combinations there are, the more is possible: what holds of the fewest
                # and of the most holds of all between
                self._near[full] = answers[0] if answers[0] == answers[-1] else None
            answer = self._near[full]
            if answer is not None:
                if all(found is None or found[0] for found in bounds):
                    if len(self._by_cell) >= _KEPT:
                        self._by_cell.clear()
                    self._by_cell[cell] = answer
                return answer
        return self.alone(scenario())

    def _over(self, key: Key, combinations: dict[str, Around]) -> Answer | None:
        """Return the answer over a target's combinations of sides, each settled by its classes.

        None where one of them is not, or where there is more to it: then the worlds have to be
        gone through.
        """
        if key[-1] or key[2] or combinations.keys() != {TARGET}:
            return None
        lines, sides = combinations[TARGET]
        known = self.target.sides[key[-2]]
        assert known is not None
        found = []
        for combination in sorted(sides):
            inside = [line for line, side in zip(lines, combination, strict=True) if side]
            number = self.target.number(Sides(tuple(sorted((*known.inside, *inside))), ()))
            answer = self._settled_once((*key[:-2], number, 0))
            if answer is None:
                return None
            found.append(answer)
        masks = tuple(
            functools.reduce(operator.or_, some)
            for some in zip(*(a.masks for a in found), strict=True)
        )
        differ = len({answer.masks for answer in found}) > 1
        questions = questions_that_differ(self.program, [answer.masks for answer in found])
        return Answer(
            names_of(Outcomes(*masks), self.program.every),
            tuple(rule for rule in found[0].rules if all(rule in a.rules for a in found[1:])),
            (*((TARGET,) if differ else ()), *questions),
            masks,
        )

    def _settled_once(self, key: Key) -> Answer | None:
        """As `settled`, found out once."""
        if key not in self._conclusions:
            if len(self._conclusions) >= _KEPT:
                self._conclusions.clear()
            self._conclusions[key] = self.settled(key)
        return self._conclusions[key]

    def _with(self, scenario: Scenario, combinations: dict[str, Around]) -> Answer:
        """Decide a case whose places can be on these combinations of sides."""
        coders = {TARGET: self.target, LAUNCH: self.launch}
        case = Case(self.program, scenario, self.atlas)
        case.combinations = {
            path: coders[path].on_lines(around) for path, around in combinations.items()
        }
        return answer_of(Verdict(case))

    def alone(self, scenario: Scenario) -> Answer:
        """Decide one case by itself, exactly."""
        return answer_of(Verdict(Case(self.program, scenario, self.atlas)))


def _cell(point: Point | None) -> tuple[int, int, float] | None:
    """Return the coarsest cell that bounds on combinations hold for, with the accuracy."""
    if point is None:
        return None
    lon, lat, accuracy_km = point
    return int((lon + 180.0) * COARSEST), int((lat + 90.0) * COARSEST), accuracy_km
