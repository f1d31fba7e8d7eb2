"""The same job at several sizes: who keeps up, and how the time grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from peers.timing import Line, Peer, Runner, Table, figure, started, take_turns, timed

__all__ = ["Growth", "Job"]

#: What a run takes at most, unless a single item takes longer.
SECONDS = 0.3


@dataclass(frozen=True)
class Growth:
    """A job at several sizes.

    Parameters
    ----------
    title : str
    sizes : tuple of int
    tables : tuple of Table
        One for each size, all with the same lines.
    """

    title: str
    sizes: tuple[int, ...]
    tables: tuple[Table, ...]

    def text(self) -> str:
        """Return it as text: the times, how each grows, and what preparing took."""
        lines = {
            (size, line.name): line
            for size, table in zip(self.sizes, self.tables, strict=True)
            for line in table.lines
        }
        names = [line.name for line in self.tables[0].lines]
        rows = {name: [lines[size, name] for size in self.sizes] for name in names}
        found = [self.title, self._block(f"µs a {self.tables[0].unit}", rows, _micro, why=True)]
        able = {name: cells for name, cells in rows.items() if cells[0].seconds is not None}
        grown = {name: [*zip([None, *cells], cells, strict=False)] for name, cells in able.items()}
        found.append(self._block("times that at the size before", grown, _ratio))
        if any(line.made >= 0.1 for cells in able.values() for line in cells):
            found.append(self._block("s to prepare", able, _made))
        checked = [line.checked for line in lines.values() if line.checked]
        least = f"{min(checked):,} or more" if checked else "no"
        found.append(f"  answers the same as the right ones: {least} of each at each size")
        return "\n".join(found)

    def _block(
        self, what: str, rows: dict[str, list[Any]], cell: Callable[[Any], str], why: bool = False
    ) -> str:
        wide = max(len(line.name) for line in self.tables[0].lines)
        sizes = "".join(f" {size:>11,}" for size in self.sizes)
        found = [f"  {'':{wide}}{sizes}   {what}"]
        for name, cells in rows.items():
            notes = [c.note for c in cells if c.note and c.seconds is None] if why else []
            text = "".join(f" {cell(c):>11}" for c in cells)
            found.append(f"  {name:{wide}}{text}   {notes[0] if notes else ''}".rstrip())
        return "\n".join(found)


def _micro(line: Line) -> str:
    return "-" if line.seconds is None else figure(line.seconds * 1e6)


def _ratio(pair: tuple[Line | None, Line]) -> str:
    before, line = pair
    if before is None or before.seconds is None or line.seconds is None:
        return ""
    return f"{line.seconds / before.seconds:.2f}"


def _made(line: Line) -> str:
    return "" if line.seconds is None else f"{line.made:.2f}"


@dataclass(frozen=True)
class Job:
    """What is done at each size.

    Parameters
    ----------
    key, title, unit : str
        As in `Table`; a size is added to the key.
    sizes : tuple of int
    peers : tuple of Peer
    given : callable
        From a size to what the peers are made with.
    drawn : callable
        From how many, and a seed, to items, every one different.
    right : callable
        From a size to what gives an item's right answer.
    read : callable
        From what a peer returns to an answer; its time does not count.
    most : int
        How many items a run has at most.
    """

    key: str
    title: str
    unit: str
    sizes: tuple[int, ...]
    peers: tuple[Peer, ...]
    given: Callable[[int], Any]
    drawn: Callable[[int, int], Any]
    right: Callable[[int], Callable[[Any], Any]]
    read: Callable[[Any], Any] = lambda found: found
    most: int = 1000

    def measured(self, runs: int, budget: float) -> Growth:
        """Return how the time of one item grows.

        Parameters
        ----------
        runs : int
        budget : float
            Seconds; who is likely to take longer to prepare and to try is left out, and who needs
            more than a quarter of it for all runs has fewer of them.
        """
        tables: list[Table] = []
        spent: dict[str, list[float]] = {peer.name: [] for peer in self.peers}
        for size in self.sizes:
            runners = []
            parts, answer = self.given(size), self.right(size)
            for peer in self.peers:
                before = spent[peer.name]
                if _next(before) > budget:
                    runners.append(Runner(peer, note=f"-: likely over {budget:.0f} s"))
                    before.append(_next(before))
                    continue
                runner, taken = self._runner(peer, parts, answer, runs)
                before.append(runner.made + taken)
                if taken * runs > budget / 4:
                    runner.most = max(1, int(budget / 4 / taken))
                runners.append(runner)
            name = f"{self.key}, {size:,}"
            tables.append(Table(name, name, self.unit, take_turns(runners, runs)))
        return Growth(self.title, self.sizes, tuple(tables))

    def _runner(
        self, peer: Peer, parts: Any, answer: Callable[[Any], Any], runs: int
    ) -> tuple[Runner, float]:
        """Return a peer that is ready, and the seconds that its first item took."""
        runner, decide = started(peer, parts)
        if decide is None:
            return runner, 0.0

        def run(items: Any) -> list[Any]:
            return [decide(item) for item in items]

        def check(items: Any, found: list[Any]) -> int:
            wrong = [n for n, f in enumerate(found) if self.read(f) != answer(items[n])]
            assert not wrong, f"{peer.name}: {len(wrong)} wrong answers of {len(found)}"
            return len(found)

        count, tried = 1, 0.0
        for seed in range(2):
            items = self.drawn(count, seed)
            taken, found = timed(run, items)
            runner.checked += check(items, found)
            tried = tried or taken
            if taken > SECONDS:
                break
            count = max(1, min(self.most, int(SECONDS * count / taken)))
        sets = [self.drawn(count, 1000 + n) for n in range(runs)]
        runner.count = count
        runner.run = lambda number: run(sets[number])
        runner.right = lambda number, found: check(sets[number], found)
        return runner, tried


def _next(spent: list[float]) -> float:
    """Return what the next size is likely to take; 0 where nobody can tell."""
    if len(spent) < 2:
        return 0.0
    return spent[-1] * max(spent[-1] / max(spent[-2], 1e-9), 1.0)
