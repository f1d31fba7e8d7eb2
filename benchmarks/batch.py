"""How long deciding takes: one row, a million in memory, a file; beside others who do the same.

    python benchmarks/batch.py [--quick] [--rows N] [--runs N] [--only one memory files …]

The last parts, how the time grows, are those of benchmarks/growth.py. All decide by the same policy
(benchmarks/peers/task.py), and all answers are compared with the right ones, row by row. Who is not
installed is named. Nothing passes or fails by the clock.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import growth
from peers import jobs
from peers.sizes import Growth
from peers.timing import Table

__all__ = ["add_arguments", "everything", "main", "measured", "versions"]

PARTS = ("one", "memory", "files")
ALL = (*PARTS, *growth.PARTS)
NEEDS = (
    "numpy", "shapely", "pyarrow", "geopandas", "datalogic-py", "zen-engine",
    "common-expression-language", "rule-engine", "cedarpy", "regopy", "casbin", "sedonadb",
    "duckdb", "duckdb-extension-spatial",
)  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says how much is measured."""
    parser.add_argument("--quick", action="store_true", help="few rows and runs, in a minute")
    parser.add_argument("--rows", type=int, help="rows in memory and in files (1,000,000)")
    parser.add_argument("--dicts", type=int, help="raw dicts in a run (2,000)")
    parser.add_argument("--runs", type=int, help="how often each takes its turn (7; growth: 5)")
    parser.add_argument("--budget", type=float, help="seconds for one to prepare and try (120)")
    parser.add_argument("--only", nargs="+", choices=ALL, default=ALL, help="only these parts")


def everything(args: argparse.Namespace) -> Iterator[Table | Growth]:
    """Return what is asked for, one after the other, as it is measured."""
    yield from measured(args)
    yield from growth.measured(args)


def measured(args: argparse.Namespace) -> Iterator[Table]:
    """Return the tables of a fixed size, one after the other."""
    runs = args.runs or (3 if args.quick else 7)
    rows = args.rows or (100_000 if args.quick else 1_000_000)
    dicts = args.dicts or (500 if args.quick else 2_000)
    if "one" in args.only:
        for in_scope in (False, True):
            yield jobs.one_row(dicts, runs, in_scope=in_scope)
    with tempfile.TemporaryDirectory() as folder:
        if "memory" in args.only:
            yield jobs.in_memory(rows, runs, Path(folder))
        if "files" in args.only:
            yield jobs.in_files(rows, runs, Path(folder))


def versions() -> dict[str, str]:
    """Return what is installed, in which version."""
    found = {"python": platform.python_version()}
    for name in NEEDS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not here"
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    args = parser.parse_args()
    print(f"{os.cpu_count()} processors; " + ", ".join(f"{k} {v}" for k, v in versions().items()))
    print("medians, the least and the most; A ÷ it: how many times as long A takes")
    for found in everything(args):
        print("\n" + found.text(), flush=True)


if __name__ == "__main__":
    main()
