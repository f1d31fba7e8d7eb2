"""`strikerules verify`: what it prints, in which form, with which status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from strikerules.analysis.diagrams import Diagrams
from strikerules.cli.main import main
from strikerules.problems.catalogue import titles

Captured = pytest.CaptureFixture[str]

MINE = """\
policy: mine
otherwise: prohibit
sources: [nyt-2024-05-31]
definitions:
  far: {weapon.max_range_km: {gt: 100}}
rules:
  - {id: near, effect: permit, when: {target.location: {within: belgorod-oblast}}, cites: [c06b]}
  - {id: guns, effect: permit, when: {weapon.kind: artillery}, cites: [c06b]}
  - {id: no-rockets, effect: prohibit, when: {weapon.kind: rocket_artillery}, cites: [c04b]}
properties:
  - {id: always-decided, never: {decision: not_governed}}
  - id: only-in-the-oblast
    text: Nothing outside the oblast is permitted.
    never: {decision: permitted, when: {target.location: {disjoint: belgorod-oblast}}}
accept:
  - {finding: SR802, about: [near], because: the ban is meant to win}
"""
SAID = """\
mine.yaml:5:8: note[SR808] the definition `far` is not used
  help: no rule, scope or property comes to it; take it out, or use it

mine.yaml:12:9: error[SR821] the property `only-in-the-oblast` does not hold:
  Nothing outside the oblast is permitted
"""
PROVED = """\
mine: 1 property proved, 1 finding accepted, 2 findings
  proved: always-decided
  accepted SR802: the rules `near` and `no-rockets` can apply together, which
    only `prohibit-overrides` settles; the ban is meant to win
"""


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy with findings in the working directory, and no colour asked for."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")


def _run(command: str, capsys: Captured, status: int = 1) -> str:
    found = main(["verify", *command.split()])
    out, err = capsys.readouterr()
    assert (found, err) == (status, "")
    return out


def _data(command: str, capsys: Captured, status: int = 1) -> list[dict[str, Any]]:
    data = json.loads(_run(f"{command} --format json", capsys, status))
    assert data["schema"] == "verify/1"
    results = data["results"]
    assert isinstance(results, list)
    return results


def test_text(capsys: Captured) -> None:
    """A reader would not learn where a finding stands, what shows it or what to do."""
    out = _run("mine.yaml", capsys)
    assert out.startswith(SAID)
    assert "  for example weapon: {kind: artillery}, target: {location: {lon: " in out
    assert "  help: the example is permitted by `mine`\n" in out
    assert out.endswith("\nmine: 1 property proved, 1 finding accepted, 2 findings\n")
    assert _run("mine.yaml --verbose", capsys).endswith(PROVED)


def test_what_ships(capsys: Captured) -> None:
    """What ships would be at fault, or a policy, a timeline or the zones not be looked at."""
    out = _run("", capsys, 0)
    names = [line.partition(":")[0] for line in out.splitlines()]
    assert names == [
        "ban", "broader-and-deeper", "broader-targets", "kharkiv", "long-range-lifted",
        "us-weapons-in-russia", "zones",
    ]  # fmt: skip
    assert out.count("no findings") == len(names)
    assert max(map(len, out.splitlines())) <= 80


def test_status(capsys: Captured) -> None:
    """A workflow would pass with findings, or fail without."""
    assert _run("mine.yaml --exit-zero", capsys, 0) == _run("mine.yaml", capsys)
    _run("mine.yaml --ignore SR808,SR821", capsys, 0)
    assert main(["verify", "nowhere.yaml", "--exit-zero"]) == 2


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ("--select SR80", ["SR808"]),
        ("--select SR8", ["SR808", "SR821"]),
        ("--select SR821 --select SR808", ["SR808", "SR821"]),
        ("--select SR82,SR803", ["SR821"]),
        ("--ignore SR80", ["SR821"]),
        ("--select SR8 --ignore SR82", ["SR808"]),
        ("--select SR5", []),
    ],
)
def test_select(options: str, codes: list[str], capsys: Captured) -> None:
    """A finding would be left out that was asked for, or told that was not."""
    (result,) = _data(f"mine.yaml {options}", capsys, 1 if codes else 0)
    assert [f["code"] for f in result["findings"]] == codes


def test_beside_the_policies(capsys: Captured) -> None:
    """Zones and claims would be passed over, or be told of where nobody asked."""
    Path("typo.yaml").write_text(MINE.replace("c04b", "c04z"), encoding="utf-8")
    results = _data("ban --zones", capsys, 0)
    assert [r["policy"] for r in results] == ["ban", "zones"]
    last = _data("ban typo.yaml", capsys)[-1]
    assert last["policy"] == "sources"
    assert [f["code"] for f in last["findings"]] == ["SR501"]


def test_given_up(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """A policy that is too large would seem to be without fault, and its properties proved."""
    monkeypatch.setattr(Diagrams.__init__, "__defaults__", (5,))
    (result,) = _data("mine.yaml", capsys)
    assert {"SR823", "SR808"} <= {f["code"] for f in result["findings"]}
    assert result["proved"] == []


def test_sarif(capsys: Captured) -> None:
    """A code-scanning page would miss findings, or show those that are accepted as open."""
    (run,) = json.loads(_run("mine.yaml --format sarif", capsys))["runs"]
    rules = run["tool"]["driver"]["rules"]
    found = {}
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["shortDescription"]["text"] == titles()[rule["id"]]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "mine.yaml"
        found[result["ruleId"]] = (
            result["level"], place["region"]["startLine"], result.get("suppressions"),
        )  # fmt: skip
    reason = [{"kind": "inSource", "justification": "the ban is meant to win"}]
    assert found == {
        "SR808": ("note", 5, None),
        "SR821": ("error", 12, None),
        "SR802": ("warning", 7, reason),
    }


def test_sarif_without_findings(capsys: Captured) -> None:
    """An empty result would not be taken as one, and old alerts stay open."""
    (run,) = json.loads(_run("ban --format sarif", capsys, 0))["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_github(capsys: Captured) -> None:
    """Annotations would stand at the wrong line, or a colon in a text break them."""
    lines = _run("mine.yaml --format github", capsys).splitlines()
    assert lines[0].startswith("::notice title=SR808,file=mine.yaml,line=5,col=8::the definition")
    assert lines[1].startswith("::error title=SR821,file=mine.yaml,line=12,col=9::the property")
    assert len(lines) == 2
    assert _run("ban --format github", capsys, 0) == ""


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_output_is_the_same_in_a_file(
    form: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--output` would write something else than is printed, or colours."""
    shown = _run(f"mine.yaml --format {form}", capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert _run(f"mine.yaml --format {form} --output out", capsys) == ""
    assert Path("out").read_text(encoding="utf-8") == shown


def test_output_without_findings(capsys: Captured) -> None:
    """Nothing found would leave the findings of the last run in the file."""
    Path("out").write_text("older\n", encoding="utf-8")
    assert _run("ban --format github --output out", capsys, 0) == ""
    assert Path("out").read_text(encoding="utf-8").strip() == ""
    assert main(["verify", "nowhere.yaml", "--output", "out2"]) == 2
    assert not Path("out2").exists()


def test_colour(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour would change the words, or come where it is not wanted."""
    plain = _run("mine.yaml", capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[SR821]\x1b[0m" in _run("mine.yaml", capsys)
    assert "\x1b" not in _run("mine.yaml --format github", capsys)
    monkeypatch.setenv("NO_COLOR", "1")
    assert _run("mine.yaml", capsys) == plain
