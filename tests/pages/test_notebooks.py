"""What a notebook shows: no scripts of its own, and the map in a frame where it is trusted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.pages.made import HOSTILE
from tests.pages.test_report import Page

import strikerules as sr

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["ban", "kharkiv", "timeline", "long-range-lifted"])
def test_policy_shows_itself(name: str) -> None:
    """A policy would be its class and its address."""
    policy = sr.load(name)
    found = Page(policy._repr_html_())
    assert found.wrong == []
    assert found.scripts == []
    assert policy.title in found.text
    for question in policy.ruling.open_questions:
        assert question in found.text


def test_difference_shows_itself() -> None:
    """What changes would be preformatted text."""
    found = Page(sr.diff("kharkiv", "long-range-lifted")._repr_html_())
    assert (found.wrong, found.scripts) == ([], [])
    assert "permitted instead of prohibited" in found.text
    assert found.all("table")


def test_hostile_policy_stays_text() -> None:
    """A policy from elsewhere could run a script in the notebook that loads it."""
    policy = sr.load({
        "policy": "own", "title": HOSTILE, "text": HOSTILE,
        "rules": [{"id": "r", "effect": "permit", "cites": [HOSTILE]}],
    })  # fmt: skip
    found = Page(policy._repr_html_())
    assert (found.wrong, found.scripts, found.all("img")) == ([], [], [])


def test_map_explains_itself_where_it_is_cut() -> None:
    """A notebook that is not trusted would show nothing at all."""
    case = {"title": "A <b>case</b>", "target.location": {"lon": 36.9, "lat": 50.45}}
    found = Page(sr.load("ban").explore(case)._repr_html_())
    assert found.wrong == []
    (frame,) = found.all("iframe")
    assert frame["sandbox"] == "allow-scripts allow-downloads"
    assert Page(frame["srcdoc"] or "").wrong == []
    (image,) = found.all("img")
    assert (image["alt"] or "").startswith("A <b>case</b>, by ban")
    assert (image["src"] or "").startswith("data:image/svg+xml;base64,")


def test_map_can_be_saved(tmp_path: Path) -> None:
    """A map that was found in a notebook could not be sent."""
    shown = sr.diff("kharkiv", "broader-targets").explore()
    shown.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert re.search(r'<table [^>]*class="regions"', text)
    assert shown.figure.name == "map-canvas"


def test_drawing_is_xml() -> None:
    """A picture with a broken tag or an unescaped name would not be shown at all."""
    from xml.etree import ElementTree

    from tests.pages.made import regions_by_hand

    from strikerules.pages.explore import map_drawing
    from strikerules.pages.figure import PolicyMap

    scenario = sr.Scenario.of({"target.location": {"place": "Belgorod"}})
    shown = PolicyMap(sr.load("kharkiv"), scenario, regions_by_hand())
    root = ElementTree.fromstring(map_drawing(shown, HOSTILE.replace("\u2028", "")))
    paths = [p.get("d") or "" for p in root.iter("{http://www.w3.org/2000/svg}path")]
    number = r"-?[\d.]+(?:e-?\d+)?"
    shape = rf"(?:M{number},{number}(?: {number},{number})+Z?\s?)+"
    drawn = [d for d in paths if len(d) > 60]
    assert len(drawn) > 5
    assert all(re.fullmatch(shape, d) for d in drawn)


CASE = {"weapon.made_in": "US", "target.supports": "kharkiv_assault",
        "target.location": {"lon": 36.9, "lat": 50.45}}  # fmt: skip


def test_regions_show_themselves() -> None:
    """A table of regions would be numbers and a column of cut-off coordinates."""
    regions = sr.load("kharkiv").regions(CASE, within=(34, 48, 41, 53))
    found = Page(regions._repr_html_() or "")
    assert (found.wrong, found.scripts) == ([], [])
    assert len(found.all("img")) == 1
    for words in (
        "open: permitted or prohibited",
        "not governed",
        "leans on what nobody published",
    ):
        assert words in found.text
    shown = regions.explore()
    assert len(shown.map.sources["target"].data["x"]) == 1
    kinds = ("permitted", "indeterminate", "prohibited", "not_governed")
    assert sum(len(shown.map.sources[k].data["row"]) for k in kinds) == len(regions)


def test_regions_stay_a_table() -> None:
    """What geopandas' users do with a table would fail on this one."""
    regions = sr.load("ban").regions(CASE, within=(34, 48, 41, 53))
    chosen = regions[regions.decision == "prohibited"]
    assert chosen.to_crs(3857).area.sum() > 0
    assert "POLYGON" in (chosen._repr_html_() or "")
    assert regions.dissolve(by="decision").index.tolist() == ["not_governed", "prohibited"]


def test_decision_leads_to_its_map_and_page(tmp_path: Path) -> None:
    """Who has a decision would have to look for the policy and the scenario again."""
    decision = sr.load("kharkiv").check(CASE)
    assert repr(decision.explore()) == "<map: scenario, by kharkiv>"
    page = decision.report(tmp_path / "page.html", title="A case")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page
    assert "<h1>A case</h1>" in page


def test_difference_for_a_case_shows_the_case() -> None:
    """The target that both are compared for would not be on the map of the difference."""
    difference = sr.diff("kharkiv", "broader-targets", given=CASE)
    shown = difference.explore().map
    assert shown.sources["target"].data["label"] == ["target: 36.9, 50.45"]
    assert Page(difference.report()).wrong == []
