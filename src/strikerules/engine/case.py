"""A scenario before a program: what each test's value is, and what is left open."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from strikerules.engine.domains import Span, holds
from strikerules.engine.program import Atom, Program
from strikerules.geography.atlas import Atlas, zones_of
from strikerules.geography.cells import Line
from strikerules.geography.geodesy import FARTHEST_KM, distance_km
from strikerules.geography.places import ANYWHERE, Place, Side, place_within_reach
from strikerules.language.scenario import Scenario
from strikerules.language.values import Value, written
from strikerules.language.weapons import FILLED, find_weapon
from strikerules.problems import InvalidInput, Problem

if TYPE_CHECKING:
    from strikerules.geography.zones import Zone

__all__ = ["AGREE_KM", "DEPTH", "DISTANCE", "LAUNCH", "RANGE", "TARGET", "Case", "beyond_range"]

TARGET, LAUNCH = "target.location", "launch.location"
DISTANCE, DEPTH, RANGE = "strike.distance_km", "target.depth_km", "weapon.max_range_km"
#: A distance or a depth that is given is rounded; the places may be so much nearer or farther.
AGREE_KM = 0.1


class Case:
    """What is known of a scenario, seen by one program.

    Parameters
    ----------
    program : Program
    scenario : Scenario
    atlas : Atlas

    Attributes
    ----------
    values : dict
        Known facts, with those that the weapon's name fills in.
    places : dict
        The target's and the launch point's places; a missing one is anywhere.
    distance : Span
        How far the strike can be, in km.
    warnings : list of Problem
        Facts that contradict each other or the catalogue.
    """

    def __init__(self, program: Program, scenario: Scenario, atlas: Atlas) -> None:
        self.program, self.scenario, self.atlas = program, scenario, atlas
        self.warnings: list[Problem] = list(scenario.remarks)
        self.values: dict[str, Value] = dict(scenario.values)
        self.filled: dict[str, str] = {}
        problems: list[Problem] = []
        try:
            self._fill()
        except InvalidInput as error:
            problems += error.problems
        #: For a place that it is known of already, on which sides of which lines it can be.
        self.combinations: dict[str, tuple[list[Line], Iterable[tuple[bool, ...]]]] = {}
        self.places: dict[str, Place] = {}
        for path in (TARGET, LAUNCH):
            try:
                self.places[path] = self._place(path)
            except InvalidInput as error:
                problems += error.problems
        if problems:
            raise InvalidInput(problems)
        self._bring_within_reach()
        self.given = frozenset(scenario.given | scenario.withheld)
        self.limited = True
        self.linked = True
        self.distance = self._distance()
        self.range = self._range()
        self._depth_given()
        self.atom_values: list[bool | None] = [self._value(a) for a in program.atoms]

    def _fill(self) -> None:
        name = self.values.get("weapon.name")
        if name is None:
            return
        weapon = find_weapon(name, self.scenario.positions.get("weapon.name"))
        self.values["weapon.name"] = weapon.name
        for key in FILLED:
            path, value = f"weapon.{key}", getattr(weapon, key)
            if path in self.scenario.withheld or value is None:
                continue
            if path not in self.values:
                self.values[path] = value
                self.filled[path] = weapon.name
            elif self.values[path] != value:
                self.warnings.append(
                    Problem(
                        "SR703",
                        f"`{path}` is given as `{written(self.values[path])}`; the catalogue has"
                        f" `{written(value)}` for `{weapon.name}`",
                        self.scenario.positions.get(path),
                        help="the scenario's own value is used",
                    )
                )

    def _place(self, path: str) -> Place:
        if path not in self.scenario.locations:
            return ANYWHERE
        positions = self.scenario.positions
        position = next(
            (positions[p] for k in ("zone", "place") if (p := f"{path}.{k}") in positions),
            positions.get(path),
        )
        return self.atlas.place(
            self.scenario.locations[path], position, zones_of(self.program.ruling)
        )

    def _bring_within_reach(self) -> None:
        """A missing place is no farther from the other than the strike, or the weapon's reach."""
        reach = self.values.get(DISTANCE, self.values.get(RANGE))
        if DISTANCE in self.values and isinstance(reach, float):
            reach += AGREE_KM
        if not isinstance(reach, float) or DISTANCE in self.scenario.withheld:
            return
        for path, other in ((TARGET, LAUNCH), (LAUNCH, TARGET)):
            asked = any(a.attribute == path for a in self.program.atoms) or path == TARGET
            if self.places[path] is ANYWHERE and self.places[other] is not ANYWHERE and asked:
                self.places[path] = place_within_reach(self.places[other], reach)

    @property
    def ukraine(self) -> Zone:
        """The zone that depth is measured from."""
        return self.atlas.register_zone("ukraine")

    def _distance(self) -> Span:
        """How far the strike can be, before the weapon's range is looked at."""
        target, launch = self.places[TARGET], self.places[LAUNCH]
        measured = None
        withheld = DISTANCE in self.scenario.withheld
        if not withheld and ANYWHERE not in (target, launch):
            if target.exact and launch.exact:
                km = distance_km(launch.lon, launch.lat, target.lon, target.lat)
                measured = Span(km, km)
            elif self._asks_distance():
                measured = self._between(target, launch)
        stated = self.values.get(DISTANCE)
        if isinstance(stated, float):
            if measured is not None and not (
                measured.low - AGREE_KM <= stated <= measured.high + AGREE_KM
            ):
                self.linked = False
                self._contradiction(
                    DISTANCE,
                    f"`{DISTANCE}` is given as {written(stated)} km; the two places are"
                    f" {_apart(measured)} apart",
                )
            return Span(stated, stated)
        return measured or Span(0.0, FARTHEST_KM)

    def _asks_distance(self) -> bool:
        """Whether a distance between uncertain places can matter."""
        return bool({RANGE, DISTANCE} & self.values.keys()) or any(
            a.attribute in (DISTANCE, RANGE) for a in self.program.atoms
        )

    def _between(self, a: Place, b: Place) -> Span:
        from strikerules.geography.ranges import distance_range_km

        low, high = distance_range_km(a.region, b.region, edges_a=a.edges, edges_b=b.edges)
        return Span(low, high)

    def _range(self) -> Span:
        """What the weapon can reach; where facts contradict each other they stand as given."""
        stated = self.values.get(RANGE)
        if isinstance(stated, float):
            if self.distance.low > stated:
                self.limited = False
                self._contradiction(RANGE, beyond_range(self.distance.low, stated))
            else:
                self.distance = self.distance.meet(Span(0.0, stated))
            return Span(stated, stated)
        return Span(self.distance.low, math.inf, True, False)

    def _depth_given(self) -> None:
        stated, target = self.values.get(DEPTH), self.places[TARGET]
        if not isinstance(stated, float) or TARGET not in self.scenario.locations:
            return
        if not target.exact:
            nearer = target.within_distance(self.ukraine, stated - AGREE_KM).sure
            within = target.within_distance(self.ukraine, stated + AGREE_KM).sure
            inside = target.within(self.ukraine).sure
            if within is False or (stated > AGREE_KM and (nearer or inside)):
                self.contradict_depth()
            return
        measured = target.distance_to(self.ukraine)
        if abs(measured - stated) > self.ukraine.edge_km + AGREE_KM:
            self._contradiction(
                DEPTH,
                f"`{DEPTH}` is given as {written(stated)} km; the target is {measured:.1f} km from"
                " Ukraine",
            )

    def unlink(self) -> None:
        """Take distance, range and places as given: no world agrees with all of them."""
        self.linked = False
        self._contradiction(
            DISTANCE if DISTANCE in self.values else RANGE,
            "no two points of the places given are as far apart as the distance and the range say",
        )

    def contradict_depth(self) -> None:
        """Take the depth as given: no point of the target's place is so far from Ukraine."""
        if any(w.position == self.scenario.positions.get(DEPTH) for w in self.warnings):
            return
        stated = written(self.values[DEPTH])
        self._contradiction(
            DEPTH,
            f"`{DEPTH}` is given as {stated} km; no point of the target's place is so far from"
            " Ukraine",
        )

    def _contradiction(self, path: str, message: str) -> None:
        self.warnings.append(
            Problem(
                "SR701",
                message,
                self.scenario.positions.get(path),
                help="decided as given",
            )
        )

    def line(self, atom: Atom) -> Line | None:
        """Return the line that an atom asks about, for atoms that are about a place."""
        if atom.zone is not None:
            km = as_km(atom.operand) if atom.operator == "within_distance" else None
            # at most 0 km away is in the zone, its edge included
            return Line(atom.zone, km or None)
        return None

    def lines_of_depth(self, atom: Atom) -> list[float]:
        """Return the depths at which an atom's value changes."""
        operand = atom.operand
        numbers = operand if isinstance(operand, frozenset) else (operand,)
        return sorted(float(n) for n in numbers if isinstance(n, float | int))

    def side(self, atom: Atom) -> Side:
        """Compare a place with the line of a location test."""
        place = self.places[atom.attribute]
        assert atom.zone is not None
        if atom.operator == "within":
            return place.within(atom.zone)
        return place.within_distance(atom.zone, as_km(atom.operand))

    def _value(self, atom: Atom) -> bool | None:
        path = atom.attribute
        if atom.zone is not None:
            return self.side(atom).sure
        if path in self.values:
            return holds(atom, self.values[path])
        if path == DISTANCE:
            return over_span(atom, self.distance)
        if path == RANGE:
            return over_span(atom, self.range)
        if path == DEPTH and DEPTH not in self.scenario.withheld:
            return self._depth(atom)
        return None

    def _depth(self, atom: Atom) -> bool | None:
        place = self.places[TARGET]
        if place is ANYWHERE:
            return over_span(atom, Span(0.0, FARTHEST_KM))
        if place.exact and self.ukraine.edge_km == 0:
            return holds(atom, place.distance_to(self.ukraine))
        return self.depth_truth(atom, lambda km: place.within_distance(self.ukraine, km).sure)

    @staticmethod
    def depth_truth(atom: Atom, nearer: Callable[[float], bool | None]) -> bool | None:
        """Work out a test of depth from whether the place is within given depths.

        A depth is exactly 0 in Ukraine, and exactly another figure only on a line that has no
        extent, which an uncertain place is taken not to be on.
        """
        operand: Any = atom.operand
        if atom.operator in ("eq", "in"):
            zero = operand == 0 or (isinstance(operand, frozenset) and 0 in operand)
            return nearer(0.0) if zero else False
        km = float(operand)
        if km < 0 or (km == 0 and atom.operator == "lt"):
            return False
        return nearer(km)


def _apart(span: Span) -> str:
    if span.low == span.high:
        return f"{span.low:.1f} km"
    return f"{span.low:.1f} to {span.high:.1f} km"


def beyond_range(km: float, reach_km: float) -> str:
    """Return in words that a strike goes farther than its weapon."""
    return (
        f"the strike covers {km:.1f} km or more, and the weapon's maximum range is"
        f" {written(reach_km)} km"
    )


def as_km(operand: object) -> float:
    """Return a distance's operand as a number; the reader has checked that it is one."""
    assert isinstance(operand, float | int)
    return float(operand)


def over_span(atom: Atom, span: Span) -> bool | None:
    """Return a test's value where it is the same on an interval, else None."""
    if span.low == span.high:
        return holds(atom, span.low)
    operand: Any = atom.operand
    if atom.operator in ("eq", "in"):
        numbers = operand if isinstance(operand, frozenset) else (operand,)
        possible = [
            n for n in numbers
            if not span.meet(Span(float(n), float(n))).empty
        ]  # fmt: skip
        return None if possible else False
    cut = float(operand)
    below = Span(-math.inf, cut, False, atom.operator == "le")
    above = Span(cut, math.inf, atom.operator == "lt", False)
    if span.meet(above).empty:
        return True
    return False if span.meet(below).empty else None
