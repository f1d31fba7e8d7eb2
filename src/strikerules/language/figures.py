"""Parameters: figures, dates and words that conditions refer to by name."""

from __future__ import annotations

import re
from typing import Any

from strikerules.documents import Document, Path
from strikerules.language.compose import Located
from strikerules.language.policy import Figure
from strikerules.language.values import Value, read_date, read_value
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Problem, cant_be

__all__ = ["attribute_of", "read_figure_value", "read_figures", "same_kind"]

_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z")


def attribute_of(figure: Figure) -> Attribute:
    value = figure.value
    if isinstance(value, bool):
        return Attribute(figure.name, "boolean", "")
    if isinstance(value, float | int):
        return Attribute(figure.name, "number", "", unit=figure.unit)
    return Attribute(figure.name, "text" if isinstance(value, str) else "date", "")


def read_figure_value(name: str, raw: Any, doc: Document, path: Path) -> Value | Problem:
    """Return a parameter's value: a number, a date, true or false, or a word."""
    at = doc.position(path)
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return read_value(Attribute(name, "number", "", origin="declared"), raw, at)
    if isinstance(raw, str) and _DATE.match(raw):
        return read_date(raw, at)
    if isinstance(raw, str) and raw:
        return raw
    return Problem(
        "SR113", cant_be(raw, name), at, expected="a number, a date, `true` or `false`, or a word",
    )  # fmt: skip


def read_figures(parts: dict[str, Located], problems: list[Problem]) -> dict[str, Figure]:
    """Read parameters; problems are added to the list."""
    figures: dict[str, Figure] = {}
    for name, part in parts.items():
        raw = part.raw
        value = read_figure_value(name, raw["value"], part.doc, (*part.path, "value"))
        if isinstance(value, Problem):
            problems.append(value)
            value = 0.0
        figures[name] = Figure(
            name, value, raw.get("unit"), raw.get("status"), tuple(raw.get("cites") or ()),
            raw.get("title"), raw.get("note"), part.origin,
            part.doc.position(part.path, key=True),
        )  # fmt: skip
    return figures


def same_kind(a: Value, b: Value) -> bool:
    """Tell whether two parameter values are both numbers, both dates, both words, …"""
    if isinstance(a, bool) or isinstance(b, bool):
        return isinstance(a, bool) and isinstance(b, bool)
    if isinstance(a, int | float) or isinstance(b, int | float):
        return isinstance(a, int | float) and isinstance(b, int | float)
    return isinstance(a, str) == isinstance(b, str)
