"""Differences where something is given: the same brute force, for what is left open."""

from __future__ import annotations

import math
from typing import Any

import pytest
import shapely
from hypothesis import assume, given
from pyproj import Geod
from tests.reference.agreement import weapons
from tests.reference.evaluator import FILLED, TooManyWorlds
from tests.reference.strategies import at, ring

import strikerules as sr

from .conditions import covers
from .conftest import SEEDS, profile
from .judged import mistakes, told
from .pairs import Asked, asked_of_seed, asked_pairs
from .worlds import Worlds

BLOCKS = 6
GEOD = Geod(ellps="WGS84")


def worlds_of(asked: Asked) -> Worlds:
    """Return what is left open; a weapon's name says what the catalogue says of it."""
    known = weapons().get(asked.given.get("weapon.name"), {})
    filled = {f"weapon.{k}": known[k] for k in FILLED if known.get(k) is not None}
    pair = asked.pair
    return Worlds(pair.a, pair.b, filled | asked.given, asked.readings, asked.set, left_out=True)


def diff_of(asked: Asked) -> Any:
    pair = asked.pair
    if asked.given.get("date") is not None:
        # the day may be said on its own
        rest = {k: v for k, v in asked.given.items() if k != "date"}
        return sr.diff(pair.a, pair.b, given=rest, readings=asked.readings, set=asked.set,
                       as_of=asked.given["date"])  # fmt: skip
    return sr.diff(pair.a, pair.b, given=asked.given, readings=asked.readings, set=asked.set)


def wrong_in(asked: Asked) -> list[str]:
    """Return what is wrong with the difference of a pair under what is given."""
    worlds = worlds_of(asked)
    if not list(worlds):
        assert worlds.sampled
        raise TooManyWorlds
    diff = diff_of(asked)
    wrong = mistakes(diff, worlds)
    # of two points hardly any are just so many km apart
    just = [worlds.measured and "'eq'" in str(r.condition) for r in diff]
    unshown = [r for r, so in zip(diff, just, strict=True) if not (r.shown or so)]
    return [*wrong, *(f"{r.condition} is not shown by {r.witness}" for r in unshown)]


@profile(60)
@given(asked_pairs())
def test_difference_is_that_of_all_worlds_with_what_is_given(asked: Asked) -> None:
    """Else what is given would be taken for something else, or for everything."""
    try:
        wrong = wrong_in(asked)
    except TooManyWorlds:
        assume(False)
    assert not wrong, told(asked.pair, wrong, given=asked.given)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_difference_is_that_of_all_worlds_with_what_is_given_for_many_seeds(block: int) -> None:
    """Else a rare scenario, reading or figure would be left out of account."""
    looked_at = 0
    seeds = SEEDS[block : len(SEEDS) // 2 : BLOCKS]
    for seed in seeds:
        asked = asked_of_seed(seed)
        try:
            wrong = wrong_in(asked)
        except TooManyWorlds:
            continue
        more = {"given": asked.given, "readings": asked.readings, "set": asked.set}
        assert not wrong, told(asked.pair, wrong, seed, **more)
        looked_at += 1
    assert looked_at > 0.8 * len(seeds)


LAUNCH = at(0.5, 1.5)


def policy(name: str, effect: str, when: Any) -> dict[str, Any]:
    box = {"type": "Polygon", "coordinates": [ring(0, 0, 3, 3)]}
    return {
        "policy": name, "otherwise": "prohibit", "zones": {"z": {"geometry": box}},
        "rules": [{"id": "r", "effect": effect, "when": when}],
    }  # fmt: skip


RINGS: dict[str, tuple[Any, dict[str, Any], float, float]] = {
    "at most": ({"strike.distance_km": {"le": 120}}, {}, 0, 120),
    "more than": ({"strike.distance_km": {"gt": 70}}, {}, 70, math.inf),
    "between": ({"strike.distance_km": {"gt": 70, "lt": 120}}, {}, 70, 120),
    "in reach": (True, {"weapon.max_range_km": 90}, 0, 90),
    "both": ({"strike.distance_km": {"gt": 40}}, {"weapon.max_range_km": 90}, 40, 90),
}


@pytest.mark.parametrize("name", RINGS)
def test_distance_from_a_given_launch_point_is_a_ring(name: str) -> None:
    """Else the map would show targets that are too far or too near for what is said."""
    test, more, low, high = RINGS[name]
    when = {"all": [{"target.location": {"within": "z"}}, test]}
    given = {"launch.location": LAUNCH, **more}
    (region,) = sr.diff(policy("a", "prohibit", when), policy("b", "permit", when), given=given)
    assert region.drawn == (("prohibited",), ("permitted",))
    assert region.shown
    (west, south), (east, north) = ring(0, 0, 3, 3)[0], ring(0, 0, 3, 3)[2]
    seen = set()
    for i in range(1, 40):
        for j in range(1, 40):
            lon, lat = west + (east - west) * i / 40, south + (north - south) * j / 40
            km = GEOD.inv(LAUNCH["lon"], LAUNCH["lat"], lon, lat)[2] / 1000
            if min(abs(km - low), abs(km - high)) > 0.01:
                assert covers(region.geometry, (lon, lat)) == (low <= km <= high), (lon, lat, km)
                seen.add(low <= km <= high)
    assert seen == {True, False}
    assert not covers(region.geometry, (west - 0.1, south + 1))
    # the ring by rays, a quarter of a degree apart
    radii = [r for r in (high, low) if 0 < r < math.inf]
    rings = []
    for radius in radii:
        rays = [a / 4 for a in range(1440)]
        lons, lats, _ = GEOD.fwd(
            [LAUNCH["lon"]] * 1440, [LAUNCH["lat"]] * 1440, rays, [1000 * radius] * 1440
        )
        rings.append(shapely.Polygon(list(zip(lons, lats, strict=True))))
    shape = shapely.box(west, south, east, north)
    if high < math.inf:
        shape = shape & rings[0]
    if low > 0:
        shape = shape - rings[-1]
    parts = shapely.get_parts(shapely.segmentize(shape, 0.01))
    area = sum(abs(GEOD.geometry_area_perimeter(part)[0]) for part in parts) / 1e6
    assert region.area_km2 == pytest.approx(area, rel=1e-3)


def test_weapon_of_the_catalogue_is_filled_in() -> None:
    """Else a difference for a weapon by its name would be one for any weapon."""
    diff = sr.diff("ban", "kharkiv", given={"weapon.name": "storm-shadow"})
    assert not diff.equivalent
    assert all("weapon.max_range_km" not in r.when for r in diff)


@pytest.mark.parametrize("launch", [at(1.5, 1.5), at(0.5, 0.5), at(3, 1), at(20, 1)])
def test_targets_beyond_every_zone_are_not_forgotten(launch: dict[str, float]) -> None:
    """Else a long strike would be impossible from within the zones that happen to be named."""
    far = {"strike.distance_km": {"ge": 1000}}
    never = {"all": [{"target.location": {"within": "z"}}, {"target.location": {"disjoint": "z"}}]}
    a, b = (policy(n, e, far) for n, e in (("a", "prohibit"), ("b", "permit")))
    for one in (a, b):
        one["rules"].append({"id": "never", "effect": "prohibit", "when": never})
    (region,) = sr.diff(a, b, given={"launch.location": launch})
    assert region.condition == {"strike.distance_km": {"ge": 1000.0}}
    assert region.shown


def test_edge_of_a_given_region_is_not_in_it() -> None:
    """Else a site that is somewhere in a district would be told apart by its neighbours."""
    district = {"type": "Polygon", "coordinates": [ring(0, 0, 3, 2)]}
    when = {"all": [{"target.location": {"within": "z"}}, {"target.location": {"within": "y"}}]}
    # the two have one point in common, on the edge of the district
    parts = {"z": [(0, 0, 1, 2)], "y": [(1, 2, 3, 3), (2, 0, 3, 1)]}
    zones = {
        name: {"geometry": {"type": "MultiPolygon", "coordinates": [[ring(*box)] for box in boxes]}}
        for name, boxes in parts.items()
    }
    a, b = (policy(n, e, when) | {"zones": zones} for n, e in (("a", "prohibit"), ("b", "permit")))
    assert not sr.diff(a, b).equivalent
    assert sr.diff(a, b, given={"target.location": district}).equivalent
