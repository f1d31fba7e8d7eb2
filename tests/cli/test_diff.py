"""`strikerules diff`: what it prints, in which form, with which status."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from strikerules.analysis.diagrams import Diagrams
from strikerules.cli.main import main

Captured = pytest.CaptureFixture[str]

LENIENT = """
policy: lenient
otherwise: prohibit
rules:
  - {id: near, effect: permit, when: {target.location: {within: belgorod-oblast}}}
"""
STRICT = """
policy: strict
otherwise: prohibit
questions:
  when-it-counts:
    readings:
      at-once: {define: {counts: {timing: in_response}}}
      always: {define: {counts: true}}
rules:
  - id: near
    effect: permit
    when: {all: [{target.location: {within: belgorod-oblast}}, {is: counts}]}
"""
SAID = """\
From `lenient` to `strict`

PROHIBITED instead of permitted  (27,729 km²)
  - target.location within belgorod-oblast
  - timing is pre_emptive
  - when-it-counts read as at-once
"""


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two policies as files in the working directory, and no colour asked for."""
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    Path("lenient.yaml").write_text(LENIENT, encoding="utf-8")
    Path("strict.yaml").write_text(STRICT, encoding="utf-8")
    return tmp_path


def _run(command: str, capsys: Captured, status: int = 1) -> str:
    found = main(["diff", *command.split()])
    out, err = capsys.readouterr()
    assert (found, err) == (status, "")
    return out


def _data(command: str, capsys: Captured, status: int = 1) -> dict[str, Any]:
    data = json.loads(_run(f"{command} --format json", capsys, status))
    assert isinstance(data, dict)
    return data


def test_text(capsys: Captured) -> None:
    """A reader would not see what takes the place of what, where, and on what it hangs."""
    out = _run("lenient.yaml strict.yaml", capsys)
    assert out.startswith(SAID)
    assert "hangs on when-it-counts" in out
    assert "for example target: {location: {lon: " in out
    assert max(map(len, out.splitlines())) <= 80
    assert not any("\x1b" in line or line != line.rstrip() for line in out.splitlines())


def test_what_ships_at_80_columns(capsys: Captured) -> None:
    """Long conditions would run over the edge of an ordinary terminal."""
    for more in ("", " --verbose"):
        out = _run(f"kharkiv broader-targets{more}", capsys)
        assert max(map(len, out.splitlines())) <= 80
    assert out.count("for example ") == len(_data("kharkiv broader-targets", capsys)["regions"])


def test_status(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script could not tell a proof from a difference, or either from giving up."""
    assert "Equivalent: in every scenario" in _run("strict.yaml strict.yaml", capsys, 0)
    _run("lenient.yaml strict.yaml --exit-zero", capsys, 0)
    assert main(["diff", "lenient.yaml", "nowhere.yaml", "--exit-zero"]) == 2
    capsys.readouterr()
    monkeypatch.setattr(Diagrams.__init__, "__defaults__", (5,))
    data = _data("lenient.yaml strict.yaml", capsys, 3)
    assert (data["equivalent"], data["regions"], data["shifts"]) == (None, [], [])
    text = _run("lenient.yaml strict.yaml", capsys, 3)
    assert "given up" in text
    assert "Equivalent" not in text


def test_readings(capsys: Captured) -> None:
    """`--reading` would leave the question open, or the answer not say that it was closed."""
    always = _data("lenient.yaml strict.yaml --reading when-it-counts=always", capsys, 0)
    assert always["readings"] == {"when-it-counts": "always"}
    out = _run("lenient.yaml strict.yaml --reading when-it-counts=at-once", capsys)
    assert out.startswith("From `lenient` to `strict`, when-it-counts read as at-once\n")
    assert "hangs on" not in out


def test_given(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given would be left open all the same, or the answer not say what was given."""
    Path("case.yaml").write_text("{scenario: later, timing: in_response}", encoding="utf-8")
    out = _run("lenient.yaml strict.yaml --given case.yaml", capsys, 0)
    assert out.startswith("From `lenient` to `strict`, given `later`\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{scenario: now}")))
    assert _data("lenient.yaml strict.yaml --given -", capsys)["given"] == "now"


def test_set_and_as_of(capsys: Captured) -> None:
    """A figure or a day would be taken for one of the two, or for neither."""
    data = _data("kharkiv long-range-lifted --set long_range_km=1000", capsys)
    figures = json.dumps([s["condition"] for s in data["shifts"]])
    assert "1000" in figures
    before = _data("ban us-weapons-in-russia --as-of 2024-05-01", capsys, 0)
    after = _data("ban us-weapons-in-russia --as-of 2024-06-01", capsys)
    assert before["equivalent"] is True
    assert after["shifts"][0]["to"] == ["permitted"]


def test_geojson(capsys: Captured) -> None:
    """A map could not be drawn, or would show a region without saying what it is."""
    found = json.loads(_run("lenient.yaml strict.yaml --format geojson", capsys))
    regions = _data("lenient.yaml strict.yaml", capsys)["regions"]
    assert [f["geometry"] for f in found["features"]] == [r.pop("geometry") for r in regions]
    assert [f["properties"] for f in found["features"]] == regions
    assert {f["geometry"]["type"] for f in found["features"]} <= {"Polygon", "MultiPolygon"}


def test_markdown(capsys: Captured) -> None:
    """A table in a report would be broken by a bar in a condition, or miss a region."""
    out = _run("lenient.yaml strict.yaml --format markdown", capsys)
    rows = [line for line in out.splitlines() if line.startswith("|")]
    regions = _data("lenient.yaml strict.yaml", capsys)["regions"]
    assert len(rows) == 2 + len(regions)
    assert {row.replace("\\|", "").count("|") for row in rows} == {6}


@pytest.mark.parametrize("form", ["text", "json", "markdown", "geojson"])
def test_output_is_the_same_in_a_file(
    form: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--output` would write something else than is printed, or colours."""
    shown = _run(f"lenient.yaml strict.yaml --format {form}", capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert _run(f"lenient.yaml strict.yaml --format {form} --output out", capsys) == ""
    assert Path("out").read_text(encoding="utf-8") == shown


def test_an_older_result_is_kept(capsys: Captured) -> None:
    """A comparison that can't be made would leave half a file, or none."""
    Path("out").write_text("older\n", encoding="utf-8")
    assert main(["diff", "lenient.yaml", "nowhere.yaml", "--output", "out"]) == 2
    assert Path("out").read_text(encoding="utf-8") == "older\n"
    assert capsys.readouterr().out == ""


def test_colour(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """Colour would change the words, or come where it is not wanted."""
    plain = _run("lenient.yaml strict.yaml", capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = _run("lenient.yaml strict.yaml", capsys)
    assert "\x1b[1;31mPROHIBITED instead of permitted\x1b[0m" in coloured
    assert "\x1b" not in _run("lenient.yaml strict.yaml --format json", capsys)
    monkeypatch.setenv("NO_COLOR", "1")
    assert _run("lenient.yaml strict.yaml", capsys) == plain
