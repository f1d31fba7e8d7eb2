"""What holds for every command: help, versions, exit status, and what is said when all fails."""

from __future__ import annotations

import itertools
from importlib import import_module
from pathlib import Path

import pytest

import strikerules
from strikerules.cli import exits
from strikerules.cli.common import pairs, plain_value
from strikerules.cli.main import COMMANDS, main
from strikerules.cli.output import write_whole
from strikerules.problems import InvalidInput

Captured = pytest.CaptureFixture[str]


def test_overview(capsys: Captured) -> None:
    """Somebody who types the bare command would not learn what there is."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", shown)
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    assert max(map(len, shown.splitlines())) <= 80


def test_version(capsys: Captured) -> None:
    """A report of a fault could not say which version it is about."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"strikerules {strikerules.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help(command: str, capsys: Captured) -> None:
    """A command would not say what it takes."""
    assert main([command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert f"strikerules {command}" in out
    assert err == ""
    module = import_module(f"strikerules.cli.commands.{command}")
    assert module.__doc__
    assert module.__doc__.splitlines()[0] in out
    assert max(map(len, out.splitlines())) <= 80


def _broken(error: BaseException) -> object:
    def run(_: object) -> int:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (RecursionError(), 2, "error[SR602]: the input is nested too deep\n"),
        (PermissionError(13, "Permission denied", "f"), 2,
         "error[SR603]: can't use `f`: permission denied\n"),
        (KeyboardInterrupt(), 130, "stopped\n"),
    ],
)  # fmt: skip
def test_what_fails_on_the_way(
    error: BaseException, status: int, said: str,
    monkeypatch: pytest.MonkeyPatch, capsys: Captured,
) -> None:  # fmt: skip
    """A failure of the system would end in a traceback."""
    monkeypatch.setattr("strikerules.cli.commands.weapons.run", _broken(error))
    assert main(["weapons"]) == status
    assert capsys.readouterr() == ("", said)


def test_a_mistake_inside(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """A fault of the program would pass for one of the input, or could not be looked into."""
    monkeypatch.setattr("strikerules.cli.commands.weapons.run", _broken(ZeroDivisionError()))
    monkeypatch.delenv("STRIKERULES_DEBUG", raising=False)
    assert main(["weapons"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[SR699]: something went wrong inside strikerules, and nothing was decided\n" in err
    assert "ZeroDivisionError" not in err
    monkeypatch.setenv("STRIKERULES_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["weapons"])


def test_worst_status() -> None:
    """An error would be hidden by a finding, or a prohibition by an open case."""
    order = (2, 1, 3, 0)
    for a, b in itertools.product(order, repeat=2):
        assert exits.worst([a, b]) == order[min(order.index(a), order.index(b))]
    assert exits.worst([]) == 0


def test_pairs() -> None:
    """A reading or a value on the command line would be cut at the wrong place."""
    assert pairs(["a=b", "c = d=e", "a=b"], "--set", "N=V") == {"a": "b", "c": "d=e"}
    for wrong in (["a"], ["=b"], ["a="], ["a=b", "a=c"]):
        with pytest.raises(InvalidInput):
            pairs(wrong, "--set", "N=V")


@pytest.mark.parametrize(
    ("word", "value"),
    [("5", 5), ("5.5", 5.5), ("true", True), ("NO", "NO"), ("2024-05-31", "2024-05-31"),
     ("a: b: c", "a: b: c"), ("[", "[")],
)  # fmt: skip
def test_plain_value(word: str, value: object) -> None:
    """A value on the command line would be read otherwise than in a file."""
    assert plain_value(word) == value


def test_output_is_whole_or_not_at_all(tmp_path: Path) -> None:
    """An older result would be lost where the new one can't be written."""
    target = tmp_path / "result.txt"
    write_whole(target, "first\n")
    write_whole(target, "second\n")
    assert target.read_text(encoding="utf-8") == "second\n"
    with pytest.raises(InvalidInput):
        write_whole(tmp_path / "missing" / "result.txt", "third\n")
    with pytest.raises(InvalidInput):
        write_whole(tmp_path, "third\n")
    assert [p.name for p in tmp_path.iterdir()] == ["result.txt"]
