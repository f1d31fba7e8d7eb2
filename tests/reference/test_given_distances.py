"""A distance or a depth that is given, beside a place that is uncertain."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pyproj import Geod

import strikerules as sr

GEOD = Geod(ellps="WGS84")


def _cases(seed: int) -> list[tuple[dict[str, Any], float, tuple[float, float]]]:
    """Return scenarios with a blurred target, each with the true distance and the true target."""
    draw = random.Random(seed)
    found = []
    for _ in range(25):
        launch = (draw.uniform(36, 38), draw.uniform(49.6, 50.2))
        km = draw.uniform(20, 120)
        lon, lat, _ = GEOD.fwd(*launch, draw.uniform(-60, 60), km * 1000)
        blur = draw.choice([10, 30, 60])
        x, y, _ = GEOD.fwd(lon, lat, draw.uniform(0, 360), draw.uniform(0, 900 * blur))
        reach = round(km * draw.choice([1.01, 1.3]), 2)
        scenario = {
            "weapon": {"made_in": "US", "max_range_km": reach},
            "target.kind": "artillery",
            "target.supports": "kharkiv_assault",
            "target.location": {"lon": x, "lat": y, "accuracy_km": blur},
            "launch.location": {"lon": launch[0], "lat": launch[1]},
        }
        found.append((scenario, km, (lon, lat)))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_true_distance_only_narrows(seed: int) -> None:
    """To say how far a strike goes would unsettle what was settled."""
    policy = sr.load("kharkiv")
    for scenario, km, (lon, lat) in _cases(seed):
        told = scenario | {"strike.distance_km": km}
        there = scenario | {"target.location": {"lon": lon, "lat": lat}}
        free, tied = policy.check(scenario), policy.check(told)
        assert set(tied.possible) <= set(free.possible), told
        assert set(policy.check(there).possible) <= set(tied.possible), there
        assert not tied.warnings


@pytest.mark.parametrize(
    ("target", "possible"),
    [
        ({"location": {"zone": "russia"}, "depth_km": 150}, ("prohibited",)),
        ({"location": {"zone": "russia"}, "depth_km": 20}, ("permitted", "prohibited")),
        ({"depth_km": 0}, ("not_governed",)),
        ({"depth_km": 150}, ("prohibited", "not_governed")),
    ],
)
def test_a_depth_says_where_a_target_can_not_be(
    target: dict[str, Any], possible: tuple[str, ...]
) -> None:
    """A target far from Ukraine would still pass for one near Kharkiv."""
    scenario = {
        "weapon": {"made_in": "US", "max_range_km": 80},
        "target": target | {"supports": "kharkiv_assault", "kind": "artillery"},
    }
    assert sr.load("kharkiv").check(scenario).possible == possible


def test_a_distance_says_where_a_target_can_not_be() -> None:
    """A place that is given to be 300 km away would pass for one near Kharkiv."""
    scenario = {
        "weapon": {"made_in": "US", "max_range_km": 500},
        "target": {
            "location": {"zone": "russia"},
            "supports": "kharkiv_assault",
            "kind": "artillery",
        },
        "launch": {"location": {"lon": 36.7, "lat": 50.0}},
        "strike": {"distance_km": 300},
    }
    policy = sr.load("kharkiv").vary(readings={"meaning-of-long-range": "by-depth"})
    assert policy.check(scenario).possible == ("prohibited",)


@pytest.mark.parametrize("given", [{"strike.distance_km": 70}, {"target.depth_km": 90}])
def test_what_can_not_be_is_decided_as_given(given: dict[str, Any]) -> None:
    """A slip in one figure would leave no world, and so no answer at all."""
    scenario = {
        "weapon": {"made_in": "US", "max_range_km": 80},
        "target.location": {"lon": 36.9, "lat": 50.35, "accuracy_km": 5},
        "launch.location": {"lon": 36.7, "lat": 50.0},
    }
    decision = sr.load("kharkiv").check(scenario | given)
    assert decision.possible
    assert "SR701" in {w.code for w in decision.warnings}
