"""1,000 policy tests in YAML, beside the same decisions in a loop and 1,000 empty tests.

Each is a process of its own, start and imports included; they take turns, and the fastest of a few
runs of each is compared.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES, RUNS = 1000, 5
KINDS = ("artillery", "missile_launcher", "air_base", "logistics", "aircraft_in_flight")
USES = ("kharkiv_assault", "other_operation")

LOOP = """
import json, sys
import strikerules as sr
policy = sr.load("kharkiv")
for case in json.load(open(sys.argv[1])):
    assert policy.check(case["given"]).decision == case["expect"]
"""


def cases() -> list[dict[str, object]]:
    """Return scenarios around the border, near and far, with what each comes to."""
    import strikerules as sr

    policy = sr.load("kharkiv")
    found = []
    for number in range(CASES):
        given = {
            "weapon": {"made_in": "US", "max_range_km": 20 + number % 97 * 3},
            "target": {
                "kind": KINDS[number % len(KINDS)],
                "supports": USES[number // 7 % 2],
                "location": {"lon": 36.5 + number % 31 / 30, "lat": 50.2 + number % 41 / 40},
            },
            "strike": {"distance_km": 10 + number % 13 * 5},
        }
        found.append({"given": given, "expect": policy.check(given).decision})
    return found


def write(folder: Path) -> dict[str, list[str]]:
    """Write what the three read; return their commands."""
    import json

    import yaml

    made = cases()
    (folder / "cases.json").write_text(json.dumps(made))
    (folder / "loop.py").write_text(LOOP)
    suite = {
        "policy": "kharkiv",
        "cases": [{"name": f"case {n}", **case} for n, case in enumerate(made)],
    }
    (folder / "suites").mkdir()
    text = yaml.safe_dump(suite, sort_keys=False, default_flow_style=None)
    (folder / "suites" / "all_test.strike.yaml").write_text(text)
    (folder / "empty").mkdir()
    lines = [f"def test_{n}(): pass" for n in range(CASES)]
    (folder / "empty" / "test_empty.py").write_text("\n".join(lines) + "\n")
    pytest = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "-p", "no:cacheprovider",
              "--rootdir", str(folder)]  # fmt: skip
    return {
        "1,000 cases in YAML": [*pytest, "-p", "strikerules.testing.plugin", "suites"],
        "the same decisions in a loop": [sys.executable, "loop.py", "cases.json"],
        "1,000 empty tests": [*pytest, "empty"],
    }


def main() -> None:
    """Print the times and the ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = write(folder)
        best = dict.fromkeys(commands, float("inf"))
        env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        for _ in range(RUNS):
            for label, command in commands.items():
                start = time.perf_counter()
                subprocess.run(command, cwd=folder, env=env, check=True, capture_output=True)
                best[label] = min(best[label], time.perf_counter() - start)
    for label, seconds in best.items():
        print(f"{label:<32}{seconds:7.2f} s")
    yaml_time, loop, empty = best.values()
    print(f"ratio of the first to the sum of the others: {yaml_time / (loop + empty):.2f}")


if __name__ == "__main__":
    main()
