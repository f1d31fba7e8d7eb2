"""Test files and cases as pytest sees them, and what the fixtures do. PYTEST_DONT_REWRITE"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from strikerules.api import Decision, Policy, load
from strikerules.engine.decision import Decision as EngineDecision
from strikerules.given import on_day, one_scenario
from strikerules.language.library import Library
from strikerules.problems import InvalidInput
from strikerules.problems.render import render_problems
from strikerules.testing import plugin
from strikerules.testing.compare import Difference, differences
from strikerules.testing.failure import failure_text
from strikerules.testing.read import read_suite
from strikerules.testing.recording import RECORDER, forget_checks, note_check
from strikerules.testing.reporting import shown
from strikerules.testing.suite import Case, Suite

if TYPE_CHECKING:
    from strikerules.testing.session import Session

__all__ = ["BrokenFile", "CaseFailed", "StrikeFile", "StrikeItem", "checker", "policy_for"]


class CaseFailed(AssertionError):
    """A decision that is not as its case expects."""

    def __init__(self, case: Case, decision: EngineDecision, found: list[Difference]) -> None:
        super().__init__(case.name)
        self.case, self.decision, self.found = case, decision, found

    def text(self, *, width: int = 80, colour: bool = False) -> str:
        """Return what is to be said of it."""
        return failure_text(self.case, self.decision, self.found, width=width, colour=colour)

    def __str__(self) -> str:
        return self.text()


class StrikeFile(pytest.File):
    """A file of policy tests."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield its cases; of a file that can't be read one test that fails and says why."""
        try:
            suite = read_suite(shown(self.path))
        except InvalidInput as error:
            broken: pytest.Item = BrokenFile.from_parent(
                self, name="the file can be read", error=error
            )
            yield broken
            return
        for case in suite.cases:
            item: StrikeItem = StrikeItem.from_parent(self, name=case.name, suite=suite, case=case)
            yield item


class BrokenFile(pytest.Item):
    """Stands for a test file that can't be read, so that other files still run."""

    def __init__(self, *, error: InvalidInput, **more: Any) -> None:
        super().__init__(**more)
        self.error = error

    def runtest(self) -> None:
        """Fail with the file's problems."""
        raise self.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: Any) -> str:
        """Return the problems with their lines and carets."""
        return render_problems(list(self.error.problems), colour=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the first problem is."""
        at = self.error.problems[0].position
        here = at is not None and at.line and Path(at.file).name == self.path.name
        return self.path, at.line - 1 if here and at is not None else 0, self.name


class StrikeItem(pytest.Item):
    """One case under one policy."""

    def __init__(self, *, suite: Suite, case: Case, **more: Any) -> None:
        super().__init__(**more)
        self.suite, self.case = suite, case
        self.add_marker(pytest.mark.policy(case.policy))
        if case.skip is not None:
            self.add_marker(pytest.mark.skip(reason=case.skip))
        if case.todo is not None:
            self.add_marker(pytest.mark.skip(reason=f"todo: {case.todo}"))
        if case.xfail is not None:
            self.add_marker(pytest.mark.xfail(reason=case.xfail, strict=True))

    def runtest(self) -> None:
        """Decide the case and hold the decision against what is expected."""
        case = self.case
        assert case.expect is not None
        decision = self.suite.decide(case)
        found = differences(case.expect, decision)
        if found:
            raise CaseFailed(case, decision, found)
        session = plugin.session_of(self.config)
        if session is not None and case.xfail is None:
            session.ran(self.suite, case, decision)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *rest: Any) -> Any:
        """Return the case, what differs, and the steps that it rests on."""
        error = excinfo.value
        if isinstance(error, CaseFailed):
            return error.text(width=_width(self.config))
        if isinstance(error, InvalidInput):
            return render_problems(list(error.problems), colour=False)
        return super().repr_failure(excinfo, *rest)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the line of the case."""
        at = self.case.at
        return self.path, None if at is None else at.line - 1, self.name


def _width(config: pytest.Config) -> int:
    if not config.pluginmanager.hasplugin("terminalreporter"):
        return 80
    return max(60, min(100, config.get_terminal_writer().fullwidth))


@lru_cache(maxsize=32)
def policy_for(name: str, folder: Path) -> Policy:
    """Return a policy by name or path, looked for in a test's folder first."""
    shared = load()
    ruling = Library(shared.atlas.has).load_from(name, folder, None)
    shared.atlas.check(ruling)
    return shared.of(ruling)


@contextmanager
def checker(policy: Policy, session: Session | None) -> Iterator[Callable[..., Decision]]:
    """Give a function that decides as `Policy.check` does, and remembers what it decided."""

    def check(
        scenario: Any,
        *,
        readings: Mapping[str, str] | None = None,
        set: Mapping[str, Any] | None = None,
        as_of: str | None = None,
        margin: bool = False,
    ) -> Decision:
        plain = on_day(one_scenario(scenario, policy.ruling.vocabulary), as_of)
        varied = policy.vary(set=set) if set else policy
        decision = varied.check(plain, readings=readings, margin=margin)
        note_check(decision, varied, plain, readings or {})
        return decision

    token = RECORDER.set(session)
    try:
        yield check
    finally:
        RECORDER.reset(token)
        forget_checks()
