"""The pytest plugin as pytest users meet it: ids, selection, reports, workers, fixtures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SUITE = """\
policy: kharkiv
defaults:
  weapon: {made_in: US, max_range_km: 40}
  target: {kind: artillery, supports: kharkiv_assault, location: {lon: 36.9, lat: 50.45}}
cases:
  - name: a gun that shells Kharkiv may be struck first
    given: {timing: pre_emptive}
    expect: {decision: permitted, because: [sites-in-the-designated-area]}
  - name: a site of another operation
    given: {target.supports: other_operation}
    expect: permitted
  - name: reach
    each:
      columns: [weapon.max_range_km, expect]
      rows: [[100, permitted], [101, indeterminate]]
  - name: left for later
    todo: say what holds at night
  - name: left out
    skip: the figure is disputed
    expect: permitted
  - name: known
    given: {target.supports: none}
    xfail: the rule is to be mended
    expect: permitted
"""
SMALL = """\
policy: ./mine.yaml
cases:
  - {name: ten, given: {weapon.max_range_km: 10}, expect: permitted}
  - {name: forty, given: {weapon.max_range_km: 40}, expect: permitted}
  - {name: a thousand, given: {weapon.max_range_km: 1000}, expect: prohibited}
"""
MINE = """\
policy: mine
otherwise: prohibit
rules: [{id: short, effect: permit, when: {weapon.max_range_km: {le: 40}}}]
"""
BROKEN = "policy: kharkiv\ncases:\n  - name: a\n    expect: permited\n"
NAME = "a_test.strike.yaml"


def run(folder: Path, *arguments: str, coverage: bool = False) -> tuple[int, str]:
    """Run pytest in a folder of its own, with the plugin and nothing of this project's settings."""
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-p", "strikerules.testing.plugin", "-c", os.devnull,
            "--rootdir", str(folder), "-p", "xdist", "-W", "error", *arguments,
        ],
        capture_output=True, text=True, cwd=folder, timeout=120, check=False,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "100",
             "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_text(SUITE)
    return tmp_path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a policy that is quickly counted."""
    (tmp_path / "mine.yaml").write_text(MINE)
    (tmp_path / "small_test.strike.yaml").write_text(SMALL)
    return tmp_path


def test_each_case_is_a_test(folder: Path) -> None:
    """Cases would not be found, or be told apart, by tools that list tests before they run them."""
    status, out = run(folder, "--collect-only", "-q")
    assert status == 0
    assert [line for line in out.splitlines() if "::" in line] == [
        f"{NAME}::a gun that shells Kharkiv may be struck first",
        f"{NAME}::a site of another operation",
        f"{NAME}::reach[100]",
        f"{NAME}::reach[101]",
        f"{NAME}::left for later",
        f"{NAME}::left out",
        f"{NAME}::known",
    ]


def test_a_failure_says_what_differs_and_where(folder: Path) -> None:
    """A failing case would send its author to look for what was expected, and why it came out so.

    The whole of what is printed between pytest's own lines.
    """
    status, out = run(folder, "-q")
    assert status == 1
    assert "3 passed, 2 skipped, 1 xfailed" in out
    assert f"FAILED {NAME}::a site of another operation" in out
    shown = out.partition("____ a site of another operation ____")[2].partition("====")[0]
    assert (
        shown.strip("_ \n")
        == f"""\
{NAME}:9: a site of another operation
  given: weapon.made_in: US, weapon.max_range_km: 40, target.kind: artillery, target.supports:
    other_operation, target.location: 36.9, 50.45
  decided by kharkiv

  decision  ({NAME}:11)
    expected permitted
    got      prohibited

Why
  no      rule sites-in-the-designated-area (permit) does not apply: Sites used for the assault, in
            areas designated and communicated
  no        used-for-the-assault
  no          target.supports is kharkiv_assault: it is other_operation
  yes     what the decision does not allow in Russia stays prohibited as before: no rule applies, so
            it is prohibited"""
    )


def test_selection(folder: Path) -> None:
    """`-k`, a single id, `-x` and `--lf` would not work on policy tests as on any others."""
    assert "2 passed" in run(folder, "-q", "-k", "reach")[1]
    assert "1 passed" in run(folder, "-q", f"{NAME}::reach[101]")[1]
    assert (
        "1 passed" in run(folder, "-q", f"{NAME}::a gun that shells Kharkiv may be struck first")[1]
    )
    assert "1 failed, 1 passed" in run(folder, "-q", "-x")[1]
    assert "1 failed" in run(folder, "-q", "--lf")[1].splitlines()[-1]
    assert "passed" not in run(folder, "-q", "--lf")[1].splitlines()[-1]


def test_workers(folder: Path) -> None:
    """Suites could not be run on several cores, or would count nothing there."""
    status, out = run(folder, "-q", "-n", "2")
    assert status == 1
    assert "1 failed, 3 passed, 2 skipped, 1 xfailed" in out


def test_workers_count_together(small: Path) -> None:
    """On several cores only what one of them ran would count."""
    alone = run(small, "-q", "--strikerules-coverage")[1]
    several = run(small, "-q", "--strikerules-coverage", "-n", "2")[1]
    (line,) = (x for x in alone.splitlines() if x.startswith("mine: "))
    assert line == "mine: 85 % covered (6 of 7), by 3 cases"
    assert line in several


def test_junit(folder: Path) -> None:
    """Services that show test results would not take those of policy tests."""
    run(folder, "-q", "--junitxml=out.xml")
    suite = ET.parse(folder / "out.xml").getroot()[0]
    assert {k: suite.attrib[k] for k in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7", "failures": "1", "errors": "0", "skipped": "3",
    }  # fmt: skip
    failed = next(case for case in suite if case.find("failure") is not None)
    assert failed.attrib["name"] == "a site of another operation"
    assert "got      prohibited" in (failed[0].text or "")


def test_a_bad_file_stops_nothing_else(folder: Path) -> None:
    """One typo would keep every other suite from being run."""
    (folder / "b_test.strike.yaml").write_text(BROKEN)
    status, out = run(folder, "-q", "-k", "gun or read")
    assert status == 1
    assert "1 failed, 1 passed" in out
    assert "b_test.strike.yaml:4:13: error[SR114]: `permited` is not a decision" in out
    assert "did you mean `permitted`?" in out


def test_an_expected_failure_that_passes_fails(tmp_path: Path) -> None:
    """A case marked as known to fail would stay marked after the rule is mended."""
    text = SUITE.partition("cases:")[0] + (
        "cases: [{name: mended, xfail: not yet, expect: permitted}]\n"
    )
    (tmp_path / NAME).write_text(text)
    status, out = run(tmp_path, "-q")
    assert status == 1
    assert "XPASS(strict)" in out


PYTHON = """
import pytest
from strikerules.testing import assert_decision

CASE = {"weapon": {"made_in": "US", "max_range_km": 40}, "target": {
    "kind": "logistics", "supports": "other_operation", "location": {"lon": 36.9, "lat": 50.45}},
    "conditions": {"front_worsening": True, "crews_trained": True, "maintenance_capacity": True}}


def test_default_policy(policy):
    assert policy.name == "us-weapons-in-russia"


@pytest.mark.policy("broader-targets")
def test_marked(policy, check):
    assert policy.name == "broader-targets"
    assert_decision(check(CASE), "permitted", because="other-military-sites-in-russia")
    assert_decision(check(CASE, readings={"meaning-of-long-range": "by-depth"}), "permitted")


@pytest.mark.policy("kharkiv", "ban")
def test_each(policy, check):
    case = {k: v for k, v in CASE.items() if k != "conditions"}
    assert_decision(check(case), "prohibited", because=["otherwise"])


@pytest.mark.policy("kharkiv")
def test_fails(check):
    case = {k: v for k, v in CASE.items() if k != "conditions"}
    assert_decision(check(case), "permitted")
"""


def test_fixtures(tmp_path: Path) -> None:
    """Those who write tests in Python would lack what those who write YAML have."""
    (tmp_path / "test_own.py").write_text(PYTHON)
    status, out = run(tmp_path, "-q")
    assert status == 1
    assert "1 failed, 4 passed" in out
    assert "test_own.py::test_fails" in out
    assert "expected permitted" in out
    out = run(tmp_path, "-q", "-k", "each and ban", "--strikerules-coverage")[1]
    assert re.search(r"(?m)^ban: \d+ % covered \(\d+ of 21\), by 1 case$", out)


def test_setting_of_the_policy(tmp_path: Path) -> None:
    """A project would have to mark every single test with its policy."""
    (tmp_path / "own.ini").write_text("[pytest]\nstrikerules_policy = mine\n")
    (tmp_path / "mine.yaml").write_text("policy: mine\notherwise: permit\n")
    (tmp_path / "test_own.py").write_text("def test(policy):\n    assert policy.name == 'mine'\n")
    status, out = run(tmp_path, "-q", "-c", "own.ini")
    assert status == 0, out


def test_thresholds(small: Path) -> None:
    """A project that asks for coverage would not be told when it is lost."""
    assert run(small, "-q", "--strikerules-threshold", "85")[0] == 0
    status, out = run(small, "-q", "--strikerules-threshold", "86")
    assert status == 1
    assert "the threshold of 86 % for each policy: below" in out


def test_a_run_without_policy_tests_loads_nothing(tmp_path: Path) -> None:
    """Every pytest run on a machine that has strikerules would pay for it."""
    (tmp_path / "test_modules.py").write_text(
        "import sys\n\ndef test():\n"
        "    own = {m for m in sys.modules if m.startswith('strikerules')}\n"
        "    assert own == {'strikerules', 'strikerules.testing', 'strikerules.testing.plugin'}\n"
        "    for heavy in ('shapely', 'numpy', 'msgspec', 'yaml', 'pydantic', 'hypothesis'):\n"
        "        assert heavy not in sys.modules, heavy\n"
    )
    status, out = run(tmp_path, "-q")
    assert status == 0, out


def test_the_plugin_is_registered() -> None:
    """pytest would not know of the plugin unless it is named in every project's settings."""
    from importlib.metadata import entry_points

    found = [e.value for e in entry_points(group="pytest11") if e.name == "strikerules"]
    assert found == ["strikerules.testing.plugin"]


def test_the_names_of_test_files_agree() -> None:
    """The plugin, which imports nothing, would collect other files than the command runs."""
    from strikerules.testing import plugin
    from strikerules.testing.read import ENDINGS

    assert plugin._ENDINGS == ENDINGS
