"""What the pages say that the program prints: compared with what it prints.

A block of text that begins with the title of a section of an answer belongs to the scenario and the
policy before it on its page.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

import strikerules as sr
from strikerules.documents import parse_document

PAGE = Path(__file__).parents[2] / "docs" / "semantics.md"
FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
TITLES = ("Ask first", "What would settle it", "How robust")


class Output(NamedTuple):
    title: str
    policy: str
    scenario: str
    text: str


def _outputs() -> list[Output]:
    found = []
    policy = scenario = ""
    for kind, body in FENCE.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "yaml" and re.match(r"policy:", body):
            policy = body
        elif kind == "yaml" and re.match(r"(#.*\n)?scenario:", body):
            scenario = body
        elif kind == "text" and body.startswith(TITLES):
            found.append(Output(body.splitlines()[0], policy, scenario, body))
    return found


OUTPUTS = _outputs()


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda o: o.title)
def test_page_shows_what_is_printed(output: Output) -> None:
    """The page would teach readers to expect what the program does not say."""
    policy = sr.load(parse_document(output.policy).data)
    decision = policy.check(parse_document(output.scenario).data, margin=True)
    sections = decision.text().split("\n\n")
    assert output.text.rstrip("\n") in sections


def test_every_section_is_shown() -> None:
    """The pattern for outputs would find none, and every test of them pass."""
    assert {t for o in OUTPUTS for t in TITLES if o.title.startswith(t)} == set(TITLES)
    texts = [b for k, b in FENCE.findall(PAGE.read_text(encoding="utf-8")) if k == "text"]
    assert len(texts) == len(OUTPUTS)
