"""Edges of zones and thresholds: the lines at which a test turns, and cases close to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from strikerules.engine.case import DEPTH, DISTANCE, RANGE, TARGET, Case, as_km
from strikerules.engine.domains import Class, Span
from strikerules.engine.program import ATOM, Atom, Part, Program
from strikerules.geography.places import ANYWHERE
from strikerules.geography.zones import Zone
from strikerules.language.conditions import Distance, Parameter, Test
from strikerules.language.policy import Ruling, Timeline
from strikerules.language.values import written
from strikerules.problems import Position
from strikerules.testing.coverage.sites import sites_of

if TYPE_CHECKING:
    from strikerules.testing.coverage.instrument import Look
    from strikerules.testing.coverage.items import Item

__all__ = ["has_close", "lines_of", "margin_of", "parameters_in", "reach_km"]


def reach_km(zone: Zone) -> float:
    """Return how near to its edge a place has to be to count as close, in km.

    It is twice as far as the edge is uncertain, and at least 5 km: nearer than the edge is
    uncertain a case is open, so there has to be room for cases that are settled.
    """
    return max(5.0, 2 * zone.edge_km)


def margin_of(operand: Any) -> Any:
    """Return how far beyond a threshold a value may be to count as just beyond it.

    A day for dates; for numbers one in a hundred, and at least one unit.
    """
    return timedelta(days=1) if isinstance(operand, date) else max(1.0, abs(float(operand)) / 100)


def parameters_in(test: Test) -> set[str]:
    """Return the parameters that a test names."""
    operand = test.operand
    if isinstance(operand, Distance):
        operand = operand.km
    among = operand if isinstance(operand, tuple) else (operand,)
    return {o.name for o in among if isinstance(o, Parameter)}


def lines_of(ruling: Ruling, program: Program) -> Iterator[tuple[Item, int, bool, Any]]:
    """Yield the items of edges and thresholds.

    Yields
    ------
    tuple
        The item, the number of the test in the program, the value that it has in a case that
        covers the item, and the probe.
    """
    seen: set[tuple[int, str]] = set()
    for atom, at, where in _asked(ruling, program):
        one = program.atoms[atom]
        for item, value, probe in _items(program, atom, one, at, where):
            if (atom, item.id) not in seen:
                seen.add((atom, item.id))
                yield item, atom, value, probe


def _asked(ruling: Ruling, program: Program) -> Iterator[tuple[int, Position | None, str]]:
    """Yield the tests that the text asks, by number, with their places."""
    if isinstance(ruling, Timeline):
        for part, entry in zip(program.parts, ruling.entries, strict=True):
            for atom in sorted(_atoms_below(program, part)):
                yield atom, entry.at, ""
        return
    for site in sites_of(ruling):
        for choice, atom in program.tests.get((ruling.name, id(site.condition)), ()):
            read = ", ".join(f"{q}={r}" for q, r in choice.items())
            yield atom, site.condition.at, f" ({read})" if read else ""


def _atoms_below(program: Program, part: Part) -> set[int]:
    found: set[int] = set()
    stack = [part.entry]
    while stack:
        op = program.ops[stack.pop()]
        if op[0] == ATOM:
            found.add(op[1])
        elif isinstance(op[1], tuple):
            stack.extend(c[1] if isinstance(c, tuple) else c for c in op[1])
        elif not isinstance(op[1], bool):
            stack.append(op[1])
    return found


def _items(
    program: Program, number: int, atom: Atom, at: Position | None, where: str
) -> Iterator[tuple[Item, bool, Any]]:
    from strikerules.testing.coverage.items import Item

    if atom.zone is not None:
        km = atom.operand if atom.operator == "within_distance" else None
        line = f"the edge of `{atom.zone.id}`" if not km else (
            f"the line {as_km(km):g} km from `{atom.zone.id}`"
        )  # fmt: skip
        same = [a for a in program.atoms if a.zone is not None and a.zone.id == atom.zone.id]
        label = where if len({id(a.zone) for a in same}) > 1 else ""
        key = f"edge/{atom.attribute}/{atom.zone.id}/{km or 0}{label}"
        for value, side in ((True, "inside"), (False, "outside")):
            what = "a target" if atom.attribute == TARGET else "a launch point"
            text = f"{what} close to {line}{label}, {side}"
            yield Item(f"{key}:{side}", "edge", text, at), value, Close(number, value)
        return
    if atom.operator in ("lt", "le") and isinstance(atom.operand, date | float | int):
        words = f"`{atom.attribute}` {{}} {written(atom.operand)}"
        key = f"threshold/{atom.attribute}/{atom.operator}/{written(atom.operand)}"
        below = atom.operator == "lt"
        yield Item(f"{key}:at", "threshold", words.format("exactly"), at), not below, \
            Threshold(number, True)  # fmt: skip
        beside = words.format("just below" if below else "just above")
        yield Item(f"{key}:beside", "threshold", beside, at), below, Threshold(number, False)


def has_close(one: Class, operator: str, operand: Any, at: bool) -> bool:
    """Tell whether a class of values has one at a threshold, or one just beyond it."""
    beyond = margin_of(operand)
    near, far = sorted((operand, operand - beyond if operator == "lt" else operand + beyond))
    if isinstance(operand, date):
        day = operand if at else (near if operator == "lt" else far)
        return any(first <= day <= last for first, last in one.days)
    exactly = Span(operand, operand)
    beside = Span(near, far, operator == "lt", operator != "lt")
    return any(not span.meet(exactly if at else beside).empty for span in one.spans)


class Close(Struct, frozen=True):
    """A point is close to a line, on one side of it, and that side matters."""

    atom: int
    inside: bool

    def __call__(self, look: Look) -> bool:
        case, atom = look.case, look.program.atoms[self.atom]
        if case.atom_values[self.atom] is not self.inside or atom.zone is None:
            return False
        place = case.places[atom.attribute]
        if place is ANYWHERE or place.kind != "point":
            return False
        zone = atom.zone
        if atom.operator == "within_distance" and atom.operand:
            away = abs(zone.distance_km(place.lon, place.lat) - as_km(atom.operand))
        else:
            away = zone.to_edge_km(place.lon, place.lat)
        return away <= reach_km(zone) and look.notices(look.flipped(self.atom))


class Threshold(Struct, frozen=True):
    """A value is at a threshold, or just on its other side, and that side matters."""

    atom: int
    at: bool

    def __call__(self, look: Look) -> bool:
        atom = look.program.atoms[self.atom]
        value = _value(look.case, atom.attribute)
        if value is None or look.case.atom_values[self.atom] is None:
            return False
        operand: Any = atom.operand
        if self.at:
            close = value == operand
        elif atom.operator == "lt":
            close = operand - margin_of(operand) <= value < operand
        else:
            close = operand < value <= operand + margin_of(operand)
        return close and look.notices(look.flipped(self.atom))


def _value(case: Case, path: str) -> Any:
    """Return what is known of a fact; of a distance, a range or a depth as far as it is exact."""
    if path in case.values:
        return case.values[path]
    for name, span in ((DISTANCE, case.distance), (RANGE, case.range)):
        if path == name:
            return span.low if span.low == span.high else None
    place = case.places[TARGET]
    if path == DEPTH and place is not ANYWHERE and place.exact:
        return place.distance_to(case.ukraine)
    return None
