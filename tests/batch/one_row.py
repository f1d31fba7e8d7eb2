"""What `check` says of a row, in the form of the columns that deciding a table adds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

import strikerules as sr
from strikerules.language.vocabulary import KINDS_OF_TARGET, KINDS_OF_WEAPON

POLICIES = [
    "ban",
    "kharkiv",
    "broader-targets",
    "long-range-lifted",
    "broader-and-deeper",
    "timeline",
]
ADDED = ["decision", "possible", "settled", "rules", "depends_on"]
PARTS = ("lon", "lat", "accuracy_km", "place", "zone")

Record = Mapping[str, Any]


def said(policy: sr.Policy, record: Record) -> tuple[Any, ...]:
    """Return the cells of a row that holds a record; None in it is nothing."""
    scenario: dict[str, Any] = {}
    for path, value in record.items():
        place, _, part = path.rpartition(".")
        if value is None:
            continue
        if part in PARTS and place.endswith(".location"):
            scenario.setdefault(place, {})[part] = value
        else:
            scenario[path] = value
    found = policy.check(scenario)
    applying = dict.fromkeys(r.id for r in found.rules if r.outcome == "applies")
    hangs_on = dict.fromkeys(n for names in found.depends_on.to_dict().values() for n in names)
    return (
        found.decision,
        "|".join(found.possible),
        found.settled,
        "|".join(applying),
        "|".join(hangs_on),
    )


def said_of_all(policy: sr.Policy, records: Sequence[Record]) -> list[tuple[Any, ...]]:
    """Return the cells of every row."""
    return [said(policy, record) for record in records]


def columns_of(records: Sequence[Record]) -> dict[str, list[Any]]:
    """Return records as columns, those with nothing in them left out."""
    paths = dict.fromkeys(path for record in records for path in record)
    columns = {path: [record.get(path) for record in records] for path in paths}
    return {path: cells for path, cells in columns.items() if any(c is not None for c in cells)}


#: A case for each turn that a decision can take, and some of which little is known.
RECORDS: list[dict[str, Any]] = [
    {
        "date": datetime.date(2024, 6, 2),
        "weapon.made_in": "US",
        "weapon.max_range_km": 80.0,
        "weapon.us_parts": True,
        "target.kind": "missile_launcher",
        "target.supports": "kharkiv_assault",
        "target.location.lon": 36.9,
        "target.location.lat": 50.45,
        "timing": "pre_emptive",
    },
    {
        "date": datetime.date(2024, 5, 20),
        "weapon.made_in": "US",
        "weapon.max_range_km": 300.0,
        "target.kind": "air_base",
        "target.supports": "kharkiv_assault",
        "target.location.lon": 36.59,
        "target.location.lat": 50.6,
        "target.location.accuracy_km": 20.0,
        "launch.location.lon": 36.3,
        "launch.location.lat": 49.9,
    },
    {
        "weapon.made_in": "FR",
        "weapon.us_parts": False,
        "weapon.max_range_km": 250.0,
        "target.location.lon": 39.7,
        "target.location.lat": 52.6,
    },
    {"weapon.made_in": "GB", "weapon.us_parts": True, "target.location.zone": "belgorod-oblast"},
    {
        "date": datetime.date(2024, 5, 28),
        "weapon.name": "m777",
        "target.location.place": "Belgorod",
        "target.supports": "other_operation",
        "target.kind": "logistics",
    },
    {
        "weapon.made_in": "US",
        "target.location.lon": 36.2,
        "target.location.lat": 49.9,
        "area.designated": True,
        "area.communicated": False,
    },
    {
        "weapon.made_in": "US",
        "weapon.max_range_km": 0.5,
        "target.location.lon": 36.6,
        "target.location.lat": 50.3,
        "area.designated": True,
        "area.communicated": False,
        "timing": "in_response",
    },
]

_DEGREES = {
    "lon": st.sampled_from([35.5, 36.2, 36.6, 36.9, 37.8, 39.7]),
    "lat": st.sampled_from([49.9, 50.3, 50.45, 50.6, 52.6]),
}


@st.composite
def _records(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    choices: dict[str, st.SearchStrategy[Any]] = {
        "date": st.dates(datetime.date(2024, 5, 25), datetime.date(2024, 6, 3)),
        "weapon.made_in": st.sampled_from(["US", "FR", "GB"]),
        "weapon.kind": st.sampled_from(KINDS_OF_WEAPON),
        "weapon.max_range_km": st.sampled_from([0.0, 40.0, 100.0, 300.0]),
        "weapon.us_parts": st.booleans(),
        "target.kind": st.sampled_from(KINDS_OF_TARGET),
        "target.supports": st.sampled_from(["kharkiv_assault", "other_operation", "none"]),
        "timing": st.sampled_from(["pre_emptive", "in_response"]),
        "area.designated": st.booleans(),
        "strike.distance_km": st.sampled_from([10.0, 150.0]),
    }
    for path, values in choices.items():
        if draw(st.booleans()):
            found[path] = draw(values)
    where = draw(st.sampled_from(["point", "point", "about", "place", "zone", "nowhere"]))
    if where in ("point", "about"):
        found |= {f"target.location.{part}": draw(value) for part, value in _DEGREES.items()}
    if where == "about":
        found["target.location.accuracy_km"] = draw(st.sampled_from([0.0, 3.0]))
    if where == "place":
        found["target.location.place"] = draw(st.sampled_from(["Belgorod", "Kharkiv"]))
    if where == "zone":
        found["target.location.zone"] = draw(st.sampled_from(["russia", "belgorod-oblast"]))
    if draw(st.booleans()):
        found |= {f"launch.location.{part}": draw(value) for part, value in _DEGREES.items()}
    return found


#: Tables of a few rows, in which any cell may be missing; something is said of the weapon.
TABLES = st.lists(_records(), min_size=1, max_size=5).filter(columns_of)
