"""Random pairs of policies: some that have little in common, most of them variants of one.

Like the cases of `tests.reference.strategies`, one generator serves hypothesis and the seeds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from tests.reference.source import Drawn, Seeded, Source
from tests.reference.strategies import (
    DISTANCE,
    PARAMETERS,
    PLACES,
    REACH,
    WEAPONS,
    Maker,
    at,
)

from .mutants import Policy, mutant

DEPTH = "target.depth_km"
FREE = {"area.designated": None, "area.communicated": None}
"""What says that the records of zones are left aside."""


@dataclass(frozen=True)
class Pair:
    """Two policies, and how the second was made; `alike` where it must mean the same."""

    a: Policy
    b: Policy
    changes: tuple[str, ...] = field(default=())
    alike: bool = False


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """Return a strategy for pairs."""
    return make_pair(Drawn(draw))


def pair_of_seed(seed: int) -> Pair:
    """Return the pair of a seed."""
    return make_pair(Seeded(seed))


def make_pair(source: Source) -> Pair:
    return pair_by(maker_of(source))


def pair_by(maker: Maker) -> Pair:
    source = maker.source
    a = maker.policy() | {"policy": "a"}
    if source.chance(15):
        return Pair(a, maker.policy() | {"policy": "b"}, ("unrelated",))
    b, changes, alike = mutant(maker, a)
    return Pair(a, b | {"policy": "b"}, changes, alike)


@dataclass(frozen=True)
class Asked:
    """A pair, and what is the same in all scenarios that are compared."""

    pair: Pair
    given: dict[str, Any]
    readings: dict[str, str]
    set: dict[str, Any]


@st.composite
def asked_pairs(draw: st.DrawFn) -> Asked:
    """Return a strategy for pairs with something given."""
    return make_asked(Drawn(draw))


def asked_of_seed(seed: int) -> Asked:
    """Return the pair of a seed with something given."""
    return make_asked(Seeded(seed))


def make_asked(source: Source) -> Asked:
    maker = maker_of(source)
    pair = pair_by(maker)
    given: dict[str, Any] = {}
    for path in maker.used:
        if source.chance(35):
            given[path] = place(maker) if path in PLACES else maker.value(path)
        elif source.chance(10):
            given[path] = None
    ends = {*PLACES} & {*maker.used}
    if len(ends) == 1 and source.chance(40):
        (other,) = {*PLACES} - ends
        given[other] = at(maker.pick(range(7)) / 2, maker.pick(range(7)) / 2)
        ends = {*PLACES}
    if len(ends) == 2 and given.get(DISTANCE) is not None:
        # what is said of the same distance twice is in `test_given_distances.py`
        del given[DISTANCE]
    if source.chance(10):
        given["weapon.name"] = maker.pick(WEAPONS)
    readings, settings = {}, {}
    asked = [pair.a["questions"], pair.b["questions"]]
    for question in {**asked[0], **asked[1]}:
        many = [set(q[question]["readings"]) for q in asked if question in q]
        if source.chance(15):
            readings[question] = source.pick(sorted(set.intersection(*many)))
    for name, values in PARAMETERS.items():
        if source.chance(8):
            settings[name] = source.pick(values)
    return Asked(pair, given, readings, settings)


def place(maker: Maker) -> dict[str, Any]:
    """Return a point, on an edge or not, or a box of cells."""
    if maker.chance(30):
        return {"type": "Polygon", "coordinates": [maker.box()]}
    if maker.chance(10):
        return at(-20, -20)
    return at(maker.pick(range(7)) / 2, maker.pick(range(7)) / 2)


def maker_of(source: Source) -> Maker:
    """Return a maker of policies that compare no depths with places of the reference's grid.

    The grid is in the ocean, where every point is deep.
    """
    maker = Maker(source, several=True)
    used = maker.used
    if DEPTH in used and set(used) & {*PLACES, *REACH, *FREE}:
        used.remove(DEPTH)
    if set(used) & set(REACH) and set(used) & set(PLACES) and source.chance(12):
        # distances between two places are only sampled by the enumeration
        used += [n for n in PLACES if n not in used]
    if not used:
        used.append("timing")
    return maker
