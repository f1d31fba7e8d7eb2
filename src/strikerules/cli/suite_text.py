"""What came of policy tests: for people, for programs, for GitHub."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from strikerules.cli.layout import as_json
from strikerules.views.findings import annotation
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped

if TYPE_CHECKING:
    from strikerules.testing.mutation.run import Mutation
    from strikerules.testing.runner import Result, Run

__all__ = ["as_data", "github", "pretty"]

_COUNTED = (
    ("passed", "passed", COLOURS["permitted"]),
    ("failed", "failed", COLOURS["prohibited"]),
    ("error", "not readable", COLOURS["prohibited"]),
    ("xfailed", "known to fail", COLOURS["indeterminate"]),
    ("skipped", "skipped", COLOURS["indeterminate"]),
    ("todo", "to be written", COLOURS["indeterminate"]),
)
_PAINT = {outcome: code for outcome, _, code in _COUNTED}


def pretty(done: Run, *, width: int, colour: bool, full: bool) -> str:
    """Return the failures, then how many of what; with `full` a line for every case."""
    paint = Paint(colour)
    lines: list[str] = []
    if full:
        lines += [*_each(done, width, paint), ""]
    for result in done.results:
        if result.outcome in ("failed", "error"):
            lines += [*_failure(result, paint), ""]
    files = len({r.file for r in done.results})
    counts = [
        paint(f"{number} {word}", code) for outcome, word, code in _COUNTED
        if (number := done.count(outcome))
    ]  # fmt: skip
    where = "1 file" if files == 1 else f"{files} files"
    left = f"; {done.deselected} left out by --run" if done.deselected else ""
    lines.append(f"{', '.join(counts)} in {where}{left}")
    return "\n".join(lines) + "\n"


def _each(done: Run, width: int, paint: Paint) -> Iterator[str]:
    file = None
    for result in done.results:
        if result.file != file:
            file = result.file
            yield paint(file, BOLD)
        word = {"xfailed": "known", "error": "failed"}.get(result.outcome, result.outcome)
        tail = f" ({result.reason})" if result.reason else ""
        first, *rest = wrapped(f"{word:<8}{result.name}{tail}", width, "  ", " " * 10)
        yield first.replace(word, paint(word, _PAINT[result.outcome]), 1)
        yield from rest


def _failure(result: Result, paint: Paint) -> Iterator[str]:
    if result.differences or result.outcome == "error":
        mark = "failed" if result.outcome == "failed" else "not readable"
        yield paint(mark, _PAINT[result.outcome])
        yield result.text.rstrip("\n")
    else:
        yield paint("failed", _PAINT["failed"])
        yield f"{result.file}:{result.line}: {result.name}"
        yield f"  {result.text}".rstrip()


def as_data(done: Run, mutation: Mutation | None) -> str:
    """Return it all as ``test/1``."""
    content = {
        "summary": {outcome: done.count(outcome) for outcome, _, _ in _COUNTED}
        | {"deselected": done.deselected},
        "results": [result.to_dict() for result in done.results],
        "coverage": None if done.coverage is None else done.coverage.to_dict(),
        "mutation": None if mutation is None else mutation.to_dict(),
    }
    return as_json("test/1", content)


def github(done: Run, mutation: Mutation | None) -> str:
    """Return failures, uncovered lines and survivors as GitHub's workflow commands."""
    lines = []
    for result in done.results:
        if result.outcome in ("failed", "error"):
            what = "; ".join(
                f"{d['part']}: expected {d['expected']}, got {d['got']}" for d in result.differences
            )
            text = f"{result.name}: {what}" if what else result.text
            lines.append(annotation("error", "policy test", text, result.file, result.line))
    for covered in done.coverage.policies.values() if done.coverage is not None else ():
        for one in covered.uncovered:
            at = one.item.at
            file, line = (at.file, at.line) if at is not None and at.file else (None, None)
            text = f"not covered: {one.item.text}"
            lines.append(annotation("warning", "policy coverage", text, file, line))
    for policy in mutation.policies if mutation is not None else ():
        for mutant, _ in policy.survivors:
            text = f"no case notices: {mutant.text}"
            lines.append(annotation("warning", "policy mutant", text, mutant.file, mutant.line))
    return "\n".join(lines)
