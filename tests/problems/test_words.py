"""Problems in words: quoting, listing, suggesting, and the lines with their carets."""

from __future__ import annotations

import pytest

from strikerules.problems import InvalidInput, Position, Problem, did_you_mean, listed, quoted
from strikerules.problems.render import render_problems


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("word", "`word`"),
        (7, "`7`"),
        (None, "`null`"),
        (True, "`true`"),
        ([1, {"a": "é"}], '`[1, {"a": "é"}]`'),
        ({1}, "`{1}`"),
        ("two\nlines\x1b[31m", "`two\N{REPLACEMENT CHARACTER}lines\N{REPLACEMENT CHARACTER}[31m`"),
        ("x" * 61, "`" + "x" * 59 + "…`"),
    ],
)
def test_quoted(value: object, text: str) -> None:
    """A user's value could break the line, colour the terminal or fill the screen."""
    assert quoted(value) == text


def test_listed() -> None:
    """A long list of choices would hide the message."""
    assert listed([]) == ""
    assert listed("a") == "`a`"
    assert listed("ab") == "`a` or `b`"
    assert listed("abc", "and") == "`a`, `b` and `c`"
    assert listed("abcd", most=2) == "`a`, `b` and 2 more"


@pytest.mark.parametrize(
    ("word", "guess"),
    [("rusia", "russia"), ("RUSSIA", "russia"), ("xyz", None), ("", None), ("r" * 10_000, None)],
)
def test_did_you_mean(word: str, guess: str | None) -> None:
    """The obvious slip would not be recognised, or a far-fetched guess be made."""
    found = did_you_mean(word, ["russia", "ukraine"])
    assert found == (f"did you mean `{guess}`?" if guess else None)


def _page(text: str, column: int, width: int = 1) -> list[str]:
    position = Position("f.yaml", 7, column, text, width)
    return render_problems([Problem("SR111", "no", position)]).splitlines()


def test_caret_stands_under_its_word() -> None:
    """A reader would be shown another word than the one that is wrong."""
    head, line, caret = _page("a: {b: wrong}", 8, 5)
    assert head == "f.yaml:7:8: error[SR111]: no"
    assert line[caret.index("^") : caret.rindex("^") + 1] == "wrong"


@pytest.mark.parametrize("start", [0, 40, 99, 100, 150, 500, 990])
def test_caret_on_a_long_line(start: int) -> None:
    """The part of a long line that is shown would be another than the one that is wrong."""
    text = ("." * start + "wrong").ljust(1000, ".")
    _, line, caret = _page(text, start + 1, 5)
    assert line[caret.index("^") : caret.rindex("^") + 1] == "wrong"[: caret.count("^")]
    assert len(line) < 115


def test_tabs_and_control_characters_keep_their_place() -> None:
    """A tab would move the caret, a control character reach the terminal."""
    _, line, caret = _page("\ta\x1b: wrong", 6, 5)
    assert line[caret.index("^") : caret.rindex("^") + 1] == "wrong"
    assert "\t" not in line
    assert "\x1b" not in line


def test_without_a_line() -> None:
    """A problem with a whole file would be shown with an empty line and a caret."""
    shown = render_problems([Problem("SR101", "gone", Position("f", 0, 0), "a file", "look")])
    assert shown == "f: error[SR101]: gone\n  expected: a file\n  help: look\n"


def test_colour() -> None:
    """The words would differ between a terminal and a file."""
    problem = Problem("SR111", "no", Position("f", 1, 1, "x", 1), "y", "z")
    plain = render_problems([problem])
    coloured = render_problems([problem], colour=True)
    for code in ("\x1b[31m", "\x1b[34m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_problems_are_told_once_and_in_order() -> None:
    """One mistake would be told twice, or the last of a file first."""

    def at(line: int, column: int = 1, file: str = "f") -> Problem:
        return Problem("SR111", "no", Position(file, line, column))

    found = InvalidInput([at(3), at(1, 5), at(1, 2), at(3), at(1, file="e"), Problem("SR601", "x")])
    assert [str(p.position or "-") for p in found.problems] == [
        "-", "e:1:1", "f:1:2", "f:1:5", "f:3:1"
    ]  # fmt: skip
    assert str(found).count("\n") == 4


def test_as_data() -> None:
    """A program that reads problems would miss where they are or what to do."""
    problem = Problem("SR111", "no", Position("f", 1, 2, "x"), "y", "z")
    assert problem.to_dict() == {
        "code": "SR111", "message": "no", "file": "f", "line": 1, "column": 2,
        "expected": "y", "help": "z",
    }  # fmt: skip
