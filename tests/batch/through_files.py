"""Tables that go through files: written and read as somebody else would, decided in between."""

from __future__ import annotations

import csv
import gzip
import io
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pyogrio
from tests.batch.one_row import RECORDS, columns_of, said_of_all

import strikerules as sr
from strikerules.batch.answers import COLUMNS
from strikerules.batch.files import ending_of, open_table, write_table
from strikerules.batch.rejects import Rejects
from strikerules.batch.running import Run, Under
from strikerules.batch.sources import Part, Source
from strikerules.batch.whole import beside

KHARKIV = sr.load("kharkiv")
TABLE = pa.table({**columns_of(RECORDS), "note": [f"é, {i}" for i in range(len(RECORDS))]})
SAID = said_of_all(KHARKIV, RECORDS)

#: Positions in the zone of Kharkiv's UTM, so that coordinates have to be transformed.
SPOTS = geopandas.GeoDataFrame(
    {
        "weapon.made_in": ["US", "FR", "US", None],
        "target.supports": ["kharkiv_assault", None, "other_operation", "kharkiv_assault"],
        "count": [1, 2, 3, 4],
        "when": pd.to_datetime(["2024-06-01T10:00:00"] * 4),
    },
    geometry=geopandas.points_from_xy([36.9, 37.0, 36.2, 39.8], [50.45, 50.5, 49.9, 51.0]),
    crs=4326,
).to_crs(32637)  # type: ignore[call-overload]
SPOTS_SAID = said_of_all(
    KHARKIV,
    [
        {
            "weapon.made_in": made_in,
            "target.supports": supports,
            "target.location.lon": lon,
            "target.location.lat": lat,
        }
        for made_in, supports, lon, lat in zip(
            ["US", "FR", "US", None],
            ["kharkiv_assault", None, "other_operation", "kharkiv_assault"],
            [36.9, 37.0, 36.2, 39.8],
            [50.45, 50.5, 49.9, 51.0],
            strict=True,
        )
    ],
)


def decide(
    source: Source, out: Path, rejects: Path | None = None, **options: Any
) -> tuple[Run, Rejects]:
    """Decide a table under one policy as the command does."""
    ending = ending_of(out.name)
    options = {"typed": ending.kind != "csv", **options}
    with beside(out) as place, Rejects(rejects, source.schema.names) as bad:
        run = Run(source, [Under("k", KHARKIV.decider, Counter())], COLUMNS, bad, **options)
        write_table(place, ending, run.schema, run.batches(), source, chief=run.chief)
    return run, bad


def decide_file(name: Path, out: Path, **options: Any) -> tuple[Run, Rejects]:
    with open_table(str(name), options.pop("rows", 3), options.pop("layer", None)) as source:
        return decide(source, out, **options)


def write(table: pa.Table, path: Path) -> None:
    """Write a table as somebody else would."""
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path, row_group_size=4)
    elif path.suffix == ".arrow":
        pyarrow.feather.write_feather(table, str(path), chunksize=4)
    elif path.suffix in (".gpkg", ".json"):
        driver = "GPKG" if path.suffix == ".gpkg" else "GeoJSON"
        pyogrio.write_dataframe(table.to_pandas(), path, driver=driver)
    else:
        rows = [[_text(v) for v in row.values()] for row in table.to_pylist()]
        delimiter = "\t" if ".tsv" in path.name else ","
        with (
            gzip.open(path, "wt", newline="")
            if path.suffix == ".gz"
            else path.open("w", newline="", encoding="utf-8") as file
        ):
            csv.writer(file, delimiter=delimiter).writerows([table.column_names, *rows])


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def read(path: Path) -> dict[str, list[Any]]:
    """Return the columns of a file, read as somebody else would."""
    if path.suffix in (".parquet", ".geoparquet"):
        return pyarrow.parquet.read_table(path).to_pydict()
    if path.suffix in (".arrow", ".feather"):
        return pyarrow.feather.read_table(str(path)).to_pydict()
    if path.suffix in (".gpkg", ".geojson", ".json"):
        _, table = pyogrio.raw.read_arrow(path)
        nowhere = [n for n in table.column_names if table.column(n).null_count == len(table)]
        return table.drop([n for n in nowhere if n == "wkb_geometry"]).to_pydict()
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    delimiter = "\t" if ".tsv" in path.name else ","
    head, *rows = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=delimiter)
    return dict(zip(head, map(list, zip(*rows, strict=True)), strict=True))


def added(columns: dict[str, list[Any]]) -> list[tuple[Any, ...]]:
    """Return the cells of the decision columns, row by row."""
    rows = list(zip(*(columns[name] for name in COLUMNS), strict=True))
    return [(a, b, c in (True, "true"), d, e) for a, b, c, d, e in rows]


KINDS = [".csv", ".csv.gz", ".tsv", ".tsv.gz", ".parquet", ".arrow", ".gpkg", ".json"]


class Counting(Source):
    """Makes batches when they are asked for, and counts how many are still held."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[pa.RecordBatch]] = []
        self.most = 0
        super().__init__("counting", self._batch().schema)

    def _batch(self) -> pa.RecordBatch:
        return pa.record_batch({"weapon.made_in": pa.array(["US", "FR"] * 500)})

    def parts(self) -> Iterator[Part]:
        for number in range(60):
            batch = self._batch()
            self.made.append(weakref.ref(batch))
            self.most = max(self.most, sum(ref() is not None for ref in self.made))
            yield Part(np.arange(1000) + 1000 * number + 1, batch)
            del batch


def csv_of(folder: Path, text: str | bytes) -> Path:
    """Return a file called `in.csv`."""
    path = folder / "in.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
