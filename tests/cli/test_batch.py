"""`strikerules batch`: what it decides, what it says of it, and what it leaves behind."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import geopandas
import pyarrow.parquet
import pyogrio
import pytest
from jsonschema import Draft7Validator

import strikerules as sr
from strikerules.cli.batch_schema import batch_schema
from strikerules.cli.main import main
from strikerules.cli.output import Output
from strikerules.language.scenario import read_scenarios

ROOT = Path(__file__).parents[2]
INCIDENTS = ROOT / "examples" / "incidents.csv"
ADDED = ["decision", "possible", "settled", "rules", "depends_on"]

OWN = """\
policy: own
facts: {conditions.dry: {type: boolean, text: whether it is dry}}
otherwise: prohibit
rules:
  - {id: when-dry, effect: permit, when: {conditions.dry: true}}
"""

#: What a script starts in the background has Ctrl-C ignored, which is not what is tested.
INTERRUPTED = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from strikerules.cli.main import main
sys.exit(main(sys.argv[1:]))
"""

Rows = list[dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "in.csv").write_bytes(INCIDENTS.read_bytes())
    (tmp_path / "own.yaml").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["batch", *words])
    out, err = capsys.readouterr()
    return status, out, err


def rows(path: str | Path) -> Rows:
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def scenario(row: dict[str, str]) -> dict[str, Any]:
    """Return a row of the example as a scenario."""
    found: dict[str, Any] = {}
    for path, cell in row.items():
        place, _, part = path.rpartition(".")
        if not cell or path in ("scenario", "note", *ADDED):
            continue
        value: Any = cell
        if cell in ("true", "false"):
            value = cell == "true"
        elif part in ("lon", "lat") or part.endswith("_km"):
            value = float(cell)
        if place.endswith(".location"):
            found.setdefault(place, {})[part] = value
        else:
            found[path] = value
    return found


def said_of(policy: sr.Policy, row: dict[str, str], **options: Any) -> list[str]:
    """Return what `check` says of a row, as a file has it."""
    found = policy.check(scenario(row), **options)
    hangs_on = [n for names in found.depends_on.to_dict().values() for n in names]
    applying = dict.fromkeys(r.id for r in found.rules if r.outcome == "applies")
    return [
        found.decision,
        "|".join(found.possible),
        str(found.settled).lower(),
        "|".join(applying),
        "|".join(dict.fromkeys(hangs_on)),
    ]


def test_the_example(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A row would be decided otherwise than the same scenario by itself."""
    assert run(capsys, "in.csv", "--out", "out.csv", "--quiet") == (0, "", "")
    found = rows("out.csv")
    assert [[row[name] for name in ADDED] for row in found] == [
        said_of(sr.load("timeline"), row) for row in rows("in.csv")
    ]
    assert {row["decision"] for row in found} == {
        "permitted", "prohibited", "not_governed", "indeterminate"
    }  # fmt: skip
    assert [p.name for p in sorted(folder.iterdir())] == ["in.csv", "out.csv", "own.yaml"]


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["--as-of", "2024-05-20"], {"as_of": "2024-05-20"}),
        (["--reading", "air-bases=counted"], {"readings": {"air-bases": "counted"}}),
        (["--set", "long_range_km=50"], {"set": {"long_range_km": 50}}),
        (["--rows", "1"], {}),
    ],
)
def test_options_mean_what_they_mean_everywhere(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], options: dict[str, Any]
) -> None:
    """A day, a reading or a figure would be taken otherwise than by `check`."""
    assert run(capsys, "in.csv", "--out", "out.csv", "--quiet", *words)[0] == 0
    wanted = [said_of(sr.load("timeline"), row, **options) for row in rows("in.csv")]
    assert [[row[name] for name in ADDED] for row in rows("out.csv")] == wanted
    assert [row["date"] for row in rows("out.csv")] == [row["date"] for row in rows("in.csv")]
    plain = [said_of(sr.load("timeline"), row) for row in rows("in.csv")]
    assert (wanted != plain) is bool(options)


def test_several_policies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One policy's decisions would be taken for another's, or an option be lost on the way."""
    text = (folder / "in.csv").read_text().splitlines()
    dry = [f"{line},{cell}" for line, cell in zip(text, ["dry", "true", *[""] * 11], strict=True)]
    (folder / "in.csv").write_text("\n".join(dry))
    words = ["--policy", "kharkiv", "--policy", "ban", "--policy", "own.yaml", "--quiet"]
    words += ["--map", "dry=conditions.dry", "--reading", "meaning-of-long-range=by-weapon"]
    assert run(capsys, "in.csv", "--out", "out.csv", *words, "--columns", "decision,rules")[0] == 0
    found = rows("out.csv")
    assert list(found[0])[-7:] == [
        "dry", "kharkiv.decision", "kharkiv.rules", "ban.decision", "ban.rules", "own.decision",
        "own.rules",
    ]  # fmt: skip
    kharkiv = sr.load("kharkiv").vary(readings={"meaning-of-long-range": "by-weapon"})
    for row, before in zip(found, rows(INCIDENTS), strict=True):
        assert row["kharkiv.decision"] == said_of(kharkiv, before)[0]
        assert row["ban.decision"] == said_of(sr.load("ban"), before)[0]
        assert row["own.decision"] == ("permitted" if row["dry"] else "indeterminate")


def test_one_policy_twice_is_one(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The columns of one policy would be called after it, to be told from themselves."""
    words = ["--policy", "ban", "--policy", "ban", "--columns", "settled , decision, settled"]
    assert run(capsys, "in.csv", "--out", "out.csv", "--quiet", *words)[0] == 0
    assert list(rows("out.csv")[0])[-3:] == ["note", "settled", "decision"]


def test_summary(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures would not be those of the rows, or not say under which reading they are what."""
    status, out, err = run(capsys, "in.csv", "--out", "out.csv", "--policy", "kharkiv")
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == "12 rows of in.csv decided, in out.csv"
    assert "passed on  note" in out
    decided = [row["decision"] for row in rows("out.csv")]
    for word in ("permitted", "prohibited", "not_governed", "indeterminate"):
        count = decided.count(word)
        percent = f"{100 * count / 12:.1f} %" if count else "0 %"
        assert f"{word.replace('_', ' '):<13}  {count:>4}  {percent:>6}" in out
    data = json.loads(
        run(capsys, "in.csv", "--out", "out.csv", "--policy", "kharkiv", "--format", "json")[1]
    )
    Draft7Validator(batch_schema()).validate(data)
    (tally,) = data["policies"]
    policy = sr.load("kharkiv")
    assert len(tally["readings"]) == 9
    for one in tally["readings"]:
        readings = {one["question"]: one["reading"]}
        wanted = [policy.check(scenario(r), readings=readings).decision for r in rows("in.csv")]
        for word, figures in one["decisions"].items():
            assert figures == {"rows": wanted.count(word), "share": wanted.count(word) / 12}
    # a question that matters to no row is left out
    assert "aircraft-over-russia" in policy.questions
    assert "aircraft-over-russia" not in {one["question"] for one in tally["readings"]}
    hanging = [name for row in rows("out.csv") for name in row["depends_on"].split("|") if name]
    assert {h["name"]: h["rows"] for h in tally["hangs_on"]} == {
        name: hanging.count(name) for name in hanging
    }
    assert data["columns"]["passed_on"] == ["note"]


BAD = "id,weapon.made_in,weapon.us_parts\n1,US,\n2,USA,maybe\n3,FR\n4,FR,false\n"


def test_rejects(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rows that can't be read would be lost, or nobody be told."""
    (folder / "bad.csv").write_text(BAD)
    status, out, err = run(capsys, "bad.csv", "--out", "out.parquet")
    assert status == 0
    assert "2 rows of bad.csv decided, in out.parquet" in out
    assert "warning[SR114]: row 2: `USA` is not a country code" in err
    assert "warning[SR113]: row 2: `maybe` can't be `weapon.us_parts`" in err
    assert "warning[SR226]: row 3: it has 2 cells, the header has 3" in err
    assert err.endswith("2 rows can't be read; with what is wrong: out.rejects.csv\n")
    assert pyarrow.parquet.read_table("out.parquet").column("id").to_pylist() == ["1", "4"]
    assert [(r["rejected_row"], r["id"]) for r in rows("out.rejects.csv")] == [
        ("2", "2"), ("3", "3")
    ]  # fmt: skip
    data = json.loads(run(capsys, "bad.csv", "--out", "out.parquet", "--format", "json")[1])
    assert data["rejected"] == {"rows": 2, "file": "out.rejects.csv"}
    # all of them mended
    (folder / "bad.csv").write_text(BAD.replace("USA,maybe", "US,").replace("3,FR", "3,FR,"))
    status, out, err = run(capsys, "bad.csv", "--out", "out.parquet", "--quiet")
    assert (status, out) == (0, "")
    assert err == "out.rejects.csv is from an earlier run; this time every row can be read\n"


def test_rejects_where_one_wants_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The rejects would go where nobody looks, or among the results."""
    (folder / "bad.csv").write_text(BAD)
    assert run(capsys, "bad.csv", "--out", "out.csv", "--rejects", "r.csv", "--quiet")[0] == 0
    assert len(rows("r.csv")) == 2
    assert not Path("out.rejects.csv").exists()
    status, out, err = run(capsys, "bad.csv", "--out", "-", "--quiet")
    assert status == 0
    assert [row["id"] for row in csv.DictReader(io.StringIO(out))] == ["1", "4"]
    assert err.endswith("with what is wrong: bad.rejects.csv\n")
    assert len(rows("bad.rejects.csv")) == 2


@pytest.mark.parametrize("out", ["out.csv", "out.gpkg", "-"])
def test_strict(folder: Path, capsys: pytest.CaptureFixture[str], out: str) -> None:
    """A pipeline would go on with a table that lacks rows."""
    (folder / "bad.csv").write_text(BAD + "5,XX,\n" * 30)
    status, printed, err = run(capsys, "bad.csv", "--out", out, "--strict")
    assert (status, printed) == (2, "")
    assert "error[SR224]: 32 of 34 rows can't be read; these are the first 20\n" in err
    assert err.count("is not a country code") == 19
    assert sorted(p.name for p in folder.iterdir()) == ["bad.csv", "in.csv", "own.yaml"]
    status, printed, err = run(capsys, "in.csv", "--out", out, "--strict", "--quiet")
    assert (status, err) == (0, "")
    assert printed.startswith("scenario,") is (out == "-")


def test_standard_streams(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe would end in a file called `-`, or the summary among the rows."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(INCIDENTS.read_bytes())))
    status, out, err = run(capsys, "-", "--out", "-")
    assert status == 0
    found = list(csv.DictReader(io.StringIO(out)))
    assert len(found) == 12
    assert found[0]["decision"] == "permitted"
    assert "12 rows of <stdin> decided, in standard output" in err
    assert [p.name for p in sorted(folder.iterdir())] == ["in.csv", "own.yaml"]


def test_columns_that_may_be_meant(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column with a slip in its name would be passed over in silence."""
    (folder / "t.csv").write_text("weapon.made_in,Longitude,lat,Weapon Kind,weapon.us_part,x\n")
    err = run(capsys, "t.csv", "--out", "out.csv")[2]
    assert err.splitlines() == [
        f"the column `{name}` is not looked at; if it is meant: --map {shown}"
        for name, shown in [
            ("Longitude", "Longitude=target.location.lon"),
            ("lat", "lat=target.location.lat"),
            ("Weapon Kind", "'Weapon Kind=weapon.kind'"),
            ("weapon.us_part", "weapon.us_part=weapon.us_parts"),
        ]
    ]
    words = ["--map", "Longitude=target.location.lon", "--map", "lat=target.location.lat"]
    words += ["--map", "Weapon Kind=weapon.kind", "--ignore", "weapon.us_part"]
    out, err = run(capsys, "t.csv", "--out", "out.csv", *words)[1:]
    assert "Longitude as target.location.lon" in out
    assert err == ""


def test_ignored_column(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column that is called as an attribute by chance could not be kept out of it."""
    (folder / "t.csv").write_text("weapon.made_in,date\nUS,not yet known\n")
    status, _, err = run(capsys, "t.csv", "--out", "out.csv", "--ignore", "date", "--quiet")
    assert (status, err) == (0, "")
    assert rows("out.csv")[0]["date"] == "not yet known"
    assert "date" in rows("out.csv")[0]["depends_on"]


def test_map_that_is_drawn(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of degrees would come out as a layer without places, or could not be read again."""
    assert run(capsys, "in.csv", "--out", "out.gpkg", "--quiet")[0] == 0
    found = pyogrio.read_dataframe("out.gpkg")
    assert found.geometry.x.tolist() == [float(r["target.location.lon"]) for r in rows("in.csv")]
    assert found.crs == "EPSG:4326"
    words = ["out.gpkg", "--out", "again.csv", "--quiet", "--policy", "ban"]
    assert "both stand for `target.location`" in run(capsys, *words)[2]
    words += ["--policy", "kharkiv", "--ignore", "geometry"]
    assert run(capsys, *words)[0] == 0
    plain = run(capsys, "in.csv", "--out", "-", "--quiet", "--policy", "ban", "--policy", "kharkiv")
    first = list(csv.DictReader(io.StringIO(plain[1])))
    assert [r["kharkiv.decision"] for r in rows("again.csv")] == [
        r["kharkiv.decision"] for r in first
    ]


def test_geometries_that_are_not_clear(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody at the command line would be told what to write in Python."""
    places = geopandas.points_from_xy([36.9, 37.0], [50.45, 50.5])
    frame = geopandas.GeoDataFrame({"weapon.made_in": ["US", "US"]}, geometry=places, crs=4326)
    frame.assign(seen=frame.geometry).to_parquet("two.parquet")
    table = pyarrow.parquet.read_table("two.parquet")
    about = json.loads(table.schema.metadata[b"geo"])
    del about["primary_column"]
    table = table.replace_schema_metadata({"geo": json.dumps(about)})
    pyarrow.parquet.write_table(table, "two.parquet")
    err = run(capsys, "two.parquet", "--out", "out.csv")[2]
    assert "help: say which: `--map COLUMN=target.location`" in err
    words = ["two.parquet", "--out", "out.csv", "--map", "seen=target.location", "--quiet"]
    assert run(capsys, *words) == (0, "", "")
    err = run(capsys, *words, "--crs", "EPSG:32637")[2]
    assert "help: leave out `--crs`, or mend what the table says" in err
    assert run(capsys, *words, "--crs", "EPSG:4326") == (0, "", "")


SWEEP = """\
sweep: reach
given: {weapon: {made_in: US}, target: {supports: kharkiv_assault}}
vary:
  weapon.max_range_km: [40, 70, 300]
  target.location: [{lon: 37.0, lat: 50.5}, {zone: rostov-oblast}]
"""


def test_sweep(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Made-up rows would be decided otherwise than by themselves, or not be called made up."""
    (folder / "s.yaml").write_text(SWEEP)
    status, out, err = run(capsys, "--sweep", "s.yaml", "--out", "out.csv", "--policy", "kharkiv")
    assert (status, err) == (0, "")
    assert out.startswith("6 rows of reach decided, in out.csv\n")
    assert "every position in it is invented" in " ".join(out.split())
    policy = sr.load("kharkiv")
    given = {"weapon.made_in": "US", "target.supports": "kharkiv_assault"}
    wanted = [
        policy.check({**given, "weapon.max_range_km": km, "target.location": place}).decision
        for km in (40, 70, 300)
        for place in ({"lon": 37.0, "lat": 50.5}, {"zone": "rostov-oblast"})
    ]
    assert [row["decision"] for row in rows("out.csv")] == wanted
    assert len(set(wanted)) > 1


def test_grid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A map of what a policy allows where would need a file to be written first."""
    words = ["--grid", "belgorod-oblast:40", "--policy", "kharkiv", "--policy", "ban"]
    status, _, err = run(capsys, *words, "--out", "out.geojson", "--quiet")
    assert (status, err) == (0, "")
    found = pyogrio.read_dataframe("out.geojson")
    assert len(found) > 10
    assert found.geometry.geom_type.unique().tolist() == ["Point"]
    policy = sr.load("kharkiv")
    for point, decision in zip(found.geometry, found["kharkiv.decision"], strict=True):
        assert (
            policy.check({"target.location": {"lon": point.x, "lat": point.y}}).decision == decision
        )


def test_grid_of_a_scenario(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is given would not hold for the cells, or put all of them in its own place."""
    example = ROOT / "examples" / "forward-launch-site.yaml"
    words = ["--grid", "belgorod-oblast:40", "--given", str(example), "--policy", "kharkiv"]
    status, _, err = run(capsys, *words, "--out", "out.csv", "--quiet")
    assert (status, err) == (0, "")
    policy, (case,) = sr.load("kharkiv"), read_scenarios(example)
    found = rows("out.csv")
    for row in found:
        place = {p: float(row[f"target.location.{p}"]) for p in ("lon", "lat")}
        launch = {"lon": 36.7, "lat": 50.0}
        one = {**case.values, "target.location": place, "launch.location": launch}
        assert row["decision"] == policy.check(one).decision
    assert len({row["decision"] for row in found}) > 1


@pytest.mark.parametrize(
    ("how", "status", "said"), [(signal.SIGINT, 130, "stopped\n"), (signal.SIGTERM, 143, "")]
)
def test_interrupted(folder: Path, how: signal.Signals, status: int, said: str) -> None:
    """Ctrl-C would leave half a table, or rubbish beside it."""
    row = "r,US,70,37.0,50.5\n"
    text = "scenario,weapon.made_in,weapon.max_range_km,target.location.lon,target.location.lat\n"
    (folder / "big.csv").write_text(text + row * 3_000_000)
    (folder / "out.csv").write_text("old")
    before = sorted(p.name for p in folder.iterdir())
    words = ["batch", "big.csv", "--out", "out.csv", "--rows", "500"]
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *words],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    try:
        end = time.monotonic() + 60
        while not any(p.stat().st_size > 0 for p in folder.glob(".out.csv.*/out.csv")):
            assert running.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        running.send_signal(how)
        out, err = running.communicate(timeout=60)
    finally:
        running.kill()
        running.communicate()
    assert (running.returncode, out, err) == (status, "", said)
    assert (folder / "out.csv").read_text() == "old"
    assert sorted(p.name for p in folder.iterdir()) == before


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("quiet", [False, True])
def test_progress(folder: Path, monkeypatch: pytest.MonkeyPatch, quiet: bool) -> None:
    """Somebody who waits would not see how far it is, or a log be filled with bars."""
    from strikerules.cli.commands import batch

    screen = Terminal()
    monkeypatch.setattr(
        "strikerules.cli.main.Output", lambda results, remarks: Output(io.StringIO(), screen)
    )
    words = ["in.csv", "--out", "out.csv", "--rows", "3", *(["--quiet"] if quiet else [])]
    assert main(["batch", *words]) == 0
    assert batch.__doc__
    shown = screen.getvalue()
    assert ("12 rows" in shown) is not quiet
    assert ("a second" in shown) is not quiet


def test_a_pipe_that_is_closed(folder: Path) -> None:
    """`| head` would end in a traceback."""
    row = "US,some words\n"
    (folder / "big.csv").write_text("weapon.made_in,note\n" + row * 200_000)
    command = f"{sys.executable} -m strikerules batch big.csv --out - -q | head -2"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=60, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.stdout.splitlines()[0] == f"weapon.made_in,note,{','.join(ADDED)}"
    assert done.stderr == ""


@pytest.mark.parametrize("out", ["out.csv", "out.parquet", "out.gpkg"])
@pytest.mark.parametrize("first", ["US,36,50.5", "US,36,999"])
def test_no_room(out: str, first: str, tmp_path: Path) -> None:
    """A full disk would be laid to another file, end in a traceback, or leave half a table."""
    rows = "".join(f"US,{36 + n / 1e6},50.5\n" for n in range(40_000))
    (tmp_path / "in.csv").write_text(
        f"weapon.made_in,target.location.lon,target.location.lat\n{first}\n{rows}"
    )
    command = f"{sys.executable} -m strikerules batch in.csv --out {out} --quiet"
    ended = subprocess.run(
        ["bash", "-c", f"ulimit -f 100; exec {command}"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 2
    first_line, *others = ended.stderr.splitlines()
    assert first_line.startswith(f"error[SR603]: can't write `{out}`: ")
    assert others == []
    assert [p.name for p in tmp_path.iterdir()] == ["in.csv"]
