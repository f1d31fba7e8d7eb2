"""A table's rows on their way to answers: words first, then figures, then places.

Most rows are decided by what is quickly looked up; only those that are left go on.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.batch.arrays import looked_up_in
from strikerules.batch.coded import codes_of, numbers_of, pointed
from strikerules.batch.columns import Bools, Floats, Words
from strikerules.batch.joint import Joint, joined
from strikerules.batch.points import Points, accuracies
from strikerules.batch.rows import Rows
from strikerules.batch.tabled import Flags, Tabled
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.engine.program import Program
from strikerules.engine.quick import Answer, Signatures
from strikerules.engine.quick.facts import NumberCoder
from strikerules.engine.quick.places import PlaceCoder
from strikerules.engine.quick.signatures import ALONE, FACES, MEASURE
from strikerules.geography.atlas import Atlas
from strikerules.geography.geodesy import distances_km
from strikerules.problems import InvalidInput, Problem

__all__ = ["Left", "Table"]

Ints = NDArray[Any]

Left = tuple[Ints, Ints, Ints]
"""Rows that are left, what their words come to, and what is known of them by that."""


class Table:
    """The rows of one table on their way through.

    Parameters
    ----------
    rows : Rows
        In which names are known to be such.
    program : Program
    atlas : Atlas
    signatures : Signatures
    tabled : Tabled
    """

    def __init__(
        self, rows: Rows, program: Program, atlas: Atlas, signatures: Signatures, tabled: Tabled
    ) -> None:
        self.rows, self.signatures, self.tabled = rows, signatures, tabled
        self.answers = tabled.answers
        facts = rows.facts
        self.distance, self.range = numbers_of(facts.get(DISTANCE)), numbers_of(facts.get(RANGE))
        self.depth = numbers_of(facts.get(DEPTH))
        self.target, self.launch = (
            None if points is None else pointed(points, program.ruling, atlas)
            for points in (rows.places.get(TARGET), rows.places.get(LAUNCH))
        )
        self.problems: dict[int, tuple[Problem, ...]] = {}
        self._words, self._numbers = self._columns()
        #: Whether one look-up is all that `by_words` does.
        self.at_once = len(self._words) == 1 and self._words[0].few
        #: Whether no place, distance, range or depth can limit another in any row.
        self._free = (
            self.launch is None
            and self.depth is None
            and self.signatures.launch.idle
            and (self.target is None or self.target.others is None)
        )
        self._good: dict[str, Floats] = {}
        self._alone: dict[Any, Answer | tuple[Problem, ...]] = {}

    def _columns(self) -> tuple[list[Joint], list[tuple[NumberCoder, Floats, int]]]:
        """Return the columns that tests look at: words with their part of a key, and numbers."""
        given = [(c, self.rows.facts.get(c.path)) for c in self.signatures.facts]
        coded = [
            codes_of(coder, column) if isinstance(column, Words) else None
            for coder, column in given
        ]
        self.tabled.prepare()
        words, numbers = [], []
        for (coder, column), codes, step in zip(
            given, coded, self.tabled.fact_steps, strict=True
        ):  # fmt: skip
            if isinstance(column, Words):
                assert codes is not None
                words.append((codes * step, column.codes))
            elif column is not None:
                assert isinstance(coder, NumberCoder)
                numbers.append((coder, column.values, step))
        return joined(words), numbers

    def by_words(self, part: slice | Ints, numbers: Ints) -> Left:
        """Decide rows in which words alone are enough; return the others.

        Parameters
        ----------
        part : slice or ndarray of int
            Rows.
        numbers : ndarray of int
            Takes the answers.
        """
        if not self._words:
            at = np.arange(part.start, part.stop) if isinstance(part, slice) else part
            keys = np.zeros(len(at), dtype=np.intp)
            return at, keys, self.tabled.without_places(keys + self.tabled.blank)
        words, *others = self._words
        some = words.numbers(part)
        if self.at_once:
            heads = self.tabled.without_places(words.table + self.tabled.blank)
            found = looked_up_in(heads, some, known=True)
        else:
            keys = looked_up_in(words.table, some, known=True)
            for more in others:
                keys = keys + looked_up_in(more.table, more.numbers(part), known=True)
            found = self.tabled.without_places(keys + self.tabled.blank)
        numbers[part] = found
        rest = np.flatnonzero(found < 0)
        at = rest + part.start if isinstance(part, slice) else part.take(rest)
        keys = words.table.take(some.take(rest)) if self.at_once else keys.take(rest)
        return at, keys, found.take(rest)

    def decide(self, at: Ints, keys: Ints, heads: Ints) -> Ints:
        """Return the answers' numbers of some rows.

        Parameters
        ----------
        at, keys, heads : ndarray of int
            The rows, what their words come to, and what is known of them by that.
        """
        if not self._free or self._numbers or not self.tabled.places_first:
            return self._by_figures(at, keys, None)
        target = self._classes(self.signatures.target, self.target, at)
        if target is None:
            return self._by_figures(at, keys, None)
        found = self.tabled.early(heads, target)
        rest = np.flatnonzero(found < 0)
        if len(rest):
            found[rest] = self._by_figures(at.take(rest), keys.take(rest), target.take(rest))
        return found

    def _by_figures(self, at: Ints, keys: Ints, target: Ints | None) -> Ints:
        """Return the answers' numbers of some rows; the targets' classes where they are known."""
        for coder, values, step in self._numbers:
            keys = keys + coder.codes(values.take(at)) * np.intp(step)
        distance = None if self.distance is None else self.distance.take(at)
        reach = None if self.range is None else self.range.take(at)
        flags = (None, None, None) if self._free else self._flags(at, distance, reach)
        found = self.tabled.without_places(self.tabled.with_reach(keys, flags, distance, reach))
        rest = np.flatnonzero(found < 0)
        if not len(rest):
            return found
        if len(rest) == len(at):
            # where figures settle nothing by themselves, the next rows' places are looked at first
            self.tabled.places_first = True
            rows, heads = at, found
        else:
            rows, heads = at.take(rest), found.take(rest)
            target = None if target is None else target.take(rest)
        if target is None:
            target = self._classes(self.signatures.target, self.target, rows)
        launch = self._classes(self.signatures.launch, self.launch, rows)
        more = self._placed(heads, target, launch, rows)
        if len(rest) == len(at):
            found = more
        else:
            found[rest] = more
        far = np.flatnonzero(more == MEASURE)
        if len(far):
            still = rest[far]
            found[still] = self._measured(
                keys[still],
                None if reach is None else reach[still],
                None if target is None else target[far],
                None if launch is None else launch[far],
                at[still],
            )
        return found

    def _flags(self, at: Ints, distance: Floats | None, reach: Floats | None) -> Flags:
        """Return which rows are tied, measurable and aimed (see `Signatures`)."""
        sees_target, sees_launch = _given(self.target, at), _given(self.launch, at)
        tied = self._tied(at, sees_target, sees_launch, distance, reach)
        measured = aimed = None
        if sees_launch is not None and not self.signatures.reach.idle:
            aimed = sees_launch if sees_target is None else sees_launch & ~sees_target
            if sees_target is not None:
                measured = sees_target & sees_launch
                if tied is not None:
                    measured &= ~tied
                if distance is not None:
                    measured &= np.isnan(distance)
        return tied, measured, aimed

    def _placed(self, heads: Ints, target: Ints | None, launch: Ints | None, at: Ints) -> Ints:
        """Return the answers of rows whose places matter; `MEASURE` where a distance does too."""
        rows = self.rows
        found = self.tabled.with_places(
            heads, target, launch, lambda index: rows.scenario(int(at[index]))
        )
        if int(found.min()) >= MEASURE:
            return found
        near = np.flatnonzero(found == FACES)
        if len(near):
            target = self._joined(self.signatures.target, self.target, target, near, at)
            launch = self._joined(self.signatures.launch, self.launch, launch, near, at)
            found[near] = self.tabled.with_places(
                heads[near],
                None if target is None else target[near],
                None if launch is None else launch[near],
                lambda index: rows.scenario(int(at[near[index]])),
            )  # fmt: skip
        near = near[found[near] == FACES]
        self._prepare(self.signatures.target, self.target, target, near, at)
        self._prepare(self.signatures.launch, self.launch, launch, near, at)
        for index in near.tolist():
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
        part: Ints,
        target: Bools | None,
        launch: Bools | None,
        distance: Floats | None,
        reach: Floats | None,
    ) -> Bools | None:
        """Return in which rows places, distance, range and depth limit one another."""
        depth = None if self.depth is None or target is None else ~np.isnan(self.depth[part])
        others = self.target is not None and self.target.others is not None
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
            no_points = None if points is None else points.others
            if no_points is not None:
                # of what is no point nothing is looked up
                found |= no_points[part]
        return found if found.any() else None

    def _classes(self, coder: PlaceCoder, points: Points | None, at: Ints) -> Ints | None:
        """Return the classes of some rows' places, 0 where none is given."""
        if points is None or coder.idle or not self.signatures.fit:
            return None
        lon, lat = points.lon.take(at), points.lat.take(at)
        if points.complete:
            return coder.many(lon, lat)
        given = ~np.isnan(lon)
        if points.plain:
            found = np.zeros(len(at), dtype=np.int32)
            found[given] = coder.many(lon[given], lat[given])
            return found
        found = np.zeros(len(at), dtype=np.int32)
        if given.any():
            found[given] = coder.many(lon[given], lat[given], self._accuracies(points)[at][given])
        return found

    def _joined(
        self, coder: PlaceCoder, points: Points | None, classes: Ints | None, some: Ints, at: Ints
    ) -> Ints | None:
        """Return classes, those of some rows with what is known of several lines together."""
        if points is None or classes is None:
            return classes
        found = classes.copy()
        given, columns = self._given_points(points, some, at)
        found[given] = coder.joined(classes[given], *columns)
        return found

    def _prepare(
        self, coder: PlaceCoder, points: Points | None, classes: Ints | None, some: Ints, at: Ints
    ) -> None:
        """Find out together what will be asked of some rows' places."""
        if points is None or classes is None or not len(some):
            return
        given, columns = self._given_points(points, some, at)
        coder.prepare(classes[given], *columns)

    def _given_points(
        self, points: Points, some: Ints, at: Ints
    ) -> tuple[Ints, tuple[Floats, Floats, Floats | None]]:
        """Return those of some rows in which a point is given, and the points' columns."""
        given = some[~np.isnan(points.lon[at[some]])]
        rows = at[given]
        good = None if points.plain else self._accuracies(points)[rows]
        return given, (points.lon[rows], points.lat[rows], good)

    def _measured(
        self,
        keys: Ints,
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
        full = self.tabled.with_reach(keys, (None, None, None), km, reach)
        found = self.tabled.without_places(full)
        some = np.flatnonzero(found < 0)
        if len(some):
            found[some] = self._placed(
                found[some],
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


def _given(points: Points | None, part: Ints) -> Bools | None:
    """Return in which rows a place is given; None where it is in none."""
    if points is None:
        return None
    found = ~np.isnan(points.lon.take(part))
    others = points.others
    return found if others is None else found | others[part]


def _vague(points: Points | None, part: Ints) -> Any:
    """Return in which rows a place is anything but one point."""
    if points is None or points.plain:
        return False
    # less than a millimetre is exact, as in a scenario
    found = points.accuracy_km[part] >= 1e-6 if points.accuracy_km is not None else False
    others = points.others
    return found if others is None else found | others[part]
