"""A timeline file read into a checked `Timeline`."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from strikerules.documents import Document, Path, ensure_shape
from strikerules.language.build import MOST_COMBINATIONS, ZoneNames, read_in_force
from strikerules.language.compose import Located, items_of
from strikerules.language.conditions import Context, Parameter
from strikerules.language.figures import read_figures
from strikerules.language.misfits import misfits
from strikerules.language.policy import Entry, Figure, Policy, Question, Timeline
from strikerules.language.properties import read_accepts, timeline_properties
from strikerules.language.questions import combinations, read_questions
from strikerules.language.values import Value
from strikerules.language.vocabulary import Attribute, Vocabulary
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted

__all__ = ["build_timeline", "interval"]

_FIRST, _LAST = date.min, date.max


def build_timeline(
    doc: Document, load: Callable[[str, Document, Path], Policy], register_has: ZoneNames
) -> Timeline:
    """Read a timeline and the policies that it names.

    Raises
    ------
    InvalidInput
        The shape (SR11x), the policies' own problems, SR340 overlapping intervals, SR341 an
        interval that is empty, SR342 a question and SR343 a fact that two policies have in
        different forms, and what is wrong with its properties.
    """
    ensure_shape("timeline", doc)
    data = doc.data
    problems: list[Problem] = []

    def parts(section: str) -> dict[str, Located]:
        raw = doc.data.get(section) or {}
        return {k: Located(v, doc, (section, k), data["timeline"]) for k, v in raw.items()}

    figures = read_figures(parts("parameters"), problems)
    context = Context(Vocabulary(), (), {}, lambda _: None, problems)
    questions = read_questions(parts("questions"), context, figures)
    entries: list[Entry] = []
    for index, item in enumerate(data["entries"]):
        path: Path = ("entries", index)
        try:
            policy = load(item["policy"], doc, (*path, "policy"))
        except InvalidInput as error:
            problems.extend(error.problems)
            continue
        in_force = {
            key: _moment(value, figures, doc, (*path, "in_force", key), problems)
            for key, value in read_in_force(item["in_force"]).items()
        }
        entries.append(
            Entry(
                policy,
                in_force,
                tuple(item.get("cites") or ()),
                item.get("title"),
                item.get("text"),
                doc.position(path),
            )
        )
    if problems:
        raise InvalidInput(problems)
    timeline = Timeline(
        data["timeline"],
        tuple(entries),
        questions,
        figures,
        title=data.get("title"),
        text=data.get("text"),
        known_until=_day(data.get("known_until")),
        accepts=read_accepts(items_of(doc, "accept", data["timeline"])),
        sources=tuple(data.get("sources") or ()),
        cites=tuple(data.get("cites") or ()),
        at=doc.position(("timeline",)),
    )
    stated = items_of(doc, "properties", data["timeline"])
    properties = timeline_properties(timeline, stated, register_has, problems)
    timeline = replace(timeline, properties=properties)
    if not problems:
        problems += misfits(timeline)
    problems += [
        *_shared_questions(timeline),
        *_shared_facts(timeline, doc),
        *_overlaps(timeline, doc),
    ]
    count = combinations(timeline.open_questions.values())
    if count > MOST_COMBINATIONS:
        problems.append(
            Problem(
                "SR333",
                f"the open questions have {count:,} combinations of readings",
                timeline.at,
                expected=f"at most {MOST_COMBINATIONS:,}",
            )
        )
    if problems:
        raise InvalidInput(problems)
    return timeline


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _moment(
    value: date | Parameter,
    figures: dict[str, Figure],
    doc: Document,
    path: Path,
    problems: list[Problem],
) -> date | Parameter:
    if isinstance(value, date):
        return value
    name = f"${value.name}"
    figure = figures.get(value.name)
    if figure is None:
        problems.append(
            Problem(
                "SR307",
                f"there is no parameter {quoted(name)}",
                doc.position(path),
                expected=listed("$" + f for f in figures) or "a name under `parameters:`",
                help=did_you_mean(name, ["$" + f for f in figures]),
            )
        )
    elif not isinstance(figure.value, date):
        problems.append(
            Problem("SR118", f"the parameter {quoted(name)} is not a date", doc.position(path))
        )
    return value


def interval(entry: Entry, values: dict[str, Value]) -> tuple[date, date]:
    """Return the first and the last day of an entry, both in force.

    Parameters
    ----------
    entry : Entry
    values : dict
        The parameters' values under the readings in question.
    """

    def moment(key: str) -> Any:
        found = entry.in_force.get(key)
        return values[found.name] if isinstance(found, Parameter) else found

    first = moment("from") or _FIRST
    last = moment("until") or _LAST
    before = moment("before")
    if before is not None:
        last = min(last, before - timedelta(days=1) if before > _FIRST else _FIRST)
    return first, last


def _shared_questions(timeline: Timeline) -> list[Problem]:
    """A question asked under one name in several policies must be one question."""
    found: dict[str, Question] = dict(timeline.questions)
    problems = []
    for policy in timeline.policies:
        for question in policy.questions.values():
            other = found.setdefault(question.id, question)
            if set(other.readings) != set(question.readings):
                problems.append(
                    Problem(
                        "SR342",
                        f"the question {quoted(question.id)} has other readings in"
                        f" {quoted(question.origin)} than in {quoted(other.origin)}",
                        question.at,
                        expected=listed(other.readings),
                        help="use another name, or give both the same readings",
                    )
                )
    return problems


def _shared_facts(timeline: Timeline, doc: Document) -> list[Problem]:
    """A fact declared under one name in several policies must be one fact."""
    found: dict[str, tuple[Attribute, str]] = {}
    problems = []
    for index, policy in enumerate(timeline.policies):
        for fact in policy.facts.values():
            other, owner = found.setdefault(fact.path, (fact, policy.name))
            if (other.kind, other.values, other.unit) != (fact.kind, fact.values, fact.unit):
                problems.append(
                    Problem(
                        "SR343",
                        f"the fact {quoted(fact.path)} is declared otherwise in"
                        f" {quoted(policy.name)} than in {quoted(owner)}",
                        doc.position(("entries", index, "policy")),
                        expected=other.wanted,
                        help="use another name, or declare it the same in both",
                    )
                )
    return problems


def _overlaps(timeline: Timeline, doc: Document) -> list[Problem]:
    """Under every combination of the timeline's readings, at most one policy is in force."""
    problems: dict[tuple[int, ...], Problem] = {}
    questions = list(timeline.questions.values())
    for choice in itertools.product(*(q.readings.values() for q in questions)):
        values = {n: f.value for n, f in timeline.parameters.items()}
        for reading in choice:
            values.update(reading.set)
        spans = [interval(e, values) for e in timeline.entries]
        under = "".join(f" (under {q.id}={r.id})" for q, r in zip(questions, choice, strict=True))
        for i, (first, last) in enumerate(spans):
            at = doc.position(("entries", i, "in_force"))
            if first > last:
                problems.setdefault(
                    (i,),
                    Problem("SR341", f"this time is empty: it ends before it begins{under}", at),
                )
            for j in range(i):
                if max(first, spans[j][0]) <= min(last, spans[j][1]):
                    problems.setdefault(
                        (j, i),
                        Problem(
                            "SR340",
                            f"{quoted(timeline.entries[i].policy.name)} and"
                            f" {quoted(timeline.entries[j].policy.name)} are both in force from"
                            f" {max(first, spans[j][0])}{under}",
                            at,
                            expected="times that do not overlap",
                            help="`until` includes its day, `before` does not",
                        ),
                    )
    return list(problems.values())
