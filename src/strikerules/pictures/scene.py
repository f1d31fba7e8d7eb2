"""What a picture of a case shows: the case, where one has to look, and what is decided there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.landscape import Landscape, landscape
from strikerules.analysis.landscape_lines import Bound, Circle, Outline, bounds_of
from strikerules.analysis.window import window_of
from strikerules.engine.assemble import decide
from strikerules.engine.case import LAUNCH, RANGE, TARGET, Case
from strikerules.engine.decision import Decision
from strikerules.geography.places import Place
from strikerules.pictures.plane import Plane
from strikerules.pictures.shapes import COUNTRIES

if TYPE_CHECKING:
    from strikerules.engine.program import Program
    from strikerules.geography.atlas import Atlas
    from strikerules.language.policy import Ruling
    from strikerules.language.scenario import Scenario
    from strikerules.sources.cited import Claims

__all__ = ["Drawable", "Scene"]

_MARGIN = 0.12
_LEAST_KM = 60.0
#: Zones wider than this are not what a picture is framed by, if there is anything else.
_WIDE_DEG = 9.0
_FAR_RANGE_KM = 150.0


class Drawable(Protocol):
    """A policy, as far as pictures know it."""

    ruling: Ruling
    _claims: Claims

    @property
    def name(self) -> str: ...

    @property
    def program(self) -> Program: ...

    @property
    def atlas(self) -> Atlas: ...


class Scene:
    """A case before a policy, and the part of the map around it.

    Parameters
    ----------
    policy : Policy
    scenario : Scenario
    aspect : float
        Width by height of the picture.
    within : str, sequence of float or polygon, optional
        What to look at, instead of what lies around the case.
    plane : Plane, optional
        Where several pictures show the same part of the map.
    """

    def __init__(
        self,
        policy: Drawable,
        scenario: Scenario,
        aspect: float,
        within: Any = None,
        plane: Plane | None = None,
    ) -> None:
        self.policy, self.scenario = policy, scenario
        self.case = Case(policy.program, scenario, policy.atlas)
        self.within = (
            None if within is None else window_of(within, policy.ruling, policy.atlas)
        )  # fmt: skip
        self.plane = plane or self._framed(aspect)

    @cached_property
    def decision(self) -> Decision:
        """Of the case as it is."""
        policy = self.policy
        return decide(policy.program, self.scenario, policy.atlas, policy._claims)

    @cached_property
    def landscape(self) -> Landscape:
        """What would be decided of a target, wherever it is in the picture."""
        policy, window = self.policy, self.plane.window
        if self.within is not None:
            window = shapely.intersection(window, self.within)
        return landscape(policy.program, self.scenario, policy.atlas, policy._claims, window)

    @cached_property
    def lines(self) -> list[Bound]:
        """The lines that the rules ask about, but for the outlines of countries."""
        case = Case(self.policy.program, self.landscape.scenario, self.policy.atlas)
        found: list[Bound] = []
        for bound in bounds_of(case, self.plane.window):
            if isinstance(bound, Outline) and (
                bound.line.km or bound.line.zone.id not in COUNTRIES
            ):
                found.append(bound)
            elif isinstance(bound, Circle) and bound.km > 0 and bound.compared_km != self.range_km:
                found.append(bound)
        return found

    @property
    def target(self) -> Place | None:
        """Where the target is, if the scenario says so."""
        return self.case.places[TARGET] if TARGET in self.scenario.locations else None

    @property
    def launch(self) -> Place | None:
        """Where the launch point is, if the scenario says so."""
        return self.case.places[LAUNCH] if LAUNCH in self.scenario.locations else None

    @property
    def range_km(self) -> float | None:
        """How far the weapon reaches, if that is known."""
        reach = self.case.values.get(RANGE)
        return float(reach) if isinstance(reach, float | int) else None

    # -- the frame ---------------------------------------------------------------------------

    def _framed(self, aspect: float) -> Plane:
        if self.within is not None:
            xy = shapely.get_coordinates(_thinned(self.within))
            return Plane.around(xy, aspect, margin=0.04, least_km=2.0)
        xy = np.array(list(self._in_view()))
        return Plane.around(xy, aspect, margin=_MARGIN, least_km=_LEAST_KM)

    def _in_view(self) -> Iterator[tuple[float, float]]:
        """Yield points that have to be seen."""
        count = 0
        for place in (self.target, self.launch):
            if place is not None:
                yield from _points_of(place)
                count += 1
        launch, reach = self.launch, self.range_km
        if launch is not None and launch.kind == "point" and reach and reach <= _FAR_RANGE_KM:
            yield from _corners(Circle(launch.lon, launch.lat, reach).shape(launch.region))
        zones = [a.zone for a in self.policy.program.atoms if a.zone is not None]
        narrow = [z for z in dict.fromkeys(zones) if _width(z.geometry) <= _WIDE_DEG]
        for zone in narrow:
            yield from _corners(zone.geometry)
        if not narrow and not count:
            own = [z for z in dict.fromkeys(zones) if z.id not in COUNTRIES]
            for zone in own or [self.policy.atlas.register_zone("ukraine")]:
                yield from _corners(zone.geometry)


def _points_of(place: Place) -> Iterator[tuple[float, float]]:
    if place.kind == "point":
        yield place.lon, place.lat
        if not place.accuracy_km:
            return
    yield from _corners(place.region)


def _width(shape: BaseGeometry) -> float:
    if shape.is_empty:
        return 360.0
    west, south, east, north = shape.bounds
    return float(max(east - west, north - south))


def _corners(shape: BaseGeometry) -> Iterator[tuple[float, float]]:
    yield from map(tuple, shapely.get_coordinates(_thinned(shape)).tolist())


def _thinned(shape: BaseGeometry) -> BaseGeometry:
    """Return a shape with as many points as a frame needs."""
    return shapely.simplify(shape, 0.02) if shapely.get_num_coordinates(shape) > 200 else shape
