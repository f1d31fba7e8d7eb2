"""What policies and timelines state of themselves, and which findings they accept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import strikerules as sr
from strikerules.documents import parse_document
from strikerules.language.conditions import AnyOf, Constant, Parameter
from strikerules.language.conditions import Test as AttributeTest
from strikerules.language.graph import conditions_of
from strikerules.language.library import Library
from strikerules.language.policy import Policy, Property, Ruling, Timeline
from strikerules.language.vary import vary
from strikerules.problems import InvalidInput

BASE = """\
policy: base
definitions: {far: {weapon.max_range_km: {gt: $far_km}}}
parameters: {far_km: {value: 100, unit: km}, banned: {value: drone}}
facts: {mood: {values: [good, bad]}}
zones: {strip: {buffer_km: 5, of: ukraine}}
rules: [{id: r, effect: permit, when: {is: far}}]
properties:
  - id: a
    title: One
    text: No drones.
    note: A remark.
    cites: [c01a]
    never: {decision: [permitted, not_governed, permitted], when: {weapon.kind: $banned}}
  - {id: b, always: {decision: prohibited, when: {any: [{is: far}, {mood: bad}]}}}
  - {id: c, implies: wider}
  - {id: d, implies: {policy: wider.yaml, decision: not_governed, when: {is: far}}}
  - {id: e, same_as: wider}
  - {id: f, same_as: {policy: ./wider.yaml}}
  - {id: g, settled: true}
  - {id: h, settled: {when: {target.location: {within: strip}}}}
  - {id: i, regardless: [timing, mood, timing]}
  - {id: j, regardless: {of: [date], when: false}}
accept:
  - {finding: SR802, about: [r, far], because: it is meant to win}
"""
WIDER = """\
policy: wider
extends: base
properties: [{id: a, settled: true}]
accept: [{finding: SR803, because: "yes"}]
"""
TIMELINE = """\
timeline: t
parameters: {turn: {value: 2024-06-15}, banned: {value: drone}}
entries: [{policy: wider, in_force: {from: $turn}}]
properties:
  - id: a
    never: {decision: permitted, when: {all: [{date: {before: $turn}}, {mood: bad},
            {target.location: {within: russia}}, {weapon.kind: $banned}]}}
  - {id: b, same_as: wider}
accept: [{finding: SR804, about: [wider], because: nothing is in force before}]
"""


class Shelf:
    """A library over a folder with the base, its variant and a timeline."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in (("base", BASE), ("wider", WIDER), ("t", TIMELINE)):
            self.put(name, text)
        known = ("russia", "ukraine")
        self.library = Library(lambda n: True if n in known else None, (folder,))

    def put(self, name: str, text: str) -> Path:
        path = self.folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def policy(self, name: str | Path) -> Policy:
        found = self.library.load(name)
        assert isinstance(found, Policy)
        return found

    def timeline(self) -> Timeline:
        found = self.library.load("t")
        assert isinstance(found, Timeline)
        return found


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The folder with its library."""
    return Shelf(tmp_path)


def _named(ruling: Ruling) -> dict[str, Property]:
    return {p.id: p for p in ruling.properties}


def test_each_kind_as_it_is_written(shelf: Shelf) -> None:
    """What is verified would not be what the policy states."""
    found = _named(shelf.policy("base"))
    told = {p.id: (p.kind, p.decisions, p.policy, p.attributes) for p in found.values()}
    assert told == {
        "a": ("never", ("permitted", "not_governed"), None, ()),
        "b": ("always", ("prohibited",), None, ()),
        "c": ("implies", ("permitted",), "wider", ()),
        "d": ("implies", ("not_governed",), "wider.yaml", ()),
        "e": ("same_as", (), "wider", ()),
        "f": ("same_as", (), "./wider.yaml", ()),
        "g": ("settled", (), None, ()),
        "h": ("settled", (), None, ()),
        "i": ("regardless", (), None, ("timing", "mood")),
        "j": ("regardless", (), None, ("date",)),
    }
    assert {n for n, p in found.items() if p.when is None} == {"c", "e", "f", "g", "i"}
    test = found["a"].when
    assert isinstance(test, AttributeTest)
    assert (test.attribute, test.operand) == ("weapon.kind", Parameter("banned"))
    assert isinstance(found["b"].when, AnyOf)
    assert isinstance(found["j"].when, Constant)


def test_words_and_places(shelf: Shelf) -> None:
    """A finding about a property could not say what it means or where it stands."""
    one = shelf.policy("base").properties[0]
    assert (one.title, one.text, one.note) == ("One", "No drones.", "A remark.")
    assert one.cites == ("c01a",)
    found = _named(shelf.policy("base"))
    assert [(p.at.line, p.at.column) for p in found.values() if p.at][:2] == [(8, 9), (14, 10)]
    at = {n: (p.policy_at.line, p.policy_at.column) for n, p in found.items() if p.policy_at}
    assert at == {"c": (15, 22), "d": (16, 31), "e": (17, 22), "f": (18, 31)}


def test_a_variant_changes_what_holds(shelf: Shelf) -> None:
    """A variant would be held to what its parent states, or lose what its parent accepts."""
    wider = shelf.policy("wider")
    assert [(p.id, p.kind) for p in wider.properties] == [("a", "settled")]
    told = [(a.code, a.about, a.because, a.origin) for a in wider.accepts]
    assert told == [
        ("SR802", ("r", "far"), "it is meant to win", "base"),
        ("SR803", (), "yes", "wider"),
    ]
    assert [a.at.file.rpartition("/")[2] for a in wider.accepts if a.at] == [
        "base.yaml",
        "wider.yaml",
    ]


def test_properties_decide_nothing(shelf: Shelf) -> None:
    """A zone or an attribute that only a property names would change what a policy means."""
    tests = [c for c in conditions_of(shelf.policy("base")) if isinstance(c, AttributeTest)]
    assert {c.attribute for c in tests} == {"weapon.max_range_km"}


def test_a_record_that_only_a_property_names() -> None:
    """What is known of a zone that only a property names would fill in the area's record."""
    policy: dict[str, Any] = {
        "policy": "p",
        "otherwise": "prohibit",
        "rules": [{"id": "r", "effect": "permit", "when": {"area.designated": True}}],
    }
    within = {"target.location": {"within": "designated-area"}}
    stated = [{"id": "a", "never": {"decision": "permitted", "when": within}}]
    target = {"location": {"lon": 37, "lat": 50.5}}
    scenario = {"scenario": "s", "date": "2024-06-02", "target": target}
    for one in (policy, policy | {"properties": stated}):
        assert sr.load(one).check(scenario).decision == "indeterminate"


def test_the_other_policy_is_loaded_when_asked(shelf: Shelf) -> None:
    """A policy could not name its own variant, or another than the one meant be compared."""
    found = _named(shelf.policy("base"))
    for name in "cdef":
        other = shelf.library.load_property_policy(found[name])
        assert (other.name, other.lineage) == ("wider", ("base",))
    with pytest.raises(ValueError, match="names no policy"):
        shelf.library.load_property_policy(found["g"])


def test_the_other_policy_is_looked_for_beside_the_file(shelf: Shelf) -> None:
    """A policy in another folder would be compared with a namesake of the one beside it."""
    shelf.put("inner/wider", "policy: wider\ntitle: Beside\n")
    stated = "[{id: a, implies: wider}, {id: b, implies: ../wider.yaml}]"
    inner = shelf.policy(shelf.put("inner/one", f"policy: one\nproperties: {stated}\n"))
    titles = [shelf.library.load_property_policy(p).title for p in inner.properties]
    assert titles == ["Beside", None]


@pytest.mark.parametrize(
    ("name", "code", "message", "help_"),
    [
        ("widr", "SR325", "there is no policy or timeline `widr`", "did you mean `wider`?"),
        ("./widr.yaml", "SR101", "there is no file `./widr.yaml`", "did you mean `wider.yaml`?"),
        ("t", "SR326", "`t` is a timeline, not a policy", None),
        ("../x/y.yaml", "SR101", "there is no file `../x/y.yaml`", None),
        ("far\0off.yaml", "SR101", None, None),
        ("", "SR325", "there is no policy or timeline ``", None),
    ],
)
def test_no_such_policy(
    shelf: Shelf, name: str, code: str, message: str | None, help_: str | None
) -> None:
    """The author would not be told which name is wrong, or what was meant."""
    text = f"policy: one\nproperties:\n  - {{id: a, same_as: {{policy: {json.dumps(name)}}}}}\n"
    stated = shelf.policy(shelf.put("one", text)).properties[0]
    with pytest.raises(InvalidInput) as caught:
        shelf.library.load_property_policy(stated)
    problem = caught.value.problems[0]
    assert (problem.code, problem.help) == (code, help_)
    assert message is None or problem.message == message
    assert problem.position is not None
    assert (problem.position.line, problem.position.column) == (3, 31)


def test_properties_outlast_changes_in_memory(shelf: Shelf) -> None:
    """A policy with a parameter set would state nothing, or state it with the old figure."""
    base = shelf.policy("base")
    other = vary(base, set={"far_km": 300, "banned": "other"})
    assert other.properties == base.properties
    assert other.accepts == base.accepts
    assert (other.parameters["far_km"].value, other.parameters["banned"].value) == (300, "other")
    timeline = shelf.timeline()
    assert vary(timeline, set={"far_km": 300}).properties == timeline.properties


@pytest.mark.parametrize("name", ["base", "t"])
def test_a_word_that_only_a_property_compares(shelf: Shelf, name: str) -> None:
    """A property with a typo in its parameter would hold of nothing, and be proved."""
    with pytest.raises(InvalidInput) as caught:
        vary(shelf.library.load(name), set={"banned": "dron"})
    assert [(p.code, p.help) for p in caught.value.problems] == [("SR114", "did you mean `drone`?")]


def test_a_timeline_states_things_too(shelf: Shelf) -> None:
    """What holds over time could not be stated."""
    timeline = shelf.timeline()
    never, same = timeline.properties
    assert (never.kind, never.decisions) == ("never", ("permitted",))
    assert same.policy == "wider"
    assert shelf.library.load_property_policy(same) is timeline.entries[0].policy
    told = [(a.code, a.about, a.origin) for a in timeline.accepts]
    assert told == [("SR804", ("wider",), "t")]


def test_a_typo_in_a_timeline(shelf: Shelf) -> None:
    """A timeline's own property would hold of nothing, and be proved."""
    doc = parse_document(TIMELINE.replace("value: drone", "value: dron"), "t.yaml", shelf.folder)
    with pytest.raises(InvalidInput) as caught:
        shelf.library.load_document(doc)
    assert [p.code for p in caught.value.problems] == ["SR114"]


def test_made_without_a_file() -> None:
    """What a notebook makes could not state anything."""
    policy = {"policy": "p", "properties": [{"id": "a", "implies": "broader-targets"}]}
    loaded = sr.load(policy).ruling
    library = Library(lambda _: True)
    assert library.load_property_policy(loaded.properties[0]).name == "broader-targets"
    with pytest.raises(InvalidInput) as caught:
        library.load_property_policy(replace(loaded.properties[0], policy="narrower-targets"))
    assert str(caught.value).startswith("SR325 there is no policy or timeline `narrower-targets`")
