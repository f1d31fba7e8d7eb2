"""Setting parameters and answering questions: of a variant, of the command line, of a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec.structs import replace

from strikerules.documents import Document
from strikerules.language.figures import read_figure_value, same_kind
from strikerules.language.misfits import misfits
from strikerules.language.policy import Policy, Ruling, Timeline, questions_of
from strikerules.language.values import Value, is_figure, read_value, written
from strikerules.language.vocabulary import Attribute
from strikerules.problems import (
    InvalidInput,
    Position,
    Problem,
    did_you_mean,
    listed,
    quoted,
)

__all__ = ["apply_set", "vary"]


def vary(
    ruling: Ruling,
    *,
    set: Mapping[str, Any] | None = None,
    readings: Mapping[str, str] | None = None,
) -> Ruling:
    """Return a ruling with parameters set and questions answered.

    Parameters
    ----------
    ruling : Policy or Timeline
    set : mapping, optional
        From a parameter to its value; a question's name is taken too.
    readings : mapping, optional
        From a question to the reading chosen.

    Raises
    ------
    InvalidInput
        SR322 to SR324: there is no such parameter, question or reading.
    """
    problems: list[Problem] = []
    for name, value in (set or {}).items():
        outcome = apply_set(ruling, name, value, None, None)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            ruling = outcome
    for name, reading in (readings or {}).items():
        outcome = _answer(ruling, name, reading, None, None)
        if isinstance(outcome, Problem):
            problems.append(outcome)
        else:
            ruling = outcome
    policies = ruling.policies if isinstance(ruling, Timeline) else ()
    if set and not problems:
        problems += [replace(p, position=None) for x in (ruling, *policies) for p in misfits(x)]
    if problems:
        raise InvalidInput(problems)
    return ruling


def apply_set(
    ruling: Ruling, name: str, value: Any, at: Position | None, key_at: Position | None
) -> Ruling | Problem:
    """Set one parameter, or answer one question."""
    figures = _figures(ruling)
    if name in questions_of(ruling) and name not in figures:
        return _answer(ruling, name, value, at, key_at)
    if name not in figures:
        names = [*figures, *questions_of(ruling)]
        return Problem(
            "SR323",
            f"`{ruling.name}` has neither a parameter nor a question called {quoted(name)}",
            key_at,
            expected=listed(names) or None,
            help=did_you_mean(name, names),
        )
    old = figures[name]
    read: Value | Problem
    if old.unit and isinstance(old.value, float) and is_figure(value):
        origin: Literal["base", "declared"] = "base" if old.unit == "km" else "declared"
        read = read_value(Attribute(name, "number", "", unit=old.unit, origin=origin), value, at)
    else:
        read = read_figure_value(name, value, Document("", "", None, {}), ())
    if isinstance(read, Problem):
        return replace(read, position=at)
    if not same_kind(read, old.value):
        return Problem(
            "SR118", f"{quoted(value)} is not of the kind that `{name}` is", at,
            expected=f"a value such as {quoted(written(old.value))}",
        )  # fmt: skip

    def changed(one: Any) -> Any:
        if name not in one.parameters:
            return one
        figure = replace(one.parameters[name], value=read, status="set", note=None, cites=())
        return replace(one, parameters={**one.parameters, name: figure}, pinned=one.pinned | {name})

    return _each(ruling, changed)


def _answer(
    ruling: Ruling, name: str, reading: Any, at: Position | None, key_at: Position | None
) -> Ruling | Problem:
    questions = questions_of(ruling)
    if name not in questions:
        return Problem(
            "SR324",
            f"`{ruling.name}` has no question {quoted(name)}",
            key_at,
            expected=listed(questions) or "no `--reading`: the policy has no open questions",
            help=did_you_mean(name, questions),
        )
    known = questions[name].readings
    if not isinstance(reading, str) or reading not in known:
        return Problem(
            "SR324",
            f"the question `{name}` has no reading {quoted(reading)}",
            at,
            expected=listed(known),
            help=did_you_mean(reading, known),
        )

    def changed(one: Any) -> Any:
        if name not in one.questions:
            return one
        return replace(one, fixed={**one.fixed, name: reading})

    return _each(ruling, changed)


def _each(ruling: Ruling, change: Any) -> Ruling:
    if isinstance(ruling, Policy):
        changed: Policy = change(ruling)
        return changed
    entries = tuple(replace(e, policy=change(e.policy)) for e in ruling.entries)
    out: Timeline = change(replace(ruling, entries=entries))
    return out


def _figures(ruling: Ruling) -> dict[str, Any]:
    found = dict(ruling.parameters)
    for policy in ruling.policies if isinstance(ruling, Timeline) else ():
        found.update(policy.parameters)
    return found
