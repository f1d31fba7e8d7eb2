"""The parts of the map against the engine: random points in them, decided one by one.

    python -m tests.analysis.landscape_points [POINTS]

A third of the points lie under the shipped policies, the others under random ones, half of these in
cases in which places, distance and range are tied together. The exit status is 1 where a point that
is farther from every line than the line is uncertain is decided otherwise than its part.
"""

from __future__ import annotations

import random
import sys
from typing import Any, NamedTuple

import numpy as np
import shapely
from tests.batch.conformance import random_row
from tests.reference.strategies import REACH, Maker, Seeded

import strikerules as sr
from strikerules.analysis.landscape import Landscape, landscape, without_target
from strikerules.analysis.landscape_lines import WORLD, Bound, Circle, Outline, bounds_of
from strikerules.engine.case import TARGET, Case
from strikerules.given import one_scenario

SHIPPED = ("kharkiv", "us-weapons-in-russia", "broader-and-deeper", "long-range-lifted", "ban",
           "broader-targets")  # fmt: skip
BORDER = shapely.box(28, 44, 46, 58)
OCEAN = shapely.box(-36, 24, -22, 39)
_PER_CASE = 400


class Setting(NamedTuple):
    """A scenario without its target's place, before a policy."""

    policy: sr.Policy
    scenario: dict[str, Any]
    window: shapely.Geometry


def shipped(seed: int) -> Setting:
    """Return a random scenario before one of the shipped policies."""
    source = random.Random(seed)
    spots = [{"lon": source.uniform(33, 40), "lat": source.uniform(48, 53)} for _ in range(5)]
    scenario = random_row(source, spots)
    scenario.pop(TARGET, None)
    if source.random() < 0.4:
        scenario["launch.location"] = source.choice(
            [*spots, {"place": "Kharkiv"}, {"zone": "kharkiv-oblast"},
             {**spots[0], "accuracy_km": source.choice((1, 10, 50))}]
        )  # fmt: skip
    window = source.choice((BORDER, BORDER, shapely.box(35, 49, 38, 52), WORLD))
    return Setting(sr.load(SHIPPED[seed % len(SHIPPED)]), scenario, window)


def made_up(seed: int) -> Setting:
    """Return a random scenario before a random policy."""
    source = Seeded(seed)
    maker = Maker(source)
    policy = sr.load(maker.policy())
    scenario = maker.scenario()
    for path in [p for p, v in scenario.items() if v is None and source.chance(60)]:
        del scenario[path]
    scenario.pop(TARGET, None)
    return Setting(policy, scenario, OCEAN)


def tied(seed: int) -> Setting:
    """Return a case in which places, distance and range limit one another."""
    source = Seeded(seed)
    maker = Maker(source)
    maker.used = ["launch.location", *REACH, *([TARGET] if source.chance(50) else [])]
    policy = maker.policy()
    scenario: dict[str, Any] = {"scenario": "tied"}
    if source.chance(65):
        scenario["launch.location"] = maker.place()
        if "lon" in scenario["launch.location"] and source.chance(60):
            scenario["launch.location"]["accuracy_km"] = source.pick((1, 20, 60))
    for path, percent in zip(REACH, (60, 35), strict=True):
        if source.chance(percent):
            scenario[path] = source.pick((50, 80, 100, 120.5, 300))
    return Setting(sr.load(policy), scenario, OCEAN)


def parts_of(setting: Setting) -> tuple[Landscape, list[Bound]]:
    """Return the parts of a setting's map, and the lines between them."""
    policy, given, window = setting
    scenario = without_target(one_scenario(given, policy.ruling.vocabulary))
    found = landscape(policy.program, scenario, policy.atlas, policy._claims, window)
    return found, bounds_of(Case(policy.program, scenario, policy.atlas), window)


def points_in(found: Landscape, lines: list[Bound], count: int, seed: int) -> list[Any]:
    """Return points that no uncertain edge is near, each with its part, from every part alike."""
    source = np.random.default_rng(seed)
    tries = max(8, 4 * count // max(1, len(found.parts)))
    parts: list[int] = []
    spots: list[tuple[float, float]] = []
    for number, part in enumerate(found.parts):
        west, south, east, north = part.geometry.bounds
        x, y = source.uniform(west, east, tries), source.uniform(south, north, tries)
        shapely.prepare(part.geometry)
        inside = shapely.contains_xy(part.geometry, x, y)
        spots += zip(x[inside].tolist(), y[inside].tolist(), strict=True)
        parts += [number] * int(inside.sum())
    points = shapely.points(np.array(spots).reshape(-1, 2))
    keep = np.abs(shapely.get_y(points)) < 88
    for line in lines:
        shape = line.shape(found.window)
        edge = shapely.boundary(shape)
        if edge.is_empty:
            continue
        shapely.prepare(edge)
        wide = _tolerance_km(line) / 110.5 / np.cos(np.radians(shapely.get_y(points)))
        for limit in np.unique(np.ceil(wide * 100) / 100):
            some = keep & (np.ceil(wide * 100) / 100 == limit)
            keep[some] = ~shapely.dwithin(edge, points[some], limit)
    rows = [(spots[i], found.parts[parts[i]]) for i in np.flatnonzero(keep).tolist()]
    random.Random(seed).shuffle(rows)
    return rows[:count]


def _tolerance_km(line: Bound) -> float:
    if isinstance(line, Outline):
        return line.line.zone.edge_km + 0.02
    if isinstance(line, Circle):
        return 0.02 + 3e-4 * abs(line.km)
    return 0.05 + 1.2e-3 * abs(line.km)  # type: ignore[attr-defined]


def wrong_points(setting: Setting, count: int, seed: int) -> tuple[int, list[str]]:
    """Return how many points were decided, and in words which are not decided as drawn."""
    found, lines = parts_of(setting)
    wrong: list[str] = []
    rows = points_in(found, lines, count, seed)
    for number, ((lon, lat), part) in enumerate(rows):
        case = {**setting.scenario, TARGET: {"lon": lon, "lat": lat}}
        answer = setting.policy.decide(case)
        said: Any = (answer.possible, answer.depends_on, answer.rules)
        drawn: Any = (part.decision.possible, part.hangs_on, part.rules)
        if number % 50 == 0:
            whole = setting.policy.check(case)
            said += ([c.claim for c in whole.citations], whole.readings, whole.assumptions)
            mine = part.decision
            drawn += ([c.claim for c in mine.citations], mine.readings, mine.assumptions)
        if said != drawn:
            wrong.append(f"{case}\n  check {said}\n  drawn {drawn}")
    return len(rows), wrong


def main(words: list[str]) -> int:
    """Compare, and print what differs."""
    total, done, wrong, seed = int(words[0]) if words else 100_000, 0, 0, 0
    while done < total:
        for setting in (shipped(seed), made_up(seed), tied(seed)):
            count, found = wrong_points(setting, _PER_CASE, seed)
            for text in found[:2]:
                print(f"seed {seed}: {text}", flush=True)
            done, wrong = done + count, wrong + len(found)
        seed += 1
        if seed % 20 == 0:
            print(f"{done:,} points in {3 * seed} settings, {wrong} differ", flush=True)
    print(f"{done:,} points in {3 * seed} settings, {wrong} differ")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
