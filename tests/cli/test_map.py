"""`strikerules map` and `diff --map`: which files they write, and what they say."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from strikerules.cli.main import main

ROOT = Path(__file__).parents[2]
FORWARD = str(ROOT / "examples" / "forward-launch-site.yaml")
TWO = """
defaults: {weapon: {made_in: US}}
scenarios:
  - {scenario: near/by, target: {location: {lon: 36.9, lat: 50.45}}}
  - {scenario: far, target: {location: {lon: 38, lat: 52}}}
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a file of two scenarios."""
    monkeypatch.chdir(tmp_path)
    Path("two.yaml").write_text(TWO, encoding="utf-8")
    return tmp_path


def run(*words: str, capsys: Captured, status: int = 0) -> tuple[str, str]:
    assert main(list(words)) == status
    out, err = capsys.readouterr()
    return out, err


def test_one_picture(capsys: Captured) -> None:
    """The picture would not be where it was asked for, or the exit status not be 0."""
    out, err = run("map", FORWARD, "--output", "map.png", capsys=capsys)
    assert (out, err) == ("map.png\n", "")
    assert Path("map.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("where", ["maps", "maps/{name}.svg"])
def test_several_pictures(where: str, capsys: Captured) -> None:
    """Of several scenarios only one would be drawn, or one over the other."""
    Path("maps").mkdir()
    out, _ = run("map", "two.yaml", "-o", where, "--policy", "ban", capsys=capsys)
    ending = "svg" if "svg" in where else "png"
    assert out.split() == [f"maps/near-by.{ending}", f"maps/far.{ending}"]
    assert sorted(p.name for p in Path("maps").iterdir()) == [f"far.{ending}", f"near-by.{ending}"]


def test_standard_input_and_options(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    """`map` would understand less than `check`: standard input, the date, readings, figures."""
    text = "scenario: s\nweapon: {made_in: US, max_range_km: 150}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    words = ["--as-of", "2024-06-01", "--reading", "meaning-of-long-range=by-weapon", "--set",
             "long_range_km=200", "--within", "30,45,42,54"]  # fmt: skip
    run("map", "-", "-o", "s.svg", *words, capsys=capsys)
    said = Path("s.svg").read_text(encoding="utf-8")
    assert "meaning-of-long-range = by-weapon" in said
    assert "on 2024-06-01" in said
    assert "not looked at" in said


@pytest.mark.parametrize(
    ("words", "captions"),
    [
        (["--by", "extent-of-designated-areas"], ["= narrow", "= wide"]),
        (["--versions"], ["in force before 2024-05-30", "in force from 2024-05-30"]),
    ],
)
def test_panels(words: list[str], captions: list[str], capsys: Captured) -> None:
    """The small multiples would not be reached from the command line."""
    run("map", FORWARD, "-o", "panels.svg", *words, capsys=capsys)
    said = Path("panels.svg").read_text(encoding="utf-8")
    assert all(caption in said for caption in captions)


def test_warnings_are_said(capsys: Captured) -> None:
    """A picture of facts that contradict each other would be drawn without a word."""
    Path("far.yaml").write_text(
        "scenario: far\nweapon: {max_range_km: 70}\nstrike: {distance_km: 120}\n", encoding="utf-8"
    )
    _, err = run("map", "far.yaml", "-o", "far.png", capsys=capsys)
    assert "warning[SR701]" in err


def test_a_bad_scenario_and_no_picture(capsys: Captured) -> None:
    """Some pictures would be there, some not, and a script would go on with what there is."""
    Path("bad.yaml").write_text("scenario: b\ntiming: soon\n", encoding="utf-8")
    Path("maps").mkdir()
    out, err = run("map", "two.yaml", "bad.yaml", "-o", "maps", capsys=capsys, status=2)
    assert out == ""
    assert "SR203" in err or "error[" in err
    assert list(Path("maps").iterdir()) == []


def test_a_picture_of_a_difference(capsys: Captured) -> None:
    """`diff --map` would answer otherwise than `diff`, or draw nothing."""
    out, _ = run("diff", "ban", "kharkiv", "--map", "d.svg", capsys=capsys, status=1)
    assert out.startswith("From `ban` to `kharkiv`")
    assert "newly permitted" in Path("d.svg").read_text(encoding="utf-8")


def test_what_a_picture_imports() -> None:
    """A picture would take as long as loading all of pandas does."""
    code = (
        "import sys\nfrom strikerules.cli.main import main\n"
        f"assert main(['map', {FORWARD!r}, '-o', 'm.png']) == 0\n"
        "print(sorted(m for m in sys.modules if '.' not in m))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True, text=True, check=True, timeout=120,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "", "HOME": str(Path.cwd())},
    )  # fmt: skip
    for name in ("pandas", "geopandas", "pyogrio", "scipy", "bokeh", "tkinter"):
        assert f"'{name}'" not in done.stdout
    assert "'matplotlib'" in done.stdout
