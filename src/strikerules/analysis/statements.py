"""Boxes in words, and in the condition language: what holds of all worlds in them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import shapely
from msgspec import Struct

from strikerules.analysis.axes import Axis
from strikerules.analysis.cover import minimal_boxes
from strikerules.analysis.diagrams import Box, Diagrams
from strikerules.analysis.space import Space
from strikerules.engine.case import DEPTH
from strikerules.engine.domains import OTHER_TEXT, Class, Span
from strikerules.engine.program import Question
from strikerules.geography.cells import Line
from strikerules.geography.zones import Zone
from strikerules.language.values import written
from strikerules.language.vocabulary import Attribute

__all__ = ["Speaker", "Statement", "all_of", "joined"]


class Statement(Struct, frozen=True):
    """What is said of one attribute: in words, and as a condition in plain data.

    `either` is whether the words have an "or" that has to be kept together.
    """

    attribute: str
    text: str
    condition: Any
    either: bool = False


class Speaker:
    """Says what a box of a space is.

    Parameters
    ----------
    space : Space
    sides : sequence of str
        What each of the space's rulings is called, to tell their zones apart.
    """

    def __init__(self, space: Space, sides: Sequence[str]) -> None:
        self.space = space
        self.zone_names = _zone_names(space, sides)
        self.question_names = _question_names(space, sides)
        self._full = (*space.diagrams.full, *((1 << len(q.readings)) - 1 for q in space.questions))
        self._rank = {path: n for n, path in enumerate(space.vocabulary)}

    @property
    def zones(self) -> dict[str, Any]:
        """The outlines of the zones that are named, by their names."""
        lines = (line for axis in self.space.axes for line in axis.lines)
        return {
            self.zone_names[id(line.zone)]: line.zone.geometry
            for line in lines
            if id(line.zone) in self.zone_names
        }

    def statements(self, box: Box, within: Box | None = None) -> list[Statement]:
        """Return what holds in a box, of those worlds that are in another box."""
        found: list[Statement] = []
        frame = within or self._full[: len(box)]
        axes: list[Axis | Question] = [*self.space.axes, *self.space.questions]
        for axis, mask, care in zip(axes[: len(box)], box, frame, strict=True):
            if mask & care == care:
                continue
            if isinstance(axis, Question):
                found.append(_reading(self.question_names[id(axis)], axis, mask & care))
            elif axis.kind == "place":
                found += self._place(axis, mask & care, care)
            else:
                found.append(self._fact(axis, mask & care, care))
        found.sort(key=lambda s: self.rank(s.attribute))
        return found

    def rank(self, attribute: str) -> int:
        """Return where an attribute stands among the others; questions come last."""
        return self._rank.get(attribute, len(self._rank))

    # -- facts -------------------------------------------------------------------------------

    def _fact(self, axis: Axis, mask: int, care: int) -> Statement:
        chosen = [c for n, c in enumerate(axis.classes) if mask >> n & 1]
        others = [c for n, c in enumerate(axis.classes) if care >> n & 1 and not mask >> n & 1]
        attribute = self.space.vocabulary[axis.name]
        if axis.left_out & care:
            return _or_left_out(axis, mask)
        if attribute.kind == "number":
            return _numbers(attribute, chosen, axis.classes)
        if attribute.kind == "date":
            return _days(attribute, chosen)
        return _members(attribute, chosen, others)

    # -- places ------------------------------------------------------------------------------

    def _place(self, axis: Axis, mask: int, care: int) -> list[Statement]:
        """Say a set of cells by the sides of as few lines as tell it from the others."""
        small = Diagrams([2] * len(axis.lines), 1)
        wanted = possible = small.zero
        for number, one in enumerate(axis.classes):
            if not care >> number & 1:
                continue
            box = small.box(tuple(2 if side else 1 for side in one.member.sides))
            possible = small.either(possible, box)
            if mask >> number & 1:
                wanted = small.either(wanted, box)
        order = sorted(range(len(axis.lines)), key=lambda n: self._weight(axis.lines[n]))
        boxes = minimal_boxes(small, wanted, possible, order)
        terms = [
            [self._side(axis.name, axis.lines[n], m == 2) for n, m in enumerate(box) if m != 3]
            for box in boxes
        ]
        if len(terms) == 1:
            return terms[0]
        text = " or ".join(
            (f"({joined(term)})" if len(term) > 1 else term[0].text) for term in terms
        )
        condition = {"any": [all_of(term) for term in terms]}
        return [Statement(axis.name, text, condition, True)]

    def _weight(self, line: Line) -> tuple[int, float]:
        """What is left unsaid first: depths, then distances, then large zones."""
        depth = line.zone is self.space.case.ukraine and line.km is not None
        return (0 if depth else 1 if line.km is not None else 2, -line.zone.geometry.area)

    def _side(self, path: str, line: Line, inside: bool) -> Statement:
        name = self.zone_names.get(id(line.zone), line.zone.id)
        if line.km is None:
            if self._is_depth(path, line):
                operator = "eq" if inside else "gt"
                return Statement(DEPTH, f"{DEPTH} {'is' if inside else '>'} 0 km",
                                 {DEPTH: {operator: 0}})  # fmt: skip
            return Statement(
                path,
                f"{path} {'within' if inside else 'outside'} {name}",
                {path: {"within" if inside else "disjoint": name}},
            )
        km = written(line.km)
        if self._is_depth(path, line):
            operator, sign = ("le", "≤") if inside else ("gt", ">")
            return Statement(DEPTH, f"{DEPTH} {sign} {km} km", {DEPTH: {operator: line.km}})
        near: Any = {path: {"within_distance": {"of": name, "km": line.km}}}
        words = f"within {km} km of" if inside else f"more than {km} km from"
        return Statement(path, f"{path} {words} {name}", near if inside else {"not": near})

    def _is_depth(self, path: str, line: Line) -> bool:
        """Tell whether a line was drawn for tests of the depth and for none of the place."""
        return path == "target.location" and not any(
            a.zone is line.zone
            and (a.operator == "within") == (line.km is None)
            and (line.km is None or a.operand == line.km)
            for a in self.space.programs[0].atoms
            if a.zone is not None
        )


def all_of(parts: Iterable[Statement]) -> Any:
    """Return one condition for several statements."""
    conditions = [p.condition for p in parts]
    if not conditions:
        return True
    return conditions[0] if len(conditions) == 1 else {"all": conditions}


def joined(parts: Sequence[Statement]) -> str:
    """Return several statements as one, in words."""
    if len(parts) == 1:
        return parts[0].text
    return " and ".join(f"({p.text})" if p.either else p.text for p in parts)


def _reading(name: str, question: Question, mask: int) -> Statement:
    names = [reading for n, reading in enumerate(question.readings) if mask >> n & 1]
    text = f"{name} read as {' or '.join(names)}"
    return Statement(name, text, {"reading": {name: names}})


def _numbers(attribute: Attribute, chosen: list[Class], among: Sequence[Class]) -> Statement:
    every = [s for c in among for s in c.spans]
    lowest, highest = min(every, key=_start), max(every, key=_end)
    whole = Span(lowest.low, highest.high, lowest.low_closed, highest.high_closed)
    spans: list[Span] = []
    for span in sorted((s for c in chosen for s in c.spans), key=lambda s: (s.low, s.high)):
        last = spans[-1] if spans else None
        if last and last.high == span.low and (last.high_closed or span.low_closed):
            spans[-1] = Span(last.low, span.high, last.low_closed, span.high_closed)
        else:
            spans.append(span)
    unit = f" {attribute.unit}" if attribute.unit else ""
    gaps = [(a.high, b.low) for a, b in itertools.pairwise(spans)]
    outer = _start(spans[0]) == _start(whole) and _end(spans[-1]) == _end(whole)
    if gaps and outer and all(low == high for low, high in gaps):
        return _but(attribute.path, unit, [low for low, _ in gaps])
    parts = [_span(attribute.path, unit, span, whole) for span in spans]
    if len(parts) == 1:
        return parts[0]
    tails = [p.text.removeprefix(attribute.path + " ") for p in parts[1:]]
    text = " or ".join([parts[0].text, *tails])
    return Statement(attribute.path, text, {"any": [p.condition for p in parts]}, True)


def _but(path: str, unit: str, points: list[float]) -> Statement:
    """Say that a number is anything but a few."""
    words = ", ".join(f"{written(point)}{unit}" for point in points)
    if len(points) == 1:
        return Statement(path, f"{path} is not {words}", {path: {"ne": points[0]}})
    return Statement(path, f"{path} is none of {words}", {"not": {path: {"in": points}}})


def _start(span: Span) -> tuple[float, bool]:
    return span.low, not span.low_closed


def _end(span: Span) -> tuple[float, bool]:
    return span.high, span.high_closed


def _span(path: str, unit: str, span: Span, whole: Span) -> Statement:
    if span.low == span.high:
        return Statement(path, f"{path} is {written(span.low)}{unit}", {path: {"eq": span.low}})
    words, tests = [], {}
    if _start(span) > _start(whole) and not math.isinf(span.low):
        tests["ge" if span.low_closed else "gt"] = span.low
        words.append(f"{'≥' if span.low_closed else '>'} {written(span.low)}{unit}")
    if _end(span) < _end(whole) and not math.isinf(span.high):
        tests["le" if span.high_closed else "lt"] = span.high
        words.append(f"{'≤' if span.high_closed else '<'} {written(span.high)}{unit}")
    return Statement(path, f"{path} {' and '.join(words)}", {path: tests})


def _days(attribute: Attribute, chosen: list[Class]) -> Statement:
    path = attribute.path
    spans: list[tuple[date, date]] = []
    for first, last in sorted(s for c in chosen for s in c.days):
        if spans and spans[-1][1] + timedelta(days=1) == first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    words: list[str] = []
    conditions: list[dict[str, Any]] = []
    for first, last in spans:
        if first == last:
            words.append(f"is {first}")
            conditions.append({path: first.isoformat()})
            continue
        tests: dict[str, str] = {}
        if first > date.min:
            tests["from"] = first.isoformat()
        if last < date.max:
            tests["until"] = last.isoformat()
        words.append(" ".join(f"{k} {v}" for k, v in tests.items()))
        conditions.append({path: tests})
    text = f"{path} {' or '.join(words)}"
    if len(conditions) == 1:
        return Statement(path, text, conditions[0])
    return Statement(path, text, {"any": conditions}, True)


def _or_left_out(axis: Axis, mask: int) -> Statement:
    """Say a set of values of a fact that a scenario may leave to the records of zones."""
    path = axis.name
    given = [m for n, c in enumerate(axis.classes) if mask & ~axis.left_out & 1 << n
             for m in c.members]  # fmt: skip
    words = " or ".join(written(m) for m in given)
    conditions: list[Any] = [{path: m} for m in given]
    if not mask & axis.left_out:
        text = f"{path} is given as {words}"
        condition = conditions[0] if len(conditions) == 1 else {"any": conditions}
        return Statement(path, text, condition)
    conditions.append({"left_out": path})
    if not given:
        return Statement(path, f"{path} is left to the zone's record", conditions[0])
    text = f"{path} is {words} or left to the zone's record"
    return Statement(path, text, {"any": conditions}, True)


def _members(attribute: Attribute, chosen: list[Class], others: list[Class]) -> Statement:
    path = attribute.path
    inside = [m for c in chosen for m in c.members]
    outside = [m for c in others for m in c.members]
    rest = any(c.rest for c in chosen)
    if attribute.kind == "boolean" or (len(inside) == 1 and not rest):
        value = inside[0]
        return Statement(path, f"{path} is {written(value)}", {path: value})
    closed = attribute.kind == "values"
    if rest or (closed and len(outside) < len(inside)):
        values = [m for m in outside if m != OTHER_TEXT]
        if len(values) == 1:
            text = f"{path} is not {written(values[0])}"
            return Statement(path, text, {path: {"ne": values[0]}})
        text = f"{path} is none of {', '.join(map(written, values))}"
        return Statement(path, text, {"not": {path: {"in": values}}})
    text = f"{path} is one of {', '.join(map(written, inside))}"
    return Statement(path, text, {path: {"in": inside}})


def _zone_names(space: Space, sides: Sequence[str]) -> dict[int, str]:
    """Return a name for every zone that is drawn, no two alike."""
    zones: dict[int, Zone] = {}
    for axis in space.axes:
        zones |= {id(line.zone): line.zone for line in axis.lines}
    seen: dict[str, list[Zone]] = {}
    for zone in zones.values():
        seen.setdefault(zone.id, []).append(zone)
    names: dict[int, str] = {}
    for same in seen.values():
        if len(same) == 1:
            names[id(same[0])] = same[0].id
            continue
        taken: set[str] = set()
        for number, zone in enumerate(same, 1):
            used = _uses(space, zone, sides)
            name = f"{zone.id} ({used})" if used else f"{zone.id} ({number})"
            while name in taken:
                name = f"{zone.id} ({number}{', ' + used if used else ''})"
                number += 1
            taken.add(name)
            names[id(zone)] = name
    return names


def _question_names(space: Space, sides: Sequence[str]) -> dict[int, str]:
    """Return a name for every question; two of one id are told apart by whose they are."""
    ids = [q.id for q in space.questions]
    names: dict[int, str] = {}
    for question in space.questions:
        names[id(question)] = question.id
        if ids.count(question.id) > 1:
            owners = [
                side
                for side, own in zip(sides, space.questions_of, strict=True)
                if any(q is question for q in own.values())
            ]
            names[id(question)] = f"{question.id} of {' and '.join(owners)}"
    return names


def _uses(space: Space, zone: Zone, sides: Sequence[str]) -> str:
    """Say under which readings, and in which of the rulings, a zone is meant."""
    readings: dict[str, None] = {}
    owners: dict[str, None] = {}
    for side, program in zip(sides, space.programs, strict=True):
        for places in program.tests.values():
            for choice, atom in places:
                found = program.atoms[atom].zone
                if found is not None and _equal(found, zone):
                    owners[side] = None
                    for question, reading in choice.items():
                        readings[f"{question}={reading}"] = None
    parts = list(readings)[:3] if len(readings) <= 3 else []
    if len(owners) < len(set(sides)):
        parts += [f"of {name}" for name in owners]
    return ", ".join(parts)


def _equal(a: Zone, b: Zone) -> bool:
    return a is b or (
        a.id == b.id
        and a.drawn
        and b.drawn
        and bool(shapely.equals_exact(a.geometry, b.geometry, tolerance=0.0))
    )
