"""What policies, timelines and the zone register bring to a trace."""

from __future__ import annotations

from strikerules.documents import parse_document
from strikerules.language.elements import elements_of, shipped_elements
from strikerules.sources import Element, shipped_register, trace

POLICY = """\
policy: p
sources: [gazette]
cites: [c01a]
in_force: {from: 2030-01-01}
scope: {all: [{attacker: UA, cites: [c01b]}]}
otherwise: prohibit
definitions:
  plain: {attacker: UA}
  cited: {all: [{attacker: UA, cites: [c02a]}], cites: [c02b, c02a]}
questions:
  q:
    cites: [c03a]
    readings:
      a: {status: assumed, define: {far: true}, zones: {strip: russia}}
      b: {cites: [c03b], define: {far: {attacker: UA, cites: [c03c]}}}
parameters:
  far_km: {value: 5, status: assumed}
  day: {value: 2030-01-01, cites: [c04a]}
facts: {conditions.ready: {type: boolean, cites: [c05a]}}
zones:
  strip: {same_as: russia, designated: {by: someone, cites: [c06a]}}
rules:
  - id: r
    effect: permit
    when: {not: {attacker: UA, cites: [c07b]}}
    unless: {any: [{attacker: UA, cites: [c07c]}]}
    cites: [c07a]
  - {id: bare, effect: prohibit}
"""


def _found(text: str) -> dict[str, Element]:
    return {e.key: e for e in elements_of(parse_document(text, "p.yaml"))}


def test_parts_of_a_policy() -> None:
    """A part could escape the trace, or a cite deep inside one not be counted."""
    assert {k.removeprefix("policy:p/"): e.cites for k, e in _found(POLICY).items()} == {
        "policy:p": ("c01a",),
        "element:in_force": None,
        "element:scope": ("c01b",),
        "element:otherwise": (),
        "definition:plain": None,
        "definition:cited": ("c02b", "c02a"),
        "question:q": ("c03a",),
        "question:q/reading:a": None,
        "question:q/reading:b": ("c03b", "c03c"),
        "definition:far": None,
        "parameter:far_km": (),
        "parameter:day": ("c04a",),
        "fact:conditions.ready": ("c05a",),
        "zone:strip": ("c06a",),
        "rule:r": ("c07a", "c07b", "c07c"),
        "rule:bare": (),
    }


def test_places_sources_and_standing() -> None:
    """A finding would point nowhere, or ask for the source of what says it is assumed."""
    found = _found(POLICY)
    assert {e.file for e in found.values()} == {"p.yaml"}
    assert {e.sources for e in found.values()} == {("gazette",)}
    assert found["policy:p/rule:bare"].line == 28
    assert {k for k, e in found.items() if e.assumed} == {
        "policy:p/question:q/reading:a",
        "policy:p/parameter:far_km",
    }


def test_variant_lists_only_its_own() -> None:
    """What a variant inherits would be counted twice."""
    text = (
        "policy: v\nextends: p\nremove: {rules: [bare]}\nreplace: {otherwise: {effect: permit,"
        " cites: [c01a]}}\nadd: {rules: [{id: x, effect: permit}]}\nset: {far_km: 6}\n"
    )
    assert {k: e.cites for k, e in _found(text).items()} == {
        "policy:v": (),
        "policy:v/element:otherwise": ("c01a",),
        "policy:v/rule:x": (),
    }


def test_timeline_and_zones() -> None:
    """The order of policies in time, or the record of a zone, could not be traced."""
    timeline = (
        "timeline: t\nquestions: {q: {readings: {a: {cites: [c01b]}, b: {}}}}\n"
        "entries: [{policy: ban, in_force: {from: 2030-01-01}, cites: [c01a]}]\n"
    )
    assert {k: e.cites for k, e in _found(timeline).items()} == {
        "timeline:t": (),
        "timeline:t/question:q": (),
        "timeline:t/question:q/reading:a": ("c01b",),
        "timeline:t/question:q/reading:b": None,
        "timeline:t/entry:ban": ("c01a",),
    }
    zones = (
        "sources: {}\nzones:\n  - {id: a, status: published}\n"
        "  - {id: b, status: assumed, designated: {by: x, cites: [c01a]}, communicated: null}\n"
    )
    found = _found(zones)
    assert {k: (e.cites, e.assumed) for k, e in found.items()} == {
        "zone:a": (None, False),
        "zone:b": (("c01a",), True),
    }


def test_other_documents_have_no_elements() -> None:
    """A scenario or the weapons catalogue would be asked for its sources."""
    assert not elements_of(parse_document("scenario: s"))
    assert not elements_of(parse_document("weapons: [{name: m777}]"))
    assert not elements_of(parse_document("- policy"))


def test_shipped_trace_has_no_findings() -> None:
    """A claim or a rule that ships would have no partner, or only one side would tell of it."""
    found = trace(shipped_register(), shipped_elements())
    assert [str(problem) for problem in found.problems()] == []
    assert len(found.links) > 90
