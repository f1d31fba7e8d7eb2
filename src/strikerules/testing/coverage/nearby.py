"""Scenarios moved close to a line: beside the edge of a zone, or onto a threshold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import shapely

from strikerules.analysis.diagrams import Box
from strikerules.analysis.space import Space
from strikerules.analysis.spots import deep
from strikerules.engine.case import DEPTH, DISTANCE, RANGE, as_km
from strikerules.geography.geodesy import destinations
from strikerules.testing.coverage.lines import Close, Threshold, margin_of, reach_km

__all__ = ["at_threshold", "beyond_catalogue", "close_to"]

_CORNERS, _AZIMUTHS, _SPOTS = 400, 12, 3


def close_to(
    space: Space, data: dict[str, Any], world: Box, probe: Close
) -> Iterator[dict[str, Any]]:
    """Yield a scenario with its place moved close to a line, in the part of the map it is in."""
    atom = space.programs[0].atoms[probe.atom]
    zone = atom.zone
    assert zone is not None
    level = space.at.get(atom.attribute)
    if level is None:
        return
    axis = space.axes[level]
    cell = axis.classes[world[level].bit_length() - 1].member
    outline = zone.geometry.boundary
    km = as_km(atom.operand) if atom.operator == "within_distance" and atom.operand else 0.0
    away = (min(reach_km(zone), reach_km(zone) / 2 + zone.edge_km) + zone.edge_km) / 2
    corners = shapely.get_coordinates(outline)
    box = shapely.buffer(shapely.box(*cell.geometry.bounds), 0.5 + km / 60).bounds
    inside = (
        (corners[:, 0] >= box[0]) & (corners[:, 0] <= box[2])
        & (corners[:, 1] >= box[1]) & (corners[:, 1] <= box[3])
    )  # fmt: skip
    corners = corners[inside]
    if not len(corners):
        return
    if not km:
        shapely.prepare(cell.geometry)
        corners = corners[shapely.dwithin(cell.geometry, shapely.points(corners), 0.1)]
    corners = corners[np.linspace(0, len(corners) - 1, min(_CORNERS, len(corners))).astype(int)] \
        if len(corners) else corners  # fmt: skip
    azimuths = np.linspace(0, 360, _AZIMUTHS, endpoint=False)
    side = -1 if probe.inside else 1
    lon, lat = destinations(
        corners[:, :1],
        corners[:, 1:],
        azimuths[None, :],
        max(0.1, km + side * away) if km else away,
    )
    points = np.round(np.stack([lon.ravel(), lat.ravel()], axis=1), 3)
    points = points[shapely.contains_xy(cell.geometry, points[:, 0], points[:, 1])]
    found = 0
    for x, y in points:
        gap_km = abs(zone.distance_km(x, y) - km) if km else zone.to_edge_km(x, y)
        if not zone.edge_km * 1.01 < gap_km <= reach_km(zone) or not deep(axis.lines, x, y):
            continue
        yield _with(data, atom.attribute, {"lon": float(x), "lat": float(y)})
        found += 1
        if found == _SPOTS:
            return


def beyond_catalogue(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a scenario, and where the catalogue would give its weapon a range without one.

    A distance that another weapon of the same class reaches may be beyond the one that is named.
    """
    yield data
    weapon = data.get("weapon", {})
    if "name" in weapon and "max_range_km" not in weapon:
        yield _with(data, RANGE, None)


def at_threshold(space: Space, data: dict[str, Any], probe: Threshold) -> Iterator[dict[str, Any]]:
    """Yield a scenario with a value at a threshold, or just beyond it."""
    atom = space.programs[0].atoms[probe.atom]
    operand: Any = atom.operand
    if probe.at:
        value = operand
    else:
        beyond = margin_of(operand)
        value = operand - beyond if atom.operator == "lt" else operand + beyond
    if isinstance(value, date):
        value = value.isoformat()
    elif float(value).is_integer():
        value = int(value)
    moved = _with(data, atom.attribute, value)
    if atom.attribute == DISTANCE:
        moved = _without(moved, "launch.location")
        yield _without(moved, RANGE)
        yield _with(moved, RANGE, value)
    yield moved
    if atom.attribute == DEPTH:
        # a depth that is given and a place that is a whole zone go together wherever they meet
        for zone in {a.zone.id for a in space.programs[0].atoms if a.zone is not None}:
            if zone in space.atlas.register:
                yield _with(moved, "target.location", {"zone": zone})
        yield _without(moved, "target.location")


def _with(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    head, _, tail = path.partition(".")
    if not tail:
        return {**data, head: value}
    return {**data, head: {**data.get(head, {}), tail: value}}


def _without(data: dict[str, Any], path: str) -> dict[str, Any]:
    head, _, tail = path.partition(".")
    inner = {k: v for k, v in data.get(head, {}).items() if k != tail}
    return {**{k: v for k, v in data.items() if k != head}, **({head: inner} if inner else {})}
