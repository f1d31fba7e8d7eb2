"""What to ask first, what would settle a case, and how robust it is: in every view."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import strikerules as sr
from strikerules.cli.commands.schema import decision_schema
from strikerules.cli.main import main
from strikerules.views.margin import margin_lines, margin_text
from strikerules.views.text import decision_text

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SETTLED = EXAMPLES / "forward-launch-site.yaml"
OPEN = EXAMPLES / "use-unknown.yaml"
VIEWS = ("text", "markdown", "html")


def shown(decision: sr.Decision, view: str) -> str:
    """Return a decision in one of the views, its lines joined."""
    views = {"text": decision.text, "markdown": decision.markdown, "html": decision._repr_html_}
    return " ".join(views[view]().replace("\\", "").split())


@pytest.fixture(scope="module")
def robust() -> sr.Decision:
    """A settled decision with its margin."""
    return sr.load().check(SETTLED, margin=True)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_what_to_ask_first(view: str) -> None:
    """Else a reader of one view would not be told what is worth finding out."""
    text = shown(sr.load().check(OPEN), view)
    assert "Ask first" in text
    assert "target.supports (each of its 2 answers settles it)" in text
    assert "kharkiv_assault → permitted" in text


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_says_how_robust_a_verdict_is(view: str, robust: sr.Decision) -> None:
    """Else a reader of one view would not see that a verdict stands on the edge."""
    text = shown(robust, view)
    assert "How robust" in text
    assert "weapon.max_range_km (80 km) may rise by 20 km (to 100 km); above that:" in text
    assert "target.location may be 8.4 km off; beyond that, to the south (175°), it is" in text
    assert "date (2024-06-02) may be 3 days earlier (2024-05-30); before that:" in text
    assert "How robust" not in shown(sr.load().check(SETTLED), view)


def test_margin_has_a_text_of_its_own(robust: sr.Decision) -> None:
    """Else a notebook could show the margin only as part of the whole decision."""
    margin = sr.load().margins(SETTLED)
    assert margin is not None
    assert margin == robust.margin
    assert str(margin) == margin_text(margin)
    text = margin.text(width=60)
    assert " ".join(text.split()) == " ".join(margin_lines(margin))
    assert max(map(len, text.splitlines())) <= 60


def test_margin_gives_no_advice(robust: sr.Decision) -> None:
    """Else a page on how firm a reading is would read as a page on how to get round it."""
    assert robust.margin is not None
    words = " ".join(margin_lines(robust.margin)).casefold().replace(",", " ").split()
    assert not {"should", "must", "try", "move", "avoid", "choose", "you"} & set(words)


def test_a_long_list_is_cut_and_says_so() -> None:
    """Else a short list would pass for the whole, or the whole would bury the answer."""
    decision = sr.load("kharkiv").check({})
    assert len(decision.settled_by) > 6
    left = len(decision.settled_by) - 6
    assert f"… and {left} more" in decision_text(decision)
    assert f"… and {left} more" in decision.markdown()
    assert f"… and {left} more" in decision._repr_html_()
    whole = " ".join(decision_text(decision, full=True).split())
    for settling in decision.settled_by:
        for answer in settling.answers:
            assert f"{answer.name} = {answer.value}" in whole


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(["check", "--format", "json", *arguments])
    return json.loads(capsys.readouterr().out)


def test_json_has_the_next_question_and_the_margin(capsys: pytest.CaptureFixture[str]) -> None:
    """Else a program that reads the answer would have to read it from prose."""
    data = printed(capsys, "--margin", str(SETTLED), str(OPEN))
    jsonschema.Draft7Validator(decision_schema()).validate(data)
    settled, unsettled = data["results"]
    assert settled["next_question"] is None
    assert unsettled["next_question"] == {
        "name": "target.supports",
        "kind": "fact",
        "answers": [
            {"answer": "kharkiv_assault", "possible": ["permitted"]},
            {"answer": "other_operation or none", "possible": ["prohibited"]},
        ],
    }
    assert unsettled["margin"] is None
    facts = {f["name"]: f for f in settled["margin"]["facts"]}
    assert facts["weapon.max_range_km"]["rises"] == {
        "by": 20.0, "to": 100.0, "included": True, "possible": ["permitted", "prohibited"],
    }  # fmt: skip
    target, launch = settled["margin"]["places"]
    assert target["first"]["km"] == pytest.approx(8.377, abs=0.01)
    assert target["other"]["km"] == pytest.approx(11.377, abs=0.01)
    assert target["other"]["possible"] == ["not_governed"]
    assert launch["first"]["crossed"] == [{"of": "target.location", "km": 100.0, "edge_km": 1.0}]
    assert "margin" not in printed(capsys, str(SETTLED))["results"][0]


def test_schema_tells_a_wrong_margin() -> None:
    """Else the schema would let anything pass for a margin."""
    data = {"strikerules": "0", "schema": "decision/1", "results": []}
    result = sr.load().check(SETTLED, margin=True).to_dict()
    validator = jsonschema.Draft7Validator(decision_schema())
    assert validator.is_valid(data | {"results": [result]})
    for part, key in (("facts", "source"), ("places", "exact")):
        wrong = json.loads(json.dumps(result))
        del wrong["margin"][part][0][key]
        assert not validator.is_valid(data | {"results": [wrong]})
