"""The job that ours and its peers do: one policy, two outlines, rows to decide, the right answers.

The scope is a weapon made in the US and a target in a country whose outline has some 36,000
vertices. In scope a strike is permitted where the target is in an area, the weapon reaches at most
100 km and the strike is at most 100 km long; anything else in scope is prohibited. A point on an
edge is inside. The rows are made up at random; nothing in them stands for anything.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = [
    "BOUNDS", "LANDS", "LIMIT_KM", "OUTCOMES", "PERMITTED", "PROHIBITED", "UNGOVERNED", "Columns",
    "Task", "columns", "corner_rows", "facts", "nested", "plainly", "task",
]  # fmt: skip

OUTCOMES = ("not_governed", "prohibited", "permitted")
UNGOVERNED, PROHIBITED, PERMITTED = range(3)

LANDS = ("US", "GB", "FR", "DE")
LIMIT_KM = 100.0

#: West, south, east, north of the rows' targets.
BOUNDS = (30.0, 45.0, 46.0, 57.0)

Row = dict[str, Any]


@dataclass(frozen=True)
class Task:
    """The policy and its outlines.

    Parameters
    ----------
    country, area : shapely geometry
        Prepared.
    policy : dict
        For ``strikerules.load``.
    """

    country: Any
    area: Any
    policy: dict[str, Any]

    def in_country(self, lon: float, lat: float) -> bool:
        """Whether a point is in the country, its edge included."""
        return bool(shapely.intersects_xy(self.country, lon, lat))

    def in_area(self, lon: float, lat: float) -> bool:
        """Whether a point is in the area, its edge included."""
        return bool(shapely.intersects_xy(self.area, lon, lat))


@dataclass(frozen=True)
class Columns:
    """Rows as columns.

    Parameters
    ----------
    made_in : ndarray of int32
        Indexes of `LANDS`, as wide as a dictionary of Arrow's has them.
    max_range_km, distance_km, lon, lat : ndarray of float64
    """

    made_in: NDArray[np.int32]
    max_range_km: NDArray[np.float64]
    distance_km: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.lon)

    def part(self, which: Any) -> Columns:
        """Return some of the rows."""
        return Columns(
            self.made_in[which], self.max_range_km[which], self.distance_km[which],
            self.lon[which], self.lat[which],
        )  # fmt: skip


@cache
def task() -> Task:
    """Return the job."""
    import strikerules as sr

    country = sr.zone("russia").geometry
    area = sr.zone("designated-area-wide").geometry
    shapely.prepare(country)
    shapely.prepare(area)
    policy = {
        "policy": "job",
        "otherwise": "prohibit",
        "zones": {
            "country": {"geometry": shapely.geometry.mapping(country), "edge_km": 0},
            "area": {"geometry": shapely.geometry.mapping(area), "edge_km": 0},
        },
        "scope": {"all": [{"weapon.made_in": "US"}, {"target.location": {"within": "country"}}]},
        "rules": [
            {
                "id": "near-and-short",
                "effect": "permit",
                "when": {
                    "all": [
                        {"target.location": {"within": "area"}},
                        {"weapon.max_range_km": {"le": LIMIT_KM}},
                        {"strike.distance_km": {"le": LIMIT_KM}},
                    ]
                },
            }
        ],
    }
    return Task(country, area, policy)


def columns(count: int, seed: int = 1, *, in_scope: bool = False) -> Columns:
    """Return random rows, about a third of them with a weapon made in the US.

    Parameters
    ----------
    count : int
    seed : int
    in_scope : bool
        Only rows that the policy governs.
    """
    source = np.random.default_rng(seed)
    if not in_scope:
        return _columns(source, count)
    parts: list[Columns] = []
    while sum(map(len, parts)) < count:
        drawn = _columns(source, 4 * count, made_in=0)
        parts.append(drawn.part(shapely.intersects_xy(task().country, drawn.lon, drawn.lat)))
    joined = [np.concatenate([getattr(p, name) for p in parts]) for name in _NAMES]
    return Columns(*joined).part(slice(count))


_NAMES = ("made_in", "max_range_km", "distance_km", "lon", "lat")


def _columns(source: np.random.Generator, count: int, made_in: int | None = None) -> Columns:
    west, south, east, north = BOUNDS
    lands = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3], dtype=np.int32)[source.integers(9, size=count)]
    if made_in is not None:
        lands[:] = made_in
    # tenths of a km, so that an engine of whole numbers can take part
    return Columns(
        lands,
        np.round(source.uniform(5, 300, count), 1),
        np.round(source.uniform(5, 300, count), 1),
        source.uniform(west, east, count),
        source.uniform(south, north, count),
    )


def corner_rows(seed: int = 1) -> Columns:
    """Return rows where an answer easily goes wrong: on the outlines, and at the limits."""
    source = random.Random(seed)
    west, south, east, north = BOUNDS
    within = shapely.box(west, south, east, north)
    outlines = [
        shapely.get_coordinates(g).tolist()
        for g in (task().area, shapely.clip_by_rect(task().country, *within.bounds))
    ]
    points = [tuple(p) for o in outlines for p in source.sample(o, min(200, len(o)))]
    figures = [LIMIT_KM, LIMIT_KM - 0.1, LIMIT_KM + 0.1]
    rows = [(r, d, p) for p in points for r, d in [source.choices(figures, (4, 1, 1), k=2)]]
    return Columns(
        np.array([0 if n % 8 else 1 for n in range(len(rows))], dtype=np.int32),
        np.array([r for r, _, _ in rows]),
        np.array([d for _, d, _ in rows]),
        np.array([p[0] for _, _, p in rows]),
        np.array([p[1] for _, _, p in rows]),
    )


def plainly(cols: Columns) -> NDArray[np.int8]:
    """Return the right answers, as indexes of `OUTCOMES`: every test on every row, no tricks."""
    job = task()
    scope = (cols.made_in == 0) & shapely.intersects_xy(job.country, cols.lon, cols.lat)
    near = shapely.intersects_xy(job.area, cols.lon, cols.lat)
    short = (cols.max_range_km <= LIMIT_KM) & (cols.distance_km <= LIMIT_KM)
    return np.where(scope, np.where(near & short, PERMITTED, PROHIBITED), UNGOVERNED).astype(
        np.int8
    )


def nested(cols: Columns) -> list[Row]:
    """Return the rows as a caller has them: nested dicts."""
    values = zip(*(getattr(cols, name).tolist() for name in _NAMES), strict=True)
    return [
        {
            "weapon": {"made_in": LANDS[land], "max_range_km": reach},
            "strike": {"distance_km": distance},
            "target": {"location": {"lon": lon, "lat": lat}},
        }
        for land, reach, distance, lon, lat in values
    ]


def facts(row: Row) -> Row:
    """Return what an engine without geometry is given: three facts, and where the target is."""
    job = task()
    where = row["target"]["location"]
    lon, lat = where["lon"], where["lat"]
    return {
        "made_in": row["weapon"]["made_in"],
        "range": row["weapon"]["max_range_km"],
        "distance": row["strike"]["distance_km"],
        "in_country": job.in_country(lon, lat),
        "in_area": job.in_area(lon, lat),
    }
