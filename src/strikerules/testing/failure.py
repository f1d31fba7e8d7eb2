"""A case that failed, in words: what was given, what differs, and the steps that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from strikerules.engine.decision import Decision, open_words
from strikerules.language.locations import InZone, Location, Named, Point
from strikerules.language.scenario import Scenario
from strikerules.language.values import written
from strikerules.testing.compare import Difference, reasons
from strikerules.testing.suite import BY_DEFAULT, OUTSIDE, Case
from strikerules.views.outline import Line, why
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped
from strikerules.views.text import step_lines

__all__ = ["failure_text", "given_words"]


def failure_text(
    case: Case | None,
    decision: Decision,
    found: Sequence[Difference],
    *,
    width: int = 80,
    colour: bool = False,
) -> str:
    """Return what is to be said of a decision that is not as expected.

    Parameters
    ----------
    case : Case or None
        None for a decision that a test in Python was given.
    decision : Decision
    found : sequence of Difference
        Not empty.
    """
    paint = Paint(colour)
    lines: list[str] = []
    if case is not None:
        at = case.at
        where = f"{at.file}:{at.line}: " if at is not None and at.file else ""
        lines += wrapped(f"{where}{case.name}", width, "", "  ")
        lines += wrapped(f"given: {given_words(case.scenario)}", width, "  ", "    ")
        answers = [f"{q} read as {r}" for q, r in case.readings.items()]
        answers += [f"{k} set to {v}" for k, v in case.set.items()]
        if answers:
            lines += wrapped(f"with {', '.join(answers)}", width, "  ", "    ")
    else:
        outcome = f"{decision.decision}{open_words(decision.possible, ())}"
        lines += wrapped(f"{decision.scenario}: {outcome}", width, "", "  ")
    lines.append(f"  decided by {decision.policy}")
    for one in found:
        lines += ["", *_difference(one, width, paint)]
    steps = list(_steps(decision, found))
    if steps:
        lines += ["", paint("Why", BOLD)]
        for line in steps:
            lines += step_lines(line, width, paint, sources=False)
    things = decision.depends_on.names
    if things:
        lines += ["", *wrapped(f"It hangs on {', '.join(things)}.", width, "", "  ")]
    for warning in decision.warnings:
        lines += wrapped(f"warning[{warning.code}]: {warning.message}", width, "", "  ")
    return "\n".join(lines)


def _difference(one: Difference, width: int, paint: Paint) -> Iterator[str]:
    at = one.at
    where = f"  ({at.file}:{at.line})" if at is not None and at.file else ""
    yield f"  {paint(one.part, BOLD)}{where}"
    for label, text in (("expected", one.expected), ("got", one.got)):
        head, *rest = wrapped(f"{label:<9}{text}", width, "    ", " " * 13)
        first = text.partition(" ")[0]
        yield head.replace(first, paint(first, COLOURS[first]), 1) if first in COLOURS else head
        yield from rest


def _steps(decision: Decision, found: Iterable[Difference]) -> Iterator[Line]:
    """Yield the lines of the explanation that bear on what differs.

    They are those of the rules that a difference is about, of what the decision is because of
    where it is about none, and of the scope where the case is not surely in it.
    """
    decisive = {name for one in found for name in one.about} or set(reasons(decision))
    keep = False
    for line in why(decision):
        if line.depth == 0:
            keep = _bears(line, decisive, decision)
        if keep:
            yield line


def _bears(line: Line, decisive: set[str], decision: Decision) -> bool:
    if line.kind == "rule":
        name = line.text.split(" ")[1]
        return name in decisive
    if line.kind == "otherwise":
        return BY_DEFAULT in decisive
    if line.kind == "scope":
        return OUTSIDE in decisive or line.mark != "yes"
    return line.kind == "entry" and (line.mark != "yes" or decision.timeline is not None)


def given_words(scenario: Scenario) -> str:
    """Return what a scenario says, in one line.

    Examples
    --------
    >>> given_words(Scenario.of({"weapon": {"made_in": "US"}, "timing": None}))
    'weapon.made_in: US, timing: unknown'
    """
    words = [f"{path}: {written(value)}" for path, value in scenario.values.items()]
    words += [f"{path}: {_place(where)}" for path, where in scenario.locations.items()]
    words += [f"{path}: unknown" for path in sorted(scenario.withheld)]
    return ", ".join(words) or "nothing"


def _place(location: Location) -> str:
    if isinstance(location, Point):
        about = f" (to {location.accuracy_km:g} km)" if location.accuracy_km else ""
        return f"{location.lon:g}, {location.lat:g}{about}"
    if isinstance(location, Named):
        return location.place
    return f"somewhere in {location.zone}" if isinstance(location, InZone) else "a polygon"
