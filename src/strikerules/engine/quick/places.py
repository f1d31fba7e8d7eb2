"""Points in classes that no test of a place, and nothing uncertain about it, tells apart."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from strikerules.engine.case import Case, as_km, over_span
from strikerules.engine.domains import Span
from strikerules.engine.program import Atom
from strikerules.geography.cells import Line
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.sides import (
    WIDE,
    Combinations,
    Faces,
    ManySides,
    Sides,
    SideTree,
    sides_of,
)
from strikerules.geography.zones import Zone

__all__ = ["EITHER", "Around", "PlaceCoder"]

_EXACT = (0.0, 0.0)
EITHER = frozenset([(True,), (False,)])
#: So many accuracies have maps of their own; how far others that share one may be apart.
_OWN, _ALIKE = 24, 1.25

Truths = tuple[bool | None, ...]
Accuracies = tuple[float, float]
"""The best and the worst of accuracies in km."""

Around = tuple[tuple[int, ...], frozenset[tuple[bool, ...]]]
"""Lines, and combinations of their sides."""


class PlaceCoder:
    """The classes of one location's points; class 0 is that none is given.

    Parameters
    ----------
    tests : sequence of (int, Atom)
        The program's tests of the location.
    depth : sequence of (int, Atom)
        Its tests of the target's depth, which the location settles where no depth is given.
    ukraine : Zone
        Where depth is measured from.

    Attributes
    ----------
    sides : list of Sides or None
        For each class, on which sides of the lines its points lie.
    joint : dict
        For classes of points near several lines of which it is known which combinations of sides
        they can have: the lines, and these.
    """

    def __init__(
        self,
        tests: Sequence[tuple[int, Atom]],
        depth: Sequence[tuple[int, Atom]],
        ukraine: Zone,
    ) -> None:
        self._tests, self._depth, self._ukraine = tuple(tests), tuple(depth), ukraine
        self.atoms = tuple(index for index, _ in (*tests, *depth))
        self.lines: list[Line] = []
        self._slots: dict[tuple[Any, float | None], int] = {}
        #: From a test of the location to the line that it asks about, and the tests of depth.
        self.line_of = {index: self._slot(_line_of(atom)) for index, atom in tests}
        self.depths = frozenset(index for index, _ in depth)
        self._atoms_on: dict[int, list[int]] = {}
        for index, line in self.line_of.items():
            self._atoms_on.setdefault(line, []).append(index)
        for _, atom in depth:
            for km in _depths(atom):
                self._slot(Line(ukraine, km or None))
        self.sides: list[Sides | None] = [None]
        self.joint: dict[int, Around] = {}
        self._joined: dict[tuple[int, Around], int] = {}
        self._wide: dict[tuple[int, Accuracies], int] = {}
        self._numbers: dict[Sides, int] = {}
        self._trees: dict[Accuracies, SideTree | ManySides] = {}
        self._of_tree: dict[Accuracies, NDArray[np.int32]] = {}
        self._lists: dict[Accuracies, list[int]] = {}
        self._one: dict[float, tuple[Callable[..., int], list[int], Accuracies]] = {}
        self._faces: dict[Accuracies, Faces] = {}
        self._truths: dict[int, Truths] = {0: self._nowhere()}

    @property
    def idle(self) -> bool:
        """Whether no test asks about the location."""
        return not self.atoms

    @property
    def fit(self) -> bool:
        """Whether sides of lines say all that there is to know for the tests."""
        exact = bool(self._depth) and self._ukraine.edge_km == 0
        return not exact and all((line.km or 0.0) >= 0 for line in self.lines)

    def one(self, lon: float, lat: float, accuracy_km: float = 0.0) -> int:
        """Return the class of a point."""
        one = self._one.get(accuracy_km)
        if one is None:
            span = self._span(accuracy_km)
            tree = self._tree(span)
            one = (tree.one, self._lists.setdefault(span, []), span)
            if span[0] == span[1]:
                self._one[accuracy_km] = one
        found = one[0](lon, lat, accuracy_km)
        known = one[1]
        if found >= len(known):
            known += [self.number(s) for s in self._trees[one[2]].classes[len(known) :]]
        return known[found]

    def exact(self) -> tuple[Callable[..., int], list[int], Callable[[int], int]]:
        """Return what finds an exact point's number, its class by that, and what adds more."""
        tree, known = self._tree(_EXACT), self._lists.setdefault(_EXACT, [])

        def more(number: int) -> int:
            known.extend([self.number(sides) for sides in tree.classes[len(known) :]])
            return known[number]

        return tree.one, known, more

    def many(
        self,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_km: NDArray[np.float64] | None = None,
    ) -> NDArray[np.int32]:
        """Return the classes of points; without accuracies they are exact."""
        if accuracy_km is None:
            return self._in(_EXACT, lon, lat, None)
        found = np.zeros(len(lon), dtype=np.int32)
        distinct, which = np.unique(accuracy_km, return_inverse=True)
        spans: dict[Accuracies, list[int]] = {}
        for number, accuracy in enumerate(distinct.tolist()):
            spans.setdefault(self._span(accuracy, len(distinct)), []).append(number)
        for span, numbers in spans.items():
            some = np.isin(which, numbers) if len(spans) > 1 else slice(None)
            found[some] = self._in(span, lon[some], lat[some], accuracy_km[some])
        return found

    def _in(
        self,
        span: Accuracies,
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_km: NDArray[np.float64] | None,
    ) -> NDArray[np.int32]:
        tree = self._tree(span)
        found = tree.lookup(lon, lat, accuracy_km)
        return self._known(span, tree).take(found)

    def _span(self, accuracy_km: float, among: int = 1) -> Accuracies:
        """Return the accuracies that a point's is put together with.

        A few have each a map of cells of their own; of many, those that are alike share one.
        """
        exact = (accuracy_km, accuracy_km)
        if exact in self._trees or accuracy_km == 0 or len(self._trees) + among <= _OWN:
            return exact
        step = math.floor(math.log(accuracy_km, _ALIKE))
        return _ALIKE**step * 0.999, _ALIKE ** (step + 1) * 1.001

    def around(
        self, number: int, lon: float, lat: float, accuracy_km: float = 0.0
    ) -> Iterator[tuple[bool, Around, Around] | None]:
        """Yield ever closer bounds on the combinations of sides that a point can have.

        Parameters
        ----------
        number : int
            The point's class.
        lon, lat, accuracy_km : float
            The point.

        Yields
        ------
        tuple, or None
            Whether that holds for all points of its class in a cell of the coarsest size; what is
            there for sure, and what can be, each as the lines with combinations of their sides.
            None where the point is near one line at most.
        """
        sides = self.sides[number]
        if sides is None or len(sides.open) < 2:
            while True:
                yield None
        groups, faces = self._groups(sides), self._faces_of(self._span(accuracy_km))
        order = tuple(i for group in groups for i in group)
        for bounds in zip(*(_of_group(faces, lon, lat, g) for g in groups), strict=False):
            coarsest, *sides_of_all = zip(*bounds, strict=True)
            sure, possible = (
                (order, frozenset(sum(parts, ()) for parts in itertools.product(*side)))
                for side in sides_of_all
            )
            yield all(coarsest), sure, possible

    def prepare(
        self,
        numbers: NDArray[np.int32],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_km: NDArray[np.float64] | None = None,
    ) -> None:
        """Find out together what `around` will be asked of points; parameters as of `joined`."""
        if accuracy_km is None:
            accuracy_km = np.zeros(len(lon))
        points: dict[Accuracies, list[tuple[float, float, tuple[int, ...]]]] = {}
        columns = (numbers, lon, lat, accuracy_km)
        for number, x, y, accuracy in zip(*(c.tolist() for c in columns), strict=True):
            sides = self.sides[number]
            for lines in self._groups(sides) if sides is not None else ():
                if len(lines) > 1:
                    points.setdefault(self._span(accuracy), []).append((x, y, tuple(lines)))
        for span, some in points.items():
            self._faces_of(span).prepare(some)

    def _groups(self, sides: Sides) -> list[list[int]]:
        """Return the lines that a point is near, those together that see it equally well.

        Lines that see a point with different uncertainty are taken to be independent.
        """
        groups: dict[float, list[int]] = {}
        for index in sides.open:
            groups.setdefault(self.lines[index].zone.edge_km, []).append(index)
        return list(groups.values())

    def _faces_of(self, span: Accuracies) -> Faces:
        if span not in self._faces:
            self._faces[span] = Faces(self.lines, span)
        return self._faces[span]

    def joined(
        self,
        numbers: NDArray[np.int32],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        accuracy_km: NDArray[np.float64] | None = None,
    ) -> NDArray[np.int32]:
        """Return classes of points near several lines that say which combinations they can have.

        Parameters
        ----------
        numbers : ndarray of int
            The points' classes; they come back where wide cells do not tell.
        lon, lat, accuracy_km : ndarray
            As in `many`.
        """
        u, v = ((lon + 180.0) * WIDE).astype(np.int64), ((lat + 90.0) * WIDE).astype(np.int64)
        cells = (numbers.astype(np.int64) * (360 * WIDE + 1) + u) * (180 * WIDE + 1) + v
        found = numbers.copy()
        if accuracy_km is None:
            accuracy_km = np.zeros(len(lon))
        for accuracy in np.unique(accuracy_km).tolist():
            span, some = self._span(accuracy), np.flatnonzero(accuracy_km == accuracy)
            distinct, first, back = np.unique(cells[some], return_index=True, return_inverse=True)
            new = [
                self._join(cell, span, *(int(a[some[at]]) for a in (numbers, u, v)))
                for cell, at in zip(distinct.tolist(), first.tolist(), strict=True)
            ]
            found[some] = np.array(new, dtype=np.int32)[back]
        return found

    def _join(self, cell: int, span: Accuracies, number: int, u: int, v: int) -> int:
        key = (cell, span)
        found = self._wide.get(key)
        if found is None:
            around = self._same(number, span, u, v)
            found = number if around is None else self._joined.get((number, around), -1)
            if found < 0:
                assert around is not None
                found = self._joined[(number, around)] = len(self.sides)
                self.sides.append(self.sides[number])
                self.joint[found] = around
            self._wide[key] = found
        return found

    def _same(self, number: int, span: Accuracies, u: int, v: int) -> Around | None:
        """Return combinations of sides that hold in all of a wide cell, or None."""
        sides = self.sides[number]
        if sides is None or len(sides.open) < 2 or number in self.joint:
            return None
        groups, faces = self._groups(sides), self._faces_of(span)
        found = []
        for lines in groups:
            both = EITHER if len(lines) == 1 else faces.same(u, v, tuple(lines))
            if both is None:
                return None
            found.append(both)
        order = tuple(i for group in groups for i in group)
        return order, frozenset(sum(parts, ()) for parts in itertools.product(*found))

    def on_lines(self, around: Around) -> tuple[list[Line], frozenset[tuple[bool, ...]]]:
        """Return combinations with the lines themselves."""
        return [self.lines[i] for i in around[0]], around[1]

    def _tree(self, span: Accuracies) -> SideTree | ManySides:
        if span not in self._trees:
            self._of_tree[span] = np.empty(0, dtype=np.int32)
            self._trees[span] = sides_of(self.lines, span)
        return self._trees[span]

    def _known(self, span: Accuracies, tree: SideTree | ManySides) -> NDArray[np.int32]:
        known = self._of_tree[span]
        if len(known) < len(tree.classes):
            more = [self.number(sides) for sides in tree.classes[len(known) :]]
            known = np.concatenate([known, np.array(more, dtype=np.int32)])
            self._of_tree[span] = known
        return known

    def number(self, sides: Sides) -> int:
        """Return the class of points on these sides."""
        found = self._numbers.get(sides)
        if found is None:
            found = self._numbers[sides] = len(self.sides)
            self.sides.append(sides)
        return found

    def atoms_on(self, line: int) -> list[int]:
        """Return the tests that ask whether a point is within a line."""
        return self._atoms_on.get(line, [])

    def truth(self, number: int, atom: int) -> bool | None:
        """Return what one test comes to in a class."""
        line, sides = self.line_of.get(atom), self.sides[number]
        if line is not None and sides is not None:
            return sides.side(line)
        return self.truths(number)[self.atoms.index(atom)] if line is None else None

    def truths(self, number: int) -> Truths:
        """Return what each test comes to in a class, in the order of `atoms`."""
        found = self._truths.get(number)
        if found is None:
            sides = self.sides[number]
            assert sides is not None
            found = self._truths[number] = self._on(sides)
        return found

    def _on(self, sides: Sides) -> Truths:
        def side(zone: Zone, km: float | None) -> bool | None:
            return sides.side(self._slots[(zone, km or None)])

        found = [side(line.zone, line.km) for line in (_line_of(a) for _, a in self._tests)]
        found += [Case.depth_truth(a, lambda km: side(self._ukraine, km)) for _, a in self._depth]
        return tuple(found)

    def _nowhere(self) -> Truths:
        anything = Span(0.0, FARTHEST_KM)
        depths = (over_span(atom, anything) for _, atom in self._depth)
        return (*(None for _ in self._tests), *depths)

    def _slot(self, line: Line) -> int:
        return self._slots.setdefault((line.zone, line.km), self._new(line))

    def _new(self, line: Line) -> int:
        if (line.zone, line.km) not in self._slots:
            self.lines.append(line)
        return len(self.lines) - 1


def _of_group(
    faces: Faces, lon: float, lat: float, lines: list[int]
) -> Iterator[tuple[bool, Combinations, Combinations]]:
    if len(lines) > 1:
        yield from faces.around(lon, lat, tuple(lines))
        return
    while True:
        yield True, EITHER, EITHER


def _line_of(atom: Atom) -> Line:
    assert atom.zone is not None
    return Line(
        atom.zone, (as_km(atom.operand) if atom.operator == "within_distance" else 0) or None
    )


def _depths(atom: Atom) -> list[float]:
    """Return the depths of lines that a test of depth asks about."""
    operand: Any = atom.operand
    if atom.operator in ("eq", "in"):
        numbers = operand if isinstance(operand, frozenset) else (operand,)
        return [0.0] if 0 in numbers else []
    km = float(operand)
    return [] if km < 0 or (km == 0 and atom.operator == "lt") else [km]
