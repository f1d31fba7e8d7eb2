"""The commands that look at what ships: what they print, in which form, with which status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import strikerules
from strikerules.cli.main import main

Captured = pytest.CaptureFixture[str]

LOOKING = [
    "policies",
    "policies ban",
    "policies broader-and-deeper",
    "policies us-weapons-in-russia",
    "timeline",
    "timeline --as-of 2024-05-29",
    "zones",
    "zones russia designated-area-wide designated-area",
    "weapons",
    "weapons gmlrs-m31 caesar",
    "trace",
    "trace c04b kharkiv",
    "explain",
    "explain SR111 SR405",
]
JSON_KINDS = {
    "policies": "policies/1",
    "policies kharkiv": "policy/1",
    "policies us-weapons-in-russia": "timeline/1",
    "timeline": "timeline/1",
    "zones": "zones/1",
    "zones crimea": "zones/1",
    "weapons": "weapons/1",
    "trace c04b": "trace/1",
    "explain": "codes/1",
    "explain SR111": "pages/1",
}


def _said(command: str, capsys: Captured) -> str:
    status = main(command.split())
    out, err = capsys.readouterr()
    assert (status, err) == (0, "")
    return out


def _data(command: str, capsys: Captured) -> dict[str, Any]:
    data = json.loads(_said(f"{command} --format json", capsys))
    assert isinstance(data, dict)
    return data


@pytest.mark.parametrize("command", LOOKING)
def test_readable_at_80_columns(command: str, capsys: Captured) -> None:
    """Text would run over the edge of an ordinary terminal, or hold colours in a file."""
    lines = _said(f"{command} --exit-zero" if "trace" in command else command, capsys).splitlines()
    assert max(map(len, lines)) <= 80
    assert not any("\x1b" in line or line != line.rstrip() for line in lines)


@pytest.mark.parametrize("command", JSON_KINDS)
def test_json_says_what_it_is(command: str, capsys: Captured) -> None:
    """A script could not tell which version and which kind of result it reads."""
    data = _data(command, capsys)
    assert list(data)[:2] == ["strikerules", "schema"]
    assert data["strikerules"] == strikerules.__version__
    assert data["schema"] == JSON_KINDS[command]


@pytest.mark.parametrize("command", [*JSON_KINDS, "schema policy"])
def test_output_is_the_same_in_a_file(command: str, tmp_path: Path, capsys: Captured) -> None:
    """`--output` would write something else than is printed."""
    printed = _said(command, capsys)
    target = tmp_path / "result"
    assert _said(f"{command} --output {target}", capsys) == ""
    assert target.read_text(encoding="utf-8") == printed


def test_policies(capsys: Captured) -> None:
    """A hypothetical policy could pass for one that somebody announced."""
    rows = _data("policies", capsys)["policies"]
    assert {r["name"]: (r["kind"], r["hypothetical"], r["extends"]) for r in rows} == {
        "ban": ("policy", False, None),
        "kharkiv": ("policy", False, None),
        "broader-targets": ("policy", True, "kharkiv"),
        "long-range-lifted": ("policy", True, "kharkiv"),
        "broader-and-deeper": ("policy", True, "broader-targets"),
        "us-weapons-in-russia": ("timeline", False, None),
    }
    text = _said("policies", capsys)
    assert "\nlong-range-lifted     hypothetical  kharkiv " in text


def test_one_policy_says_where_each_part_comes_from(capsys: Captured) -> None:
    """A variant's own rules could not be told from those that it inherits."""
    data = _data("policies broader-and-deeper", capsys)
    assert data["extends"] == ["broader-targets", "kharkiv"]
    assert {r["id"]: r["from"] for r in data["rules"]} == {
        "sites-in-the-designated-area": "kharkiv",
        "no-long-range-attacks": "broader-and-deeper",
        "deeper-strikes": "broader-and-deeper",
    }
    assert data["definitions"]["military-site"]["from"] == "broader-targets"
    assert data["definitions"]["used-for-the-assault"]["from"] == "kharkiv"
    assert data["parameters"]["long_range_km"]["from"] == "kharkiv"
    text = _said("policies broader-and-deeper", capsys)
    assert "(hypothetical: nobody has announced it)" in text
    assert "  military-site (from broader-targets)\n" in text


def test_one_policy_in_words(capsys: Captured) -> None:
    """Conditions, readings or the standing of a figure would be missing from the text."""
    text = _said("policies kharkiv", capsys)
    for part in (
        "    when all of:\n      - target.location within designated-area [c06b]\n",
        "    - by-depth (assumed) [c03a]\n",
        "      `long-range` means: target.depth_km > 100 km ($long_range_depth_km)\n",
        "  long_range_km = 100 km (assumed) [c04b]\n",
        "      the zone designated-area is designated-area-narrow\n",
        "    regardless of timing\n",
    ):
        assert part in text


def test_a_policy_of_ones_own(tmp_path: Path, capsys: Captured) -> None:
    """Forms that the shipped policies do not use could not be shown."""
    (tmp_path / "mine.yaml").write_text(
        """\
policy: mine
in_force: {from: 2030-01-01, before: 2031-01-01}
conflicts: first-applicable
facts:
  conditions.ready: {type: date, text: since when it is ready}
  mood: {values: [good, bad]}
parameters: {near_km: {value: 5, unit: km}, day: {value: 2030-02-01}}
zones:
  strip:
    difference: [{buffer_km: 10, of: ukraine}, {union: [crimea, {buffer_km: -5, of: russia}]}]
  same: {same_as: belarus}
rules:
  - id: first
    effect: prohibit
    text: what it says
    when:
      any:
        - not: {target.location: {within_distance: {of: strip, km: $near_km}}}
        - conditions.ready: {before: $day, from: 2029-01-01}
        - mood: {in: [good, bad]}
        - any: []
    unless: false
    note: a remark
  - {id: second, effect: permit, overrides: [first]}
""",
        encoding="utf-8",
    )
    text = _said(f"policies {tmp_path / 'mine.yaml'}", capsys)
    for part in (
        "    - not: target.location within 5 km of strip ($near_km)\n",
        "      - all of:\n        - conditions.ready < 2030-02-01 ($day)\n",
        "      - mood is one of good, bad\n",
        "      - at least one of nothing\n",
        "    unless never\n",
        "    overrides first\n",
        "  same is belarus\n",
        "  in force      from 2030-01-01 before 2031-01-01",
        "(ukraine and all within 10 km of it) without (all of crimea",
    ):
        assert part.strip() in " ".join(text.split()) or part in text
    data = _data(f"policies {tmp_path / 'mine.yaml'}", capsys)
    assert data["rules"][0]["when"]["any"][0] == {
        "not": {"target.location": {"within_distance": {"of": "strip", "km": "$near_km"}}}
    }


def test_timeline(capsys: Captured) -> None:
    """The day of the change would be told as if it were known."""
    data = _data("timeline --as-of 2024-05-28", capsys)
    assert data["known_until"] == "2024-05-31"
    assert [
        (r["choose"]["day-of-effect"], r["entries"][0]["until"], r["entries"][1]["from"])
        for r in data["readings"]
    ] == [
        ("decided", "2024-05-26", "2024-05-27"),
        ("told", "2024-05-28", "2024-05-29"),
        ("reported", "2024-05-29", "2024-05-30"),
    ]
    assert [r["on"]["policy"] for r in data["readings"]] == ["kharkiv", "ban", "ban"]


def test_timeline_takes_readings_and_parameters(capsys: Captured) -> None:
    """`--reading` and `--set` would mean something here that they do not mean elsewhere."""
    told = _data("timeline --reading day-of-effect=told", capsys)
    assert [r["choose"] for r in told["readings"]] == [{"day-of-effect": "told"}]
    fixed = _data("timeline --set day_of_effect=2024-06-10", capsys)
    assert {r["entries"][1]["from"] for r in fixed["readings"]} == {"2024-06-10"}


def test_timeline_of_ones_own(tmp_path: Path, capsys: Captured) -> None:
    """A timeline without questions, or with a gap, could not be shown."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        "timeline: mine\nentries:\n  - {policy: ban, in_force: {until: 2024-01-31}}\n"
        "  - {policy: kharkiv, in_force: {from: 2024-03-01, before: 2024-04-01}}\n",
        encoding="utf-8",
    )
    assert _said(f"timeline --policy {file} --as-of 2024-02-10", capsys) == (
        "timeline mine\n\nin force\n    ban      until 2024-01-31\n"
        "    kharkiv  2024-03-01 to 2024-03-31\n    on 2024-02-10: none of them\n"
    )


def test_zones(capsys: Captured) -> None:
    """An assumed zone would lose its mark, or a zone its licence and credit."""
    zones = {z["id"]: z for z in _data("zones", capsys)["zones"]}
    assert {i for i, z in zones.items() if z["status"] == "assumed"} == {
        "designated-area",
        "designated-area-narrow",
        "designated-area-wide",
    }
    for zone in zones.values():
        assert zone["licence"]
        assert all(s["credit"] and s["url"] for s in zone["sources"].values())
        assert 5_000 < zone["area_km2"] < 18_000_000
    assert zones["designated-area-wide"]["designated"]["on"] is None
    assert 595_000 < zones["ukraine"]["area_km2"] < 605_000


def test_one_zone(capsys: Captured) -> None:
    """How a zone is made, by whom it was designated and its remarks would not be told."""
    text = " ".join(_said("zones designated-area-narrow", capsys).split())
    for part in (
        "status assumed",
        "edge_km 3 (how far the outline may be from the true edge)",
        "made from what is common to russia and (kharkiv-oblast and all within 30 km of it)",
        "designated by US Department of Defense, the day is not public [c06b]",
        "credit Made with Natural Earth",
        "note The true areas are not public.",
    ):
        assert part in text


def test_weapons(capsys: Captured) -> None:
    """The catalogue would be shown without where its figures come from."""
    assert _said("weapons gmlrs-m31", capsys) == (
        "gmlrs-m31\n"
        "  weapon        GMLRS M31 guided rocket\n"
        "  made_in       US\n"
        "  kind          rocket_artillery\n"
        "  max_range_km  70 (approximate)\n"
        "  us_parts      not recorded\n"
        "  source        manufacturer's public data (Lockheed Martin)\n"
        "  note          published as more than 70 km; the press often says 80 km\n"
    )
    weapons = _data("weapons", capsys)["weapons"]
    assert len(weapons) > 20
    assert all(w["source"] and w["status"] == "approximate" for w in weapons)


def test_trace_of_what_ships(capsys: Captured) -> None:
    """Claims and rules without a partner would be passed over, or the two directions not shown."""
    data = _data("trace", capsys)
    assert data["findings"] == []
    assert {c["paragraph"] for c in data["coverage"]} == set(range(1, 21))
    text = _said("trace", capsys)
    assert "no findings: every claim and every part has its partner" in text


def test_trace_of_one_claim(capsys: Captured) -> None:
    """One could not go from a claim to what encodes it without reading everything."""
    data = _data("trace c04b", capsys)
    assert [c["claim"] for c in data["claims"]] == ["c04b"]
    assert data["elements"] == []
    keys = {e["element"] for e in data["claims"][0]["elements"]}
    assert "policy:kharkiv/rule:no-long-range-attacks" in keys


def test_trace_of_one_rule(capsys: Captured) -> None:
    """One could not go from a rule to its claims without reading everything."""
    assert _said("trace sites-in-the-designated-area", capsys) == (
        "from what is encoded to its claims\n\n"
        "  the rule `sites-in-the-designated-area` of the policy `kharkiv`\n"
        "      (rules/kharkiv.yaml:127)\n"
        "      <- c01b, c04a, c06a, c06b, c10a\n\n"
        "no findings: every claim and every part has its partner\n"
    )


def test_trace_finds(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """A register that has lost a rule would be said to be whole."""
    from strikerules.language import elements

    kept = [e for e in elements.shipped_elements() if e.name != "no-long-range-attacks"]
    monkeypatch.setattr(elements, "shipped_elements", lambda: tuple(kept))
    assert main(["trace", "c04b"]) == 1
    out = capsys.readouterr().out
    assert "finding[SR522]: the claim `c04b` is encoded as the rule `no-long-range-attacks`" in out
    assert main(["trace", "c04b", "--exit-zero"]) == 0
    assert main(["trace", "c06a"]) == 0


def test_explain(capsys: Captured) -> None:
    """The page of a code would not be printed as it stands, or not be readable as text."""
    assert _said("explain sr110", capsys) == (
        "SR110 an empty file\n\nWhat it means\n"
        "  There is nothing in the file but white space and comments.\n\nExample\n\n"
        "      # nothing yet\n\nHow to mend it\n"
        "  A scenario begins with `scenario: NAME`, a policy with `policy: NAME`.\n"
        "  `strikerules schema scenario` prints what an editor needs to complete keys.\n"
    )
    page = Path(strikerules.__file__).parent / "problems" / "pages" / "SR110.md"
    assert _said("explain SR110 --format markdown", capsys) == page.read_text(encoding="utf-8")


def test_colour_only_when_asked(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """Escape codes would end up in a pipe, or `NO_COLOR` be ignored."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["zones", "rusia"])
    assert "\x1b[31m" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    main(["zones", "rusia"])
    assert "\x1b" not in capsys.readouterr().err


HEAVY = ("pandas", "geopandas", "matplotlib", "pydantic", "rich", "shapely", "numpy", "pyproj")


@pytest.mark.parametrize("command", ["explain SR111", "weapons", "policies"])
def test_starts_fast(command: str) -> None:
    """A command that prints a page of text would first load libraries of geometry."""
    code = (
        "import sys; from strikerules.cli.main import main; "
        f"main({command.split()!r}); "
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_reader_that_goes_away() -> None:
    """`strikerules zones | head -1` would end in a traceback."""
    done = subprocess.run(
        f"{sys.executable} -m strikerules trace --exit-zero | head -1",
        shell=True, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "from claims to what encodes them\n"
    assert done.stderr == ""
