"""Which policy is in force when, under each reading of the open questions."""

from __future__ import annotations

import argparse
import itertools
from datetime import date, timedelta
from typing import Any

from strikerules.cli.common import add_format, add_output, add_policy, pairs, plain_value
from strikerules.cli.layout import as_json, labelled, wrapped
from strikerules.language.policy import Timeline
from strikerules.language.timeline import interval
from strikerules.language.values import read_date, written
from strikerules.problems import InvalidInput, Problem, quoted

__all__ = ["add_arguments", "run", "timeline_data", "timeline_text"]

_FIRST, _LAST = date.min, date.max


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_policy(parser)
    add_format(parser, "text", "json")
    add_output(parser)


def run(args: argparse.Namespace) -> int:
    """Print a timeline."""
    from strikerules.geography.atlas import default_atlas
    from strikerules.language.library import DEFAULT, Library
    from strikerules.language.vary import vary

    out = args.output_to
    ruling = Library(default_atlas().has).load(args.policy or DEFAULT)
    if not isinstance(ruling, Timeline):
        raise InvalidInput(
            Problem(
                "SR326",
                f"{quoted(ruling.name)} is a policy, not a timeline",
                help=f"`strikerules policies {args.policy}` shows it; it holds on every day",
            )
        )
    values = pairs(args.set, "--set", "PARAMETER=VALUE")
    varied = vary(
        ruling,
        set={k: plain_value(v) for k, v in values.items()},
        readings=pairs(args.reading, "--reading", "QUESTION=READING"),
    )
    assert isinstance(varied, Timeline)
    day = read_date(args.as_of, None) if args.as_of is not None else None
    if isinstance(day, Problem):
        raise InvalidInput(day)
    if args.format == "json":
        text = as_json("timeline/1", timeline_data(varied, day))
    else:
        text = timeline_text(varied, out.width, day)
    out.emit(text, args.output)
    return 0


def _under(timeline: Timeline) -> list[tuple[dict[str, str], list[tuple[date, date]]]]:
    """Return each combination of the timeline's readings with the days of its entries."""
    choices = [
        [r for r in q.readings.values() if timeline.fixed.get(q.id, r.id) == r.id]
        for q in timeline.questions.values()
    ]
    out = []
    for choice in itertools.product(*choices):
        values = {n: f.value for n, f in timeline.parameters.items()}
        for reading in choice:
            values |= {n: v for n, v in reading.set.items() if n not in timeline.pinned}
        named = {q: r.id for q, r in zip(timeline.questions, choice, strict=True)}
        out.append((named, [interval(e, values) for e in timeline.entries]))
    return out


def timeline_data(timeline: Timeline, day: date | None = None) -> dict[str, Any]:
    """Return a timeline as plain data; `day` adds what is in force on it."""
    rows = []
    for choose, spans in _under(timeline):
        row: dict[str, Any] = {"choose": choose}
        row["entries"] = [
            {
                "policy": e.policy.name,
                "from": first.isoformat() if first > _FIRST else None,
                "until": last.isoformat() if last < _LAST else None,
            }
            for e, (first, last) in zip(timeline.entries, spans, strict=True)
        ]
        if day is not None:
            row["on"] = {"date": day.isoformat(), "policy": _on(timeline, spans, day)}
        rows.append(row)
    return {
        "timeline": timeline.name,
        "title": timeline.title,
        "text": timeline.text,
        "known_until": timeline.known_until.isoformat() if timeline.known_until else None,
        "sources": list(timeline.sources),
        "cites": list(timeline.cites),
        "questions": {
            q.id: {
                "title": q.title,
                "text": q.text,
                "cites": list(q.cites),
                "readings": {
                    r.id: {"text": r.text, "status": r.status, "cites": list(r.cites)}
                    for r in q.readings.values()
                },
            }
            for q in timeline.questions.values()
        },
        "entries": [{"policy": e.policy.name, "cites": list(e.cites)} for e in timeline.entries],
        "readings": rows,
    }


def _on(timeline: Timeline, spans: list[tuple[date, date]], day: date) -> str | None:
    pairs_ = zip(timeline.entries, spans, strict=True)
    return next((e.policy.name for e, (first, last) in pairs_ if first <= day <= last), None)


def timeline_text(timeline: Timeline, width: int, day: date | None = None) -> str:
    """Return a timeline as text for people."""
    lines = [f"timeline {timeline.name}"]
    if timeline.title:
        lines.append(wrapped(timeline.title, width, "  "))
    if timeline.text:
        lines += ["", wrapped(timeline.text, width, "  ")]
    for question in timeline.questions.values():
        lines += ["", wrapped(f"{question.title or question.id} ({question.id})", width)]
        for reading in question.readings.values():
            if timeline.fixed.get(question.id, reading.id) != reading.id:
                continue
            cites = f" [{', '.join(reading.cites)}]" if reading.cites else ""
            mark = " (assumed)" if reading.status == "assumed" else ""
            lines.append("  " + labelled(reading.id, f"{reading.text or ''}{mark}{cites}",
                                         width - 2).replace("\n", "\n  "))  # fmt: skip
    lines += ["", "in force"]
    names = [e.policy.name for e in timeline.entries]
    margin = max(map(len, names), default=0) + 2
    for choose, spans in _under(timeline):
        if choose:
            lines.append("  " + ", ".join(f"{q}={r}" for q, r in choose.items()))
        for name, (first, last) in zip(names, spans, strict=True):
            lines.append(f"    {name:<{margin}}{_time(first, last)}")
        if day is not None:
            lines.append(f"    on {day}: {_on(timeline, spans, day) or 'none of them'}")
    if timeline.known_until:
        following = timeline.known_until + timedelta(days=1)
        text = f"known until {written(timeline.known_until)}: the sources say nothing of"
        lines += ["", wrapped(f"{text} {written(following)} and later.", width)]
    return "\n".join(lines)


def _time(first: date, last: date) -> str:
    if first <= _FIRST:
        return "always" if last >= _LAST else f"until {last}"
    return f"from {first}" if last >= _LAST else f"{first} to {last}"
