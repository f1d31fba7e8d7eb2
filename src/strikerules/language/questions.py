"""Open questions and their readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from strikerules.documents import Path
from strikerules.language.compose import Located
from strikerules.language.conditions import Context, read_condition
from strikerules.language.figures import attribute_of, read_figure_value, same_kind
from strikerules.language.policy import Figure, Question, Reading, ZoneSpec
from strikerules.language.values import Value
from strikerules.language.zones import check_zone
from strikerules.problems import Problem, did_you_mean, listed, quoted

__all__ = ["combinations", "read_questions"]


def read_questions(
    parts: dict[str, Located], context: Context, figures: dict[str, Figure]
) -> dict[str, Question]:
    """Read questions and their readings; problems are added to the context's."""
    questions: dict[str, Question] = {}
    for name, part in parts.items():
        readings: dict[str, Reading] = {}
        raw_readings = part.raw.get("readings") or {}
        for reading_name, raw in raw_readings.items():
            path = (*part.path, "readings", reading_name)
            readings[reading_name] = _reading(reading_name, raw or {}, path, part, context, figures)
        if len(readings) < 2:
            context.problem(
                "SR332",
                f"the question {quoted(name)} has "
                + ("one reading" if readings else "no reading")
                + ", so that there is nothing to choose",
                part.doc.position((*part.path, "readings"), key=True),
                help="give a second reading, or write the one as a plain definition",
            )
        raw = part.raw
        questions[name] = Question(
            name, readings, tuple(raw.get("cites") or ()), raw.get("title"), raw.get("text"),
            part.origin, part.doc.position(part.path, key=True),
        )  # fmt: skip
    return questions


def _reading(
    name: str,
    raw: dict[str, Any],
    path: Path,
    part: Located,
    context: Context,
    figures: dict[str, Figure],
) -> Reading:
    doc = part.doc
    define = {
        n: read_condition(doc, (*path, "define", n), context, c)
        for n, c in (raw.get("define") or {}).items()
    }
    values: dict[str, Value] = {}
    for n, v in (raw.get("set") or {}).items():
        here = (*path, "set", n)
        if n not in figures:
            context.problem(
                "SR307", f"there is no parameter {quoted(n)}", doc.position(here, key=True),
                expected=listed(figures) or "a name under `parameters:`",
                help=did_you_mean(n, figures),
            )  # fmt: skip
            continue
        value = read_figure_value(n, v, doc, here)
        if not isinstance(value, Problem) and not same_kind(value, figures[n].value):
            value = Problem(
                "SR118", f"{quoted(v)} is not of the kind that `${n}` is", doc.position(here),
                expected=attribute_of(figures[n]).wanted,
            )  # fmt: skip
        if isinstance(value, Problem):
            context.problems.append(value)
        else:
            values[n] = value
    zones: dict[str, ZoneSpec] = {}
    for n, v in (raw.get("zones") or {}).items():
        here = (*path, "zones", n)
        check_zone(v, doc, here, context.has_zone, context.problems, itself=n)
        zones[n] = ZoneSpec(n, v, part.origin, doc, here)
    return Reading(
        name, define, values, zones, tuple(raw.get("cites") or ()), raw.get("title"),
        raw.get("text"), raw.get("status"), doc.position(path, key=True),
    )  # fmt: skip


def combinations(questions: Iterable[Question]) -> int:
    """Return how many combinations of readings there are."""
    count = 1
    for question in questions:
        count *= max(1, len(question.readings))
    return count
