"""Test files read: every case a scenario and what is expected of it, with its place."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from os import PathLike
from pathlib import Path as FilePath
from typing import Any

from strikerules.documents import Document, Path, read_document
from strikerules.language.policy import fixed_in
from strikerules.language.scenario import Known, give, read_known
from strikerules.language.values import written
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted
from strikerules.testing.expected import read_expectation
from strikerules.testing.suite import Case, Expectation, Suite, choice_words
from strikerules.testing.uses import Uses, misanswered, read_uses, unresolved

__all__ = ["ENDINGS", "is_suite", "read_suite"]

ENDINGS = ("_test.strike.yaml", "_test.strike.yml")
"""How the names of test files end."""

_EXPECTED = ("expect", "decision", "because", "depends_on")
_NAME = "name"
_OF_POLICIES = {"rules", "scope", "otherwise", "extends", "conflicts", "definitions"}


def is_suite(path: str | PathLike[str]) -> bool:
    """Tell whether a file is a test file, by its name.

    Examples
    --------
    >>> is_suite("rules/tests/kharkiv_test.strike.yaml"), is_suite("kharkiv.yaml")
    (True, False)
    """
    return str(path).endswith(ENDINGS)


def read_suite(source: str | PathLike[str]) -> Suite:
    """Read a test file and the policies that it is about.

    Parameters
    ----------
    source : path

    Returns
    -------
    Suite

    Raises
    ------
    InvalidInput
        Every problem of the file at once, each with its place: its shape (SR11x), its policies
        (SR3xx), what is given (SR2xx), what is expected (SR90x).

    Examples
    --------
    >>> from strikerules.data import folder
    >>> suite = read_suite(folder("rules") / "tests" / "ban_test.strike.yaml")
    >>> suite.cases[0].policy
    'ban'
    """
    return suite_of(read_document(source))


def suite_of(doc: Document) -> Suite:
    """Read a test file from a document that was read already."""
    from strikerules.documents.models import validate
    from strikerules.testing.documents import TestDocument

    if not isinstance(doc.data, dict) or not {"policy", "policies"} & doc.data.keys():
        raise InvalidInput(_no_policy(doc))
    if "cases" not in doc.data and doc.data.keys() & _OF_POLICIES:
        raise InvalidInput(
            Problem(
                "SR901",
                f"{quoted(doc.name)} is a policy, not a test file",
                doc.position(("policy",), key=True),
                expected="`policy: NAME_OR_FILE` and `cases:`",
                help="call the policy `NAME.yaml`; a file of tests names it",
            )
        )
    validate(TestDocument, doc)
    return _Reader(doc, read_uses(doc)).suite()


def _no_policy(doc: Document) -> Problem:
    keys = list(doc.data) if isinstance(doc.data, dict) else []
    hint: str | None = "it looks like a scenario: `strikerules check` decides it"
    if not {"scenario", "scenarios"} & set(keys):
        near = ((key, did_you_mean(key, ["policy", "policies"])) for key in keys)
        typo, hint = next(((k, h) for k, h in near if h is not None), (None, None))
        keys = [typo] if typo is not None else []
    return Problem(
        "SR901",
        f"{quoted(doc.name)} does not say which policy it tests",
        doc.position((keys[0],), key=True) if keys else doc.position(),
        expected="`policy: NAME_OR_FILE`, or `policies:` and a list of them",
        help=hint,
    )


class _Reader:
    def __init__(self, doc: Document, uses: Uses) -> None:
        self.doc, self.uses, self.data = doc, uses, doc.data
        self.problems: list[Problem] = []
        self.names: dict[str, int] = {}
        self.twice: set[Path] = set()
        self.base = Known()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        from strikerules.analysis.space import vocabulary_of

        return vocabulary_of([policy.ruling for policy in self.uses.policies.values()])

    def suite(self) -> Suite:
        read_known(
            self.doc, ("defaults",), self.data.get("defaults") or {}, self.base, self.vocabulary,
            self.problems,
        )  # fmt: skip
        cases = [
            case
            for index, raw in enumerate(self.data["cases"])
            for case in self._cases(raw, ("cases", index))
        ]
        if self.problems:
            raise InvalidInput(self.problems)
        return Suite(
            self.doc.name, self.uses.policies, tuple(cases), self.data.get("title"),
            self.uses.files, self.uses.answers,
        )  # fmt: skip

    def _cases(self, raw: dict[str, Any], path: Path) -> Iterator[Case]:
        """Yield the cases of one entry: for every row of its table, under every policy."""
        known = self.base.copy()
        read_known(
            self.doc, (*path, "given"), raw.get("given") or {}, known, self.vocabulary,
            self.problems,
        )  # fmt: skip
        self._as_of(raw, path, known)
        self._answers(raw, path)
        whole = self._expected(raw, path)
        unread = raw.get("expect") is not None and not whole
        told = len(self.problems)
        for row, label, at, expected in self._rows(raw, path, known):
            expects = {**whole, **expected}
            if not expects and not unread and len(self.problems) == told:
                self._nothing(raw, at)
            for policy in self.uses.policies:
                expect = expects.get(policy)
                if expect is None and len(expects) and not raw.get("todo"):
                    continue
                self._against_answers(raw, policy, expect)
                marks = [label, *([policy] if len(self.uses.policies) > 1 else [])]
                inner = "-".join(m for m in marks if m is not None)
                name = f"{raw['name']}[{inner}]" if inner else raw["name"]
                self._unique(name, at)
                scenario = row.scenario(name, self.doc.name)
                self.problems += unresolved(scenario, self.uses.policies[policy])
                yield Case(
                    name,
                    policy,
                    scenario,
                    expect,
                    self._laid("readings", policy, raw),
                    self._laid("set", policy, raw),
                    raw.get("skip"),
                    raw.get("xfail"),
                    raw.get("todo"),
                    raw.get("text"),
                    self.doc.position(at),
                    f"{self.doc.name}::{name}",
                )
            told = len(self.problems)

    def _laid(self, part: str, policy: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a case answers or sets, over what the file does; a policy's own is in it."""
        own = self.uses.answers[policy][0 if part == "readings" else 1]
        file = {k: v for k, v in (self.data.get(part) or {}).items() if k not in own}
        return {**file, **(raw.get(part) or {})}

    def _as_of(self, raw: Mapping[str, Any], path: Path, known: Known) -> None:
        for data, where in ((self.data, ()), (raw, path)):
            if data.get("as_of") is not None:
                give(
                    self.doc, (*where, "as_of"), "date", data["as_of"], known, self.vocabulary,
                    self.problems,
                )  # fmt: skip

    def _expected(self, raw: dict[str, Any], path: Path) -> dict[str, Expectation]:
        if raw.get("expect") is None:
            return {}
        return read_expectation(self.doc, (*path, "expect"), raw["expect"], self.uses,
                                self.vocabulary, self.problems)  # fmt: skip

    def _nothing(self, raw: dict[str, Any], path: Path) -> None:
        """Tell of a case that expects nothing, unless it is still to be written."""
        if not raw.get("todo"):
            self.problems.append(
                Problem(
                    "SR902",
                    f"the case {quoted(raw['name'])} expects nothing",
                    self.doc.position(path),
                    expected="`expect:` a decision, or a mapping with `decision`, `because`, …",
                    help="a case that is still to be written says so: `todo: WHAT IS MISSING`",
                )
            )

    def _answers(self, raw: dict[str, Any], path: Path) -> None:
        """Look whether the case's own answers and figures fit each policy."""
        if not raw.get("readings") and not raw.get("set"):
            return
        for name, policy in self.uses.policies.items():
            whole = {part: self._laid(part, name, raw) for part in ("set", "readings")}
            called = name if len(self.uses.policies) > 1 else None
            self.problems += misanswered(policy, self.doc, path, whole, called)

    def _against_answers(
        self, raw: Mapping[str, Any], policy: str, expect: Expectation | None
    ) -> None:
        """Tell of what is expected under a reading, where the question is read in another way."""
        if expect is None or not expect.readings:
            return
        answers = {part: self._laid(part, policy, raw) for part in ("set", "readings")}
        try:
            varied = self.uses.policies[policy].vary(**answers)
        except InvalidInput:
            return  # told already
        fixed = {q: r for q, r in fixed_in(varied.ruling).items() if q not in varied.questions}
        for choice in expect.readings:
            for question, reading in choice:
                if fixed.get(question, reading) != reading:
                    self.problems.append(
                        Problem(
                            "SR908",
                            f"`{question}` is read as {quoted(fixed[question])} here, not as"
                            f" {quoted(reading)}",
                            expect.places.get(f"readings.{choice_words(choice)}", expect.at),
                            help="leave the question open, or what is expected of this reading out",
                        )
                    )

    def _unique(self, name: str, at: Path) -> None:
        line = self.doc.position(at).line
        if name in self.names and at not in self.twice:
            self.twice.add(at)  # once, not for each policy
            self.problems.append(
                Problem(
                    "SR905",
                    f"a second case is called {quoted(name)}",
                    self.doc.position((*at, "name") if len(at) == 2 else at),
                    help=f"the first is on line {self.names[name]}"
                    + ("; a column `name` tells rows apart" if len(at) > 2 else ""),
                )
            )
        self.names.setdefault(name, line)

    # -- tables ------------------------------------------------------------------------------

    def _rows(
        self, raw: dict[str, Any], path: Path, known: Known
    ) -> Iterator[tuple[Known, str | None, Path, dict[str, Expectation]]]:
        table = raw.get("each")
        if table is None:
            yield known, None, path, {}
            return
        columns = table["columns"]
        here: Path = (*path, "each")
        if not self._columns(columns, (*here, "columns")):
            return
        for number, cells in enumerate(table["rows"]):
            at: Path = (*here, "rows", number)
            if len(cells) != len(columns):
                self.problems.append(
                    Problem(
                        "SR906",
                        f"this row has {len(cells)} cell{'s' if len(cells) != 1 else ''}",
                        self.doc.position(at),
                        expected=f"{len(columns)}, one for each column: {listed(columns, 'and')}",
                    )
                )
                continue
            row = known.copy()
            expected: dict[str, Any] = {}
            label = None
            for k, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                if column in self.vocabulary:
                    give(self.doc, (*at, k), column, cell, row, self.vocabulary, self.problems)
                elif column == _NAME:
                    label = self._label(cell, (*at, k))
                elif cell is not None:
                    expected[column] = (cell, (*at, k))
            if label is None:
                label = _label_of(c for n, c in zip(columns, cells, strict=True)
                                  if n in self.vocabulary)  # fmt: skip
            yield row, label, at, self._row_expects(expected)

    def _row_expects(self, cells: dict[str, tuple[Any, Path]]) -> dict[str, Expectation]:
        found: dict[str, Expectation] = {}
        parts = {k: v for k, v in cells.items() if k in _EXPECTED}
        if parts:
            at = next(iter(parts.values()))[1]
            whole, places = _joined(parts)
            found |= read_expectation(
                self.doc, at, whole, self.uses, self.vocabulary, self.problems, cells=places
            )
        for column, (cell, at) in cells.items():
            if column not in parts:
                found |= read_expectation(
                    self.doc, at, {column: cell}, self.uses, self.vocabulary, self.problems,
                    cells={column: at},
                )  # fmt: skip
        return found

    def _columns(self, columns: list[str], path: Path) -> bool:
        allowed = [_NAME, *_EXPECTED, *self.uses.policies]
        good = True
        for k, column in enumerate(columns):
            if column not in self.vocabulary and column not in allowed:
                self.problems.append(
                    Problem(
                        "SR907",
                        f"{quoted(column)} can't be a column",
                        self.doc.position((*path, k)),
                        expected="an attribute of scenarios, or " + listed(allowed),
                        help=did_you_mean(column, [*self.vocabulary, *allowed]),
                    )
                )
                good = False
            elif column in columns[:k]:
                self.problems.append(
                    Problem(
                        "SR106",
                        f"the column {quoted(column)} is there twice",
                        self.doc.position((*path, k)),
                    )
                )
                good = False
        return good

    def _label(self, cell: Any, at: Path) -> str | None:
        from strikerules.testing.documents import is_label

        if isinstance(cell, str) and is_label(cell):
            return cell
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return str(cell)
        self.problems.append(
            Problem(
                "SR117",
                f"{quoted(cell)} can't be the name of a row",
                self.doc.position(at),
                expected="one line of plain text without `::`",
            )
        )
        return None


def _joined(parts: dict[str, tuple[Any, Path]]) -> tuple[Any, dict[str, Path] | None]:
    """Return the expectation that the columns of a row make together, and where its parts stand.

    Where the column `expect` says it all, it stands where it is read.
    """
    whole: dict[str, Any] = {}
    places: dict[str, Path] = {}
    for column, (cell, at) in parts.items():
        if column == "expect" and len(parts) == 1:
            return cell, None
        if column == "expect" and isinstance(cell, dict):
            whole = {**cell, **whole}
            places = {**{k: (*at, k) for k in cell}, **places}
        elif column == "expect":
            whole.setdefault("decision", cell)
            places.setdefault("decision", at)
        else:
            several = column in ("because", "depends_on") and isinstance(cell, str)
            whole[column], places[column] = [cell] if several else cell, at
    return whole, places


def _label_of(cells: Iterable[Any]) -> str:
    return "-".join(itertools.islice((_short(c) for c in cells), 8))


def _short(cell: Any) -> str:
    if isinstance(cell, dict):
        return ",".join(_short(v) for v in cell.values() if not isinstance(v, list | dict)) or "…"
    if cell is None:
        return "unknown"
    text = written(cell) if isinstance(cell, bool | int | float | str) else "…"
    return " ".join(str(text).split()).replace("::", ":")


def read_all(paths: Iterable[str | PathLike[str]]) -> Iterator[FilePath]:
    """Yield the test files in folders and among files, sorted, each once."""
    seen: set[FilePath] = set()
    for one in map(FilePath, paths):
        found = sorted(p for p in one.rglob("*") if is_suite(p)) if one.is_dir() else [one]
        for path in found:
            if path not in seen:
                seen.add(path)
                yield path
