"""What ties a target, a launch point, a distance and a weapon's range together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely

from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.diagram import Dimension
from strikerules.engine.domains import Class, Span
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.places import ANYWHERE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Relation"]


class Relation:
    """That a strike is no longer than the weapon's range, and as long as its two ends say."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.at: dict[str, int] = {}
        self.classes: dict[str, tuple[Class, ...]] = {}
        self.known: dict[tuple[int, int], list[Span]] = {}
        self.measured = DISTANCE not in case.values and ANYWHERE not in case.places.values()
        self.reach_matters = RANGE in case.values or any(
            a.attribute in (DISTANCE, RANGE) for a in case.program.atoms
        )
        self.measured = self.measured and self.reach_matters

    def wanted(self, by_attribute: dict[str, list[int]]) -> bool:
        """Whether intervals of distance or range have to be kept apart."""
        return RANGE in by_attribute or DISTANCE in by_attribute

    def index(self, dimensions: list[Dimension]) -> None:
        """Note where the dimensions are that the relation ties together."""
        for position, dimension in enumerate(dimensions):
            if dimension.name in (TARGET, LAUNCH, RANGE, DISTANCE):
                self.at[dimension.name] = position
                self.classes[dimension.name] = dimension.classes

    def possible(self, chosen: list[Class | None]) -> bool:
        """Tell whether some world has the classes chosen so far."""
        if not self.reach_matters or not self.at:
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

    def _spans(self, target: Class | None, launch: Class | None) -> list[Span]:
        """Return the distances between two places' cells, an interval for each pair of pieces."""
        case = self.case
        if not self.measured:
            return [case.distance]
        if target is None and launch is None:
            return [case.distance]
        key = (id(target), id(launch))
        if key not in self.known:
            a = _pieces(target, case, TARGET)
            b = _pieces(launch, case, LAUNCH)
            self.known[key] = [
                span
                for one, slack_one in a
                for two, slack_two in b
                for span in [_between(one, two, slack_one + slack_two, case.distance)]
                if not span.empty
            ]
        return self.known[key]


def _pieces(chosen: Class | None, case: Case, path: str) -> list[tuple[BaseGeometry, float]]:
    """Return the connected pieces of a place, with how far its lines see beyond it."""
    place = case.places[path]
    if chosen is None or not chosen.member:
        return [(p, 0.0) for p in shapely.get_parts(place.region)]
    slack = 0.0
    if place.kind in ("point", "shape"):
        slack = max((a.zone.edge_km for a in case.program.atoms if a.zone is not None), default=0.0)
        slack = max(slack, case.ukraine.edge_km if _asks_depth(case) else 0.0)
    if place.exact:
        return [(place.region, 0.0)]
    return [(p, slack) for cell in chosen.member for p in shapely.get_parts(cell.geometry)]


def _asks_depth(case: Case) -> bool:
    return any(a.attribute == DEPTH for a in case.program.atoms)


def _between(a: BaseGeometry, b: BaseGeometry, slack: float, whole: Span) -> Span:
    from strikerules.geography.ranges import distance_range_km

    low, high = distance_range_km(a, b)
    return Span(max(0.0, low - slack), min(FARTHEST_KM, high + slack)).meet(whole)
