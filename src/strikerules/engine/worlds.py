"""The worlds that a case leaves open, gone through exactly.

What is open is a list of dimensions: missing facts cut into classes, uncertain places cut into
cells. `explore` splits a question along them, one after another in a fixed order, and stops as
soon as what is left can't matter. The result is a decision diagram: a dimension is in it just when
two worlds that differ in it alone can come out differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET, Case, as_km
from strikerules.engine.diagram import Diagram, Leaf, Masks, Node, dimensions_in, unsettled
from strikerules.engine.domains import Class, Span, classes_of
from strikerules.engine.program import (
    ALL,
    ANY,
    ATOM,
    DERIVED,
    NOT,
    SELECT,
    Atom,
    Program,
)
from strikerules.geography.cells import Cell, Line, cells_of
from strikerules.geography.geodesy import FARTHEST_KM
from strikerules.geography.places import ANYWHERE

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["MOST_WORLDS", "Dimension", "Worlds", "relevant_atoms"]

MOST_WORLDS = 100_000
"""How many partial worlds are looked at before a case is left open, and said to be."""


class Dimension(Struct, frozen=True):
    """Something open: a fact or a place, and the classes of what it can be."""

    name: str
    kind: Literal["fact", "place"]
    classes: tuple[Class, ...]


Ask = Callable[[list[int], list[int]], Masks]


class Worlds:
    """The open dimensions of a case.

    Parameters
    ----------
    case : Case

    Attributes
    ----------
    dimensions : list of Dimension
        Those that no test asks about are left out.
    looked_at : int
        How many partial worlds were evaluated.
    loose : bool
        Whether some combination of place and distance is only not excluded by the bounds.
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.program: Program = case.program
        self.looked_at = 0
        self.exhausted = False
        self._relation = _Relation(case)
        self.dimensions: list[Dimension] = list(_dimensions(case, self._relation))
        self._relation.index(self.dimensions)
        self._leave_out_the_impossible()
        self.loose = any(
            cell.bound for d in self.dimensions if d.kind == "place"
            for c in d.classes for cell in (c.member or ()) if isinstance(cell, Cell)
        )  # fmt: skip

    def _leave_out_the_impossible(self) -> None:
        """Leave out parts of places that no strike can reach, and say of the rest what differs."""
        for index, dimension in enumerate(self.dimensions):
            if dimension.kind != "place":
                continue
            alone: list[Class | None] = [None] * len(self.dimensions)
            kept = []
            for one in dimension.classes:
                alone[index] = one
                if self._relation.possible(alone):
                    kept.append(one)
            kept = kept or list(dimension.classes)
            named = tuple(replace(one, label=_place_label(self.case, one, kept)) for one in kept)
            self.dimensions[index] = Dimension(dimension.name, "place", named)
        self._relation.index(self.dimensions)

    def explore(self, ask: Ask, targets: Callable[[list[int], list[int]], list[int]]) -> Diagram:
        """Return the decision diagram of what `ask` says.

        Parameters
        ----------
        ask : callable
            From the masks of truth and falsehood to masks of what is possible.
        targets : callable
            From the same to the operations that the answer still rests on.
        """
        values = list(self.case.atom_values)
        leaves: dict[tuple[Masks, bool], Leaf] = {}
        nodes: dict[tuple[int, ...], Node] = {}
        chosen: list[Class | None] = [None] * len(self.dimensions)

        def leaf(masks: Masks, cut: bool = False) -> Leaf:
            return leaves.setdefault((masks, cut), Leaf(masks, cut))

        def build(first: int) -> Diagram:
            self.looked_at += 1
            true, false = self.program.run(values, self.case.given)
            masks = ask(true, false)
            open_bits = unsettled(masks)
            if not open_bits:
                return leaf(masks)
            if self.looked_at > MOST_WORLDS:
                self.exhausted = True
                return leaf(masks, True)
            roots = targets(true, false)
            atoms = relevant_atoms(self.program, true, false, self.case.given, roots, open_bits)
            for index in range(first, len(self.dimensions)):
                if chosen[index] is None and self._matters(index, atoms):
                    return branch(index)
            return leaf(masks)

        def branch(index: int) -> Diagram:
            children: list[Diagram | None] = []
            for one in self.dimensions[index].classes:
                chosen[index] = one
                if not self._relation.possible(chosen):
                    children.append(None)
                    continue
                before = [(i, values[i]) for i in one.truth]
                for i, truth in one.truth.items():
                    values[i] = truth
                children.append(build(index + 1))
                for i, value in before:
                    values[i] = value
            chosen[index] = None
            found = {id(c): c for c in children if c is not None}
            if len(found) == 1:
                return next(iter(found.values()))
            key = (index, *map(id, children))
            return nodes.setdefault(key, Node(index, tuple(children)))

        return build(0)

    def matters(self, diagram: Diagram) -> list[int]:
        """Return the dimensions in which alone two worlds differ that come out differently.

        Where places, distance and range are tied together, a dimension can be in the diagram only
        because it rules some of another's classes out; such a one is not returned.
        """
        tied = set(self._relation.at.values())
        return [
            index
            for index in sorted(dimensions_in(diagram))
            if index not in tied or len(tied) < 2 or self._decides(diagram, index, tied)
        ]

    def _decides(self, diagram: Diagram, wanted: int, tied: set[int]) -> bool:
        seen: set[tuple[object, ...]] = set()

        def possible(chosen: dict[int, int]) -> bool:
            line: list[Class | None] = [None] * len(self.dimensions)
            for index, number in chosen.items():
                line[index] = self.dimensions[index].classes[number]
            return self._relation.possible(line)

        def with_(chosen: dict[int, int], index: int, number: int) -> dict[int, int] | None:
            if index not in tied:
                return chosen
            found = {**chosen, index: number}
            return found if possible(found) else None

        def differ(a: Diagram, b: Diagram, in_a: dict[int, int], in_b: dict[int, int]) -> bool:
            if a is b:
                return False
            if isinstance(a, Leaf) and isinstance(b, Leaf):
                return a.masks != b.masks
            key = (id(a), id(b), tuple(sorted(in_a.items())), tuple(sorted(in_b.items())))
            if key in seen:
                return False
            seen.add(key)
            index = min(n.dimension for n in (a, b) if isinstance(n, Node))
            for number in range(len(self.dimensions[index].classes)):
                next_a, next_b = with_(in_a, index, number), with_(in_b, index, number)
                child_a, child_b = child(a, index, number), child(b, index, number)
                if next_a is None or next_b is None or child_a is None or child_b is None:
                    continue
                if differ(child_a, child_b, next_a, next_b):
                    return True
            return False

        def child(one: Diagram, index: int, number: int) -> Diagram | None:
            if isinstance(one, Node) and one.dimension == index:
                return one.children[number]
            return one

        def search(one: Diagram, chosen: dict[int, int]) -> bool:
            if isinstance(one, Leaf) or one.dimension > wanted:
                return False
            key = (id(one), tuple(sorted(chosen.items())))
            if key in seen:
                return False
            seen.add(key)
            open_children = [
                (c, following)
                for number, c in enumerate(one.children)
                if c is not None and (following := with_(chosen, one.dimension, number)) is not None
            ]
            if one.dimension == wanted:
                return any(
                    differ(a, b, in_a, in_b)
                    for i, (a, in_a) in enumerate(open_children)
                    for b, in_b in open_children[:i]
                )
            return any(search(c, following) for c, following in open_children)

        return search(diagram, {})

    def _matters(self, index: int, atoms: set[int]) -> bool:
        return any(not atoms.isdisjoint(c.truth) for c in self.dimensions[index].classes)


def relevant_atoms(
    program: Program,
    true: list[int],
    false: list[int],
    given: frozenset[str],
    roots: list[int],
    interest: int,
) -> set[int]:
    """Return the unknown tests that operations rest on where these are themselves unknown.

    Parameters
    ----------
    interest : int
        The combinations of readings that are asked about.
    """
    wanted: dict[int, int] = {}
    for root in roots:
        wanted[root] = interest & ~(true[root] | false[root])
    found: set[int] = set()
    heads = [r for r in wanted if wanted[r]]
    if not heads:
        return found
    for index in range(max(heads), -1, -1):
        mask = wanted.get(index, 0)
        if not mask:
            continue
        op = program.ops[index]
        kind = op[0]
        if kind == ATOM:
            found.add(op[1])
            continue
        children: Iterable[tuple[int, int]]
        if kind in (ALL, ANY):
            children = ((mask, c) for c in op[1])
        elif kind == NOT:
            children = ((mask, op[1]),)
        elif kind == SELECT:
            children = ((mask & m, c) for m, c in op[1])
        elif kind == DERIVED:
            children = ((mask, op[2] if op[1] in given else op[3]),)
        else:
            continue
        for bits, child in children:
            open_bits = bits & ~(true[child] | false[child])
            if open_bits:
                wanted[child] = wanted.get(child, 0) | open_bits
    return found


def _dimensions(case: Case, relation: _Relation) -> Iterator[Dimension]:
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
    vocabulary = program.ruling.vocabulary
    linked = relation.wanted(by_attribute)
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
            classes = tuple(classes_of(vocabulary[path], atoms, keep_apart=linked, within=possible))
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

    for index in indexes:
        line = case.line(program.atoms[index])
        if line is not None:
            slot(line)
        else:
            for km in case.lines_of_depth(program.atoms[index]):
                if km >= 0:
                    slot(_depth_line(case, km))
    groups: dict[tuple[bool, ...], list[Cell]] = {}
    for cell in cells_of(place, lines):
        truth = tuple(_truth(case, index, cell, slot) for index in indexes)
        groups.setdefault(truth, []).append(cell)
    for truth, cells in groups.items():
        yield Class("", dict(zip(indexes, truth, strict=True)), tuple(cells))


def _depth_line(case: Case, km: float) -> Line:
    return Line(case.ukraine, None if km == 0 else km)


def _truth(case: Case, index: int, cell: Cell, slot: Callable[[Line], int]) -> bool:
    atom = case.program.atoms[index]
    line = case.line(atom)
    if line is not None:
        return cell.sides[slot(line)]
    found = case.depth_truth(atom, lambda km: cell.sides[slot(_depth_line(case, km))])
    return bool(found)


def _place_label(case: Case, one: Class, among: list[Class]) -> str:
    """Return what tells a part of a place from the other parts, in as few words as will do."""
    wanted = list(one.truth)
    others = [o for o in among if o is not one]
    for index in list(wanted):
        rest = [i for i in wanted if i != index]
        if all(any(o.truth[i] != one.truth[i] for i in rest) for o in others):
            wanted = rest
    words = [_side_label(case.program.atoms[i], one.truth[i]) for i in wanted]
    return ", ".join(dict.fromkeys(words)) or "anywhere that is possible"


def _side_label(atom: Atom, value: bool) -> str:
    if atom.zone is None:
        return _depth_label(atom, value)
    if atom.operator == "within":
        return f"{'in' if value else 'outside'} {atom.zone.id}"
    return f"{'within' if value else 'beyond'} {as_km(atom.operand):g} km of {atom.zone.id}"


def _depth_label(atom: Atom, value: bool) -> str:
    if atom.operator in ("eq", "in"):
        return "in Ukraine" if value else "outside Ukraine"
    near, far = ("at most", "more than") if atom.operator == "le" else ("less than", "at least")
    return f"{near if value else far} {as_km(atom.operand):g} km from Ukraine"


class _Relation:
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
    import shapely

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
