"""As many random rows as one likes under every shipped policy, as a table and one by one.

    python -m tests.batch.million [ROWS [POLICY …]]

Half of the rows lie on an edge, within metres of one, or at the distance at which an edge begins to
matter. A million rows take an hour or two for each policy on one core; the exit status is 1 where
one row differs.
"""

from __future__ import annotations

import random
import sys
import time

import strikerules as sr
from strikerules.batch.deciding import Decider

from .conformance import differences, random_row, rows_of
from .test_conformance import SHIPPED, scattered

_ROWS = 20_000


def main(words: list[str]) -> int:
    """Compare, and print what differs."""
    total = int(words[0]) if words else 1_000_000
    failed = False
    for name in words[1:] or SHIPPED:
        policy = sr.load(name)
        decider = Decider(policy.program, policy.atlas)
        started, done, wrong = time.perf_counter(), 0, 0
        while done < total:
            count = min(_ROWS, total - done)
            seed = hash_of(name) + done
            points, source = scattered(seed, count), random.Random(seed)
            rows = rows_of([random_row(source, points) for _ in range(count)], policy)
            found = differences(policy, rows, decider)
            for text in found[:3]:
                print(f"{name}, seed {seed}: {text}", flush=True)
            done, wrong = done + count, wrong + len(found)
            seconds = time.perf_counter() - started
            print(f"{name}: {done:,} rows, {wrong} differ, {seconds:.0f} s", flush=True)
        failed |= bool(wrong)
    return int(failed)


def hash_of(name: str) -> int:
    """Return a number for a name, the same in every process."""
    return sum(ord(letter) * 1009**place for place, letter in enumerate(name)) % 10**9


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
