"""Towns by name, for `{place: NAME}`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from strikerules.data import folder
from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, quoted

__all__ = ["Gazetteer", "Place", "gazetteer"]

_COLUMNS = ["id", "name", "country", "lon", "lat", "accuracy_km", "source"]


class Place(Struct, frozen=True):
    """A town: its middle in WGS 84 degrees, and a radius in km that is taken to hold it."""

    id: str
    name: str
    country: str
    lon: float
    lat: float
    accuracy_km: float
    source: str


class Gazetteer:
    """Places by id or name, whatever the case, accents, hyphens or apostrophes.

    Raises
    ------
    InvalidInput
        SR408 for a row that can't be used or a name that stands for two places.
    """

    def __init__(self, rows: Iterator[list[str]], file: str = "places.csv") -> None:
        self._places: dict[str, Place] = {}
        self._by_name: dict[str, Place] = {}
        problems = []
        if next(rows, None) != _COLUMNS:
            raise InvalidInput(
                Problem(
                    "SR408",
                    "the gazetteer's columns are not the known ones",
                    Position(file, 1, 1),
                    expected=", ".join(_COLUMNS),
                )
            )
        for line, row in enumerate(rows, start=2):
            place = _place(row)
            names = {_folded(place.id), _folded(place.name)} if place else set()
            if place is None or names & self._by_name.keys():
                why = "can't be used" if place is None else "names a place twice"
                problems.append(
                    Problem("SR408", f"{quoted(','.join(row))} {why}", Position(file, line, 1))
                )
                continue
            self._places[place.id] = place
            self._by_name |= dict.fromkeys(names, place)
        if problems:
            raise InvalidInput(problems)

    @classmethod
    def read(cls, path: Path) -> Gazetteer:
        """Read a gazetteer from a CSV file."""
        import csv

        with path.open(encoding="utf-8", newline="") as lines:
            return cls(csv.reader(lines), str(path))

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and _folded(name) in self._by_name

    def get(self, name: str) -> Place:
        """The place of this name or id.

        Raises
        ------
        InvalidInput
            SR402 if there is none, with the nearest name as a suggestion.

        Examples
        --------
        >>> gazetteer().get("KHARKIV").country
        'UA'
        """
        place = self._by_name.get(_folded(name))
        if place is None:
            raise InvalidInput(
                Problem(
                    "SR402",
                    f"place {quoted(name)} is not known",
                    expected="a place in the gazetteer",
                    help=did_you_mean(name, [place.name for place in self]),
                )
            )
        return place


@cache
def gazetteer() -> Gazetteer:
    """The places that ship, read once."""
    return Gazetteer.read(folder("geodata") / "places.csv")


def _place(row: list[str]) -> Place | None:
    try:
        place_id, name, country, lon, lat, accuracy, source = row
        place = Place(place_id, name, country, float(lon), float(lat), float(accuracy), source)
    except ValueError:
        return None
    usable = -180 <= place.lon <= 180 and -90 <= place.lat <= 90 and 0 <= place.accuracy_km < 1000
    return place if usable else None


def _folded(name: str) -> str:
    apart = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in apart if letter.isalnum())
