"""Decisions with their explanations for cases of one kind, put together from one of them.

Settled cases with one signature, and the same words for everything that is no number and no
place, have one explanation but for the evidence: how far it is from an edge, what the figure is.
The first is decided in full; the others are copies of it with their own evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from strikerules.engine.assemble import decide_case
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case, beyond_range
from strikerules.engine.decide import Verdict
from strikerules.engine.decision import Decision, RuleResult
from strikerules.engine.domains import Span
from strikerules.engine.explain import Explainer, Step, Truth
from strikerules.engine.program import Atom, Program
from strikerules.engine.quick.signatures import Key, Point
from strikerules.engine.words import depth_words, evidence, point_words, value_words
from strikerules.geography.atlas import Atlas
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.places import ANYWHERE, Place, Side, may_be_near, place_of_point
from strikerules.geography.zones import Zone
from strikerules.language.conditions import Test
from strikerules.language.policy import Policy
from strikerules.language.scenario import Scenario
from strikerules.language.values import Value
from strikerules.sources.cited import Claims

__all__ = ["Explained", "Facts"]

#: So many kinds of cases are kept; then all are found anew.
_KEPT = 5_000


class Facts(Struct, frozen=True):
    """What is said of a case: exact points, numbers, and everything else."""

    name: str
    title: str | None
    words: tuple[tuple[str, Value], ...]
    numbers: dict[str, float]
    target: Point | None
    launch: Point | None
    apart_km: float | None

    @property
    def beyond(self) -> str | None:
        """In words that the strike goes farther than its weapon, where it does."""
        km, reach = self.numbers.get(DISTANCE, self.apart_km), self.numbers.get(RANGE)
        if km is None or reach is None or km <= reach:
            return None
        return beyond_range(km, reach)


class Explained:
    """Explains cases by those of their kind that were explained before.

    Parameters
    ----------
    program : Program
    atlas : Atlas
    claims : Claims
    make : type
        What decisions are made of: `Decision`, or a kind of it.
    """

    def __init__(
        self,
        program: Program,
        atlas: Atlas,
        claims: Claims,
        make: type[Decision] = Decision,
    ) -> None:
        self.program, self.atlas, self.claims, self._make = program, atlas, claims, make
        self._units = {path: a.unit for path, a in program.vocabulary.items()}
        self._kinds: dict[Any, _Kind] = {}
        asked = {atom.attribute for atom in program.atoms}
        # a figure that no test asks about stands in a note as it is
        self._shown = {RANGE, DISTANCE} if not asked & {RANGE, DISTANCE} else set()
        if self._shown != {RANGE, DISTANCE} and DISTANCE not in asked:
            self._shown = {DISTANCE}
        self._asked = asked
        policies = (part.policy for part in program.parts)
        self._shown |= {n for p in policies for rule in p.rules for n in rule.regardless}

    def decision(self, key: Key, facts: Facts, scenario: Scenario | None) -> Decision | None:
        """Return the decision, as `assemble.decide` makes it.

        Parameters
        ----------
        key : tuple of int
            A signature that settles the case by itself.
        facts : Facts
        scenario : Scenario, optional
            The same, read in full; only needed for the first case of a kind.

        Returns
        -------
        Decision or None
            None where the case is the first of its kind and no scenario is given.
        """
        shown = tuple(
            (path, number)
            for path, number in facts.numbers.items()
            if path in self._shown or (path not in self._asked and path not in (RANGE, DISTANCE))
        )
        kind = (
            key, facts.words, shown, tuple(facts.numbers), facts.target is None,
            facts.launch is None, facts.beyond is not None,
        )  # fmt: skip
        known = self._kinds.get(kind)
        if known is None:
            if scenario is None:
                return None
            if len(self._kinds) >= _KEPT:
                self._kinds.clear()
            known = self._kinds[kind] = _Kind(
                self.program, self.atlas, self.claims, scenario, self._make
            )
        return known.decision(_Now(self.program, self.atlas, self._units, facts), facts)


class _Now:
    """What the evidence of a case is taken from: a `Case` without what was worked out already."""

    limited = linked = True

    def __init__(
        self, program: Program, atlas: Atlas, units: Mapping[str, str | None], facts: Facts
    ) -> None:
        self.program, self._atlas, self._units = program, atlas, units
        self._known: dict[tuple[Zone, float, float], tuple[bool, float, float]] = {}
        self.values: dict[str, Any] = {**dict(facts.words), **facts.numbers}
        self.filled: dict[str, str] = {}
        self.scenario = _BLANK
        self.places: dict[str, Place] = {
            path: ANYWHERE if point is None else place_of_point(*point)
            for path, point in ((TARGET, facts.target), (LAUNCH, facts.launch))
        }
        given, reach = facts.numbers.get(DISTANCE, facts.apart_km), facts.numbers.get(RANGE)
        if given is not None:
            self.distance = Span(given, given)
        else:
            most = FARTHEST_KM if reach is None else min(reach, FARTHEST_KM)
            self.distance = Span(0.0, most)
        self.range = (
            Span(self.distance.low if given is not None else 0.0, float("inf"), True, False)
            if reach is None
            else Span(reach, reach)
        )

    @property
    def ukraine(self) -> Zone:
        return self._atlas.register_zone("ukraine")

    def side(self, atom: Atom) -> Side:
        return Case.side(self, atom)  # type: ignore[arg-type]

    def said(self, atom: Atom) -> str:
        """Return the evidence for a test, as `words.evidence` does.

        Distances are shown rounded. Where the least and the greatest that one can be come to the
        same words, these are the words, and it is not measured.
        """
        return self._shortly(atom) or evidence(self, atom)  # type: ignore[arg-type]

    def _shortly(self, atom: Atom) -> str | None:
        zone, path = atom.zone, atom.attribute
        if zone is None:
            if path in self.values:
                return value_words(self.values[path], self._units[path])
            if path != DEPTH:
                return None
            zone, path = self.ukraine, TARGET
        place = self.places[path]
        if place.kind != "point":
            return None
        reach = place.accuracy_km + zone.edge_km
        beside = atom.zone is not None and atom.operator == "within"
        if beside and not may_be_near(zone.bbox, place.lon, place.lat, reach):
            return None
        inside, low, high = self._bounds(zone, place)
        if beside:
            if low < reach:
                return None
            words = [point_words(Side(inside, km, reach), atom) for km in (low, high)]
        elif inside:
            return None
        elif atom.zone is not None:
            words = [point_words(Side(None, km, reach), atom) for km in (low, high)]
        else:
            words = [depth_words(km, reach) for km in (low, high)]
        return words[0] if words[0] == words[1] else None

    def _bounds(self, zone: Zone, place: Place) -> tuple[bool, float, float]:
        """Return whether a point is in a zone, and bounds on how far its edge is."""
        key = (zone, place.lon, place.lat)
        found = self._known.get(key)
        if found is None:
            bounds = zone.edge_bounds_km(place.lon, place.lat)
            found = self._known[key] = (zone.covers(place.lon, place.lat), *bounds)
        return found


class _Blank(Struct, frozen=True):
    withheld: frozenset[str] = frozenset()


_BLANK = _Blank()


class _Asked(Struct, frozen=True):
    """A test in an explanation: its step, and for each choice of readings an atom and a step."""

    step: Step
    choices: tuple[tuple[Atom, Step | None], ...]


class _Recorder(Explainer):
    """Explains, and notes which step says what of which test."""

    def __init__(self, verdict: Verdict, results: Any) -> None:
        super().__init__(verdict, results)
        self.asked: dict[int, _Asked] = {}
        self.keep: list[Step] = []

    def test(self, policy: Policy, test: Test, truth: Truth) -> Step:
        step = super().test(policy, test, truth)
        if self._record_words(test) is None:
            found = self.program.tests[(policy.name, id(test))]
            atoms = [self.program.atoms[index] for _, index in found]
            if any(_changes(atom) for atom in atoms):
                labels = self.choice_steps(policy, test)
                self.asked[id(step)] = _Asked(step, tuple(zip(atoms, labels, strict=True)))
                self.keep.append(step)
        return step


def _changes(atom: Atom) -> bool:
    """Tell whether the evidence for a test is a figure or a distance."""
    if atom.zone is not None or atom.attribute in (DISTANCE, RANGE, DEPTH):
        return True
    operand: Any = atom.operand
    numbers = operand if isinstance(operand, frozenset) else (operand,)
    return any(isinstance(n, float | int) and not isinstance(n, bool) for n in numbers)


class _Kind:
    """Cases with one explanation but for the evidence."""

    def __init__(
        self,
        program: Program,
        atlas: Atlas,
        claims: Claims,
        scenario: Scenario,
        make: type[Decision],
    ) -> None:
        self._make = make
        self._plan: Plan | None = None
        self._first = decide_case(Case(program, scenario, atlas), claims, self._recorded)
        self._fields = {n: getattr(self._first, n) for n in Decision.__struct_fields__}

    def _recorded(self, verdict: Verdict, results: Sequence[RuleResult]) -> Step:
        recorder = _Recorder(verdict, {(r.policy, r.id): r for r in results})
        tree = recorder.tree()
        self._plan = _plan(tree, recorder.asked)
        return tree

    def decision(self, now: _Now, facts: Facts) -> Decision:
        """Return the decision on a case of this kind."""
        fields = self._fields.copy()
        fields["scenario"], fields["title"] = facts.name, facts.title
        fields["why"] = _filled(self._plan, now)
        beyond = facts.beyond
        if beyond is not None:
            fields["warnings"] = tuple(
                replace(w, message=beyond) if w.code == "SR701" else w for w in self._first.warnings
            )
        return self._make(**fields)


Plan = Step | _Asked | tuple[Step, tuple[Any, ...]]


def _plan(step: Step, asked: Mapping[int, _Asked]) -> Plan:
    """Return a step as it is, or as what has to be put together anew."""
    found = asked.get(id(step))
    if found is not None:
        return found
    children = tuple(_plan(child, asked) for child in step.children)
    if all(isinstance(child, Step) for child in children):
        return step
    return step, children


def _filled(plan: Any, now: _Now) -> Step:
    kind = plan.__class__
    if kind is Step:
        found: Step = plan
        return found
    if kind is _Asked:
        return _answered(plan, now)
    step, parts = plan
    children = [part if part.__class__ is Step else _filled(part, now) for part in parts]
    return _with(step, step.evidence, tuple(children))


def _answered(asked: _Asked, now: _Now) -> Step:
    """Return the step of a test with this case's evidence."""
    step, choices = asked.step, asked.choices
    said = [now.said(atom) for atom, _ in choices]
    if len(said) == 1 or len(set(said)) == 1:
        return _with(step, said[0], ())
    children = [
        _with(one, words, ())
        for (_, one), words in zip(choices, said, strict=True)
        if one is not None
    ]
    return _with(step, None, tuple(children))


def _with(step: Step, said: str | None, children: tuple[Step, ...]) -> Step:
    return Step(
        step.kind, step.text, step.truth, said, step.citations, step.assumptions, step.remark,
        step.name, children,
    )  # fmt: skip
