"""The axes of all worlds: each fact's classes, the cells of places, and what ties them together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import shapely
from msgspec import Struct
from msgspec.structs import replace

from strikerules.analysis.edges import edge_cells
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case
from strikerules.engine.dimensions import depth_band, depth_line
from strikerules.engine.domains import Class, Span, classes_of
from strikerules.engine.program import Atom
from strikerules.geography.cells import Cell, Line, cells_of
from strikerules.geography.places import ANYWHERE, Place
from strikerules.geography.zones import Zone
from strikerules.language.vocabulary import Vocabulary
from strikerules.language.weapons import catalogue

__all__ = ["Axis", "axes_of", "depths_in"]

_KNOWN: dict[tuple[tuple[Zone, float | None], ...], list[Cell]] = {}
_MOST_KNOWN = 8


class Axis(Struct, frozen=True):
    """Something that differs from world to world: a fact or a place.

    Parameters
    ----------
    name : str
        The attribute's path.
    classes : tuple of Class
        Values that no test of the programs tells apart; for a place each has its `Cell` as member.
    lines : tuple of Line
        For a place: what its cells' sides are sides of.
    left_out : int
        The class of scenarios that leave the fact to the records of the zones, as a mask.
    """

    name: str
    kind: Literal["fact", "place"]
    classes: tuple[Class, ...]
    lines: tuple[Line, ...] = ()
    left_out: int = 0


def axes_of(case: Case, vocabulary: Vocabulary, recorded: Collection[str] = ()) -> list[Axis]:
    """Return the axes along which the tests that a case leaves open can differ.

    Facts that are `recorded` have a class for the scenarios that leave them to the zones' records.

    Facts come first, those with few classes before those with many, then what is tied together:
    range, distance, depth, the launch point and the target.
    """
    by_attribute: dict[str, list[tuple[int, Atom]]] = {}
    for index, atom in enumerate(case.program.atoms):
        if case.atom_values[index] is None:
            by_attribute.setdefault(atom.attribute, []).append((index, atom))
    depths = by_attribute.get(DEPTH, [])
    measured = bool(depths) and DEPTH not in case.scenario.withheld and DEPTH not in case.values
    tied = (RANGE, DISTANCE, DEPTH, LAUNCH, TARGET)
    facts = [
        Axis(path, "fact", tuple(classes_of(vocabulary[path], atoms)))
        for path, atoms in by_attribute.items()
        if path not in tied
    ]
    facts = [_or_left_out(axis) if axis.name in recorded else axis for axis in facts]
    facts = [_of_the_catalogue(axis) if axis.name == "weapon.name" else axis for axis in facts]
    facts.sort(key=lambda axis: len(axis.classes))
    spans = {RANGE: case.range if case.limited else None, DISTANCE: case.distance, DEPTH: None}
    for path, span in spans.items():
        if path in by_attribute:
            classes = classes_of(vocabulary[path], by_attribute[path], keep_apart=True, within=span)
            facts.append(Axis(path, "fact", tuple(classes)))
    for path in (LAUNCH, TARGET):
        of_depth = depths if measured and path == TARGET else []
        atoms = [(i, a) for i, a in by_attribute.get(path, []) if a.zone is not None]
        if atoms or of_depth:
            facts.append(_place(case, path, atoms, of_depth))
    return facts


def _or_left_out(axis: Axis) -> Axis:
    """Add the class of scenarios that do not give a fact; its tests are asked of the records."""
    left = Class("left out", dict.fromkeys(axis.classes[0].truth, False))
    return replace(axis, classes=(*axis.classes, left), left_out=1 << len(axis.classes))


def _of_the_catalogue(axis: Axis) -> Axis:
    """Leave out names of weapons that there are not: no scenario can give them."""
    named = {m for one in axis.classes for m in one.members}
    rest = tuple(name for name in catalogue() if name not in named)
    kept = []
    for one in axis.classes:
        members = tuple(m for m in one.members if m in catalogue()) + (rest if one.rest else ())
        if members:
            kept.append(replace(one, members=members, member=members[0]))
    return Axis(axis.name, "fact", tuple(kept))


def _place(
    case: Case, path: str, atoms: list[tuple[int, Atom]], depths: list[tuple[int, Atom]]
) -> Axis:
    """Cut a place along every line that the tests ask about; outlines that are equal are one."""
    lines: list[Line] = []
    slot: dict[int, int] = {}
    atoms = sorted(atoms, key=lambda a: (a[1].zone.id if a[1].zone else "", str(a[1].operand)))
    for index, atom in atoms:
        line = case.line(atom)
        assert line is not None
        slot[index] = _slot(lines, line)
    for _, atom in depths:
        for km in case.lines_of_depth(atom):
            if km >= 0:
                _slot(lines, depth_line(case, km))
    for line in depth_band(case, path):
        _slot(lines, line)
    cells = _cells(case.places[path], lines)
    classes = [
        Class("", {i: cell.sides[s] for i, s in slot.items()}, cell)
        for cell in cells
    ]  # fmt: skip
    return Axis(path, "place", tuple(classes), tuple(lines))


def _cells(place: Place, lines: list[Line]) -> list[Cell]:
    """Cut a place; how the whole Earth is cut is remembered, for comparisons in a row."""
    key = tuple((line.zone, line.km) for line in lines)
    if place is ANYWHERE and key in _KNOWN:
        return _KNOWN[key]
    cells = cells_of(place, lines) if lines else [Cell((), place.region)]
    cells += edge_cells(place, lines, cells)
    if place is ANYWHERE:
        while len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)))
        _KNOWN[key] = cells
    return cells


def _slot(lines: list[Line], line: Line) -> int:
    for number, known in enumerate(lines):
        if _same(known, line):
            return number
    lines.append(line)
    return len(lines) - 1


def _same(a: Line, b: Line) -> bool:
    if a.km != b.km or a.zone.edge_km != b.zone.edge_km:
        return False
    return a.zone is b.zone or (
        a.zone.drawn
        and b.zone.drawn
        and bool(shapely.equals_exact(a.zone.geometry, b.zone.geometry, tolerance=0.0))
    )


def depths_in(case: Case, axis: Axis, cell: Cell) -> Span:
    """Return the depths that the points of a cell have, as far as its lines tell."""
    low, high = Span(0.0, float("inf"), True, False), Span(0.0, float("inf"), True, False)
    for line, inside in zip(axis.lines, cell.sides, strict=True):
        if line.zone is case.ukraine:
            km = line.km or 0.0
            if inside:
                high = high.meet(Span(0.0, km))
            else:
                low = low.meet(Span(km, float("inf"), False, False))
    return low.meet(high)
