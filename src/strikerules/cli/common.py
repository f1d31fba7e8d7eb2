"""Options that mean the same everywhere."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from strikerules.problems import InvalidInput, Problem, quoted

if TYPE_CHECKING:
    from strikerules.api import Policy
    from strikerules.language.scenario import Scenario

__all__ = [
    "add_answers",
    "add_format",
    "add_output",
    "add_policy",
    "all_of",
    "answers",
    "once_only",
    "pairs",
    "plain_value",
    "policy_of",
    "scenarios_of",
]

Found = TypeVar("Found")


def add_policy(parser: argparse.ArgumentParser, *, several: str | None = None) -> None:
    """Add ``--policy``, ``--as-of``, ``--reading`` and ``--set``.

    `several` says what a policy more does, where more than one may be given.
    """
    more = "" if several is None else f"; may be repeated: each of several {several}"
    parser.add_argument(
        "--policy", metavar="NAME_OR_FILE", default=None,
        action="store" if several is None else "append",
        help=f"a policy or timeline by name or path (default: the shipped timeline{more})",
    )  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="DATE", default=None,
        help="decide as if this were the date of every scenario",
    )  # fmt: skip
    add_answers(parser)


def add_answers(parser: argparse.ArgumentParser, where: str = "") -> None:
    """Add ``--reading`` and ``--set``; `where` says in what they are, if not in the policy."""
    parser.add_argument(
        "--reading", metavar="QUESTION=READING", action="append", default=[],
        help=f"answer an open question{where} (may be repeated)",
    )  # fmt: skip
    parser.add_argument(
        "--set", metavar="PARAMETER=VALUE", action="append", default=[],
        help=f"give a parameter another value{where} (may be repeated)",
    )  # fmt: skip


def answers(args: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Return what ``--reading`` and ``--set`` say, as `Policy.vary` takes it.

    Raises
    ------
    InvalidInput
        SR601 where one can't be read.
    """
    return {
        "set": {k: plain_value(v) for k, v in pairs(args.set, "--set", "PARAMETER=VALUE").items()},
        "readings": pairs(args.reading, "--reading", "QUESTION=READING"),
    }


def add_format(parser: argparse.ArgumentParser, *formats: str) -> None:
    """Add ``--format``; the first is the default."""
    parser.add_argument(
        "--format", choices=formats, default=formats[0], help="default: %(default)s"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add ``--output``."""
    parser.add_argument(
        "--output", "-o", metavar="FILE", default=None,
        help="write the result to a file, whole or not at all (default: standard output)",
    )  # fmt: skip


def policy_of(args: argparse.Namespace) -> Policy:
    """Return the policy that is asked for, with parameters set and questions answered."""
    from strikerules.api import load

    policy = load(args.policy) if args.policy is not None else load()
    return policy.vary(**answers(args))


def once_only(files: Sequence[str]) -> None:
    """Raise SR601 where standard input would be read a second time."""
    if files.count("-") > 1:
        raise InvalidInput(Problem("SR601", "standard input can be read once only"))


def scenarios_of(files: Sequence[str], policy: Policy, as_of: str | None = None) -> list[Scenario]:
    """Return the scenarios of all files, on a day if one is given.

    Raises
    ------
    InvalidInput
        The problems with all files, not only with the first.
    """
    from strikerules.given import on_day
    from strikerules.language.scenario import read_scenarios

    found: list[Scenario] = []
    problems: list[Problem] = []
    for file in files:
        try:
            read = read_scenarios(file, policy.ruling.vocabulary)
            found += [on_day(one, as_of) for one in read]
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return found


def all_of(names: Iterable[str], find: Callable[[str], Found]) -> list[Found]:
    """Return what each name stands for, each once.

    Raises
    ------
    InvalidInput
        The problems with all the names, not only with the first.

    Examples
    --------
    >>> all_of(["a", "b", "a"], str.upper)
    ['A', 'B']
    """
    found: list[Found] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(names):
        try:
            found.append(find(name))
        except InvalidInput as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidInput(problems)
    return found


def pairs(words: Iterable[str], option: str, shape: str) -> dict[str, str]:
    """Split ``NAME=VALUE`` words.

    Raises
    ------
    InvalidInput
        SR601 where one has no equals sign, or one name is given two values.
    """
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InvalidInput(
                Problem("SR601", f"{quoted(word)} can't be `{option}`", None, f"`{shape}`")
            )
        name, value = name.strip(), value.strip()
        if found.get(name, value) != value:
            raise InvalidInput(
                Problem(
                    "SR601",
                    f"`{option}` gives {quoted(name)} two values",
                    None,
                    f"one of {quoted(found[name])} and {quoted(value)}",
                )
            )
        found[name] = value
    return found


def plain_value(word: str) -> Any:
    """Return a value of ``--set`` as YAML reads it: a number, a date's text, true, false, a word.

    Examples
    --------
    >>> plain_value("300"), plain_value("by-depth")
    (300, 'by-depth')
    """
    from strikerules.documents import parse_document

    try:
        return parse_document(word, "--set").data
    except InvalidInput:
        return word
