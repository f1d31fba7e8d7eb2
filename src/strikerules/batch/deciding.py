"""Tables decided by one policy, batch after batch.

Rows are reduced to signatures (`engine.quick`), a number each; the answers stand in tables that are
looked up by these numbers. Places are looked at only in rows that the other facts leave open.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.answers import Answers
from strikerules.batch.coded import codes_of, looked_up, numbers_of, pointed
from strikerules.batch.columns import Bools, Floats
from strikerules.batch.decided import Decided
from strikerules.batch.points import Points, accuracies
from strikerules.batch.rows import Rows
from strikerules.batch.tabled import Tabled
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.program import Program
from strikerules.engine.quick import Answer, Signatures
from strikerules.engine.quick.places import PlaceCoder
from strikerules.engine.quick.signatures import ALONE, FACES, MEASURE
from strikerules.geography.atlas import Atlas
from strikerules.geography.geodesy import distances_km
from strikerules.problems import InvalidInput, Problem

__all__ = ["Decider"]

Ints = NDArray[Any]

#: Rows that are worked on at once, few enough to stay in a processor's cache.
_ROWS = 65_536


class Decider:
    """Decides tables by one program; what it has worked out serves the next table.

    Parameters
    ----------
    program : Program
    atlas : Atlas
    signatures : Signatures, optional
        Those of the program, where some are at hand.
    """

    def __init__(
        self, program: Program, atlas: Atlas, signatures: Signatures | None = None
    ) -> None:
        self.program, self.atlas = program, atlas
        self.signatures = signatures or Signatures(program, atlas)
        self.answers = Answers()
        self._tabled = Tabled(self.signatures, self.answers)

    def decide(self, rows: Rows) -> Decided:
        """Decide the rows of a table."""
        rows = looked_up(rows, self.program.ruling, self.atlas)
        numbers = np.zeros(rows.count, dtype=np.int32)
        problems: dict[int, tuple[Problem, ...]] = {}
        wrong = rows.wrong
        if wrong is not None:
            for row in np.flatnonzero(wrong).tolist():
                problems[row] = tuple(rows.problems(row))
        table = _Table(self, rows)
        for start in range(0, rows.count, _ROWS):
            part = slice(start, min(start + _ROWS, rows.count))
            if wrong is None or not wrong[part].any():
                numbers[part] = table.decide(part)
            else:
                good = np.flatnonzero(~wrong[part]) + start
                numbers[good] = table.decide(good)
        for row, found in table.problems.items():
            problems[row] = found
            numbers[row] = 0
        return Decided(numbers, self.answers, problems)


class _Table:
    """The rows of one table on their way through."""

    def __init__(self, decider: Decider, rows: Rows) -> None:
        self.rows, self.signatures = rows, decider.signatures
        self.answers, self.tabled = decider.answers, decider._tabled
        facts = rows.facts
        self.distance, self.range = numbers_of(facts.get(DISTANCE)), numbers_of(facts.get(RANGE))
        self.depth = numbers_of(facts.get(DEPTH))
        self.target, self.launch = (
            None if points is None else pointed(points, decider.program.ruling, decider.atlas)
            for points in (rows.places.get(TARGET), rows.places.get(LAUNCH))
        )
        self.problems: dict[int, tuple[Problem, ...]] = {}
        self._good: dict[str, Floats] = {}
        self._alone: dict[Any, Answer | tuple[Problem, ...]] = {}

    def decide(self, part: slice | Ints) -> Ints:
        """Return the answers' numbers of some rows."""
        at = np.arange(part.start, part.stop) if isinstance(part, slice) else part
        sees_target, sees_launch = _given(self.target, part), _given(self.launch, part)
        codes = [codes_of(c, self.rows.facts.get(c.path), part) for c in self.signatures.facts]
        distance = None if self.distance is None else self.distance[part]
        reach = None if self.range is None else self.range[part]
        tied = self._tied(part, sees_target, sees_launch, distance, reach)
        measured = None
        if sees_target is not None and sees_launch is not None and not self.signatures.reach.idle:
            measured = sees_target & sees_launch
            if tied is not None:
                measured &= ~tied
            if distance is not None:
                measured &= np.isnan(distance)
        aimed = None
        if sees_launch is not None and not self.signatures.reach.idle:
            aimed = sees_launch if sees_target is None else sees_launch & ~sees_target
        keys = self.tabled.keys(codes, tied, measured, aimed, distance, reach, len(at))
        found = self.tabled.without_places(keys)
        rest = np.flatnonzero(found < 0)
        if len(rest):
            target = self._classes(self.signatures.target, self.target, at[rest])
            launch = self._classes(self.signatures.launch, self.launch, at[rest])
            more = self._placed(keys[rest], found[rest], target, launch, at[rest])
            found[rest] = more
            far = np.flatnonzero(more == MEASURE)
            if len(far):
                still = rest[far]
                found[still] = self._measured(
                    [None if c is None else c[still] for c in codes],
                    None if reach is None else reach[still],
                    None if target is None else target[far],
                    None if launch is None else launch[far],
                    at[still],
                )
        return found

    def _placed(
        self, keys: Ints, heads: Ints, target: Ints | None, launch: Ints | None, at: Ints
    ) -> Ints:
        """Return the answers of rows whose places matter; `MEASURE` where a distance does too."""
        rows = self.rows
        found = self.tabled.with_places(
            keys, heads, target, launch, lambda index: rows.scenario(int(at[index]))
        )
        for index in np.flatnonzero(found == FACES).tolist():
            row = int(at[index])
            key = self.tabled.key(
                int(heads[index]),
                0 if target is None else int(target[index]),
                0 if launch is None else int(launch[index]),
            )
            found[index] = self.answers.number(
                self.signatures.near(
                    key, _point(self.target, row), _point(self.launch, row),
                    partial(rows.scenario, row),
                )
            )  # fmt: skip
        for index in np.flatnonzero(found == ALONE).tolist():
            found[index] = self._by_itself(int(at[index]))
        return found

    def _tied(
        self,
        part: slice | Ints,
        target: Bools | None,
        launch: Bools | None,
        distance: Floats | None,
        reach: Floats | None,
    ) -> Bools | None:
        """Return in which rows places, distance, range and depth limit one another."""
        depth = None if self.depth is None or target is None else ~np.isnan(self.depth[part])
        others = self.target is not None and self.target.others() is not None
        if (
            launch is None
            and depth is None
            and not others
            and (target is None or self.signatures.launch.idle)
        ):
            return None
        count = len(next(m for m in (target, launch, depth) if m is not None))
        nothing = np.zeros(count, dtype=np.bool_)
        known = nothing.copy()
        for figures in (distance, reach):
            if figures is not None:
                known |= ~np.isnan(figures)
        at = nothing if target is None else target
        start = nothing if launch is None else launch
        found = ~at & start & known
        if depth is not None:
            found |= at & depth
        if not self.signatures.launch.idle:
            found |= at & ~start & known
        vague = _vague(self.target, part) | _vague(self.launch, part)
        if vague is not False:
            found |= at & start & vague & (known | (not self.signatures.reach.idle))
        for points in (self.target, self.launch):
            no_points = None if points is None else points.others()
            if no_points is not None:
                # of what is no point nothing is looked up
                found |= no_points[part]
        return found if found.any() else None

    def _classes(self, coder: PlaceCoder, points: Points | None, at: Ints) -> Ints | None:
        """Return the classes of some rows' places, 0 where none is given."""
        if points is None or coder.idle or not self.signatures.fit:
            return None
        lon, lat = points.lon[at], points.lat[at]
        given = ~np.isnan(lon)
        if points.plain:
            if given.all():
                return coder.many(lon, lat)
            found = np.zeros(len(at), dtype=np.int32)
            found[given] = coder.many(lon[given], lat[given])
            return found
        found = np.zeros(len(at), dtype=np.int32)
        if given.any():
            found[given] = coder.many(lon[given], lat[given], self._accuracies(points)[at][given])
        return found

    def _measured(
        self,
        codes: list[Ints | None],
        reach: Floats | None,
        target: Ints | None,
        launch: Ints | None,
        at: Ints,
    ) -> Ints:
        """Return the answers of rows in which it matters how far the two places are apart."""
        assert self.target is not None
        assert self.launch is not None
        km = distances_km(
            self.launch.lon[at], self.launch.lat[at], self.target.lon[at], self.target.lat[at]
        )
        keys = self.tabled.keys(codes, None, None, None, km, reach, len(at))
        found = self.tabled.without_places(keys)
        some = np.flatnonzero(found < 0)
        if len(some):
            found[some] = self._placed(
                keys[some], found[some],
                None if target is None else target[some],
                None if launch is None else launch[some],
                at[some],
            )  # fmt: skip
        return found

    def _accuracies(self, points: Points) -> Floats:
        """Return how good all rows' points are."""
        if points.path not in self._good:
            self._good[points.path] = accuracies(points)
        return self._good[points.path]

    def _by_itself(self, row: int) -> int:
        """Return the answer of a row that no other row's answer can stand for."""
        scenario = self.rows.scenario(row)
        key = (tuple(scenario.values.items()), tuple(scenario.locations.items()))
        found = self._alone.get(key)
        if found is None:
            try:
                found = self.signatures.alone(scenario)
            except InvalidInput as error:
                found = error.problems
            self._alone[key] = found
        if isinstance(found, Answer):
            return self.answers.number(found)
        self.problems[row] = found
        return 0


def _point(points: Points | None, row: int) -> tuple[float, float, float] | None:
    """Return a row's point, with how good it is; None where there is none."""
    if points is None or np.isnan(points.lon[row]):
        return None
    return float(points.lon[row]), float(points.lat[row]), points.accuracy(row)


def _given(points: Points | None, part: slice | Ints) -> Bools | None:
    """Return in which rows a place is given; None where it is in none."""
    if points is None:
        return None
    found = ~np.isnan(points.lon[part])
    others = points.others()
    return found if others is None else found | others[part]


def _vague(points: Points | None, part: slice | Ints) -> Any:
    """Return in which rows a place is anything but one point."""
    if points is None or points.plain:
        return False
    # less than a millimetre is exact, as in a scenario
    found = points.accuracy_km[part] >= 1e-6 if points.accuracy_km is not None else False
    others = points.others()
    return found if others is None else found | others[part]
