"""A decision as text: the verdict first, then why, then what it hangs on, then sources."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.engine.decision import Decision, open_words
from strikerules.views.outline import (
    MOST_ROWS,
    MOST_SETTLINGS,
    Line,
    hangs_on,
    headline,
    next_answers,
    next_words,
    outcome_words,
    settling_words,
    verdict,
    why,
)
from strikerules.views.paint import BOLD, COLOURS, Paint, wrapped
from strikerules.views.words import OUTCOME_WORDS

__all__ = ["decision_text", "step_lines"]

_MARKS = {"yes": "\x1b[32m", "no": "\x1b[31m", "open": "\x1b[33m", "depends": "\x1b[33m"}
_DIM = "\x1b[2m"
_MARK_WIDTH = 7


def decision_text(
    decision: Decision,
    *,
    width: int = 80,
    colour: bool = False,
    brief: bool = False,
    full: bool = False,
) -> str:
    """Return a decision as text.

    Parameters
    ----------
    decision : Decision
    width : int
        Columns that no line exceeds, long words apart.
    colour : bool
        Whether to use ANSI colours.
    brief : bool
        One line: the scenario, the verdict, what it hangs on.
    full : bool
        Every step of the explanation, and every combination of readings.

    Returns
    -------
    str
    """
    paint = Paint(colour)
    if brief:
        return _brief(decision, paint)
    lines: list[str] = []
    title = f"  {decision.title}" if decision.title else ""
    lines += wrapped(f"{decision.scenario}{title}", width)
    word = verdict(decision)
    head, *rest = wrapped(f"{word} {headline(decision)}", width, "", "  ")
    lines += [paint(word, COLOURS[decision.decision]) + head.removeprefix(word), *rest]
    for block in (
        _why(decision, width, paint, full),
        _open(decision, width, paint, full),
        _ask_next(decision, width, paint, full),
        _settle(decision, width, paint, full),
        _robust(decision, width, paint),
        _assumed(decision, width, paint),
        _sources(decision, width, paint),
        _notes(decision, width, paint),
        _warnings(decision, width, paint),
    ):
        found = list(block)
        if found:
            lines += ["", *found]
    return "\n".join(lines) + "\n"


def _brief(decision: Decision, paint: Paint) -> str:
    words = paint(verdict(decision).lower(), COLOURS[decision.decision])
    possible = [OUTCOME_WORDS[outcome] for outcome in decision.possible]
    tail = open_words(possible, decision.depends_on.names)
    return f"{decision.scenario}: {words}{tail}\n"


def _why(decision: Decision, width: int, paint: Paint, full: bool) -> Iterator[str]:
    yield paint("Why", BOLD)
    for line in why(decision, full=full):
        yield from step_lines(line, width, paint)


def step_lines(line: Line, width: int, paint: Paint, *, sources: bool = True) -> Iterator[str]:
    """Yield one line of the explanation, filled to a width; without its sources if not wanted."""
    indent = "  " + " " * (_MARK_WIDTH + 1) + "  " * line.depth
    mark = f"{line.mark:<{_MARK_WIDTH}}"
    cites = f" [{', '.join(line.citations)}]" if line.citations and sources else ""
    assumed = " (assumed)" if line.assumed and sources else ""
    evidence = f": {line.evidence}" if line.evidence else ""
    found = wrapped(f"{line.text}{assumed}{evidence}{cites}", width, indent, indent + "  ")
    head = found[0][len(indent) :]
    if line.kind == "rule":
        head = paint(head, BOLD)
    yield f"  {paint(mark, _MARKS.get(line.mark, _DIM))} {'  ' * line.depth}{head}".rstrip()
    yield from found[1:]


def _open(decision: Decision, width: int, paint: Paint, full: bool) -> Iterator[str]:
    if decision.settled and not decision.readings:
        return
    things = list(hangs_on(decision))
    if things:
        yield paint("It hangs on", BOLD)
        for name, kind in things:
            yield from wrapped(f"{name}: {kind}", width, "  ", "    ")
    rows = decision.readings
    if rows:
        if things:
            yield ""
        yield paint("Under each reading", BOLD)
        shown = len(rows) if full else MOST_ROWS
        for row in rows[:shown]:
            choose = ", ".join(f"{q}={r}" for q, r in row.choose)
            yield from wrapped(f"{choose}: {outcome_words(row.possible)}", width, "  ", "    ")
        if len(rows) > shown:
            yield f"  … and {len(rows) - shown} more combinations (--verbose shows all)"


def _ask_next(decision: Decision, width: int, paint: Paint, full: bool) -> Iterator[str]:
    if decision.ask_next is None:
        return
    head, *rest = wrapped(f"Ask first: {next_words(decision.ask_next)}", width, "", "  ")
    yield head.replace("Ask first", paint("Ask first", BOLD), 1)
    yield from rest
    answers = list(next_answers(decision.ask_next))
    shown = len(answers) if full else MOST_ROWS
    for one in answers[:shown]:
        yield from wrapped(one, width, "  ", "    ")
    if len(answers) > shown:
        yield f"  … and {len(answers) - shown} more answers (--verbose shows all)"


def _robust(decision: Decision, width: int, paint: Paint) -> Iterator[str]:
    if decision.margin is None:
        return
    from strikerules.views.margin import margin_lines

    yield paint("How robust", BOLD)
    for line in margin_lines(decision.margin):
        yield from wrapped(line, width, "  ", "    ")


def _settle(decision: Decision, width: int, paint: Paint, full: bool) -> Iterator[str]:
    found = decision.settled_by
    if not found:
        return
    yield paint("What would settle it", BOLD)
    shown = len(found) if full else MOST_SETTLINGS
    for one in found[:shown]:
        yield from wrapped(settling_words(one), width, "  ", "    ")
    if len(found) > shown:
        yield f"  … and {len(found) - shown} more (--verbose shows all)"


def _assumed(decision: Decision, width: int, paint: Paint) -> Iterator[str]:
    if decision.assumptions:
        yield from wrapped(
            "It leans on what nobody published: " + ", ".join(decision.assumptions), width, "", "  "
        )


def _sources(decision: Decision, width: int, paint: Paint) -> Iterator[str]:
    if not decision.citations:
        return
    yield paint("Sources", BOLD)
    for one in decision.citations:
        where = f"{one.source}, paragraph {one.paragraph}" if one.source else "not in the register"
        firm = f" ({one.firmness})" if one.firmness else ""
        text = f": {one.text}" if one.text else ""
        yield from wrapped(f"{one.claim}  {where}{firm}{text}", width, "  ", "    ")


def _notes(decision: Decision, width: int, paint: Paint) -> Iterator[str]:
    for note in decision.notes:
        yield from wrapped(f"Note: {note}", width, "", "  ")


def _warnings(decision: Decision, width: int, paint: Paint) -> Iterator[str]:
    for warning in decision.warnings:
        at = warning.position
        where = f"line {at.line}: " if at is not None and at.file and at.line else ""
        hint = f"; {warning.help}" if warning.help else ""
        text = f"warning[{warning.code}]: {where}{warning.message}{hint}"
        first, *rest = wrapped(text, width, "", "  ")
        yield paint(first, COLOURS["indeterminate"])
        yield from rest
