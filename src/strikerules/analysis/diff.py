"""Two policies compared in all worlds."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import shapely

from strikerules.analysis.changed import where_they_may_differ
from strikerules.analysis.cover import worlds_in
from strikerules.analysis.diagrams import TooManyNodes
from strikerules.analysis.difference import Difference, Kind, Outcomes, Region, Shift, Witness
from strikerules.analysis.outcomes import SUBSETS, exactly
from strikerules.analysis.regions import order_of
from strikerules.analysis.space import Space
from strikerules.analysis.statements import Speaker
from strikerules.analysis.witness import scenarios_for
from strikerules.engine.compile import Together
from strikerules.engine.decide import differs
from strikerules.engine.decision import Decision, names_of
from strikerules.engine.program import Question
from strikerules.geography.atlas import Atlas
from strikerules.language.policy import Ruling
from strikerules.language.scenario import Scenario
from strikerules.problems import quoted

__all__ = ["compare"]

Check = Callable[[dict[str, Any]], Decision]
_ORDER: tuple[Kind, ...] = (
    "newly_permitted", "newly_prohibited", "newly_governed", "no_longer_governed",
    "newly_unsettled", "newly_settled", "unsettled_otherwise",
)  # fmt: skip


def compare(
    rulings: Sequence[Ruling],
    atlas: Atlas,
    checks: Sequence[Check],
    *,
    names: Sequence[str],
    given: Scenario | None = None,
    told: dict[str, Any] | None = None,
) -> Difference:
    """Compare two rulings in all worlds.

    Parameters
    ----------
    rulings : sequence of two
    atlas : Atlas
    checks : sequence of two callables
        Decide a scenario, as plain data, under each: witnesses are replayed through them.
    names : sequence of two str
        What the two are called.
    given : Scenario, optional
        What is the same in all worlds that are compared.
    told : dict, optional
        What `Difference` tells of how the two were made: `given`, `as_of`, `readings`, `set`.
    """
    common = told or {}
    try:
        comparison = _Comparison(rulings, atlas, checks, names, given)
        regions = tuple(comparison.regions())
        shifts = tuple(comparison.shifts(regions))
    except (TooManyNodes, RecursionError):
        note = "given up: the two have more different worlds than were looked at"
        return Difference(names[0], names[1], (), (), (note,), None, **common)
    edges = list(_unequal_edges(comparison.space))
    space = comparison.space
    notes = (*edges, *space.notes, *(w.message for w in space.case.warnings))
    unsure = bool(edges or space.unlooked) and not comparison.alike
    equivalent = None if unsure and not regions else not regions
    zones = comparison.speaker.zones
    return Difference(
        names[0], names[1], regions, shifts, notes, equivalent, zones=zones, **common
    )  # fmt: skip


def _unequal_edges(space: Space) -> Iterator[str]:
    """Yield where one outline is asked about with two uncertainties of its edge.

    As drawn the two are the same; near the edge `check` leaves open what is nearer to it.
    """
    told: set[str] = set()
    for axis in space.axes:
        for one, two in itertools.combinations(axis.lines, 2):
            a, b = one.zone, two.zone
            if one.km != two.km or a.edge_km == b.edge_km or a.id in told:
                continue
            if shapely.equals_exact(a.geometry, b.geometry, tolerance=0.0):
                told.add(a.id)
                yield (
                    f"the edge of {quoted(a.id)} is good to {a.edge_km:g} km in one and to"
                    f" {b.edge_km:g} km in the other: near it `check` answers differently"
                )


class _Comparison:
    def __init__(
        self,
        rulings: Sequence[Ruling],
        atlas: Atlas,
        checks: Sequence[Check],
        names: Sequence[str],
        given: Scenario | None,
    ) -> None:
        together = Together(rulings, atlas)
        self.space = Space(together, atlas, given)
        self.checks, self.names = checks, names
        self.speaker = Speaker(self.space, names)
        self.order = order_of(self.space)
        a, b = ({id(q): q for q in questions.values()} for questions in together.questions)
        self.questions = [*a.values(), *(q for k, q in b.items() if k not in a)]
        self._own = (
            [q for k, q in a.items() if k not in b],
            [q for k, q in b.items() if k not in a],
        )
        space = self.space
        within = space.diagrams.both(where_they_may_differ(space), space.possible)
        self.alike = within == space.diagrams.zero
        both = [*space.outcome(0, within), *space.outcome(1, within)]
        self.masks = space.diagrams.join(both)
        self.codes = space.diagrams.map("change", self._change, self.masks)

    def _change(self, masks: tuple[int, ...]) -> tuple[Outcomes, Outcomes] | None:
        """Return the outcomes before and after over all readings, None where nothing changes."""
        before, after = masks[:3], masks[3:]
        blurred = [_blurred(m, self._own[0]) for m in before]
        if blurred == [_blurred(m, self._own[1]) for m in after]:
            return None
        every = self.space.every
        return names_of(before, every), names_of(after, every)

    def regions(self) -> Iterator[Region]:
        """Yield the regions, the gravest change first, in each kind the largest."""
        space, diagrams = self.space, self.space.diagrams
        found = []
        for code in diagrams.values_in(self.codes) - {None}:
            node = diagrams.both(diagrams.where(self.codes, code), space.possible)
            if node != diagrams.zero:
                found.append(Region(self, node, code))
        found.sort(key=lambda r: (_ORDER.index(r.change), r.drawn))
        for number, region in enumerate(found):
            region.number = number
            yield region

    def shifts(self, regions: tuple[Region, ...]) -> Iterator[Shift]:
        """Yield what changes in one world, for each two outcomes."""
        diagrams, every = self.space.diagrams, self.space.every
        changed = diagrams.zero
        for region in regions:
            changed = diagrams.either(changed, region._node)
        found = []
        for before in SUBSETS:
            for after in SUBSETS:
                if before == after:
                    continue

                def mask(
                    m: tuple[int, ...], before: Outcomes = before, after: Outcomes = after
                ) -> int:
                    return exactly(m[:3], before, every) & exactly(m[3:], after, every)

                node = diagrams.both(
                    diagrams.map(("shift", before, after), mask, self.masks), changed
                )
                if node != diagrams.zero:
                    touched = tuple(
                        r for r in regions if diagrams.both(r._node, node) != diagrams.zero
                    )
                    found.append(Shift(self, node, before, after, touched))
        found.sort(key=lambda s: (s.to != ("permitted",), s.to != ("prohibited",), s.from_))
        yield from found

    def questions_in(self, node: int) -> tuple[str, ...]:
        """Return the questions that some outcome in a set of worlds hangs on."""
        diagrams = self.space.diagrams
        within = diagrams.apply("within", lambda on, m: m if on else None, node, self.masks)
        matter: list[Question] = []
        for masks in diagrams.values_in(within) - {None}:
            for question in self.questions:
                if question not in matter and any(
                    differs(m, question.masks, question.stride) for m in masks
                ):
                    matter.append(question)
        return tuple(dict.fromkeys(q.id for q in self.questions if q in matter))

    def witness(self, node: int, drawn: tuple[Outcomes, Outcomes], kind: Kind) -> Witness | None:
        """Return a scenario of a set of worlds, replayed under both policies."""
        space = self.space
        first: Witness | None = None
        name = kind.replace("_", "-")
        for box, world in worlds_in(space.diagrams, node, space.possible, self.order):
            for data in scenarios_for(space, name, box, world):
                a, b = (check(data) for check in self.checks)
                shown = (a.possible, b.possible) == drawn
                witness = Witness(data, a, b, shown)
                if shown:
                    return witness
                first = first or witness
        return first


def _blurred(mask: int, questions: Sequence[Question]) -> int:
    """Return a mask without regard to some questions: set where any of their readings sets it."""
    for question in questions:
        first = 0
        for number, own in enumerate(question.masks):
            first |= (mask & own) >> (question.stride * number)
        mask = 0
        for number in range(len(question.masks)):
            mask |= first << (question.stride * number)
    return mask
