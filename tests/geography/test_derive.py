"""Zones made from zones, as the register and policies write them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from strikerules.geography import Edges, derive, zone_register
from strikerules.geography.derive import geometry_of, parents
from strikerules.problems import InvalidInput

SQUARES: dict[str, BaseGeometry] = {
    "a": shapely.box(30, 50, 32, 51),
    "b": shapely.box(31, 50, 33, 51),
    "c": shapely.box(33, 50, 34, 51),
    "d": shapely.box(31.5, 50, 34, 51),
}


def _derive(expression: Any, **more: Any) -> BaseGeometry:
    return derive(expression, SQUARES.__getitem__, **more)


def _problem(expression: Any, **more: Any) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        _derive(expression, **more)
    (problem,) = caught.value.problems
    assert problem.expected
    return problem.code, problem.message


@pytest.mark.parametrize(
    ("expression", "bounds"),
    [
        ("a", (30, 50, 32, 51)),
        ({"same_as": "b"}, (31, 50, 33, 51)),
        ({"union": ["a", "b", "c"]}, (30, 50, 34, 51)),
        ({"intersection": ["a", "b"]}, (31, 50, 32, 51)),
        ({"difference": ["a", "b"]}, (30, 50, 31, 51)),
        ({"difference": [{"union": ["a", "b"]}, "d", "c"]}, (30, 50, 31.5, 51)),
        ({"geometry": shapely.geometry.mapping(SQUARES["a"])}, (30, 50, 32, 51)),
    ],
)
def test_set_operations(expression: Any, bounds: tuple[float, ...]) -> None:
    """A derived zone would be another area than its words say."""
    made = _derive(expression)
    assert made.bounds == bounds
    assert made.is_valid


def test_a_common_edge_is_no_area() -> None:
    """Neighbours would seem to have something in common, a line that no rule can use."""
    assert _problem({"intersection": ["b", "c"]})[0] == "SR404"
    touching_and_more = {"intersection": ["d", {"union": ["c", "a"]}]}
    assert _derive(touching_and_more).geom_type in ("Polygon", "MultiPolygon")


@pytest.mark.parametrize("order", [1, -1])
def test_buffers_inside_cuts_are_as_exact(order: int) -> None:
    """Cutting with a buffer would take the part of it that was not worked out."""
    russia = zone_register().get("russia")
    kharkiv = zone_register().get("kharkiv-oblast")
    register = zone_register()
    parts = ["kharkiv-oblast", {"buffer_km": 20, "of": "russia"}][::order]
    near = register.derive({"intersection": parts})
    far = register.derive({"difference": ["kharkiv-oblast", {"buffer_km": 20, "of": "russia"}]})
    assert near.area + far.area == pytest.approx(kharkiv.geometry.area, abs=1e-9)
    vertices = shapely.get_coordinates(far)
    inner = vertices[shapely.distance(kharkiv.geometry.boundary, shapely.points(vertices)) > 1e-6]
    assert len(inner) > 50
    assert Edges(russia.geometry).distances_km(*inner.T) == pytest.approx(20, abs=0.002)


def test_narrowing_and_nesting() -> None:
    """A buffer of something derived would be of something else."""
    inner = _derive({"buffer_km": -5, "of": {"union": ["a", "b"]}})
    assert SQUARES["a"].union(SQUARES["b"]).contains(inner)
    again = _derive({"buffer_km": 5, "of": {"geometry": shapely.geometry.mapping(inner)}})
    assert again.within(SQUARES["a"].union(SQUARES["b"]).buffer(1e-4))


def test_from_a_file(tmp_path: Path) -> None:
    """A policy's own outline beside it could not be read."""
    path = tmp_path / "own.geojson"
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(SQUARES[name])}
        for name in ("a", "b")
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert _derive({"file": "own.geojson"}, base=tmp_path).bounds == (30, 50, 33, 51)
    assert _problem({"file": "none.geojson"}, base=tmp_path) == (
        "SR403",
        "the file `none.geojson` can't be read",
    )
    path.write_bytes(b"\xff\xfe")
    assert _problem({"file": "own.geojson"}, base=tmp_path)[0] == "SR403"


@pytest.mark.parametrize(
    ("geojson", "message"),
    [
        ("{", "`zone` is not a usable area: it can't be read as GeoJSON"),
        ({"type": "Point", "coordinates": [0, 0]}, "`zone` is not a usable area: it is `Point`"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "`zone` is not a usable area: it crosses itself at 0.5, 0.5",
        ),
        (
            {"type": "Polygon", "coordinates": [[[179, 0], [181, 0], [181, 1], [179, 0]]]},
            "`zone` is not a usable area: it reaches to `[179.0, 0.0, 181.0, 1.0]`",
        ),
    ],
)
def test_unusable_outlines(geojson: Any, message: str) -> None:
    """A crossed or misplaced outline would give answers that mean nothing."""
    with pytest.raises(InvalidInput) as caught:
        geometry_of(geojson, "zone")
    (problem,) = caught.value.problems
    assert (problem.code, problem.message) == ("SR405", message)


def test_nothing_left_and_no_known_form() -> None:
    """An empty zone would make every rule on it silently false."""
    assert _problem({"difference": ["a", "a"]}) == (
        "SR404",
        'nothing is left of the zone `{"difference": ["a", "a"]}`',
    )
    assert _problem({"buffer_km": -400, "of": "a"})[0] == "SR404"
    assert _problem({"around": "a"}) == ("SR406", '`{"around": "a"}` does not describe a zone')
    assert _problem(7)[0] == "SR406"


def test_an_unknown_part_is_named() -> None:
    """A misspelt zone inside a derivation would fail without a hint."""
    with pytest.raises(InvalidInput) as caught:
        zone_register().derive({"union": ["russia", "belaruss"]})
    assert caught.value.problems[0].help == "did you mean `belarus`?"


def test_parents_in_order_and_once() -> None:
    """What a zone leans on, and whether that is assumed, would be incomplete."""
    expression = {
        "difference": [{"union": ["a", "b"]}, {"buffer_km": 3, "of": {"same_as": "c"}}, "a"]
    }
    assert parents(expression) == ["a", "b", "c"]
    assert parents({"geometry": {}}) == []
    assert parents(None) == []
