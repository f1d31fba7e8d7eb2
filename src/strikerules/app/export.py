"""A form as a scenario's file, with the command that decides it the same."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from strikerules import __version__
from strikerules.app.answers import Answer, figures_of
from strikerules.app.state import Form, Reading, scenario_data
from strikerules.language.policy import questions_of
from strikerules.testing.flow import flow

__all__ = ["check_command", "file_name", "scenario_yaml"]

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def file_name(form: Form, ending: str) -> str:
    """Return a name for an exported file.

    Examples
    --------
    >>> file_name(Form(name="My case?"), "yaml")
    'My-case.yaml'
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", form.name).strip("-.")[:80]
    return f"{stem or 'case'}.{ending}"


def check_command(form: Form, answer: Answer, file: str) -> str:
    """Return the command that decides an exported case as the page does.

    Readings and parameters that the policy does not know, or that can't be used, are left out.
    """
    words = ["strikerules", "check", file, "--policy", form.policy]
    if answer.policy is not None:
        ruling = answer.policy.ruling
        known: dict[str, tuple[Mapping[str, str], Collection[str]]] = {
            "reading": (form.readings, questions_of(ruling)),
            "set": (form.parameters, figures_of(ruling)),
        }
        fields = {"reading": "reading", "set": "parameter"}
        for option, (given, names) in known.items():
            for name, value in given.items():
                if value and name in names and f"{fields[option]}.{name}" not in answer.problems:
                    words += [f"--{option}", f"{name}={value}"]
    return shlex.join(words)


def scenario_yaml(form: Form, answer: Answer) -> str:
    """Return the case as a scenario's file.

    The comments at its head say how it was decided and by which command. Fields that can't be read
    stand in it as unknown, which is how they were decided, and a comment names them.
    """
    return "\n".join(_lines(form, answer)) + "\n"


def _lines(form: Form, answer: Answer) -> Iterator[str]:
    decision = answer.decision
    yield f"# from the live page of strikerules {__version__}; an invented scenario"
    if decision is not None:
        possible = "" if decision.settled else f" ({' or '.join(decision.possible)})"
        yield f"# decided: {decision.decision}{possible}"
    yield f"# {check_command(form, answer, file_name(form, 'yaml'))}"
    for field in answer.unread:
        if field and field != "policy":
            yield f"# left aside, since it could not be read: {field}"
    yield f"scenario: {flow(form.name or 'case')}"
    for key, text in (("title", form.title), ("text", form.text)):
        if text:
            yield f"{key}: {flow(text)}"
    for key, value in scenario_data(Reading(answer.data, {})).items():
        if isinstance(value, dict):
            yield f"{key}:"
            yield from (f"  {inner}: {_value(v)}" for inner, v in value.items())
        else:
            yield f"{key}: {_value(value)}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) and _DAY.match(value) else flow(value)
