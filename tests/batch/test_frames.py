"""Data frames: the same rows come back, decided as `check` decides them, whatever they hold."""

from __future__ import annotations

import datetime
import decimal
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from tests.batch.one_row import ADDED, POLICIES, RECORDS, TABLES, Record, columns_of, said_of_all

import strikerules as sr
from strikerules.batch.frames import CATEGORIES

KHARKIV = sr.load("kharkiv")
FRAME = pd.DataFrame(columns_of(RECORDS))
ROOT = Path(__file__).parents[2]


def _cells(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        tuple(None if pd.isna(cell) else cell for cell in row)
        for row in frame[ADDED].itertuples(index=False)
    ]


def _refused(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(sr.InvalidInput) as caught:
        call()
    return [(p.code, p.message) for p in caught.value.problems]


@pytest.mark.parametrize("name", POLICIES)
def test_rows_are_decided_as_scenarios(name: str) -> None:
    """A frame would be decided otherwise than its rows one by one."""
    policy = sr.load(name)
    assert _cells(policy.check_frame(FRAME)) == said_of_all(policy, RECORDS)


@settings(max_examples=15)
@given(TABLES)
def test_any_rows_are_decided_as_scenarios(records: list[Record]) -> None:
    """A combination of known and missing cells that nobody thought of would be decided wrongly."""
    frame = pd.DataFrame(columns_of(records))
    assert _cells(KHARKIV.check_frame(frame)) == said_of_all(KHARKIV, records)


_TEXT = ["US", None, "FR", "US"]
_NUMBERS = [80.0, None, 300.0, 0.0]
_DAYS = [datetime.date(2024, 5, 20), None, datetime.date(2024, 6, 2), None]
_FLAGS = [True, None, False, None]


def _objects(*cells: Any) -> pd.Series:
    return pd.Series(list(cells), dtype=object)


def _arrow(cells: list[Any], kind: Any) -> pd.Series:
    return pd.Series(cells, dtype=pd.ArrowDtype(kind))


def _decimals(missing: str | None) -> list[decimal.Decimal | None]:
    nothing = None if missing is None else decimal.Decimal(missing)
    return [decimal.Decimal(80), nothing, decimal.Decimal(300), decimal.Decimal(0)]


@pytest.mark.parametrize(
    ("path", "plain", "made"),
    [
        ("weapon.made_in", _TEXT, pd.Categorical(_TEXT, categories=["ZZ", "FR", "US"])),
        ("weapon.made_in", _TEXT, _objects("US", np.nan, "FR", "US")),
        ("weapon.made_in", _TEXT, _objects("US", pd.NaT, "FR", "US")),
        ("weapon.made_in", _TEXT, _objects("US", pd.NA, "FR", "US")),
        ("weapon.made_in", _TEXT, pd.array(["US", "", "FR ", "US"], dtype="string")),
        ("weapon.made_in", _TEXT, pd.array(_TEXT, dtype="string[python]")),
        ("weapon.made_in", _TEXT, _arrow(_TEXT, pa.string())),
        ("weapon.made_in", _TEXT, _arrow(_TEXT, pa.dictionary(pa.int8(), pa.string()))),
        ("weapon.max_range_km", _NUMBERS, np.array([80, np.nan, 300, 0], dtype=np.float32)),
        ("weapon.max_range_km", _NUMBERS, np.array([80, np.nan, 300, 0], dtype=">f8")),
        ("weapon.max_range_km", _NUMBERS, np.array([80, np.nan, 300, 0], dtype=np.longdouble)),
        ("weapon.max_range_km", _NUMBERS, pd.array([80, None, 300, 0], dtype="Int32")),
        ("weapon.max_range_km", _NUMBERS, pd.array(_NUMBERS, dtype="Float64")),
        ("weapon.max_range_km", _NUMBERS, _objects(80, None, 300.0, np.int8(0))),
        ("weapon.max_range_km", _NUMBERS, _objects("80 km", pd.NA, "300", 0)),
        ("weapon.max_range_km", _NUMBERS, _objects(*_decimals("NaN"))),
        ("weapon.max_range_km", _NUMBERS, _arrow(_NUMBERS, pa.float64())),
        ("weapon.max_range_km", _NUMBERS, _arrow([80, None, 300, 0], pa.uint16())),
        ("weapon.max_range_km", _NUMBERS, _arrow(_decimals(None), pa.decimal128(9, 3))),
        ("weapon.max_range_km", _NUMBERS, pd.Categorical(_NUMBERS)),
        ("weapon.max_range_km", _NUMBERS, pd.arrays.SparseArray([80.0, np.nan, 300.0, 0.0])),
        ("date", _DAYS, pd.to_datetime(pd.Series(_DAYS))),
        ("date", _DAYS, pd.to_datetime(pd.Series(_DAYS)).dt.tz_localize("Europe/Kyiv")),
        ("date", _DAYS, pd.to_datetime(pd.Series(_DAYS)).astype("datetime64[s]")),
        ("date", _DAYS, _objects("2024-05-20", None, "2024-06-02", " ")),
        ("date", _DAYS, _objects(pd.Timestamp("2024-05-20 23:59"), pd.NaT, _DAYS[2], None)),
        ("date", _DAYS, pd.Categorical(pd.to_datetime(pd.Series(_DAYS)))),
        ("date", _DAYS, _arrow(_DAYS, pa.date32())),
        ("weapon.us_parts", _FLAGS, pd.array(_FLAGS, dtype="boolean")),
        ("weapon.us_parts", _FLAGS, _objects(True, np.nan, False, None)),
        ("weapon.us_parts", _FLAGS, _objects(np.True_, pd.NA, np.False_, pd.NaT)),
        ("weapon.us_parts", _FLAGS, _objects("true", "", "False", None)),
        ("weapon.us_parts", _FLAGS, _arrow(_FLAGS, pa.bool_())),
        ("weapon.us_parts", _FLAGS, pd.Categorical(_FLAGS)),
    ],
    ids=lambda value: str(getattr(value, "dtype", "")),
)  # fmt: skip
def test_columns_of_any_kind(path: str, plain: list[Any], made: Any) -> None:
    """Values would be lost, changed or missing for how a column is stored."""
    timeline = sr.load("timeline")
    rest = {} if path == "weapon.made_in" else {"weapon.made_in": "US"}
    rest["target.location.zone"] = "belgorod-oblast"
    if path == "weapon.us_parts":
        rest["weapon.made_in"] = "FR"
    frame = pd.DataFrame({path: made}).assign(**rest)
    want = said_of_all(timeline, [{path: cell, **rest} for cell in plain])
    found = timeline.check_frame(frame)
    assert _cells(found) == want
    assert len(set(want)) > 1
    pd.testing.assert_frame_equal(found.iloc[:, : frame.shape[1]], frame)


@pytest.mark.parametrize(
    "made",
    [
        _objects([1], None),
        _objects({"a": 1}, None),
        _objects({1}, None),
        _objects(b"\xff", None),
        _objects(1j, None),
        pd.array([1j, np.nan]),
        _objects(10**30, pd.NA),
        _objects(np.array([1, 2]), None),
        _objects(np.array([1, 2]), pd.NA),
        _objects("\ud800", None),
        _objects(print, None),
        _objects(shapely.Point(1, 2), None),
        _objects(datetime.time(1), None),
        pd.to_timedelta(["1D", None]),
        pd.interval_range(0, 2).insert(0, pd.NaT)[[1, 0]],
        _objects("x" * 10_000, ""),
        _objects("a\x00b", None),
        _objects(float("inf"), float("nan")),
    ],
    ids=lambda made: f"{made.dtype}-{type(made[0]).__name__}",
)
@pytest.mark.parametrize("path", ["weapon.made_in", "date", "weapon.us_parts", "weapon.name",
                                  "target.location.lat", "target.location.place"])  # fmt: skip
def test_rubbish_is_told_as_such(path: str, made: Any) -> None:
    """A column of anything would end in a traceback, or be taken for a value."""
    found = KHARKIV.check_frame(pd.DataFrame({path: made, "timing": "pre_emptive"}), bad="mark")
    assert found.problem[0].startswith("SR")
    assert found.decision.isna().tolist() == [True, False]
    assert found.problem.isna().tolist() == [False, True]


INDEXES = [
    pd.RangeIndex(10, 24, 2),
    pd.Index(list("gfedcba"), name="key"),
    pd.Index([1, 1, 1, 1, 2, 2, 2]),
    pd.date_range("2024-06-01", periods=7, tz="Europe/Kyiv"),
    pd.MultiIndex.from_product([["a"], range(7)], names=["one", None]),
    pd.Index([None, np.nan, pd.NA, "a", 1, 2.5, ("t",)], dtype=object),
    pd.CategoricalIndex(list("aabbccd")),
]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: type(index).__name__)
def test_rows_and_index_stay(index: pd.Index) -> None:
    """Answers would stand beside other rows than theirs, or a key of the user's own be lost."""
    frame = FRAME.set_index(index)
    found = KHARKIV.check_frame(frame)
    pd.testing.assert_index_equal(found.index, index)
    assert _cells(found) == said_of_all(KHARKIV, RECORDS)
    back = KHARKIV.check_frame(frame.iloc[::-1])
    assert _cells(back) == said_of_all(KHARKIV, RECORDS)[::-1]


def test_the_input_is_not_changed() -> None:
    """A notebook's own frame would grow columns, or change when the answer is edited."""
    frame = FRAME.copy()
    frame.attrs["owner"] = "me"
    found = KHARKIV.check_frame(frame)
    assert list(found.columns) == [*frame.columns, *ADDED]
    assert found.attrs == {"owner": "me"}
    found.loc[0, "weapon.made_in"] = "FR"
    found["target.location.lon"] = 0.0
    pd.testing.assert_frame_equal(frame, FRAME)


def test_types_of_the_added_columns() -> None:
    """Counting and grouping would be slow, or change with the rows that happen to be there."""
    whole, first = KHARKIV.check_frame(FRAME), KHARKIV.check_frame(FRAME[:1])
    for name, categories in CATEGORIES.items():
        assert tuple(whole[name].cat.categories) == categories
        assert whole[name].dtype == first[name].dtype
    assert [str(whole[name].dtype) for name in ADDED] == [
        "category", "category", "bool", "category", "category"
    ]  # fmt: skip
    assert first.rules.cat.categories.tolist() == ["sites-in-the-designated-area"]
    assert whole.rules.cat.categories.is_monotonic_increasing
    marked = KHARKIV.check_frame(FRAME, bad="mark")
    assert str(marked.settled.dtype) == "boolean"
    assert str(marked.problem.dtype) == "string"
    assert marked.problem.isna().all()
    dummies = whole.depends_on.astype(str).str.get_dummies()
    assert dummies["target.location"].sum() > 0


def test_no_rows() -> None:
    """An empty frame would be an error, or have other columns than one with rows."""
    empty, full = KHARKIV.check_frame(FRAME[:0]), KHARKIV.check_frame(FRAME)
    assert len(empty) == 0
    assert list(empty.columns) == list(full.columns)
    assert empty.decision.dtype == full.decision.dtype
    untyped = pd.DataFrame({"weapon.made_in": [], "date": [], "target.location.lon": []})
    assert len(KHARKIV.check_frame(untyped)) == 0


def test_columns_with_odd_names() -> None:
    """Columns that say nothing of a strike would stand in the way by their names."""
    frame = pd.DataFrame([[1, 2, "US", 3.0]], columns=["a", "a", 7, ("b", "c")])
    found = KHARKIV.check_frame(frame, columns={7: "weapon.made_in"})
    assert list(found.columns) == ["a", "a", 7, ("b", "c"), *ADDED]
    levels = pd.MultiIndex.from_tuples([("x", "y"), ("made", "in")], names=["up", "down"])
    deep = pd.DataFrame([[1, "US"]], columns=levels)
    found = KHARKIV.check_frame(deep, columns={("made", "in"): "weapon.made_in"})
    assert found[("decision", "")].tolist() == [
        said_of_all(KHARKIV, [{"weapon.made_in": "US"}])[0][0]
    ]
    assert found.columns.names == ["up", "down"]
    assert _refused(lambda: KHARKIV.check_frame(found, columns={("made", "in"): "weapon.made_in"}))[
        0
    ][0] == "SR223"  # fmt: skip
    categories = pd.DataFrame([["US"]], columns=pd.CategoricalIndex(["weapon.made_in"]))
    assert list(KHARKIV.check_frame(categories).columns) == ["weapon.made_in", *ADDED]
    twice = pd.DataFrame([["US", "FR"]], columns=["weapon.made_in"] * 2)
    assert _refused(lambda: KHARKIV.check_frame(twice)) == [
        (
            "SR221",
            "the columns `weapon.made_in` and `weapon.made_in` both stand for `weapon.made_in`",
        )
    ]


def test_columns_are_mapped() -> None:
    """A frame with names of its own could not be decided without being renamed."""
    names = {path: f"c{i}" for i, path in enumerate(FRAME.columns)}
    renamed = FRAME.rename(columns=names)
    found = KHARKIV.check_frame(renamed, columns={column: path for path, column in names.items()})
    assert _cells(found) == said_of_all(KHARKIV, RECORDS)
    assert _refused(lambda: KHARKIV.check_frame(renamed)) == [
        ("SR221", "no column of the table says anything of a strike")
    ]
    assert _refused(lambda: KHARKIV.check_frame(FRAME, columns={"x": "date"}))[0][0] == "SR221"


def test_a_word_on_columns_that_may_have_been_meant() -> None:
    """A column that is misspelt would be left aside, and every answer be open, without a word."""
    frame = FRAME.rename(columns={"weapon.made_in": "made_in", "target.kind": "target.kindd"})
    with pytest.warns(UserWarning, match="not looked at, and perhaps meant") as said:
        KHARKIV.check_frame(frame)
    (one,) = (w for w in said if w.category is UserWarning)
    assert one.filename == __file__
    assert "`made_in` as `columns={'made_in': 'weapon.made_in'}`" in str(one.message)
    assert "`target.kindd` as `columns={'target.kindd': 'target.kind'}`" in str(one.message)
    quiet = KHARKIV.check_frame(frame, columns={"made_in": None, "target.kindd": "target.kind"})
    assert _cells(quiet) == said_of_all(
        KHARKIV, [{**r, "weapon.made_in": None} for r in RECORDS]
    )  # fmt: skip
    assert list(quiet.columns) == [*frame.columns, *ADDED]
    unread = KHARKIV.check_frame(FRAME, columns={"weapon.made_in": None})
    assert _cells(unread) == _cells(quiet)
    assert _refused(lambda: KHARKIV.check_frame(FRAME, columns={"x": None}))[0][0] == "SR221"
    places = _places("EPSG:4326").assign(lon=1.0, zone="x")
    assert _cells(KHARKIV.check_frame(places)) == _said_of_places()
    mapped = {"geometry": None, "lon": None, "zone": None}
    assert len(set(_cells(KHARKIV.check_frame(places, columns=mapped)))) == 1


def test_decision_columns_that_are_there_already() -> None:
    """The answers of an earlier policy would be overwritten."""
    once = KHARKIV.check_frame(FRAME)
    assert _refused(lambda: KHARKIV.check_frame(once))[0][0] == "SR223"
    both = sr.load("ban").check_frame(once, prefix="ban_")
    assert _cells(both) == _cells(once)
    plain = both[[f"ban_{name}" for name in ADDED]].rename(columns=lambda n: n.removeprefix("ban_"))
    assert _cells(plain) == said_of_all(sr.load("ban"), RECORDS)


def test_bad_rows_are_told_by_number_and_index() -> None:
    """A user would look for a row by its index where its number is told, or the reverse."""
    frame = pd.DataFrame(
        {"weapon.made_in": ["US", "USA"], "scenario": [None, "b"]}, index=["x", "y"]
    )
    problems = _refused(lambda: KHARKIV.check_frame(frame))
    assert problems == [
        ("SR224", "1 of 2 rows can't be read"),
        ("SR114", "row 2 (`b`), index `y`: `USA` is not a country code"),
    ]
    unnamed = frame.assign(scenario=[1.0, np.nan])
    assert _refused(lambda: KHARKIV.check_frame(unnamed))[1][1].startswith("row 2, index `y`:")


def test_bad_rows_are_marked() -> None:
    """One bad row would cost the answers of all others, or be given an answer itself."""
    frame = FRAME[:3].assign(**{"weapon.made_in": ["US", "USA", "FR"]})
    found = KHARKIV.check_frame(frame, bad="mark")
    want = said_of_all(KHARKIV, RECORDS[:3])
    assert _cells(found) == [want[0], (None,) * 5, want[2]]
    assert found.settled.tolist() == [True, pd.NA, found.settled[2]]
    assert found.problem.dropna().to_dict() == {
        1: "SR114 `USA` is not a country code (did you mean `US`?)"
    }


POINTS = [shapely.Point(36.9, 50.45), shapely.Point(39.7, 52.6), None, shapely.Point(36.2, 49.9)]


def _places(crs: Any) -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame(
        {"weapon.made_in": "US", "note": list("abcd")},
        geometry=gpd.GeoSeries(POINTS, index=list("wxyz"), crs=4326),
        index=list("wxyz"),
    )
    return frame.to_crs(crs)


def _said_of_places() -> list[tuple[Any, ...]]:
    empty = {"weapon.made_in": "US"}
    return said_of_all(KHARKIV, [
        empty if p is None else
        {**empty, "target.location.lon": p.x, "target.location.lat": p.y} for p in POINTS
    ])  # fmt: skip


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32637", "EPSG:3857", "EPSG:4284"])
def test_geometry_and_system_stay(crs: str) -> None:
    """A map would lose its geometry, or be moved, for having been decided."""
    frame = _places(crs)
    found = KHARKIV.check_frame(frame)
    assert isinstance(found, gpd.GeoDataFrame)
    assert found.crs == crs
    assert found.active_geometry_name == "geometry"
    assert_geodataframe_equal(found[list(frame.columns)], frame)
    assert _cells(found) == _said_of_places()


def test_active_geometry_is_the_target() -> None:
    """Of two geometries the wrong one would be taken, or the place of launch for the target."""
    far = gpd.GeoSeries([shapely.Point(30.5, 50.4)] * 4, crs=4326, index=list("wxyz"))
    two = _places("EPSG:32637").rename_geometry("site").assign(other=far)
    assert _cells(KHARKIV.check_frame(two)) == _said_of_places()
    mapped = KHARKIV.check_frame(two, columns={"other": "target.location"})
    assert len(set(_cells(mapped))) == 1
    ranged = two.assign(**{"weapon.max_range_km": 70.0})
    start = ranged.rename(columns={"other": "launch.location"}).to_crs(3857)
    degrees = ranged.assign(**{"launch.location.lon": 30.5, "launch.location.lat": 50.4})
    assert _cells(KHARKIV.check_frame(start)) == _cells(KHARKIV.check_frame(degrees))
    assert _cells(KHARKIV.check_frame(start)) != _cells(KHARKIV.check_frame(ranged))
    none = two.copy()
    none._geometry_column_name = None
    ((code, message),) = _refused(lambda: KHARKIV.check_frame(none))
    assert (code, message) == ("SR221", "the columns `site` and `other` hold geometries")


def test_a_system_has_to_be_known() -> None:
    """Metres would be taken for degrees, or a geometry be left aside without a word."""
    bare = _places("EPSG:4326").set_crs(None, allow_override=True)
    with pytest.raises(sr.InvalidInput) as caught:
        KHARKIV.check_frame(bare)
    (problem,) = caught.value.problems
    assert problem.code == "SR222"
    assert problem.message == "the geometry `geometry` has no coordinate reference system"
    assert problem.help is not None
    assert 'frame.set_crs("EPSG:4326")' in problem.help
    for column in (_objects(*POINTS), shapely.to_wkb(np.array(POINTS)), ["POINT (36 50)"] * 4):
        frame = pd.DataFrame({"target.location": column})
        assert _refused(lambda frame=frame: KHARKIV.check_frame(frame))[0][0] == "SR222"


def test_a_plain_frame_with_a_geometry() -> None:
    """A geometry would be left aside where pandas has forgotten that the frame is a map."""
    frame = pd.DataFrame(_places("EPSG:32637"))
    assert type(frame) is pd.DataFrame
    found = KHARKIV.check_frame(frame)
    assert type(found) is pd.DataFrame
    assert _cells(found) == _said_of_places()


def test_where_is_said_once() -> None:
    """Degrees and a geometry would both say where, and one of them be left aside."""
    frame = _places("EPSG:4326").assign(**{"target.location.lon": 36.0})
    assert _refused(lambda: KHARKIV.check_frame(frame)) == [
        (
            "SR221",
            "the columns `target.location.lon` and `geometry` both stand for `target.location`",
        )
    ]


@pytest.mark.parametrize("thing", [None, 7, [{"date": 1}], pa.table({"date": ["2024-06-01"]})])
def test_what_is_no_frame(thing: Any) -> None:
    """A table of another kind would end in an error about an attribute of pandas."""
    with pytest.raises(TypeError, match="check_frame takes a frame of pandas, geopandas or Dask"):
        KHARKIV.check_frame(thing)
    with pytest.raises(ValueError, match="engine is 'dask' or left out"):
        KHARKIV.check_frame(FRAME, engine="spark")  # type: ignore[arg-type]


def test_floats_are_not_copied() -> None:
    """A frame that just fits into memory would no longer fit when it is decided."""
    rows = 200_000
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {
            "target.location.lon": rng.uniform(30, 40, rows),
            "target.location.lat": rng.uniform(47, 53, rows),
            "weapon.max_range_km": rng.choice([40.0, 120.0], rows),
        }
    )
    from strikerules.batch.frames import rows_of_frame

    read = rows_of_frame(frame, KHARKIV.ruling.vocabulary)
    assert np.shares_memory(read.places["target.location"].lon, frame["target.location.lon"])
    column: Any = read.facts["weapon.max_range_km"]
    assert np.shares_memory(column.values, frame["weapon.max_range_km"])
    found = KHARKIV.check_frame(frame)
    assert len(found) == rows
    # five columns of a byte or two a row
    assert found[ADDED].memory_usage(index=False).sum() < 10 * rows


def test_threads_do_not_mix_their_answers() -> None:
    """Frames that are decided side by side would be given one another's answers."""
    from concurrent.futures import ThreadPoolExecutor

    policy = sr.load("kharkiv")
    rng = np.random.default_rng(2)
    frames = [
        FRAME.iloc[rng.permutation(len(FRAME))].assign(
            **{"weapon.max_range_km": float(i % 3 * 100)}
        )
        for i in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        side_by_side = list(pool.map(policy.check_frame, frames))
    for found, frame in zip(side_by_side, frames, strict=True):
        pd.testing.assert_frame_equal(found, policy.check_frame(frame))


ACCESSOR = """
import sys
sys.path.insert(0, {source!r})
{imports}
frame = pd.DataFrame({{"weapon.made_in": ["US"], "target.location.zone": ["ukraine"]}})
policy = sr.load("kharkiv")
print(frame.strikerules.check(policy).decision[0])
"""


@pytest.mark.parametrize(
    "imports",
    [
        "import pandas as pd\nimport strikerules as sr",
        "import strikerules as sr\nimport pandas as pd",
        "import strikerules as sr\nsr.load('ban')\nimport pandas as pd\nimport strikerules.pandas",
        "import strikerules.pandas\nimport strikerules as sr\nimport pandas as pd",
    ],
    ids=["pandas first", "pandas later", "after a policy", "asked for"],
)
def test_the_accessor_is_there(imports: str) -> None:
    """`frame.strikerules` would depend on the order of imports."""
    code = ACCESSOR.format(source=str(ROOT / "src"), imports=imports)
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", "-c", code],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("not_governed\n", "")


def test_the_accessor_does_the_same() -> None:
    """`frame.strikerules.check` would leave out an option, or forget the map."""
    frame: Any = _places("EPSG:32637")
    found = frame.strikerules.check(KHARKIV, prefix="now_", bad="mark")
    assert_geodataframe_equal(found, KHARKIV.check_frame(frame, prefix="now_", bad="mark"))
    named: Any = FRAME.rename(columns={"weapon.made_in": "made"})
    by_name = named.strikerules.check("ban", columns={"made": "weapon.made_in"})
    assert _cells(by_name) == said_of_all(sr.load("ban"), RECORDS)
