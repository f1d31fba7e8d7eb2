"""Arrow tables: every row is decided as `check` decides it, whatever its columns are made of."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from tests.batch.one_row import ADDED, POLICIES, RECORDS, TABLES, Record, columns_of, said_of_all

import strikerules as sr
from strikerules.batch import tables
from strikerules.batch.tables import check_stream, decide_table, rows_of_table

KHARKIV = sr.load("kharkiv")
TABLE = pa.table(columns_of(RECORDS))


def _cells(table: Any) -> list[tuple[Any, ...]]:
    return list(zip(*(table.column(name).to_pylist() for name in ADDED), strict=True))


def _refused(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(sr.InvalidInput) as caught:
        call()
    return [(p.code, p.message) for p in caught.value.problems]


@pytest.mark.parametrize("name", POLICIES)
def test_rows_are_decided_as_scenarios(name: str) -> None:
    """A table would be decided otherwise than its rows one by one."""
    policy = sr.load(name)
    assert _cells(policy.check_table(TABLE)) == said_of_all(policy, RECORDS)


@settings(max_examples=12)
@given(TABLES)
def test_any_rows_are_decided_as_scenarios(records: list[Record]) -> None:
    """A combination of known and missing cells that nobody thought of would be decided wrongly."""
    table = pa.table(columns_of(records))
    assert _cells(KHARKIV.check_table(table)) == said_of_all(KHARKIV, records)


def _both(path: str, plain: list[Any], made: Any) -> None:
    """Assert that a column is understood as a plain one with the same values is."""
    rest = {"target.location.zone": ["belgorod-oblast"] * len(plain)}
    want = KHARKIV.check_table(pa.table({path: pa.array(plain), **rest}), bad="mark")
    found = KHARKIV.check_table(pa.table({path: made, **rest}), bad="mark")
    assert _cells(found) == _cells(want)
    assert found.column("problem").to_pylist() == want.column("problem").to_pylist()
    assert found.column(path).type == made.type
    assert len(set(_cells(want))) > 1


_TEXT = ["US", None, "FR", "", "US"]


@pytest.mark.parametrize(
    "made",
    [
        pa.array(_TEXT, pa.large_string()),
        pa.array(_TEXT, pa.string_view()),
        pa.array(_TEXT).dictionary_encode(),
        pa.DictionaryArray.from_arrays(pa.array([0, 3, 1, 2, 0]), ["US", "FR", "", None, "ZZ"]),
        pc.run_end_encode(pa.array(_TEXT)),
        pa.chunked_array([_TEXT[:2], [], _TEXT[2:]], pa.string()),
        pa.chunked_array([pa.array(_TEXT[:1]).dictionary_encode(),
                          pa.array(_TEXT[1:]).dictionary_encode()]),
        pa.array(["x", *_TEXT, "y"])[1:6],
        pa.array([" US", None, "FR ", "  ", "US"]),
    ],
    ids=lambda made: str(made.type),
)  # fmt: skip
def test_text_of_any_kind(made: Any) -> None:
    """Text would be read differently for how it is stored: in pieces, as codes, as a slice."""
    _both("weapon.made_in", _TEXT, made)


_NUMBERS = [80.0, None, 300.0, 0.0, 100.0]


@pytest.mark.parametrize(
    "made",
    [
        pa.array([80, None, 300, 0, 100], pa.int16()),
        pa.array([80, None, 300, 0, 100], pa.uint64()),
        pa.array(_NUMBERS, pa.float32()),
        pa.array([None if v is None else decimal.Decimal(v) for v in _NUMBERS]),
        pa.array([80.0, np.nan, 300.0, 0.0, 100.0]),
        pa.array(["80", None, "300 km", "0.0", "1e2"]),
        pa.array([80.0, 80.0, None, 300.0, 0.0, 100.0])[1:],
        pa.chunked_array([_NUMBERS[:3], _NUMBERS[3:]]),
        pa.array(_NUMBERS).dictionary_encode(),
    ],
    ids=lambda made: str(made.type),
)
def test_numbers_of_any_kind(made: Any) -> None:
    """A range would be lost or changed for how numbers are stored."""
    _both("weapon.max_range_km", _NUMBERS, made)


_DAYS = [datetime.date(2024, 5, 20), None, datetime.date(2024, 6, 2)]


@pytest.mark.parametrize(
    "made",
    [
        pa.array(_DAYS, pa.date64()),
        pa.array(_DAYS).cast(pa.timestamp("s")),
        pa.array(_DAYS).cast(pa.timestamp("ns")),
        pa.array(["2024-05-20", None, "2024-06-02"]),
        # half an hour past midnight in Kyiv is the day before in Greenwich
        pa.array(
            [datetime.datetime(2024, 5, 19, 21, 30), None, datetime.datetime(2024, 6, 1, 21, 30)],
            pa.timestamp("us", "Europe/Kyiv"),
        ),
        pa.array(_DAYS).cast(pa.timestamp("ms")).dictionary_encode(),
    ],
    ids=lambda made: str(made.type),
)
def test_days_of_any_kind(made: Any) -> None:
    """A strike would be put on another day, or a day not be understood."""
    timeline = sr.load("timeline")
    rest = {"weapon.made_in": ["US"] * 3, "target.location.zone": ["belgorod-oblast"] * 3}
    want = timeline.check_table(pa.table({"date": pa.array(_DAYS), **rest}))
    assert _cells(timeline.check_table(pa.table({"date": made, **rest}))) == _cells(want)
    assert len(set(_cells(want))) == 3


@pytest.mark.parametrize(
    "made",
    [
        pa.array(["true", None, "FALSE", " "]),
        pa.array([True, None, False, None]).dictionary_encode(),
        pa.array([True, None, False, None, True])[:4],
    ],
    ids=lambda made: str(made.type),
)
def test_booleans_of_any_kind(made: Any) -> None:
    """Parts made in the US would be taken for unknown, or for the opposite."""
    _both("weapon.us_parts", [True, None, False, None], made)


def test_columns_of_nothing_are_unknown() -> None:
    """A column in which every cell is empty would be an error, or a value."""
    rest = {"target.location.zone": ["belgorod-oblast", "belgorod-oblast"]}
    for nothing in (pa.nulls(2), pa.array([None, None], pa.float64()), pa.array(["", " "])):
        for path in ("weapon.made_in", "weapon.max_range_km", "date", "weapon.us_parts"):
            found = KHARKIV.check_table(pa.table({path: nothing, **rest}))
            assert _cells(found) == said_of_all(
                KHARKIV, [{"target.location.zone": "belgorod-oblast"}] * 2
            )


RUBBISH = [
    pa.array([[1], None]),
    pa.array([{"a": 1}, None]),
    pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    pa.array([b"\xff", None]),
    pa.array([datetime.time(1), None]),
    pa.array([datetime.timedelta(1), None]),
    pa.array([(1, 2, 3), None], pa.month_day_nano_interval()),
    pa.array(["\x00", None]),
    pa.array(["x" * 100_000, None]),
]


@pytest.mark.parametrize("path", ["weapon.made_in", "weapon.max_range_km", "date",
                                  "weapon.us_parts", "target.location.lon",
                                  "target.location.zone", "weapon.name"])  # fmt: skip
@pytest.mark.parametrize("made", RUBBISH, ids=lambda made: str(made.type))
def test_rubbish_is_told_as_such(path: str, made: Any) -> None:
    """A column of anything would end in a traceback, or be taken for a value."""
    table = pa.table({path: made, "timing": ["pre_emptive", "pre_emptive"]})
    found = KHARKIV.check_table(table, bad="mark")
    wrong = found.column("problem").to_pylist()
    assert wrong[0]
    assert wrong[0].startswith("SR")
    assert wrong[1] is None
    assert found.column("decision").null_count == 1


def test_the_rest_is_handed_back_as_it_was() -> None:
    """Rows, columns, types or metadata of the user's own would be changed or lost."""
    table = pa.table(
        {
            "note": pa.chunked_array([["a"], ["b", None]]),
            "weapon.made_in": pa.array(["US", None, "FR"]).dictionary_encode(),
            "sizes": pa.array([[1], [], None]),
        },
        metadata={"owner": "me"},
    )
    table = table.append_column("note", pa.array([1, 2, 3]))
    found = KHARKIV.check_table(table)
    assert found.schema.names == [*table.schema.names, *ADDED]
    assert found.select(range(4)).equals(table, check_metadata=True)
    batch = table.combine_chunks().to_batches()[0]
    assert isinstance(KHARKIV.check_table(batch), pa.RecordBatch)
    assert _cells(KHARKIV.check_table(batch)) == _cells(found)


def test_no_rows() -> None:
    """An empty table would be an error, or have other columns than one with rows."""
    empty, full = KHARKIV.check_table(TABLE[:0]), KHARKIV.check_table(TABLE)
    assert (empty.num_rows, empty.schema) == (0, full.schema)
    no_pieces = pa.table({"weapon.made_in": pa.chunked_array([], pa.string())})
    assert KHARKIV.check_table(no_pieces).num_rows == 0


def test_slices_are_decided_like_the_whole() -> None:
    """Rows would be mixed up where a table is part of a larger one."""
    whole = _cells(KHARKIV.check_table(TABLE))
    assert _cells(KHARKIV.check_table(TABLE[2:5])) == whole[2:5]
    in_pieces = pa.concat_tables([TABLE[:1], TABLE[1:4], TABLE[4:4], TABLE[4:]])
    assert _cells(KHARKIV.check_table(in_pieces)) == whole


def test_columns_are_mapped() -> None:
    """A table with names of its own could not be decided without being renamed."""
    names = {path: f"c{i}" for i, path in enumerate(TABLE.schema.names)}
    renamed = TABLE.rename_columns(list(names.values()))
    found = KHARKIV.check_table(renamed, columns={column: path for path, column in names.items()})
    assert _cells(found) == said_of_all(KHARKIV, RECORDS)


@pytest.mark.parametrize(
    ("columns", "mapping", "message"),
    [
        (["a"], {"b": "date"}, "there is no column `b`"),
        (["a"], {"a": "wepon.made_in"}, "the column `a` can't stand for `wepon.made_in`"),
        (["a", "date"], {"a": "date"}, "the columns `a` and `date` both stand for `date`"),
        (["timing", "timing"], {}, "the columns `timing` and `timing` both stand for `timing`"),
        (["note"], {}, "no column of the table says anything of a strike"),
        (["scenario"], {}, "no column of the table says anything of a strike"),
        ([], {}, "no column of the table says anything of a strike"),
        (["note"], {"note": "target.location"},
         "the column `note` can't say where something is: it holds `double`"),
    ],
)  # fmt: skip
def test_a_mapping_that_can_not_be(
    columns: list[str], mapping: dict[str, str], message: str
) -> None:
    """A slip in a name would leave a column unused, and every answer open."""
    table = pa.Table.from_arrays([pa.array([1.0])] * len(columns), names=columns)
    assert _refused(lambda: KHARKIV.check_table(table, columns=mapping)) == [("SR221", message)]


def test_a_word_on_columns_that_may_have_been_meant() -> None:
    """A column that is misspelt would be left aside, and every answer be open, without a word."""
    names = [n.replace("weapon.made_in", "Made in") for n in TABLE.schema.names]
    table = TABLE.rename_columns(names)
    for thing in (table, table.to_reader()):
        with pytest.warns(UserWarning, match="not looked at, and perhaps meant") as said:
            KHARKIV.check_table(thing)
        (one,) = (w for w in said if w.category is UserWarning)
        assert one.filename == __file__
        assert "`Made in` as `columns={'Made in': 'weapon.made_in'}`" in str(one.message)
    without = [{**record, "weapon.made_in": None} for record in RECORDS]
    quiet = KHARKIV.check_table(table, columns={"Made in": None})
    assert _cells(quiet) == said_of_all(KHARKIV, without)
    assert _cells(KHARKIV.check_table(TABLE, columns={"weapon.made_in": None})) == _cells(quiet)
    problems = _refused(lambda: KHARKIV.check_table(TABLE, columns={"x": None}))
    assert problems == [("SR221", "there is no column `x`")]


def test_decision_columns_that_are_there_already() -> None:
    """The answers of an earlier policy would be overwritten, or stand beside the new ones."""
    once = KHARKIV.check_table(TABLE)
    ((code, message),) = _refused(lambda: KHARKIV.check_table(once))
    assert code == "SR223"
    assert message.startswith("the table has a column `decision`, `possible`, `settled`")
    twice = sr.load("ban").check_table(once, prefix="ban_")
    assert twice.schema.names[-5:] == [f"ban_{name}" for name in ADDED]
    assert _refused(lambda: KHARKIV.check_table(twice, prefix="ban_"))[0][0] == "SR223"
    marked = pa.table({"weapon.made_in": ["US"], "problem": [""]})
    assert _refused(lambda: KHARKIV.check_table(marked, bad="mark"))[0][0] == "SR223"
    assert KHARKIV.check_table(marked).num_columns == 7


def test_bad_rows_are_told_by_their_numbers() -> None:
    """Of a million rows a user would not know which to mend, nor how many."""
    made = ["US"] * 20_000
    for row in range(5_000, 5_020):
        made[row] = "USA"
    problems = _refused(lambda: KHARKIV.check_table(pa.table({"weapon.made_in": made})))
    assert problems[0] == ("SR224", "20 of 20,000 rows can't be read; these are the first 10")
    assert problems[1] == ("SR114", "row 5,001: `USA` is not a country code")
    assert len(problems) == 11
    named = pa.table({"weapon.made_in": ["US", "USA", "UK"], "scenario": ["a", "b", None]})
    problems = _refused(lambda: KHARKIV.check_table(named))
    assert [message for _, message in problems] == [
        "2 of 3 rows can't be read",
        "row 2 (`b`): `USA` is not a country code",
        "row 3: `UK` is not a country code",
    ]


def test_bad_rows_are_marked() -> None:
    """One bad row would cost the answers of all others, or be given an answer itself."""
    table = pa.table(
        {
            "weapon.made_in": ["US", "USA", None, "US"],
            "weapon.max_range_km": [80.0, -1.0, None, float("inf")],
            "target.location.lon": [36.9, 36.9, 36.9, 36.9],
            "target.location.lat": [50.45, 50.45, None, 50.45],
        }
    )
    found = KHARKIV.check_table(table, bad="mark")
    assert found.schema.names[-1] == "problem"
    good = {n: table.column(n)[0].as_py() for n in table.schema.names}
    assert _cells(found) == [*said_of_all(KHARKIV, [good]), *[(None,) * 5] * 3]
    first, *rest = found.column("problem").to_pylist()
    assert first is None
    assert [[word for word in text.split() if word.startswith("SR")] for text in rest] == [
        ["SR114", "SR115"], ["SR112"], ["SR115"]
    ]  # fmt: skip
    assert rest[0].startswith(
        "SR114 `USA` is not a country code (did you mean `US`?); SR115 `-1.0` is out of range"
    )
    fine = KHARKIV.check_table(table[:1], bad="mark")
    assert fine.schema == found.schema


def test_decided_is_returned_beside_the_table() -> None:
    """The command line would have to count what was counted already."""
    table, decided = decide_table(KHARKIV.decider, TABLE)
    counts = pc.value_counts(table.column("decision").combine_chunks().dictionary_decode())
    assert decided.counts() == {c["values"]: c["counts"] for c in counts.to_pylist()}


def test_rows_of_a_table_are_scenarios() -> None:
    """What a row is read as would not be what `check` is given."""
    rows = rows_of_table(TABLE, KHARKIV.ruling.vocabulary)
    assert rows.count == len(RECORDS)
    assert rows.scenario(0).values == {
        path: value for path, value in RECORDS[0].items() if ".location" not in path
    }


def _batches(asked: list[int], count: int) -> pa.RecordBatchReader:
    """Return a stream of the rows again and again, which notes how many it was asked for."""

    def made() -> Iterator[pa.RecordBatch]:
        for number in range(count):
            asked.append(number)
            yield from TABLE.to_batches()

    return pa.RecordBatchReader.from_batches(TABLE.schema, made())


def test_a_stream_is_decided_batch_by_batch() -> None:
    """A stream would be read to its end before the first answer, and fill the memory."""
    asked: list[int] = []
    found = KHARKIV.check_table(_batches(asked, 1000))
    assert isinstance(found, pa.RecordBatchReader)
    assert asked == []
    first = found.read_next_batch()
    assert len(asked) <= 2
    assert _cells(first) == said_of_all(KHARKIV, RECORDS)
    assert first.schema == found.schema
    assert found.read_next_batch().schema == found.schema
    assert len(asked) <= 3


def test_batches_that_differ_have_one_schema() -> None:
    """A consumer would meet a column of another type in the middle of a stream."""
    batches = [TABLE[row : row + 1].to_batches()[0] for row in range(len(RECORDS))]
    reader = pa.RecordBatchReader.from_batches(TABLE.schema, batches)
    found = check_stream(KHARKIV.decider, reader, bad="mark").read_all()
    found.validate(full=True)
    assert _cells(found) == said_of_all(KHARKIV, RECORDS)


def test_large_batches_are_decided_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that comes as one batch would be held in memory several times over."""
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    found = check_stream(KHARKIV.decider, TABLE)
    pieces = list(found)
    assert [piece.num_rows for piece in pieces] == [3, 3, 1]
    whole = pa.Table.from_batches(pieces)
    assert _cells(whole) == said_of_all(KHARKIV, RECORDS)


def test_rows_of_a_stream_are_counted_through() -> None:
    """The bad row of a later batch would be looked for at the beginning."""
    parts = [["US", "US"], [], ["US", "USA"]]
    batches = [pa.record_batch({"weapon.made_in": pa.array(p, pa.string())}) for p in parts]
    found = KHARKIV.check_table(pa.RecordBatchReader.from_batches(batches[0].schema, batches))
    assert found.read_next_batch().num_rows == 2
    assert found.read_next_batch().num_rows == 0
    problems = _refused(found.read_next_batch)
    assert problems[1] == ("SR114", "row 4: `USA` is not a country code")


def test_a_stream_is_refused_at_once() -> None:
    """A slip in a name would come to light hours later, or never, in a stream nobody reads."""
    reader = _batches([], 1)
    assert _refused(lambda: KHARKIV.check_table(reader, columns={"a": "date"}))[0][0] == "SR221"
    assert _refused(lambda: KHARKIV.check_table(KHARKIV.check_table(TABLE)))[0][0] == "SR223"


def test_an_empty_stream() -> None:
    """A stream without batches would have no schema, or not end."""
    found = KHARKIV.check_table(pa.RecordBatchReader.from_batches(TABLE.schema, [])).read_all()
    assert found.schema == KHARKIV.check_table(TABLE).schema
    assert found.num_rows == 0


@pytest.mark.parametrize("thing", [None, 7, "rows.parquet", [{"weapon.made_in": "US"}], {}])
def test_what_is_no_table(thing: Any) -> None:
    """A path or a list would end in an error about an attribute that nobody has heard of."""
    with pytest.raises(TypeError, match="check_table takes an Arrow table or a stream"):
        KHARKIV.check_table(thing)


def test_bad_is_one_of_two() -> None:
    """A misspelt option would be taken for the other."""
    with pytest.raises(ValueError, match="bad is 'raise' or 'mark', not 'ignore'"):
        KHARKIV.check_table(TABLE, bad="ignore")  # type: ignore[arg-type]


def test_an_array_of_another_library() -> None:
    """One batch of another library would have to be copied into pyarrow by hand."""

    class Other:
        def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
            return TABLE.combine_chunks().to_batches()[0].__arrow_c_array__(requested_schema)

    found = KHARKIV.check_table(Other())
    assert isinstance(found, pa.RecordBatch)
    assert _cells(found) == said_of_all(KHARKIV, RECORDS)


def test_polars_goes_in_and_comes_out() -> None:
    """Users of Polars would have to go through pandas."""
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.from_arrow(TABLE).with_columns(polars.col("weapon.made_in").cast(polars.Enum(
        ["US", "FR", "GB"])))  # fmt: skip
    found = polars.DataFrame(KHARKIV.check_table(frame))
    assert found.columns == [*frame.columns, *ADDED]
    assert found.select(ADDED).rows() == said_of_all(KHARKIV, RECORDS)
    lazy = polars.concat([frame.slice(0, 3), frame.slice(3)], rechunk=False)
    assert polars.DataFrame(KHARKIV.check_table(lazy)).equals(found)


def test_duckdb_goes_in_and_comes_out() -> None:
    """A query could not be decided without a file in between."""
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    # a connection gives one result at a time
    with duckdb.connect() as db, duckdb.connect() as other:
        db.register("strikes", TABLE)
        query = db.sql('select * from strikes where "weapon.made_in" is not null')
        other.register("decided", KHARKIV.check_table(query))
        counted = other.sql("select decision, count(*) as n from decided group by all").fetchall()
    records = [r for r in RECORDS if r.get("weapon.made_in")]
    want = [cells[0] for cells in said_of_all(KHARKIV, records)]
    assert dict(counted) == {word: want.count(word) for word in want}
