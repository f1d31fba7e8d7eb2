"""What a picture says beside the map: the verdict, and what it leans on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from strikerules.engine.decision import Decision
from strikerules.geography.zones import zone_register
from strikerules.language.policy import Timeline, fixed_in
from strikerules.pictures.scene import Drawable
from strikerules.sources.cited import Claims
from strikerules.views.words import OUTCOME_WORDS, outcome_words

__all__ = ["below_title", "credits_of", "foot", "headline", "source_words", "sources_of"]

_INVENTED = "The case is invented; no real military site is shown."


def headline(decision: Decision) -> str:
    """Return a verdict as a title."""
    if decision.settled:
        return f"{OUTCOME_WORDS[decision.possible[0]].capitalize()} by {decision.policy}"
    return f"Open under {decision.policy}: {outcome_words(decision.possible)}"


def below_title(decision: Decision, columns: int) -> str:
    """Return what stands under a verdict: what the case is, and what it hangs on."""
    name, what = decision.scenario, decision.title
    lines = [what if what else name]
    on = decision.depends_on
    things = list(dict.fromkeys((*on.facts, *on.places, *on.questions)))
    if things:
        lines.append(f"hangs on {', '.join(things)}")
    return "\n".join(textwrap.fill(line, columns, break_on_hyphens=False) for line in lines)


def foot(
    policy: Drawable,
    policies: Iterable[str],
    assumptions: Iterable[str],
    *,
    day: Any = None,
    by: str | None = None,
) -> Iterator[str]:
    """Yield what a picture's footer says of the policy and what it leans on.

    Parameters
    ----------
    policy : Policy
    policies : iterable of str
        The names of those that decide in the picture.
    assumptions : iterable of str
        What is assumed, of all that is shown.
    day : date, optional
        The scenario's date.
    by : str, optional
        A question of which each reading has a map of its own.
    """
    ruling = policy.ruling
    names = list(dict.fromkeys(policies))
    said = f"Policy: {', '.join(names)}"
    if isinstance(ruling, Timeline) and names != [ruling.name]:
        said += f" (of the timeline {ruling.name}{f', on {day}' if day else ''})"
    chosen = [f"{q} = {r}" for q, r in fixed_in(ruling).items()]
    chosen += [f"{by}, a map for each reading"] if by else []
    said += f" · Readings: {', '.join(chosen) if chosen else 'none is chosen'}."
    yield said
    sources = list(sources_of(policy))
    if sources:
        yield f"Source: {'; '.join(sources)}."
    assumed = [_figure(policy, name) for name in dict.fromkeys(assumptions)]
    yield (
        f"Assumed, published by nobody: {', '.join(assumed)}."
        if assumed
        else ("Nothing that is shown leans on what is assumed.")
    )
    yield (
        "Colours: what would be decided of the same case, its target there; zones as they are"
        f" drawn, their edges good to {_edges(policy)} km. {_INVENTED}"
    )
    yield credits_of()


def sources_of(policy: Drawable) -> Iterator[str]:
    """Yield the sources of a policy in words."""
    ruling = policy.ruling
    parts: Sequence[Any] = (ruling, *(ruling.policies if isinstance(ruling, Timeline) else ()))
    for name in dict.fromkeys(s for part in parts for s in part.sources):
        yield source_words(policy._claims, name)


def source_words(claims: Claims, name: str) -> str:
    """Return a source in words, as far as it is registered."""
    head = claims.head(name)
    if head is None:
        return name
    day = date.fromisoformat(str(head["date"]))
    return f"{head['outlet']}, “{head['title']}”, {day.day} {day:%B %Y}"


def credits_of() -> str:
    """Return whose the map's data are."""
    return (
        "Map: Natural Earth (public domain), GeoNames (CC BY 4.0); Lambert equal-area projection."
    )


def _figure(policy: Drawable, name: str) -> str:
    ruling = policy.ruling
    for part in (ruling, *(ruling.policies if isinstance(ruling, Timeline) else ())):
        figure = part.parameters.get(name)
        if figure is not None:
            value = figure.value
            number = f"{value:g}" if isinstance(value, float) else str(value)
            unit = f" {figure.unit}" if figure.unit else ""
            return f"{name} = {number}{unit}"
    return name


def _edges(policy: Drawable) -> str:
    zones = {a.zone.edge_km for a in policy.program.atoms if a.zone is not None}
    zones = zones or {zone_register().get("ukraine").edge_km}
    low, high = min(zones), max(zones)
    return f"{high:g}" if low == high else f"{low:g} to {high:g}"
