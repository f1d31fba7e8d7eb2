"""The interactive map: its scale, its layers, what replaces what."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapely
from bokeh.core.json_encoder import serialize_json
from bokeh.document import Document
from tests.pages.made import HOSTILE, regions_by_hand

import strikerules as sr
from strikerules.geography.geodesy import distance_km
from strikerules.pages.figure import LAYERS, PolicyMap
from strikerules.pages.frame import LocalFrame, View, frame_around
from strikerules.pages.layers import towns, zones_asked
from strikerules.problems import InvalidInput

CASE = {
    "target.location": {"lon": 36.9, "lat": 50.45, "accuracy_km": 5},
    "launch.location": {"lon": 36.7, "lat": 50.0},
}


@pytest.fixture(scope="module")
def shown() -> PolicyMap:
    policy = sr.load("kharkiv")
    return PolicyMap(policy, sr.Scenario.of(CASE), regions_by_hand())


def test_scale_is_true() -> None:
    """A distance that is measured on the map would not be the one that the rules go by."""
    frame = LocalFrame(36.5, 50.2)
    for lon, lat in ((34.0, 49.0), (39.5, 51.3), (36.5, 52.0), (33.0, 50.2)):
        x, y = frame.to_local(lon, lat)
        km = distance_km(36.5, 50.2, lon, lat)
        assert (x * x + y * y) ** 0.5 == pytest.approx(km, rel=1e-3)


def test_there_and_back(shown: PolicyMap) -> None:
    """A place that was clicked on would be taken for another."""
    for lon, lat in ((36.9, 50.45), (31.0, 46.0), (-170.0, 66.0)):
        there = shown.to_local(lon, lat)
        assert shown.to_lonlat(*there) == pytest.approx((lon, lat), abs=1e-8)


def test_both_ways_alike(shown: PolicyMap) -> None:
    """A circle would be an ellipse from the start."""
    view = shown.view
    assert view.width / view.height == pytest.approx(1.5)
    assert (shown.figure.x_range.start, shown.figure.y_range.end) == (view.west, view.north)


def test_regions_are_where_they_are(shown: PolicyMap) -> None:
    """The colours would be beside the places that they speak of."""
    narrow = sr.zone("designated-area-narrow").geometry
    data = shown.sources["permitted"].data
    drawn = shapely.union_all([
        shapely.Polygon(list(zip(x[0], y[0], strict=True)),
                        [list(zip(a, b, strict=True)) for a, b in zip(x[1:], y[1:], strict=True)])
        for x, y in zip(data["xs"][0], data["ys"][0], strict=True)
    ])  # fmt: skip
    meant = shown.frame.shape(narrow)
    assert shapely.hausdorff_distance(drawn.boundary, meant.boundary) < 0.15
    assert drawn.area == pytest.approx(meant.area, rel=2e-3)


def test_what_is_said_of_a_region(shown: PolicyMap) -> None:
    """The pointer would find no reasons, or the wrong ones."""
    data = shown.sources["indeterminate"].data
    assert data["words"] == ["open: permitted or prohibited"]
    assert data["reasons"] == ["hangs on extent\nprohibited if read narrow\npermitted if read wide"]
    assert (data["citations"], data["area"], data["row"]) == (["c06b"], ["23,726 km²"], [1])
    assert shown.sources["prohibited"].data["reasons"] == [
        "no rule applies; what the policy says of everything else holds"
    ]


def test_hatching_tells_open_regions_apart() -> None:
    """What is open would look like what is settled, to those who see no colours most of all."""
    table = regions_by_hand()
    table["decision"] = "indeterminate"
    table["possible"] = [["permitted", "prohibited"]] * 4
    table["depends_on"] = [["a"], ["b"], ["a"], ["c"]]
    hatches = PolicyMap(sr.load("kharkiv"), None, table).sources["indeterminate"].data["hatch"]
    assert hatches[0] == hatches[2] != " "
    assert len({*hatches}) == 3


def test_every_layer_is_in_the_legend(shown: PolicyMap) -> None:
    """A layer could not be put away."""
    names = [item.name for item in shown.legend.items]
    assert [n for n in LAYERS if n in shown.renderers] == names
    assert shown.legend.click_policy == "hide"
    hidden = {item.name for item in shown.legend.items if not item.visible}
    assert hidden == set()


def test_update_replaces_everything(shown: PolicyMap) -> None:
    """What was there before would stay on the map."""
    shown.update(None, sr.Scenario.of({"target.location": {"place": "Belgorod"}}))
    try:
        assert shown.sources["permitted"].data["xs"] == []
        assert shown.sources["launch"].data["x"] == []
        assert shown.sources["line"].data["xs"] == []
        assert shown.sources["target"].data["label"] == ["target: Belgorod, good to 8 km"]
        visible = {item.name for item in shown.legend.items if item.visible}
        assert visible == {"oblasts", "countries", "zones", "towns", "around", "target"}
    finally:
        shown.update(regions_by_hand(), sr.Scenario.of(CASE))


def test_another_policy_brings_its_zones() -> None:
    """The zones of the policy before would be taken for those of the one that is chosen."""
    found = PolicyMap(sr.load("ban"))
    assert found.sources["zones"].data["name"] == []
    found.update(None, None, sr.load("kharkiv"))
    assert {*found.sources["zones"].data["name"]} == {
        "designated-area-narrow", "designated-area-wide",
    }  # fmt: skip


def test_line_is_the_geodesic(shown: PolicyMap) -> None:
    """The line and its length would be other ones than the strike's."""
    line = shown.sources["line"].data
    assert line["label"] == ["52 km"]
    first = shown.to_local(36.7, 50.0)
    assert (line["xs"][0][0], line["ys"][0][0]) == pytest.approx(first, abs=0.01)


def test_place_somewhere_in_a_zone() -> None:
    """A target that is somewhere in an oblast would not be shown at all."""
    scenario = sr.Scenario.of({"target.location": {"zone": "belgorod-oblast"}})
    data = PolicyMap(sr.load("kharkiv"), scenario).sources["around"].data
    assert data["end"] == ["target: somewhere here (belgorod-oblast)"]


def test_unknown_place_is_a_problem() -> None:
    """A misspelt town would leave the map without its target, and nobody would be told."""
    scenario = sr.Scenario.of({"target.location": {"place": "Belgrood"}})
    with pytest.raises(InvalidInput) as error:
        PolicyMap(sr.load("kharkiv"), scenario)
    assert error.value.problems[0].code == "SR402"


def test_across_the_antimeridian() -> None:
    """A zone beyond 180 degrees would be drawn on the far side of the map, or across it."""
    frame = frame_around([shapely.box(178, 60, 180, 62)])
    both = shapely.union_all([shapely.box(178, 60, 180, 62), shapely.box(-180, 60, -178, 62)])
    west, _, east, _ = frame.shape(both).bounds
    assert east - west < 250


def test_towns_make_room_for_one_another() -> None:
    """Names would lie on top of each other."""
    frame = LocalFrame(36.5, 50.2)
    view = View(-220, -150, 220, 150)
    found = towns(frame, view)
    first = [(x, y) for x, y, level in zip(found["x"], found["y"], found["level"], strict=True)
             if level <= 1]  # fmt: skip
    assert len(first) > 5
    for i, (x, y) in enumerate(first):
        for a, b in first[i + 1 :]:
            assert abs(x - a) >= view.width / 8 or abs(y - b) >= view.height / 20


def test_zones_under_every_reading() -> None:
    """Only the first reading's area would be on the map."""
    names = {zone.id for zone in zones_asked(sr.load("kharkiv"))}
    assert {"designated-area-narrow", "designated-area-wide", "russia"} <= names


def test_maps_of_a_page_share_what_is_the_same(shown: PolicyMap) -> None:
    """A page of many maps would carry the outlines of the countries many times."""
    other = PolicyMap(shown.policy, None, None, frame=shown.frame, shared=shown)
    for name in ("countries", "oblasts", "towns", "zones", "names"):
        assert other.sources[name] is shown.sources[name]
    assert other.sources["target"] is not shown.sources["target"]


def test_hostile_words_stay_words() -> None:
    """A rule's name could become markup beside the pointer."""
    found = PolicyMap(sr.load("kharkiv"), None, regions_by_hand(HOSTILE))
    tips = [t.tooltips for t in found.figure.tools if type(t).__name__ == "HoverTool"]
    assert all("safe}" not in tip for tip in tips)
    document = Document()
    document.add_root(found.figure)
    data: dict[str, Any] = json.loads(serialize_json(document.to_json()))
    assert "<script" in json.dumps(data)  # as data, which Bokeh makes harmless when it shows it


def test_without_bokeh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library there would be a traceback, and no word of what to install."""
    import sys

    for name in [n for n in sys.modules if n.partition(".")[0] == "bokeh"]:
        monkeypatch.delitem(sys.modules, name)

    class Missing:
        def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
            if name == "bokeh":
                raise ModuleNotFoundError("No module named 'bokeh'", name="bokeh")

    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(InvalidInput) as error:
        PolicyMap(sr.load("ban"))
    (problem,) = error.value.problems
    assert problem.code == "SR621"
    assert problem.help == "pip install 'strikerules[pages]'"
