"""What strikerules does of the same, through what its users have."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from peers.task import LANDS, OUTCOMES, Columns, Task
from peers.timing import Absent, Peer

__all__ = [
    "FACTS", "ONE", "TABLES", "arrow_table", "checks", "command", "decides", "kharkiv_table",
    "outcomes", "tables", "write_policy",
]  # fmt: skip

Row = dict[str, Any]

#: Facts that `kharkiv` looks at beside those of the job.
FACTS: dict[str, tuple[Any, ...]] = {
    "target.kind": (
        "launch_site", "artillery", "missile_launcher", "air_base", "aircraft_in_flight",
        "troop_concentration", "ammunition_depot", "command_post", "logistics", "air_defence",
        "infrastructure", "other",
    ),
    "target.supports": ("kharkiv_assault", "other_operation", "none"),
}  # fmt: skip


def decides(policy: Any) -> Callable[[Row], str]:
    """Return what decides one raw dict, by the shortest way there is."""
    decide = getattr(policy, "decide", policy.check)
    return lambda row: decide(row).decision


def checks(policy: Any) -> Callable[[Row], str]:
    """Return what decides one raw dict and explains it."""
    check = policy.check
    return lambda row: check(row).decision


def tables(policy: Any) -> Callable[[pa.Table], pa.Table]:
    """Return what adds the columns of decisions to a table."""
    if not hasattr(policy, "check_table"):
        raise Absent("Policy has no check_table")
    check_table: Callable[[pa.Table], pa.Table] = policy.check_table
    return check_table


def arrow_table(cols: Columns) -> pa.Table:
    """Return rows as a table, its columns called by path; nothing is copied."""
    return pa.table(
        {
            "weapon.made_in": pa.DictionaryArray.from_arrays(cols.made_in, list(LANDS)),
            "weapon.max_range_km": cols.max_range_km,
            "strike.distance_km": cols.distance_km,
            "target.location.lon": cols.lon,
            "target.location.lat": cols.lat,
        }
    )


def kharkiv_table(cols: Columns, seed: int = 1) -> pa.Table:
    """Return rows with further columns, those that `kharkiv` looks at."""
    source = np.random.default_rng(seed)
    table = arrow_table(cols)
    for name, values in FACTS.items():
        codes = source.integers(len(values), size=len(cols), dtype=np.int32)
        column = pa.DictionaryArray.from_arrays(codes, list(values))
        table = table.append_column(name, column)
    parts = pa.array(source.random(len(cols)) < 0.5)
    return table.append_column("weapon.us_parts", parts)


def outcomes(table: pa.Table) -> NDArray[np.int8]:
    """Return a decided table's decisions, as indexes of `OUTCOMES`; -1 for any other."""
    column = table["decision"].combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0)
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    words = column.dictionary.to_pylist()
    known = [OUTCOMES.index(w) if w in OUTCOMES else -1 for w in words]
    codes = column.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    found: NDArray[np.int8] = np.array([*known, -1], dtype=np.int8)[codes]
    return found


def write_policy(job: Task, folder: Path) -> Path:
    """Write the job's policy, with its outlines in files of their own; return its path."""
    policy = {**job.policy, "zones": {}}
    for name, shape in (("country", job.country), ("area", job.area)):
        (folder / f"{name}.geojson").write_text(shapely.to_geojson(shape))
        policy["zones"][name] = {"file": f"{name}.geojson", "edge_km": 0}
    path = folder / "job.yaml"
    path.write_text(json.dumps(policy))
    return path


def command(*words: str) -> Callable[[], None]:
    """Return what runs a command of strikerules in this process."""
    from strikerules.cli.main import COMMANDS, main

    if words[0] not in COMMANDS:
        raise Absent(f"strikerules has no command {words[0]}")

    def run() -> None:
        status = main(words)
        assert status == 0, f"strikerules {' '.join(words)}: status {status}"

    return run


def _loaded(job: Task) -> Any:
    import strikerules as sr

    policy = sr.load(job.policy)
    policy.check({"weapon": {"made_in": "US"}, "target": {"location": {"lon": 37, "lat": 51}}})
    return policy


def _one(job: Task) -> Callable[[Row], str]:
    policy = _loaded(job)
    if not hasattr(policy, "decide"):
        raise Absent("Policy has no decide")
    return decides(policy)


ONE = (
    Peer("strikerules, decide", _one, ours=True),
    Peer("strikerules, decide, fresh", _one, ours=True, fresh=100),
    Peer("strikerules, check (explained)", lambda job: checks(_loaded(job)), ours=True),
)
TABLES = (
    Peer("strikerules, check_table", lambda job: tables(_loaded(job)), ours=True),
    Peer("strikerules, check_table, fresh", lambda job: tables(_loaded(job)), ours=True, fresh=1),
)
