"""A decision as Markdown, for a report, an issue or a notebook."""

from __future__ import annotations

from collections.abc import Iterator

from strikerules.engine.decision import Decision
from strikerules.views.outline import (
    MOST_ROWS,
    MOST_SETTLINGS,
    hangs_on,
    headline,
    next_answers,
    next_words,
    outcome_words,
    settling_words,
    verdict,
    why,
)

__all__ = ["decision_markdown"]


def decision_markdown(decision: Decision, *, brief: bool = False) -> str:
    """Return a decision as Markdown.

    Parameters
    ----------
    decision : Decision
    brief : bool
        One list item with the verdict alone.
    """
    if brief:
        return f"- `{decision.scenario}`: **{verdict(decision).lower()}**\n"
    return "\n".join(_lines(decision)) + "\n"


def _lines(decision: Decision) -> Iterator[str]:
    title = f": {_escaped(decision.title)}" if decision.title else ""
    yield f"## {_escaped(decision.scenario)}{title}"
    yield ""
    yield f"**{verdict(decision)}** {headline(decision)}"
    yield ""
    yield "### Why"
    yield ""
    for line in why(decision):
        assumed = " *(assumed)*" if line.assumed else ""
        cites = f" [{', '.join(line.citations)}]" if line.citations else ""
        evidence = f" - {_escaped(line.evidence)}" if line.evidence else ""
        mark = f"**{line.mark}** " if line.mark else ""
        yield f"{'  ' * line.depth}- {mark}{_escaped(line.text)}{assumed}{evidence}{cites}"
    things = list(hangs_on(decision))
    if things:
        yield from ("", "### It hangs on", "")
        for name, kind in things:
            yield f"- `{name}`: {kind}"
    if decision.readings:
        yield from ("", "### Under each reading", "")
        names = [q for q, _ in decision.readings[0].choose]
        yield "| " + " | ".join([*names, "outcome"]) + " |"
        yield "|" + " --- |" * (len(names) + 1)
        for row in decision.readings[:MOST_ROWS]:
            cells = [r for _, r in row.choose]
            yield "| " + " | ".join([*cells, outcome_words(row.possible)]) + " |"
        if len(decision.readings) > MOST_ROWS:
            yield f"\n… and {len(decision.readings) - MOST_ROWS} more combinations"
    if decision.ask_next is not None:
        yield from ("", "### Ask first", "", f"{_escaped(next_words(decision.ask_next))}:", "")
        answers = list(next_answers(decision.ask_next))
        for text in answers[:MOST_ROWS]:
            yield f"- {_escaped(text)}"
        if len(answers) > MOST_ROWS:
            yield f"- … and {len(answers) - MOST_ROWS} more answers"
    if decision.settled_by:
        yield from ("", "### What would settle it", "")
        for one in decision.settled_by[:MOST_SETTLINGS]:
            yield f"- {_escaped(settling_words(one))}"
        if len(decision.settled_by) > MOST_SETTLINGS:
            yield f"- … and {len(decision.settled_by) - MOST_SETTLINGS} more"
    if decision.margin is not None:
        from strikerules.views.margin import margin_lines

        yield from ("", "### How robust", "")
        for text in margin_lines(decision.margin):
            yield f"- {_escaped(text)}"
    if decision.assumptions:
        yield ""
        names = [f"`{a}`" for a in decision.assumptions]
        yield "It leans on what nobody published: " + ", ".join(names) + "."
    if decision.citations:
        yield from ("", "### Sources", "")
        for cited in decision.citations:
            where = (
                f"{cited.source}, paragraph {cited.paragraph}" if cited.source else "not registered"
            )
            yield f"- **{cited.claim}** ({where}): {_escaped(cited.text or '')}"
    for note in (*decision.notes, *(w.message for w in decision.warnings)):
        yield f"\n> {_escaped(note)}"


def _escaped(text: str) -> str:
    """Return text with what Markdown or HTML would take for markup made harmless."""
    text = text.replace("\\", "\\\\").replace("<", "&lt;").replace("|", "\\|")
    for mark in "*_[]#":
        text = text.replace(mark, "\\" + mark)
    return " ".join(text.split())
