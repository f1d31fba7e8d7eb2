"""How robust a decision is, in words; the views of a decision only set them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from strikerules.engine.margin import Crossed, FactMargin, Margin, Nearest, PlaceMargin, Turn
from strikerules.engine.words import km_words
from strikerules.language.values import written
from strikerules.views.paint import wrapped
from strikerules.views.words import outcome_words

__all__ = ["margin_lines", "margin_text"]

_WINDS = (
    "north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west",
)  # fmt: skip


def margin_text(margin: Margin, *, width: int = 80) -> str:
    """Return the margins as text, a sentence or two for each fact and place."""
    lines = [line for long in margin_lines(margin) for line in wrapped(long, width, "", "  ")]
    return "\n".join(lines) + "\n"


def margin_lines(margin: Margin) -> Iterator[str]:
    """Yield a line for each fact that makes a difference, each place, and all other facts.

    Examples
    --------
    >>> import strikerules as sr
    >>> policy = sr.load({"policy": "p", "rules": [{"id": "near", "effect": "permit",
    ...     "when": {"weapon.max_range_km": {"le": 100}}}]})
    >>> print(*margin_lines(policy.margins({"weapon.max_range_km": 80})))
    weapon.max_range_km (80 km) may rise by 20 km (to 100 km); above that: not governed
    """
    if not margin.places and not margin.facts:
        yield "nothing that is known of it makes a difference"
    for place in margin.places:
        yield from _place(place)
    for fact in margin.facts:
        yield from _fact(fact)
    idle = [f.name for f in margin.facts if f.idle]
    if idle:
        yield f"no other value of one of these makes a difference: {', '.join(idle)}"


def _fact(fact: FactMargin) -> Iterator[str]:
    value = "" if fact.value is None else f" ({fact.value}{_unit(fact.unit)})"
    if fact.source == "record":
        value = " (by the zone's record)"
    turns = [
        _turn(turn, fact.unit, way)
        for turn, way in ((fact.falls, _DOWN), (fact.rises, _UP))
        if turn is not None
    ]
    if turns:
        yield f"{fact.name}{value} {'; it '.join(turns)}"
    if fact.changes:
        by_outcome: dict[str, list[str]] = {}
        for change in fact.changes:
            by_outcome.setdefault(outcome_words(change.possible), []).append(change.value)
        shown = "; ".join(f"with {', '.join(v)}: {words}" for words, v in by_outcome.items())
        yield f"{fact.name}{value} {shown}"


def _unit(unit: str | None) -> str:
    return f" {unit}" if unit else ""


_UP = ("rise", "above that", "later", "after that", "from {} on")
_DOWN = ("fall", "below that", "earlier", "before that", "from {} down")


def _turn(turn: Turn, unit: str | None, way: tuple[str, str, str, str, str]) -> str:
    verb, beyond, when, then, since = way
    outcome = outcome_words(turn.possible)
    if isinstance(turn.to, datetime.date):
        if turn.by == 0:
            return f"may not be {when}; {then}: {outcome}"
        days = "1 day" if turn.by == 1 else f"{turn.by:.0f} days"
        return f"may be {days} {when} ({turn.to}); {then}: {outcome}"
    by, to = (f"{written(round(x, 3))}{_unit(unit)}" for x in (turn.by, turn.to))
    if not turn.included:
        return f"may {verb} by less than {by}; {since.format(to)}: {outcome}"
    if turn.by == 0:
        return f"may not {verb}; {beyond}: {outcome}"
    return f"may {verb} by {by} (to {to}); {beyond}: {outcome}"


def _place(place: PlaceMargin) -> Iterator[str]:
    name, first, other = place.name, place.first, place.other
    if first is None:
        if place.searched_km is None:
            yield f"{name}: no other position makes a difference"
        else:
            yield f"{name} may be {km_words(place.searched_km)} off or more, in any direction"
        return
    if not place.exact and first.km == 0:
        yield (
            f"{name}: farther off it may be {outcome_words(first.possible)}; from what distance on"
            " is not known"
        )
        return
    if not place.exact:
        yield (
            f"{name} may be {km_words(first.km)} off at least; farther off it may be"
            f" {outcome_words(first.possible)}"
        )
        return
    if first.km == 0:
        yield f"{name} lies on the edge of where the decision is another one: {_there(first)}"
    else:
        yield f"{name} may be {km_words(first.km)} off; beyond that, {_there(first)}"
    if other is None:
        if place.searched_km is not None:
            yield f"{name}: nowhere within {km_words(place.searched_km)} is the outcome ruled out"
    elif other.km != first.km or other.possible != first.possible:
        yield f"{name}: {km_words(other.km)} off, with edges as they are drawn, {_there(other)}"


def _there(there: Nearest) -> str:
    words = f"it is {outcome_words(there.possible)}"
    if there.azimuth is not None and there.km > 0:
        wind = _WINDS[round(there.azimuth / 45) % 8]
        words = f"to the {wind} ({there.azimuth:.0f}°), {words}"
    if there.crossed:
        words += f": {_lines(there.crossed)}"
    return words


def _lines(crossed: tuple[Crossed, ...]) -> str:
    edges = [c for c in crossed if c.km is None]
    others = [c for c in crossed if c.km is not None]
    words = []
    if edges:
        names = [c.of for c in edges]
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        words.append(f"the edge of {listed}{_good(max(c.edge_km for c in edges))}")
    words += [f"{written(round(c.km or 0.0, 3))} km from {c.of}{_good(c.edge_km)}" for c in others]
    return ", ".join(words)


def _good(edge_km: float) -> str:
    return f", good to {km_words(edge_km)}" if edge_km else ""
