"""A command run again whenever what it reads changes."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from strikerules.cli.exits import FAILED
from strikerules.problems import InvalidInput

if TYPE_CHECKING:
    from strikerules.cli.output import Output

__all__ = ["watch"]


def watch(
    args: argparse.Namespace,
    once: Callable[[argparse.Namespace], int],
    files: Callable[[], Iterable[Path]],
) -> int:
    """Run a command, and again on every change, until it is interrupted.

    Parameters
    ----------
    args : argparse.Namespace
    once : callable
        Runs the command once.
    files : callable
        The test files; folders with them, and with the policies that they name, are watched.

    Returns
    -------
    int
        The status of the last run.
    """
    output, status = args.output_to, FAILED
    while True:
        try:
            status = once(args)
        except InvalidInput as error:
            output.problems(error.problems)
            status = FAILED
        output.results.flush()
        folders = _folders(args, files)
        found = _next_change(folders, output)
        if found is None:
            return status
        changed = {Path(name).name for _, name in found}
        output.say(f"\nchanged: {', '.join(sorted(changed))}")


def _next_change(folders: list[Path], output: Output) -> set[tuple[Any, str]] | None:
    """Wait for a change; None where Ctrl-C came first."""
    from watchfiles import watch as changes

    stop = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stop.set())
    try:
        output.say(f"watching {', '.join(map(str, folders))}; Ctrl-C stops")
        found = next(changes(*folders, watch_filter=_is_input, stop_event=stop), None)
    finally:
        signal.signal(signal.SIGINT, before)
    return None if stop.is_set() else found


def _is_input(change: object, path: str) -> bool:
    return path.endswith((".yaml", ".yml", ".json", ".geojson", ".gpkg"))


def _folders(args: argparse.Namespace, files: Callable[[], Iterable[Path]]) -> list[Path]:
    from strikerules.testing.read import read_suite

    found = {p if p.is_dir() else p.parent for p in map(Path, args.paths or ["."]) if p.exists()}
    try:
        tests = list(files())
    except InvalidInput:
        tests = []
    for test in tests:
        found.add(test.parent)
        try:
            found |= {p.parent for p in read_suite(test).read_from}
        except InvalidInput:
            continue
    whole = {p.resolve() for p in found}
    return sorted(p for p in whole if not any(q in p.parents for q in whole))
