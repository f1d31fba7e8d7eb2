"""Words for messages: quoting a user's value, listing choices, guessing what was meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

__all__ = ["cant_be", "did_you_mean", "listed", "quoted"]

_LONGEST = 60


def quoted(value: object) -> str:
    """Return a user's value in backticks, on one line and not too long."""
    if isinstance(value, str):
        text = value
    else:
        try:
            text = json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError):
            text = str(value)
    text = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return f"`{text}`"


def cant_be(value: object, name: str) -> str:
    """Return what to say of a value that does not fit; None is a value that is missing.

    Examples
    --------
    >>> cant_be(7, "title"), cant_be(None, "title")
    ("`7` can't be `title`", '`title` has no value')
    """
    return f"`{name}` has no value" if value is None else f"{quoted(value)} can't be `{name}`"


def listed(choices: Iterable[object], conjunction: str = "or", most: int = 12) -> str:
    """Return the choices as a readable list; a long one is cut and says how many are left out."""
    items = [quoted(c) for c in choices]
    if len(items) > most:
        return ", ".join(items[:most]) + f" and {len(items) - most} more"
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + f" {conjunction} {items[-1]}"


def did_you_mean(word: object, choices: Sequence[str] | Iterable[str]) -> str | None:
    """Return ``did you mean `x`?`` for the nearest choice, or None when none is near."""
    names = list(choices)
    text = str(word)
    folded = {name.casefold(): name for name in reversed(names)}
    if text.casefold() in folded:
        return f"did you mean {quoted(folded[text.casefold()])}?"
    import difflib

    near = difflib.get_close_matches(text.casefold()[:200], folded, n=1, cutoff=0.6)
    return f"did you mean {quoted(folded[near[0]])}?" if near else None
