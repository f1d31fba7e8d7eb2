"""An answer as HTML: verdict, what it hangs on, readings, the why; what differs is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from strikerules.app.answers import Answer
from strikerules.engine.decision import Decision
from strikerules.problems import Problem
from strikerules.views.html import escape
from strikerules.views.outline import (
    MOST_ROWS,
    MOST_SETTLINGS,
    Line,
    hangs_on,
    next_answers,
    next_words,
    outcome_words,
    settling_words,
    verdict,
    why,
)

__all__ = ["answer_html", "compared_words", "problem_html", "spoken", "verdict_html"]

_POLICY = re.compile(r"^`[^`]*`")
_NOT_SO = (
    '<span class="differs" title="not so under the other policy">'
    '<span aria-hidden="true">≠</span><span class="unseen">differs: </span></span>'
)


def problem_html(problem: Problem) -> str:
    """Return a problem as the page shows it beside a field."""
    more = "".join(
        f" <span>{label}{escape(text)}</span>"
        for label, text in (("expected ", problem.expected), ("", problem.help))
        if text
    )
    return f"<strong>{problem.code}</strong> {escape(problem.message)}.{more}"


def verdict_html(answer: Answer, other: Answer | None = None) -> str:
    """Return the verdict in large letters, with whose it is and what it could be."""
    decision = answer.decision
    if decision is None:
        found = "".join(
            f'<p class="error">{problem_html(p)}</p>'
            for key in ("policy", "")
            for p in answer.problems.get(key, ())
        )
        return f'<p class="word none">NOT DECIDED</p><div>{found}</div>'
    differs = ""
    if other is not None and other.decision is not None:
        same = other.decision.possible == decision.possible
        differs = "" if same else '<span class="badge">≠ differs</span>'
    title = answer.policy.title if answer.policy is not None else ""
    by = f"by <code>{escape(decision.policy)}</code>"
    if decision.timeline and decision.timeline != decision.policy:
        by += f" of <code>{escape(decision.timeline)}</code>"
    could = "" if decision.settled else f"<strong>{outcome_words(decision.possible)}</strong>, "
    left = ""
    if answer.unread:
        fields = ", ".join(f"<code>{escape(f)}</code>" for f in answer.unread if f)
        if fields:
            left = f'<p class="unread">Without what can’t be read: {fields}</p>'
    return (
        f'<p class="word {decision.decision}">{verdict(decision)}</p>'
        f"<div><p>{could}{by}{differs}</p><p class=about>{escape(title)}</p>{left}</div>"
    )


def answer_html(answer: Answer, other: Answer | None = None) -> str:
    """Return all that follows the verdict; what is not so in the other answer is marked."""
    if answer.decision is None:
        return ""
    theirs = other.decision if other is not None else None
    return "".join(_parts(answer.decision, theirs))


def _parts(decision: Decision, other: Decision | None) -> Iterator[str]:
    yield from _hangs(decision, other)
    yield from _readings(decision, other)
    if decision.ask_next is not None:
        answers = list(next_answers(decision.ask_next))
        yield f"<h3>Ask first</h3><p>{escape(next_words(decision.ask_next))}</p>"
        yield _items(answers, MOST_ROWS, "answers")
    yield "<h3>Why</h3>" + _tree(list(why(decision)), None if other is None else list(why(other)))
    if decision.settled_by:
        ways = [settling_words(s) for s in decision.settled_by]
        yield "<details><summary>What would settle it</summary>"
        yield _items(ways, MOST_SETTLINGS, "ways") + "</details>"
    if decision.assumptions:
        names = ", ".join(f"<code>{escape(a)}</code>" for a in decision.assumptions)
        yield f'<p class="assumed">It leans on what nobody published: {names}</p>'
    for note in (*decision.notes, *(w.message for w in decision.warnings)):
        yield f'<p class="note">Note: {escape(note)}</p>'
    yield from _sources(decision)


def _hangs(decision: Decision, other: Decision | None) -> Iterator[str]:
    things = list(hangs_on(decision))
    if not things:
        return
    theirs = None if other is None else set(other.depends_on.names)
    items = "".join(
        f"<li>{_NOT_SO if theirs is not None and name not in theirs else ''}"
        f"<code>{escape(name)}</code>: {escape(kind)}</li>"
        for name, kind in things
    )
    yield f"<h3>It hangs on</h3><ul>{items}</ul>"


def _readings(decision: Decision, other: Decision | None) -> Iterator[str]:
    rows = decision.readings
    if not rows:
        return
    theirs = {} if other is None else {r.choose: r.possible for r in other.readings}
    settled = other.possible if other is not None and not other.readings else None
    names = [q for q, _ in rows[0].choose]
    yield "<h3>Under each reading</h3><table><thead><tr>"
    yield "".join(f'<th scope="col">{escape(n)}</th>' for n in names)
    yield '<th scope="col">outcome</th></tr></thead><tbody>'
    for row in rows[:MOST_ROWS]:
        there = theirs.get(row.choose, settled)
        mark = _NOT_SO if other is not None and there not in (None, row.possible) else ""
        kind = row.possible[0] if len(row.possible) == 1 else "indeterminate"
        cells = "".join(f"<td>{escape(r)}</td>" for _, r in row.choose)
        yield (
            f"<tr>{cells}<td>{mark}"
            f'<span class="chip {kind}">{escape(outcome_words(row.possible))}</span></td></tr>'
        )
    yield "</tbody></table>"
    if len(rows) > MOST_ROWS:
        yield f"<p>… and {len(rows) - MOST_ROWS} more combinations</p>"


def _items(texts: Sequence[str], most: int, what: str) -> str:
    found = "".join(f"<li>{escape(text)}</li>" for text in texts[:most])
    left = len(texts) - most
    return f"<ul>{found}{f'<li>… and {left} more {what}</li>' if left > 0 else ''}</ul>"


def _tree(lines: list[Line], other: list[Line] | None) -> str:
    """Return the explanation as nested lists."""
    theirs = None if other is None else {_same(line) for line in other}
    out: list[str] = []
    depth = -1
    for line in lines:
        if line.depth > depth:
            out.append('<ul class="why">' * (line.depth - depth))
        else:
            out.append("</li>" + "</ul></li>" * (depth - line.depth))
        depth = line.depth
        out.append(f'<li class="{line.kind or "step"}">{_line(line, theirs)}')
    out.append("</li></ul>" * (depth + 1))
    return "".join(out)


def _same(line: Line) -> tuple[int, str, str, str | None]:
    # that a policy is in force, or governs a case, is the same whatever its name
    text = _POLICY.sub("it", line.text) if line.kind in ("entry", "scope") else line.text
    return line.depth, line.mark, text, line.evidence


def _line(line: Line, theirs: set[tuple[int, str, str, str | None]] | None) -> str:
    differs = _NOT_SO if theirs is not None and _same(line) not in theirs else ""
    mark = f'<b class="mark {line.mark}">{line.mark}</b> ' if line.mark else ""
    assumed = " <em>(assumed)</em>" if line.assumed else ""
    evidence = f': <span class="evidence">{escape(line.evidence)}</span>' if line.evidence else ""
    cites = f" <small>[{escape(', '.join(line.citations))}]</small>" if line.citations else ""
    return f"{differs}{mark}{escape(line.text)}{assumed}{evidence}{cites}"


def _sources(decision: Decision) -> Iterator[str]:
    if not decision.citations:
        return
    rows = "".join(
        f'<tr><th scope="row">{escape(c.claim)}</th>'
        f"<td>{escape(c.source or 'not registered')}"
        f"{f', paragraph {c.paragraph}' if c.paragraph else ''}"
        f"{f' ({escape(c.firmness)})' if c.firmness else ''}</td>"
        f"<td>{escape(c.text or '')}</td></tr>"
        for c in decision.citations
    )
    names = ("claim", "source", "in our words")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    yield f"<details><summary>Sources</summary><table><thead><tr>{head}</tr></thead><tbody>{rows}"
    yield "</tbody></table></details>"


def compared_words(one: Answer, other: Answer) -> str:
    """Return in one sentence how two answers differ.

    Examples
    --------
    >>> compared_words(Answer(None, None, {}, {}), Answer(None, None, {}, {}))
    'One of the two could not decide.'
    """
    a, b = one.decision, other.decision
    if a is None or b is None:
        return "One of the two could not decide."
    left, right = outcome_words(a.possible), outcome_words(b.possible)
    if a.possible == b.possible and a.settled:
        return f"Both come to the same: {left}."
    if a.possible == b.possible:
        more = "" if a.depends_on == b.depends_on else ", and hang on different things"
        return f"Both are open: {left}{more}."
    return f"They differ: {left} by {a.policy}, {right} by {b.policy}."


def spoken(answers: Sequence[Answer]) -> str:
    """Return what a screen reader is told when the answers change."""
    said = []
    for answer in answers:
        decision = answer.decision
        if decision is None:
            said.append("Not decided.")
            continue
        text = f"{decision.policy}: {verdict(decision).lower()}"
        if not decision.settled:
            on = ", ".join(decision.depends_on.names)
            text += f", {outcome_words(decision.possible)}" + (f"; hangs on {on}" if on else "")
        said.append(text + ".")
        fields = [f for f in answer.unread if f]
        if fields:
            said.append(f"Can't be read: {', '.join(fields)}.")
    if len(answers) == 2:
        said.append(compared_words(*answers))
    return " ".join(dict.fromkeys(said))
