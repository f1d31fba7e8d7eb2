"""A policy of open questions, each with two readings, and by hand each combination in turn.

Every question leaves open how far a weapon may reach in one zone; the zones overlap.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from peers import ours
from peers.timing import Absent, Peer

__all__ = ["MOST", "ONE", "TABLE", "policy", "possible", "reaches"]

#: A policy may have at most 4,096 combinations of readings.
MOST = 12
_SOURCE = random.Random(7)
_CORNERS = [(_SOURCE.uniform(30, 38), _SOURCE.uniform(45, 51)) for _ in range(MOST)]
_LIMITS = [(_SOURCE.choice(range(20, 160, 10)), _SOURCE.choice(range(160, 300, 10)))
           for _ in range(MOST)]  # fmt: skip
WIDE, HIGH = 8, 6

WORDS = ("prohibited", "permitted|prohibited", "permitted")


def policy(questions: int) -> dict[str, Any]:
    """Return a policy with a rule and a zone for each of the dozen, so many of them open."""
    zones, rules, asked = {}, [], {}
    definitions: dict[str, Any] = {}
    for n, ((x, y), limits) in enumerate(zip(_CORNERS, _LIMITS, strict=True)):
        ring = [[x, y], [x + WIDE, y], [x + WIDE, y + HIGH], [x, y + HIGH], [x, y]]
        zones[f"z{n}"] = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
        reach = [{f"near-{n}": {"weapon.max_range_km": {"le": limit}}} for limit in limits]
        if n < questions:
            asked[f"q{n}"] = {
                "readings": {"short": {"define": reach[0]}, "long": {"define": reach[1]}}
            }
        else:
            definitions |= reach[0]
        tests = [{"target.location": {"within": f"z{n}"}}, {"is": f"near-{n}"}]
        rules.append({"id": f"r{n}", "effect": "permit", "when": {"all": tests}})
    found = {"policy": "asks", "otherwise": "prohibit", "zones": zones, "rules": rules}
    return {**found, "questions": asked, "definitions": definitions}


def reaches(questions: int) -> list[tuple[int, ...]]:
    """Return for each combination of readings how far a weapon may reach in each zone."""
    choices = [lim if n < questions else lim[:1] for n, lim in enumerate(_LIMITS)]
    return list(itertools.product(*choices))


def possible(found: Any) -> list[str]:
    """Return what is possible in each row of a decided table, in one order."""
    if isinstance(found, pa.Table):
        return ["|".join(sorted(cell.split("|"))) for cell in found["possible"].to_pylist()]
    return [WORDS[n] for n in found.tolist()]


def numpy_each(questions: int) -> Callable[[pa.Table], Any]:
    """numpy, once for each combination; an index of `WORDS` for each row."""
    combinations = reaches(questions)

    def decide(table: pa.Table) -> Any:
        lon, lat = (table[f"target.location.{c}"].to_numpy() for c in ("lon", "lat"))
        reach = table["weapon.max_range_km"].to_numpy()
        inside = [
            (x <= lon) & (lon <= x + WIDE) & (y <= lat) & (lat <= y + HIGH) for x, y in _CORNERS
        ]
        ever = np.zeros(len(lon), dtype=np.bool_)
        always = ~ever
        for limits in combinations:
            permitted = np.zeros(len(lon), dtype=np.bool_)
            for within, limit in zip(inside, limits, strict=True):
                permitted |= within & (reach <= limit)
            ever |= permitted
            always &= permitted
        return ever.astype(np.int8) + always

    return decide


def python_each(questions: int) -> Callable[[dict[str, Any]], str]:
    """Python, once for each combination, until both outcomes are seen."""
    combinations = reaches(questions)

    def decide(row: dict[str, Any]) -> str:
        where, reach = row["target"]["location"], row["weapon"]["max_range_km"]
        lon, lat = where["lon"], where["lat"]
        inside = [
            n for n, (x, y) in enumerate(_CORNERS) if x <= lon <= x + WIDE and y <= lat <= y + HIGH
        ]
        seen = set()
        for limits in combinations:
            seen.add(any(reach <= limits[n] for n in inside))
            if len(seen) == 2:
                return "permitted|prohibited"
        return "permitted" if seen == {True} else "prohibited"

    return decide


def _loaded(questions: int) -> Any:
    import strikerules as sr

    return sr.load(policy(questions))


def _one(name: str) -> Callable[[int], Callable[[dict[str, Any]], str]]:
    def make(questions: int) -> Callable[[dict[str, Any]], str]:
        run = getattr(_loaded(questions), name, None)
        if run is None:
            raise Absent(f"Policy has no {name}")
        return lambda row: "|".join(sorted(run(row).possible))

    return make


ONE = (
    Peer("strikerules, decide", _one("decide"), ours=True),
    Peer("strikerules, check (explained)", _one("check"), ours=True),
    Peer("Python by hand, each combination", python_each),
)
TABLE = (
    Peer("strikerules, check_table", lambda asked: ours.tables(_loaded(asked)), ours=True),
    Peer("numpy by hand, each combination", numpy_each),
)
