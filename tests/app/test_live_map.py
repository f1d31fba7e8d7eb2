"""The map of the live page: it follows the case, and draws itself anew where that lies far off."""

from __future__ import annotations

import pytest

import strikerules as sr
from strikerules.app.live_map import LiveMap

POLICY = sr.load("kharkiv")


def _case(lon: float, lat: float) -> sr.Scenario:
    return sr.Scenario.of({"target.location": {"lon": lon, "lat": lat}})


def test_a_point_that_is_held_stays_with_the_pointer() -> None:
    """The server would move the point back while it is dragged."""
    shown = LiveMap(POLICY, "map_a", _case(36.9, 50.45))
    held = shown.map.sources["target"].data
    shown.show_case(_case(37.5, 50.45), "target")
    assert shown.map.sources["target"].data == held
    shown.show_case(_case(37.5, 50.45), None)
    assert shown.map.sources["target"].data != held


def test_far_away() -> None:
    """A policy for another part of the world would be shown on an empty map."""
    first = LiveMap(POLICY, "map_a", _case(36.9, 50.45))
    second = LiveMap(POLICY.vary(), "map_b", _case(36.9, 50.45), first.map.frame, first)
    assert (first.look_at_case(), second.look_at_case()) == (False, False)
    before = first.map.sources["towns"].data
    for shown in (first, second):
        shown.show_case(_case(-30.0, 40.0), None)
    assert (first.look_at_case(), second.look_at_case()) == (True, True)
    assert first.map.frame is second.map.frame
    assert first.map.sources["towns"].data != before
    x, y = first.map.to_local(-30.0, 40.0)
    assert first.to_lonlat(x, y) == (pytest.approx(-30.0), pytest.approx(40.0))
    figure = first.map.figure
    assert figure.x_range.start < x < figure.x_range.end
    assert figure.y_range.start < y < figure.y_range.end
    west, south, east, north = first.within
    assert west < -30 < east
    assert south < 40 < north


def test_places_far_apart() -> None:
    """The map would show the middle between target and launch point, and neither."""
    case = sr.Scenario.of({"target.location": {"lon": -30, "lat": 40},
                           "launch.location": {"lon": 36, "lat": 50}})  # fmt: skip
    shown = LiveMap(POLICY, "map_a")
    shown.show_case(case, None)
    assert shown.look_at_case() is True
    x, _ = shown.map.to_local(-30.0, 40.0)
    assert shown.map.figure.x_range.start < x < shown.map.figure.x_range.end


def test_another_policy_has_other_zones() -> None:
    """The zones of the policy before would stay on the map."""
    shown = LiveMap(POLICY, "map_a")
    assert shown.map.sources["zones"].data["xs"]
    shown.show_policy(sr.load("ban"))
    assert not shown.map.sources["zones"].data["xs"]
