"""How long one check takes from the start of the process, beside importing its libraries.

    python benchmarks/start.py [RUNS]

Both are whole processes. They take turns, so that whatever else the machine does falls on both;
the ratio is the median of the ratios of neighbours. Nothing passes or fails.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECK = ["-m", "strikerules", "check", "examples/forward-launch-site.yaml"]
IMPORT = ["-c", "import shapely, pydantic, yaml"]


def seconds(arguments: list[str], environment: dict[str, str]) -> float:
    """Return how long a Python process with these arguments takes, from start to end."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure, and print the medians and the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("runs", nargs="?", type=int, default=15, help="pairs of runs (15)")
    runs = max(1, parser.parse_args().runs)
    source = str(ROOT / "src")
    path = os.pathsep.join(p for p in (source, os.environ.get("PYTHONPATH")) if p)
    # Compiled modules are kept, as for anyone who has run the command before.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = path
    for arguments in (CHECK, IMPORT):
        seconds(arguments, environment)
    pairs = []
    for number in range(runs):
        # The one that goes first alternates as well.
        if number % 2:
            other = seconds(IMPORT, environment)
            pairs.append((seconds(CHECK, environment), other))
        else:
            one = seconds(CHECK, environment)
            pairs.append((one, seconds(IMPORT, environment)))
    checks, imports = zip(*pairs, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"python {sys.version.split()[0]}, {runs} pairs of runs, medians of the whole process")
    print(f"  strikerules check              {statistics.median(checks) * 1000:7.0f} ms")
    print(f"  import shapely, pydantic, yaml {statistics.median(imports) * 1000:7.0f} ms")
    print(f"  ratio (median of pairs)        {ratio:7.2f}")


if __name__ == "__main__":
    main()
