"""The script behind the outlines puts pieces together exactly, and only from known files."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
import shapely

from strikerules.data import folder
from strikerules.geography import zone_register

pytest.importorskip("shapefile", reason="the build script needs pyshp")


@pytest.fixture(scope="module")
def build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("geodata_build", folder("geodata") / "build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_loose_ends_are_tied_and_pieces_share_vertices(build: ModuleType) -> None:
    """Oblasts whose lines stop short of the border would not close, or leave slivers."""
    west, east = shapely.box(30, 50, 31, 51), shapely.box(31, 50, 32, 51)
    short = shapely.LineString([(30.0002, 50.4), (30.9998, 50.6)])
    far = shapely.LineString([(31.01, 50.4), (31.99, 50.6)])
    faces = build.network({"west": west, "east": east}, [short, far])
    assert len(faces) == 3
    zones = build.joined(faces, {"west": west, "east": east})
    tie = [xy for xy in shapely.get_coordinates(zones["west"]) if 50.59 < xy[1] < 50.61]
    assert len(tie) == 1
    assert tie[0].tolist() in shapely.get_coordinates(zones["east"]).tolist()
    assert shapely.intersection(zones["west"], zones["east"]).area == 0


def test_inner_edges_leave_out_the_border(build: ModuleType) -> None:
    """A derived area would bring a second, slightly different copy of the border."""
    zones = {name: shapely.box(30, 50, 32, 51) for name in build.COUNTRIES}
    (line,) = build.inner_edges(shapely.box(30, 50, 31, 51), zones)
    assert line.equals(shapely.LineString([(31, 50), (31, 51)]))


def test_a_feature_reads_back_as_it_was(build: ModuleType) -> None:
    """Writing would move vertices, or differ from one run to the next."""
    ring = shapely.box(30, 50, 33, 53).difference(shapely.box(31, 51, 32.123456, 52))
    two = shapely.union_all([ring, shapely.box(-40, -5, -39, 0)])
    text = build.feature("two", "Two parts", build.tidy(two))
    turned = shapely.MultiPolygon(
        [shapely.reverse(part) for part in reversed(shapely.get_parts(two))]
    )
    assert text == build.feature("two", "Two parts", build.tidy(turned))
    assert json.loads(text)["id"] == "two"
    assert shapely.from_geojson(text).equals(two)
    assert [build.number(x) for x in (-0.0000001, 30.0, 1.5, -180.0)] == ["0", "30", "1.5", "-180"]


def test_only_the_package_in_the_register_is_taken(build: ModuleType, tmp_path: Path) -> None:
    """Outlines could be built from data that nobody has looked at."""
    wheel = tmp_path / "some_data-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("some_data/file", b"data")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    source = {"package": "some-data", "version": "1.0", "sha256": digest, "path": "some_data/file"}
    assert build.opened(source, tmp_path, tmp_path) == b"data"
    with pytest.raises(SystemExit, match="not the file in the register"):
        build.opened(source | {"sha256": "0" * 64}, tmp_path, tmp_path)


def test_boxes_in_the_register_are_rewritten(build: ModuleType) -> None:
    """A box would stay behind when its zone changes."""
    text = (folder("geodata") / "zones.yaml").read_text(encoding="utf-8")
    zones = {zone.id: zone.geometry for zone in zone_register()}
    assert build.with_boxes(text, zones) == text
    moved = build.with_boxes(text, {"belarus": shapely.box(1, 2, 3, 4)})
    assert [a for a, b in zip(moved.splitlines(), text.splitlines(), strict=True) if a != b] == [
        "    bbox: [1, 2, 3, 4]"
    ]


def test_an_oblast_without_a_piece_is_an_error(build: ModuleType) -> None:
    """A missing oblast would ship as an empty zone."""
    with pytest.raises(SystemExit, match="no piece of the network holds"):
        build.oblasts([shapely.box(0, 0, 1, 1)])
