"""The trace on a small made-up register: both directions, every finding, coverage."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from strikerules.sources import Element, Source, SourceRegister, Trace, trace

Read = Callable[..., Source]

RULE = Element("rule", "harbour", policy="nets", cites=("c01a",), file="nets.yaml", line=7)
QUESTION = Element("question", "size", policy="nets", cites=("c01a",), file="nets.yaml", line=9)
LARGE = Element("reading", "large", policy="nets", question="size", cites=None)
SMALL = Element("reading", "small", policy="nets", question="size", cites=None)


@pytest.fixture
def register(small: Read) -> SourceRegister:
    """One claim that is encoded twice, one that is context."""
    return SourceRegister([small()])


def _said(found: Trace) -> list[str]:
    return [str(problem) for problem in found.problems()]


def test_whole(register: SourceRegister) -> None:
    """A register and rules that agree would be reported as if they did not."""
    found = trace(register, [RULE, QUESTION, LARGE, SMALL])
    assert _said(found) == []


def test_both_directions(register: SourceRegister) -> None:
    """One could not go from a claim to what encodes it, or back."""
    found = trace(register, [RULE, QUESTION, LARGE, SMALL])
    claim = register.claim("c01a")
    links = [(x.element.name, x.claimed, x.cited) for x in found.elements_of(claim)]
    assert links == [
        ("harbour", True, True),
        ("size", False, True),
        ("large", True, False),
    ]
    assert [x.claim.id for x in found.claims_of(RULE)] == ["c01a"]
    assert [x.claim.id for x in found.claims_of(LARGE)] == ["c01a"]
    assert found.claims_of(SMALL) == ()
    assert found.elements_of(register.claim("c02a")) == ()


def test_cite_of_unknown_claim(register: SourceRegister) -> None:
    """A rule could rest on a claim that nobody made."""
    rule = Element("rule", "harbour", policy="nets", cites=("c01a", "c09z"), file="n.yaml", line=7)
    found = trace(register, [rule, QUESTION, LARGE])
    assert [(e.name, cite) for e, cite, _ in found.unknown_cites] == [("harbour", "c09z")]
    assert _said(found) == ["n.yaml:7:1: SR501 the claim `c09z` is not in the source register"]


def test_claim_names_what_there_is_not(register: SourceRegister) -> None:
    """A claim could pass for encoded after its rule was renamed."""
    renamed = Element("rule", "harbours", policy="nets", cites=("c01a",))
    found = trace(register, [renamed, QUESTION, LARGE])
    assert [(c.id, r.name) for c, r in found.unknown_elements] == [("c01a", "harbour")]
    assert _said(found) == [
        (
            "gazette.yaml:19:9: SR522 the claim `c01a` is encoded as the rule `harbour` of the"
            " policy `nets`, which does not exist\n"
            "  help: did you mean the rule `harbours` of the policy `nets`?"
        ),
        (
            "gazette.yaml:11:9: SR523 the rule `harbours` of the policy `nets` cites the claim"
            " `c01a`, which does not say so\n  help: add it to the claim's `encoded_as`"
        ),
    ]


def test_claim_without_partner(register: SourceRegister) -> None:
    """A claim could be lost when all that encoded it is gone."""
    found = trace(register, [])
    assert [claim.id for claim in found.claims_without_partner] == ["c01a"]
    assert (
        "gazette.yaml:11:9: SR521 nothing encodes the claim `c01a`\n"
        "  help: name what encodes it, or say under `not_encoded` why nothing does"
    ) in _said(found)


def test_rule_does_not_cite(register: SourceRegister) -> None:
    """A rule could forget the claim that it is said to encode."""
    silent = Element("rule", "harbour", policy="nets", cites=(), file="nets.yaml", line=7)
    found = trace(register, [silent, QUESTION, LARGE])
    assert _said(found) == [
        (
            "nets.yaml:7:1: SR523 the claim `c01a` is encoded as the rule `harbour` of the policy"
            " `nets`, which does not cite it\n  help: add `c01a` to its `cites`"
        )
    ]


def test_claim_does_not_say(register: SourceRegister) -> None:
    """A rule could rest on a mere remark about the weather."""
    extra = Element("rule", "rain", policy="nets", cites=("c02a",), file="nets.yaml", line=8)
    found = trace(register, [RULE, QUESTION, LARGE, extra])
    assert [(x.claim.id, x.claimed, x.cited) for x in found.one_sided] == [("c02a", False, True)]
    assert _said(found) == [
        (
            "gazette.yaml:21:9: SR523 the rule `rain` of the policy `nets` cites the claim `c02a`,"
            " which does not say so\n  help: add it to the claim's `encoded_as`"
        )
    ]


def test_element_without_claim(register: SourceRegister) -> None:
    """A rule could be made up without anyone's noticing."""
    made_up = Element("rule", "tide", policy="nets", cites=(), file="nets.yaml", line=8)
    assumed = Element("parameter", "metres", policy="nets", cites=(), assumed=True)
    plain = Element("definition", "net", policy="nets", cites=None)
    found = trace(register, [RULE, QUESTION, LARGE, made_up, assumed, plain])
    assert found.elements_without_claim == (made_up,)
    assert _said(found) == [
        (
            "nets.yaml:8:1: SR524 no claim stands behind the rule `tide` of the policy `nets`\n"
            "  help: cite the claim it comes from, or mark it as assumed"
        )
    ]


@pytest.mark.parametrize(
    ("question", "reading", "confirmed"),
    [
        ((), ("c01a",), True),
        (("c01a",), (), True),
        (("c01a",), None, True),
        ((), None, False),
        ((), (), False),
    ],
)
def test_question_answers_for_its_readings(
    register: SourceRegister,
    question: tuple[str, ...],
    reading: tuple[str, ...] | None,
    confirmed: bool,
) -> None:
    """A cite on a question would not count for its reading, or one that is missing would."""
    elements = [
        RULE,
        Element("question", "size", policy="nets", cites=question),
        Element("reading", "large", policy="nets", question="size", cites=reading),
    ]
    assert (_said(trace(register, elements)) == []) is confirmed


def test_bare_cites_are_looked_up_in_the_policy_s_sources(small: Read) -> None:
    """A second source with claims of the same numbers would break every policy."""
    register = SourceRegister([small(), small(("source: gazette", "source: herald"))])
    rule = Element("rule", "harbour", policy="nets", cites=("c01a",), sources=("herald",))
    full = Element("rule", "quay", policy="nets", cites=("gazette/c01a",))
    bare = Element("rule", "pier", policy="nets", cites=("c01a",))
    found = trace(register, [rule, full, bare])
    assert [x.claim.ref for x in found.claims_of(rule) if x.cited] == ["herald/c01a"]
    assert [x.claim.ref for x in found.claims_of(full)] == ["gazette/c01a"]
    assert [(e.name, p.code) for e, _, p in found.unknown_cites] == [("pier", "SR509")]


def test_coverage(register: SourceRegister) -> None:
    """One could not see which paragraph or sentence the register passes over."""
    first, second = trace(register, []).coverage
    assert first.to_dict() == {
        "source": "gazette",
        "paragraph": 1,
        "claims": 1,
        "encoded": 1,
        "context": 0,
        "not_encoded": 0,
        "sentences": 1,
        "sentences_without_claim": [],
    }
    assert (second.claims, second.context, second.sentences_without_claim) == (1, 1, (1,))


def test_plain_data(register: SourceRegister) -> None:
    """The command line could not print the trace as JSON."""
    data = json.loads(json.dumps(trace(register, [RULE, QUESTION, LARGE]).to_dict()))
    assert list(data) == ["sources", "claims", "elements", "coverage", "findings"]
    first, second = data["claims"]
    assert first["elements"][0] == {
        "element": "policy:nets/rule:harbour",
        "title": "the rule `harbour` of the policy `nets`",
        "claimed": True,
        "cited": True,
    }
    assert second["not_encoded"] == "weather"
    assert second["date"] == {"from": "2030-01-01", "until": "2030-01-04", "about": True}
    assert data["elements"][0]["claims"] == [
        {"claim": "c01a", "source": "gazette", "claimed": True, "cited": True}
    ]
    assert data["elements"][0]["line"] == 7
    assert data["findings"] == []
