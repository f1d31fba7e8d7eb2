"""The shipped policy on real borders: a region allows whatever a point of it allows."""

from __future__ import annotations

from typing import Any

import pytest
from geographiclib.geodesic import Geodesic

import strikerules as sr

from .conftest import SOAK
from .grid import kilometres
from .source import Seeded, Source

BLOCKS = 4
COUNT = SOAK // 400 or 40
POINTS = 8


def invented(source: Source) -> dict[str, Any]:
    """Return a scenario in open country on either side of the border, its target left out."""
    scenario: dict[str, Any] = {
        "weapon.made_in": source.pick(("US", "GB")),
        "weapon.max_range_km": source.pick((40, 80, 150, 300)),
        "target.supports": source.pick(("kharkiv_assault", "other_operation")),
        "launch.location": {
            "lon": 35.5 + source.pick(range(30)) / 10,
            "lat": 49.2 + source.pick(range(10)) / 10,
        },
    }
    return {k: v for k, v in scenario.items() if source.chance(80)}


def region(source: Source) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return an uncertain place and points of it."""
    lon, lat = 35 + source.pick(range(40)) / 10, 49.8 + source.pick(range(20)) / 10
    if source.chance(50):
        km = source.pick((2, 10, 40))
        points = []
        for _ in range(POINTS):
            azimuth, away = source.pick(range(0, 360, 5)), km * source.pick(range(100)) / 100
            end = Geodesic.WGS84.Direct(lat, lon, azimuth, 1000 * away)
            points.append({"lon": end["lon2"], "lat": end["lat2"]})
        return {"lon": lon, "lat": lat, "accuracy_km": km}, points
    wide = source.pick((0.1, 0.5, 1.5))
    corners = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)]
    ring = [[lon + wide * x, lat + wide * y] for x, y in corners]
    points = [
        {
            "lon": lon + wide * source.pick(range(1, 50)) / 50,
            "lat": lat + wide * source.pick(range(1, 50)) / 50,
        }
        for _ in range(POINTS)
    ]
    return {"type": "Polygon", "coordinates": [ring]}, points


def within_reach(scenario: dict[str, Any], point: dict[str, Any]) -> bool:
    launch, reach = scenario.get("launch.location"), scenario.get("weapon.max_range_km")
    if launch is None or reach is None:
        return True
    apart = kilometres((launch["lon"], launch["lat"]), (point["lon"], point["lat"]))
    return bool(apart <= reach)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_region_allows_what_its_points_allow(block: int) -> None:
    """Else a better position could turn a settled answer round on a real border."""
    policy = sr.load("kharkiv")
    seen = set()
    for seed in range(block, COUNT, BLOCKS):
        source = Seeded(seed)
        scenario = invented(source)
        place, points = region(source)
        # beyond the weapon's range facts contradict each other, and are taken as given
        points = [p for p in points if within_reach(scenario, p)]
        if not points:
            continue
        somewhere = policy.check(scenario | {"target.location": place})
        nowhere = policy.check(scenario)
        assert set(somewhere.possible) <= set(nowhere.possible), (seed, scenario, place)
        for point in points:
            there = policy.check(scenario | {"target.location": point})
            assert set(there.possible) <= set(somewhere.possible), (seed, scenario, place, point)
            seen.add(there.possible)
    assert len(seen) > 2
