"""Hypothesis strategies for scenarios, with values where a policy draws its lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import deepcopy
from os import PathLike
from typing import Any

import shapely
from hypothesis import strategies as st

from strikerules.api import Policy, load
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, RANGE, TARGET
from strikerules.geography.edges import point_to_zone_km
from strikerules.geography.geodesy import destination, distance_km, inverse
from strikerules.geography.places import Place
from strikerules.geography.ranges import distance_range_km
from strikerules.language.library import DEFAULT
from strikerules.language.weapons import FILLED, catalogue
from strikerules.testing.strategies_facts import Asked, Flat
from strikerules.testing.strategies_places import around, beside_line, locations

__all__ = ["scenarios"]

_NAME = "weapon.name"
_PLACES = (TARGET, LAUNCH)
#: These hang together, and are drawn in an order of their own.
_TIED = (_NAME, TARGET, LAUNCH, DISTANCE, DEPTH, *(f"weapon.{key}" for key in FILLED))
_ACCURACIES = (0, 0, 0, 1, 3, 10)
#: Of what a strike may cover, this much: rounding a position takes less than the rest.
_MOST = 0.999
_HEAD = ("scenario", "title", "text", "note")


def scenarios(
    policy: Policy | Mapping[str, Any] | str | PathLike[str] | None = None,
    *,
    given: Mapping[str, Any] | None = None,
    complete: bool = False,
) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for scenarios that a policy has something to say about.

    Values lie where the policy draws its lines: at and just beside each threshold, the words that
    it names and one that it doesn't, the day of a change and the days around it, points inside,
    outside and on the edges of its zones. Facts are left out, or null, and places uncertain. The
    facts of a scenario do not contradict each other. They shrink towards few facts.

    Parameters
    ----------
    policy : Policy, mapping, str or path, optional
        What `strikerules.load` takes, or what it returns; the shipped timeline unless given.
    given : mapping, optional
        Facts that each scenario has, nested or dotted; null stays null. What is drawn keeps to
        them as far as places, distances and the weapon's range go.
    complete : bool
        Give each fact that the policy tests, and each place as one exact point. A distance and a
        depth may follow from the places. A point may still be so close to the edge of a zone that
        it is uncertain on which side it lies.

    Returns
    -------
    SearchStrategy
        Of nested mappings such as `Policy.check` takes, always valid for the policy.

    Raises
    ------
    InvalidInput
        As `load` does, and as `Policy.check` does for what is given.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> import strikerules as sr
    >>> ban, limited = sr.load("ban"), sr.load("kharkiv")
    >>> @settings(max_examples=20, derandomize=True, database=None, deadline=None)
    ... @given(scenarios(limited, complete=True))
    ... def permits_no_less(scenario):
    ...     if ban.check(scenario).decision == "permitted":
    ...         assert limited.check(scenario).decision == "permitted"
    >>> permits_no_less()
    """
    if policy is None:
        policy = DEFAULT
    found = policy if isinstance(policy, Policy) else load(policy)
    Asked(found, given or {})
    return _scenarios(found, given or {}, complete)


def _draw_scenario(
    draw: st.DrawFn, policy: Policy, given: Mapping[str, Any], complete: bool
) -> dict[str, Any]:
    return _Drawing(draw, Asked(policy, given), complete).scenario()


_draw_scenario.__name__ = "scenarios"
_scenarios: Callable[..., st.SearchStrategy[dict[str, Any]]] = st.composite(_draw_scenario)


class _Drawing:
    """One scenario being drawn; `flat` has what is settled so far, by paths."""

    def __init__(self, draw: st.DrawFn, asked: Asked, complete: bool) -> None:
        self.draw, self.asked, self.complete = draw, asked, complete
        self.flat: Flat = dict(asked.given)
        self.places: dict[str, Place] = {
            path: asked.place(path, self.flat[path])
            for path in _PLACES
            if self.flat.get(path) is not None
        }
        self.full = complete or draw(st.sampled_from((False, False, False, True)))
        others = [p for p in asked.vocabulary if p not in asked.operands]
        self.extra = set(draw(st.lists(st.sampled_from(others), max_size=2, unique=True)))

    def scenario(self) -> dict[str, Any]:
        """Return a whole scenario, nested."""
        self._weapon()
        self._target()
        self._launch()
        self._distance()
        self._range()
        self._depth()
        for path in self.asked.vocabulary:
            if path not in _TIED or path.partition(".")[2] in FILLED:
                self._settle(path)
        return self._nested()

    # -- what becomes of a fact ----------------------------------------------------------------

    def _fate(self, path: str, asked: bool | None = None) -> str:
        """Draw whether a fact is left out, null, or has a value."""
        if path in self.flat:
            return "given"
        if path not in self.asked.operands if asked is None else not asked:
            return "value" if path in self.extra else "out"
        if self.full:
            return "value"
        return self.draw(st.sampled_from(("out", "value", "value", "null", "value")))

    def _settle(self, path: str, low: float = -math.inf) -> None:
        fate = self._fate(path)
        if fate == "null":
            self.flat[path] = None
        elif fate == "value":
            self.flat[path] = self.draw(self.asked.values(path, low))

    def _number(self, path: str) -> float | None:
        """Return a number that is known so far."""
        value = self.asked.known.get(path, self.flat.get(path))
        return None if isinstance(value, bool) or not isinstance(value, float | int) else value

    @property
    def reach(self) -> float:
        """The most that the strike may cover, as far as that is known."""
        limits = (self._number(DISTANCE), self._number(RANGE))
        return min((km for km in limits if km is not None), default=math.inf)

    # -- the weapon ----------------------------------------------------------------------------

    def _weapon(self) -> None:
        """A name fills in other facts, so that these are left to it, or said once more."""
        name = self.asked.known.get(_NAME)
        fate = self._fate(_NAME)
        if fate == "null":
            self.flat[_NAME] = None
        if fate == "value":
            low = self._number(DISTANCE) or self._apart()
            known = {p: v for p, v in self.asked.given.items() if v is not None}
            fitting = [weapon.name for weapon in self.asked.weapons(low, known)]
            if fitting:
                name = self.flat[_NAME] = self.draw(st.sampled_from(fitting))
        weapon = next((w for w in catalogue().values() if name in (w.name, w.title)), None)
        for key in FILLED if weapon is not None else ():
            path, value = f"weapon.{key}", getattr(weapon, key)
            if value is None or path in self.flat:
                continue
            if self.complete:
                self.flat[path] = value
            else:
                said = self.draw(st.sampled_from(("left", "null", "said")))
                if said != "left":
                    self.flat[path] = None if said == "null" else value
                elif key == "max_range_km":
                    self.asked.known[path] = value
                else:
                    self.flat.setdefault(path, ...)

    # -- places --------------------------------------------------------------------------------

    def _target(self) -> None:
        asked = TARGET in self.asked.operands
        depth = self._number(DEPTH)
        if depth is not None and not (asked and self.complete):
            return
        if not asked and self.complete and DEPTH in self.asked.operands and depth is None:
            asked = LAUNCH in self.places or self.draw(st.booleans())
        fate = self._fate(TARGET, asked)
        if fate == "null":
            self.flat[TARGET] = None
        elif fate == "value":
            ukraine = self.asked.policy.atlas.register_zone("ukraine")
            point = None
            if depth:
                point = beside_line(self.draw, ukraine, depth, exactly=True)
            elif depth == 0:
                point = _point(self.draw(locations(ukraine, where="inside")))
            self._put(TARGET, self._location(TARGET) if point is None else _written(point))

    def _launch(self) -> None:
        asked = LAUNCH in self.asked.operands
        if not asked and DISTANCE in self.asked.operands and DISTANCE not in self.flat:
            asked = TARGET in self.places and self.draw(st.booleans())
            if not asked and not self.complete:
                return
        fate = self._fate(LAUNCH, asked)
        if fate == "null":
            self.flat[LAUNCH] = None
        elif fate == "value":
            if TARGET in self.places and (
                LAUNCH not in self.asked.operands or self.draw(st.booleans())
            ):
                self._put(LAUNCH, self._at_a_distance(self.places[TARGET]))
            else:
                self._put(LAUNCH, self._location(LAUNCH))

    def _location(self, path: str) -> dict[str, Any]:
        """Draw a location by the lines that the policy compares it with."""
        zone, km = self.draw(st.sampled_from(self.asked.lines[path]))
        point = None if km is None else beside_line(self.draw, zone, km)
        location = self.draw(locations(zone)) if point is None else _written(point)
        if self.complete:
            return location
        regions = self.asked.regions[path]
        how = self.draw(st.sampled_from(("exact", "exact", "near", *("zone",) * bool(regions))))
        if how == "zone":
            return {"zone": self.draw(st.sampled_from(regions))}
        accuracy = self.draw(st.sampled_from((1, 3, 10))) if how == "near" else 0
        return location | ({"accuracy_km": accuracy} if accuracy else {})

    def _at_a_distance(self, other: Place) -> dict[str, Any]:
        """Draw a point so far from a place as a strike may cover, at thresholds above all."""
        stated, reach = self._number(DISTANCE), self.reach
        km = stated
        if km is None:
            km = self.draw(self.asked.values(DISTANCE))
            assert km is not None
            if km > reach:
                km = reach * _MOST
        km = min(km, 5000.0)
        azimuth = self.draw(st.sampled_from((180, 225, 135, 270, 90, 315, 45, 0)))
        return _written(destination(*_middle(other), azimuth, km))

    def _put(self, path: str, location: dict[str, Any]) -> None:
        """Settle a place; where it is too far from the other, move it towards that."""
        self.flat[path], self.places[path] = location, self.asked.place(path, location)
        other = self.places.get(LAUNCH if path == TARGET else TARGET)
        stated = self._number(DISTANCE)
        if other is None or (stated is None and self._apart() <= self.reach):
            return
        start, end = _middle(other), _middle(self.places[path])
        azimuth = inverse(*start, *end)[1]
        km = stated if stated is not None else self.reach * _MOST
        moved = _written(destination(*start, azimuth, km))
        accuracy = location.get("accuracy_km")
        self.flat[path] = moved | ({"accuracy_km": accuracy} if accuracy else {})
        self.places[path] = self.asked.place(path, self.flat[path])

    def _apart(self) -> float:
        """Return the least distance between the two places, 0 where one is unknown, in km."""
        if len(self.places) < 2:
            return 0.0
        a, b = self.places[TARGET], self.places[LAUNCH]
        if a.kind == b.kind == "point":
            km = distance_km(a.lon, a.lat, b.lon, b.lat)
            return max(0.0, km - a.accuracy_km - b.accuracy_km)
        if b.kind == "point":
            a, b = b, a
        if a.kind == "point":
            km = point_to_zone_km(b.region, b.edges, a.lon, a.lat)
            return max(0.0, km - a.accuracy_km)
        if a.zone is not None and a.zone is b.zone:
            return 0.0
        return distance_range_km(a.region, b.region, edges_a=a.edges, edges_b=b.edges)[0]

    # -- distances -----------------------------------------------------------------------------

    def _distance(self) -> None:
        if len(self.places) == 2:
            if DISTANCE in self.asked.operands and not self.full and DISTANCE not in self.flat:
                if self.draw(st.sampled_from((False, False, False, True))):
                    self.flat[DISTANCE] = None
            return
        reach = self.reach
        self._settle(DISTANCE)
        km = self._number(DISTANCE)
        if km is not None and km > reach:
            self.flat[DISTANCE] = reach

    def _range(self) -> None:
        if RANGE in self.asked.known:
            return
        self._settle(RANGE, max(self._number(DISTANCE) or 0.0, self._apart()))

    def _depth(self) -> None:
        """A depth follows from the target; beside a launch point it could contradict its reach."""
        if not self.places:
            self._settle(DEPTH)

    # -- writing -------------------------------------------------------------------------------

    def _nested(self) -> dict[str, Any]:
        found: dict[str, Any] = {"scenario": "drawn"}
        order = [*_HEAD, *self.asked.vocabulary]
        for path in sorted(self.flat, key=lambda p: order.index(p) if p in order else len(order)):
            value = self.flat[path]
            if value is ...:
                continue
            group, dot, name = path.partition(".")
            if dot and group not in self.asked.vocabulary:
                found.setdefault(group, {})[name] = deepcopy(value)
            else:
                found[path] = deepcopy(value)
        return found


def _middle(place: Place) -> tuple[float, float]:
    """Return a point of a place."""
    if place.kind == "point":
        return place.lon, place.lat
    point = shapely.point_on_surface(place.region)
    return point.x, point.y


def _point(location: Mapping[str, float]) -> tuple[float, float]:
    return location["lon"], location["lat"]


def _written(point: tuple[float, float]) -> dict[str, Any]:
    return {"lon": round(point[0], 6), "lat": round(point[1], 6)}
