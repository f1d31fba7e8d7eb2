"""Pictures: what they paint is what is decided, and what they say can be read."""

from __future__ import annotations

import itertools
import pickle
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text

import strikerules as sr
from strikerules.analysis.landscape_lines import Circle
from strikerules.engine.case import TARGET
from strikerules.given import one_scenario
from strikerules.pictures import (
    change_picture,
    library,
    panels_by,
    panels_of_versions,
    picture,
    save_panels,
    save_picture,
)
from strikerules.pictures.colours import CHANGES, FILLS, INK, STRONG, pale
from strikerules.pictures.furniture import scale_km
from strikerules.pictures.picture import _whole
from strikerules.pictures.plane import Plane
from strikerules.pictures.scene import Scene

EXAMPLES = Path(__file__).parents[2] / "examples"
FORWARD = EXAMPLES / "forward-launch-site.yaml"
ATACMS = EXAMPLES / "atacms-near-kharkiv.yaml"
SHOWN = (
    "forward-launch-site", "atacms-near-kharkiv", "air-base", "deep-strike", "target-in-crimea",
    "somewhere-in-belgorod-oblast", "inside-a-polygon", "rostov-oblast", "launch-from-a-town",
)  # fmt: skip


def new_axes() -> Axes:
    """Return axes that no window shows, as large as the command's."""
    figure = library.new_figure(10.6, 8.0)
    return figure.add_axes((0.018, 0.148, 0.665, 0.755))


def drawn(policy: sr.Policy, source: Any, **how: Any) -> Axes:
    """Draw a case as the command does, with its legend beside the map."""
    ax = new_axes()
    scenario = one_scenario(source, policy.ruling.vocabulary)
    scene = Scene(policy, scenario, ax.bbox.width / ax.bbox.height, how.get("within"))
    _whole(ax, scene)
    return ax


def words_of(ax: Axes) -> Iterator[str]:
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text():
            yield text.get_text().replace("\n", " ")


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_painted_is_decided(name: str) -> None:
    """The colour under a point of a picture would not be what `check` says of a target there."""
    policy = sr.load()
    scenario = one_scenario(EXAMPLES / f"{name}.yaml", policy.ruling.vocabulary)
    ax = new_axes()
    picture(policy, scenario, ax=ax)
    scene = Scene(policy, scenario, ax.bbox.width / ax.bbox.height)
    plane, source = scene.plane, random.Random(name)
    edges = [shapely.boundary(b.shape(plane.window)) for b in scene.lines]
    edges += [shapely.boundary(sr.zone(z).geometry) for z in ("russia", "ukraine")]
    if scene.range_km and scene.launch:
        circle = Circle(scene.launch.lon, scene.launch.lat, scene.range_km)
        edges.append(shapely.boundary(circle.shape(plane.window)))
    by_colour = {FILLS[d]: d for d in FILLS} | {pale(FILLS[d]): d for d in FILLS}
    patches = [p for p in ax.get_children() if isinstance(p, PathPatch)]
    seen = set()
    for _ in range(60):
        x = source.uniform(-plane.half_width, plane.half_width)
        y = source.uniform(-plane.half_height, plane.half_height)
        lon, lat = plane.back(x, y)
        if any(shapely.dwithin(e, shapely.Point(lon, lat), 0.08) for e in edges):
            continue
        under = [p for p in patches if p.get_path().contains_point((x, y))]
        assert len(under) == 1
        colour = "#" + "".join(f"{round(255 * c):02x}" for c in under[0].get_facecolor()[:3])
        values = {**scenario.values, "target.location": {"lon": lon, "lat": lat}}
        launch = scenario.locations.get("launch.location")
        if launch is not None:
            values["launch.location"] = plain(launch)
        answer = policy.decide({k: str(v) if k == "date" else v for k, v in values.items()})
        assert by_colour[colour] == answer.decision, (lon, lat)
        seen.add(answer.decision)
    assert seen


def plain(place: Any) -> dict[str, Any]:
    found = {k: getattr(place, k) for k in place.__struct_fields__}
    return {k: v for k, v in found.items() if v is not None}


@pytest.mark.parametrize("name", SHOWN)
def test_words_do_not_lie_on_one_another(name: str) -> None:
    """Towns, oblasts and the case would be written over each other, or out of the map."""
    ax = drawn(sr.load(), EXAMPLES / f"{name}.yaml")
    frame = ax.get_window_extent()
    # the scale's own words stand in its white box
    texts = [
        t for t in ax.texts if t.get_text() and not re.fullmatch(r"[\d.]+( km)?", t.get_text())
    ]
    inside = [t for t in texts if frame.contains(*_middle(t))]
    boxes = [t.get_window_extent() for t in inside]
    assert len(boxes) > 8
    for one, other in itertools.combinations(range(len(boxes)), 2):
        pair = inside[one].get_text(), inside[other].get_text()
        assert not boxes[one].overlaps(boxes[other]), pair
    for text, box in zip(inside, boxes, strict=True):
        assert frame.x0 <= box.x0, text
        assert box.x1 <= frame.x1, text
        assert frame.y0 <= box.y0, text
        assert box.y1 <= frame.y1, text


def _middle(text: Text) -> tuple[float, float]:
    box = text.get_window_extent()
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


@pytest.mark.parametrize("name", SHOWN)
def test_all_words_are_on_the_paper(name: str) -> None:
    """The legend or the footer would run out of the picture, and be cut off."""
    ax = drawn(sr.load(), EXAMPLES / f"{name}.yaml")
    figure: Any = ax.get_figure()
    figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    frame = ax.get_window_extent()
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= 0, text
            assert box.x1 <= figure.bbox.width, text
            assert box.y0 >= 0, text
            assert box.y1 <= figure.bbox.height, text
    assert legend.get_window_extent().x0 >= frame.x1
    assert legend.get_window_extent().y0 >= 0


def test_what_a_picture_says() -> None:
    """A picture would not say what was decided, under what, and what is assumed in it."""
    said = list(words_of(drawn(sr.load(), FORWARD)))
    for words in (
        "Permitted by kharkiv",
        "A missile launcher 15 km inside Russia, used against Kharkiv",
        "A target there would be",
        "open: permitted or prohibited, hangs on extent-of-designated-areas",
        "paler: beyond the weapon's 80 km, decided as given",
        "target, good to 1 km",
        "from launch to target, 52 km",
        "designated-area-narrow (assumed)",
        "100 km from ukraine",
        "N",
    ):
        assert words in said
    foot = max(said, key=len)
    for words in (
        "Policy: kharkiv (of the timeline us-weapons-in-russia, on 2024-06-02) · Readings: none",
        "The New York Times, “Blinken Hints U.S. May Allow Ukraine Greater Latitude to Strike in",
        "31 May 2024",
        "Assumed, published by nobody: designated-area, long_range_km = 100 km",
        "The case is invented; no real military site is shown.",
    ):
        assert words in foot


def test_readings_chosen_are_said() -> None:
    """Two pictures under different readings could not be told apart."""
    policy = sr.load("kharkiv").vary(readings={"extent-of-designated-areas": "wide"})
    foot = max(words_of(drawn(policy, FORWARD)), key=len)
    assert "Readings: extent-of-designated-areas = wide." in foot


def test_true_to_scale() -> None:
    """The scale bar would measure something else than kilometres on the ground."""
    from strikerules.geography import distance_km

    plane = Plane(37.0, 50.5, 200.0, 170.0)
    for x, y in ((-150.0, -120.0), (0.0, 100.0), (180.0, 150.0)):
        lon, lat = plane.back(x, y)
        assert distance_km(37.0, 50.5, lon, lat) == pytest.approx(np.hypot(x, y), rel=1e-3)
    assert [scale_km(w) for w in (8, 40, 330, 9_000)] == [1.0, 5.0, 50.0, 2000.0]
    ax = drawn(sr.load(), FORWARD)
    assert ax.get_aspect() == 1.0


# -- colours ------------------------------------------------------------------------------------

#: Machado, Oliveira and Fernandes, 2009: how full protanopes, deuteranopes and tritanopes see.
SEEN_BY = {
    "all": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopes": [
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopes": [
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}  # fmt: skip


def linear(colour: str) -> Any:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: Any) -> Any:
    """Return a linear colour as CIE L*a*b*."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(one: str, other: str) -> float:
    light = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(c)) for c in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


@pytest.mark.parametrize("eyes", SEEN_BY)
@pytest.mark.parametrize("colours", [FILLS, CHANGES], ids=["decisions", "changes"])
def test_colours_can_be_told_apart(eyes: str, colours: dict[str, str]) -> None:
    """Colour-blind readers would take what is permitted for what is prohibited."""
    seen = {name: lab(np.array(SEEN_BY[eyes]) @ linear(c)) for name, c in colours.items()}
    for one, other in itertools.combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 10, (one, other)


def test_words_stand_out() -> None:
    """Words on the map and verdicts would be too faint to read."""
    for decision, fill in FILLS.items():
        assert contrast(INK, fill) >= 7
        assert contrast(STRONG[decision], "#ffffff") >= 4.5


# -- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_files(ending: str, tmp_path: Path) -> None:
    """A picture would be of another kind than its name says, or differ from one day to the next."""
    policy = sr.load()
    scenario = one_scenario(FORWARD, policy.ruling.vocabulary)
    paths = [tmp_path / f"{n}.{ending}" for n in "ab"]
    for path in paths:
        assert save_picture(policy, scenario, path).decision == "permitted"
    one, two = (p.read_bytes() for p in paths)
    assert one == two
    assert one.startswith({"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending])
    assert len(one) < 1_500_000
    if ending == "svg":
        assert b">Permitted by kharkiv</text>" in one
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"a.{ending}", f"b.{ending}"]


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who has not installed it would see a traceback instead of what to install."""
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    policy = sr.load("ban")
    with pytest.raises(sr.InvalidInput) as found:
        policy.plot({})
    assert [(p.code, p.message, p.help) for p in found.value.problems] == [
        (
            "SR611",
            "pictures need matplotlib, which is not installed",
            "`pip install 'strikerules[plot]'` installs it",
        )
    ]


# -- from Python --------------------------------------------------------------------------------


@pytest.fixture
def pyplot() -> Iterator[Any]:
    """pyplot without windows, all figures closed in the end."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    yield plt
    plt.close("all")


def test_plot_returns_axes(pyplot: Any) -> None:
    """Pictures could not be put beside others, or worked on, as in geopandas."""
    policy = sr.load("kharkiv")
    _, (left, right) = pyplot.subplots(1, 2, figsize=(14, 5))
    assert policy.plot(FORWARD, left) is left
    assert policy.check(FORWARD).plot(right) is right
    assert left.get_title(loc="left") == right.get_title(loc="left") == "Permitted by kharkiv"
    assert isinstance(policy.check(FORWARD).plot(), Axes)
    assert isinstance(sr.diff("ban", policy).plot(), Axes)
    found = policy.regions(FORWARD, within="belgorod-oblast")
    assert isinstance(found.plot(column="decision"), Axes)


def test_a_decision_draws_its_own_case(pyplot: Any) -> None:
    """A decision would draw the case as it was changed since, or under other readings."""
    policy = sr.load("kharkiv")
    scenario = {"weapon.made_in": "US", TARGET: {"lon": 36.9, "lat": 50.45}}
    decisions = [policy.check(scenario) for _ in range(12)]
    wide = policy.check(scenario, readings={"extent-of-designated-areas": "narrow"})
    scenario[TARGET]["lon"] = 30.0  # type: ignore[index]
    for decision in (decisions[0], decisions[-1]):
        assert decision.plot().get_title(loc="left").startswith("Open under kharkiv")
    foot = max(words_of(wide.plot()), key=len)
    assert "Readings: extent-of-designated-areas = narrow." in foot
    with pytest.raises(sr.InvalidInput) as found:
        pickle.loads(pickle.dumps(wide)).plot()
    assert found.value.problems[0].code == "SR614"


def test_nothing_known() -> None:
    """A case that says nothing, or a policy that asks nothing, would have no picture."""
    own = sr.load({"policy": "own", "rules": [{"id": "r", "effect": "permit"}]})
    assert drawn(own, {}).get_title(loc="left") == "Permitted by own"
    assert drawn(sr.load(), {}).get_title(loc="left").startswith("Open under")


def test_within_shows_what_is_asked_for() -> None:
    """The frame could not be chosen, and what is outside would be painted all the same."""
    ax = drawn(sr.load(), FORWARD, within=(36.0, 50.0, 37.0, 50.8))
    assert ax.get_xlim()[1] == pytest.approx(50, abs=15)
    assert "not looked at" in list(words_of(ax))


# -- panels and changes -------------------------------------------------------------------------


def test_panels(tmp_path: Path) -> None:
    """A reading or a version would be missing, or be decided like another."""
    policy = sr.load("kharkiv")
    scenario = one_scenario(ATACMS, policy.ruling.vocabulary)
    panels = panels_by(policy, "meaning-of-long-range")
    assert [p.caption for p in panels] == [
        "meaning-of-long-range = by-weapon",
        "meaning-of-long-range = by-distance",
        "meaning-of-long-range = by-depth",
    ]
    path = tmp_path / "by.svg"
    found = save_panels(policy, panels, scenario, path, by="meaning-of-long-range")
    assert [d.decision for d in found] == ["prohibited", "permitted", "permitted"]
    said = path.read_text(encoding="utf-8")
    assert "Readings: meaning-of-long-range, a map for each reading." in said
    assert said.count(">Permitted by kharkiv</text>") == 2
    timeline = sr.load()
    versions = panels_of_versions(timeline)
    assert [p.caption for p in versions] == [
        "in force before 2024-05-30 (day_of_effect)",
        "in force from 2024-05-30 (day_of_effect)",
    ]
    found = save_panels(timeline, versions, scenario, tmp_path / "versions.png")
    assert [d.decision for d in found] == ["prohibited", "indeterminate"]


def test_changes() -> None:
    """What changes between two policies would be painted where nothing does."""
    ax = change_picture(sr.diff("ban", "kharkiv", given=FORWARD), ax=new_axes())
    said = list(words_of(ax))
    assert "From ban to kharkiv" in said
    assert "newly permitted" in said
    assert "newly open" in said
    assert "for forward-launch-site, its target anywhere" in said
    by_hand = sr.diff("ban", "kharkiv", given=FORWARD)
    assert len(by_hand) == 1
    assert by_hand.anywhere is not by_hand
    assert by_hand.anywhere.anywhere is by_hand.anywhere
    same = sr.load("kharkiv")
    ax = change_picture(sr.diff(same, same), ax=new_axes())
    said = list(words_of(ax))
    assert "no scenario tells the two apart" in said
    assert not any(isinstance(p, PathPatch) for p in ax.get_children())


def test_what_was_varied_is_told() -> None:
    """A picture would say that nothing was chosen where one of the two was varied."""
    kharkiv = sr.load("kharkiv")
    other = kharkiv.vary(set={"long_range_km": 300}, readings={"air-bases": "counted"})
    axes = sr.diff(kharkiv, other).plot()
    said = " ".join(" ".join(t.get_text() for t in axes.figure.findobj(Text)).split())
    assert "none is chosen" not in said
    assert "long_range_km = 100 in kharkiv" in said
    assert "air-bases = counted, long_range_km = 300 in kharkiv (second)" in said
