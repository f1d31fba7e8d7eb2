"""Where a sweep is read, and what is known there."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from strikerules.batch.sweep.regions import Region
from strikerules.documents import Document, Path
from strikerules.geography.atlas import Atlas, Specs
from strikerules.geography.places import Place
from strikerules.language.locations import InZone, Location, read_location
from strikerules.language.vocabulary import Attribute
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["DERIVED", "Context", "forms_of"]

#: What a zone's record or the two places may fill in, unless it is given.
DERIVED = ("area.designated", "area.communicated", "strike.distance_km", "target.depth_km")

_NUMBERS = "a list of values, `{from, to, step}`, `{from, to, count}`, or `{draw: …}`"
_FORMS = {
    "number": _NUMBERS,
    "date": "a list of days, `{from, to}`, or `{draw: {uniform: [FIRST, LAST]}}`",
    "location": "a list of places, `{grid: REGION, step_km: KM}`, or `{draw: REGION}`",
}


def forms_of(attribute: Attribute) -> str:
    """Return how an attribute can be varied, for messages."""
    if attribute.kind == "text" and attribute.path != "weapon.name":
        return "a list of values"
    return _FORMS.get(attribute.kind, "a list of values, or `all`")


class Context(Struct):
    """A document that is read, what its names mean, and the problems found so far.

    Parameters
    ----------
    doc : Document
    atlas : Atlas
    specs : mapping
        Zones of the policy's own.
    problems : list of Problem
    """

    doc: Document
    atlas: Atlas
    specs: Specs
    problems: list[Problem] = []

    def fail(
        self,
        code: str,
        message: str,
        path: Path,
        *,
        key: bool = False,
        expected: str | None = None,
        help: str | None = None,
    ) -> None:
        """Add a problem."""
        at = self.doc.position(path, key=key)
        self.problems.append(Problem(code, message, at, expected, help))

    def place(self, location: Location, path: Path) -> Place | None:
        """Return a location as a place, or None where there is none of its name."""
        part = next((k for k in ("zone", "place") if (*path, k) in self.doc.marks), None)
        at = self.doc.position(path if part is None else (*path, part))
        try:
            return self.atlas.place(location, at, self.specs)
        except InvalidInput as error:
            self.problems += error.problems
            return None

    def region(self, attribute: Attribute, raw: Any, path: Path) -> Region | None:
        """Return a region: a zone by its name, or any location that is larger than a point."""
        if isinstance(raw, str) and raw:
            location: Location | None = InZone(raw)
        else:
            location = read_location(self.doc, path, attribute.path, raw, self.problems)
        place = None if location is None else self.place(location, path)
        if place is None:
            return None
        if place.exact:
            self.fail(
                "SR236",
                f"{quoted(raw)} is an exact point, not a region",
                path,
                expected="a zone, a polygon, or a point with `accuracy_km`",
            )
            return None
        try:
            region = Region(place)
        except InvalidInput as error:
            self.problems += error.problems
            return None
        if region.geometry.is_empty:
            self.fail("SR236", f"nothing is left of {quoted(raw)}", path)
            return None
        return region

    def accuracy(self, raw: dict[str, Any], path: Path) -> float | None:
        """Return the `accuracy_km` beside a region, 0 unless given; None where it can't be one."""
        point = {"lon": 0, "lat": 0} | {k: v for k, v in raw.items() if k == "accuracy_km"}
        found = read_location(self.doc, path, "accuracy_km", point, self.problems)
        return None if found is None else getattr(found, "accuracy_km", 0.0)
