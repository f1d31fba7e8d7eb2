"""Names made into places: zones of the register and of policies, towns, points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

import shapely

from strikerules.geography.derive import derive, geometry_of, parents
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.places import (
    Place,
    place_in_shape,
    place_in_zone,
    place_of_point,
)
from strikerules.geography.zones import Entry, Record, Zone, ZoneRegister, zone_register
from strikerules.language.locations import InZone, Location, Named, Point, Shape
from strikerules.language.policy import Policy, Ruling, ZoneSpec
from strikerules.language.zones import intents_of
from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, quoted

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Atlas", "default_atlas", "zones_of"]

Specs = Mapping[str, ZoneSpec]

#: Zones made from zones made from zones: more steps than this are a circle.
MOST_STEPS = 100


class _Made(Zone):
    """A zone that a policy makes; its outline is worked out when it is first needed."""

    def __init__(self, entry: Entry, make: Any) -> None:
        super().__init__(entry, shapely.Polygon())
        self._make, self.made = make, True

    def _load(self) -> BaseGeometry:
        made: BaseGeometry = self._make()
        return made


class Atlas:
    """Finds zones and places by name.

    Parameters
    ----------
    register : ZoneRegister
    """

    def __init__(self, register: ZoneRegister) -> None:
        self.register = register
        self._made: dict[tuple[Any, ...], tuple[Zone, ZoneSpec, tuple[Zone, ...]]] = {}
        #: Outlines that were checked and not asked for yet.
        self._looked_at: dict[int, tuple[BaseGeometry, ZoneSpec]] = {}

    def has(self, name: str) -> str | Literal[True] | None:
        """Tell whether the register has a zone, or suggest one."""
        return True if name in self.register else did_you_mean(name, self.register.ids)

    def register_zone(self, name: str) -> Zone:
        """Return a zone of the register."""
        return self.register.get(name)

    def zone(self, name: str, specs: Specs, over: Specs) -> Zone:
        """Return a zone by the name that a policy has for it.

        Parameters
        ----------
        name : str
        specs : mapping
            The policy's own zones.
        over : mapping
            What the readings in question put in their place.

        Raises
        ------
        InvalidInput
            SR40x: it is not known, or its geometry can't be made.
        """
        return self._resolve(name, (over, specs), 0)

    def _resolve(self, name: str, levels: tuple[Specs, ...], start: int, depth: int = 0) -> Zone:
        for level in range(start, len(levels)):
            spec = levels[level].get(name)
            if spec is not None:
                return self._from(spec, levels, level, depth + 1)
        return self.register.get(name)

    def _from(self, spec: ZoneSpec, levels: tuple[Specs, ...], level: int, depth: int) -> Zone:
        if depth > MOST_STEPS:
            raise InvalidInput(
                Problem(
                    "SR312",
                    f"under some readings the zone {quoted(spec.name)} is made from itself",
                    spec.doc.position(spec.path, key=True),
                )
            )

        def part(name: str) -> Zone:
            return self._resolve(name, levels, level + 1 if name == spec.name else 0, depth)

        raw = spec.raw
        if isinstance(raw, str):
            return part(raw)
        used = tuple(part(name) for name in parents(raw))
        key = (id(spec), *map(id, used))
        if key not in self._made:
            self._made[key] = (self._make(spec, raw, part, used), spec, used)
        return self._made[key][0]

    def _make(self, spec: ZoneSpec, raw: Any, part: Any, used: tuple[Zone, ...]) -> Zone:
        at = spec.doc.position(spec.path, key=True) if spec.doc.name else None

        def make() -> BaseGeometry:
            known = self._looked_at.pop(id(spec), None)
            if known is not None:
                return known[0]
            try:
                return derive(raw, lambda n: part(n).geometry, base=spec.doc.base)
            except InvalidInput as error:
                raise _placed(error, at) from None

        assumed = not used or any(z.status == "assumed" for z in used)
        edge = raw.get("edge_km", max((z.edge_km for z in used), default=0.0))
        entry = Entry(
            id=spec.name,
            title=raw.get("title") or spec.name,
            status=raw.get("status") or ("assumed" if assumed else "derived"),
            source=[raw["source"]] if isinstance(raw.get("source"), str) else [],
            licence="",
            edge_km=edge,
            bbox=[-180.0, -90.0, 180.0, 90.0],
            file="",
            derive=raw if used else None,
            **{key: list(names) for key, names in intents_of(raw).items()},
            designated=_record(raw, "designated", spec, used),
            communicated=_record(raw, "communicated", spec, used),
            note=raw.get("note"),
        )
        zone = _Made(entry, make)
        zone.drawn = all(z.drawn for z in used)
        if "geometry" in raw or "file" in raw:
            _ = zone.geometry
        return zone

    def check(self, ruling: Ruling) -> None:
        """Look at every outline that a ruling's policies draw or name a file for.

        Raises
        ------
        InvalidInput
            SR403 or SR405, of all of them at once, whether a rule uses the zone or not.
        """
        problems: list[Problem] = []
        for policy in (ruling,) if isinstance(ruling, Policy) else ruling.policies:
            readings = [r for q in policy.questions.values() for r in q.readings.values()]
            for specs in (policy.zones, *(r.zones for r in readings)):
                for spec in specs.values():
                    at = spec.doc.position(spec.path, key=True) if spec.doc.name else None
                    for raw in _drawn(spec.raw):
                        try:
                            shape = derive(raw, _no_zone, base=spec.doc.base)
                            if _outline(raw) is _outline(spec.raw) and "same_as" not in spec.raw:
                                self._looked_at[id(spec)] = shape, spec
                        except InvalidInput as error:
                            problems += _placed(error, at).problems
        if problems:
            raise InvalidInput(problems)

    def place(self, location: Location, position: Position | None, specs: Specs) -> Place:
        """Return the place of a scenario's location.

        Parameters
        ----------
        location : Point, Named, InZone or Shape
        position : Position, optional
            Where it stands, for messages.
        specs : mapping
            Zones of the policy's own that it may name.

        Raises
        ------
        InvalidInput
            SR401 no such zone, SR402 no such town, SR405 a polygon that crosses itself.
        """
        try:
            match location:
                case Point(lon=lon, lat=lat, accuracy_km=accuracy):
                    return place_of_point(lon, lat, accuracy)
                case Named(place=name, accuracy_km=accuracy):
                    town = gazetteer().get(name)
                    km = town.accuracy_km if accuracy is None else accuracy
                    return place_of_point(town.lon, town.lat, km, town.name)
                case InZone(zone=name):
                    if name not in specs and name not in self.register:
                        raise InvalidInput(
                            Problem(
                                "SR401",
                                f"there is no zone {quoted(name)}",
                                help=did_you_mean(name, [*specs, *self.register.ids])
                                or "`strikerules zones` lists them",
                            )
                        )
                    return place_in_zone(self.zone(name, specs, {}))
                case Shape(geojson=text):
                    return place_in_shape(geometry_of(text, "polygon"))
        except InvalidInput as error:
            raise _placed(error, position) from None


def _drawn(raw: Any) -> Iterator[Any]:
    """Yield the parts of a zone expression that are outlines of their own."""
    if isinstance(raw, dict):
        if isinstance(raw.get("geometry"), dict) or isinstance(raw.get("file"), str):
            yield {k: v for k, v in raw.items() if k in ("geometry", "file")}
        for value in (v for k, v in raw.items() if k != "geometry"):
            for item in value if isinstance(value, list) else [value]:
                yield from _drawn(item)


def _outline(raw: Any) -> Any:
    return raw.get("geometry", raw.get("file"))


def _no_zone(name: str) -> BaseGeometry:
    raise KeyError(name)


def zones_of(ruling: Ruling) -> dict[str, ZoneSpec]:
    """Return the zones that a ruling's policies make, by name."""
    policies = (ruling,) if isinstance(ruling, Policy) else ruling.policies
    return {name: spec for policy in policies for name, spec in policy.zones.items()}


def default_atlas() -> Atlas:
    """Return an atlas of the shipped zones."""
    return Atlas(zone_register())


def _record(raw: Any, key: str, spec: ZoneSpec, used: tuple[Zone, ...]) -> Record | None:
    """What a policy says of its zone; a zone that is another's equal has the other's record."""
    if key not in raw:
        return getattr(used[0], key) if "same_as" in raw else None
    value = raw[key]
    if value is False or value is None:
        return None
    if isinstance(value, dict) and set(value) <= {"by", "on", "cites"}:
        on = value.get("on")
        record = Record(str(value.get("by", "")), on, value.get("cites") or [])
        try:
            _ = record.day
        except (ValueError, TypeError):
            pass
        else:
            return record
    raise InvalidInput(
        Problem(
            "SR309",
            f"{quoted(value)} does not say by whom and when",
            spec.doc.position((*spec.path, key)) if spec.doc.name else None,
            expected=f"`{key}: {{by: WHO, on: DATE}}`, `on` left out where the day is not public",
        )
    )


def _placed(error: InvalidInput, position: Position | None) -> InvalidInput:
    return InvalidInput(
        [
            Problem(p.code, p.message, p.position or position, p.expected, p.help)
            for p in error.problems
        ]
    )
