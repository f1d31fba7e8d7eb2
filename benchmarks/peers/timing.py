"""Taking turns at a job, and what is printed and kept of it."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Absent", "Line", "Peer", "Runner", "Table", "figure", "ratios", "started", "take_turns",
    "timed",
]  # fmt: skip


class Absent(Exception):
    """Why a peer can't take part; its text is printed in the peer's line."""


@dataclass(frozen=True)
class Peer:
    """One way of doing a job.

    Parameters
    ----------
    name : str
    make : callable
        Prepares it, outside of what is timed; may raise ImportError or `Absent`.
    needs : tuple of str
        Distributions on PyPI beside strikerules' own.
    ours : bool
    fresh : int
        If not 0, every run has one that was just made, and so many items at most: what comes
        before anything is remembered.
    """

    name: str
    make: Callable[..., Any]
    needs: tuple[str, ...] = ()
    ours: bool = False
    fresh: int = 0


@dataclass
class Runner:
    """A peer that is ready, or why it is not.

    Parameters
    ----------
    peer : Peer
    made : float
        Seconds that preparing took.
    run : callable, optional
        Does the job once; given the number of the run, so that each has rows of its own. None if
        it can't take part.
    right : callable, optional
        Given the number of the run and what came out; raises AssertionError if that is wrong, and
        returns how many rows it looked at.
    count : int
        How many items a run has.
    most : int
        How often it takes its turn at most; as often as the others if 0.
    note : str
        Printed in its line.
    """

    peer: Peer
    made: float = 0.0
    run: Callable[[int], Any] | None = None
    right: Callable[[int, Any], int] | None = None
    count: int = 1
    most: int = 0
    note: str = ""
    checked: int = 0
    times: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """What is known of one peer at one job; without times it took no part."""

    name: str
    times: tuple[float, ...] = ()
    made: float = 0.0
    note: str = ""
    checked: int = 0
    ours: bool = False

    @property
    def seconds(self) -> float | None:
        """What an item takes, or None."""
        return statistics.median(self.times) if self.times else None

    def over(self, other: Line) -> float:
        """Return how many times as long it takes: the median of the ratios of each round."""
        return statistics.median(a / b for a, b in zip(self.times, other.times, strict=False))


@dataclass(frozen=True)
class Table:
    """One job and those who did it.

    Parameters
    ----------
    key : str
        What the ratios are kept under.
    title : str
    unit : str
        ``decision`` or ``row``.
    lines : tuple of Line
    """

    key: str
    title: str
    unit: str
    lines: tuple[Line, ...]

    def text(self) -> str:
        """Return it as text, ours divided by each peer in the columns at the right."""
        ours = [line for line in self.lines if line.ours and line.seconds]
        wide = max(len(line.name) for line in self.lines)
        head = "µs" if self.unit == "decision" else "rows/s"
        marks = [chr(ord("A") + n) for n in range(len(ours))]
        found = [self.title, f"  {'':{wide}} {head:>14} {'from':>9} {'to':>9} {'made in':>9}"]
        found[1] += "".join(f" {mark + ' ÷ it':>9}" for mark in marks)
        letters = {line.name: mark for line, mark in zip(ours, marks, strict=True)}
        for line in self.lines:
            mark = f"{letters.get(line.name, ' ')} "
            if line.seconds is None:
                found.append(f"{mark}{line.name:{wide}} {line.note}")
                continue
            cells = [self._cell(s) for s in (line.seconds, min(line.times), max(line.times))]
            text = f"{mark}{line.name:{wide}} {cells[0]:>14} {cells[1]:>9} {cells[2]:>9}"
            text += f" {line.made:>7.2f} s"
            text += "".join(f" {figure(one.over(line)):>9}" for one in ours)
            found.append(f"{text}  {line.note}".rstrip())
        checked = [line.checked for line in self.lines if line.checked]
        if checked:
            rows = f"{min(checked):,}" + (f" to {max(checked):,}" if len({*checked}) > 1 else "")
            found.append(f"  answers the same as the right ones, row by row: {rows} rows of each")
        return "\n".join(found)

    def _cell(self, seconds: float) -> str:
        if self.unit == "decision":
            return figure(seconds * 1e6)
        return f"{1 / seconds:,.0f}" if 1 / seconds < 1e7 else f"{1e-6 / seconds:,.0f} M"

    def ratios(self) -> dict[str, float]:
        """Return ours divided by each peer."""
        return {
            f"{self.key} | {ours.name} | {peer.name}": ours.over(peer)
            for ours in self.lines
            if ours.ours and ours.times
            for peer in self.lines
            if not peer.ours and peer.times
        }


def figure(value: float) -> str:
    """Return a number as people read it: three digits, or all before the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def ratios(tables: Iterable[Table]) -> dict[str, float]:
    """Return the ratios of several tables."""
    return {key: value for table in tables for key, value in table.ratios().items()}


def started(peer: Peer, *given: Any) -> tuple[Runner, Any]:
    """Prepare a peer; return it, and what it made, or None if it can't take part.

    Parameters
    ----------
    peer : Peer
    given
        For its `make`.
    """
    runner = Runner(peer)
    before = time.perf_counter()
    try:
        made = peer.make(*given)
    except ModuleNotFoundError as error:
        name = (error.name or "").split(".")[0]
        runner.note = f"not here: no module {name} (pip install {' '.join(peer.needs)})"
        return runner, None
    except (ImportError, Absent) as error:
        runner.note = f"not here: {error}"
        return runner, None
    runner.made = time.perf_counter() - before
    return runner, made


def take_turns(runners: Sequence[Runner], runs: int) -> tuple[Line, ...]:
    """Return each one's line; in every round each runs once, and another begins."""
    able = [r for r in runners if r.run is not None]
    for number in range(runs):
        first = number % max(1, len(able))
        for runner in (*able[first:], *able[:first]):
            if runner.most and number >= runner.most:
                continue
            assert runner.run is not None
            seconds, found = timed(runner.run, number)
            runner.times.append(seconds / runner.count)
            if runner.right is not None:
                runner.checked += runner.right(number, found)
    return tuple(_line(runner) for runner in runners)


def timed(run: Callable[..., Any], *given: Any) -> tuple[float, Any]:
    """Return the seconds that a call takes, and what comes out."""
    gc.collect()
    gc.disable()
    try:
        before = time.perf_counter()
        found = run(*given)
        return time.perf_counter() - before, found
    finally:
        gc.enable()


def _line(runner: Runner) -> Line:
    return Line(
        runner.peer.name, tuple(runner.times), runner.made, runner.note, runner.checked,
        runner.peer.ours,
    )  # fmt: skip
