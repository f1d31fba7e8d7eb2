"""The conditions that a difference is told in, evaluated in one world by plain recursion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import shapely

from .worlds import LEFT_OUT


def holds(
    condition: Any, facts: Mapping[str, Any], zones: Mapping[str, Any],
    readings: Mapping[str, str] | None = None,
) -> bool:  # fmt: skip
    """Tell whether a condition holds in one world.

    Parameters
    ----------
    condition : plain data
    facts : mapping
        Places as pairs of longitude and latitude; a fact that the condition names is there.
    zones : mapping
        The outline of each zone, as a shapely geometry.
    readings : mapping, optional
        How each question is read.
    """
    if isinstance(condition, bool):
        return condition
    if not condition:
        raise ValueError("a condition that says nothing")
    found = []
    for key, value in condition.items():
        if key == "all":
            found.append(all(holds(part, facts, zones, readings) for part in value))
        elif key == "any":
            found.append(any(holds(part, facts, zones, readings) for part in value))
        elif key == "not":
            found.append(not holds(value, facts, zones, readings))
        elif key == "left_out":
            found.append(facts[value] == LEFT_OUT)
        elif key == "reading":
            assert readings is not None
            found.append(all(readings[question] in many for question, many in value.items()))
        else:
            tests = value if isinstance(value, dict) else {"eq": value}
            if not tests:
                raise ValueError(f"a test of {key} that says nothing")
            found.append(all(_test(facts[key], op, v, zones) for op, v in tests.items()))
    return all(found)


def _test(fact: Any, operator: str, operand: Any, zones: Mapping[str, Any]) -> bool:
    if operator in ("within", "disjoint"):
        return covers(zones[operand], fact) == (operator == "within")
    if isinstance(fact, date):
        many = [date.fromisoformat(v) for v in (operand if operator == "in" else [operand])]
        fact, operand = fact.toordinal(), [v.toordinal() for v in many]
        operand = operand if operator == "in" else operand[0]
    return bool(
        fact in operand if operator == "in"
        else fact != operand if operator == "ne"
        else fact == operand if operator == "eq"
        else fact < operand if operator in ("lt", "before")
        else fact <= operand if operator in ("le", "until")
        else fact > operand if operator == "gt"
        else fact >= operand if operator in ("ge", "from")
        else _unknown(operator)
    )  # fmt: skip


def _unknown(operator: str) -> bool:
    raise ValueError(operator)


def covers(geometry: Any, point: tuple[float, float]) -> bool:
    """Tell whether a point is in a geometry or on its edge."""
    return bool(shapely.intersects_xy(geometry, *point))
