"""What `strikerules verify` prints: SARIF, GitHub's annotations, JSON, and its exit status."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pydantic_sarif.model as sarif
import pytest
from pydantic import ValidationError

import strikerules as sr
from strikerules.cli.main import main

Captured = pytest.CaptureFixture[str]

POLICY = """\
policy: {name}
sources: [nyt-2024-05-31]
questions:
  q:
    readings: {{a: {{}}, b: {{define: {{d: {{timing: pre_emptive}}}}}}}}
definitions:
  d: {{weapon.kind: artillery}}
  idle: {{weapon.kind: drone}}
rules:
  - {{id: guns, effect: permit, when: {{is: d}}, cites: [c04a]}}
  - {{id: first, effect: prohibit, when: {{target.kind: air_base}}, cites: [c04a]}}
otherwise: prohibit
properties:
  - id: never
    text: "100% of it: nothing,\\nnowhere\\r."
    never: {{decision: permitted}}
  - {{id: always-decided, never: {{decision: not_governed}}}}
accept:
  - {{finding: SR802, because: "the ban: it wins"}}
"""


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with an odd name, in the folder that one works in."""
    monkeypatch.chdir(tmp_path)
    path = Path("a b, 50%: c.yaml")
    path.write_text(POLICY.format(name="odd"))
    return path


def _out(capsys: Captured, *words: str | Path, status: int) -> str:
    assert main(["verify", *map(str, words)]) == status
    out, err = capsys.readouterr()
    assert bool(err) == (status == 2)
    return out


def _sarif(capsys: Captured, *words: str | Path) -> dict[str, Any]:
    found = json.loads(_out(capsys, *words, "--format", "sarif", status=1))
    assert isinstance(found, dict)
    return found


def _valid(data: Any) -> Any:
    """Read a log as the schema of SARIF 2.1.0 has it; what it does not have is an error."""
    return sarif.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate(data)


def test_sarif_is_as_its_schema_has_it(policy: Path, capsys: Captured) -> None:
    """Else GitHub, or an editor, would refuse the whole file."""
    data = _sarif(capsys, policy, "kharkiv")
    log = _valid(data)
    assert log.version.value == "2.1.0"
    assert data["$schema"].endswith("sarif-2.1.0.json")
    for break_it in (
        lambda d: d["runs"][0]["results"][0].pop("message"),
        lambda d: d["runs"][0]["tool"]["driver"].pop("name"),
        lambda d: d["runs"][0]["results"][0].update(level="notice"),
        lambda d: d["runs"][0]["results"][0].update(code="SR802"),
    ):
        broken = copy.deepcopy(data)
        break_it(broken)
        with pytest.raises(ValidationError):
            _valid(broken)


def test_sarif_says_what_was_found(policy: Path, capsys: Captured) -> None:
    """Else an annotation would stand at another line, or an accepted finding fail a build."""
    (run,) = _sarif(capsys, policy, "kharkiv")["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert all(r["shortDescription"]["text"] not in ("", r["id"])
               for r in run["tool"]["driver"]["rules"])  # fmt: skip
    own = sr.verify(str(policy), "kharkiv")
    wanted = [(f, None) for f in own]
    wanted += [(f, why) for report in own.reports for f, why in report.accepted]
    assert len(run["results"]) == len(wanted)
    found = {(one["ruleId"], one["message"]["text"].partition(";")[0]): one
             for one in run["results"]}  # fmt: skip
    for finding, why in wanted:
        one = found[finding.code, finding.message.partition(";")[0]]
        assert rules[one["ruleIndex"]] == finding.code
        assert one["level"] == finding.level
        (place,) = (p["physicalLocation"] for p in one["locations"])
        if finding.policy == "odd":
            assert place["artifactLocation"]["uri"] == "a%20b%2C%2050%25%3A%20c.yaml"
            assert unquote(place["artifactLocation"]["uri"]) == str(policy)
        assert place["region"] == {
            "startLine": finding.at.line, "startColumn": finding.at.column,
        }  # fmt: skip
        said = [s["justification"] for s in one.get("suppressions", [])]
        assert said == ([] if why is None else [why])
        if finding.witness is not None:
            assert one["properties"]["witness"] == finding.witness
            assert one["properties"]["readings"] == finding.readings
            assert one["properties"]["decision"] == finding.decision


def test_sarif_of_nothing_is_valid(capsys: Captured) -> None:
    """Else a clean policy would break the upload that a finding does not."""
    out = _out(capsys, "ban", "--format", "sarif", status=0)
    data = json.loads(out)
    _valid(data)
    assert data["runs"][0]["results"] == []
    assert _out(capsys, "ban", "--format", "github", status=0) == ""


def test_annotations_are_escaped(policy: Path, capsys: Captured) -> None:
    """Else a comma in a name, or a line break in a text, would cut an annotation short."""
    lines = _out(capsys, policy, "--format", "github", status=1).splitlines()
    found = list(sr.verify(str(policy)))
    assert len(lines) == len(found)
    kinds = {"error": "error", "warning": "warning", "note": "notice"}
    for line in lines:
        kind, keys, text = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        pairs = dict(pair.split("=", 1) for pair in keys.split(","))
        assert unquote(pairs["file"]) == str(policy)
        assert pairs["file"] == "a b%2C 50%25%3A c.yaml"
        (one,) = (f for f in found if unquote(text).startswith(f.message))
        assert kind == kinds[one.level]
        assert pairs["title"] == one.code
        assert (int(pairs["line"]), int(pairs["col"])) == (one.at.line, one.at.column)
    (stated,) = (line for line in lines if "SR821" in line)
    assert "100%25 of it: nothing,%0Anowhere%0D" in stated


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 1),
        (["--exit-zero"], 0),
        (["--select", "SR821"], 1),
        (["--select", "SR803,SR804", "--select", "SR805"], 0),
        (["--ignore", "SR8"], 0),
        (["--ignore", "SR821"], 1),
        (["--ignore", "SR821,SR808"], 0),
        (["--select", "gaps"], 2),
        (["--select", "SR899", "--exit-zero"], 2),
        (["nowhere.yaml"], 2),
        (["--sources", "nowhere"], 2),
        (["--format", "xml"], 2),
    ],
)
def test_exit_status(words: list[str], status: int, policy: Path, capsys: Captured) -> None:
    """Else a build would pass with a finding, or fail without one."""
    try:
        found = main(["verify", str(policy), *words])
    except SystemExit as left:
        found = left.code  # type: ignore[assignment]
    assert found == status
    assert bool(capsys.readouterr().err) == (status == 2)


def test_what_cannot_be_read_is_no_finding(tmp_path: Path, capsys: Captured) -> None:
    """Else a property about a policy that is not there would look refuted, or proved."""
    body = {"policy": "p", "rules": [], "otherwise": "prohibit"}
    for stated in ({"implies": "nowhere"}, {"never": {"decision": "indeterminate"}},
                   {"never": {"decision": "permitted", "when": {"no.such": 1}}}):  # fmt: skip
        path = tmp_path / "p.yaml"
        path.write_text(json.dumps({**body, "properties": [{"id": "x", **stated}]}))
        assert _out(capsys, path, status=2) == ""


def test_forms_agree(policy: Path, capsys: Captured) -> None:
    """Else what a person reads and what a script reads would differ."""
    data = json.loads(_out(capsys, policy, "--format", "json", status=1))
    assert data["schema"] == "verify/1"
    own = sr.verify(str(policy))
    assert data["results"] == own.to_dict()["results"]
    (result,) = data["results"]
    assert result["proved"] == ["always-decided"]
    assert [f["code"] for f in result["accepted"]] == ["SR802"]
    assert sorted(f["code"] for f in result["findings"]) == ["SR808", "SR821"]
    text = " ".join(_out(capsys, policy, "--verbose", status=1).split())
    for finding in own:
        assert f"{finding.at}: {finding.level}[{finding.code}]" in text
    assert "proved: always-decided" in text
    assert "the ban: it wins" in text
    assert "100% of it" in text
