"""Hypothesis strategies for scenarios, with values where a policy draws its lines."""

from __future__ import annotations

import math
from collections.abc import Mapping
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
from strikerules.language.weapons import FILLED, find_weapon
from strikerules.testing.strategies.aims import draw_aim
from strikerules.testing.strategies.facts import Asked, Flat, tidy
from strikerules.testing.strategies.places import Where, beside_line, locations, prepare

__all__ = ["scenarios"]

_NAME = "weapon.name"
_PLACES = (TARGET, LAUNCH)
#: These follow from each other, and are drawn in an order of their own.
_LINKED = (TARGET, LAUNCH, DISTANCE, DEPTH)
#: Of what a strike may cover, this much: rounding a position takes less than the rest.
_MOST = 0.999
_FARTHEST_KM = 5000.0
_FATES = ("out", *("value",) * 6, "null")
_MOSTLY_INSIDE: tuple[Where, ...] = ("inside", "inside", "inside", "edge", "near")
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
    ruling = policy if isinstance(policy, Policy) else load(DEFAULT if policy is None else policy)
    asked = Asked(ruling, given or {})
    for zone in dict.fromkeys(a.zone for a in ruling.program.atoms if a.zone is not None):
        prepare(zone)

    # the name and the arguments are what the strategy shows of itself
    @st.composite
    def scenarios(
        draw: st.DrawFn, policy: Policy, given: Mapping[str, Any] | None, complete: bool
    ) -> dict[str, Any]:
        return _Drawing(draw, asked, complete).scenario()

    return scenarios(ruling, given=given, complete=complete)


class _Drawing:
    """One scenario being drawn.

    Attributes
    ----------
    flat : dict
        What the scenario says so far, by paths.
    closed : set of str
        What is settled, if only by being left out.
    filled : dict
        What the weapon's name says besides.
    """

    def __init__(self, draw: st.DrawFn, asked: Asked, complete: bool) -> None:
        self.draw, self.asked, self.complete = draw, asked, complete
        self.flat: Flat = dict(asked.given)
        self.closed = set(self.flat)
        self.filled: Flat = {}
        self.places: dict[str, Place] = {
            path: asked.place(path, self.flat[path])
            for path in _PLACES
            if self.flat.get(path) is not None
        }
        self.aim = draw_aim(draw, asked.policy.program, draw(st.sampled_from(asked.aims)))
        left_out = (*asked.operands, *(_LINKED if complete else ()))
        others = [path for path in asked.vocabulary if path not in left_out]
        choice = st.sampled_from(others) if others else st.nothing()
        self.extra = set(draw(st.lists(choice, max_size=2, unique=True)))

    def scenario(self) -> dict[str, Any]:
        """Return a whole scenario, nested."""
        self._weapon()
        self._target()
        self._launch()
        self._distance()
        self._settle(RANGE, max(self._number(DISTANCE) or 0.0, self._apart() / _MOST))
        self._depth()
        for path in self.asked.vocabulary:
            if path not in _LINKED and path != _NAME:
                self._settle(path)
        return self._nested()

    # -- what becomes of a fact ----------------------------------------------------------------

    def _fate(self, path: str, asked: bool | None = None) -> str:
        """Settle whether a fact is left out, null, or has a value; once for each fact."""
        if path in self.closed:
            return "settled"
        self.closed.add(path)
        if not (path in self.asked.operands if asked is None else asked):
            return "value" if path in self.extra else "out"
        return "value" if self.complete else self.draw(st.sampled_from(_FATES))

    def _settle(self, path: str, low: float = -math.inf) -> None:
        fate = self._fate(path)
        if fate == "null":
            self.flat[path] = None
        elif fate == "value":
            self.flat[path] = self.draw(self.asked.values(path, self.aim, low))

    def _number(self, path: str) -> float | None:
        """Return a number that is known so far."""
        for known in (self.asked.known, self.flat, self.filled):
            value = known.get(path)
            if isinstance(value, float | int) and not isinstance(value, bool):
                return float(value)
        return None

    @property
    def reach(self) -> float:
        """The most that the strike may cover, as far as that is known."""
        limits = (self._number(DISTANCE), self._number(RANGE))
        return min((km for km in limits if km is not None), default=math.inf)

    # -- the weapon ----------------------------------------------------------------------------

    def _weapon(self) -> None:
        """Settle the name; what it fills in is left to it, or said once more, or withheld."""
        name = self.asked.known.get(_NAME)
        fate = self._fate(_NAME)
        if fate == "null":
            self.flat[_NAME] = None
        if fate == "value":
            reaching = self.asked.weapons(self._number(DISTANCE) or self._apart() / _MOST)
            if reaching:
                names = self.aim.fitting(_NAME, [weapon.name for weapon in reaching])
                name = self.flat[_NAME] = self.draw(st.sampled_from(names))
        if name is None:
            return
        weapon = find_weapon(name, None)
        for path in (f"weapon.{key}" for key in FILLED):
            value = getattr(weapon, path.partition(".")[2])
            value = tidy(value) if isinstance(value, float) else value
            if value is None or path in self.closed:
                continue
            self.closed.add(path)
            how = "said" if self.complete else self.draw(st.sampled_from(("left", "null", "said")))
            if how == "left":
                self.filled[path] = value
            else:
                self.flat[path] = value if how == "said" else None

    # -- places --------------------------------------------------------------------------------

    def _target(self) -> None:
        asked, depth = self.asked.operands, self._number(DEPTH)
        wanted = TARGET in asked
        if depth is not None and not (wanted and self.complete):
            # a target elsewhere would contradict it
            self.closed.add(TARGET)
        elif self.complete and DEPTH in asked and depth is None and not wanted:
            wanted = (
                bool({LAUNCH, DISTANCE} & asked.keys())
                or LAUNCH in self.places
                or self.draw(st.booleans())
            )
        fate = self._fate(TARGET, wanted)
        if fate == "null":
            self.flat[TARGET] = None
        elif fate == "value":
            self._put(TARGET, self._location(TARGET) if depth is None else self._at_depth(depth))

    def _launch(self) -> None:
        asked, target = self.asked.operands, self.places.get(TARGET)
        wanted = LAUNCH in asked
        # drawn whether there is a target or not, so that a target can shrink away
        chance = self.draw(st.booleans())
        if not wanted and DISTANCE in asked and DISTANCE not in self.closed:
            wanted = target is not None and chance
        if target is None and self._number(DEPTH) is not None and not self.complete:
            # the target's depth could contradict the strike's reach
            self.closed.add(LAUNCH)
        fate = self._fate(LAUNCH, wanted)
        if fate == "null":
            self.flat[LAUNCH] = None
        elif fate == "value":
            relative = target is not None and (LAUNCH not in asked or chance)
            self._put(
                LAUNCH, self._at_a_distance(target) if relative and target is not None
                else self._location(LAUNCH),
            )  # fmt: skip

    def _location(self, path: str) -> dict[str, Any]:
        """Draw a location by the lines that the policy compares it with."""
        inside = [atom.zone for atom, truth in self.aim.lines(path) if truth and atom.zone]
        if inside:
            zone = min(inside, key=lambda z: z.geometry.area)
            location = self.draw(locations(zone, where=self.draw(st.sampled_from(_MOSTLY_INSIDE))))
        else:
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

    def _at_depth(self, km: float) -> dict[str, Any]:
        """Draw a target that is as far from Ukraine as is given, where there is one."""
        ukraine = self.asked.policy.atlas.register_zone("ukraine")
        if km == 0:
            return self.draw(locations(ukraine, where="inside"))
        point = beside_line(self.draw, ukraine, km, exactly=True)
        return self._location(TARGET) if point is None else _written(point)

    def _at_a_distance(self, other: Place) -> dict[str, Any]:
        """Draw a point so far from a place as matters to the policy, and as a strike may cover."""
        km = min(self.draw(self.asked.values(DISTANCE, self.aim)), self.reach * _MOST, _FARTHEST_KM)
        azimuth = self.draw(st.sampled_from((180, 225, 135, 270, 90, 315, 45, 0)))
        return _written(_reached(_middle(other), azimuth, km))

    def _put(self, path: str, location: dict[str, Any]) -> None:
        """Settle a place; where it is too far from the other, move it towards that."""
        self.flat[path], self.places[path] = location, self.asked.place(path, location)
        other, stated = self.places.get(LAUNCH if path == TARGET else TARGET), None
        if DISTANCE in self.asked.known:
            stated = self._number(DISTANCE)
        most = self.reach * _MOST
        if other is None or (stated is None and (math.isinf(most) or self._apart() <= most)):
            return
        start, end = _middle(other), _middle(self.places[path])
        km = most if stated is None else stated
        moved = _written(_reached(start, inverse(*start, *end)[1], km))
        self.flat[path] = moved | {k: v for k, v in location.items() if k == "accuracy_km"}
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
        """A distance follows from two places; it may be withheld all the same."""
        if len(self.places) < 2:
            reach = self.reach
            self._settle(DISTANCE)
            if (self._number(DISTANCE) or 0.0) > reach and DISTANCE not in self.asked.known:
                self.flat[DISTANCE] = reach
        elif not self.complete and self._fate(DISTANCE) == "null":
            self.flat[DISTANCE] = None

    def _depth(self) -> None:
        """A depth follows from the target; beside a launch point it could contradict its reach."""
        if not self.places or (self.complete and TARGET not in self.places):
            self._settle(DEPTH)

    # -- writing -------------------------------------------------------------------------------

    def _nested(self) -> dict[str, Any]:
        found: dict[str, Any] = {"scenario": "drawn"}
        order = [*_HEAD, *self.asked.vocabulary]
        for path in sorted(self.flat, key=lambda p: order.index(p) if p in order else len(order)):
            group, dot, name = path.partition(".")
            within = found.setdefault(group, {}) if dot and group not in order else found
            within[name if within is not found else path] = deepcopy(self.flat[path])
        return found


def _middle(place: Place) -> tuple[float, float]:
    """Return a point of a place."""
    if place.kind == "point":
        return place.lon, place.lat
    point = shapely.point_on_surface(place.region)
    return point.x, point.y


def _reached(start: tuple[float, float], azimuth: float, km: float) -> tuple[float, float]:
    if not km:
        return start
    lon, lat = destination(*start, azimuth, km)
    decimals = 6 if km >= 1 else 9
    return round(lon, decimals), round(lat, decimals)


def _written(point: tuple[float, float]) -> dict[str, Any]:
    return {"lon": point[0], "lat": point[1]}
