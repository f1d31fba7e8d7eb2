"""The parts of the map on which the decision about a target is the same, wherever it stands there.

The lines at which what the rules ask can change are laid over one another. Of each set of parts
that lie on the same sides of all lines one case is decided by the engine, which is told the sides,
so that zones count as they are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import shapely
from msgspec import Struct
from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.landscape_lines import WORLD, Bound, Outline, bounds_of
from strikerules.analysis.regions import area_on_earth
from strikerules.engine.assemble import decide_case
from strikerules.engine.case import RANGE, TARGET, Case
from strikerules.engine.decision import Decision
from strikerules.engine.program import Atom, Program
from strikerules.geography.atlas import Atlas
from strikerules.geography.cells import Line
from strikerules.geography.overlay import split, thinnest_in
from strikerules.geography.places import Side
from strikerules.language.locations import Point
from strikerules.language.scenario import Scenario
from strikerules.sources.cited import Claims

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

__all__ = ["COLUMNS", "Landscape", "Part", "landscape", "without_target"]

COLUMNS = (
    "decision", "possible", "depends_on", "readings", "rules", "citations", "assumptions",
    "beyond_range", "area_km2", "geometry",
)  # fmt: skip

_ORDER = ("permitted", "indeterminate", "prohibited", "not_governed")
_TRIED = 6


class _OnSides(Case):
    """A case whose target is exactly on known sides of lines, wherever the edges really run."""

    def __init__(
        self,
        program: Program,
        scenario: Scenario,
        atlas: Atlas,
        sides: dict[tuple[Any, float | None], bool],
    ) -> None:
        self.sides, self.contradicted = sides, set[str]()
        super().__init__(program, scenario, atlas)

    def side(self, atom: Atom) -> Side:
        if atom.attribute != TARGET:
            return super().side(atom)
        line = self.line(atom)
        assert line is not None
        return Side(self._inside(line))

    def _depth(self, atom: Atom) -> bool | None:
        return self.depth_truth(atom, lambda km: self._inside(Line(self.ukraine, km or None)))

    def _inside(self, line: Line) -> bool:
        return self.sides.get((line.zone, line.km), False)

    def _contradiction(self, path: str, message: str) -> None:
        self.contradicted.add(path)
        super()._contradiction(path, message)


class Part(Struct, frozen=True):
    """A part of the map on which the answer is the same.

    Parameters
    ----------
    decision : Decision
        Of a target there.
    beyond_range : bool
        Whether the weapon does not reach it from the launch point that is given.
    geometry : Polygon or MultiPolygon
        WGS 84 degrees, longitudes in [-180, 180].
    """

    decision: Decision
    beyond_range: bool
    geometry: BaseGeometry

    @property
    def hangs_on(self) -> tuple[str, ...]:
        """Facts, places and questions that the answer hangs on; empty where it is settled."""
        on = self.decision.depends_on
        return tuple(dict.fromkeys((*on.facts, *on.places, *on.questions)))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that apply, whatever the answers to what is open."""
        return tuple(
            dict.fromkeys(r.id for r in self.decision.rules if r.outcome == "applies")
        )  # fmt: skip

    @property
    def answer(self) -> tuple[Any, ...]:
        """What is the same all over it."""
        decision = self.decision
        return (
            decision.possible,
            decision.depends_on,
            decision.readings,
            self.rules,
            tuple(c.claim for c in decision.citations),
            decision.assumptions,
            self.beyond_range,
        )


class Landscape:
    """The parts of the map, those where something is permitted first.

    Attributes
    ----------
    scenario : Scenario
        Without the target's location.
    parts : tuple of Part
    window : shapely geometry
        What was looked at.
    """

    def __init__(
        self, scenario: Scenario, parts: Sequence[Part], window: BaseGeometry, policy: str
    ) -> None:
        self.scenario, self.window, self.policy = scenario, window, policy
        self.parts = tuple(parts)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Zones and figures that nobody published and that some part leans on."""
        return tuple(dict.fromkeys(a for p in self.parts for a in p.decision.assumptions))

    def frame(self) -> GeoDataFrame:
        """Return the parts as a geopandas table, WGS 84."""
        import geopandas

        rows = [
            (
                part.decision.decision,
                list(part.decision.possible),
                list(part.hangs_on),
                [row.to_dict() for row in part.decision.readings],
                list(part.rules),
                [c.claim for c in part.decision.citations],
                list(part.decision.assumptions),
                part.beyond_range,
                area_on_earth(part.geometry),
                part.geometry,
            )
            for part in self.parts
        ]
        found = geopandas.GeoDataFrame(rows, columns=COLUMNS, geometry="geometry", crs="EPSG:4326")
        found.attrs = {
            "policy": self.policy,
            "scenario": self.scenario.name,
            "assumptions": list(self.assumptions),
        }
        return found


def without_target(scenario: Scenario) -> Scenario:
    """Return a scenario without the place of its target."""
    places = {path: place for path, place in scenario.locations.items() if path != TARGET}
    return replace(scenario, locations=places, withheld=scenario.withheld - {TARGET})


def landscape(
    program: Program,
    scenario: Scenario,
    atlas: Atlas,
    claims: Claims,
    window: BaseGeometry = WORLD,
) -> Landscape:
    """Return the parts of the map on which the decision is the same.

    Parameters
    ----------
    program : Program
    scenario : Scenario
        The target's location is left out.
    atlas : Atlas
    claims : Claims
    window : shapely geometry
        The part of the map that is looked at.

    Raises
    ------
    InvalidInput
        The scenario names a zone, town or weapon that there is not.
    """
    scenario = without_target(scenario)
    bounds = bounds_of(Case(program, scenario, atlas), window)
    found: dict[tuple[Any, ...], Part] = {}
    shapes: dict[tuple[Any, ...], list[BaseGeometry]] = {}
    for sides, shape in _overlay(window, bounds):
        part = _decided(program, scenario, atlas, claims, bounds, sides, shape)
        found.setdefault(part.answer, part)
        shapes.setdefault(part.answer, []).append(shape)
    parts = [
        replace(part, geometry=_joined(shapes[answer])) for answer, part in found.items()
    ]  # fmt: skip
    parts.sort(key=lambda p: (_ORDER.index(p.decision.decision), -p.geometry.area))
    return Landscape(scenario, parts, window, program.ruling.name)


def _joined(shapes: list[BaseGeometry]) -> BaseGeometry:
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _overlay(
    window: BaseGeometry, bounds: Sequence[Bound]
) -> list[tuple[tuple[bool, ...], BaseGeometry]]:
    """Return the parts that lines cut a window into, with the sides on which each lies."""
    parts: list[tuple[tuple[bool, ...], BaseGeometry]] = [((), window)]
    thin = thinnest_in(window)
    for bound in bounds:
        shape = bound.shape(window)
        shapely.prepare(shape)
        following: list[tuple[tuple[bool, ...], BaseGeometry]] = []
        for sides, part in parts:
            inside, outside = split(part, shape, thin)
            # what is thinner than can be told goes with the rest, so that there is no gap
            if inside is None or outside is None:
                following.append(((*sides, outside is None), part))
            else:
                following += [((*sides, True), inside), ((*sides, False), outside)]
        parts = following
    return parts


def _decided(
    program: Program,
    scenario: Scenario,
    atlas: Atlas,
    claims: Claims,
    bounds: Sequence[Bound],
    sides: tuple[bool, ...],
    shape: BaseGeometry,
) -> Part:
    lon, lat = _spot(shape, list(zip(bounds, sides, strict=True)))
    there = replace(scenario, locations={**scenario.locations, TARGET: Point(lon, lat)})
    on = {
        (bound.line.zone, bound.line.km): side
        for bound, side in zip(bounds, sides, strict=True)
        if isinstance(bound, Outline)
    }
    case = _OnSides(program, there, atlas, on)
    decision = decide_case(case, claims)
    return Part(decision, RANGE in case.contradicted, shape)


def _spot(shape: BaseGeometry, sides: list[tuple[Bound, bool]]) -> tuple[float, float]:
    """Return a point of a part, well inside it if need be."""
    pieces = sorted(shapely.get_parts(shape), key=lambda piece: -piece.area)[:_TRIED]
    spots = [shapely.point_on_surface(piece) for piece in pieces]
    if any(not isinstance(bound, Outline) for bound, _ in sides):
        away = [
            shapely.distance(shapely.boundary(p), s) for p, s in zip(pieces, spots, strict=True)
        ]
        spots = [spots[i] for i in sorted(range(len(spots)), key=lambda i: -away[i])]
    for spot in spots:
        if all(bound.agrees(spot.x, spot.y, side) for bound, side in sides):
            return spot.x, spot.y
    return spots[0].x, spots[0].y
