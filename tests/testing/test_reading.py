"""Test files read: each part of the format means what is said of it, and the schema agrees."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from strikerules.data import folder
from strikerules.documents import parse_document
from strikerules.language.schema import scenario_schema
from strikerules.problems import InvalidInput
from strikerules.testing.compare import differences
from strikerules.testing.read import is_suite, read_all, suite_of
from strikerules.testing.runner import run_files
from strikerules.testing.schema import suite_schema
from strikerules.testing.suite import Suite

SHIPPED = sorted((folder("rules") / "tests").glob("*.yaml"))

POLICIES = {
    "mine": """
policy: mine
scope: {attacker: UA}
otherwise: prohibit
questions:
  long-range:
    readings:
      by-figure: {define: {long: {weapon.max_range_km: {gt: $far_km}}}}
      never: {define: {long: false}}
  drones:
    readings:
      counted: {define: {counts: true}}
      not-counted: {define: {counts: {weapon.kind: {ne: drone}}}}
parameters: {far_km: {value: 100, unit: km}}
rules:
  - {id: in-response, effect: permit, when: {all: [{timing: in_response}, {is: counts}]}}
  - {id: not-far, effect: prohibit, when: {is: long}}
""",
    # called as a policy that ships
    "ban": "policy: ban\nrules: [{id: yes, effect: permit}]\n",
}
GIVEN = "{attacker: UA, timing: in_response, weapon: {kind: artillery, max_range_km: 40}}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two policies of one's own, the current one."""
    monkeypatch.chdir(tmp_path)
    for name, text in POLICIES.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def _suite(text: str, base: Path) -> Suite:
    return suite_of(parse_document(text.lstrip("\n"), "a_test.strike.yaml", base))


def _decided(suite: Suite) -> dict[str, str]:
    return {case.name: suite.decide(case).decision for case in suite.cases}


def _failing(suite: Suite) -> list[str]:
    return [
        case.name for case in suite.cases
        if case.expect is not None and differences(case.expect, suite.decide(case))
    ]  # fmt: skip


def test_defaults_are_laid_under_what_is_given(here: Path) -> None:
    """A case would lose its defaults, or a default win over what the case says."""
    suite = _suite("""
policy: mine
defaults: {weapon: {kind: drone, max_range_km: 40}, attacker: UA, timing: in_response}
cases:
  - {name: as they are, expect: indeterminate}
  - {name: dotted, given: {weapon.kind: artillery}, expect: permitted}
  - {name: nested, given: {weapon: {kind: artillery}, timing: pre_emptive}, expect: prohibited}
""", here)  # fmt: skip
    assert _failing(suite) == []
    dotted = suite.cases[1].scenario.values
    assert dotted["weapon.kind"] == "artillery"
    assert dotted["weapon.max_range_km"] == 40


def test_null_is_unknown(here: Path) -> None:
    """What is said to be unknown would be taken from the defaults, or as a value."""
    suite = _suite("""
policy: mine
defaults: {attacker: UA, timing: in_response, weapon: {kind: artillery, max_range_km: 40}}
cases:
  - {name: plain, given: {timing: null}, expect: {depends_on: [timing]}}
  - name: row
    each: {columns: [timing, expect], rows: [[null, {depends_on: [timing]}]]}
""", here)  # fmt: skip
    assert _failing(suite) == []
    assert [c.scenario.withheld for c in suite.cases] == [frozenset({"timing"})] * 2
    assert suite.cases[1].name == "row[unknown]"


SEVERAL = f"""
policies:
  - mine
  - {{policy: mine, name: short, set: {{far_km: 30}}, readings: {{long-range: by-figure}}}}
  - ./ban.yaml
defaults: {GIVEN}
cases:
  - {{name: one for all, given: {{attacker: null, timing: null}}, expect: {{cites: [c]}}}}
  - {{name: one each, expect: {{mine: permitted, short: prohibited, ban: permitted}}}}
  - {{name: for some, expect: {{short: prohibited}}}}
  - name: in a table
    expect: indeterminate
    each:
      columns: [name, weapon.max_range_km, short, ban]
      rows:
        - [near, 120, prohibited, permitted]
        - [far, 120, {{decision: prohibited, because: [not-far]}}, null]
  - {{name: to be written, todo: later}}
"""


def test_several_policies(here: Path) -> None:
    """A case would be run under a policy of which it expects nothing, or not under all others."""
    suite = _suite(SEVERAL, here)
    assert set(_failing(suite)) == {
        *(c.name for c in suite.cases if "one for all" in c.name), "in a table[far-ban]"
    }  # fmt: skip
    names = [c.name for c in suite.cases]
    assert names == [
        "one for all[mine]", "one for all[short]", "one for all[ban]",
        "one each[mine]", "one each[short]", "one each[ban]",
        "for some[short]",
        "in a table[near-mine]", "in a table[near-short]", "in a table[near-ban]",
        "in a table[far-mine]", "in a table[far-short]", "in a table[far-ban]",
        "to be written[mine]", "to be written[short]", "to be written[ban]",
    ]  # fmt: skip
    assert list(suite.policies) == ["mine", "short", "ban"]
    assert suite.policies["short"].parameters["far_km"] == 30
    decided = _decided(suite)
    assert decided["one each[short]"] == decided["for some[short]"] == "prohibited"
    assert decided["one each[ban]"] == "permitted"
    assert suite.cases[4].policy == "short"
    by_name = {c.name: c for c in suite.cases}
    # a cell for one policy goes before what the case expects of all
    assert by_name["in a table[near-short]"].expect.decision == "prohibited"  # type: ignore[union-attr]
    assert by_name["in a table[far-short]"].expect.because == ("not-far",)  # type: ignore[union-attr]
    assert by_name["in a table[far-ban]"].expect.decision == "indeterminate"  # type: ignore[union-attr]
    assert by_name["to be written[ban]"].expect is None


def test_tables(here: Path) -> None:
    """A row would be named after something else, or its cells given to other attributes."""
    suite = _suite("""
policy: mine
cases:
  - name: t
    given: {attacker: UA, weapon: {kind: artillery, max_range_km: 40}}
    each:
      columns: [timing, date, target.location, weapon.max_range_km, decision, because, depends_on]
      rows:
        - [in_response, 2024-06-02, {lon: 36.9, lat: 50.45}, 40.5, permitted, in-response, null]
        - [pre_emptive, 2024-06-03, {place: belgorod}, 40, prohibited, [otherwise], null]
        - [null, null, null, 40, indeterminate, null, timing]
  - name: u
    each: {columns: [name, attacker, expect], rows: [[x, RU, not_governed], [2, PL, not_governed]]}
""", here)  # fmt: skip
    assert [c.name for c in suite.cases] == [
        "t[in_response-2024-06-02-36.9,50.45-40.5]", "t[pre_emptive-2024-06-03-belgorod-40]",
        "t[unknown-unknown-unknown-40]", "u[x]", "u[2]",
    ]  # fmt: skip
    assert _failing(suite) == []
    first = suite.cases[0].scenario
    assert str(first.values["date"]) == "2024-06-02"
    assert set(first.locations) == {"target.location"}
    assert [c.at.line for c in suite.cases if c.at] == [8, 9, 10, 12, 12]


def test_a_row_expects_what_its_case_does(here: Path) -> None:
    """A table of which only facts vary would have to say in each row what is expected."""
    suite = _suite(f"""
policy: mine
cases:
  - name: t
    given: {GIVEN}
    expect: {{decision: permitted, because: [in-response]}}
    each: {{columns: [weapon.max_range_km], rows: [[10], [20]]}}
""", here)  # fmt: skip
    assert [c.expect.because for c in suite.cases if c.expect] == [("in-response",)] * 2
    assert _failing(suite) == []


@pytest.mark.parametrize(
    ("file", "policy", "case", "found"),
    [
        ("", "", "", "indeterminate"),
        ("set: {far_km: 60}", "", "", "permitted"),
        ("readings: {long-range: never}", "", "", "permitted"),
        ("set: {far_km: 60}", ", set: {far_km: 30}", "", "indeterminate"),
        ("set: {far_km: 30}", ", set: {far_km: 60}", "", "permitted"),
        ("set: {far_km: 60}", ", set: {far_km: 60}", "set: {far_km: 30}", "indeterminate"),
        ("readings: {long-range: never}", ", readings: {long-range: by-figure}", "", "prohibited"),
        ("", ", readings: {long-range: by-figure}", "readings: {long-range: never}", "permitted"),
        ("set: {far_km: 60}", ", readings: {long-range: by-figure}", "", "permitted"),
    ],
)
def test_what_is_nearer_to_the_case_wins(
    here: Path, file: str, policy: str, case: str, found: str
) -> None:
    """A parameter or a reading of the file would win over one of the policy or of the case."""
    text = POLICIES["mine"].replace("value: 100", "value: 40")
    (here / "mine.yaml").write_text(text, encoding="utf-8")
    suite = _suite(f"""
policies: [{{policy: mine{policy}}}]
defaults: {GIVEN.replace("40", "50")}
{file}
cases:
  - name: a
    expect: {found}
    {case}
""", here)  # fmt: skip
    assert _decided(suite) == {"a": found}


def test_as_of() -> None:
    """A case would be decided as of another day than it says."""
    suite = _suite("""
policy: timeline
as_of: 2024-05-20
defaults:
  weapon: {made_in: US, max_range_km: 40}
  target: {kind: artillery, supports: kharkiv_assault, location: {lon: 37.2, lat: 50.5}}
cases:
  - {name: of the file, given: {date: 2024-06-02}, expect: prohibited}
  - {name: of the case, as_of: 2024-06-02, expect: permitted}
""", folder("rules"))  # fmt: skip
    assert _failing(suite) == []
    assert [str(c.scenario.values["date"]) for c in suite.cases] == ["2024-05-20", "2024-06-02"]


def test_names_are_looked_for_beside_the_file_first(here: Path) -> None:
    """A test of one's own policy would test the one of the same name that ships."""
    text = "policy: ban\ncases: [{name: a, given: {weapon.made_in: US}, expect: permitted}]\n"
    (here / "tests").mkdir()
    assert _failing(_suite(text, here)) == []
    assert (
        _failing(_suite(text.replace("policy: ban", "policy: ../ban.yaml"), here / "tests")) == []
    )
    # nothing of that name is there: the one that ships
    assert _failing(_suite(text, here / "tests")) == ["a"]


def test_skip_xfail_and_todo(here: Path) -> None:
    """A case that does not count would be run, or one that is known to fail pass unnoticed."""
    (here / "a_test.strike.yaml").write_text(f"""
policy: mine
defaults: {GIVEN}
cases:
  - {{name: a, expect: permitted}}
  - {{name: b, expect: prohibited, skip: not now}}
  - {{name: c, expect: prohibited, xfail: it is wrong}}
  - {{name: d, expect: permitted, xfail: it was wrong}}
  - {{name: e, todo: what of drones}}
  - {{name: f, expect: prohibited, todo: look again}}
  - {{name: g, expect: prohibited}}
""", encoding="utf-8")  # fmt: skip
    done = run_files([Path("a_test.strike.yaml")])
    assert [(r.name, r.outcome, r.reason) for r in done.results] == [
        ("a", "passed", None), ("b", "skipped", "not now"), ("c", "xfailed", "it is wrong"),
        ("d", "failed", "it was wrong"), ("e", "todo", "what of drones"),
        ("f", "todo", "look again"), ("g", "failed", None),
    ]  # fmt: skip
    assert "it passes, and was known to fail: it was wrong" in done.results[3].text
    assert [r.line for r in done.results] == [5, 6, 7, 8, 9, 10, 11]


def test_test_files_are_found(here: Path) -> None:
    """A test file in a folder would be left out, run twice, or a policy be taken for one."""
    (here / "deep" / "er").mkdir(parents=True)
    names = ["z_test.strike.yaml", "a_test.strike.yml", "deep/er/b_test.strike.yaml"]
    for name in [*names, "deep/test.yaml", "deep/a_test.yaml"]:
        (here / name).write_text("", encoding="utf-8")
    found = list(read_all([Path("deep"), Path(), Path(names[0])]))
    assert [p.as_posix() for p in found] == [names[2], names[1], names[0]]
    assert not is_suite("kharkiv.yaml")


# -- JSON Schema -------------------------------------------------------------------------------

ACCEPTED = [
    *(p.read_text(encoding="utf-8") for p in SHIPPED),
    SEVERAL,
    "policy: mine\ncases: [{name: a, todo: later}]\n",
    "policy: mine\nas_of: 2024-05-20\nset: {far_km: 3}\nreadings: {drones: counted}\n"
    "cases: [{name: a, note: n, text: t, as_of: 2024-05-21, expect: {possible: [permitted]},"
    " skip: s, xfail: x}]\n",
    "policy: mine\ncases: [{name: a, expect: {rules: {not-far: defeated}, depends_on: [],"
    " readings: {'drones=counted, long-range=never': permitted}, cites: [c], because: [otherwise],"
    " not_because: [scope]}}]\n",
]
WRONG = [
    "cases: [{name: a, expect: permitted}]",
    "policy: mine",
    "{policy: mine, policies: [ban], cases: [{name: a, expect: permitted}]}",
    "{policy: mine, cases: []}",
    "{policies: [], cases: [{name: a, expect: permitted}]}",
    "{policies: [7], cases: [{name: a, expect: permitted}]}",
    "{policies: [{name: ban}], cases: [{name: a, expect: permitted}]}",
    "{policies: [{policy: ban, nmae: b}], cases: [{name: a, expect: permitted}]}",
    "{policy: mine, cases: [{expect: permitted}]}",
    "{policy: mine, cases: [{name: a, expcet: permitted}]}",
    "{policy: mine, cases: [{name: a, expect: permited}]}",
    "{policy: mine, cases: [{name: a, expect: [permitted]}]}",
    "{policy: mine, cases: [{name: a, expect: {becuase: [x]}}]}",
    "{policy: mine, cases: [{name: a, expect: {possible: [indeterminate]}}]}",
    "{policy: mine, cases: [{name: a, expect: {rules: {not-far: works}}}]}",
    "{policy: mine, cases: [{name: a, expect: permitted, skip: ''}]}",
    "{policy: mine, cases: [{name: a, expect: permitted, each: {columns: [], rows: [[]]}}]}",
    "{policy: mine, cases: [{name: a, expect: permitted, each: {columns: [timing], rows: []}}]}",
    "{policy: mine, cases: [{name: a, expect: permitted, given: {weapon: {made_in: USA}}}]}",
    "{policy: mine, defaults: {timing: soon}, cases: [{name: a, expect: permitted}]}",
]


@pytest.fixture(scope="module")
def schema() -> Draft7Validator:
    """The schema of test files, itself valid."""
    Draft7Validator.check_schema(suite_schema())
    return Draft7Validator(suite_schema())


@pytest.mark.parametrize("text", ACCEPTED)
def test_the_schema_takes_what_is_right(schema: Draft7Validator, text: str, here: Path) -> None:
    """An editor would underline a test file that is right."""
    doc = parse_document(text, "a_test.strike.yaml", here if "mine" in text else folder("rules"))
    assert [e.message for e in schema.iter_errors(doc.data)] == []
    assert suite_of(doc).cases


@pytest.mark.parametrize("text", WRONG)
def test_the_schema_refuses_what_the_reader_does(
    schema: Draft7Validator, text: str, here: Path
) -> None:
    """An editor would let a mistake pass that the run then stops at."""
    doc = parse_document(text, "a_test.strike.yaml", here)
    assert not schema.is_valid(doc.data)
    with pytest.raises(InvalidInput):
        suite_of(doc)


def test_the_schema_knows_the_attributes_of_scenarios() -> None:
    """Test files would be completed with other attributes than scenarios."""
    own = suite_schema()["definitions"]["attributes"]["properties"]
    assert set(own) == set(scenario_schema()["definitions"]["attributes"]["properties"])
