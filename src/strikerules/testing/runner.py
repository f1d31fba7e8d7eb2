"""Test files run through pytest, and what came of it as data."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import Struct

from strikerules.problems import InvalidInput, Problem
from strikerules.testing.coverage.coverage import Coverage
from strikerules.testing.items import BrokenFile, CaseFailed, StrikeItem
from strikerules.testing.plugin import session_of
from strikerules.testing.reporting import shown

__all__ = ["Result", "Run", "run_files"]

Outcome = Literal["passed", "failed", "skipped", "todo", "xfailed", "error"]


class Result(Struct, frozen=True):
    """What came of one case.

    Parameters
    ----------
    outcome : str
        ``error``: the file can't be read. A case that is known to fail and passes has failed.
    reason : str, optional
        Why it was skipped, is known to fail, or is to be written.
    text : str
        What is to be said of a failure.
    differences : tuple of dict
        What is not as expected.
    """

    id: str
    name: str
    file: str
    line: int
    outcome: Outcome
    policy: str | None = None
    reason: str | None = None
    text: str = ""
    differences: tuple[dict[str, Any], ...] = ()
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return it as one entry of ``results`` in ``test/1``."""
        out: dict[str, Any] = {
            "id": self.id, "name": self.name, "file": self.file, "line": self.line,
            "policy": self.policy, "outcome": self.outcome, "seconds": round(self.seconds, 6),
        }  # fmt: skip
        if self.reason is not None:
            out["reason"] = self.reason
        if self.text:
            out["message"] = self.text
        if self.differences:
            out["differences"] = list(self.differences)
        return out


class Run(Struct, frozen=True):
    """What came of a run.

    Attributes
    ----------
    results : tuple of Result
        In the order in which the cases were run.
    deselected : int
        Cases that ``--run`` left out.
    junit : str or None
        The same as pytest writes it for other tools.
    """

    results: tuple[Result, ...]
    coverage: Coverage | None = None
    deselected: int = 0
    junit: str | None = None

    def count(self, *outcomes: str) -> int:
        """Return how many cases had one of some outcomes."""
        return sum(r.outcome in outcomes for r in self.results)

    @property
    def passed(self) -> dict[str, set[str]]:
        """The names of the cases that passed, by file."""
        found: dict[str, set[str]] = {}
        for result in self.results:
            if result.outcome == "passed":
                found.setdefault(result.file, set()).add(result.name)
        return found


class _Watcher:
    """Notes what pytest says of each case."""

    def __init__(self, pattern: re.Pattern[str] | None, width: int, colour: bool) -> None:
        self.pattern, self.width, self.colour = pattern, width, colour
        self.results: list[Result] = []
        self.deselected = 0
        self.config: pytest.Config | None = None
        self.errors: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        if self.pattern is None:
            return
        gone = [i for i in items if not self.pattern.search(i.nodeid)]
        if gone:
            config.hook.pytest_deselected(items=gone)
            self.deselected += len(gone)
            items[:] = [i for i in items if self.pattern.search(i.nodeid)]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.errors.append(report.longreprtext)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report: Any = yield
        if report.when == "call" or (report.when == "setup" and not report.passed):
            self.results.append(self._result(item, call, report))
        return report

    def _result(
        self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport
    ) -> Result:
        case = item.case if isinstance(item, StrikeItem) else None
        error = call.excinfo.value if call.excinfo is not None else None
        outcome: Outcome = "passed"
        reason, text, found = None, "", []
        if case is not None and case.todo is not None:
            outcome, reason = "todo", case.todo
        elif hasattr(report, "wasxfail"):
            outcome, reason = "xfailed", case.xfail if case is not None else None
        elif report.skipped:
            outcome, reason = "skipped", case.skip if case is not None else None
        elif report.failed:
            outcome = "error" if isinstance(item, BrokenFile) else "failed"
            text = report.longreprtext
            if case is not None and case.xfail is not None and error is None:
                reason = case.xfail
                text = f"it passes, and was known to fail: {case.xfail}"
            elif isinstance(error, CaseFailed):
                text = error.text(width=self.width, colour=self.colour)
                found = [
                    {"part": d.part, "expected": d.expected, "got": d.got,
                     "line": d.at.line if d.at is not None else None}
                    for d in error.found
                ]  # fmt: skip
        path, line, _ = item.reportinfo()
        return Result(
            item.nodeid, item.name, shown(path), (line or 0) + 1, outcome,
            case.policy if case is not None else None, reason, text, tuple(found),
            report.duration,
        )  # fmt: skip


def run_files(
    files: Sequence[Path],
    *,
    pattern: str | None = None,
    coverage: bool = False,
    junit: bool = False,
    width: int = 80,
    colour: bool = False,
) -> Run:
    """Run test files through pytest, in this process and with no other plugin.

    Parameters
    ----------
    files : sequence of pathlib.Path
    pattern : str, optional
        A regular expression; only cases are run whose id (``FILE::NAME``) it is found in.
    coverage : bool
    junit : bool
        Whether the result is also given as JUnit's XML.

    Raises
    ------
    InvalidInput
        SR601 where the pattern is none, SR699 where pytest itself fails.
    """
    try:
        compiled = None if pattern is None else re.compile(pattern)
    except re.error as error:
        raise InvalidInput(
            Problem("SR601", f"`{pattern}` can't be `--run`: {error}", None, "a regular expression")
        ) from None
    watcher = _Watcher(compiled, width, colour)
    with tempfile.TemporaryDirectory() as folder:
        xml = Path(folder) / "junit.xml"
        arguments = [
            "-c", os.devnull, "--rootdir", str(Path.cwd()), "--noconftest", "--assert=plain",
            "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "strikerules.testing.plugin",
            "-W", "ignore::pytest.PytestConfigWarning",
            # no code of the user's is run, and this collects the garbage of the whole process
            "-p", "no:unraisableexception",
        ]  # fmt: skip
        if coverage:
            arguments.append("--strikerules-coverage")
        if junit:
            arguments += [f"--junitxml={xml}", "-o", "junit_family=xunit2"]
        out = io.StringIO()
        with _alone(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            status = pytest.main([*arguments, *map(str, files)], plugins=[watcher])
        text = xml.read_text(encoding="utf-8") if xml.exists() else None
    if watcher.errors or status in (
        pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED,
    ):  # fmt: skip
        if status == pytest.ExitCode.INTERRUPTED and not watcher.errors:
            raise KeyboardInterrupt
        said = "\n".join([*watcher.errors, out.getvalue()]).strip().splitlines()
        raise InvalidInput(
            Problem(
                "SR699",
                f"pytest stopped: {said[-1] if said else 'it does not say why'}",
                None,
                None,
                "run `python -m pytest` on the same files to see it all",
            )
        )
    counted = session_of(watcher.config) if watcher.config is not None else None
    return Run(
        tuple(watcher.results), counted.coverage() if counted is not None else None,
        watcher.deselected, text,
    )  # fmt: skip


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep other plugins, and options meant for other runs, away."""
    wanted = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None, "PYTEST_PLUGINS": None}
    before = {name: os.environ.get(name) for name in wanted}
    try:
        for name, value in wanted.items():
            _set(name, value)
        yield
    finally:
        for name, value in before.items():
            _set(name, value)


def _set(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value
