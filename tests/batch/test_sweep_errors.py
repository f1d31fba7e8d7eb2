"""Sweeps that can't be: each is told with its code, where it stands, and what would be right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from strikerules.batch.sweep import read_sweep
from strikerules.batch.sweep.forms import MOST_VALUES
from strikerules.batch.sweep.read import sweep_of
from strikerules.batch.sweep.schema import sweep_schema
from strikerules.documents import parse_document
from strikerules.geography.atlas import default_atlas
from strikerules.language.vocabulary import Vocabulary
from strikerules.problems import InvalidInput, Problem
from strikerules.problems.catalogue import page

ATLAS = default_atlas()

SCHEMA = Draft7Validator(sweep_schema(Vocabulary()))
HEAD = "sweep: s\n"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInput) as caught:
        sweep_of(parse_document(text, "s.yaml"), Vocabulary(), ATLAS)
    return caught.value.problems


def the_problem(text: str) -> Problem:
    (found,) = problems(text)
    return found


def vary(text: str, more: str = "") -> str:
    return f"{HEAD}vary:\n  {text}\n{more}"


def km(text: str, more: str = "") -> str:
    return vary(f"weapon.max_range_km: {text}", more)


def at(text: str, more: str = "") -> str:
    return vary(f"target.location: {text}", more)


def day(text: str, more: str = "") -> str:
    return vary(f"date: {text}", more)


#: What is written, the code, line and column, a part of the message, and of what is expected.
CASES: list[tuple[str, str, str, str, str]] = [
    # what it is
    ("scenario: s", "SR231", "1:1", "is not a sweep", "`strikerules check` decides it"),
    ("policy: p\nrules: []", "SR231", "1:1", "is not a sweep", "give it with `--policy`"),
    ("swep: s\nvary: {timing: all}", "SR231", "1:1", "is not a sweep", "did you mean `sweep`"),
    ("- timing", "SR231", "1:1", "is not a sweep", "a mapping with `sweep: NAME`"),
    (HEAD + "given: {}", "SR112", "1:1", "`vary` is missing", ""),
    (HEAD + "vary: {}", "SR115", "2:7", "too short", "at least 1"),
    ("sweep: a b\nvary: {timing: all}", "SR117", "1:8", "`a b` can't be a name", ""),
    (HEAD + "vary: {timing: all}\nseeds: 7", "SR111", "3:1", "`seeds`", "did you mean `seed`"),
    (HEAD + "vary: {timing: all}\ndraws: 0", "SR115", "3:8", "`draws`", "at least 1"),
    (HEAD + "vary: {timing: all}\nseed: -1", "SR115", "3:7", "`seed`", "at least 0"),
    (HEAD + "given: {weapon.made_in: UK}\nvary: {timing: all}", "SR114", "2:25", "`UK`", "`GB`"),
    # names
    (vary("target.knd: all"), "SR202", "3:3", "`target.knd` is not", "did you mean `target.kind`"),
    (vary("weapon: {max_rnge_km: [1]}"), "SR202", "3:12", "`weapon.max_rnge_km`", "max_range_km"),
    (vary("made_in: [US]"), "SR202", "3:3", "`made_in`", "did you mean `weapon.made_in`"),
    (vary("weapon: [US]"), "SR202", "3:3", "`weapon` is not an attribute", ""),
    (vary("weapon.made_in: [US]\n  weapon: {made_in: [FR]}"), "SR106", "4:12", "varied twice", ""),
    (HEAD + "given: {timing: pre_emptive}\nvary: {timing: all}", "SR234", "3:8",
     "`timing` is given and varied", "`given:`"),
    # lists
    (vary("timing: [pre_emptiv]"), "SR114", "3:12", "`pre_emptiv`", "did you mean `pre_emptive`"),
    (vary("weapon.made_in: [US, uk]"), "SR114", "3:24", "`uk`", "`GB`"),
    (km("[80, -1]"), "SR115", "3:29", "`-1` is out of range", "0 km"),
    (km("[80 mi]"), "SR118", "3:25", "is not in km", ""),
    (day("[2024-02-30]"), "SR116", "3:10", "there is no day", ""),
    (vary("weapon.name: [gmlrs-m3]"), "SR207", "3:17", "`gmlrs-m3`", "did you mean `gmlrs-m31`"),
    (vary("target.kind: []"), "SR232", "3:16", "over nothing", "a list of values, or `all`"),
    (vary("target.kind: [artillery, other, artillery]"), "SR234", "3:35", "listed twice", ""),
    (km("[80, 80 km]"), "SR234", "3:29", "`80 km` is listed twice", ""),
    (at("[{place: Belgrod}]"), "SR402", "3:29", "`Belgrod`", "`Belgorod`"),
    (at("[{zone: rusia}]"), "SR401", "3:28", "`rusia`", "`russia`"),
    (at("[{lon: 36}]"), "SR112", "3:21", "`lat` is missing", ""),
    (at("[{lon: 36, lat: 95}]"), "SR204", "3:36", "`95`", "-90 to 90"),
    (at("[{lon: 1, lat: 2}, {lat: 2.0, lon: 1.0}]"), "SR234", "3:39", "twice", ""),
    (at("[{type: Polygon, coordinates: "
          "[[[1, 2], [3, 2], [3, 4], [1, 2]]]}]"), "SR232", "3:21", "a polygon can't", "`zones:`"),
    # forms
    (vary("target.kind: artillery"), "SR232", "3:16", "over `artillery`", "`given:`"),
    (vary("target.kind: al"), "SR232", "3:16", "over `al`", "did you mean `all`"),
    (vary("target.kind: {from: a, to: b}"), "SR232", "3:16", "`target.kind` can't be", "`all`"),
    (vary("target.kind:"), "SR232", "3:3", "can't be varied over `null`", "`all`"),
    (day("all"), "SR232", "3:9", "no list of values", "`{from, to}`"),
    (km("{fro: 1, too: 2}"), "SR232", "3:24", "varied over", "`from`"),
    (at("{lon: 36, lat: 50}"), "SR232", "3:20", "varied over", "`given:`"),
    (at("{gird: russia}"), "SR232", "3:20", "varied over", "did you mean `grid`"),
    (at("all"), "SR232", "3:20", "no list of values", "`{grid: REGION"),
    # ranges
    (km("{from: 1, to: 2}"), "SR233", "3:24", "`step` or `count`", "step: 20"),
    (km("{from: 1, to: 2, step: 1, count: 2}"), "SR233", "3:24", "one of", ""),
    (km("{from: 1, step: 1}"), "SR112", "3:24", "`to` is missing", ""),
    (km("{from: 2, to: 1, step: 1}"), "SR233", "3:31", "comes after", "exchange"),
    (km("{from: 1, to: 2, step: 0}"), "SR233", "3:47", "`0`", "above 0"),
    (km("{from: 1, to: 2, step: x}"), "SR113", "3:47", "`x`", "a number"),
    (km("{from: 1, to: 2, count: 1}"), "SR233", "3:48", "`1`", "2 or more"),
    (km("{from: 1, to: 2, setp: 1}"), "SR111", "3:41", "`setp`", "`step`"),
    (km("{from: -1, to: 2, step: 1}"), "SR115", "3:31", "`-1`", "0 km"),
    (km("{from: 0, to: 1000001, step: 1}"), "SR233", "3:24",
     "1,000,002 values", f"at most {MOST_VALUES:,}"),
    (day("{from: 2024-05-02, to: 2024-05-01}"), "SR233", "3:16", "comes after", "exchange"),
    (day("{from: 2024-05-01, to: 2024-05-02, step: 0.5}"), "SR233", "3:50", "`0.5`", "days"),
    (day("{from: 2024-05-01, to: 2024-05-02, count: 2}"), "SR233", "3:44", "counted", "days"),
    # grids
    (at("{grid: russia}"), "SR112", "3:20", "`step_km` is missing", "step_km: 5"),
    (at("{grid: rusia, step_km: 5}"), "SR401", "3:27", "`rusia`", "`russia`"),
    (at("{grid: russia, step_km: 0}"), "SR236", "3:44", "`0`", "from 0.1 to 500"),
    (at("{grid: russia, step_km: 5 mi}"), "SR118", "3:44", "not in km", ""),
    (at("{grid: {lon: 1, lat: 2}, step_km: 1}"), "SR236", "3:27", "exact", "a zone"),
    (at("{grid: {lon: 1, lat: 2, accuracy_km: 1}, step_km: 90}"), "SR236", "3:70",
     "no cell of 90 km", "smaller step"),
    (at("{grid: russia, step: 5, step_km: 5}"), "SR111", "3:35", "`step`", "step_km"),
    (at("{grid: russia, step_km: 5, accuracy_km: -1}"), "SR205", "3:60", "`-1`", ""),
    (at("{grid: russia, step_km: 5, accuracy_km: cells}"), "SR205", "3:60",
     "`cells`", ""),
    # draws
    (at("{draw: russia}"), "SR235", "2:1", "how many draws", "`draws: 1000`"),
    (vary("timing: all", "draws: 5"), "SR235", "4:1", "`draws` is given", "`draw:` under `vary:`"),
    (vary("timing: all", "seed: 5"), "SR235", "4:1", "`seed` is given", "`draw:` under `vary:`"),
    (at("{draw: 100}", "draws: 5"), "SR235", "3:27",
     "`100` is not a region", "`draws: 100`"),
    (at("{draw: russia, acuracy_km: 1}", "draws: 5"), "SR111", "3:35",
     "`acuracy_km`", "did you mean `accuracy_km`"),
    (at("{draw: {place: Belgrod}}", "draws: 5"), "SR402", "3:35", "`Belgrod`", ""),
    (vary("timing: {draw: all}", "draws: 5"), "SR235", "3:18", "`timing` can't be drawn", ""),
    (km("{draw: {unifrm: [1, 2]}}", "draws: 5"), "SR235", "3:31",
     "does not say how", "did you mean `uniform`"),
    (day("{draw: {normal: {mean: 1, sd: 1}}}", "draws: 5"), "SR235", "3:16",
     "does not say how", "`{uniform: [FROM, TO]}`"),
    (km("{draw: {uniform: 7}}", "draws: 5"), "SR235", "3:41", "`7`", "two"),
    (km("{draw: {uniform: [7, 7]}}", "draws: 5"), "SR235", "3:41",
     "`7` is not below `7`", ""),
    (km("{draw: {uniform: [-7, 7]}}", "draws: 5"), "SR115", "3:42", "`-7`", ""),
    (km("{draw: {normal: 7}}", "draws: 5"), "SR235", "3:40", "`7`", "mean"),
    (km("{draw: {normal: {mean: 7}}}", "draws: 5"), "SR112", "3:40",
     "`sd` is missing", ""),
    (km("{draw: {normal: {mean: 7, sd: 0}}}", "draws: 5"), "SR235", "3:54",
     "`0` can't be a standard deviation", "above 0"),
    (km("{draw: {normal: {mean: -70, sd: 1}}}", "draws: 5"), "SR235", "3:40",
     "hardly anything", "from 0 to inf"),
    (km("{draw: {normal: {mean: 7, sd: 1, at: 1}}}", "draws: 5"), "SR111",
     "3:57", "`at`", ""),
    (at("{draw: {type: Polygon, coordinates: [[[1, 1], [9, 9], [9, 9.000000001],"
          " [1, 1]]]}}", "draws: 5"), "SR236", "3:27", "too thin", ""),
    # what a table can't say
    (HEAD + "given: {weapon.name: gmlrs-m31, weapon: {kind: null}}\nvary: {timing: all}", "SR237",
     "2:48", "`weapon.kind` can't be withheld", "over its values"),
    (vary("area.communicated: [true, null]"), "SR237", "3:29", "`area.communicated`", ""),
    (vary("weapon.name: [gmlrs-m31]\n  weapon.made_in: [US, null]"), "SR237", "4:24",
     "`weapon.made_in` can't be withheld", ""),
    (HEAD + "given: {weapon: {name: gmlrs}}\nvary: {timing: all}", "SR207", "2:24", "`gmlrs`", ""),
    (HEAD + "given: {target: {location: {zone: rusia}}}\nvary: {timing: all}", "SR401", "2:35",
     "`rusia`", "`russia`"),
    (HEAD + "given: {target.location: {type: Polygon, coordinates: "
     "[[[1, 2], [3, 2], [3, 4], [1, 2]]]}}\nvary: {timing: all}", "SR232", "2:26",
     "a polygon can't", "draw: POLYGON"),
    (day("{from: 1900-01-01, to: 2100-01-01}\n  weapon.max_range_km: {from: 0, to: 10000, "
          "step: 0.1}\n  target.location: {grid: russia, step_km: 5}"), "SR238", "2:1",
     "4,953,884,153,346,150 rows", "at most 10,000,000,000,000"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "at", "message", "rest"),
    CASES,
    ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)],
)
def test_mistake(text: str, code: str, at: str, message: str, rest: str) -> None:
    """A person would be told something else, or in another place, or not what to do."""
    found = the_problem(text)
    assert found.code == code
    assert found.position is not None
    assert f"{found.position.line}:{found.position.column}" == at
    assert message in found.message
    assert rest in f"{found.expected or ''} {found.help or ''}"


def test_every_code_of_sweeps_is_met() -> None:
    """A mistake could have a code that nothing leads to."""
    assert {c[1] for c in CASES if c[1].startswith("SR23")} == {f"SR23{n}" for n in range(1, 9)}


def test_everything_is_told_at_once() -> None:
    """A person would mend one mistake after the other."""
    found = problems(
        HEAD
        + "given: {weapon.made_in: UK}\nvary:\n  timing: al\n  target.location: {grid: rusia}\n"
        "  date: [2024-13-01]\n"
    )
    assert [p.code for p in found] == ["SR114", "SR232", "SR112", "SR401", "SR116"]


#: What no schema can see: names, days that there are not, what one part makes of another.
UNSEEN = (
    "there is no day", "listed twice", "given and varied", "varied twice", "comes after", "values",
    "exact", "no cell", "too thin", "how many draws", "is given", "is not below", "polygon can't",
    "hardly anything", "can't be withheld", "rows",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{c[1]}-{i}" for i, c in enumerate(CASES)])
def test_editors_see_it(case: tuple[str, str, str, str, str]) -> None:
    """An editor would leave a mistake without a mark that it could see."""
    text, code, _, message, _ = case
    named = code in ("SR207", "SR401", "SR402")
    valid = SCHEMA.is_valid(parse_document(text).data)
    assert not valid or named or any(words in message for words in UNSEEN)


@pytest.mark.parametrize("text", ["weapon.us_parts: [true, null]", "target.location: [null]"])
def test_null_is_unknown_where_nothing_fills_it_in(text: str) -> None:
    """What is not known could not be among the values."""
    sweep = sweep_of(parse_document(vary(text)), Vocabulary(), ATLAS)
    assert None in sweep.batch(0, sweep.count).to_pylist()[-1].values()


def test_a_mapping_has_no_places() -> None:
    """A problem of a mapping would be said to stand on line 1 of nothing."""
    with pytest.raises(InvalidInput) as caught:
        read_sweep({"sweep": "s", "vary": {"timing": "al"}}, Vocabulary(), ATLAS)
    assert str(caught.value).startswith("SR232 `timing` can't be varied over `al`")
    with pytest.raises(InvalidInput) as caught:
        read_sweep({"scenario": "s"}, Vocabulary(), ATLAS)
    assert str(caught.value).startswith("SR231 this is not a sweep")


@pytest.mark.parametrize("code", [f"SR23{n}" for n in range(1, 9)])
def test_example_of_the_page(code: str) -> None:
    """The page of a code would show what does not lead to it."""
    (body,) = re.findall(r"(?ms)^```yaml sweep\n(.*?)^```$", page(code).text)
    assert the_problem(body).code == code


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A mistyped name would end in a traceback."""
    with pytest.raises(InvalidInput, match="SR101"):
        read_sweep(tmp_path / "no.yaml", Vocabulary(), ATLAS)


def test_values_of_any_type() -> None:
    """A mapping from Python could hold what no file can, and end in a traceback."""
    oddities: list[Any] = [object(), b"x", float("nan"), {1: 2}, ({},), set()]
    for odd in oddities:
        for form in (odd, [odd], {"from": odd, "to": odd, "step": odd}, {"draw": odd},
                     {"grid": odd, "step_km": odd}, {"draw": {"uniform": [odd, odd]}}):  # fmt: skip
            for path in ("weapon.max_range_km", "target.location", "timing", "date"):
                with pytest.raises(InvalidInput):
                    read_sweep(
                        {"sweep": "s", "vary": {path: form}, "draws": 2}, Vocabulary(), ATLAS
                    )
