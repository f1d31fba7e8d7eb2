"""Files that can't be read, rows that can't, and what is left where something fails."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import pyarrow as pa
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.batch.through_files import (
    KINDS,
    SPOTS,
    TABLE,
    Counting,
    csv_of,
    decide,
    decide_file,
    read,
    write,
)

import strikerules as sr
from strikerules.batch import csv_files
from strikerules.batch.answers import COLUMNS
from strikerules.batch.files import ending_of
from strikerules.batch.sources import Part


def test_bad_rows_are_kept_with_all_that_is_wrong(tmp_path: Path) -> None:
    """Rows would be lost, or be told of one mistake after another."""
    text = (
        "id,weapon.made_in,weapon.max_range_km,target.location.lon,target.location.lat\n"
        "1,US,70,37.0,50.5\n"
        "2,USA,-5,37.0,95\n"
        "3,US\n"
        '4,NO,,"37.0",50.5,more,"and, more"\n'
        "5,NO,nan,,\n"
        "6,NO,70,37.0,50.5\n"
        '7,NO,70,"37,0",about 50\n'
    )
    rejects = tmp_path / "bad.csv"
    run, bad = decide_file(csv_of(tmp_path, text), tmp_path / "out.csv", rejects=rejects)
    assert (run.rows, bad.count) == (2, 5)
    assert read(tmp_path / "out.csv")["id"] == ["1", "6"]
    found = read(rejects)
    assert found["rejected_row"] == ["2", "3", "4", "5", "7"]
    assert found["id"] == ["2", "3", "4", "5", "7"]
    assert found["weapon.made_in"] == ["USA", "US", "NO", "NO", "NO"]
    because = found["rejected_because"]
    for part in ("SR114 `USA` is not", "did you mean `US`?", "SR115 `-5", "SR204 `95"):
        assert part in because[0]
    assert because[1] == "SR226 it has 2 cells, the header has 5: 3,US"
    assert because[2].endswith(
        'it has 7 cells, the header has 5: 4,NO,,"37.0",50.5,more,"and, more"'
    )
    assert "SR115 `nan`" in because[3]
    assert "`37,0` can't be `lon`" in because[4]
    assert "`about 50` can't be `lat`" in because[4]
    # mended, the rejects are a table again
    mended = rejects.read_text().replace("USA,-5,37.0,95", "US,5,37.0,50.5")
    run, bad = decide_file(csv_of(tmp_path, mended), tmp_path / "out.csv", rejects=rejects)
    assert (run.rows, bad.count) == (3, 2)
    assert list(read(rejects))[:3] == ["rejected_row", "rejected_because", "id"]
    assert list(read(rejects)).count("rejected_row") == 1


@given(st.lists(st.sampled_from(["good", "short", "bad"]), max_size=40), st.integers(1, 7))
def test_rows_have_the_numbers_that_they_have_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], rows: int
) -> None:
    """Somebody would be sent to mend another row than the one that is wrong."""
    folder = tmp_path_factory.mktemp("numbers")
    lines = {"good": "US,", "short": "US", "bad": "USA,"}
    path = csv_of(folder, "\n".join(["weapon.made_in,note", *(lines[k] for k in kinds)]) + "\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_files, "MOST_BYTES", 40)
        run, bad = decide_file(path, folder / "out.csv", rejects=folder / "bad.csv", rows=rows)
    wrong = [i for i, kind in enumerate(kinds, start=1) if kind != "good"]
    assert (run.rows, bad.count) == (len(kinds) - len(wrong), len(wrong))
    if wrong:
        assert read(folder / "bad.csv")["rejected_row"] == [str(i) for i in wrong]
    assert (folder / "bad.csv").exists() == bool(wrong)


@pytest.mark.parametrize("ending", [".parquet", ".gpkg"])
def test_bad_rows_of_other_files(ending: str, tmp_path: Path) -> None:
    """A row would be rejected without what it holds, because that has no place in CSV."""
    frame = SPOTS.assign(**{"weapon.made_in": ["US", "USA", "US", "US"]})
    if ending == ".gpkg":
        frame.to_file(tmp_path / "in.gpkg", driver="GPKG")
    else:
        frame["parts"] = [["a"], ["b", "c"], [], None]
        frame.to_parquet(tmp_path / "in.parquet")
    run, bad = decide_file(
        tmp_path / f"in{ending}", tmp_path / f"out{ending}", rejects=tmp_path / "bad.csv"
    )
    assert (run.rows, bad.count) == (3, 1)
    found = read(tmp_path / "bad.csv")
    assert found["rejected_row"] == ["2"]
    shape = found["geom" if ending == ".gpkg" else "geometry"][0]
    assert shapely.from_wkt(shape) == SPOTS.geometry[1]
    if ending == ".parquet":
        assert found["parts"] == ['["b", "c"]']
        assert geopandas.read_parquet(tmp_path / "out.parquet").index.tolist() == [0, 1, 2]


def _unreadable(name: str) -> dict[str, bytes]:
    """Return what can be wrong with a file of a kind."""
    folder = Path(name).parent
    good = folder / f"good{Path(name).suffix}"
    if good.suffix == ".gpkg":
        SPOTS.to_file(good, driver="GPKG")
    elif good.suffix == ".geojson":
        SPOTS.to_file(good, driver="GeoJSON")
    else:
        write(pa.table({"weapon.made_in": ["US"] * 50_000, "n": range(50_000)}), good)
    whole = good.read_bytes()
    return {"empty": b"", "rubbish": b"\x00\x01\xff" * 999, "half": whole[: len(whole) // 2]}


@pytest.mark.parametrize("what", ["empty", "rubbish", "half"])
@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".gpkg", ".geojson", ".csv", ".csv.gz"])
def test_unreadable(ending: str, what: str, tmp_path: Path) -> None:
    """A damaged file would end in a traceback, in a library's words, or in half a result."""
    path, out = tmp_path / f"in{ending}", tmp_path / "out.csv"
    if (ending, what) == (".csv", "half"):
        path.write_text('weapon.made_in,note\nUS,"never closed\n' + "x" * 5 * 2**20)
    else:
        path.write_bytes(_unreadable(str(path))[what])
    out.write_text("old")
    with pytest.raises(sr.InvalidInput) as caught:
        decide_file(path, out)
    (problem,) = caught.value.problems
    assert problem.code == "SR226"
    assert problem.position is not None
    assert problem.position.file == str(path)
    for word in ("Error", "arrow", "gdal", "sqlite", "None", "magic", "b'"):
        assert word.lower() not in problem.message.lower().replace(" arrow", "", 1)
    assert out.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (b"PK\x03\x04rest", "SR226", "it is a workbook or an archive, not CSV"),
        ("weapon.made_in\nUS\n".encode("utf-16"), "SR103", "it is not UTF-8 text but UTF-16"),
        (b"weapon.made_in,note\nUS,a\nUS,caf\xe9\n", "SR103", "line 3 has a byte"),
        (b"weapon.made_in\n" + b"US\n" * 2**19 + b"\xe9\n", "SR103", "it is not UTF-8 text"),
        (b"\n\n  \n", "SR226", "the table is empty"),
        (b",,\n1,2,3\n", "SR226", "the table is empty"),
    ],
)
def test_not_csv(tmp_path: Path, text: bytes, code: str, said: str) -> None:
    """A workbook or another encoding would be read as if it were a table."""
    with pytest.raises(sr.InvalidInput) as caught:
        decide_file(csv_of(tmp_path, text), tmp_path / "out.csv")
    (problem,) = caught.value.problems
    assert problem.code == code
    assert said in problem.message


@pytest.mark.parametrize("ending", KINDS)
def test_no_rows(ending: str, tmp_path: Path) -> None:
    """A table without rows would fail, or come out without its columns."""
    source, out = tmp_path / f"in{ending}", tmp_path / f"out{ending}"
    write(TABLE.select(["weapon.made_in", "note"]).slice(0, 0), source)
    if ending == ".json":
        # GeoJSON has its columns in its features
        with pytest.raises(sr.InvalidInput, match="no column of the table says anything"):
            decide_file(source, out)
        return
    assert decide_file(source, out)[0].rows == 0
    if "sv" in ending:
        text = gzip.decompress(out.read_bytes()) if ".gz" in ending else out.read_bytes()
        assert text.decode().replace("\t", ",") == (
            "weapon.made_in,note,decision,possible,settled,rules,depends_on\n"
        )
    else:
        assert list(read(out)) == ["weapon.made_in", "note", *COLUMNS]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t.xlsx", "save the sheet as CSV"),
        ("t.cvs", "did you mean `.csv`?"),
        ("t.geojsn", "did you mean `.geojson`?"),
        ("t.shp", "convert it to GeoPackage"),
        ("t", "`t` has no ending"),
        (".csvx", "has no ending"),
        ("t.zip", "`t.zip` ends in `.zip`"),
    ],
)
def test_kinds_that_are_not_known(name: str, said: str) -> None:
    """A file would be taken for what it is not, or be refused without a way out."""
    with pytest.raises(sr.InvalidInput) as caught:
        ending_of(name)
    (problem,) = caught.value.problems
    assert problem.code == "SR225"
    assert said in f"{problem.message} {problem.help}"
    assert problem.expected is not None
    assert "`.parquet`" in problem.expected


def test_what_has_no_place(tmp_path: Path) -> None:
    """A column would be dropped or garbled because a kind of file can't hold it."""
    for ending, column in (
        (".csv", pa.array([["a"]])),
        (".csv", pa.array([b"\xff"])),
        (".gpkg", pa.array([1], pa.duration("s"))),
        (".gpkg", pa.array([2**64 - 1], pa.uint64())),
    ):
        table = pa.table({"weapon.made_in": ["US"], "more": column})
        pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
        with pytest.raises(sr.InvalidInput) as caught:
            decide_file(tmp_path / "in.parquet", tmp_path / f"out{ending}")
        (problem,) = caught.value.problems
        assert problem.code == "SR226"
        assert "the column `more` holds" in problem.message
    twins = pa.table([["US"], ["x"], ["y"]], ["weapon.made_in", "more", "More"])
    pyarrow.parquet.write_table(twins, tmp_path / "in.parquet")
    with pytest.raises(sr.InvalidInput, match="two columns of one name: `more` and `More`"):
        decide_file(tmp_path / "in.parquet", tmp_path / "out.gpkg")
    assert [p.name for p in tmp_path.iterdir()] == ["in.parquet"]
    # what does have a place
    plain = pa.table(
        {"weapon.made_in": ["US"], "fid": ["x"], "big": pa.array([2**63 - 1], pa.uint64()),
         "none": pa.nulls(1), "coded": pa.array(["a"]).dictionary_encode(), "parts": [["a", "b"]]}
    )  # fmt: skip
    pyarrow.parquet.write_table(plain, tmp_path / "in.parquet")
    decide_file(tmp_path / "in.parquet", tmp_path / "out.gpkg")
    found = read(tmp_path / "out.gpkg")
    assert [found[n] for n in ("fid", "big", "none", "coded")] == [
        ["x"],
        [2**63 - 1],
        [None],
        ["a"],
    ]
    assert json.loads(found["parts"][0]) == ["a", "b"]


@pytest.mark.parametrize("ending", KINDS)
def test_failing_midway_leaves_what_was_there(ending: str, tmp_path: Path) -> None:
    """An older result would be gone, or half a new one stand in its place."""
    out = tmp_path / f"out{ending}"
    out.write_text("old")

    class Failing(Counting):
        def parts(self) -> Iterator[Part]:
            yield from list(super().parts())[:3]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        decide(Failing(), out)
    assert out.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == [out.name]
    with pytest.raises(sr.InvalidInput, match=r"SR603 can't write `.*nowhere/out"):
        decide(Counting(), tmp_path / "nowhere" / out.name)
    (tmp_path / f"folder{ending}").mkdir()
    with pytest.raises(sr.InvalidInput, match="it is a directory"):
        decide(Counting(), tmp_path / f"folder{ending}")


@pytest.mark.parametrize("ending", [".gpkg", ".json"])
@pytest.mark.parametrize("cut", [1, 3000])
def test_a_file_that_was_not_written_to_its_end(
    ending: str, cut: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk would leave a file that is cut off, and be reported as success."""
    write_arrow = pyogrio.raw.write_arrow

    def cut_off(table: Any, path: Path, *args: Any, **options: Any) -> None:
        write_arrow(table, path, *args, **options)
        whole = path.read_bytes()
        path.write_bytes(whole[:-cut] if ending == ".json" else whole[: len(whole) // 4096 // cut])

    monkeypatch.setattr("pyogrio.raw.write_arrow", cut_off)
    with pytest.raises(sr.InvalidInput, match="is there room for it"):
        decide(Counting(), tmp_path / f"out{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_layer_that_breaks_off(tmp_path: Path) -> None:
    """Rows would be lost in silence: GDAL ends a damaged layer as if it were whole."""
    frame = geopandas.GeoDataFrame(
        {"weapon.made_in": ["US"] * 40_000, "note": ["a note of some length"] * 40_000},
        geometry=[SPOTS.geometry.iloc[0]] * 40_000, crs=4326,
    )  # fmt: skip
    path, out = tmp_path / "in.gpkg", tmp_path / "out.csv"
    frame.to_file(path, driver="GPKG", SPATIAL_INDEX="NO")
    raw = bytearray(path.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 50_000] = b"\xab" * 50_000
    path.write_bytes(raw)
    with pytest.raises(sr.InvalidInput, match="SR226") as caught:
        decide_file(path, out)
    (problem,) = caught.value.problems
    assert "damaged" in problem.message
    assert not out.exists()
