"""Geometries of GeoJSON that GDAL takes for none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.batch.through_files import decide_file, read

from strikerules.batch import as_written
from strikerules.batch.as_written import AsWritten, features_of

POINT = {"type": "Point", "coordinates": [36.5, 50.5]}
READ: list[Any] = [POINT, None, {"type": "Point", "coordinates": []}]
UNREAD: list[Any] = [
    {"type": "Point", "coordinates": "x"},
    {"type": "Point", "coordinates": [36, "a"]},
    {"type": "Pint", "coordinates": [36, 50]},
    {"type": "Polygon", "coordinates": [[36, 50], [37, 50]]},
    {"type": "Point"},
    "POINT (36 50)",
]


def _file(path: Path, geometries: list[Any], **layout: Any) -> Path:
    features = [
        {"type": "Feature", "properties": {"weapon.made_in": "US", "n": n}, "geometry": shape}
        for n, shape in enumerate(geometries)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, **layout))
    return path


@pytest.mark.parametrize("shape", UNREAD, ids=json.dumps)
def test_a_geometry_that_can_not_be_read_is_told(
    shape: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A feature would be decided as if nobody had said where it is, and nobody would be told."""
    path = _file(tmp_path / "in.geojson", [POINT, shape, None, POINT])
    run, bad = decide_file(path, tmp_path / "out.csv", rejects=tmp_path / "bad.csv")
    assert (run.rows, bad.count) == (3, 1)
    assert read(tmp_path / "out.csv")["n"] == ["0", "2", "3"]
    found = read(tmp_path / "bad.csv")
    assert found["rejected_row"] == ["2"]
    assert "can't be read" in found["rejected_because"][0]
    assert capfd.readouterr().err == ""


def test_no_geometry_is_none(tmp_path: Path) -> None:
    """A feature without a place would be refused."""
    path = _file(tmp_path / "in.geojson", READ)
    run, bad = decide_file(path, tmp_path / "out.csv")
    assert (run.rows, bad.count) == (3, 0)


@given(
    st.lists(st.sampled_from([*READ, *UNREAD]), max_size=12),
    st.sampled_from([None, 1]),
    st.integers(60, 400),
)
def test_features_come_piece_by_piece(
    tmp_path_factory: pytest.TempPathFactory, shapes: list[Any], indent: int | None, piece: int
) -> None:
    """A feature that lies across the end of a piece would be lost, or take another's place."""
    path = _file(tmp_path_factory.mktemp("features") / "in.geojson", shapes, indent=indent)
    expected = json.loads(path.read_text())["features"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(as_written, "_PIECE", piece)
        assert list(features_of(path)) == expected
        asked = AsWritten(path)
        for number, shape in list(enumerate(shapes))[::2]:
            assert asked.has_geometry(number) == (shape not in READ[1:])


@pytest.mark.parametrize("text", ["", "{}", '{"features": [', '{"features": [{"a": 1}, {"b"', "x"])
def test_what_is_no_json_ends(text: str, tmp_path: Path) -> None:
    """A damaged file would end in a traceback, or not at all."""
    path = tmp_path / "in.geojson"
    path.write_text(text)
    assert list(features_of(path)) == ([{"a": 1}] if '"a"' in text else [])
    assert not AsWritten(path).has_geometry(5)
