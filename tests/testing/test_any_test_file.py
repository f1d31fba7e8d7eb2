"""Whatever is given as a test file is read or refused, never a traceback."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from strikerules.data import folder
from strikerules.documents import parse_document, read_document
from strikerules.problems import InvalidInput, Problem
from strikerules.testing.compare import differences
from strikerules.testing.failure import failure_text
from strikerules.testing.read import read_suite, suite_of
from strikerules.testing.suite import Suite

SHIPPED = sorted((folder("rules") / "tests").glob("*.yaml"))

WHOLE: list[Any] = [read_document(p).data for p in SHIPPED if "kharkiv" not in p.name]
WHOLE[:0] = [yaml.safe_load("""
policies:
  - ban
  - {policy: kharkiv, name: far, set: {long_range_km: 300}, readings: {air-bases: counted}}
title: t
as_of: "2024-05-20"
defaults: {weapon: {made_in: US}, target.location: {lon: 37.2, lat: 50.5}}
set: {}
readings: {}
cases:
  - name: a
    given: {timing: pre_emptive, target: {location: {zone: russia}}}
    readings: {meaning-of-us-made: made-in-us}
    expect: {ban: prohibited, far: {possible: [permitted, prohibited], because: [otherwise],
      not_because: [scope], rules: {sites-in-the-designated-area: unknown}, cites: [c04b],
      depends_on: [target.supports], readings: {"aircraft-over-russia=counted": permitted}}}
  - name: b
    each:
      columns: [name, date, target.location, ban, far, decision, because, depends_on]
      rows:
        - [x, "2024-05-20", {place: belgorod}, permitted, null, prohibited, otherwise, null]
        - [y, null, null, {decision: indeterminate}, null, null, null, [date]]
  - {name: c, todo: later}
  - {name: d, expect: permitted, skip: s, xfail: x}
""")] * 3  # fmt: skip
WORDS = st.sampled_from(
    ["", " ", "x", "name", "expect", "decision", "because", "readings", "set", "policy", "policies",
     "ban", "kharkiv", "timeline", "./x.yaml", ".", "/", "a\0b", "a::b", "\x1b[31m", "\ud800",
     "air-bases=counted", "air-bases=", "=,=", "otherwise", "scope", "permitted", "indeterminate",
     "2024-05-31", "2024-02-30", "$x", "US", "timing", "conditions.x", "target.location", "lon"]
)  # fmt: skip
LEAVES = st.one_of(
    st.none(), st.booleans(), WORDS,
    st.sampled_from([0, -1, 7, 1e308, 10**400, float("nan"), float("inf")]),
    st.just([]), st.just({}), st.builds(lambda w: [w], WORDS), st.builds(lambda w: {w: w}, WORDS),
)  # fmt: skip
LIBRARY = re.compile(
    r"pydantic|msgspec|Traceback|\b[A-Z]\w+(Error|Document|Use)\b|function-|\.(str|dict|list|int)`"
)


def _spots(data: Any) -> Iterator[tuple[Any, Any]]:
    steps = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in list(steps):
        yield data, key
        if isinstance(value, dict | list):
            yield from _spots(value)


@st.composite
def mangled(draw: st.DrawFn) -> Any:
    """A test file that was right before some of its parts were changed, moved or lost."""
    data = copy.deepcopy(draw(st.sampled_from(WHOLE)))
    for _ in range(draw(st.integers(1, 3))):
        spots = list(_spots(data))
        if not spots:
            break
        parent, key = draw(st.sampled_from(spots))
        how = draw(st.sampled_from(["leaf", "leaf", "drop", "key", "swap", "twice"]))
        if how == "drop":
            del parent[key]
        elif how == "key" and isinstance(parent, dict):
            parent[draw(WORDS)] = parent.pop(key)
        elif how == "swap":
            other, step = draw(st.sampled_from(spots))
            parent[key] = copy.deepcopy(other[step]) if step in _keys(other) else None
        elif how == "twice" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[key]))
        else:
            parent[key] = draw(LEAVES)
    return data


def _keys(data: Any) -> Any:
    return data if isinstance(data, dict) else range(len(data))


def _attempt(text: str) -> tuple[Suite | None, tuple[Problem, ...]]:
    """Return what was read, or the problems with it; any other exception fails the test."""
    try:
        return suite_of(parse_document(text, "a_test.strike.yaml", folder("rules"))), ()
    except InvalidInput as error:
        return None, error.problems


@settings(max_examples=150)
@given(mangled())
def test_any_test_file(data: Any) -> None:
    """Some test file would end in a traceback, or its message speak of the library's classes."""
    suite, problems = _attempt(yaml.safe_dump(data, sort_keys=False))
    assert (suite is None) is bool(problems)
    for one in problems:
        assert one.message
        assert one.position is not None
        assert not LIBRARY.search(str(one))
    for case in suite.cases if suite is not None else ():
        if case.expect is not None:
            decision = suite.decide(case)
            found = differences(case.expect, decision)
            assert not found or failure_text(case, decision, found).encode()


def test_the_files_are_right_before_they_are_mangled() -> None:
    """What is mangled would be refused for another reason, whatever is done to it."""
    assert all(read_suite(path).cases for path in SHIPPED)
    for data in WHOLE:
        assert _attempt(yaml.safe_dump(data))[1] == ()
