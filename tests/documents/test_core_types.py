"""YAML 1.2 core types, positions, and text that is not YAML at all."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strikerules.documents import Document, parse_document, read_document
from strikerules.problems import InvalidInput, Problem

SCALARS: dict[str, Any] = {
    "NO": "NO",
    "no": "no",
    "yes": "yes",
    "on": "on",
    "off": "off",
    "y": "y",
    "true": True,
    "True": True,
    "TRUE": True,
    "tRUE": "tRUE",
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "Null": None,
    "nUll": "nUll",
    "0": 0,
    "-12": -12,
    "+7": 7,
    "007": 7,
    "0o17": 15,
    "0x1F": 31,
    "0b101": "0b101",
    "1_000": "1_000",
    "1:30": "1:30",
    "1e3": 1000.0,
    "1.": 1.0,
    ".5": 0.5,
    "-.5e-1": -0.05,
    "12.50": 12.5,
    ".inf": math.inf,
    "-.INF": -math.inf,
    "inf": "inf",
    "2024-05-31": "2024-05-31",
    "2024-05-31T10:00:00Z": "2024-05-31T10:00:00Z",
    "1.2.3": "1.2.3",
    "12 km": "12 km",
    "'12'": "12",
    '"true"': "true",
    "!!str 12": "12",
    "! 12": "12",
    "!!int 12": 12,
    "!!float 12": 12,
    "!!null ~": None,
    "=": "=",
}


@pytest.mark.parametrize("text", SCALARS)
def test_scalar(text: str) -> None:
    """Norway would become false, a date a point in time, a word a number, or the reverse."""
    found = parse_document(f"key: {text}").data["key"]
    assert found == SCALARS[text]
    assert type(found) is type(SCALARS[text])


def test_not_a_number() -> None:
    """`.nan` would be read as a word."""
    assert math.isnan(parse_document("key: .NaN").data["key"])


def test_keys_are_words() -> None:
    """A key such as `NO` or `1` would change its spelling."""
    assert parse_document("{NO: 1, 1: 2, true: 3, 'x y': 4}").data == {
        "NO": 1,
        "1": 2,
        "true": 3,
        "x y": 4,
    }


def test_blocks_and_aliases() -> None:
    """Folded text and repeated parts would not come out as written."""
    text = "a: &a [1, {b: >-\n  one\n  two\n}]\nc: *a\nd: |\n  x\n  y\n"
    found = parse_document(text.replace(">-\n  one\n  two\n", "one two")).data
    assert found == {"a": [1, {"b": "one two"}], "c": [1, {"b": "one two"}], "d": "x\ny\n"}
    assert parse_document("k: >-\n  one\n  two\n").data == {"k": "one two"}


TEXT = """\
# a comment
policy: p
rules:
  - id: first
    when: {weapon.made_in: US, "note": 'two words'}
  - {id: second}
"""


@pytest.mark.parametrize(
    ("path", "key", "line", "column", "width"),
    [
        ((), False, 2, 1, 6),
        (("policy",), True, 2, 1, 6),
        (("policy",), False, 2, 9, 1),
        (("rules",), True, 3, 1, 5),
        (("rules", 0), False, 4, 5, 2),
        (("rules", 0, "id"), False, 4, 9, 5),
        (("rules", 0, "when"), False, 5, 11, 1),
        (("rules", 0, "when", "weapon.made_in"), True, 5, 12, 14),
        (("rules", 0, "when", "weapon.made_in"), False, 5, 28, 2),
        (("rules", 0, "when", "note"), True, 5, 32, 6),
        (("rules", 0, "when", "note"), False, 5, 40, 11),
        (("rules", 1, "id"), False, 6, 10, 6),
        (("rules", 1, "effect"), False, 6, 5, 1),
        (("nowhere", 3, "at", "all"), False, 2, 1, 6),
    ],
)
def test_position(
    path: tuple[str | int, ...], key: bool, line: int, column: int, width: int
) -> None:
    """A message would point at another line, or its caret at another word."""
    found = parse_document(TEXT, "p.yaml").position(path, key=key)
    assert (found.line, found.column, found.width) == (line, column, width)
    assert found.text == TEXT.splitlines()[line - 1]
    assert str(found) == f"p.yaml:{line}:{column}"


def test_position_after_a_byte_order_mark(tmp_path: Path) -> None:
    """A file saved by an editor that adds a byte order mark would be refused or shifted."""
    file = tmp_path / "p.yaml"
    file.write_bytes(b"\xef\xbb\xbfpolicy: p\r\ntitle: t\r\n")
    doc = read_document(file)
    assert doc.data == {"policy": "p", "title": "t"}
    assert (doc.position(("title",)).line, doc.position(("title",)).column) == (2, 8)


def test_all_duplicates_are_told(tmp_path: Path) -> None:
    """Only the first of several double keys would be found, one run at a time."""
    with pytest.raises(InvalidInput) as caught:
        parse_document("{a: 1, b: {c: 1, c: 2}, a: 3}")
    assert [p.code for p in caught.value.problems] == ["SR106", "SR106"]


def _attempt(text: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Return the document, or the problems with it; any other exception fails the test."""
    try:
        return parse_document(text, "any.yaml"), ()
    except InvalidInput as error:
        return None, error.problems


SNIPPETS = st.sampled_from(
    ["scenario: s", "policy: p", "- ", "  ", "\n", "{", "}", "[", "]", "a: ", ": ", "? ", "&a ",
     "*a", "!!str ", "!x ", "<<: ", "'", '"', "|\n", ">\n", "#", "---\n", "...\n", "%YAML 1.1\n",
     "\t", "\\x", "~", "NO", "1e999", ".nan", "0x", "\u2028", "\x85", "\x00", "\ud7ff", "é"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=80), st.lists(SNIPPETS, max_size=25).map("".join)))
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    """Some file would end in a traceback instead of a message."""
    found, problems = _attempt(text)
    assert (found is None) is bool(problems)
    for problem in problems:
        assert problem.code[:3] == "SR1"
        assert problem.message
        assert problem.position is not None
        assert problem.position.line <= len(text.splitlines()) + 2
    if found is not None:
        assert all(found.position(path).line >= 1 for path in found.marks)


LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | LETTERS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(st.dictionaries(LETTERS, PLAIN, min_size=1))
def test_what_json_writes_is_read_back(data: dict[str, Any]) -> None:
    """JSON, which is YAML, would be read as something else than it says."""
    assert parse_document(json.dumps(data, ensure_ascii=False)).data == data
