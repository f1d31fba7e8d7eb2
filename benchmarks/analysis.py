"""How long `diff` and `verify` take: on what ships, and as the rules grow, beside z3.

    python benchmarks/analysis.py [RULES …]

The shipped policies are timed as whole processes, less what importing takes. Large
random policies are timed in one process, in turns with z3 on the same question: whether there is
a world that two policies decide differently, and for each rule whether it makes a difference. z3
is given the parts of the zones' overlay, which it has no means to find, and answers yes or no;
`diff` also finds all regions, words them and replays a scenario of each. Nothing passes or fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import large

ROOT = Path(__file__).resolve().parents[1]
RUNS = 7
IMPORTS = "import strikerules.cli.main, strikerules.differences, strikerules.verification"
SHIPPED = (
    ["diff", "ban", "kharkiv"],
    ["diff", "kharkiv", "broader-targets"],
    ["diff", "kharkiv", "long-range-lifted"],
    ["verify", "kharkiv"],
    ["verify"],
)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rules", nargs="*", type=int, default=[10, 100, 1000])
    sizes = parser.parse_args().rules or [10, 100, 1000]
    print(f"python {sys.version.split()[0]}, whole processes, medians of {RUNS}")
    start = _process(["-c", IMPORTS])
    for words in SHIPPED:
        taken = _process(["-m", "strikerules", *words])
        name = "strikerules " + " ".join(words)
        print(f"  {name:<45} {taken:6.2f} s, {taken - start:5.2f} s beyond start-up")
    print("large random policies, 8 attributes, 100 zones, seconds in one process")
    print(f"  {'rules':>6} {'diff':>8} {'verify':>8} {'z3 differ':>10} {'z3 each rule':>13}")
    for number in sizes:
        print(f"  {number:>6} " + _large(number), flush=True)


def _process(words: list[str]) -> float:
    """Return the median of the seconds that a Python process with these arguments takes."""
    source = str(ROOT / "src")
    path = os.pathsep.join(p for p in (source, os.environ.get("PYTHONPATH")) if p)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = path
    found = []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        found.append(time.perf_counter() - started)
    return statistics.median(found[1:])


def _timed(run: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = run()
    return time.perf_counter() - started, found


def _large(number: int) -> str:
    import strikerules as sr

    one = large.policy(number)
    two = large.changed(one)
    a, b = sr.load(one), sr.load(two)
    taken_diff, found = _timed(lambda: sr.diff(a, b).to_dict(geometry=False))
    taken_verify, verified = _timed(lambda: sr.verify(a))
    idle = {n for f in verified if f.code in ("SR803", "SR804", "SR805") for n in f.about[:1]}
    text = f"{taken_diff:8.2f} {taken_verify:8.2f}"
    try:
        import z3  # noqa: F401
    except ImportError:
        return text + "   (z3 is not here)"
    from solver import Solver

    # the parts of the overlay, which a solver can't find
    solver = Solver(one, two, a, b)
    taken_z3, differ = _timed(solver.differ)
    taken_rules, useless = _timed(solver.idle)
    assert differ is bool(found["regions"]), "z3 and diff disagree"
    assert useless == idle, f"z3 and verify disagree: {useless ^ idle}"
    return text + f" {taken_z3:10.2f} {taken_rules:13.2f}"


if __name__ == "__main__":
    main()
