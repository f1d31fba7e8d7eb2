"""Small edits of YAML text: each changes what it names, and nothing else, however it is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.conftest import profile
from tests.reference.source import Drawn
from tests.reference.strategies import Maker

from strikerules.documents import Document
from strikerules.documents.parse import parse_document
from strikerules.testing.flow import flow
from strikerules.testing.mutation.edits import Edit, Text, apply, diff_of

Steps = tuple[str | int, ...]
WORDS = ("a, b", "x]", "{y", "NO", "1e3", "0o17", "a: b", "#c", "two\nlines", "é→𝄞", "", "- d",
         "2024-05-30", "true", "\t", "\u2028")  # fmt: skip


class Indented(yaml.SafeDumper):
    """Writes lists inside mappings farther to the right than their keys."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def written(data: Any, style: str, width: int) -> str:
    """Return data as text in one of some styles."""
    if style.startswith("json"):
        indent = 2 if style == "json lines" else None
        return json.dumps(data, indent=indent, separators=(",", ":"), ensure_ascii=False)
    styles: dict[str, Any] = {"block": False, "flow": True, "mixed": None, "quoted": False}
    dumper = Indented if style == "indented" else yaml.SafeDumper
    more: dict[str, Any] = {"default_style": '"'} if style == "quoted" else {}
    return str(
        yaml.dump(
            data, Dumper=dumper, sort_keys=False, width=width, allow_unicode=True,
            default_flow_style=styles.get(style, False), **more,
        )
    )  # fmt: skip


STYLES = ("block", "flow", "mixed", "indented", "quoted", "json", "json lines")


def paths(data: Any, path: Steps = ()) -> list[Steps]:
    """Return the paths of all parts of some data."""
    found: list[Steps] = [path] if path else []
    items = data.items() if isinstance(data, dict) else (
        enumerate(data) if isinstance(data, list) else ()
    )  # fmt: skip
    for key, value in items:
        found += paths(value, (*path, key))
    return found


def changed(data: Any, path: Steps, kind: str, value: Any = None) -> Any:
    """Return plain data with one part put, dropped or called otherwise."""
    whole = json.loads(json.dumps(data))
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    if kind == "put":
        holder[path[-1]] = value
    elif kind == "drop":
        del holder[path[-1]]
    else:
        items = [(value if k == path[-1] else k, v) for k, v in holder.items()]
        holder.clear()
        holder.update(items)
    return whole


def edit_of(text: Text, path: Steps, kind: str, value: Any = None) -> Edit:
    """Return the edit of a kind."""
    if kind == "put":
        return text.put(path, value)
    return text.drop(path) if kind == "drop" else text.rename(path, value)


def document(text: str) -> Document:
    return parse_document(text, "policy.yaml", Path())


def check(source: str, path: Steps, kind: str, value: Any = None) -> str:
    """Make an edit, compare what is read with the change of plain data, and return the text."""
    doc = document(source)
    text = Text(doc)
    new = apply(source, text.apart([edit_of(text, path, kind, value)]))
    assert document(new).data == changed(doc.data, path, kind, value), new
    return new


@profile(150)
@given(st.data())
def test_an_edit_changes_what_it_names_however_the_policy_is_written(data: st.DataObject) -> None:
    """Else a mutant would be something other than it is said to be, or no policy at all."""
    source = Drawn(data.draw)
    policy = Maker(source).policy()
    policy["text"] = data.draw(st.sampled_from(("line one\nline two\n", "word " * 30, *WORDS)))
    policy["nested"] = [[[1, 2], [3]], [["x"]], {"a": [["b", "c"], "d"]}]
    style = data.draw(st.sampled_from(STYLES))
    text = written(policy, style, data.draw(st.sampled_from((20, 60, 1000))))
    if data.draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    if data.draw(st.booleans()):
        text = text.rstrip("\r\n")
    parts = Text(document(text))
    among = paths(parts.doc.data)
    values = st.sampled_from(
        (*WORDS, True, 5, 0.5, [], ["a", "b, c"], {"not": {"is": "x"}}, {"k: v": [WORDS[0], None]})
    )
    for path in data.draw(st.lists(st.sampled_from(among), max_size=8, unique=True)):
        check(text, path, "put", data.draw(values))
        if isinstance(path[-1], int):
            check(text, path, "drop")
        else:
            check(text, path, "rename", "other")


@profile(40)
@given(st.data())
def test_what_is_added_at_the_top_is_added_however_the_policy_is_written(
    data: st.DataObject,
) -> None:
    """Else a JSON file, or one on one line, would have fewer mutants than the same in lines."""
    policy = Maker(Drawn(data.draw)).policy()
    text = written(policy, data.draw(st.sampled_from(STYLES)), 60)
    doc = document(text)
    parts = Text(doc)
    value = data.draw(st.sampled_from((*WORDS, {"k": ["a, b"]})))
    for key in ("fresh", "zones"):
        if key == "zones" and not isinstance(value, dict):
            continue
        new = apply(text, parts.apart([parts.append(key, value)]))
        old = doc.data.get(key)
        wanted = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
        assert document(new).data == {**json.loads(json.dumps(doc.data)), key: wanted}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("frame", ["- {}", "[x, {}, y]", "a: {}", "{{a: {}}}", '{{"a":{}}}'])
def test_words_come_back_as_they_were_wherever_they_stand(word: str, frame: str) -> None:
    """Else a word with a comma would be two, and one like a number a number."""
    old = document(frame.format("old")).data
    new = document(frame.format(flow(word))).data
    assert new == json.loads(json.dumps(old).replace('"old"', json.dumps(word)))


LINES = """\
rules:   # all of them
# the first - of two
- id: one   # - a dash
  when:
    all:
    - # - before it
      timing: pre_emptive   # after it
    # between
    - {weapon.kind: drone, note: "a, b"}   # last
  note: >
    folded
      text

- - nested
  - second

- last: |
    kept
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("rules", 0), "drop"),
        (("rules", 0, "when", "all", 0), "drop"),
        (("rules", 0, "when", "all", 1), "drop"),
        (("rules", 0, "when", "all"), "rename"),
        (("rules", 0, "note"), "put"),
        (("rules", 0, "when"), "put"),
        (("rules", 1), "drop"),
        (("rules", 1, 0), "drop"),
        (("rules", 1, 1), "drop"),
        (("rules", 2), "drop"),
        (("rules", 2, "last"), "put"),
        (("rules",), "put"),
    ],
)
def test_comments_folded_text_and_nested_lists_are_left_as_they_are(path: Steps, kind: str) -> None:
    """Else an edit beside a comment or a dash would take more with it than it names."""
    for source in (LINES, LINES.rstrip("\n"), LINES.replace("\n", "\r\n")):
        new = check(source, path, kind, "other" if kind != "drop" else None)
        if path[:2] != ("rules", 0) and path != ("rules",):
            assert "# - a dash" in new
            assert "# between" in new


ALIASES = """\
definitions:
  &name near: &near {weapon.max_range_km: {lt: &km 40}}
  far: {not: *near}
rules:
- &one
  id: one
  effect: permit
  when: {all: [*near, {strike.distance_km: {lt: *km}}, {any: &both [*near, *near]}]}
- id: two
  effect: prohibit
  when: {any: *both}
"""


@pytest.mark.parametrize("path", paths(document(ALIASES).data))
def test_what_an_alias_stands_for_is_changed_in_one_place(path: Steps) -> None:
    """Else one change would be made in several rules at once, or leave an alias of nothing."""
    check(ALIASES, path, "put", {"timing": "in_response"})
    check(ALIASES, path, "drop" if isinstance(path[-1], int) else "rename", "other")


def test_the_diff_shows_the_changed_line_alone() -> None:
    """Else what survived could not be found in the file."""
    new = check(LINES, ("rules", 0, "when", "all", 1, "weapon.kind"), "put", "other")
    diff = diff_of(LINES, new, "policy.yaml").splitlines()
    assert [line for line in diff if line[:1] in "+-"][2:] == [
        '-    - {weapon.kind: drone, note: "a, b"}   # last',
        '+    - {weapon.kind: other, note: "a, b"}   # last',
    ]
