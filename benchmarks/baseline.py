"""Keep the ratios of a run, and compare another run with them.

    python benchmarks/baseline.py --save FILE [OPTIONS]
    python benchmarks/baseline.py --against FILE [--tolerance 0.3] [--fail] [OPTIONS]

A ratio is ours divided by a peer's time in the same run, so that a slower machine changes nothing;
times of different runs are never compared. Something of ours counts as slower where the median of
its ratios, one for each peer, has grown by more than the tolerance: a peer that has changed does
not make it so. The options are those of benchmarks/batch.py, the same when saving and comparing.
Nothing fails on time unless asked.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from peers.timing import Table, ratios

import batch

__all__ = ["compared", "main"]


def measured(args: argparse.Namespace) -> list[Table]:
    """Return all tables, printing each when it is there."""
    tables: list[Table] = []
    for found in batch.everything(args):
        print(found.text() + "\n", flush=True)
        tables += [found] if isinstance(found, Table) else found.tables
    return tables


def compared(
    before: dict[str, float], now: dict[str, float], tolerance: float
) -> tuple[list[str], bool]:
    """Return lines that say how the ratios have changed, and whether anything is slower.

    Parameters
    ----------
    before, now : dict
        Ratios by ``job | ours | peer``.
    tolerance : float
        0.3 is three tenths.
    """
    changes: dict[str, dict[str, float]] = {}
    for key in before.keys() & now.keys():
        ours, _, peer = key.rpartition(" | ")
        changes.setdefault(ours, {})[peer] = now[key] / before[key]
    lines, slower = [], False
    for ours, of in sorted(changes.items()):
        middle = statistics.median(of.values())
        faster = middle < 1 / (1 + tolerance)
        word = "slower" if middle > 1 + tolerance else "faster" if faster else ""
        slower = slower or word == "slower"
        most = max(of, key=of.__getitem__)
        text = f"  {middle:5.2f} times  {word:6}  {ours}  ({len(of)} peers"
        lines.append(f"{text}; {of[most]:.2f} beside {most})")
    lines += _missing("not measured now", before, now)
    lines += _missing("not in the file", now, before)
    return lines, slower


def _missing(text: str, these: dict[str, float], those: dict[str, float]) -> list[str]:
    def ours(ratios: Iterable[str]) -> set[str]:
        return {key.rpartition(" | ")[0] for key in ratios}

    return [f"  {text}: {key}" for key in sorted(ours(these) - ours(those))]


def main() -> int:
    """Measure, keep or compare; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the ratios of this run")
    parser.add_argument("--against", type=Path, metavar="FILE", help="compare with those kept")
    parser.add_argument("--tolerance", type=float, default=0.3, help="what does not count (0.3)")
    parser.add_argument("--fail", action="store_true", help="exit with 1 if anything is slower")
    batch.add_arguments(parser)
    args = parser.parse_args()
    if not (args.save or args.against):
        parser.error("one of --save and --against is needed")
    kept: dict[str, Any] = json.loads(args.against.read_text()) if args.against else {}
    found, versions = ratios(measured(args)), batch.versions()
    if args.save:
        text = json.dumps({"versions": versions, "ratios": found}, indent=1, sort_keys=True)
        args.save.write_text(text + "\n")
        print(f"kept {len(found)} ratios in {args.save}")
    if not kept:
        return 0
    print(f"Ratios beside those in {args.against}, {args.tolerance:.0%} not counted")
    for name in sorted(versions.keys() & kept["versions"].keys()):
        if versions[name] != kept["versions"][name]:
            print(f"  {name} was {kept['versions'][name]}, is {versions[name]}")
    lines, slower = compared(kept["ratios"], found, args.tolerance)
    print("\n".join(lines))
    return 1 if slower and args.fail else 0


if __name__ == "__main__":
    sys.exit(main())
