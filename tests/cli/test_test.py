"""`strikerules test`: what it runs, what it prints, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from strikerules.cli.main import main
from strikerules.cli.suite_schema import results_schema

ROOT = Path(__file__).parents[2]

POLICY = """\
policy: mine
otherwise: prohibit
rules:
  - {id: short, effect: permit, when: {weapon.max_range_km: {le: 40}}}
"""
GOOD = """\
policy: ./mine.yaml
cases:
  - {name: forty is short, given: {weapon.max_range_km: 40}, expect: permitted}
  - name: more is not
    given: {weapon.max_range_km: 41}
    expect: {decision: prohibited, because: [otherwise]}
"""
LOOSE = """\
policy: ./mine.yaml
cases:
  - {name: ten is short, given: {weapon.max_range_km: 10}, expect: permitted}
  - {name: a thousand is not, given: {weapon.max_range_km: 1000}, expect: prohibited}
"""
FAILS = """\
policy: ./mine.yaml
cases:
  - {name: fifty, given: {weapon.max_range_km: 50}, expect: permitted}
  - {name: later, todo: think about it}
  - {name: known, given: {weapon.max_range_km: 60}, expect: permitted, xfail: not yet}
  - {name: left, given: {weapon.max_range_km: 70}, expect: permitted, skip: disputed}
"""

#: What a script starts in the background has Ctrl-C ignored, which is not what is tested.
WATCH = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from strikerules.cli.main import main
sys.exit(main(["test", "--watch"]))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.yaml").write_text(POLICY)
    (tmp_path / "good_test.strike.yaml").write_text(GOOD)
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["test", *words])
    out, err = capsys.readouterr()
    return status, out, err


def test_passes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A suite that passes would not say so, or not end as one."""
    assert run(capsys) == (0, "2 passed in 1 file\n", "")
    assert run(capsys, "good_test.strike.yaml", ".", str(folder))[1] == "2 passed in 1 file\n"


def test_counts_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cases that did not count would be taken for cases that passed."""
    Path("bad_test.strike.yaml").write_text(FAILS)
    status, out, err = run(capsys, "--verbose")
    assert (status, err) == (1, "")
    assert out.splitlines()[:9] == [
        "bad_test.strike.yaml",
        "  failed  fifty",
        "  todo    later (think about it)",
        "  known   known (not yet)",
        "  skipped left (disputed)",
        "good_test.strike.yaml",
        "  passed  forty is short",
        "  passed  more is not",
        "",
    ]
    assert out.splitlines()[-1] == (
        "2 passed, 1 failed, 1 known to fail, 1 skipped, 1 to be written in 2 files"
    )


def test_mended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A case that was known to fail, and passes, would stay marked as failing."""
    Path("good_test.strike.yaml").write_text(
        GOOD.replace("expect: permitted}", "expect: permitted, xfail: wrong}")
    )
    status, out, _ = run(capsys)
    assert status == 1
    assert "it passes, and was known to fail: wrong" in out


def test_unreadable_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file with a typo would hide what the others say, or pass for a mere failure."""
    Path("bad_test.strike.yaml").write_text("policy: ./mine.yaml\ncases: 3\n")
    status, out, _ = run(capsys)
    assert status == 2
    assert "bad_test.strike.yaml:2:8: error[SR113]" in out
    assert "2 passed, 1 not readable in 2 files" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--run", "nothing"], "no case's id has `nothing` in it"),
        (["--run", "("], "can't be `--run`"),
        (["mine.yaml"], "`mine.yaml` is not called as test files are"),
        (["nowhere"], "there is no file or folder `nowhere`"),
        (["kharkv"], "did you mean `kharkiv`?"),
        (["empty"], "there is no test in `empty`"),
        (["--threshold", "101"], "can't be `--threshold`"),
        (["--threshold", "x"], "--threshold"),
        (["--jobs", "0"], "can't be `--jobs`"),
        (["--mutate", "--format", "junit"], "JUnit's format has no place for mutants"),
        (["--format", "xml"], "is not a value of `--format`"),
    ],
)
def test_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """A run of nothing at all would end as if all were well."""
    Path("empty").mkdir()
    status, out, err = run(capsys, *words)
    assert (status, out) == (2, "")
    assert said in err
    assert "error[SR" in err
    assert "Traceback" not in err


def test_shipped_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who has only the package would not get at the suites that come with it."""
    status, out, _ = run(capsys, "ban")
    assert (status, out) == (0, "7 passed in 1 file\n")


def test_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs would have to read what is printed for people."""
    Path("bad_test.strike.yaml").write_text(FAILS)
    status, out, _ = run(capsys, "--format", "json", "--coverage")
    data = json.loads(out)
    assert (status, data["schema"]) == (1, "test/1")
    assert data["summary"] == {
        "passed": 2, "failed": 1, "error": 0, "xfailed": 1, "skipped": 1, "todo": 1,
        "deselected": 0,
    }  # fmt: skip
    failed = next(r for r in data["results"] if r["outcome"] == "failed")
    assert failed["id"] == "bad_test.strike.yaml::fifty"
    assert (failed["file"], failed["line"]) == ("bad_test.strike.yaml", 3)
    assert failed["differences"] == [
        {"part": "decision", "expected": "permitted", "got": "prohibited", "line": 3}
    ]
    Draft7Validator(results_schema()).validate(data)
    (counted,) = data["coverage"]["policies"]
    assert (counted["policy"], counted["percent"], counted["cases"]) == ("mine", 100, 2)


def test_json_of_mutants(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs would meet keys that the schema does not name, or miss some that it does."""
    Path("good_test.strike.yaml").write_text(LOOSE)
    out = run(capsys, "--format", "json", "--coverage", "--mutate", "--no-cache")[1]
    data = json.loads(out)
    Draft7Validator(results_schema()).validate(data)
    (mutated,) = data["mutation"]["policies"]
    assert mutated["killed"] + len(mutated["survivors"]) + mutated["equivalent"] == (
        mutated["mutants"] - mutated["invalid"]
    )
    assert all(s["case"] for s in mutated["survivors"])


def test_junit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The result would be no XML that other tools take."""
    status, out, _ = run(capsys, "--format", "junit")
    assert status == 0
    assert ET.fromstring(out)[0].attrib["tests"] == "2"
    run(capsys, "--format", "junit", "--output", "out.xml")
    assert ET.parse("out.xml").getroot()[0].attrib["failures"] == "0"


def test_github(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Failures, gaps and survivors would not stand beside their lines in a pull request."""
    Path("good_test.strike.yaml").unlink()
    Path("loose_test.strike.yaml").write_text(LOOSE)
    status, out, _ = run(capsys, "--format", "github", "--coverage", "--mutate", "--no-cache")
    assert status == 0
    assert "::warning title=policy coverage,file=mine.yaml,line=4::not covered:" in out
    assert "::warning title=policy mutant,file=mine.yaml,line=4::no case notices:" in out
    Path("bad_test.strike.yaml").write_text(FAILS)
    status, out, _ = run(capsys, "--format", "github")
    assert status == 1
    assert out.splitlines()[0] == (
        "::error title=policy test,file=bad_test.strike.yaml,line=3::fifty: decision: expected"
        " permitted, got prohibited"
    )


def test_thresholds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A project could lose what its tests settle without a build that fails."""
    assert run(capsys, "--threshold", "100")[0] == 0
    assert run(capsys, "--mutate", "--threshold", "100", "--no-cache")[0] == 0
    Path("good_test.strike.yaml").write_text(LOOSE)
    status, out, _ = run(capsys, "--threshold", "100")
    assert status == 1
    assert "the threshold of 100 % for each policy: below" in out
    assert run(capsys, "--threshold", "50")[0] == 0
    status, out, _ = run(capsys, "--mutate", "--threshold", "100", "--no-cache")
    assert status == 1
    assert "survived: mine.yaml:4: rule `short`: `le` made `lt`" in out
    assert "+  - {id: short, effect: permit, when: {weapon.max_range_km: {lt: 40}}}" in out
    assert "given: {weapon: {max_range_km: 40}}" in out


def test_no_mutants_of_a_failing_suite(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mutant that fails a case which fails anyway would count as noticed."""
    Path("bad_test.strike.yaml").write_text(FAILS)
    status, out, err = run(capsys, "--mutate", "--no-cache")
    assert status == 1
    assert "no mutants were made" in err
    assert "mutants noticed" not in out


def test_the_cache_is_used_and_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Mutants would be run again and again, or a folder be littered that was not to be."""
    run(capsys, "--mutate", "--no-cache", "--jobs", "1")
    assert not Path(".strikerules_cache").exists()
    first = run(capsys, "--mutate", "--jobs", "1")[1]
    assert "from an earlier run" not in first
    again = run(capsys, "--mutate", "--jobs", "1")[1]
    assert "known from an earlier run" in " ".join(again.split())
    assert Path(".strikerules_cache/.gitignore").read_text() == "*\n"


def test_other_settings_do_not_matter(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project's own pytest settings would change what is run, or keep it from being run."""
    Path("pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    Path("conftest.py").write_text("raise SystemExit('not to be imported')\n")
    Path("test_python.py").write_text("raise SystemExit('not to be imported')\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option")
    assert run(capsys) == (0, "2 passed in 1 file\n", "")
    assert os.environ["PYTEST_ADDOPTS"] == "--no-such-option"


def test_interrupted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C would leave a traceback, or a result that is only half of one."""

    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("strikerules.testing.mutation.run._fate", stop)
    status, out, err = run(capsys, "--mutate", "--jobs", "1", "--no-cache")
    assert (status, out) == (130, "")
    assert err == "stopped\n"


def test_watch(folder: Path) -> None:
    """`--watch` would miss a change of a policy, or not stop when it is told to."""
    watched = subprocess.Popen(
        [sys.executable, "-u", "-c", WATCH],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert watched.stdout is not None
    seen = threading.Event()

    def change() -> None:
        # again and again: what changes before the watch has begun is not seen
        while not seen.wait(0.5):
            (folder / "mine.yaml").write_text(POLICY.replace("40", "30"))

    writer = threading.Thread(target=change, daemon=True)
    try:
        lines = [watched.stdout.readline() for _ in range(2)]
        assert lines[0] == "2 passed in 1 file\n"
        assert lines[1].startswith("watching ")
        writer.start()
        said = ""
        while "in 1 file" not in said:
            said += watched.stdout.readline()
        seen.set()
        assert "changed: mine.yaml" in said
        assert "1 passed, 1 failed in 1 file" in said
        watched.send_signal(signal.SIGINT)
        rest, _ = watched.communicate(timeout=60)
        assert "Traceback" not in rest
        # 130 where the last change has begun another run
        assert watched.returncode in (1, 130)
    finally:
        seen.set()
        watched.kill()
        watched.communicate()
