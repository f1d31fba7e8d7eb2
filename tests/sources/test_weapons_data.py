"""The weapons catalogue: nominal public figures, marked as such, in the vocabulary's words."""

from __future__ import annotations

import re
from typing import Any

import pytest

from strikerules.data import folder
from strikerules.documents import read_document
from strikerules.language.vocabulary import KINDS_OF_WEAPON

KEYS = {"name", "title", "made_in", "kind", "max_range_km", "us_parts", "status", "source", "note"}
WEAPONS: list[dict[str, Any]] = read_document(folder("rules") / "weapons.yaml").data["weapons"]


def _range_of(name: str) -> Any:
    (found,) = [weapon for weapon in WEAPONS if weapon["name"] == name]
    return found["max_range_km"]


def test_names_are_unique() -> None:
    """`weapon.name` could mean two weapons."""
    names = [weapon["name"] for weapon in WEAPONS]
    assert len(names) >= 20
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("weapon", WEAPONS, ids=lambda weapon: weapon["name"])
def test_entry(weapon: dict[str, Any]) -> None:
    """A figure could stand without its source, or pass for more than nominal."""
    assert set(weapon) <= KEYS
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", weapon["name"])
    assert weapon["title"]
    assert re.fullmatch(r"[A-Z]{2}", weapon["made_in"])
    assert weapon["kind"] in KINDS_OF_WEAPON
    assert weapon["status"] == "approximate"
    assert weapon["source"]
    assert "://" not in weapon["source"]
    assert 0 < weapon["max_range_km"] <= 2000
    assert weapon["made_in"] != "US" or "us_parts" not in weapon


def test_both_sides_of_each_reading() -> None:
    """The catalogue could not show what the open questions turn on."""
    assert _range_of("gmlrs-m31") < 100 < _range_of("atacms-m39") < _range_of("atacms-m57")
    assert any(weapon.get("us_parts") for weapon in WEAPONS)
    assert {"US", "UA"} < {weapon["made_in"] for weapon in WEAPONS}
