"""What `diff` and `verify` print is as their schemas say, and every key is in them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from strikerules.analysis.diagrams import Diagrams
from strikerules.cli.analysis_schemas import diff_schema, verify_schema
from strikerules.cli.main import main
from strikerules.language.schema import scenario_schema

Captured = pytest.CaptureFixture[str]

PLACELESS = "policy: placeless\notherwise: prohibit\nrules: [{id: r, effect: permit}]\n"
LAUNCHED = """
policy: launched
otherwise: prohibit
rules: [{id: r, effect: permit, when: {launch.location: {within: sumy-oblast}}}]
"""
CONTRADICTING = """
policy: contradicting
conflicts: only-one-applicable
otherwise: prohibit
rules:
  - {id: yes-to-guns, effect: permit, when: {weapon.kind: artillery}}
  - {id: no-to-all, effect: prohibit}
properties:
  - {id: never, never: {decision: permitted}}
accept:
  - {finding: SR802, because: an example}
"""
NARROW = """
policy: narrow
otherwise: prohibit
zones: {strip: {difference: [kursk-oblast, {buffer_km: -0.5, of: kursk-oblast}]}}
rules: [{id: r, effect: permit, when: {target.location: {within: strip}}}]
"""
COMMANDS = [
    "diff kharkiv broader-targets",
    "diff ban us-weapons-in-russia --as-of 2024-06-01",
    "diff kharkiv kharkiv --reading air-bases=counted",
    "diff placeless.yaml launched.yaml",
    "diff placeless.yaml contradicting.yaml",
    "diff placeless.yaml narrow.yaml",
    "verify",
    "verify placeless.yaml launched.yaml contradicting.yaml",
]


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes no key that it does not name."""

    def close(part: Any) -> None:
        if isinstance(part, dict):
            if "properties" in part:
                part["additionalProperties"] = False
            for inner in part.values():
                close(inner)
        elif isinstance(part, list):
            for inner in part:
                close(inner)

    found = copy.deepcopy(schema)
    close(found)
    return found


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policies above as files in the working directory."""
    monkeypatch.chdir(tmp_path)
    for text in (PLACELESS, LAUNCHED, CONTRADICTING, NARROW):
        name = text.strip().splitlines()[0].removeprefix("policy: ")
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def _printed(command: str, capsys: Captured) -> Any:
    main([*command.split(), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def _fault(schema: dict[str, Any], data: Any) -> str | None:
    error = best_match(Draft7Validator(schema).iter_errors(data))
    return None if error is None else f"{list(error.absolute_path)}: {error.message[:200]}"


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {"diff": diff_schema, "verify": verify_schema}


@pytest.mark.parametrize("command", COMMANDS)
def test_real_results_are_valid(command: str, capsys: Captured) -> None:
    """A program that relies on the schema would stumble over a result, or miss a key in it."""
    data = _printed(command, capsys)
    assert _fault(_strict(SCHEMAS[command.split()[0]]()), data) is None


@pytest.mark.parametrize("command", ["diff ban kharkiv", "verify kharkiv"])
def test_given_up_is_valid(command: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be worked out would not be a result of the kind that is promised."""
    monkeypatch.setattr(Diagrams.__init__, "__defaults__", (5,))
    data = _printed(command, capsys)
    assert _fault(_strict(SCHEMAS[command.split()[0]]()), data) is None


def test_witnesses_are_scenarios(capsys: Captured) -> None:
    """An example could not be saved as a scenario and checked."""
    found = [r["witness"] for r in _printed("diff kharkiv long-range-lifted", capsys)["regions"]]
    results = _printed("verify contradicting.yaml", capsys)["results"]
    found += [f["witness"] for r in results for f in r["findings"] + r["accepted"]
              if "witness" in f]  # fmt: skip
    assert len(found) >= 4
    for witness in found:
        assert _fault(scenario_schema(), witness) is None


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("diff", lambda d: d["regions"][0].pop("witness")),
        ("diff", lambda d: d["regions"][0].update(change="newly_odd")),
        ("diff", lambda d: d["shifts"][0].update({"to": ["indeterminate"]})),
        ("diff", lambda d: d.update(schema="diff/2")),
        ("diff", lambda d: d.update(equivalent="no")),
        ("verify", lambda d: d["results"][0]["accepted"][0].pop("because")),
        ("verify", lambda d: d["results"][0]["findings"][0].update(level="fatal")),
        ("verify", lambda d: d["results"][0]["findings"][0].update(code="802")),
        ("verify", lambda d: d["results"][0].pop("proved")),
    ],
)
def test_what_is_wrong_is_refused(
    kind: str, change: Callable[[Any], Any], capsys: Captured
) -> None:
    """The schema would take anything, and these tests with it."""
    command = {"diff": "diff ban kharkiv", "verify": "verify contradicting.yaml"}[kind]
    data = _printed(command, capsys)
    assert _fault(SCHEMAS[kind](), data) is None
    change(data)
    assert _fault(SCHEMAS[kind](), data) is not None
