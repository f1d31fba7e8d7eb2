"""What policies and timelines state of themselves: as text for people, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strikerules.cli.policy_text import condition_data
from strikerules.language.policy import Accept, Property

__all__ = ["accept_data", "property_data", "property_words"]


def property_words(stated: Property) -> str:
    """Return what a property states, without its condition.

    Examples
    --------
    >>> property_words(Property("p", "implies", ("permitted",), policy="broader-targets"))
    'whatever is permitted here is so by broader-targets'
    """
    decided = " or ".join(d.replace("_", " ") for d in stated.decisions)
    match stated.kind:
        case "never":
            return f"never {decided}"
        case "always":
            return f"always {decided}"
        case "implies":
            return f"whatever is {decided} here is so by {stated.policy}"
        case "same_as":
            return f"decided as by {stated.policy}"
        case "settled":
            return "no open question matters"
        case _:
            return f"whatever the {', '.join(stated.attributes)}"


def property_data(stated: Iterable[Property]) -> list[dict[str, Any]]:
    """Return properties as plain data."""
    return [
        {
            "id": one.id,
            "kind": one.kind,
            "decisions": list(one.decisions),
            "when": None if one.when is None else condition_data(one.when),
            "policy": one.policy,
            "of": list(one.attributes),
            "text": one.text,
            "cites": list(one.cites),
        }
        for one in stated
    ]


def accept_data(accepts: Iterable[Accept]) -> list[dict[str, Any]]:
    """Return accepted findings as plain data."""
    return [
        {"finding": a.code, "about": list(a.about), "because": a.because, "from": a.origin}
        for a in accepts
    ]
