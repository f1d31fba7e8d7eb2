"""The weapons catalogue: public, nominal figures that fill in what a scenario leaves out."""

from __future__ import annotations

from functools import cache
from typing import Any

from msgspec import Struct, convert

from strikerules.data import folder
from strikerules.documents import ensure_shape, read_document
from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, quoted

__all__ = ["FILLED", "Weapon", "catalogue", "find_weapon"]

FILLED = ("made_in", "kind", "max_range_km", "us_parts")
"""What a weapon's name fills in, where a scenario does not give it."""


class Weapon(Struct, frozen=True, kw_only=True):
    """A weapon of the catalogue; `max_range_km` is a nominal, rounded, public figure."""

    name: str
    title: str
    made_in: str
    kind: str
    max_range_km: float
    us_parts: bool | None = None
    status: str
    source: str
    note: str | None = None


@cache
def catalogue() -> dict[str, Weapon]:
    """Return the shipped weapons by name.

    Examples
    --------
    >>> catalogue()["gmlrs-m31"].made_in
    'US'
    """
    doc = read_document(folder("rules") / "weapons.yaml")
    ensure_shape("weapons", doc)
    return {w["name"]: convert(w, Weapon) for w in doc.data["weapons"]}


def find_weapon(name: Any, position: Position | None) -> Weapon:
    """Return a weapon by name.

    Raises
    ------
    InvalidInput
        SR207 where the catalogue has none so called.
    """
    weapons = catalogue()
    folded = str(name).casefold()
    for weapon in weapons.values():
        if folded in (weapon.name.casefold(), weapon.title.casefold()):
            return weapon
    near = did_you_mean(name, list(weapons))
    raise InvalidInput(
        Problem(
            "SR207",
            f"there is no weapon {quoted(name)} in the catalogue",
            position,
            expected="a name that `strikerules weapons` lists",
            help=near or "leave `name` out and give `made_in`, `kind` and `max_range_km`",
        )
    )
