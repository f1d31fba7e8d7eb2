"""A decision as HTML for a notebook: no script, no style sheet, readable where styles are cut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape as plainly_escaped

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

__all__ = ["decision_html"]

_QUOTED = re.compile(r"`([^`]+)`")

#: Dark enough for white text at contrast AA, and told apart by colour-blind readers.
_COLOURS = {
    "permitted": "#00694b",
    "prohibited": "#a02c00",
    "not_governed": "#1f4e8c",
    "indeterminate": "#6b5900",
}


def decision_html(decision: Decision) -> str:
    """Return a decision as one HTML element.

    Examples
    --------
    >>> import strikerules as sr
    >>> "<script" in decision_html(sr.load("kharkiv").check({}))
    False
    """
    return "<div>" + "".join(_parts(decision)) + "</div>"


def _parts(decision: Decision) -> Iterator[str]:
    colour = _COLOURS[decision.decision]
    title = f" {escape(decision.title)}" if decision.title else ""
    yield f"<p><code>{escape(decision.scenario)}</code>{title}<br>"
    yield (
        f'<strong style="background:{colour};color:#fff;padding:0.1em 0.5em">'
        f"{verdict(decision)}</strong> {escape(headline(decision))}</p>"
    )
    things = list(hangs_on(decision))
    if things:
        items = "".join(
            f"<li><code>{escape(name)}</code>: {escape(kind)}</li>" for name, kind in things
        )
        yield f"<p>It hangs on</p><ul>{items}</ul>"
    yield from _readings(decision)
    if decision.ask_next is not None:
        answers = list(next_answers(decision.ask_next))
        items = "".join(f"<li>{escape(text)}</li>" for text in answers[:MOST_ROWS])
        left = len(answers) - MOST_ROWS
        items += f"<li>… and {left} more answers</li>" if left > 0 else ""
        yield f"<p>Ask first: {escape(next_words(decision.ask_next))}</p><ul>{items}</ul>"
    if decision.settled_by:
        items = "".join(
            f"<li>{escape(settling_words(s))}</li>" for s in decision.settled_by[:MOST_SETTLINGS]
        )
        left = len(decision.settled_by) - MOST_SETTLINGS
        items += f"<li>… and {left} more</li>" if left > 0 else ""
        yield f"<p>What would settle it</p><ul>{items}</ul>"
    if decision.margin is not None:
        from strikerules.views.margin import margin_lines

        items = "".join(f"<li>{escape(text)}</li>" for text in margin_lines(decision.margin))
        yield f"<details><summary>How robust</summary><ul>{items}</ul></details>"
    yield "<details open><summary>Why</summary>"
    depth = -1
    for line in why(decision):
        while depth < line.depth:
            yield "<ul>"
            depth += 1
        while depth > line.depth:
            yield "</ul>"
            depth -= 1
        mark = f"<strong>{line.mark}</strong> " if line.mark else ""
        assumed = " <em>(assumed)</em>" if line.assumed else ""
        evidence = f": {escape(line.evidence)}" if line.evidence else ""
        cites = f" [{escape(', '.join(line.citations))}]" if line.citations else ""
        yield f"<li>{mark}{escape(line.text)}{assumed}{evidence}{cites}</li>"
    yield "</ul>" * (depth + 1) + "</details>"
    if decision.assumptions:
        names = ", ".join(f"<code>{escape(a)}</code>" for a in decision.assumptions)
        yield f"<p>It leans on what nobody published: {names}</p>"
    if decision.citations:
        rows = "".join(
            _row("td", c.claim, c.source or "not registered", str(c.paragraph or ""), c.text or "")
            for c in decision.citations
        )
        head = _row("th", "claim", "source", "paragraph", "in our words")
        yield f"<details><summary>Sources</summary><table>{head}{rows}</table></details>"
    for note in (*decision.notes, *(w.message for w in decision.warnings)):
        yield f"<p>Note: {escape(note)}</p>"


def _readings(decision: Decision) -> Iterator[str]:
    if not decision.readings:
        return
    names = [q for q, _ in decision.readings[0].choose]
    head = _row("th", *names, "outcome")
    rows = "".join(
        _row("td", *(r for _, r in row.choose), outcome_words(row.possible))
        for row in decision.readings[:MOST_ROWS]
    )
    left = len(decision.readings) - MOST_ROWS
    more = f"<p>… and {left} more combinations</p>" if left > 0 else ""
    yield f"<p>Under each reading</p><table>{head}{rows}</table>{more}"


def _row(cell: str, *texts: str) -> str:
    # notebooks push the cells of a table to the right, which is meant for numbers
    cells = (f'<{cell} style="text-align:left">{escape(text)}</{cell}>' for text in texts)
    return f"<tr>{''.join(cells)}</tr>"


def escape(text: str) -> str:
    """Return text made harmless, with what stands in backticks as code."""
    return _QUOTED.sub(r"<code>\1</code>", plainly_escaped(text))
