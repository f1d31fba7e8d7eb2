"""Distances from places that are not exact: what sample points do, the engine must allow.

The samples are points of the place and exact geodesics from them; outlines are sampled finely. A
sample that is too near to a threshold to be sure of is left out.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Geod

import strikerules as sr

from .conftest import SOAK
from .one_world import Law, evaluate
from .source import Seeded, Source
from .strategies import at, ring

GEOD = Geod(ellps="WGS84")
SLACK_KM = 0.2
COUNT = SOAK // 100 or 90
BLOCKS = 5
Points = NDArray[np.float64]


def samples(place: dict[str, Any] | None) -> Points:
    """Return points of a place, those on its outline too: (n, 2), degrees."""
    if place is None:
        xs, ys = np.linspace(-34, -23, 8), np.linspace(27, 36, 8)
        return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    if "coordinates" in place:
        lons, lats = zip(*place["coordinates"][0], strict=True)
        xs, ys = np.linspace(min(lons), max(lons), 6), np.linspace(min(lats), max(lats), 6)
        return np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    found = [(place["lon"], place["lat"])]
    reach = place.get("accuracy_km", 0)
    for km in (0.5 * reach, 0.999 * reach) if reach else ():
        for azimuth in range(0, 360, 30):
            found.append(GEOD.fwd(place["lon"], place["lat"], azimuth, 1000 * km)[:2])
    return np.array(found)


def outline(box: dict[str, Any]) -> Points:
    """Return points of a box's outline, close to each other."""
    corners = np.array(box["coordinates"][0], dtype=float)
    steps = np.linspace(0, 1, 200)[:, None]
    sides = [a + steps * (b - a) for a, b in itertools.pairwise(corners)]
    return np.concatenate(sides)


def kilometres(a: Points, b: Points) -> Points:
    """Return the distances from each point of `a` to each of `b`: (len(a), len(b))."""
    left, right = np.repeat(a, len(b), axis=0), np.tile(b, (len(a), 1))
    _, _, metres = GEOD.inv(left[:, 0], left[:, 1], right[:, 0], right[:, 1])
    return np.asarray(metres).reshape(len(a), len(b)) / 1000


def covered(points: Points, box: dict[str, Any]) -> NDArray[np.bool_]:
    """Tell which points are in a box."""
    corners = np.array(box["coordinates"][0], dtype=float)
    return np.asarray(
        ((points >= corners.min(axis=0)) & (points <= corners.max(axis=0))).all(axis=1)
    )


def a_box(source: Source) -> dict[str, Any]:
    west, south = source.pick(range(3)), source.pick(range(3))
    size = source.pick((0.5, 1, 2))
    corners = ring(west, south, west + 1, south + 1)
    moved = [[west - 30 + (x + 30 - west) * size, y] for x, y in corners]
    return {"type": "Polygon", "coordinates": [moved]}


def a_place(source: Source) -> dict[str, Any]:
    point = at(source.pick(range(12)) / 4, source.pick(range(12)) / 4)
    kind = source.pick(("point", "disc", "box"))
    if kind == "box":
        return a_box(source)
    return point | ({"accuracy_km": source.pick((1, 30, 120))} if kind == "disc" else {})


@pytest.mark.parametrize("block", range(BLOCKS))
def test_distance_of_a_strike_is_between_what_samples_say(block: int) -> None:
    """Else a strike from somewhere could be settled although it may be near or far."""
    for seed in range(block, COUNT, BLOCKS):
        source = Seeded(seed)
        target, launch = a_place(source), a_place(source)
        apart = kilometres(samples(target), samples(launch))
        cut = source.pick((60, 100, 150, 250, float(np.median(apart))))
        policy = {
            "policy": "p",
            "otherwise": "prohibit",
            "rules": [
                {"id": "r", "effect": "permit", "when": {"strike.distance_km": {"le": cut}}},
            ],
        }
        scenario: dict[str, Any] = {"target.location": target, "launch.location": launch}
        reach = source.pick((None, 400, 200))
        if reach is not None and apart.min() < reach - SLACK_KM:
            scenario["weapon.max_range_km"] = reach
            apart = apart[apart <= reach]
        decision = sr.load(policy).check(scenario)
        seen = {"permitted"} if (apart < cut - SLACK_KM).any() else set()
        seen |= {"prohibited"} if (apart > cut + SLACK_KM).any() else set()
        assert seen <= set(decision.possible), (seed, policy, scenario)
        # a place's samples are some km from its nearest and its farthest point
        coarse = 40.0
        if apart.max() < cut - coarse or apart.min() > cut + coarse:
            assert len(decision.possible) == 1, (seed, policy, scenario)


@pytest.mark.parametrize("missing", ["nothing", "target.location", "launch.location"])
@pytest.mark.parametrize("block", range(BLOCKS))
def test_zones_and_distances_together_allow_what_samples_do(block: int, missing: str) -> None:
    """Else conditions on one place could be settled apart that only hold together."""
    for seed in range(block, COUNT // 2, BLOCKS):
        source = Seeded(1000 + seed)
        boxes = {"z0": a_box(source), "z1": a_box(source)}
        km, cut = source.pick((40, 80, 150)), source.pick((80, 160))
        policy = joined(source, boxes, km, cut)
        places = {name: a_place(source) for name in ("target.location", "launch.location")}
        places.pop(missing, None)
        reach = source.pick((None, 200, 400))
        scenario = places | ({} if reach is None else {"weapon.max_range_km": reach})
        possible = set(sr.load(policy).check(scenario).possible)
        points = samples(places.get("target.location"))
        starts = samples(places.get("launch.location"))
        apart = kilometres(points, starts)
        if reach is not None and apart.min() < reach:
            apart[apart > reach] = np.nan
        to_edges = {n: kilometres(points, outline(b)).min(axis=1) for n, b in boxes.items()}
        in_box = {name: covered(points, box) for name, box in boxes.items()}
        to_z0 = np.where(in_box["z0"], 0.0, to_edges["z0"])
        sure = (abs(to_z0 - km) > SLACK_KM) & (to_edges["z1"] > 1)
        for i in np.flatnonzero(sure):
            for distance in apart[i][abs(apart[i] - cut) > SLACK_KM]:
                facts = {
                    "near": bool(to_z0[i] <= km),
                    "far": bool(distance > cut),
                    "inside": bool(in_box["z1"][i]),
                }
                assert decided(policy, facts) in possible, (seed, policy, scenario, facts)


def joined(source: Source, boxes: dict[str, Any], km: int, cut: int) -> dict[str, Any]:
    """Return a policy whose rules join what is near, far and inside."""
    near = {"target.location": {"within_distance": {"of": "z0", "km": km}}}
    far = {"strike.distance_km": {"gt": cut}}
    inside = {"target.location": {"within": "z1"}}
    rules = [
        ("a", "permit", {source.pick(("all", "any")): [{"is": "near"}, {"not": {"is": "inside"}}]}),
        ("b", "prohibit", {"all": [{"is": "far"}, {"is": "inside"}]}),
        ("c", "prohibit", {"all": [{"not": {"is": "near"}}, {"is": "far"}]}),
    ]
    return {
        "policy": "p",
        "zones": {name: {"geometry": box} for name, box in boxes.items()},
        "definitions": {"near": near, "far": far, "inside": inside},
        "conflicts": source.pick(("prohibit-overrides", "permit-overrides")),
        "otherwise": source.pick(("prohibit", "permit", "not_governed")),
        "rules": [{"id": name, "effect": effect, "when": when} for name, effect, when in rules],
    }


def decided(policy: dict[str, Any], facts: dict[str, bool]) -> str:
    """Return the outcome where it is known what is near, far and inside."""
    (outcome,), _ = evaluate(Law(policy, facts, {}, {}), {})
    return outcome
