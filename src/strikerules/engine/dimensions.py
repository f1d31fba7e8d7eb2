"""What is open in a case: missing facts in classes, uncertain places in cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from strikerules.engine.case import AGREE_KM, DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case, as_km
from strikerules.engine.diagram import Dimension
from strikerules.engine.domains import Class, classes_of
from strikerules.engine.program import Atom
from strikerules.geography.cells import Cell, Line, cells_of
from strikerules.geography.places import Place, Side
from strikerules.geography.widen import WIDEST_KM
from strikerules.geography.zones import Zone

__all__ = ["depth_band", "depth_line", "dimensions_of", "place_label"]


def dimensions_of(case: Case) -> Iterator[Dimension]:
    program = case.program
    by_attribute: dict[str, list[int]] = {}
    place_atoms: dict[str, list[int]] = {TARGET: [], LAUNCH: []}
    for index, atom in enumerate(program.atoms):
        if case.atom_values[index] is not None:
            continue
        if atom.zone is not None:
            place_atoms[atom.attribute].append(index)
        elif (
            atom.attribute == DEPTH
            and DEPTH not in case.values
            and DEPTH not in case.scenario.withheld
        ):
            place_atoms[TARGET].append(index)
        else:
            by_attribute.setdefault(atom.attribute, []).append(index)
    vocabulary = program.vocabulary
    for path, indexes in by_attribute.items():
        if path not in (RANGE, DISTANCE):
            atoms = [(i, program.atoms[i]) for i in indexes]
            yield Dimension(path, "fact", tuple(classes_of(vocabulary[path], atoms)))
    for path in (TARGET, LAUNCH):
        if place_atoms[path]:
            classes = tuple(_place_classes(case, path, place_atoms[path]))
            yield Dimension(path, "place", classes)
    for path, span in ((RANGE, case.range), (DISTANCE, case.distance)):
        if path in by_attribute:
            atoms = [(i, program.atoms[i]) for i in by_attribute[path]]
            possible = None if path == RANGE and not case.limited else span
            classes = tuple(classes_of(vocabulary[path], atoms, keep_apart=True, within=possible))
            yield Dimension(path, "fact", classes)


def _place_classes(case: Case, path: str, indexes: list[int]) -> Iterator[Class]:
    """Cut a place along every line that its open tests ask about."""
    place, program = case.places[path], case.program
    lines: list[Line] = []
    slots: dict[tuple[object, float | None], int] = {}

    def slot(line: Line) -> int:
        key = (line.zone, line.km)
        if key not in slots:
            slots[key] = len(lines)
            lines.append(line)
        return slots[key]

    if path in case.combinations:
        known, combinations = case.combinations[path]
        for one in known:
            slot(one)
        cells = [Cell(sides, place.region) for sides in combinations]
    else:
        for index in indexes:
            line = case.line(program.atoms[index])
            if line is not None:
                slot(line)
            else:
                for km in case.lines_of_depth(program.atoms[index]):
                    if km >= 0:
                        slot(depth_line(case, km))
        cells = _cut(case, path, lines)
    groups: dict[tuple[bool, ...], list[Cell]] = {}
    for cell in cells:
        truth = tuple(_truth(case, index, cell, slot) for index in indexes)
        groups.setdefault(truth, []).append(cell)
    for truth, cells in groups.items():
        yield Class("", dict(zip(indexes, truth, strict=True)), tuple(cells))


def _cut(case: Case, path: str, lines: list[Line]) -> list[Cell]:
    """Return the parts that lines cut a place into."""
    place, band = case.places[path], depth_band(case, path)
    cells = cells_of(place, [*lines, *band])
    if place.kind == "point" and not band:
        cells += _across(place, lines, cells)
    return _at_the_depth(case, path, cells)


def _across(place: Place, lines: list[Line], cells: list[Cell]) -> list[Cell]:
    """Return what lies beyond the lines that a point is just near enough to be across.

    Its distance says that it may be on either side, and the part on the other side can be too thin
    to be cut off. All such lines are crossed together, for mostly they are one and the same.
    """
    missed = {
        index for index, line in enumerate(lines)
        if len({cell.sides[index] for cell in cells}) == 1 and _side(place, line).sure is None
    }  # fmt: skip
    if not missed:
        return []
    return [
        Cell(
            tuple(side != (index in missed) for index, side in enumerate(cell.sides)),
            cell.geometry,
            cell.bound,
        )
        for cell in cells
    ]


def _side(place: Place, line: Line) -> Side:
    if line.km is None:
        return place.within(line.zone)
    return place.within_distance(line.zone, line.km)


def depth_band(case: Case, path: str) -> list[Line]:
    """Return the lines between which a target lies whose depth is given: near, then far."""
    stated = case.values.get(DEPTH)
    if path != TARGET or not isinstance(stated, float) or stated + AGREE_KM > WIDEST_KM:
        return []
    if stated == 0:
        return [depth_line(case, 0.0)]
    near = max(0.0, stated - AGREE_KM)
    return [depth_line(case, near), Line(case.ukraine, stated + AGREE_KM)]


def _at_the_depth(case: Case, path: str, cells: list[Cell]) -> list[Cell]:
    """Leave out the parts of a place that are not as far from Ukraine as is given."""
    band = len(depth_band(case, path))
    if not band:
        return cells
    wanted = (True,) if band == 1 else (False, True)
    kept = [cell for cell in cells if cell.sides[-band:] == wanted]
    if kept:
        return kept
    case.contradict_depth()
    return cells


def depth_line(case: Case, km: float) -> Line:
    """Return the line at a depth; at none it is Ukraine's outline."""
    return Line(case.ukraine, None if km == 0 else km)


def _truth(case: Case, index: int, cell: Cell, slot: Callable[[Line], int]) -> bool:
    atom = case.program.atoms[index]
    line = case.line(atom)
    if line is not None:
        return cell.sides[slot(line)]
    found = case.depth_truth(atom, lambda km: cell.sides[slot(depth_line(case, km))])
    return bool(found)


def place_label(case: Case, one: Class, among: list[Class]) -> str:
    """Return what tells a part of a place from the other parts, in as few words as will do."""
    wanted = list(one.truth)
    others = [o for o in among if o is not one]
    for index in reversed(list(wanted)):
        rest = [i for i in wanted if i != index]
        if all(any(o.truth[i] != one.truth[i] for i in rest) for o in others):
            wanted = rest
    words = [_side_label(case, case.program.atoms[i], one.truth[i]) for i in wanted]
    return ", ".join(dict.fromkeys(words)) or "anywhere that is possible"


def _side_label(case: Case, atom: Atom, value: bool) -> str:
    if atom.zone is None:
        return _depth_label(atom, value)
    name = _zone_name(case, atom.zone)
    if atom.operator == "within":
        return f"{'in' if value else 'outside'} {name}"
    return f"{'within' if value else 'beyond'} {as_km(atom.operand):g} km of {name}"


def _zone_name(case: Case, zone: Zone) -> str:
    """Return a zone's name, with its readings where another zone has that name under others."""
    program = case.program
    namesakes = list(
        dict.fromkeys(a.zone for a in program.atoms if a.zone and a.zone.id == zone.id)
    )
    if len(namesakes) == 1:
        return zone.id
    choices = dict.fromkeys(
        ", ".join(f"{q}={r}" for q, r in choice.items())
        for tests in program.tests.values()
        for choice, index in tests
        if program.atoms[index].zone is zone
    )
    return f"{zone.id} ({' or '.join(filter(None, choices)) or namesakes.index(zone) + 1})"


def _depth_label(atom: Atom, value: bool) -> str:
    if atom.operator in ("eq", "in"):
        return "in Ukraine" if value else "outside Ukraine"
    near, far = ("at most", "more than") if atom.operator == "le" else ("less than", "at least")
    return f"{near if value else far} {as_km(atom.operand):g} km from Ukraine"
