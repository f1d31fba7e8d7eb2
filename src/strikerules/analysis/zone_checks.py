"""Zones held against what is stated of them: inside, apart from, adjoining others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.analysis.findings import Finding
from strikerules.analysis.regions import area_on_earth
from strikerules.geography.atlas import Atlas
from strikerules.geography.overlay import split
from strikerules.geography.zones import Zone
from strikerules.language.policy import Policy, ZoneSpec
from strikerules.language.zones import intents_of
from strikerules.problems import Position, quoted

__all__ = ["policy_zone_findings", "register_findings", "stated_findings"]

#: Outlines that are nearer to one another than this (degrees, about 1 m) touch.
_TOUCH_DEG = 1e-5
_EDGE_DEG = 1e-4
_SLIVER_KM = 1.0


def policy_zone_findings(policy: Policy, atlas: Atlas) -> Iterator[Finding]:
    """Yield where a policy's own zones are not as they are stated, under any reading."""
    seen: set[tuple[str, str]] = set()
    for over in _choices(policy):
        specs = {**policy.zones, **over}
        for name, spec in specs.items():
            stated = intents_of(spec.raw)
            if not stated:
                continue
            zone = atlas.zone(name, policy.zones, over)
            at = spec.doc.position(spec.path, key=True) if spec.doc.name else None

            def find(other: str, over: Mapping[str, ZoneSpec] = over) -> Zone:
                return atlas.zone(other, policy.zones, over)

            for finding in stated_findings(zone, stated, find, policy.name, at):
                if (finding.code, finding.message) not in seen:
                    seen.add((finding.code, finding.message))
                    yield finding


def _choices(policy: Policy) -> Iterator[Mapping[str, ZoneSpec]]:
    """Yield the zones that readings put in the place of others, one reading after another."""
    yield {}
    for question in policy.open_questions.values():
        for reading in question.readings.values():
            if reading.zones:
                yield reading.zones


def register_findings(atlas: Atlas) -> Iterator[Finding]:
    """Yield where the zones of the register are not as they are stated."""
    for name in atlas.register.ids:
        zone = atlas.register_zone(name)
        yield from stated_findings(zone, zone.intents, atlas.register_zone, "zones", None)


def stated_findings(
    zone: Zone,
    stated: Mapping[str, tuple[str, ...]],
    find: Callable[[str], Zone],
    owner: str,
    at: Position | None,
) -> Iterator[Finding]:
    """Yield where one zone is not as it is stated.

    Parts thinner than about a metre come from rounding and are not told of.
    """
    for name in stated.get("inside", ()):
        other = find(name)
        outside = split(zone.geometry, other.geometry)[1]
        if outside is not None:
            yield Finding(
                "SR816",
                f"{_km2(outside)} of the zone {quoted(zone.id)} lie outside {quoted(name)}, in"
                " which it is stated to be",
                owner, (zone.id, name), at, _near(outside),
            )  # fmt: skip
    for name in dict.fromkeys((*stated.get("apart", ()), *stated.get("adjoins", ()))):
        common = split(zone.geometry, find(name).geometry)[0]
        if common is not None:
            yield Finding(
                "SR815",
                f"the zones {quoted(zone.id)} and {quoted(name)} overlap by {_km2(common)}, and are"
                " stated not to",
                owner, (zone.id, name), at, _near(common),
            )  # fmt: skip
    for name in stated.get("adjoins", ()):
        yield from _gaps(zone, find(name), name, owner, at)


def _gaps(zone: Zone, other: Zone, name: str, owner: str, at: Position | None) -> Iterator[Finding]:
    a, b = zone.geometry, other.geometry
    away = float(shapely.distance(a, b))
    if away > _TOUCH_DEG:
        x, y = shapely.get_coordinates(shapely.shortest_line(a, b))[0].tolist()
        yield Finding(
            "SR817",
            f"the zones {quoted(zone.id)} and {quoted(name)} are"
            f" {other.distance_km(x, y):.3g} km apart, and are stated to adjoin",
            owner, (zone.id, name), at, f"they are nearest to one another at {x:.4f}, {y:.4f}",
        )  # fmt: skip
        return
    if not _share_an_edge(a, b):
        x, y = shapely.get_coordinates(shapely.shortest_line(a, b))[0].tolist()
        yield Finding(
            "SR817",
            f"the zones {quoted(zone.id)} and {quoted(name)} meet in a point and share no edge, and"
            " are stated to adjoin",
            owner, (zone.id, name), at, f"they meet at {x:.4f}, {y:.4f}",
        )  # fmt: skip
        return
    for gap in _slivers(a, b):
        yield Finding(
            "SR817",
            f"there is a gap of {_km2(gap)} between the zones {quoted(zone.id)} and {quoted(name)},"
            " which are stated to adjoin",
            owner, (zone.id, name), at, _near(gap),
        )  # fmt: skip


def _share_an_edge(a: BaseGeometry, b: BaseGeometry) -> bool:
    """Tell whether two outlines run along one another for more than some 10 m."""
    first, second = (shapely.boundary(g) for g in _near_each_other(a, b))
    along = shapely.intersection(shapely.buffer(first, _TOUCH_DEG), second)
    return bool(shapely.length(along) > _EDGE_DEG)


def _near_each_other(a: BaseGeometry, b: BaseGeometry) -> list[BaseGeometry]:
    """Return what each of two areas has in the box that both reach into, and a little beyond."""
    box = shapely.box(*a.bounds).intersection(shapely.box(*b.bounds)).buffer(0.01)
    with np.errstate(invalid="ignore"):
        return [shapely.clip_by_rect(g, *box.bounds) for g in (a, b)]


def _slivers(a: BaseGeometry, b: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the narrow holes that two areas enclose between them."""
    near = _near_each_other(a, b)
    # a hair wider, so that a gap which opens in a single point is closed as well
    union = shapely.buffer(shapely.union_all(near), _TOUCH_DEG, join_style="mitre")
    for part in shapely.get_parts(union):
        for ring in getattr(part, "interiors", ()):
            hole = shapely.Polygon(ring)
            if any(shapely.distance(hole, g) > 2 * _TOUCH_DEG for g in near):
                continue
            if _inside_one(ring, a) or _inside_one(ring, b):
                continue
            # the mean width of something long and narrow
            if 2 * hole.area / hole.length * 111 < _SLIVER_KM and hole.area > 1e-12:
                yield hole


def _inside_one(ring: BaseGeometry, area: BaseGeometry) -> bool:
    """Tell whether a ring is a hole of one area alone."""
    return bool(shapely.covers(shapely.buffer(shapely.boundary(area), 2 * _TOUCH_DEG), ring))


def _km2(shape: BaseGeometry) -> str:
    area = area_on_earth(shape)
    return f"{area:,.0f} km²" if area >= 10 else f"{area:.2g} km²"


def _near(shape: BaseGeometry) -> str:
    point = shapely.point_on_surface(shape)
    return f"look near {point.x:.4f}, {point.y:.4f} (longitude, latitude)"
