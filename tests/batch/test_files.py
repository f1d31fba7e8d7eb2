"""Files of tables: what comes out is what went in, with the decisions."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from tests.batch.one_row import RECORDS
from tests.batch.through_files import (
    KHARKIV,
    KINDS,
    SAID,
    SPOTS,
    SPOTS_SAID,
    TABLE,
    Counting,
    added,
    csv_of,
    decide,
    decide_file,
    read,
    write,
)

import strikerules as sr
from strikerules.batch import csv_files
from strikerules.batch.files import ENDINGS, open_table
from strikerules.batch.rejects import Rejects
from strikerules.batch.running import Run, Under


@pytest.mark.parametrize("ending", KINDS)
def test_rows_of_a_file_are_decided_as_scenarios(ending: str, tmp_path: Path) -> None:
    """A kind of file would be read otherwise than what it says, or rows be lost or moved."""
    source, out = tmp_path / f"in{ending}", tmp_path / f"out{ending}"
    write(TABLE, source)
    run, bad = decide_file(source, out)
    assert (run.rows, bad.count) == (len(RECORDS), 0)
    found = read(out)
    assert added(found) == SAID
    before = read(source)
    assert {name: found[name] for name in before} == before
    assert list(found)[: len(before)] == list(before)


@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".csv"])
def test_text_becomes_what_it_means(ending: str, tmp_path: Path) -> None:
    """A map would be drawn with numbers that are text, or without the places."""
    source, out = tmp_path / "in.csv", tmp_path / f"out{ending}"
    write(TABLE, source)
    decide_file(source, out, point=ENDINGS[ending] in ("gpkg", "geojson"))
    found = read(out)
    assert added(found) == SAID
    assert found["note"] == TABLE.column("note").to_pylist()
    if ENDINGS[ending] == "csv":
        return
    for name in ("weapon.max_range_km", "target.location.lon", "weapon.us_parts"):
        assert found[name] == TABLE.column(name).to_pylist()
    dates = TABLE.column("date").to_pylist()
    assert [str(d) if d else None for d in found["date"]] == [str(d) if d else None for d in dates]
    if ENDINGS[ending] in ("gpkg", "geojson"):
        drawn = pyogrio.read_dataframe(out)
        assert drawn.crs == "EPSG:4326"
        assert drawn.geometry.x.dropna().tolist() == [
            x for x in TABLE.column("target.location.lon").to_pylist() if x is not None
        ]


@pytest.mark.parametrize("kind", ["parquet", "geoarrow", "gpkg", "geojson"])
@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".geojson", ".arrow"])
def test_geometry_and_its_system_are_kept(kind: str, ending: str, tmp_path: Path) -> None:
    """Places would come out elsewhere, or in coordinates of which nobody says what they mean."""
    source, out = tmp_path / f"in.{kind}", tmp_path / f"out{ending}"
    if kind in ("gpkg", "geojson"):
        SPOTS.to_file(source, driver="GPKG" if kind == "gpkg" else "GeoJSON")
    else:
        source = tmp_path / "in.parquet"
        SPOTS.to_parquet(source, geometry_encoding="WKB" if kind == "parquet" else "geoarrow")
    decide_file(source, out)
    if ending == ".parquet":
        found = geopandas.read_parquet(out)
    elif ending == ".arrow":
        found = geopandas.GeoDataFrame.from_arrow(pyarrow.feather.read_table(str(out)))
    else:
        found = geopandas.read_file(out)
    assert added(found.to_dict("list")) == SPOTS_SAID
    assert found.crs == SPOTS.crs
    assert shapely.equals_exact(found.geometry, SPOTS.geometry.array, tolerance=1e-6).all()
    assert found["count"].tolist() == [1, 2, 3, 4]


def test_geometry_is_text_in_csv(tmp_path: Path) -> None:
    """The places would be lost, or rounded."""
    SPOTS.to_parquet(tmp_path / "in.parquet")
    decide_file(tmp_path / "in.parquet", tmp_path / "out.csv")
    found = read(tmp_path / "out.csv")
    assert added(found) == SPOTS_SAID
    shapes = shapely.from_wkt(found["geometry"])
    assert (shapely.get_coordinates(shapes) == shapely.get_coordinates(SPOTS.geometry)).all()
    # and back, where one says what the numbers mean
    with open_table(str(tmp_path / "out.csv"), 2) as source:
        mapping = {"geometry": "target.location"}
        with Rejects(None, []) as bad, pytest.raises(sr.InvalidInput) as caught:
            Run(source, [Under("k", KHARKIV.decider, Counter())], [], bad, mapping=mapping)
        assert [p.code for p in caught.value.problems] == ["SR222"]
        run = Run(
            source, [Under("k", KHARKIV.decider, Counter())], [], bad, mapping=mapping,
            crs="EPSG:32637",
        )  # fmt: skip
        assert sum(b.num_rows for b in run.batches()) == 4
        assert sum(run.unders[0].counts.values()) == 4


def test_second_geometry_is_text_in_a_layer(tmp_path: Path) -> None:
    """A column would be dropped because a layer has one geometry."""
    frame = SPOTS.assign(seen=geopandas.GeoSeries(shapely.buffer(SPOTS.geometry, 10), crs=32637))
    frame.to_parquet(tmp_path / "in.parquet")
    decide_file(tmp_path / "in.parquet", tmp_path / "out.gpkg")
    found = geopandas.read_file(tmp_path / "out.gpkg")
    assert shapely.equals(shapely.from_wkt(found["seen"]), frame["seen"].array).all()
    assert found.geometry.geom_equals(SPOTS.geometry).all()


def test_features_keep_their_numbers_and_layer(tmp_path: Path) -> None:
    """Whoever joins by the features' numbers would join to the wrong features."""
    path = tmp_path / "in.gpkg"
    SPOTS.iloc[:3].assign(fid=[41, 42, 44]).to_file(path, layer="seen", driver="GPKG")
    decide_file(path, tmp_path / "out.gpkg")
    assert pyogrio.list_layers(tmp_path / "out.gpkg")[:, 0].tolist() == ["seen"]
    assert pyogrio.read_dataframe(tmp_path / "out.gpkg", fid_as_index=True).index.tolist() == [
        41, 42, 44
    ]  # fmt: skip
    feature = {"type": "Feature", "properties": {"weapon.made_in": "US"}, "geometry": None}
    for ids in ([7, 9], ["a", "b"], [None, None]):
        features = [feature if i is None else {**feature, "id": i} for i in ids]
        (tmp_path / "in.geojson").write_text(
            json.dumps({"type": "FeatureCollection", "features": features})
        )
        decide_file(tmp_path / "in.geojson", tmp_path / "out.geojson")
        found = json.loads((tmp_path / "out.geojson").read_text())["features"]
        assert [f.get("id", f["properties"].get("id")) for f in found] == ids


def test_layers(tmp_path: Path) -> None:
    """The wrong layer of a GeoPackage would be decided without a word."""
    path = tmp_path / "in.gpkg"
    SPOTS.to_file(path, layer="one", driver="GPKG")
    SPOTS.iloc[:2].to_file(path, layer="two", driver="GPKG")
    with pytest.raises(sr.InvalidInput, match="it has 2 layers: `one` and `two`"):
        decide_file(path, tmp_path / "out.csv")
    with pytest.raises(sr.InvalidInput, match="did you mean `two`"):
        decide_file(path, tmp_path / "out.csv", layer="tow")
    assert decide_file(path, tmp_path / "out.csv", layer="two")[0].rows == 2


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=6), st.sampled_from(".csv .tsv.gz".split()))
def test_cells_pass_through_unchanged(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]], ending: str
) -> None:
    """What nothing looks at would be changed, by types that are guessed or by quotation marks."""
    folder = tmp_path_factory.mktemp("cells")
    source = folder / f"in{ending}"
    delimiter = "\t" if ".tsv" in ending else ","
    with (
        gzip.open(source, "wt", newline="")
        if ".gz" in ending
        else source.open("w", newline="", encoding="utf-8") as file
    ):
        cells = [["a", "weapon.made_in", "b", "b"], *([x, "NO", y, z] for x, y, z in rows)]
        csv.writer(file, delimiter=delimiter).writerows(cells)
    run, bad = decide_file(source, folder / "out.csv")
    assert (run.rows, bad.count) == (len(rows), 0)
    with (folder / "out.csv").open(newline="", encoding="utf-8") as file:
        head, *found = csv.reader(file)
    assert head[:4] == ["a", "weapon.made_in", "b", "b"]
    assert [row[:4] for row in found] == cells[1:]


@pytest.mark.parametrize(
    "text",
    [
        "weapon.made_in;note\nUS;a,b\nFR;c\n",
        "weapon.made_in\tnote\nUS\ta,b\nFR\tc\n",
        '\ufeffweapon.made_in,note\r\nUS,"a,b"\r\nFR,c\r\n',
        '\n\nweapon.made_in,note\n\nUS,"a,b"\n\nFR,c',
        ' weapon.made_in , note\nUS,"a,b"\nFR,c\n',
    ],
)
def test_dialects(tmp_path: Path, text: str) -> None:
    """What a spreadsheet writes would be taken for one wide column, or a name not be known."""
    run, bad = decide_file(csv_of(tmp_path, text), tmp_path / "out.csv")
    found = {name.strip(): cells for name, cells in read(tmp_path / "out.csv").items()}
    assert (run.rows, bad.count) == (2, 0)
    assert (found["weapon.made_in"], found["note"]) == (["US", "FR"], ["a,b", "c"])


def test_types_are_not_guessed(tmp_path: Path) -> None:
    """Norway would be false, a code lose its zeros, a late word end the run."""
    rows = ["1.0,NO,007,TRUE"] * 5000 + ["80 km,NO,x,false", ",,,"]
    path = csv_of(
        tmp_path, "\n".join(["weapon.max_range_km,weapon.made_in,code,weapon.us_parts", *rows])
    )
    run, bad = decide_file(path, tmp_path / "out.csv", rows=1000)
    found = read(tmp_path / "out.csv")
    assert (run.rows, bad.count) == (5002, 0)
    assert found["code"][-3:] == ["007", "x", ""]
    assert found["weapon.max_range_km"][-3:] == ["1.0", "80 km", ""]
    assert found["weapon.made_in"][0] == "NO"
    assert found["decision"][0] == "indeterminate"
    assert found["decision"][-2] == "not_governed"


@pytest.mark.parametrize("ending", KINDS)
def test_few_batches_are_held_at_a_time(ending: str, tmp_path: Path) -> None:
    """A large file would have to fit into memory."""
    source = Counting()
    run, _ = decide(source, tmp_path / f"out{ending}")
    assert run.rows == 60_000
    assert len(source.made) == 60
    assert source.most <= 3


def test_csv_is_read_as_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole of a large file would be read before the first row is decided."""
    monkeypatch.setattr(csv_files, "MOST_BYTES", 2**14)
    path = csv_of(tmp_path, "weapon.made_in,note\n" + "US,some words\n" * 100_000)
    with open_table(str(path), 500) as source:
        parts = source.parts()
        next(parts)
        first = source.done()
        assert first is not None
        assert 0 < first < 0.02
        # some blocks are read ahead, not all of them
        assert path.stat().st_size > 80 * 2**14 > 2 * source._raw.tell()  # type: ignore[attr-defined]
        before = 0.0
        for _ in parts:
            now = source.done()
            assert now is not None
            assert now >= before
            before = now
        assert before == 1.0


def test_types_and_metadata_of_parquet_are_kept(tmp_path: Path) -> None:
    """Columns that nothing looks at would come out as something else."""
    columns = {
        "weapon.made_in": pa.array(["US", "FR", "US"]).dictionary_encode(),
        "parts": pa.array([["a"], [], None]),
        "exact": pa.array(["1.50", "2", None]).cast(pa.decimal128(9, 2)),
        "at": pa.array([0, 1, 2], pa.timestamp("ns", "UTC")),
        "raw": pa.array([b"\xff", b"", None]),
    }
    table = pa.table(columns).replace_schema_metadata({"mine": "kept"})
    pyarrow.parquet.write_table(table, tmp_path / "in.parquet")
    decide_file(tmp_path / "in.parquet", tmp_path / "out.parquet", rows=2)
    found = pyarrow.parquet.read_table(tmp_path / "out.parquet")
    assert found.select(table.column_names).equals(table)
    assert found.schema.metadata[b"mine"] == b"kept"


def test_text_with_places_becomes_a_layer(tmp_path: Path) -> None:
    """A table with outlines as text would be drawn without them, or who knows where."""
    polygon = "POLYGON ((400000 5600000, 410000 5600000, 410000 5610000, 400000 5600000))"
    text = f'weapon.made_in,where\nUS,POINT (410000 5590000)\nFR,\nUS,"{polygon}"\n'
    path = csv_of(tmp_path, text)
    options = {"mapping": {"where": "target.location"}, "crs": "EPSG:32637"}
    decide_file(path, tmp_path / "out.gpkg", point=True, **options)
    found = geopandas.read_file(tmp_path / "out.gpkg")
    assert found.crs == "EPSG:32637"
    assert found.geometry.geom_type.dropna().tolist() == ["Point", "Polygon"]
    assert found.geometry.isna().tolist() == [False, True, False]
    assert found["decision"].notna().all()
    decide_file(path, tmp_path / "out.csv", **options)
    assert read(tmp_path / "out.csv")["where"] == read(path)["where"]


def test_a_system_that_is_told_is_written(tmp_path: Path) -> None:
    """The result would lack what the user said, and be drawn off the coast of Africa."""
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        pyogrio.write_dataframe(SPOTS.set_crs(None, allow_override=True), tmp_path / "in.gpkg")
    with pytest.raises(sr.InvalidInput, match="has no coordinate reference system"):
        decide_file(tmp_path / "in.gpkg", tmp_path / "out.gpkg")
    decide_file(tmp_path / "in.gpkg", tmp_path / "out.gpkg", crs="EPSG:32637")
    found = geopandas.read_file(tmp_path / "out.gpkg")
    assert found.crs == "EPSG:32637"
    assert added(found.to_dict("list")) == SPOTS_SAID


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".parquet"])
def test_heights_are_kept(ending: str, tmp_path: Path) -> None:
    """A third coordinate would be cut off on the way."""
    frame = SPOTS.set_geometry(shapely.force_3d(SPOTS.geometry.array, 120.0))
    source = tmp_path / f"in{ending}"
    if ending == ".parquet":
        frame.to_parquet(source)
    else:
        frame.to_file(source)
    for name in ("out.gpkg", "out.geojson", "out.parquet"):
        decide_file(source, tmp_path / name)
        out = tmp_path / name
        found = (
            geopandas.read_parquet(out) if out.suffix == ".parquet" else geopandas.read_file(out)
        )
        assert added(found.to_dict("list")) == SPOTS_SAID
        assert shapely.get_z(found.geometry.array).tolist() == [120.0] * 4


def test_properties_of_geojson_are_kept(tmp_path: Path) -> None:
    """Records, lists, dates and words among numbers would come out as something else."""
    properties = [
        {"weapon.made_in": "US", "date": "2024-06-02", "tags": ["a", "b"], "more": {"x": [1, None]},
         "mixed": 1, "n": 1.5, "yes": True},
        {"weapon.made_in": "NO", "date": "2024-06-03", "tags": [], "more": {}, "mixed": "word",
         "n": None, "yes": False},
    ]  # fmt: skip
    features = [{"type": "Feature", "properties": p, "geometry": None} for p in properties]
    (tmp_path / "in.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features})
    )
    decide_file(tmp_path / "in.geojson", tmp_path / "out.geojson")
    found = json.loads((tmp_path / "out.geojson").read_text())["features"]
    kept = [{k: v for k, v in f["properties"].items() if k in properties[0]} for f in found]
    # what is now a number and now a word is text
    assert kept == [properties[0] | {"mixed": "1"}, properties[1]]
    assert found[0]["properties"]["decision"] == "indeterminate"
