"""The attributes that scenarios give and policies test: types, units, permitted values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

__all__ = ["BASE", "KINDS_OF_TARGET", "KINDS_OF_WEAPON", "Attribute", "Kind", "Vocabulary"]

Kind = Literal["boolean", "number", "date", "values", "country", "text", "location"]

KINDS_OF_WEAPON = (
    "artillery", "rocket_artillery", "ballistic_missile", "cruise_missile",
    "air_launched_missile", "guided_bomb", "air_defence", "drone", "other",
)  # fmt: skip
KINDS_OF_TARGET = (
    "launch_site", "artillery", "missile_launcher", "air_base", "aircraft_in_flight",
    "troop_concentration", "ammunition_depot", "command_post", "logistics", "air_defence",
    "infrastructure", "other",
)  # fmt: skip


class Attribute(Struct, frozen=True):
    """One attribute of a scenario.

    Parameters
    ----------
    path : str
        Such as ``weapon.made_in``.
    kind : Kind
    text : str
        What it means, for people.
    values : tuple of str
        The members, where `kind` is ``values``.
    unit : str, optional
        Where `kind` is ``number``.
    origin : {"base", "declared"}
        Whether the vocabulary has it or a policy declares it.
    cites : tuple of str
        The claims that a policy cites where it declares it.
    """

    path: str
    kind: Kind
    text: str
    values: tuple[str, ...] = ()
    unit: str | None = None
    origin: Literal["base", "declared"] = "base"
    cites: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """What a value of it looks like, in words."""
        words = {
            "boolean": "`true` or `false`",
            "number": f"a number{f' ({self.unit})' if self.unit else ''}",
            "date": "a date such as `2024-05-31`",
            "country": "an ISO 3166-1 country code such as `US`",
            "text": "text",
            "location": "a location such as `{lon: 36.9, lat: 50.45}`",
        }
        if self.kind == "values":
            return "one of " + ", ".join(f"`{v}`" for v in self.values)
        return words[self.kind]


BASE: tuple[Attribute, ...] = (
    Attribute("date", "date", "when; picks the version of the policy in force"),
    Attribute("attacker", "country", "who attacks"),
    Attribute("weapon.name", "text", "a name in the weapons catalogue"),
    Attribute("weapon.made_in", "country", "country of manufacture"),
    Attribute("weapon.supplied_by", "country", "country that handed the weapon over"),
    Attribute("weapon.kind", "values", "kind of weapon", KINDS_OF_WEAPON),
    Attribute("weapon.max_range_km", "number", "nominal maximum range", unit="km"),
    Attribute("weapon.us_parts", "boolean", "a foreign-made weapon with parts made in the US"),
    Attribute("target.kind", "values", "kind of target", KINDS_OF_TARGET),
    Attribute(
        "target.supports",
        "values",
        "the operation that the site is being used for",
        ("kharkiv_assault", "other_operation", "none"),
    ),
    Attribute("target.location", "location", "where the target is"),
    Attribute("launch.location", "location", "where the strike is launched"),
    Attribute(
        "timing",
        "values",
        "whether the strike comes before or after an attack from the site",
        ("pre_emptive", "in_response"),
    ),
    Attribute("area.designated", "boolean", "whether the area has been designated by the date"),
    Attribute(
        "area.communicated",
        "boolean",
        "whether the area has been communicated to the attacker by the date",
    ),
    Attribute("strike.distance_km", "number", "geodesic distance from launch to target", unit="km"),
    Attribute(
        "target.depth_km",
        "number",
        "geodesic distance from the target to the nearest point of Ukraine",
        unit="km",
    ),
)


class Vocabulary(Mapping[str, Attribute]):
    """The base attributes and those that policies declare.

    Examples
    --------
    >>> Vocabulary()["weapon.max_range_km"].unit
    'km'
    """

    def __init__(self, declared: Iterable[Attribute] = ()) -> None:
        self._items = {a.path: a for a in (*BASE, *declared)}

    def __getitem__(self, path: str) -> Attribute:
        return self._items[path]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    @property
    def groups(self) -> frozenset[str]:
        """First words of the dotted paths: ``weapon``, ``target``, …"""
        return frozenset(p.partition(".")[0] for p in self._items if "." in p) | {"conditions"}
