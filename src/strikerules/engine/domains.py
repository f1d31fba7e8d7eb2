"""Domains cut into classes: values of a missing fact that no test of the program tells apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from strikerules.engine.program import Atom
from strikerules.language.countries import COUNTRIES
from strikerules.language.values import Value, written
from strikerules.language.vocabulary import Attribute

__all__ = ["Class", "Span", "classes_of", "holds"]

OTHER_TEXT = "\0other"


class Span(Struct, frozen=True):
    """An interval of numbers."""

    low: float
    high: float
    low_closed: bool = True
    high_closed: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number is in it."""
        if self.low == self.high:
            return not (self.low_closed and self.high_closed)
        return self.low > self.high

    def meet(self, other: Span) -> Span:
        """Return the numbers in both."""
        low, low_closed = max((self.low, not self.low_closed), (other.low, not other.low_closed))
        high, high_closed = min((self.high, self.high_closed), (other.high, other.high_closed))
        return Span(low, high, not low_closed, high_closed)


class Class(Struct, frozen=True):
    """Values of one attribute on which every test agrees.

    Parameters
    ----------
    label : str
        For people, such as ``more than 100 km``.
    truth : dict
        From an atom's index to its value.
    member : object
        One value of the class; for a place, a geometry.
    span : Span, optional
        Where the attribute is a number.
    members : tuple
        All values of the class; of an open domain those that a test names, and one other.
    rest : bool
        Whether the class also has the values of an open domain that no test names.
    days : tuple of (date, date)
        Where the attribute is a date: the first and the last day of each stretch.
    """

    label: str
    truth: dict[int, bool]
    member: Any = None
    span: Span | None = None
    spans: tuple[Span, ...] = ()
    members: tuple[Any, ...] = ()
    rest: bool = False
    days: tuple[tuple[date, date], ...] = ()


def holds(atom: Atom, known: Value) -> bool:
    """Tell whether a test on values holds for a known value."""
    value: Any = known
    operand: Any = atom.operand
    if atom.operator == "eq":
        return bool(value == operand) and isinstance(value, bool) == isinstance(operand, bool)
    if atom.operator == "in":
        return value in operand
    return bool(value < operand if atom.operator == "lt" else value <= operand)


def classes_of(
    attribute: Attribute,
    atoms: Sequence[tuple[int, Atom]],
    *,
    keep_apart: bool = False,
    within: Span | None = None,
) -> list[Class]:
    """Return the classes of an attribute's domain.

    Parameters
    ----------
    attribute : Attribute
    atoms : sequence of (int, Atom)
        The tests of the attribute, with their indexes.
    keep_apart : bool
        Keep intervals of numbers apart that are not neighbours, although no test tells them
        apart.
    within : Span, optional
        The numbers that are possible at all.

    Returns
    -------
    list of Class
        At least one; they cover the domain.
    """
    if attribute.kind == "number":
        return _numbers(attribute, atoms, keep_apart, within)
    if attribute.kind == "date":
        return _dates(atoms)
    named = _operands(a for _, a in atoms)
    members: list[Value]
    if attribute.kind == "boolean":
        members = [True, False]
    elif attribute.kind == "values":
        members = list(attribute.values)
    else:
        members = sorted(str(n) for n in named)
        if attribute.kind == "country":
            members += [min(COUNTRIES - set(map(str, members)))]
        else:
            members.append(OTHER_TEXT)
    groups: dict[tuple[bool, ...], list[Value]] = {}
    for member in members:
        groups.setdefault(tuple(holds(a, member) for _, a in atoms), []).append(member)
    open_ended = attribute.kind in ("country", "text")
    return [
        Class(
            _label(group, named, open_ended, len(groups)),
            {i: t for (i, _), t in zip(atoms, truth, strict=True)},
            group[0],
            members=tuple(group),
            rest=open_ended and not set(group) <= named,
        )
        for truth, group in groups.items()
    ]


def _label(group: list[Value], named: set[Value], open_ended: bool, count: int) -> str:
    rest = open_ended and not set(group) <= named
    if count == 1:
        return "anything"
    if rest or (len(group) > 3 and not any(m in named for m in group)):
        shown = sorted(written(n) for n in named if n not in group)
        return "anything but " + " or ".join(shown)
    return " or ".join(written(m) for m in group)


def _operands(atoms: Iterable[Atom]) -> set[Value]:
    found: set[Value] = set()
    for atom in atoms:
        if isinstance(atom.operand, frozenset):
            found |= atom.operand
        elif atom.operand is not None:
            found.add(atom.operand)
    return found


def _numbers(
    attribute: Attribute,
    atoms: Sequence[tuple[int, Atom]],
    keep_apart: bool,
    within: Span | None,
) -> list[Class]:
    cuts = sorted({float(x) for x in _operands(a for _, a in atoms)})  # type: ignore[arg-type]
    whole = within or Span(0.0 if attribute.origin == "base" else -math.inf, math.inf, True, False)
    spans: list[Span] = []
    before = -math.inf
    for cut in cuts:
        spans += [Span(before, cut, False, False), Span(cut, cut)]
        before = cut
    spans.append(Span(before, math.inf, False, False))
    spans = [s for s in (s.meet(whole) for s in spans) if not s.empty]
    merged: list[tuple[tuple[bool, ...], list[Span]]] = []
    for span in spans:
        truth = tuple(holds(a, _inside(span)) for _, a in atoms)
        same = next((m for m in (merged[-1:] if keep_apart else merged) if m[0] == truth), None)
        if same is None:
            merged.append((truth, [span]))
        elif _touch(same[1][-1], span):
            last = same[1][-1]
            same[1][-1] = Span(last.low, span.high, last.low_closed, span.high_closed)
        elif keep_apart:
            merged.append((truth, [span]))
        else:
            same[1].append(span)
    unit = f" {attribute.unit}" if attribute.unit else ""
    return [
        Class(
            " or ".join(_span_label(s, whole, unit) for s in parts),
            {i: t for (i, _), t in zip(atoms, truth, strict=True)},
            _inside(parts[0]),
            Span(parts[0].low, parts[-1].high, parts[0].low_closed, parts[-1].high_closed),
            tuple(parts),
        )
        for truth, parts in merged
    ]


def _touch(a: Span, b: Span) -> bool:
    return a.high == b.low and (a.high_closed or b.low_closed)


def _inside(span: Span) -> float:
    """Return a number of the interval."""
    if span.low == span.high:
        return span.low
    if math.isinf(span.low):
        return 0.0 if math.isinf(span.high) else span.high - 1
    if math.isinf(span.high):
        return span.low + 1 if not span.low_closed else span.low
    middle = span.low + (span.high - span.low) / 2
    if span.low < middle < span.high:
        return middle
    return span.low if span.low_closed else span.high


def _span_label(span: Span, whole: Span, unit: str) -> str:
    if span.low == span.high:
        return f"exactly {written(span.low)}{unit}"
    low = (
        ""
        if span.low <= whole.low
        else f"{'at least' if span.low_closed else 'more than'} {written(span.low)}{unit}"
    )
    high = (
        ""
        if span.high >= whole.high
        else f"{'at most' if span.high_closed else 'less than'} {written(span.high)}{unit}"
    )
    return " and ".join(p for p in (low, high) if p) or "anything"


def _dates(atoms: Sequence[tuple[int, Atom]]) -> list[Class]:
    day = timedelta(days=1)
    cuts = sorted(d for d in _operands(a for _, a in atoms) if isinstance(d, date))
    spans: list[tuple[date, date]] = []
    first = date.min
    for cut in cuts:
        if first < cut:
            spans.append((first, cut - day))
        spans.append((cut, cut))
        first = cut + day if cut < date.max else date.max
    if not spans or spans[-1][1] < date.max:
        spans.append((first, date.max))
    groups: dict[tuple[bool, ...], list[tuple[date, date]]] = {}
    for span in spans:
        truth = tuple(holds(a, span[0]) for _, a in atoms)
        parts = groups.setdefault(truth, [])
        if parts and parts[-1][1] < span[0] and parts[-1][1] + day == span[0]:
            parts[-1] = (parts[-1][0], span[1])
        else:
            parts.append(span)
    return [
        Class(
            " or ".join(_date_label(*s) for s in parts),
            {i: t for (i, _), t in zip(atoms, truth, strict=True)},
            parts[0][1] if parts[0][0] == date.min else parts[0][0],
            days=tuple(parts),
        )
        for truth, parts in groups.items()
    ]


def _date_label(first: date, last: date) -> str:
    if first == date.min and last == date.max:
        return "any day"
    if first == date.min:
        return f"{last} or before"
    if last == date.max:
        return f"{first} or later"
    return str(first) if first == last else f"{first} to {last}"
