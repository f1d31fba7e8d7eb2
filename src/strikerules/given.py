"""What users hand over, made into what is decided: scenarios, days, mappings."""

from __future__ import annotations

import datetime
import numbers
import os
from collections.abc import Mapping
from os import PathLike
from typing import Any

from msgspec.structs import replace

from strikerules.documents.parse import MOST_DEPTH
from strikerules.language.scenario import Scenario, read_scenario, read_scenarios
from strikerules.language.values import read_date
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["on_day", "one_scenario", "plain_mapping"]


#: Types of values that stand in a file as they are.
_PLAIN = frozenset({str, float, int, bool, type(None)})


def on_day(scenario: Scenario, as_of: str | None) -> Scenario:
    """Return a scenario as if a day were its date; as it is without one.

    Raises
    ------
    InvalidInput
        The day is no date.
    """
    if as_of is None:
        return scenario
    day = read_date(as_of, None)
    if isinstance(day, Problem):
        raise InvalidInput(day)
    return replace(
        scenario,
        values={**scenario.values, "date": day},
        withheld=scenario.withheld - {"date"},
    )


def one_scenario(
    scenario: Mapping[str, Any] | Scenario | str | PathLike[str],
    vocabulary: Vocabulary,
    several: str = "`check_all` decides them all",
) -> Scenario:
    """Return a scenario that is given in one way or another.

    Parameters
    ----------
    scenario : mapping, Scenario or path
    vocabulary : Vocabulary
    several : str
        What to do about a file that holds more than one.

    Raises
    ------
    InvalidInput
        SR201 where it is none, or more than one.
    """
    if isinstance(scenario, Scenario):
        return scenario
    if isinstance(scenario, Mapping):
        return read_scenario(plain_mapping(scenario), vocabulary)
    if not isinstance(scenario, str | PathLike):
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(scenario)} is not a scenario",
                expected="a mapping, a Scenario, or the path of a file",
            )
        )
    found = read_scenarios(scenario, vocabulary)
    if len(found) > 1:
        raise InvalidInput(
            Problem(
                "SR201",
                f"{quoted(str(scenario))} holds {len(found)} scenarios",
                expected="one",
                help=several,
            )
        )
    return found[0]


def plain_mapping(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return a mapping as a file would hold it: lists, dicts, text, numbers."""
    return {str(k): _plain(v, 1) for k, v in mapping.items()}


def _plain(value: Any, depth: int) -> Any:
    if depth > MOST_DEPTH:
        raise InvalidInput(Problem("SR107", f"nested more than {MOST_DEPTH} deep"))
    kind = value.__class__
    if kind in _PLAIN:
        return value
    if kind is dict or isinstance(value, Mapping):
        return {str(k): _plain(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, depth + 1) for v in value]
    if isinstance(value, numbers.Number) and not isinstance(value, bool | int | float):
        # numpy's numbers, which a data frame hands out
        return value.item() if hasattr(value, "item") else str(value)
    if type(value).__name__ == "bool_" or type(value).__name__ == "bool":
        return bool(value)
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value
