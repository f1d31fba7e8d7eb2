"""The examples: each comes to what is written down for it, by library and by command line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

import strikerules as sr
from strikerules.cli.main import main
from strikerules.documents import read_document
from strikerules.geography.gazetteer import gazetteer
from strikerules.geography.geodesy import distance_km
from strikerules.language.locations import Point
from strikerules.language.scenario import read_scenarios
from strikerules.language.vocabulary import Vocabulary

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = sorted(EXAMPLES.glob("*.yaml"))
EXPECTED: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("expected.yaml").read_text(encoding="utf-8")
)
DEFAULT = "us-weapons-in-russia"
ROW = re.compile(r"^\| \[`([^`]+)`\]\(([^)]+)\) \| (.+) \| ([^|]+) \|$", re.MULTILINE)

#: No scenario's position is nearer than this to the middle of a town that the gazetteer lists.
OPEN_COUNTRY_KM = 4.0


def _file(entry: dict[str, Any]) -> Path:
    return EXAMPLES / entry.get("file", f"{entry['scenario']}.yaml")


@pytest.fixture(scope="module")
def decisions() -> dict[tuple[str, str], sr.Decision]:
    """Every decision that is expected, by scenario and policy."""
    wanted = {(_file(e), e.get("policy", DEFAULT)) for e in EXPECTED}
    policies = {name: sr.load(name) for name in {name for _, name in wanted}}
    return {(d.scenario, name): d for file, name in wanted for d in policies[name].check_all(file)}


def _id(entry: dict[str, Any]) -> str:
    return f"{entry['scenario']}-{entry.get('policy', 'default')}"


@pytest.mark.parametrize("entry", EXPECTED, ids=_id)
def test_decision(entry: dict[str, Any], decisions: dict[tuple[str, str], sr.Decision]) -> None:
    """An example would be decided otherwise, or for another reason, than its page says."""
    policy = entry.get("policy", DEFAULT)
    found = decisions[entry["scenario"], policy]
    assert found.decision == entry["decision"]
    assert list(found.possible) == entry.get("possible", [entry["decision"]])
    assert found.policy == entry.get("by", policy)
    rules = {r.id: r.outcome for r in found.rules}
    because: dict[str, str] = entry.get("because", {})
    assert {name: rules.get(name) for name in because} == because
    depends = {k: v for k, v in found.depends_on.to_dict().items() if v}
    assert depends == entry.get("depends_on", {})
    assert [w.code for w in found.warnings] == entry.get("warnings", [])
    rows = [r.to_dict() for r in found.readings]
    for row in entry.get("readings", []):
        assert row in rows
    assert bool(rows) == bool(entry.get("readings"))
    assert found.exact


def test_every_file_is_expected() -> None:
    """An example could be added that no test decides."""
    assert {_file(e) for e in EXPECTED} == set(FILES)
    names = {s.name for f in FILES for s in read_scenarios(f, Vocabulary())}
    assert {e["scenario"] for e in EXPECTED} == names
    assert len(FILES) >= 18


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_file_is_well_kept(file: Path) -> None:
    """A file would not say what it shows, or be called other than its scenario."""
    doc = read_document(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# yaml-language-server: $schema=")
    scenarios = read_scenarios(file, Vocabulary())
    assert all(s.title for s in scenarios)
    if "scenarios" in doc.data:
        assert lines[1].startswith("# ")
        assert len(scenarios) > 1
    else:
        assert scenarios[0].name == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda p: p.stem)
def test_positions_are_open_country(file: Path) -> None:
    """An invented target would stand in a real town."""
    towns = list(gazetteer())
    for scenario in read_scenarios(file, Vocabulary()):
        for place in scenario.locations.values():
            if isinstance(place, Point):
                nearest = min(distance_km(place.lon, place.lat, t.lon, t.lat) for t in towns)
                assert nearest > OPEN_COUNTRY_KM


def test_readme_table() -> None:
    """The table of examples would miss a file, or tell a decision that is not made."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert {link for _, link, _, _ in rows} == {f.name for f in FILES}
    expected = {(e["scenario"], e.get("policy", DEFAULT)): e for e in EXPECTED}
    told = set()
    for name, link, middle, decision in rows:
        assert name == link
        cells = re.findall(r"`([^`]+)`", middle) if " | " in middle else []
        key = (cells[0], cells[1]) if cells else (name.removesuffix(".yaml"), DEFAULT)
        entry = expected[key]
        hangs_on = [n for names in entry.get("depends_on", {}).values() for n in names]
        tail = ": " + ", ".join(f"`{n}`" for n in hangs_on) if hangs_on else ""
        assert decision == entry["decision"] + tail
        told.add(key)
    both = {(e["scenario"], e.get("policy", DEFAULT)) for e in EXPECTED if "file" not in e}
    assert both <= told
    assert {k for k in expected if k[1] != DEFAULT} <= told


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ("pre-emptive-strike.yaml", 0),
        ("target-in-crimea.yaml", 0),
        ("other-operation.yaml", 1),
        ("atacms-near-kharkiv.yaml", 3),
        ("atacms-near-kharkiv.yaml --reading meaning-of-long-range=by-weapon", 1),
        ("atacms-near-kharkiv.yaml --set long_range_km=300", 0),
        ("pre-emptive-strike.yaml --as-of 2024-05-20", 1),
        ("pre-emptive-strike.yaml --policy ban", 1),
        ("pre-emptive-strike.yaml air-base.yaml other-operation.yaml", 1),
        ("pre-emptive-strike.yaml air-base.yaml", 3),
        ("air-base.yaml --exit-zero", 0),
        ("distance-beyond-range.yaml", 3),
    ],
)
def test_exit_status(
    arguments: str,
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A script that asks about an example would be told another answer by the exit status."""
    monkeypatch.chdir(EXAMPLES)
    assert main(["check", "--quiet", *arguments.split()]) == status
    lines = capsys.readouterr().out.splitlines()
    for file in (a for a in arguments.split() if a.endswith(".yaml")):
        assert any(line.startswith(Path(file).stem) for line in lines)


def test_command_line_and_library_agree(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    decisions: dict[tuple[str, str], sr.Decision],
) -> None:
    """The command line would report something else than the library decided."""
    monkeypatch.chdir(EXAMPLES.parent)
    files = [str(f.relative_to(EXAMPLES.parent)) for f in FILES if "hypothetical" not in f.stem]
    assert main(["check", "--format", "json", *files]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["schema"] == "decision/1"
    without = {"explanation", "warnings"}
    for result in said["results"]:
        found = json.loads(json.dumps(decisions[result["scenario"], DEFAULT].to_dict()))
        assert {k: v for k, v in result.items() if k not in without} == {
            k: v for k, v in found.items() if k not in without
        }
    assert [r["scenario"] for r in said["results"]] == [Path(f).stem for f in files]


def test_editors_accept_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """An editor would underline errors in a file that the program takes."""
    assert main(["schema", "scenario"]) == 0
    schema = json.loads(capsys.readouterr().out)
    validator = jsonschema.Draft7Validator(schema)
    for file in FILES:
        data = read_document(file).data
        assert [f"{file.name}: {e.message}" for e in validator.iter_errors(data)] == []
    wrong = {"scenario": "s", "weapon": {"made_in": 3}}
    assert not validator.is_valid(wrong)
