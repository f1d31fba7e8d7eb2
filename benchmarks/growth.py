"""How the time grows: with the rules, the zones, the rows and the readings of a policy.

    python benchmarks/growth.py [--quick] [--only rules zones rows readings]

Every scenario is another one, so that nothing can be remembered. The answers of all are compared
with the right ones. Who would take longer than the budget to prepare is left out, and it is said.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import large
import pyarrow as pa
from peers import growing, jobs, ours, readings
from peers.sizes import Growth, Job
from peers.task import columns, nested

__all__ = ["add_arguments", "main", "measured"]

PARTS = ("rules", "zones", "rows", "readings")
ROWS = 10_000
ZONES = 100
#: So many scenarios in a run at most, for those who take microseconds for one.
MOST = 20_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what says how much is measured."""
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs")
    parser.add_argument("--runs", type=int, help="how often each takes its turn (5)")
    parser.add_argument("--budget", type=float, help="seconds for one to prepare and try (120)")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="only these parts")


def measured(args: argparse.Namespace) -> Iterator[Growth]:
    """Return one growth after the other, as they are measured."""
    runs = args.runs or (3 if args.quick else 5)
    budget = args.budget or (10 if args.quick else 120)
    least = 3 if args.quick else 0
    if "rules" in args.only:
        yield _rules((10, 100, 1_000, 10_000)[: least or 4]).measured(runs, budget)
    if "zones" in args.only:
        yield _zones((10, 100, 1_000, 10_000, 100_000)[: least or 5]).measured(runs, budget)
    if "rows" in args.only:
        sizes = (1_000, 10_000, 100_000, 1_000_000)[: least or 4]
        # a small table takes no time: more of them
        tables = tuple(jobs.in_memory(n, max(runs, min(50, 200_000 // n))) for n in sizes)
        yield Growth("Rows in memory, one policy", sizes, tables)
    if "readings" in args.only:
        sizes = tuple(2**n for n in range(0, readings.MOST + 1, 4 if args.quick else 2))
        for job in (_readings_one(sizes), _readings_table(sizes)):
            yield job.measured(runs, budget)


def _rules(sizes: tuple[int, ...]) -> Job:
    @cache
    def parts(size: int) -> growing.Parts:
        return growing.parts_of(large.policy(size, ZONES))

    return Job(
        "rules", f"One decision as the rules grow, {ZONES} zones", "decision", sizes,
        growing.PEERS, parts, growing.scenarios, lambda size: growing.answer(parts(size)),
        most=MOST,
    )  # fmt: skip


def _zones(sizes: tuple[int, ...]) -> Job:
    @cache
    def parts(size: int) -> growing.Parts:
        return growing.parts_of(growing.boxes(size))

    return Job(
        "zones", "One decision as the zones grow, a rule for each", "decision", sizes,
        growing.PEERS, parts, growing.scenarios, lambda size: growing.answer(parts(size)),
        most=MOST,
    )  # fmt: skip


def _questions(size: int) -> int:
    return size.bit_length() - 1


def _readings_one(sizes: tuple[int, ...]) -> Job:
    return Job(
        "readings", "One decision as the combinations of readings grow", "decision", sizes,
        readings.ONE, _questions, lambda count, seed: nested(columns(count, seed)),
        lambda size: readings.python_each(_questions(size)),
    )  # fmt: skip


def _readings_table(sizes: tuple[int, ...]) -> Job:
    def drawn(count: int, seed: int) -> list[pa.Table]:
        return [ours.arrow_table(columns(ROWS, 1000 * seed + n)) for n in range(count)]

    def right(size: int) -> Callable[[Any], list[str]]:
        decide = readings.numpy_each(_questions(size))
        return lambda table: readings.possible(decide(table))

    return Job(
        "readings of a table", f"A table of {ROWS:,} rows as the combinations of readings grow",
        "table", sizes, readings.TABLE, _questions, drawn, right, readings.possible, 30,
    )  # fmt: skip


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_arguments(parser)
    for growth in measured(parser.parse_args()):
        print(growth.text() + "\n", flush=True)


if __name__ == "__main__":
    main()
