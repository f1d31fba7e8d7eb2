"""The three jobs: one row from a raw dict, many rows in memory, Parquet to Parquet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from peers import arrays, copying, databases, engines, ours
from peers.task import OUTCOMES, Columns, columns, corner_rows, nested, plainly, task
from peers.timing import Peer, Runner, Table, started, take_turns, timed

__all__ = ["in_files", "in_memory", "one_row"]

SOURCE = Path(__file__).resolve().parents[2] / "src"

#: How many rows of `kharkiv` are decided one by one as well.
SAMPLE = 200


def one_row(rows: int, runs: int, *, in_scope: bool, seconds: float = 0.3) -> Table:
    """Return the times of one decision from a raw dict.

    Parameters
    ----------
    rows : int
        How many a run has at most; each run has its own.
    runs : int
    in_scope : bool
        Only rows that the policy governs.
    seconds : float
        A run takes about as long at most; slow peers have fewer rows.
    """
    drawn = [columns(rows, 100 + n, in_scope=in_scope) for n in range(runs)]
    first = [corner_rows(), columns(rows, 99, in_scope=in_scope)]
    given, answers = _as_dicts(drawn)
    runners = [
        _one_row(peer, _as_dicts(first), given, answers, seconds)
        for peer in (*ours.ONE, *engines.PEERS)
    ]
    kind = "every row in scope" if in_scope else "mixed rows"
    title = f"One decision from a raw dict, geometry included; {kind}"
    return Table("one decision, " + kind, title, "decision", take_turns(runners, runs))


def _as_dicts(drawn: Sequence[Columns]) -> tuple[list[Any], list[list[str]]]:
    return [nested(c) for c in drawn], [[OUTCOMES[k] for k in plainly(c)] for c in drawn]


def _one_row(
    peer: Peer, first: tuple[Any, Any], given: Any, answers: Any, seconds: float
) -> Runner:
    runner, decide = started(peer, task())
    if decide is None:
        return runner

    each = [peer.make(task()) for _ in given] if peer.fresh else [decide] * len(given)

    def run(rows: Any, decide: Any) -> list[str]:
        return [decide(row) for row in rows]

    def right(found: list[str], expected: list[str]) -> int:
        wrong = [n for n, (a, b) in enumerate(zip(found, expected, strict=True)) if a != b]
        assert not wrong, f"{peer.name}: {len(wrong)} wrong answers, row {wrong[0]} the first"
        return len(found)

    for rows, expected in zip(*first, strict=True):
        taken, found = timed(run, rows, decide)
        runner.checked += right(found, expected)
    most = min(len(given[0]), peer.fresh or len(given[0]))
    count = max(1, min(most, int(seconds * len(rows) / taken)))
    runner.count = count
    runner.run = lambda number: run(given[number][:count], each[number])
    runner.right = lambda number, found: right(found, answers[number][:count])
    return runner


def in_memory(rows: int, runs: int, folder: Path | None = None) -> Table:
    """Return the times of many rows in memory.

    Parameters
    ----------
    rows : int
        How many a run has; each run has its own.
    runs : int
    folder : Path, optional
        For a file that is read for comparison; without it, only ours and numpy are compared.
    """
    drawn = [columns(rows, 200 + n) for n in range(runs)]
    answers = [plainly(c) for c in drawn]
    as_tables = [ours.arrow_table(c) for c in drawn]
    runners = [
        _in_memory(peer, as_tables, answers, ours.arrow_table, ours.outcomes)
        for peer in ours.TABLES
    ]
    runners.append(_kharkiv(drawn))
    peers = arrays.PEERS[:2] if folder is None else (*arrays.PEERS, *databases.PEERS)
    runners += [_in_memory(peer, drawn, answers) for peer in peers]
    if folder is not None:
        runners += _floors(drawn, folder)
    title = f"{rows:,} rows in memory, one process"
    return Table(f"{rows:,} rows in memory", title, "row", take_turns(runners, runs))


def _in_memory(
    peer: Peer,
    given: Sequence[Any],
    answers: Sequence[Any],
    of: Callable[[Columns], Any] = lambda cols: cols,
    read: Callable[[Any], Any] = lambda found: found,
) -> Runner:
    runner, decide = started(peer, task())
    if decide is None:
        return runner

    def right(found: Any, expected: Any) -> int:
        wrong = np.flatnonzero(read(found) != expected)
        assert not len(wrong), f"{peer.name}: {len(wrong)} wrong answers, row {wrong[0]} the first"
        return len(expected)

    for cols in (corner_rows(), columns(len(answers[0]), 99)):
        runner.checked += right(decide(of(cols)), plainly(cols))
    runner.count = len(answers[0])
    each = [peer.make(task()) for _ in given] if peer.fresh else [decide] * len(given)
    runner.run = lambda number: each[number](given[number])
    runner.right = lambda number, found: right(found, answers[number])
    return runner


def _kharkiv(drawn: Sequence[Columns]) -> Runner:
    """Return ours on the policy that ships, all its readings at once."""

    def make() -> Any:
        import strikerules as sr

        policy = sr.load("kharkiv")
        assert len(policy.questions) > 1
        return policy, ours.tables(policy)

    runner, made = started(Peer("strikerules, check_table, all of kharkiv", make, ours=True))
    if made is None:
        return runner
    policy, decide = made
    given = [ours.kharkiv_table(c, n) for n, c in enumerate(drawn)]
    decide(ours.kharkiv_table(columns(len(drawn[0]), 99), 99))

    def right(number: int, found: pa.Table) -> int:
        part = found.take(np.linspace(0, len(found) - 1, SAMPLE // len(drawn) + 1).astype(int))
        for row in part.to_pylist():
            added = {name: row.pop(name) for name in copying.ADDED}
            row["target.location"] = {k: row.pop(f"target.location.{k}") for k in ("lon", "lat")}
            decision = policy.check(row)
            assert added["decision"] == decision.decision, (row, added, decision.decision)
            assert added["possible"] == "|".join(decision.possible), (row, added)
        return len(part)

    runner.count = len(drawn[0])
    runner.run = lambda number: decide(given[number])
    runner.right = right
    return runner


def _floors(drawn: Sequence[Columns], folder: Path) -> list[Runner]:
    """Return what nothing can be faster than."""
    file = folder / "ten.parquet"
    table = ours.kharkiv_table(drawn[0])
    for name, column in (("launch.location.lon", "lon"), ("launch.location.lat", "lat")):
        table = table.append_column(name, pa.array(getattr(drawn[0], column) - 1))
    assert table.num_columns == 10
    pq.write_table(table, file)

    def copied(number: int) -> Any:
        return drawn[number].lon.copy(), drawn[number].lat.copy()

    copy = Runner(Peer("copying two columns of numbers", lambda: None), run=copied)
    read = Runner(
        Peer("reading ten columns of Parquet", lambda: None), run=lambda _: pq.read_table(file)
    )
    copy.count = read.count = len(drawn[0])
    return [copy, read]


def in_files(rows: int, runs: int, folder: Path) -> Table:
    """Return the times from a Parquet file to another.

    Parameters
    ----------
    rows : int
    runs : int
    folder : Path
        Where the files go.
    """
    cols = columns(rows, 300)
    answers = plainly(cols)
    source, numbers, out = (folder / name for name in ("in.parquet", "answers.npy", "out.parquet"))
    pq.write_table(ours.arrow_table(cols), source)
    np.save(numbers, answers)
    policy = ours.write_policy(task(), folder)
    words = ("batch", str(source), "--out", str(out), "--policy", str(policy), "--quiet")
    script = str(Path(copying.__file__))
    ways: list[tuple[Peer, list[str]]] = [
        (Peer("strikerules batch", lambda: ours.command(*words), ours=True), []),
        (Peer("strikerules batch, a whole process", lambda: ours.command(*words), ours=True),
         ["-m", "strikerules", *words]),
        (Peer("pyarrow alone", lambda: lambda: copying.copy(source, numbers, out)), []),
        (Peer("pyarrow alone, a whole process", lambda: 0),
         [script, str(source), str(numbers), str(out)]),
    ]  # fmt: skip
    runners = []
    for peer, command in ways:
        runner, made = started(peer)
        runners.append(runner)
        if made is None:
            continue
        runner.count = rows
        runner.run = _process(command) if command else _ignoring(made)
        runner.right = lambda _, __: _same(out, answers)
        runner.checked = runner.right(0, runner.run(0))
    title = f"{rows:,} rows from Parquet to Parquet"
    return Table(f"{rows:,} rows in files", title, "row", take_turns(runners, runs))


def _ignoring(run: Callable[[], Any]) -> Callable[[int], Any]:
    return lambda _: run()


def _process(words: list[str]) -> Callable[[int], Any]:
    path = os.pathsep.join(p for p in (str(SOURCE), os.environ.get("PYTHONPATH")) if p)
    environment = {**os.environ, "PYTHONPATH": path}

    def run(_: int) -> None:
        subprocess.run([sys.executable, *words], env=environment, check=True)

    return run


def _same(file: Path, answers: Any) -> int:
    found = ours.outcomes(pq.read_table(file, columns=["decision"]))
    file.unlink()
    assert (found == answers).all(), f"{file.name}: wrong answers"
    return len(answers)
