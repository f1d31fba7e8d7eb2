"""Conditions and tests in words: what is asked, and what the scenario has to say to it."""

from __future__ import annotations

from strikerules.engine.case import DEPTH, DISTANCE, RANGE, Case
from strikerules.engine.domains import Span
from strikerules.engine.program import Atom
from strikerules.geography.places import ANYWHERE, Place, Side
from strikerules.language.conditions import Distance, Parameter, Test
from strikerules.language.policy import Figure
from strikerules.language.values import written
from strikerules.language.vocabulary import Vocabulary

__all__ = ["asked", "depth_words", "evidence", "km_words", "point_words", "value_words"]

_SIGNS = {"eq": "is", "ne": "is not", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "is one of"}


def asked(test: Test, figures: dict[str, Figure], vocabulary: Vocabulary) -> str:
    """Return a test in words, parameters with their values: ``weapon.max_range_km > 100 km``."""

    def value(operand: object) -> str:
        if isinstance(operand, Parameter):
            figure = figures[operand.name]
            return f"{written(figure.value)}{_unit(figure.unit)}"
        unit = vocabulary[test.attribute].unit
        return f"{written(operand)}{_unit(unit)}"

    operand = test.operand
    if isinstance(operand, Distance):
        km = figures[operand.km.name].value if isinstance(operand.km, Parameter) else operand.km
        return f"{test.attribute} within {written(km)} km of {operand.of}"
    if test.operator in ("within", "intersects", "disjoint"):
        words = {"within": "within", "intersects": "intersects", "disjoint": "outside"}
        return f"{test.attribute} {words[test.operator]} {operand}"
    if test.operator == "in":
        members = operand if isinstance(operand, tuple) else (operand,)
        return f"{test.attribute} is one of " + ", ".join(map(value, members))
    return f"{test.attribute} {_SIGNS[test.operator]} {value(operand)}"


def _unit(unit: str | None) -> str:
    return f" {unit}" if unit else ""


def evidence(case: Case, atom: Atom) -> str:
    """Return what the scenario has to say to a test: a value, a distance, that it is not known."""
    path = atom.attribute
    if atom.zone is not None:
        return _place_words(case.places[path], case.side(atom), atom)
    if path in case.values:
        unit = case.program.vocabulary[path].unit
        source = f", from the catalogue ({case.filled[path]})" if path in case.filled else ""
        return value_words(case.values[path], unit) + source
    if path in case.scenario.withheld:
        return "it is not known"
    if path == DISTANCE:
        return _span_words(case.distance, "the strike covers", "the distance is not known")
    if path == RANGE:
        return _span_words(case.range, "it is", "it is not given")
    if path == DEPTH:
        return _depth_words(case, atom)
    return "it is not given"


def value_words(value: object, unit: str | None) -> str:
    """Return what a scenario gives for a fact, in words."""
    return f"it is {written(value)}{_unit(unit)}"


def _span_words(span: Span, verb: str, unknown: str) -> str:
    if span.low == span.high:
        return f"{verb} {km_words(span.low)}"
    if span.high > 20_000:
        return unknown if span.low <= 0 else f"{verb} at least {km_words(span.low)}"
    if span.low <= 0:
        return f"{verb} at most {km_words(span.high)}"
    return f"{verb} {km_words(span.low)} to {km_words(span.high)}"


def _depth_words(case: Case, atom: Atom) -> str:
    place = case.places["target.location"]
    if place is ANYWHERE:
        return "the target's place is not given"
    if place.kind != "point":
        return f"the target is somewhere in {place.label}"
    return depth_words(place.distance_to(case.ukraine), place.accuracy_km + case.ukraine.edge_km)


def depth_words(away: float, reach: float) -> str:
    """Return how deep a point is, in words.

    Parameters
    ----------
    away : float
        Kilometres from Ukraine, 0 in it.
    reach : float
        How exact that is.
    """
    give = f", good to {km_words(reach)}" if reach else ""
    return f"it is {km_words(away)}{give}" if away else f"the target is in Ukraine{give}"


def _place_words(place: Place, side: Side, atom: Atom) -> str:
    if place is ANYWHERE:
        return "its place is not given"
    if place.kind == "point":
        return point_words(side, atom)
    where = {True: "all of it is", False: "no part of it is", None: "only part of it is"}
    return f"it is somewhere in {place.label}; {where[side.sure]}"


def point_words(side: Side, atom: Atom) -> str:
    """Return on which side of a line a point is, and how far from it, in words."""
    assert atom.zone is not None
    if atom.operator == "within_distance":
        away = "inside" if side.km == 0 else f"{km_words(side.km or 0.0)} away"
        give = f", good to {km_words(side.reach_km)}" if side.reach_km else ""
        return f"it is {away}{give}"
    if side.km is None:
        return "it is far outside"
    if side.sure is None:
        return (
            f"it is {km_words(side.km)} from the edge, and place and edge are good to"
            f" {km_words(side.reach_km)}"
        )
    if side.km == 0:
        return "it is on the edge"
    return f"it is {km_words(side.km)} {'inside' if side.sure else 'outside'} the edge"


def km_words(km: float) -> str:
    """Return a distance for people: metres below one kilometre, then one decimal, then none.

    Examples
    --------
    >>> km_words(0.0412), km_words(15.04), km_words(612.7)
    ('41 m', '15 km', '613 km')
    """
    if km < 1:
        return f"{km * 1000:.0f} m"
    text = f"{km:.1f}" if km < 100 else f"{km:.0f}"
    return f"{text.removesuffix('.0')} km"
