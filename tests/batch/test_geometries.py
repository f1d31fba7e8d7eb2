"""Geometries in tables: every encoding and reference system comes to the same places."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from tests.batch.one_row import ADDED

import strikerules as sr
from strikerules.batch.geometry import Spots, decode, spots_of, to_wgs84, way_to_wgs84

KHARKIV = sr.load("kharkiv")

#: In the areas, north of them, in Ukraine, nowhere; a few km from the edges, so that a place that
#: is mistaken by little is decided otherwise.
POINTS = [
    shapely.Point(36.9, 50.45),
    shapely.Point(36.6, 50.3),
    shapely.Point(39.7, 52.6),
    None,
    shapely.Point(36.2, 49.9),
    shapely.Point(),
]
POLYGONS = [
    shapely.Polygon([(36.8, 50.44), (37.0, 50.44), (36.9, 50.55)]),
    None,
    shapely.Point(36.9, 51.2).buffer(0.2).difference(shapely.Point(36.9, 51.2).buffer(0.1)),
    shapely.Polygon([(36.0, 49.8), (36.3, 49.8), (36.3, 49.95), (36.0, 49.95)]),
]
PARTS = [
    shapely.MultiPolygon([shapely.box(36.8, 50.44, 36.9, 50.5), shapely.box(37, 50.5, 37.1, 50.6)]),
    shapely.MultiPolygon([POLYGONS[3]]),
    None,
]
MIXED = [POINTS[0], POLYGONS[2], None, PARTS[0]]

#: Longitude first and latitude first, degrees on another datum, metres, and feet.
SYSTEMS = ["OGC:CRS84", "EPSG:4326", "EPSG:4979", "EPSG:4284", "EPSG:32637", "EPSG:3857",
           "EPSG:28407", "ESRI:102009", "EPSG:2263"]  # fmt: skip


def _frame(shapes: list[Any], crs: Any = "OGC:CRS84") -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"weapon.made_in": ["US"] * len(shapes), "weapon.max_range_km": 70.0},
        geometry=gpd.GeoSeries(shapes, crs="OGC:CRS84"),
    )
    return frame if crs is None else frame.to_crs(crs)


def _table(frame: gpd.GeoDataFrame, encoding: str = "WKB", **more: Any) -> pa.Table:
    return pa.table(frame.to_arrow(geometry_encoding=encoding, index=False, **more))


def _cells(table: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(table.column(name).to_pylist() for name in ADDED), strict=True))


def _said(shapes: list[Any]) -> list[tuple[Any, ...]]:
    """Return what `check` says of the geometries, one by one."""
    found = []
    for shape in shapes:
        scenario: dict[str, Any] = {"weapon.made_in": "US", "weapon.max_range_km": 70.0}
        if shape is not None and not shape.is_empty:
            scenario["target.location"] = json.loads(shapely.to_geojson(shape))
        one = KHARKIV.check(scenario)
        names = [n for kind in one.depends_on.to_dict().values() for n in kind]
        rules = [r.id for r in one.rules if r.outcome == "applies"]
        found.append((one.decision, "|".join(one.possible), one.settled, "|".join(rules),
                      "|".join(names)))  # fmt: skip
    return found


def _refused(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(sr.InvalidInput) as caught:
        call()
    return [(p.code, p.message) for p in caught.value.problems]


@pytest.mark.parametrize("shapes", [POINTS, POLYGONS, PARTS, MIXED],
                         ids=["points", "polygons", "parts", "mixed"])  # fmt: skip
@pytest.mark.parametrize("crs", SYSTEMS)
def test_every_system_comes_to_the_same(shapes: list[Any], crs: str) -> None:
    """A place would be decided where its coordinates are not, or with its axes exchanged."""
    found = KHARKIV.check_table(_table(_frame(shapes, crs)))
    assert _cells(found) == _said(shapes)
    assert len(set(_cells(found))) > 1
    assert found.schema.field("geometry").metadata[b"ARROW:extension:name"] == b"geoarrow.wkb"


@pytest.mark.parametrize(
    "shapes", [POINTS[:5], POLYGONS, PARTS], ids=["points", "polygons", "parts"]
)
@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637"])
def test_geoarrow(shapes: list[Any], interleaved: bool, crs: str) -> None:
    """GeoArrow's own layouts would be refused, or read with rows or rings mixed up."""
    table = _table(_frame(shapes, crs), "geoarrow", interleaved=interleaved)
    assert _cells(KHARKIV.check_table(table)) == _said(shapes)
    for start in range(1, len(shapes)):
        part = table.slice(start)
        assert _cells(KHARKIV.check_table(part)) == _said(shapes[start:])
        joined = pa.concat_tables([table.slice(0, start), part])
        assert _cells(KHARKIV.check_table(joined)) == _said(shapes)


def test_null_hides_what_is_under_it() -> None:
    """A row without a geometry would be given what lies where its geometry would be."""
    table = _table(_frame([POLYGONS[0], POLYGONS[3]]), "geoarrow")
    whole = table["geometry"].combine_chunks()
    array = whole.storage if isinstance(whole, pa.ExtensionArray) else whole
    hidden = pa.ListArray.from_arrays(array.offsets, array.values, mask=pa.array([False, True]))
    shapes = decode(hidden, "polygon").shapes
    assert shapes is not None
    assert shapes[0].equals(POLYGONS[0])
    assert shapes[1] is None


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
def test_geoparquet(tmp_path: Any, encoding: str) -> None:
    """A file of GeoParquet that is read by pyarrow would lose where its rows are."""
    file = tmp_path / "strikes.parquet"
    _frame(POINTS[:5], "EPSG:32637").to_parquet(file, geometry_encoding=encoding)
    table = pq.read_table(file)
    assert b"geo" in table.schema.metadata
    found = KHARKIV.check_table(table)
    assert _cells(found) == _said(POINTS[:5])
    pq.write_table(found, file)
    again = gpd.read_parquet(file)
    assert again.crs == "EPSG:32637"
    assert again.decision.tolist() == [cells[0] for cells in _said(POINTS[:5])]


def _wkb(shapes: list[Any], **about: Any) -> pa.Table:
    """Return WKB with the metadata of GeoParquet, or bare."""
    table = pa.table(
        {
            "weapon.made_in": ["US"] * len(shapes),
            "weapon.max_range_km": [70.0] * len(shapes),
            "geom": pa.array(shapely.to_wkb(np.array(shapes)), from_pandas=True),
        }
    )
    if about:
        geo = {"version": "1.1.0", "primary_column": "geom", "columns": {"geom": about}}
        return table.replace_schema_metadata({"geo": json.dumps(geo)})
    return table


def test_geoparquet_says_nothing_of_its_system() -> None:
    """By its specification that is longitude and latitude; it would be refused."""
    assert _cells(KHARKIV.check_table(_wkb(POINTS, encoding="WKB"))) == _said(POINTS)


@pytest.mark.parametrize(
    "kind", [pa.large_binary(), pa.binary_view(), pa.dictionary(pa.int8(), pa.binary())]
)
def test_binary_of_any_kind(kind: pa.DataType) -> None:
    """Well-known binary would be read or not for how it is stored."""
    table = _wkb(POINTS)
    cells = table["geom"].to_pylist()
    is_coded = pa.types.is_dictionary(kind)
    made = pa.array(cells).dictionary_encode() if is_coded else pa.array(cells, kind)
    table = table.set_column(2, "target.location", made)
    assert _cells(KHARKIV.check_table(table, crs="EPSG:4326")) == _said(POINTS)


def test_points_alone_are_read_as_a_whole() -> None:
    """The way that is quick for points would read others: of another order, with a height."""
    some = [p for p in POINTS if p is not None and not p.is_empty]
    for more in ({}, {"byte_order": 0}, {"include_srid": True}, {"output_dimension": 3}):
        made = shapely.to_wkb(
            shapely.force_3d(some) if "output_dimension" in more else some, **more
        )
        for array in (
            pa.array(made),
            pa.array([made[1], *made])[1:],
            pa.array(made, pa.large_binary()),
        ):
            found = decode(array, "wkb")
            assert found.x is not None
            assert found.y is not None
            assert found.x.tolist() == [p.x for p in some]
            assert found.y.tolist() == [p.y for p in some]
    lines = pa.array(shapely.to_wkb([shapely.LineString([(1, 2), (3, 4)])]))
    assert decode(lines, "wkb").x is None
    assert decode(pa.array([b"\x01" * 21]), "wkb").bad is not None


def test_text() -> None:
    """A column of WKT, which many a database exports, could not be used."""
    texts = [None if s is None else shapely.to_wkt(s, rounding_precision=-1) for s in MIXED]
    table = pa.table(
        {"weapon.made_in": ["US"] * 4, "weapon.max_range_km": [70.0] * 4, "where": texts}
    )
    mapping = {"where": "target.location"}
    found = KHARKIV.check_table(table, columns=mapping, crs="EPSG:4326")
    assert _cells(found) == _said(MIXED)
    towns = table.set_column(2, "where", pa.array(["Belgorod", None, "POINT (1 2", ""]))
    marked = KHARKIV.check_table(towns, columns=mapping, crs="EPSG:4326", bad="mark")
    assert [p is not None for p in marked["problem"].to_pylist()] == [True, False, True, True]


def test_geometry_that_can_not_be_read() -> None:
    """A broken geometry would be taken for none, and its row decided for any place on Earth."""
    table = _wkb(POINTS[:3], encoding="WKB")
    wkb = table["geom"].to_pylist()
    broken = table.set_column(2, "geom", pa.array([wkb[0], wkb[1][:-1], b""]))
    marked = KHARKIV.check_table(broken, bad="mark")
    assert _cells(marked) == [_said(POINTS[:1])[0], (None,) * 5, (None,) * 5]
    assert (
        marked["problem"].to_pylist()[1:]
        == ["SR224 the geometry of `target.location` can't be read (a point or a polygon as WKB)"]
        * 2
    )
    problems = _refused(lambda: KHARKIV.check_table(broken))
    assert problems == [
        ("SR224", "2 of 3 rows can't be read"),
        ("SR224", "row 2: the geometry of `target.location` can't be read"),
        ("SR224", "row 3: the geometry of `target.location` can't be read"),
    ]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637"])
@pytest.mark.parametrize(
    "shape",
    [
        shapely.LineString([(36, 50), (37, 51)]),
        shapely.MultiPoint([(36, 50)]),
        shapely.GeometryCollection([shapely.Point(36, 50)]),
        shapely.Point(np.inf, 50),
        shapely.Point(36, np.nan),
        shapely.box(36, 50, np.inf, 51),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_geometry_that_is_no_place(shape: Any, crs: str) -> None:
    """A line, or a point at infinity, would be decided, or end in a traceback."""
    frame = _frame([POINTS[0], shape], None).set_crs(crs, allow_override=True)
    marked = KHARKIV.check_table(_table(frame), bad="mark")
    assert marked["problem"].to_pylist()[1].startswith(("SR203", "SR204", "SR112", "SR224"))
    assert marked["decision"].null_count == 1


BARE = _wkb(POINTS)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (BARE.rename_columns([*BARE.schema.names[:2], "target.location"]),
         "the geometry `target.location` has no coordinate reference system"),
        (_wkb(POINTS, encoding="WKB", crs=None),
         "the geometry `geom` has no coordinate reference system"),
        (_table(_frame(POINTS, None).set_crs(None, allow_override=True)),
         "the geometry `geometry` has no coordinate reference system"),
        (_wkb(POINTS, encoding="WKB", crs=pyproj.CRS("EPSG:4978").to_json_dict()),
         "the geometry `geom` has no coordinate reference system"),
        (_wkb(POINTS, encoding="WKB", crs={"type": "rubbish"}),
         'the coordinate reference system `{"type": "rubbish"}` of `geom` can\'t be read'),
        (BARE.replace_schema_metadata({"geo": "{"}),
         "the table's metadata `geo` can't be read"),
        (BARE.replace_schema_metadata({"geo": '{"columns": []}'}),
         "the table's metadata `geo` can't be read"),
    ],
)  # fmt: skip
def test_coordinates_that_nobody_explains(table: pa.Table, message: str) -> None:
    """Metres would be taken for degrees, or a geometry be left aside without a word."""
    assert _refused(lambda: KHARKIV.check_table(table)) == [("SR222", message)]


def test_the_system_can_be_stated() -> None:
    """A table without metadata could not be used at all."""
    metres = _wkb(list(_frame(POINTS, "EPSG:32637").geometry))
    mapping = {"geom": "target.location"}
    found = KHARKIV.check_table(metres, columns=mapping, crs="EPSG:32637")
    assert _cells(found) == _said(POINTS)
    stated = _wkb(POINTS, encoding="WKB")
    assert _cells(KHARKIV.check_table(stated, crs="EPSG:4326")) == _said(POINTS)
    ((code, message),) = _refused(lambda: KHARKIV.check_table(stated, crs="EPSG:32637"))
    assert code == "SR222"
    assert (
        message
        == "the geometry `geom` states another coordinate reference system than `EPSG:32637`"
    )
    ((code, message),) = _refused(lambda: KHARKIV.check_table(metres, columns=mapping, crs="UTM"))
    assert message == "the coordinate reference system `UTM` of `geom` can't be read"


def test_an_undefined_system() -> None:
    """What GDAL writes where it knows nothing would pass for degrees."""
    wkt = (
        'GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,'
        '298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    about = pyproj.CRS(wkt).to_json_dict()
    table = _wkb(POINTS, encoding="WKB", crs=about)
    assert _refused(lambda: KHARKIV.check_table(table))[0][0] == "SR222"


def test_launch_has_its_own_system() -> None:
    """The place of launch would be read in the target's coordinates."""
    start = gpd.GeoSeries([shapely.Point(30.5, 50.4)] * 6, crs=4326)
    frame = _frame(POINTS, "EPSG:32637").assign(**{"launch.location": start.to_crs(3857)})
    plain = pa.table(
        {
            "weapon.made_in": ["US"] * 6,
            "weapon.max_range_km": [70.0] * 6,
            "launch.location.lon": [30.5] * 6,
            "launch.location.lat": [50.4] * 6,
            "target.location.lon": [
                p.x if p is not None and not p.is_empty else None for p in POINTS
            ],
            "target.location.lat": [
                p.y if p is not None and not p.is_empty else None for p in POINTS
            ],
        }
    )
    want = _cells(KHARKIV.check_table(plain))
    assert _cells(KHARKIV.check_table(_table(frame))) == want
    assert want != _said(POINTS)
    renamed = frame.rename_geometry("target.location").rename(columns={"launch.location": "x"})
    mapped = KHARKIV.check_table(_table(renamed), columns={"x": "launch.location"})
    assert _cells(mapped) == want


def test_the_primary_column_is_the_target(tmp_path: Any) -> None:
    """Of two geometries the wrong one would be taken, or either, by chance."""
    far = gpd.GeoSeries([shapely.Point(60, 60)] * 6, crs=4326)
    frame = _frame(POINTS).assign(seen_from=far)
    file = tmp_path / "two.parquet"
    frame.to_parquet(file)
    table = pq.read_table(file)
    assert _cells(KHARKIV.check_table(table)) == _said(POINTS)
    mapped = KHARKIV.check_table(table, columns={"seen_from": "target.location"})
    assert _cells(mapped) == _said([shapely.Point(60, 60)] * 6)
    ((code, message),) = _refused(lambda: KHARKIV.check_table(_table(frame)))
    assert (code, message) == ("SR221", "the columns `geometry` and `seen_from` hold geometries")


def test_where_is_said_once() -> None:
    """Two columns would say of each row where it is, and one of them be left aside."""
    degrees = _frame(POINTS).assign(**{"target.location.lon": 36.0, "target.location.lat": 50.0})
    message = "the columns `target.location.lon` and `geometry` both stand for `target.location`"
    assert _refused(lambda: KHARKIV.check_table(_table(degrees))) == [("SR221", message)]
    named = _frame(POINTS).assign(**{"target.location": gpd.GeoSeries(POINTS, crs=4326)})
    message = "the columns `target.location` and `geometry` both stand for `target.location`"
    table = _table(named)
    about = {"geometry": {"encoding": "WKB"}, "target.location": {"encoding": "WKB"}}
    geo = json.dumps({"primary_column": "geometry", "columns": about})
    table = table.replace_schema_metadata({"geo": geo})
    assert _refused(lambda: KHARKIV.check_table(table)) == [("SR221", message)]


def test_a_line_can_not_be_a_place() -> None:
    """A whole column of lines would be told of row by row."""
    frame = _frame([shapely.LineString([(36, 50), (37, 51)])])
    table = _table(frame, "geoarrow")
    message = "the column `geometry` can't say where something is: it holds `linestring`"
    assert _refused(lambda: KHARKIV.check_table(table)) == [("SR221", message)]


def test_accuracy_stands_beside_a_geometry() -> None:
    """How good a point is would be lost where the point is a geometry."""
    frame = _frame(POINTS[:1] * 2).assign(**{"target.location.accuracy_km": [0.0, 60.0]})
    exact, vague = _cells(KHARKIV.check_table(_table(frame)))
    assert exact == _said(POINTS[:1])[0]
    assert vague != exact


def test_a_place_given_twice_in_a_row() -> None:
    """A row that says where in two ways would be decided by one of them."""
    frame = _frame([POLYGONS[0], POINTS[0], None]).assign(
        **{"target.location.zone": ["russia", "russia", "russia"]}
    )
    marked = KHARKIV.check_table(_table(frame), bad="mark")
    one, other, good = marked["problem"].to_pylist()
    for text in (one, other):
        assert text.startswith("SR203 `target.location` says where in several ways")
    assert good is None


def test_long_edges_stay_where_they_are() -> None:
    """A straight edge of a projection would be cut short in degrees, by kilometres."""
    way = way_to_wgs84("EPSG:32637", "g")
    assert way is not None
    edge = shapely.Polygon([(200_000, 5_500_000), (800_000, 5_500_000), (500_000, 5_600_000)])
    (moved,) = to_wgs84(Spots(shapes=np.array([edge])), way).shapes
    back = gpd.GeoSeries([moved], crs=4326).segmentize(0.01).to_crs("EPSG:32637")[0]
    off = back.symmetric_difference(edge).area / edge.length
    assert off < 2
    # what it would be with the corners alone
    corners = gpd.GeoSeries([edge], crs="EPSG:32637").to_crs(4326).segmentize(0.01)
    assert corners.to_crs("EPSG:32637")[0].symmetric_difference(edge).area / edge.length > 1000


def test_what_crosses_the_180th_meridian() -> None:
    """The outline would go round the Earth, and hold all but the place."""
    crossing = shapely.box(-100_000, 3_000_000, 100_000, 3_200_000)
    north_pole = gpd.GeoSeries([crossing], crs="EPSG:3413").rotate(45, origin=(0, 0))
    way = way_to_wgs84("EPSG:3413", "g")
    found = to_wgs84(spots_of(np.array([*north_pole, shapely.box(2e6, -2e6, 2.1e6, -1.9e6)])), way)
    assert found.shapes is not None
    assert [s is None for s in found.shapes] == [True, False]
    words = found.wrong("target.location", "WKB")
    assert words is not None
    assert words.problem(0).message == "the polygon of `target.location` crosses the 180th meridian"
    assert words.value(1) is None
