"""Regions: sets of worlds with their conditions in words, their extent, and a witness."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import shapely

from strikerules.analysis.cover import Clause, TooLong, clauses_of
from strikerules.analysis.diagrams import Diagrams, TooManyNodes
from strikerules.analysis.rings import reaches_round, rings_around
from strikerules.analysis.space import Space
from strikerules.analysis.statements import Speaker, all_of, joined
from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.domains import Span
from strikerules.geography.widen import WIDEST_KM

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Extent", "Wording", "area_on_earth", "order_of"]

_BAND_DEG = 60.0
_TOO_LONG = "in more combinations of facts than can be put in words; the example is one"


def order_of(space: Space) -> list[int]:
    """Return the axes in the order in which they are rather left unsaid."""
    first = {DEPTH: 0, DISTANCE: 1, LAUNCH: 2, RANGE: 4, TARGET: 5}
    return sorted(range(len(space.axes)), key=lambda n: (first.get(space.axes[n].name, 3), -n))


class Wording:
    """A set of worlds in words and as a condition.

    Attributes
    ----------
    lines : tuple of str
        Conditions that all hold.
    condition : object
        The same in the condition language, as plain data; None where it is too long to be said.
    """

    def __init__(self, lines: Sequence[str], condition: Any) -> None:
        self.lines, self.condition = tuple(lines), condition

    @property
    def text(self) -> str:
        """All conditions in one line."""
        return "; ".join(self.lines) or "everywhere"

    @classmethod
    def of(
        cls,
        speaker: Speaker,
        diagrams: Diagrams,
        wanted: int,
        possible: int,
        order: Sequence[int],
        narrow: Collection[int] = (),
    ) -> Wording:
        """Word a set of worlds."""
        try:
            clauses = clauses_of(diagrams, wanted, possible, order, narrow)
        except (TooLong, TooManyNodes):
            return cls([_TOO_LONG], None)
        lines: list[tuple[int, str]] = []
        conditions: list[tuple[int, Any]] = []
        for clause in clauses:
            for rank, text, condition in _said(speaker, diagrams, clause):
                lines.append((rank, text))
                conditions.append((rank, condition))
        lines.sort(key=lambda p: p[0])
        conditions.sort(key=lambda p: p[0])
        parts = [c for _, c in conditions]
        whole = True if not parts else parts[0] if len(parts) == 1 else {"all": parts}
        return cls([text for _, text in lines], whole)


def _said(speaker: Speaker, diagrams: Diagrams, clause: Clause) -> list[tuple[int, str, Any]]:
    found = [
        (speaker.rank(s.attribute), s.text, s.condition) for s in speaker.statements(clause.common)
    ]
    boxes = clause.either or clause.neither
    if not boxes:
        return found
    frame = clause.common
    terms = [speaker.statements(box, frame) for box in boxes]
    rank = max(speaker.rank(s.attribute) for term in terms for s in term)
    words = [joined(term) for term in terms]
    if clause.either:
        text = " or ".join(f"({w})" if len(t) > 1 else w for w, t in zip(words, terms, strict=True))
        found.append((rank, text, {"any": [all_of(term) for term in terms]}))
    else:
        for word, term in zip(words, terms, strict=True):
            found.append((rank, f"not ({word})", {"not": all_of(term)}))
    return found


class Extent:
    """Where a set of worlds has its targets (or its launch points, where only these matter).

    Attributes
    ----------
    path : str or None
        ``target.location`` or ``launch.location``; None where any place will do.
    """

    def __init__(self, space: Space, wanted: int) -> None:
        self.space = space
        self.path: str | None = None
        self._parts: list[tuple[int, BaseGeometry | None]] = []
        ons = space.diagrams.both(wanted, space.possible)
        for path in (TARGET, LAUNCH):
            if path in space.at and self._take(path, ons):
                self.path = path
                break

    def _take(self, path: str, ons: int) -> bool:
        """Note the cells of a place, and what the distance to a given end cuts off them."""
        space = self.space
        level = space.at[path]
        try:
            return self._take_cells(path, ons, level)
        except TooManyNodes:
            # then all of the place is meant, which is too much
            every = range(len(space.axes[level].classes))
            self._parts = [(n, None) for n in every]
            return True

    def _take_cells(self, path: str, ons: int, level: int) -> bool:
        space, diagrams = self.space, self.space.diagrams
        rest = frozenset(range(diagrams.bottom)) - {level}
        mask = self._mask(diagrams.some(ons, rest), level)
        anywhere = self._mask(diagrams.some(space.possible, rest), level)
        rings = self._rings(path, ons, level, mask)
        if mask == anywhere and not rings:
            return False
        self._parts = [(n, rings.get(n)) for n in range(mask.bit_length()) if mask >> n & 1]
        return True

    def _mask(self, node: int, level: int) -> int:
        return self.space.diagrams.allowed(node, level, self.space.diagrams.full)

    def _rings(self, path: str, ons: int, level: int, mask: int) -> dict[int, BaseGeometry]:
        """Return where the distance to the other end lets each cell reach, for those it cuts."""
        space, diagrams = self.space, self.space.diagrams
        end = LAUNCH if path == TARGET else TARGET
        tied = [space.at[n] for n in (DISTANCE, RANGE) if n in space.at]
        other, opposite = space.case.places[end], space.at.get(end)
        given = end in space.scenario.locations
        # a distance or a range that is given limits all worlds alike
        fixed = self._limits is not None and not other.exact
        if DISTANCE in space.scenario.withheld or (opposite is None and not given):
            return {}
        if not tied and not fixed:
            return {}
        kept = {level, *tied} if opposite is None else {level, opposite, *tied}
        rest = frozenset(range(diagrams.bottom)) - kept
        of_set, of_all = diagrams.some(ons, rest), diagrams.some(space.possible, rest)
        found: dict[int, BaseGeometry] = {}
        for n in range(mask.bit_length()):
            if not mask >> n & 1:
                continue
            wanted = self._distances(of_set, {level: 1 << n})
            if not fixed and wanted == self._distances(of_all, {level: 1 << n}):
                continue
            reach = max((span.high for span in wanted), default=0.0)
            if opposite is None and other.exact:
                found[n] = rings_around(other.lon, other.lat, wanted)
            elif opposite is None:
                if reach <= WIDEST_KM and not reaches_round(other.region):
                    found[n] = _near(other.region, reach, self._cell(level, n))
            elif (near := self._near_cells(of_set, level, n, opposite)) is not None:
                found[n] = near
        return found

    def _near_cells(self, node: int, level: int, number: int, opposite: int) -> BaseGeometry | None:
        """Return where is near enough to a cell of the other end; None where that is anywhere.

        That a strike may have to be longer than something cuts nothing off.
        """
        cell = self._cell(level, number)
        shapes = []
        for m, one in enumerate(self.space.axes[opposite].classes):
            spans = self._distances(node, {level: 1 << number, opposite: 1 << m})
            if not spans:
                continue
            reach = max(span.high for span in spans)
            if reach > WIDEST_KM or reaches_round(one.member.geometry):
                return None
            shapes.append(_near(one.member.geometry, reach, cell))
        return shapely.union_all(shapes) if shapes else None

    def _distances(self, node: int, cells: dict[int, int]) -> list[Span]:
        """Return the distances that a set of worlds allows for some cells."""
        space, diagrams = self.space, self.space.diagrams
        column = diagrams.both(node, diagrams.box(self._box(cells)))
        distance, reach = space.at.get(DISTANCE), space.at.get(RANGE)
        classes = [None] if distance is None else list(range(len(space.axes[distance].classes)))
        found: list[Span] = []
        for k in classes:
            frame = {} if distance is None or k is None else {distance: 1 << k}
            part = diagrams.both(column, diagrams.box(self._box(frame)))
            if part == diagrams.zero:
                continue
            longest = float("inf")
            if reach is not None:
                longest = max(
                    one.spans[-1].high
                    for m, one in enumerate(space.axes[reach].classes)
                    if diagrams.both(part, diagrams.box(self._box({reach: 1 << m})))
                    != diagrams.zero
                )
            spans = [Span(0.0, float("inf"), True, False)]
            if distance is not None and k is not None:
                spans = list(space.axes[distance].classes[k].spans)
            for span in spans:
                met = span.meet(Span(0.0, longest)).meet(self._limits or span)
                if not met.empty:
                    found.append(met)
        return found

    def _box(self, frame: dict[int, int]) -> tuple[int, ...]:
        return tuple(frame.get(k, full) for k, full in enumerate(self.space.diagrams.full))

    @cached_property
    def area_km2(self) -> float | None:
        """Its area on the ellipsoid; None where any place will do."""
        if self.path is None:
            return None
        level = self.space.at[self.path]
        total = 0.0
        for number, ring in self._parts:
            if ring is None and self._reach is None:
                total += self.space.area_km2(level, number)
                continue
            cell = self._cell(level, number)
            total += area_on_earth(cell if ring is None else shapely.intersection(cell, ring))
        return total

    @cached_property
    def geometry(self) -> BaseGeometry | None:
        """Its outline, WGS 84 degrees; None where any place will do."""
        if self.path is None:
            return None
        level = self.space.at[self.path]
        shapes = [
            self._cell(level, n) if ring is None
            else shapely.intersection(self._cell(level, n), ring)
            for n, ring in self._parts
        ]  # fmt: skip
        return shapely.union_all(shapes) if len(shapes) > 1 else shapes[0]

    def _cell(self, level: int, number: int) -> BaseGeometry:
        shape: BaseGeometry = self.space.axes[level].classes[number].member.geometry
        reach = self._reach
        return shape if reach is None else shapely.intersection(shape, reach)

    @cached_property
    def _reach(self) -> BaseGeometry | None:
        """Where the given distance or range lets the place be, from the given other end."""
        other = self.space.case.places[LAUNCH if self.path == TARGET else TARGET]
        if not other.exact or self._limits is None:
            return None
        return rings_around(other.lon, other.lat, [self._limits])

    @cached_property
    def _limits(self) -> Span | None:
        """How far the strike is by what is given; None where nothing is."""
        case = self.space.case
        stated, longest = case.values.get(DISTANCE), case.values.get(RANGE)
        if DISTANCE in self.space.scenario.withheld:
            return None
        if isinstance(stated, float):
            return Span(max(0.0, stated - AGREE_KM), stated + AGREE_KM)
        return Span(0.0, longest) if isinstance(longest, float) and case.limited else None


def _near(shape: BaseGeometry, km: float, cell: BaseGeometry) -> BaseGeometry:
    """Return everywhere within so many km of a shape; only what is near a cell has to be right."""
    from strikerules.geography.buffers import buffer_km

    return buffer_km(shape, km, near=cell)


def area_on_earth(geometry: BaseGeometry) -> float:
    """Return the area of a polygon on the ellipsoid in km², however much of the Earth it has.

    Examples
    --------
    >>> round(area_on_earth(shapely.box(-180, -90, 180, 90)) / 1e6)
    510
    """
    from strikerules.geography.geodesy import area_km2

    west, south, east, north = geometry.bounds if not geometry.is_empty else (0.0,) * 4
    if east - west <= _BAND_DEG:
        return area_km2(geometry)
    total, left = 0.0, west
    while left < east:
        total += area_km2(shapely.clip_by_rect(geometry, left, south, left + _BAND_DEG, north))
        left += _BAND_DEG
    return total
