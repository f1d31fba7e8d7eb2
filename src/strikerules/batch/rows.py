"""A table's rows as scenarios: which column speaks of which attribute, and what each row says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from msgspec import Struct

from strikerules.batch.columns import Bools, Column, Floats, Words, read_column
from strikerules.batch.points import Points
from strikerules.language.scenario import Scenario
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["PLACES", "Rows", "paths_of", "read_rows"]

PLACES = ("target.location", "launch.location")

#: What a location's columns may be called after its path.
PARTS = ("lon", "lat", "accuracy_km", "place", "zone")

_NAME = "scenario"
_PART_OF = {f"{path}.{part}": (path, part) for path in PLACES for part in PARTS}
_TEXT = {part: Attribute(part, "text", "") for part in ("place", "zone")}
_DEGREES = {part: Attribute(part, "number", "", origin="declared") for part in PARTS[:3]}


class Rows(Struct, frozen=True, dict=True):
    """The rows of a table, column by column.

    Parameters
    ----------
    count : int
    facts : dict
        From an attribute's path to its column.
    places : dict
        From a location's path to the rows' places.
    names : sequence, optional
        What each row is called.
    """

    count: int
    facts: dict[str, Column]
    places: dict[str, Points]
    names: Any = None

    def scenario(self, row: int) -> Scenario:
        """Return a row as a scenario; its values are those that were checked already."""
        values = {p: v for p, c in self.facts.items() if (v := c.value(row)) is not None}
        places = ((path, points.location(row)) for path, points in self.places.items())
        locations = {path: location for path, location in places if location is not None}
        return Scenario(self.name(row), values, locations)

    def name(self, row: int) -> str:
        """Return what a row is called: its name, or its number, counted from 1."""
        return f"row {row + 1}" if self.names is None else str(self.names[row])

    @cached_property
    def wrong(self) -> Bools | None:
        """Which rows can't be read, or None if all can."""
        found: Bools | None = None
        for column in (*self.facts.values(), *self.places.values()):
            bad = column.wrong()
            if bad is not None:
                found = bad if found is None else found | bad
        return found

    def problems(self, row: int) -> list[Problem]:
        """Return everything that is wrong with a row."""
        found: list[Problem] = []
        for column in self.facts.values():
            bad = column.wrong()
            if bad is not None and bad[row]:
                found.append(column.problem(row))
        for points in self.places.values():
            found += points.problems(row)
        return found


def paths_of(
    names: list[str], vocabulary: Vocabulary, mapping: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return from each path that a table speaks of to the name of its column.

    Parameters
    ----------
    names : list of str
        The table's columns.
    vocabulary : Vocabulary
    mapping : mapping, optional
        From a column to the path that it stands for; a column that is named by a path needs none.

    Raises
    ------
    InvalidInput
        SR221: a mapping names a column or a path that there is not, or two columns stand for one.
    """
    known = [*(p for p, a in vocabulary.items() if a.kind != "location"), *PLACES, *_PART_OF, _NAME]
    found: dict[str, str] = {}
    problems: list[Problem] = []
    mapping = dict(mapping or {})
    for column, path in mapping.items():
        if column not in names:
            problems.append(
                Problem(
                    "SR221",
                    f"there is no column {quoted(column)}",
                    None,
                    listed(names, most=12) if names else None,
                    did_you_mean(column, names),
                )
            )
        elif path not in known:
            problems.append(
                Problem(
                    "SR221",
                    f"the column {quoted(column)} can't stand for {quoted(path)}",
                    None,
                    "an attribute's path such as `weapon.made_in` or `target.location.lon`",
                    did_you_mean(path, known),
                )
            )
    for column in names:
        path = mapping.get(column, column)
        if path not in known:
            continue
        if path in found:
            problems.append(
                Problem(
                    "SR221",
                    f"the columns {quoted(found[path])} and {quoted(column)} both stand for"
                    f" {quoted(path)}",
                    help="map one of them to nothing by leaving it out of the table",
                )
            )
        found[path] = column
    if problems:
        raise InvalidInput(problems)
    return found


def read_rows(
    count: int,
    columns: Mapping[str, Any],
    vocabulary: Vocabulary,
    geometry: Mapping[str, Any] | None = None,
) -> Rows:
    """Read the columns of a table.

    Parameters
    ----------
    count : int
        How many rows.
    columns : mapping
        From a path, as `paths_of` knows them, to the column's data.
    vocabulary : Vocabulary
    geometry : mapping, optional
        From a location's path to an array of shapely geometries in WGS 84.
    """
    facts: dict[str, Column] = {}
    parts: dict[str, dict[str, Any]] = {}
    names = None
    for path, data in columns.items():
        if path == _NAME:
            names = data
        elif path in _PART_OF:
            place, part = _PART_OF[path]
            attribute = {**_TEXT, **_DEGREES}[part]
            parts.setdefault(place, {})[part] = read_column(attribute, data)
        elif path not in PLACES:
            facts[path] = read_column(vocabulary[path], data)
    for path, shapes in (geometry or {}).items():
        parts.setdefault(path, {})["shapes"] = shapes
    places = {path: _points(path, count, found) for path, found in parts.items()}
    return Rows(count, facts, places, names)


def _points(path: str, count: int, parts: dict[str, Any]) -> Points:
    lon, lat, accuracy = (_numbers(parts.get(part), count) for part in PARTS[:3])
    shapes = parts.get("shapes")
    if shapes is not None:
        import shapely

        shapes = np.asarray(shapes, dtype=object)
        shapes = _without(shapes, shapely.is_empty(shapes))
        single = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
        if lon is None and lat is None:
            # `get_x` has NaN for what is no point
            lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
            single |= shapely.is_missing(shapes)
            shapes = None if single.all() else _without(shapes, single)
    if lon is None or lat is None:
        empty = np.full(count, np.nan)
        lon, lat = (empty if degrees is None else degrees for degrees in (lon, lat))
    figures = tuple(c for part in PARTS[:3] if isinstance(c := parts.get(part), Words))
    return Points(
        path,
        lon,
        lat,
        accuracy,
        shapes,
        parts.get("place"),
        parts.get("zone"),
        figures,
    )


def _without(shapes: Any, left_out: Bools) -> Any:
    """Return geometries with none where points are."""
    found = shapes.copy()
    found[left_out] = None
    return found


def _numbers(column: Column | None, count: int) -> Floats | None:
    """Return degrees or km; a cell that is no number is out of every range."""
    if column is None:
        return None
    if isinstance(column, Words):
        worth = [np.inf if isinstance(v, Problem) else v for v in column.values]
        return np.array([*worth, np.nan], dtype=np.float64)[column.codes]
    return column.values
