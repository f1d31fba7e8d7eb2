"""What the live page exports is decided the same by the command that stands in it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from msgspec.structs import replace

from strikerules.app.answers import Answers
from strikerules.app.choices import Choices
from strikerules.app.export import file_name, scenario_yaml
from strikerules.app.state import UNKNOWN, Form, form_of
from strikerules.cli.main import main
from strikerules.language.scenario import read_scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"
POLICIES = ("us-weapons-in-russia", "kharkiv", "broader-and-deeper")


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(Choices())


def _again(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Run the command of an exported file on it, and return the decision."""
    command = next(line for line in text.splitlines() if line.startswith("# strikerules check "))
    words = shlex.split(command.removeprefix("# strikerules "))
    path = folder / words[1]
    path.write_text(text, encoding="utf-8")
    words[1] = str(path)
    main([*words, "--format", "json"])
    found = json.loads(capsys.readouterr().out)["results"][0]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda p: p.stem)
def test_round_trip(
    path: Path, answers: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case that was sent on as YAML would be decided otherwise by whoever gets it."""
    vocabulary = answers.choices.vocabulary()
    for policy in POLICIES:
        form = form_of(read_scenarios(path, vocabulary)[0], Form(policy=policy))
        answer = answers.answer(form, policy)
        assert answer.decision is not None
        again = _again(scenario_yaml(form, answer), tmp_path, capsys)
        mine = answer.decision.to_dict()
        for key in ("scenario", "decision", "possible", "depends_on", "readings", "rules"):
            assert again[key] == mine[key], (policy, key)


def test_readings_and_figures_are_in_the_command(
    answers: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file would be decided under other readings than on the page."""
    one = read_scenarios(EXAMPLES / "atacms-near-kharkiv.yaml")[0]
    form = replace(
        form_of(one, Form(policy="kharkiv")),
        readings={"meaning-of-long-range": "by-weapon", "of-no-policy": "x"},
        parameters={"long_range_km": "400", "long_range_depth_km": "far away"},
    )
    answer = answers.answer(form, "kharkiv")
    text = scenario_yaml(form, answer)
    command = text.splitlines()[2]
    assert command == (
        "# strikerules check atacms-near-kharkiv.yaml --policy kharkiv"
        " --reading meaning-of-long-range=by-weapon --set long_range_km=400"
    )
    assert "# left aside, since it could not be read: parameter.long_range_depth_km" in text
    assert answer.decision is not None
    assert _again(text, tmp_path, capsys)["decision"] == answer.decision.decision == "permitted"


def test_what_can_not_be_read_is_unknown(
    answers: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistyped range would be filled in from the catalogue in the file, and not on the page."""
    form = Form(policy="kharkiv").put(
        weapon__name="atacms-m39", weapon__max_range_km="far", weapon__us_parts=UNKNOWN,
        target__location__place="zone:belgorod-oblast",
    )  # fmt: skip
    answer = answers.answer(form, "kharkiv")
    text = scenario_yaml(form, answer)
    assert "# left aside, since it could not be read: weapon.max_range_km\n" in text
    assert "  max_range_km: null\n  us_parts: null\n" in text
    assert answer.decision is not None
    assert _again(text, tmp_path, capsys)["depends_on"] == answer.decision.depends_on.to_dict()


def test_words_that_yaml_reads_otherwise(
    answers: Answers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Norway would become false, a name a number, a title a mapping."""
    form = replace(
        Form(policy="kharkiv").put(weapon__made_in="NO", date="2024-06-02"),
        name="007", title="a: b # c", text="two\nlines",
    )  # fmt: skip
    answer = answers.answer(form, "kharkiv")
    found = _again(scenario_yaml(form, answer), tmp_path, capsys)
    assert (found["scenario"], found["title"]) == ("007", "a: b # c")
    assert found["decision"] == "indeterminate"


@pytest.mark.parametrize(
    ("name", "file"),
    [("a b/c", "a-b-c.yaml"), ("../../etc", "etc.yaml"), ("", "case.yaml"), ("é", "case.yaml")],
)
def test_file_names(name: str, file: str) -> None:
    """A name with a slash would be a path."""
    assert file_name(Form(name=name), "yaml") == file
