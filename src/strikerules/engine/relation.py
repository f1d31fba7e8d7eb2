"""What ties a target, a launch point, a distance and a weapon's range together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.diagram import Dimension
from strikerules.engine.domains import Class, Span
from strikerules.geography.edges import Edges
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.places import ANYWHERE
from strikerules.geography.ranges import distance_range_km

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Relation"]


class Relation:
    """That a strike is no longer than the weapon's range, and as long as its two ends say."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.at: dict[str, int] = {}
        self.known: dict[tuple[int, int], tuple[list[Span], Iterator[Span]]] = {}
        self.reach_matters = bool({RANGE, DISTANCE} & case.values.keys()) or any(
            a.attribute in (DISTANCE, RANGE) for a in case.program.atoms
        )
        self.measured = (
            self.reach_matters
            and case.linked
            and DISTANCE not in case.scenario.withheld
            and ANYWHERE not in case.places.values()
        )

    def index(self, dimensions: list[Dimension]) -> None:
        """Note where the dimensions are that the relation ties together.

        What was measured is forgotten: it is kept by the identity of classes that were replaced.
        """
        self.known = {}
        for position, dimension in enumerate(dimensions):
            if dimension.name in (TARGET, LAUNCH, RANGE, DISTANCE):
                self.at[dimension.name] = position

    def possible(self, chosen: list[Class | None]) -> bool:
        """Tell whether some world has the classes chosen so far."""
        if not self.reach_matters or not self.at or not self.case.linked:
            return True

        def pick(name: str) -> Class | None:
            return chosen[self.at[name]] if name in self.at else None

        limit, wanted = pick(RANGE), pick(DISTANCE)
        reach = self.case.range.high if self.case.limited else float("inf")
        reach_closed = True
        if limit is not None and limit.span is not None and self.case.limited:
            reach, reach_closed = limit.span.high, limit.span.high_closed
        for span in self._spans(pick(TARGET), pick(LAUNCH)):
            possible = span.meet(Span(0.0, reach, True, reach_closed))
            if wanted is not None and wanted.span is not None:
                possible = possible.meet(wanted.span)
            if not possible.empty:
                return True
        return False

    def _spans(self, target: Class | None, launch: Class | None) -> Iterator[Span]:
        """Yield the distances between two places' cells, an interval for each pair of pieces.

        Mostly the first pair answers the question, so that the others are not measured.
        """
        case = self.case
        if not self.measured or (target is None and launch is None):
            yield case.distance
            return
        key = (id(target), id(launch))
        if key not in self.known:
            self.known[key] = ([], self._measure(target, launch))
        found, rest = self.known[key]
        yield from found
        for span in rest:
            found.append(span)
            yield span

    def _measure(self, target: Class | None, launch: Class | None) -> Iterator[Span]:
        case = self.case
        ends = _pieces(launch, case, LAUNCH)
        for one, slack in _pieces(target, case, TARGET):
            for other, more in ends:
                low, high = distance_range_km(one.shape, other.shape, edges_a=one.edges,
                                              edges_b=other.edges)  # fmt: skip
                give = slack + more + (AGREE_KM if DISTANCE in case.values else 0.0)
                span = Span(max(0.0, low - give), min(FARTHEST_KM, high + give))
                if not (span := span.meet(case.distance)).empty:
                    yield span


class _Piece:
    """A connected part of a place, its edges made ready when they are first needed."""

    def __init__(self, shape: BaseGeometry) -> None:
        self.shape = shape

    @cached_property
    def edges(self) -> Edges:
        return Edges(self.shape)


def _pieces(chosen: Class | None, case: Case, path: str) -> list[tuple[_Piece, float]]:
    """Return the connected pieces of a place, with how far its lines see beyond it."""
    place = case.places[path]
    if chosen is None or not chosen.member:
        return [(p, 0.0) for p in _largest_first([place.region])]
    slack = max(
        (place.blur_of(a.zone) for a in case.program.atoms if a.zone is not None), default=0.0
    )
    if _asks_depth(case):
        slack = max(slack, place.blur_of(case.ukraine))
    if place.exact:
        return [(_Piece(place.region), 0.0)]
    return [(p, slack) for p in _largest_first([cell.geometry for cell in chosen.member])]


def _asks_depth(case: Case) -> bool:
    return any(a.attribute == DEPTH for a in case.program.atoms)


def _largest_first(shapes: list[BaseGeometry]) -> list[_Piece]:
    parts = [part for shape in shapes for part in shapely.get_parts(shape)]
    return [_Piece(part) for part in sorted(parts, key=lambda part: -part.area)]
