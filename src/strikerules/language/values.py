"""Values of attributes: read, checked against the vocabulary, written back for people."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

from strikerules.language.countries import COUNTRIES
from strikerules.language.vocabulary import Attribute
from strikerules.problems import Position, Problem, cant_be, did_you_mean, quoted

__all__ = ["Value", "is_figure", "read_date", "read_value", "written"]

Value = bool | float | int | str | date

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WITH_UNIT = re.compile(r"([-+]?[0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ%]+)\Z")
_COUNTRY_WORDS = {
    "UK": "GB", "UNITED KINGDOM": "GB", "BRITAIN": "GB", "GREAT BRITAIN": "GB", "EN": "GB",
    "USA": "US", "UNITED STATES": "US", "AMERICA": "US",
    "UKR": "UA", "UKRAINE": "UA", "RUS": "RU", "RUSSIA": "RU", "SU": "RU",
    "FRANCE": "FR", "GERMANY": "DE", "NORWAY": "NO", "SWEDEN": "SE", "POLAND": "PL",
    "TURKEY": "TR", "ITALY": "IT", "SPAIN": "ES", "NETHERLANDS": "NL", "CANADA": "CA",
    "DENMARK": "DK", "FINLAND": "FI", "CZECHIA": "CZ", "SOUTH KOREA": "KR",
}  # fmt: skip


def read_date(value: Any, position: Position | None) -> date | Problem:
    """Return a date from ISO text, or the problem with it (SR116)."""
    if isinstance(value, date):
        return value if type(value) is date else value.date()  # type: ignore[attr-defined]
    if not isinstance(value, str) or not _ISO.match(value):
        return Problem(
            "SR116",
            f"{quoted(value)} is not a date",
            position,
            expected="year, month and day such as `2024-05-31`",
        )
    try:
        return date.fromisoformat(value)
    except ValueError:
        return Problem("SR116", f"there is no day {quoted(value)}", position)


def read_value(attribute: Attribute, value: Any, position: Position | None) -> Value | Problem:
    """Return a checked value of an attribute, or the problem with it.

    Numbers come back as float, dates as `datetime.date`; everything else as it is. A number
    may carry the attribute's own unit (``80 km``); another unit is a problem, not converted.
    """
    kind = attribute.kind
    if kind == "date":
        return read_date(value, position)
    if kind == "number":
        return _number(attribute, value, position)
    if kind == "boolean":
        if isinstance(value, bool):
            return value
        hint = None
        if isinstance(value, str) and value.casefold() in ("yes", "no", "on", "off", "y", "n"):
            word = "true" if value.casefold() in ("yes", "on", "y") else "false"
            hint = f"YAML 1.2 reads {quoted(value)} as text; write `{word}`"
        return _wrong(attribute, value, position, hint)
    if not isinstance(value, str):
        return _wrong(attribute, value, position, None)
    if kind == "values" and value not in attribute.values:
        return Problem(
            "SR114",
            f"{quoted(value)} is not a value of `{attribute.path}`",
            position,
            expected=attribute.wanted,
            help=did_you_mean(value, attribute.values),
        )
    if kind == "country" and value not in COUNTRIES:
        meant = _COUNTRY_WORDS.get(value.upper()) or (
            value.upper() if value.upper() in COUNTRIES else None
        )
        return Problem(
            "SR114",
            f"{quoted(value)} is not a country code",
            position,
            expected=attribute.wanted,
            help=f"did you mean `{meant}`?" if meant else None,
        )
    return value


def is_figure(value: Any) -> bool:
    """Tell whether a value is a number, or a number with a unit such as ``70 km``."""
    if isinstance(value, str):
        return bool(_WITH_UNIT.match(value.strip()))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _number(attribute: Attribute, value: Any, position: Position | None) -> float | Problem:
    if isinstance(value, str) and (match := _WITH_UNIT.match(value.strip())):
        if attribute.unit and match[2] != attribute.unit:
            return Problem(
                "SR118",
                f"{quoted(value)} is not in {attribute.unit}",
                position,
                expected=f"`{attribute.path}` in {attribute.unit}",
            )
        if attribute.unit:
            value = float(match[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        hint = None
        if isinstance(value, str) and len(value) < 400:
            try:
                float(value)
                hint = "leave out the quotes"
            except ValueError:
                pass
        return _wrong(attribute, value, position, hint)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        return Problem(
            "SR115",
            f"{quoted(str(value))} is not a number that can be used",
            position,
            expected=f"`{attribute.path}` as a finite number",
        )
    if attribute.unit == "km" and attribute.origin == "base" and number < 0:
        return Problem(
            "SR115",
            f"{quoted(value)} is out of range for `{attribute.path}`",
            position,
            expected="at least 0 km",
        )
    return number


def _wrong(
    attribute: Attribute, value: Any, position: Position | None, hint: str | None
) -> Problem:
    message = cant_be(value, attribute.path)
    return Problem("SR113", message, position, attribute.wanted, hint)


def written(value: object) -> str:
    """Return a value as people write it: ``true``, ``80``, ``2024-05-31``, ``US``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e9 else f"{value:.0f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
