"""The worlds that a case leaves open, gone through exactly.

What is open is a list of dimensions: missing facts cut into classes, uncertain places cut into
cells. `explore` splits a question along them, one after another in a fixed order, and stops as
soon as what is left can't matter. The result is a decision diagram: a dimension is in it just when
two worlds that differ in it alone can come out differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from strikerules.engine.case import Case
from strikerules.engine.diagram import (
    Diagram,
    Dimension,
    Leaf,
    Masks,
    Node,
    dimensions_in,
    unsettled,
)
from strikerules.engine.dimensions import dimensions_of, place_label
from strikerules.engine.domains import Class
from strikerules.engine.program import Program
from strikerules.engine.relation import Relation
from strikerules.engine.relevance import relevant_atoms
from strikerules.geography.cells import Cell

__all__ = ["MOST_WORLDS", "Worlds"]

MOST_WORLDS = 100_000
"""How many partial worlds are looked at before a case is left open, and said to be."""


Ask = Callable[[list[int], list[int]], Masks]


class _Look(NamedTuple):
    """Worlds in which some classes are chosen, on the way through them.

    Parameters
    ----------
    first : int
        The first dimension that is still open.
    true, false : list of int
        What is sure in these worlds.
    values, chosen : list
        The tests' values and the classes chosen, changed in place along the way.
    """

    first: int
    true: list[int]
    false: list[int]
    values: list[bool | None]
    chosen: list[Class | None]


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
        self._relation = Relation(case)
        self.dimensions: list[Dimension] = list(dimensions_of(case))
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
            if not kept:
                self.case.unlink()
                kept = list(dimension.classes)
            named = tuple(replace(one, label=place_label(self.case, one, kept)) for one in kept)
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
        leaves: dict[tuple[Masks, bool], Leaf] = {}
        nodes: dict[tuple[int, ...], Node] = {}

        def build(look: _Look) -> Diagram:
            masks, index = self._looked(look, ask, targets)
            if index is None:
                cut = self.exhausted and bool(unsettled(masks))
                return leaves.setdefault((masks, cut), Leaf(masks, cut))
            children = [None if one is None else build(one) for one in self._split(look, index)]
            found = {id(c): c for c in children if c is not None}
            if len(found) == 1:
                return next(iter(found.values()))
            key = (index, *map(id, children))
            return nodes.setdefault(key, Node(index, tuple(children)))

        return build(self._start())

    def outcomes(
        self, ask: Ask, targets: Callable[[list[int], list[int]], list[int]]
    ) -> Iterator[Masks]:
        """Yield what `ask` says in one part of the worlds after another, as `explore` splits them.

        Parameters
        ----------
        ask, targets : callable
            As in `explore`.
        """

        def walk(look: _Look) -> Iterator[Masks]:
            masks, index = self._looked(look, ask, targets)
            if index is None:
                yield masks
                return
            for one in self._split(look, index):
                if one is not None:
                    yield from walk(one)

        return walk(self._start())

    def _start(self) -> _Look:
        values = list(self.case.atom_values)
        chosen: list[Class | None] = [None] * len(self.dimensions)
        return _Look(0, *self.program.run(values, self.case.given), values, chosen)

    def _looked(
        self, look: _Look, ask: Ask, targets: Callable[[list[int], list[int]], list[int]]
    ) -> tuple[Masks, int | None]:
        """Return what is possible so far, and the dimension to split along if it is open."""
        self.looked_at += 1
        masks = ask(look.true, look.false)
        open_bits = unsettled(masks)
        if not open_bits:
            return masks, None
        if self.looked_at > MOST_WORLDS:
            self.exhausted = True
            return masks, None
        roots = targets(look.true, look.false)
        atoms = relevant_atoms(
            self.program, look.true, look.false, self.case.given, roots, open_bits
        )
        asked = self._asked
        for index in range(look.first, len(asked)):
            if not atoms.isdisjoint(asked[index]):
                return masks, index
        return masks, None

    def _split(self, look: _Look, index: int) -> Iterator[_Look | None]:
        """Yield for each class of a dimension the worlds in which it holds; None if none does."""
        _, true, false, values, chosen = look
        asked, given = self._asked[index], self.case.given
        changing = self.program.after(asked)
        before = [(i, values[i]) for i in asked]
        for one in self.dimensions[index].classes:
            chosen[index] = one
            if not self._relation.possible(chosen):
                yield None
                continue
            for i, truth in one.truth.items():
                values[i] = truth
            mine, mine_not = true.copy(), false.copy()
            self.program.rerun(changing, values, given, mine, mine_not)
            yield _Look(index + 1, mine, mine_not, values, chosen)
            for i, value in before:
                values[i] = value
        chosen[index] = None

    @cached_property
    def _asked(self) -> list[frozenset[int]]:
        """For each dimension the tests that its classes decide."""
        return [frozenset(i for c in d.classes for i in c.truth) for d in self.dimensions]

    def matters(self, diagram: Diagram) -> list[int]:
        """Return the dimensions in which alone two worlds differ that come out differently.

        Where places, distance and range are tied together, a dimension can be in the diagram only
        because it rules some of another's classes out; such a one is not returned.
        """
        tied = set(self._relation.at.values())
        return [
            index
            for index in sorted(dimensions_in(diagram))
            if len(tied) < 2 or self._decides(diagram, index, tied)
        ]

    def possible_only(self, diagram: Diagram) -> Diagram:
        """Return a diagram in which every combination that is not possible has no leaf.

        `explore` leaves out a dimension that makes no difference, although some of its classes
        may be impossible together with others'.
        """
        tied = sorted(set(self._relation.at.values()))
        if len(tied) < 2:
            return diagram
        nodes: dict[tuple[int, ...], Node] = {}
        chosen: list[Class | None] = [None] * len(self.dimensions)
        anything = Leaf((), False)

        def node(index: int, children: list[Diagram | None]) -> Diagram | None:
            first = children[0]
            if all(c is first for c in children):
                return first
            return nodes.setdefault((index, *map(id, children)), Node(index, tuple(children)))

        def related(position: int) -> Diagram | None:
            if position == len(tied):
                return anything
            index, children = tied[position], []
            for one in self.dimensions[index].classes:
                chosen[index] = one
                possible = self._relation.possible(chosen)
                children.append(related(position + 1) if possible else None)
            chosen[index] = None
            return node(index, children)

        joined: dict[tuple[int, int], Diagram | None] = {}

        def join(one: Diagram | None, other: Diagram | None) -> Diagram | None:
            if one is None or other is None:
                return None
            if other is anything:
                return one
            key = (id(one), id(other))
            if key not in joined:
                index = min(n.dimension for n in (one, other) if isinstance(n, Node))
                joined[key] = node(
                    index,
                    [
                        join(_child(one, index, number), _child(other, index, number))
                        for number in range(len(self.dimensions[index].classes))
                    ],
                )
            return joined[key]

        return join(diagram, related(0)) or diagram

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
                child_a, child_b = _child(a, index, number), _child(b, index, number)
                if next_a is None or next_b is None or child_a is None or child_b is None:
                    continue
                if differ(child_a, child_b, next_a, next_b):
                    return True
            return False

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


def _child(one: Diagram, index: int, number: int) -> Diagram | None:
    if isinstance(one, Node) and one.dimension == index:
        return one.children[number]
    return one
