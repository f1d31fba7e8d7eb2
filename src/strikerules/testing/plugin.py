"""The pytest plugin: collects `*_test.strike.yaml`, gives fixtures, counts coverage.

Every pytest run on a machine with strikerules imports this module, so it imports nothing else of
the package until a test file or a fixture asks for it. PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strikerules.api import Policy
    from strikerules.engine.decision import Decision
    from strikerules.testing.session import Session

# as in `strikerules.testing.read.ENDINGS`, which is not imported for every run
_ENDINGS = ("_test.strike.yaml", "_test.strike.yml")
_SESSION: pytest.StashKey[Session] = pytest.StashKey()
_OUTPUT = "strikerules_coverage"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options and the setting."""
    group = parser.getgroup("strikerules", "policy tests")
    group.addoption(
        "--strikerules-coverage", action="store_true",
        help="report what of the policies the tests settle, and a scenario for the rest",
    )  # fmt: skip
    group.addoption(
        "--strikerules-threshold", type=float, default=None, metavar="PERCENT",
        help="fail below this coverage (implies --strikerules-coverage)",
    )  # fmt: skip
    parser.addini(
        "strikerules_policy", "the policy of the fixtures `policy` and `check`, unless marked",
        default="timeline",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker, and begin to count if that is wanted."""
    config.addinivalue_line(
        "markers", "policy(*names): the policies of the fixtures `policy` and `check`, each in turn"
    )
    if _counts(config):
        from strikerules.testing.session import Session

        config.stash[_SESSION] = Session()


def _counts(config: pytest.Config) -> bool:
    return bool(
        config.getoption("--strikerules-coverage", default=False)
        or config.getoption("--strikerules-threshold", default=None) is not None
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a file of policy tests."""
    if not file_path.name.endswith(_ENDINGS):
        return None
    from strikerules.testing.items import StrikeFile

    file: pytest.Collector = StrikeFile.from_parent(parent, path=file_path)
    return file


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each policy that it is marked with."""
    marker = metafunc.definition.get_closest_marker("policy")
    if marker is not None and "policy" in metafunc.fixturenames and len(marker.args) > 1:
        metafunc.parametrize("policy", marker.args, indirect=True)


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> Policy:
    """A policy: the one that the test is marked with, or the setting `strikerules_policy`.

    ``@pytest.mark.policy("kharkiv", "broader-targets")`` runs a test once for each.
    """
    from strikerules.testing.items import policy_for

    marker = request.node.get_closest_marker("policy")
    named = marker.args if marker is not None and marker.args else ()
    name = getattr(request, "param", None) or (
        named[0] if named else request.config.getini("strikerules_policy")
    )
    return policy_for(name, request.path.parent)


@pytest.fixture
def check(policy: Policy, request: pytest.FixtureRequest) -> Iterator[Callable[..., Decision]]:
    """Decide a scenario under the fixture `policy`, as `Policy.check` does.

    What `assert_decision` then asserts of the decision counts for coverage.
    """
    from strikerules.testing.items import checker

    with checker(policy, request.config.stash.get(_SESSION, None)) as decide:
        yield decide


def session_of(config: pytest.Config) -> Session | None:
    """Return what a run counts in, None where nothing is counted."""
    return config.stash.get(_SESSION, None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Hand the counts of a worker to the process that started it; judge them there."""
    counted = session_of(session.config)
    if counted is None:
        return
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_OUTPUT] = counted.dump()
        return
    threshold = session.config.getoption("--strikerules-threshold", default=None)
    if threshold is not None and counted.coverage().below(threshold) and int(exitstatus) in (0, 5):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take the counts of a worker of pytest-xdist."""
    counted = session_of(node.config)
    output = getattr(node, "workeroutput", None) or {}
    if counted is not None and _OUTPUT in output:
        counted.take(output[_OUTPUT])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the coverage."""
    counted = session_of(config)
    if counted is None or hasattr(config, "workerinput"):
        return
    from strikerules.testing.coverage.text import coverage_text

    writer = config.get_terminal_writer()
    terminalreporter.section("policy coverage")
    threshold = config.getoption("--strikerules-threshold", default=None)
    text = coverage_text(
        counted.coverage(), width=max(60, min(100, writer.fullwidth)),
        colour=writer.hasmarkup, threshold=threshold,
    )  # fmt: skip
    terminalreporter.write(text)
