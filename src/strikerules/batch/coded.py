"""A table's columns as classes of values, which is all of them that a decision can hang on."""

from __future__ import annotations

from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from strikerules.batch.columns import Column, Floats, Numbers, Words
from strikerules.batch.points import Points
from strikerules.batch.rows import Rows
from strikerules.engine.quick.facts import FactCoder
from strikerules.geography.atlas import Atlas, zones_of
from strikerules.language.locations import InZone, Location, Named
from strikerules.language.policy import Ruling
from strikerules.language.weapons import FILLED, find_weapon
from strikerules.problems import InvalidInput, Problem

__all__ = ["Codes", "codes_of", "looked_up", "numbers_of", "pointed"]

Codes = NDArray[Any]

_WEAPON = "weapon.name"
_BLANK = (np.nan, np.nan, np.nan)


def looked_up(rows: Rows, ruling: Ruling, atlas: Atlas) -> Rows:
    """Return rows in which names of weapons, towns and zones are known to be such.

    What a weapon's name fills in stands in the columns that it fills. A name that there is not is
    a problem, as a value that can't be is.
    """
    facts = dict(rows.facts)
    if _WEAPON in facts:
        weapons = _named_weapons(facts[_WEAPON])
        facts[_WEAPON] = weapons
        for key in FILLED:
            path = f"weapon.{key}"
            if key == "max_range_km":
                facts[path] = _filled_numbers(weapons, facts.get(path), key, path, ruling)
            else:
                facts[path] = _filled_words(weapons, facts.get(path), key, path, ruling)
    places = {path: _known_places(p, ruling, atlas) for path, p in rows.places.items()}
    return Rows(rows.count, facts, places, rows.names)


def _named_weapons(column: Column) -> Words:
    assert isinstance(column, Words)

    def known(value: Any) -> Any:
        if value is None or isinstance(value, Problem):
            return value
        try:
            return find_weapon(value, None).name
        except InvalidInput as error:
            return error.problems[0]

    return replace(column, values=tuple(map(known, column.values)))


def _fillings(weapons: Words, key: str) -> list[Any]:
    """Return what each name fills in; None for what the catalogue does not say."""
    return [
        getattr(find_weapon(v, None), key) if isinstance(v, str) else None for v in weapons.values
    ]


def _filled_numbers(
    weapons: Words, column: Column | None, key: str, path: str, ruling: Ruling
) -> Column:
    if isinstance(column, Words):
        return column
    filled = np.array([np.nan if v is None else v for v in _fillings(weapons, key)] + [np.nan])
    values = filled[weapons.codes]
    if column is not None:
        values = np.where(np.isnan(column.values), values, column.values)
    return Numbers(ruling.vocabulary[path], values)


def _filled_words(
    weapons: Words, column: Column | None, key: str, path: str, ruling: Ruling
) -> Column:
    found = _fillings(weapons, key)
    values = list(column.values) if isinstance(column, Words) else []
    where = [-1 if v is None else len(values) + i for i, v in enumerate(found)] + [-1]
    codes = np.array(where)[weapons.codes]
    if isinstance(column, Words):
        codes = np.where(column.codes >= 0, column.codes, codes)
    return Words(ruling.vocabulary[path], codes, (*values, *found))


def _known_places(points: Points, ruling: Ruling, atlas: Atlas) -> Points:
    specs = zones_of(ruling)

    def known(words: Words | None, location: type[Named] | type[InZone]) -> Words | None:
        if words is None:
            return None

        def one(value: Any) -> Any:
            if not isinstance(value, str):
                return value
            try:
                asked: Location = location(value)
                atlas.place(asked, None, specs)
            except InvalidInput as error:
                return error.problems[0]
            return value

        return replace(words, values=tuple(map(one, words.values)))

    return replace(points, named=known(points.named, Named), zones=known(points.zones, InZone))


def pointed(points: Points, ruling: Ruling, atlas: Atlas) -> Points:
    """Return places with towns as the points that they are."""
    named = points.named
    if named is None:
        return points
    specs = zones_of(ruling)
    where = []
    for name in named.values:
        place = atlas.place(Named(name), None, specs) if isinstance(name, str) else None
        is_point = place is not None and place.kind == "point"
        where.append((place.lon, place.lat, place.accuracy_km) if place and is_point else _BLANK)
    table = np.array([*where, _BLANK])[named.codes]
    is_town = ~np.isnan(table[:, 0])
    if points.accuracy_km is None:
        accuracy = np.where(is_town, table[:, 2], np.nan)
    else:
        own = np.isnan(points.accuracy_km) & is_town
        accuracy = np.where(own, table[:, 2], points.accuracy_km)
    rest = named if (is_town != (named.codes >= 0)).any() else None
    return Points(
        points.path,
        np.where(is_town, table[:, 0], points.lon),
        np.where(is_town, table[:, 1], points.lat),
        accuracy,
        points.shapes,
        rest,
        points.zones,
    )


def codes_of(coder: FactCoder, column: Words) -> NDArray[np.intp]:
    """Return the classes of a column's distinct values, and class 0 at the end for nothing.

    Values that can't be have class 0.
    """
    known = [0 if v is None or isinstance(v, Problem) else coder.code(v) for v in column.values]
    return np.array([*known, 0], dtype=np.intp)


def numbers_of(column: Column | None) -> Floats | None:
    """Return a column of numbers, NaN where nothing, or nothing that can be, is given."""
    if isinstance(column, Words):
        figures = [v if isinstance(v, float) else np.nan for v in column.values]
        return np.array([*figures, np.nan])[column.codes]
    return None if column is None else column.values
