"""As many random rows as one likes under every shipped policy, as a table and one by one.

    python -m tests.batch.million [ROWS [POLICY …]] [--workers N] [--notes FILE]

Every row is decided twice. Once among thousands in a table, as `strikerules batch` does, where rows
that are alike share an answer. Once by itself, in full: the mapping is read as `check` reads it,
and the engine (`Case`, `Verdict`) works out the worlds of this one case, as for the first scenario
that is checked; no signature and no answer of another row serves it. (What serves all cases alike
stays: outlines, the edges near a point, how far a cell of the map is from an edge, the whole Earth
cut along the lines.) There is no sample: all rows are decided both ways. The outcomes, the rules
that apply, what the case hangs on and the outcome under every reading have to be equal.

Half of the points are put on an edge of a zone, within metres of one, or at the distance at which
an edge begins to matter, give or take metres; the others anywhere around. How many rows have a
place of the first kind is printed.

Blocks of rows go to several processes. With `--notes` each finished block is noted in a file;
started again with the same file, blocks are left out that were finished with the same code, rules
and zones. The exit status is 1 where one row differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import strikerules as sr
from strikerules.batch.deciding import Decider

from .conformance import differences, random_rows, rows_of
from .test_conformance import SHIPPED, ZONES, scattered

_ROWS = 10_000
_SHOWN = 5


class Block(NamedTuple):
    """Rows of one policy, from one of them on."""

    policy: str
    first: int
    count: int


class Found(NamedTuple):
    """What a block came to; `near` rows have a place by an edge."""

    near: int
    wrong: int
    seconds: float
    texts: tuple[str, ...]


def main(words: list[str]) -> int:
    """Compare, and print what differs."""
    asked = _arguments(words)
    code = _digest()
    finished = dict(_noted(asked.notes, code)) if asked.notes else {}
    blocks = [
        Block(name, first, min(_ROWS, asked.rows - first))
        for name in asked.policies or SHIPPED
        for first in range(0, asked.rows, _ROWS)
    ]
    tally = _Tally(blocks)
    for block in blocks:
        if block in finished:
            tally.add(block, finished[block], timed=False)
    with ProcessPoolExecutor(asked.workers, multiprocessing.get_context("spawn")) as pool:
        running = {pool.submit(compare, b): b for b in blocks if b not in finished}
        for future in as_completed(running):
            block, found = running[future], future.result()
            if asked.notes:
                with asked.notes.open("a", encoding="utf-8") as notes:
                    notes.write(json.dumps([code, block, found]) + "\n")
            tally.add(block, found)
    return tally.end()


def compare(block: Block) -> Found:
    """Decide the rows of a block both ways."""
    started = time.perf_counter()
    policy, decider = _ready(block.policy)
    seed = hash_of(block.policy) + block.first
    points, source = scattered(seed, block.count), random.Random(seed)
    drawn = random_rows(source, points, block.count)
    scenarios = [row for row, _ in drawn]
    by_edges = points[: len(ZONES) * (block.count // 2 // len(ZONES) + 1)]
    edges = {(p["lon"], p["lat"]) for p in by_edges}
    near, by_one = 0, False
    for row, beside in drawn:
        places = (p for k, p in row.items() if k.endswith(".location"))
        by_one = by_one if beside else any((p["lon"], p["lat"]) in edges for p in places)
        near += by_one
    found = differences(policy, rows_of(scenarios, policy), decider, scenarios)
    texts = tuple(f"{block.policy}, seed {seed}, {text}" for text in found[:_SHOWN])
    return Found(near, len(found), time.perf_counter() - started, texts)


@lru_cache(maxsize=1)
def _ready(name: str) -> tuple[sr.Policy, Decider]:
    """Load a policy, and what decides its tables one after another."""
    policy = sr.load(name)
    return policy, Decider(policy.program, policy.atlas)


class _Tally:
    """What was compared so far."""

    def __init__(self, blocks: list[Block]) -> None:
        self.names = list(dict.fromkeys(b.policy for b in blocks))
        self.total = {n: sum(b.count for b in blocks if b.policy == n) for n in self.names}
        self.rows, self.near, self.wrong = (dict.fromkeys(self.names, 0) for _ in range(3))
        self.started, self.timed = time.perf_counter(), 0

    def add(self, block: Block, found: Found, *, timed: bool = True) -> None:
        """Count a block, and say how far it is."""
        name = block.policy
        self.rows[name] += block.count
        self.near[name] += found.near
        self.wrong[name] += found.wrong
        for text in found.texts:
            print(text, flush=True)
        if not timed:
            return
        self.timed += block.count
        rate = self.timed / (time.perf_counter() - self.started)
        left = sum(self.total.values()) - sum(self.rows.values())
        print(
            f"{name}: {self.rows[name]:,} of {self.total[name]:,} rows, {self.wrong[name]} differ;"
            f" {rate:,.0f} rows a second, about {left / rate / 60:.0f} min left",
            flush=True,
        )

    def end(self) -> int:
        """Print what came of it; return the exit status."""
        for name in self.names:
            print(
                f"{name}: {self.rows[name]:,} rows in tables, {self.rows[name]:,} by the engine one"
                f" by one, {self.near[name]:,} of them by an edge; {self.wrong[name]} differ"
            )
        minutes = (time.perf_counter() - self.started) / 60
        print(f"{sum(self.rows.values()):,} rows, {sum(self.wrong.values())} differ"
              f" ({minutes:.0f} min)")  # fmt: skip
        return int(any(self.wrong.values()))


def _noted(path: Path, code: str) -> Iterator[tuple[Block, Found]]:
    """Yield the blocks that were finished with the same code."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        with_code, block, found = json.loads(line)
        if with_code == code:
            near, wrong, seconds, texts = found
            yield Block(*block), Found(near, wrong, seconds, tuple(texts))


def _digest() -> str:
    """Return what is the same only for the same code, rules and zones."""
    root = Path(__file__).resolve().parents[2]
    files = [*Path(sr.__file__).parent.rglob("*.py"), *Path(__file__).parent.glob("*.py")]
    files += [p for folder in ("rules", "geodata") for p in (root / folder).rglob("*")]
    digest = hashlib.sha256()
    for path in sorted(p for p in files if p.is_file() and p.suffix != ".pyc"):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _arguments(words: list[str]) -> Any:
    parser = argparse.ArgumentParser(prog="tests.batch.million")
    parser.add_argument("rows", nargs="?", type=int, default=1_000_000)
    parser.add_argument("policies", nargs="*", metavar="POLICY")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--notes", type=Path, help="a file of the blocks that are finished")
    return parser.parse_args(words)


def hash_of(name: str) -> int:
    """Return a number for a name, the same in every process."""
    return sum(ord(letter) * 1009**place for place, letter in enumerate(name)) % 10**9


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
