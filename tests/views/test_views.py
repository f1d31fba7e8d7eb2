"""Decisions as text, Markdown and HTML: over every example, whatever the scenario holds."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import strikerules as sr

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.yaml"))
HOSTILE = "<script>alert(1)</script> | `x` \x1b[31m *y*"


def _decisions() -> list[sr.Decision]:
    policy = sr.load()
    return [d for file in EXAMPLES for d in policy.check_all(file)]


@pytest.fixture(scope="module")
def decisions() -> list[sr.Decision]:
    """The decision on every example."""
    return _decisions()


@pytest.mark.parametrize("width", [60, 80, 100])
def test_text_keeps_to_the_columns(decisions: list[sr.Decision], width: int) -> None:
    """On a terminal lines would be broken in the middle of words."""
    for decision in decisions:
        for line in decision.text(width=width).splitlines():
            assert len(line) <= width or " " not in line.strip(), line


def test_text_says_the_verdict_before_anything_else(decisions: list[sr.Decision]) -> None:
    """A reader would have to look for the answer."""
    for decision in decisions:
        text = decision.text()
        verdict = {"not_governed": "NOT GOVERNED"}.get(decision.decision, decision.decision.upper())
        order = [text.index(w) for w in (decision.scenario, verdict, "\nWhy\n")]
        assert order == sorted(order)
        if not decision.settled:
            assert text.index("\nIt hangs on\n") > order[-1]
        for name in decision.assumptions:
            assert name in text
        for citation in decision.citations:
            assert citation.claim in text


def test_colour_is_the_only_difference_that_colour_makes(decisions: list[sr.Decision]) -> None:
    """A file would hold escape codes, or a terminal other words than a file."""
    for decision in decisions:
        plain, coloured = decision.text(), decision.text(colour=True)
        assert "\x1b" not in plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_verbose_text_has_every_step(decisions: list[sr.Decision]) -> None:
    """What was asked could not be seen by any option."""
    from strikerules.views.text import decision_text

    for decision in decisions:
        text = " ".join(decision_text(decision, full=True, width=10_000).split())
        for step in decision.why.walk():
            if step.kind == "test":
                assert " ".join(step.text.split()) in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_well_formed_and_has_no_script(decisions: list[sr.Decision]) -> None:
    """A notebook that is not trusted would cut it, and one that is would run it."""
    for decision in decisions:
        tags = _Tags()
        tags.feed(decision._repr_html_())
        assert tags.open == []
        assert not tags.seen & {"script", "style", "link", "img", "iframe"}


def test_what_a_scenario_holds_is_not_taken_for_markup() -> None:
    """A title could run a script in somebody's notebook or break a table."""
    decision = sr.load("kharkiv").check({"scenario": HOSTILE, "title": HOSTILE})
    assert "<script>alert" not in decision._repr_html_()
    assert "<script>alert" not in decision.markdown()
    assert "alert(1)" in decision._repr_html_()


def test_markdown_tables_have_one_width(decisions: list[sr.Decision]) -> None:
    """The readings would not be shown as a table."""
    for decision in decisions:
        rows = [r for r in decision.markdown().splitlines() if r.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) <= 1


def test_brief_names_what_it_hangs_on(decisions: list[sr.Decision]) -> None:
    """One line for each scenario would not be enough to know what to ask."""
    from strikerules.views.text import decision_text

    for decision in decisions:
        line = decision_text(decision, brief=True)
        assert line.count("\n") == 1
        assert line.startswith(f"{decision.scenario}: ")
        depends = decision.depends_on
        for name in (*depends.facts, *depends.places, *depends.questions):
            assert name in line
