"""Rows made of scenarios, decided as a table and one by one."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import shapely
from geographiclib.geodesic import Geodesic

import strikerules as sr
from strikerules.batch.deciding import Decider
from strikerules.batch.one_by_one import decide_one_by_one
from strikerules.batch.rows import PLACES, Rows, read_rows
from strikerules.engine.case import Case
from strikerules.engine.decide import Verdict
from strikerules.engine.quick import Answer, answer_of
from strikerules.given import one_scenario
from strikerules.problems import InvalidInput

__all__ = ["differences", "near_edges", "random_row", "random_rows", "rows_of"]

_PARTS = ("lon", "lat", "accuracy_km", "zone", "place")


def rows_of(scenarios: Sequence[Mapping[str, Any]], policy: sr.Policy) -> Rows:
    """Return flat scenarios as the rows of a table; what is None or left out is an empty cell."""
    columns: dict[str, list[Any]] = {}
    shapes: dict[str, list[Any]] = {}
    for number, scenario in enumerate(scenarios):
        for path, value in scenario.items():
            cells: dict[str, Any] = {path: value}
            if path in PLACES:
                cells = {f"{path}.{k}": value[k] for k in _PARTS if value and k in value}
                if value and "type" in value:
                    blank = shapes.setdefault(path, [None] * len(scenarios))
                    blank[number] = shapely.geometry.shape(value)
            for column, cell in cells.items():
                if column != "scenario":
                    columns.setdefault(column, [None] * len(scenarios))[number] = cell
    ready = {k: _array(v) for k, v in columns.items()}
    geometry = {k: np.array(v, dtype=object) for k, v in shapes.items()}
    return read_rows(len(scenarios), ready, policy.ruling.vocabulary, geometry)


def _array(cells: list[Any]) -> Any:
    if all(c is None or (isinstance(c, int | float) and c is not True and c is not False)
           for c in cells):  # fmt: skip
        return np.array([np.nan if c is None else c for c in cells], dtype=np.float64)
    return np.array(cells, dtype=object)


def differences(
    policy: sr.Policy,
    rows: Rows,
    decider: Decider | None = None,
    scenarios: Sequence[Mapping[str, Any]] | None = None,
) -> list[str]:
    """Return in words where deciding a table differs from deciding its rows one by one.

    Parameters
    ----------
    policy : Policy
    rows : Rows
    decider : Decider, optional
        With what it knows from tables before.
    scenarios : sequence of mapping, optional
        What the rows were made of. Then each is read by itself, as `check` reads it, and nothing
        of the table is used for it.
    """
    decider = decider or Decider(policy.program, policy.atlas)
    table = decider.decide(rows)
    together = {row: [p.code for p in v] for row, v in table.problems.items()}
    alone: Iterable[Answer | None]
    if scenarios is None:
        single = decide_one_by_one(policy.program, policy.atlas, rows)
        apart = {row: [p.code for p in v] for row, v in single.problems.items()}
        alone = (single.answers.items[number] for number in single.numbers)
    else:
        apart = {}
        alone = (_alone(policy, one, row, apart) for row, one in enumerate(scenarios))
    found = []
    for row, other in enumerate(alone):
        one = table.answers.items[table.numbers[row]]
        if one != other:
            given = rows.scenario(row) if scenarios is None else scenarios[row]
            found.append(f"row {row}: {given}\n  table {_words(one)}\n  alone {_words(other)}")
    if together != apart:
        found.append(f"unreadable rows: {together}, one by one {apart}")
    return found


def _alone(
    policy: sr.Policy, scenario: Mapping[str, Any], row: int, unreadable: dict[int, list[str]]
) -> Answer | None:
    """Decide a scenario as `check` does when it is the first: nothing serves two of them."""
    try:
        read = one_scenario(scenario, policy.ruling.vocabulary)
        return answer_of(Verdict(Case(policy.program, read, policy.atlas)))
    except InvalidInput as error:
        unreadable[row] = [p.code for p in error.problems]
        return None


def _words(answer: Answer | None) -> str:
    """Return everything that two answers are compared by."""
    if answer is None:
        return "unreadable"
    return f"{answer}, rules {answer.rules}, hangs on {answer.depends_on}, masks {answer.masks}"


def near_edges(zone: shapely.Geometry, count: int, seed: int, reach_km: float) -> list[Any]:
    """Return points on a zone's edge, metres from it, and at the distance at which it matters."""
    source = random.Random(seed)
    line = shapely.boundary(zone)
    xy = shapely.get_coordinates(line)
    found = []
    for _ in range(count):
        x, y = xy[source.randrange(len(xy))].tolist()
        if source.random() < 0.5:
            spot = shapely.line_interpolate_point(line, source.random(), normalized=True)
            x, y = spot.x, spot.y
        metres = source.choice((0, 0, 1, -1, 5, 50, 500, 1500, *(
            1000 * reach_km + d for d in (-20, -3, -0.5, 0, 0.5, 3, 20))))  # fmt: skip
        end = Geodesic.WGS84.Direct(y, x, source.uniform(0, 360), metres)
        found.append((x, y) if metres == 0 else (end["lon2"], end["lat2"]))
    return [{"lon": x, "lat": y} for x, y in found]


def random_rows(
    source: random.Random, points: Sequence[Mapping[str, float]], count: int
) -> list[tuple[dict[str, Any], bool]]:
    """Return rows, and whether each is the one before with its places a little way off.

    What was found out for a place must not be said of its neighbour.
    """
    found: list[tuple[dict[str, Any], bool]] = []
    while len(found) < count:
        beside = bool(found) and source.random() < 0.25
        row = dict(found[-1][0]) if beside else random_row(source, points)
        if beside:
            for path in PLACES:
                if path in row:
                    lon, lat = (row[path][k] + source.uniform(-0.01, 0.01) for k in ("lon", "lat"))
                    row[path] = {**row[path], "lon": max(-180.0, min(180.0, lon)), "lat": lat}
        found.append((row, beside))
    return found


def random_row(source: random.Random, points: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    """Return a row in which everything that the shipped policies look at may be given or not."""
    row: dict[str, Any] = {}

    def maybe(percent: int, path: str, values: Sequence[Any]) -> None:
        if source.random() * 100 < percent:
            row[path] = source.choice(values)

    maybe(85, "weapon.made_in", ("US", "US", "FR", "GB"))
    maybe(60, "weapon.us_parts", (True, False))
    maybe(80, "weapon.max_range_km", (10, 80, 100, 100.0001, 300))
    maybe(30, "strike.distance_km", (5, 60, 100, 150))
    maybe(80, "target.kind", ("air_base", "artillery", "aircraft_in_flight", "logistics"))
    maybe(80, "target.supports", ("kharkiv_assault", "other_operation"))
    maybe(30, "area.designated", (True, False))
    maybe(30, "area.communicated", (True, False))
    maybe(70, "date", ("2024-05-26", "2024-05-28", "2024-05-29", "2024-05-30", "2024-07-01"))
    maybe(8, "weapon.name", ("gmlrs-m31", "storm-shadow"))
    maybe(30, "timing", ("pre_emptive", "in_response"))
    maybe(20, "conditions.crews_trained", (True, False))
    if source.random() < 0.93:
        row["target.location"] = dict(source.choice(points))
        if source.random() < 0.1:
            row["target.location"]["accuracy_km"] = source.choice((0.5, 1, 3, 10))
    if source.random() < 0.2:
        row["launch.location"] = dict(source.choice(points))
        if source.random() < 0.1:
            row["launch.location"]["accuracy_km"] = 1
    return {k: v for k, v in row.items() if k != "conditions.crews_trained"}
