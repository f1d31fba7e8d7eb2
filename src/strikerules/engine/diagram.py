"""Decision diagrams: what is possible, split along what is open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

if TYPE_CHECKING:
    from strikerules.engine.domains import Class

__all__ = ["Diagram", "Dimension", "Leaf", "Masks", "Node", "dimensions_in", "leaves", "unsettled"]

Masks = tuple[int, ...]
"""For each thing that is possible the combinations of readings under which it is."""


class Dimension(Struct, frozen=True):
    """Something open: a fact or a place, and the classes of what it can be."""

    name: str
    kind: Literal["fact", "place"]
    classes: tuple[Class, ...]


class Leaf(Struct, frozen=True):
    """Worlds on which everything asked is the same: masks of the combinations of readings."""

    masks: Masks
    cut: bool = False


class Node(Struct, frozen=True):
    """A dimension that matters, and what follows for each of its classes (None: impossible)."""

    dimension: int
    children: tuple[Leaf | Node | None, ...]


Diagram = Leaf | Node


def unsettled(masks: Masks) -> int:
    """Return the combinations of readings under which more than one outcome is possible."""
    seen = twice = 0
    for mask in masks:
        twice |= seen & mask
        seen |= mask
    return twice


def leaves(diagram: Diagram) -> Iterator[Leaf]:
    """Yield the leaves of a diagram, each once."""
    seen: set[int] = set()
    stack: list[Diagram | None] = [diagram]
    while stack:
        one = stack.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Leaf):
            yield one
        else:
            stack.extend(reversed(one.children))


def dimensions_in(diagram: Diagram) -> set[int]:
    """Return the indexes of the dimensions that a diagram splits along."""
    found: set[int] = set()
    seen: set[int] = set()
    stack: list[Diagram | None] = [diagram]
    while stack:
        one = stack.pop()
        if isinstance(one, Node) and id(one) not in seen:
            seen.add(id(one))
            found.add(one.dimension)
            stack.extend(one.children)
    return found
