"""What the live page does, message by message, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.app.page import CASE, Page

from strikerules.app.choices import Choices
from strikerules.app.state import Form

KHARKIV = Form(policy="kharkiv", fields=CASE)


def test_the_answer_follows_every_change() -> None:
    """The verdict would be that of the case before."""
    page = Page(KHARKIV)
    assert "PERMITTED" in page.verdict()
    page.type("target.supports", "other_operation")
    assert "PROHIBITED" in page.verdict()
    sent = page.type("target.supports", "")
    assert "INDETERMINATE" in page.verdict()
    assert "<code>target.supports</code>: a fact that is not given" in sent["html"]["answer-a"]
    assert sent["spoken"] == (
        "kharkiv: indeterminate, permitted or prohibited; hangs on target.supports."
    )


def test_bad_input_is_explained_and_nothing_is_lost() -> None:
    """A slip would empty the page, or be decided as if it were not there, and nobody told."""
    page = Page(KHARKIV)
    sent = page.type("weapon.max_range_km", "<b>far</b>")
    assert sent["errors"] == {
        "weapon.max_range_km": "<strong>SR113</strong> <code>&lt;b&gt;far&lt;/b&gt;</code>"
        " can&#x27;t be <code>weapon.max_range_km</code>. <span>expected a number (km)</span>"
    }
    assert "Without what can’t be read: <code>weapon.max_range_km</code>" in page.verdict()
    assert "INDETERMINATE" in page.verdict()
    assert sent["values"] == {}
    sent = page.type("weapon.max_range_km", "80")
    assert sent["errors"] == {}
    assert "PERMITTED" in page.verdict()


def test_a_point_is_moved_on_the_map() -> None:
    """The fields would say another place than the map."""
    page = Page(KHARKIV)
    page.session.receive({"kind": "move", "place": "target", "x": 36.2, "y": 49.9, "final": False})
    assert "NOT GOVERNED" in page.verdict()
    assert page.maps[0].held == "target"
    assert page.last["values"] == {"target.location.lon": "36.2", "target.location.lat": "49.9"}
    page.session.receive({"kind": "move", "place": "launch", "x": 36.0, "y": 49.9})
    assert page.maps[0].held is None
    assert page.last["values"] == {"launch.location.lon": "36", "launch.location.lat": "49.9"}
    page.press("forget", "launch.location")
    assert page.last["values"] == {"launch.location.lon": "", "launch.location.lat": ""}


def test_regions_are_worked_out_once_for_every_place_of_the_target() -> None:
    """The map would be worked out anew while the target is dragged over it."""
    page = Page(KHARKIV)
    assert page.last["busy"] is True
    page.work()
    assert page.last == {"busy": False}
    shown = page.maps[0].regions
    page.session.receive({"kind": "move", "place": "target", "x": 37.5, "y": 50.9})
    assert (page.last["busy"], page.waiting) == (False, [])
    page.type("name", "another name")
    assert (page.last["busy"], page.waiting) == (False, [])
    page.type("weapon.kind", "drone")
    assert page.last["busy"] is True
    page.work()
    assert page.maps[0].regions != shown


def test_regions_that_came_too_late_are_not_shown() -> None:
    """The map would show the regions of a case that was changed meanwhile."""
    done: list[str] = []

    def regions(answer: Any, within: Any) -> str:
        done.append(answer.data["weapon.kind"])
        return str(answer.data["weapon.kind"])

    page = Page(KHARKIV, regions=regions)
    page.type("weapon.kind", "drone")
    page.type("weapon.kind", "other")
    page.work()
    assert done == ["other"]
    assert page.maps[0].regions == "other"
    assert page.last == {"busy": False}


def test_regions_that_fail_are_excused() -> None:
    """The page would wait for ever."""

    def regions(answer: Any, within: Any) -> None:
        raise ZeroDivisionError

    page = Page(KHARKIV, regions=regions)
    page.work()
    notices = [m["notice"] for m in page.sent if "notice" in m]
    assert notices == ["<strong>The regions could not be worked out</strong><ul></ul>"]
    assert page.maps[0].regions is None
    assert page.last == {"busy": False}


def test_two_policies() -> None:
    """What differs between two policies would have to be looked for."""
    page = Page(KHARKIV)
    assert page.last["two"] is False
    sent = page.type("against", "ban")
    assert sent["two"] is True
    assert "PERMITTED" in page.verdict("a")
    assert "PROHIBITED" in page.verdict("b")
    assert sent["html"]["compared"] == "They differ: permitted by kharkiv, prohibited by ban."
    assert "≠ differs" in page.verdict("a")
    assert 'class="differs"' in sent["html"]["answer-a"]
    sent = page.press("swap")
    assert "PROHIBITED" in page.verdict("a")
    sent = page.type("policy", "us-weapons-in-russia")
    page.press("swap")
    page.type("against", "kharkiv")
    page.type("target.supports", "none")
    assert page.last["html"]["compared"] == "Both come to the same: prohibited."
    assert "≠" not in page.verdict("a")
    page.type("target.supports", "")
    assert page.last["html"]["compared"] == "Both are open: permitted or prohibited."
    page.type("against", "us-weapons-in-russia")
    page.type("date", "")
    assert page.last["html"]["compared"] == (
        "Both are open: permitted or prohibited, and hang on different things."
    )


def test_readings_and_figures() -> None:
    """A reading that is chosen would not reach the answer, or a wrong figure stop it."""
    page = Page(Form(policy="kharkiv", fields={**CASE, "weapon.max_range_km": "165",
                                               "strike.distance_km": "60"}))  # fmt: skip
    assert "INDETERMINATE" in page.verdict()
    assert "Under each reading" in page.last["html"]["answer-a"]
    page.type("reading.meaning-of-long-range", "by-weapon")
    assert "PROHIBITED" in page.verdict()
    sent = page.type("parameter.long_range_km", "far")
    assert list(sent["errors"]) == ["parameter.long_range_km"]
    assert "PROHIBITED" in page.verdict()
    sent = page.type("parameter.long_range_km", "300")
    assert sent["errors"] == {}
    assert "PERMITTED" in page.verdict()


def test_the_slider_runs_over_the_timeline() -> None:
    """The slider would not show when which policy is in force."""
    page = Page(Form(policy="us-weapons-in-russia", fields=CASE))
    slider = page.last["slider"]
    assert [s["words"] for s in slider["stretches"]] == ["ban", "ban or kharkiv: open", "kharkiv"]
    assert sum(s["days"] for s in slider["stretches"]) == slider["days"] + 1
    page.type("date", "2024-05-20")
    assert "PROHIBITED" in page.verdict()
    sent = page.type("date", "2024-05-28")
    assert "INDETERMINATE" in page.verdict()
    assert sent["slider"]["text"] == "2024-05-28"
    sent = page.type("date", "")
    assert (sent["slider"]["day"], sent["slider"]["text"]) == (None, "unknown")


def test_everything_can_be_unknown() -> None:
    """There would be no way back to a case of which nothing is known."""
    page = Page(KHARKIV)
    sent = page.press("clear")
    assert "INDETERMINATE" in page.verdict()
    assert all(text == "" for key, text in sent["values"].items() if key != "name")
    assert sent["hints"]["strike.distance_km"] == "unknown"


def test_hints_say_what_is_filled_in() -> None:
    """An empty field would pass for unknown where the catalogue fills it in."""
    page = Page(Form(policy="kharkiv"))
    sent = page.type("weapon.name", "m777")
    assert sent["hints"]["weapon.max_range_km"] == "catalogue: 24"
    assert sent["hints"]["area.designated"] == "by the zone's record"
    assert page.type("weapon.name", "")["hints"]["weapon.max_range_km"] == "unknown"


OWN = """policy: own
title: My own
otherwise: prohibit
facts: {conditions.asked: {type: boolean, text: somebody asked}}
zones: {square: {file: zones/square.geojson}}
rules:
  - {id: in-the-square, effect: permit,
     when: {all: [{target.location: {within: square}}, {conditions.asked: true}]}}
"""
SQUARE = """{"type": "Polygon",
 "coordinates": [[[36, 50], [38, 50], [38, 51], [36, 51], [36, 50]]]}"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "zones").mkdir()
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (tmp_path / "zones" / "square.geojson").write_text(SQUARE, encoding="utf-8")
    (tmp_path / "case.yaml").write_text(
        "scenario: my-own-case\nconditions: {asked: true}\n"
        "target: {location: {lon: 37, lat: 50.5}}\n",
        encoding="utf-8",
    )
    (tmp_path / "own_test.strike.yaml").write_text("test: it")
    return tmp_path


def test_a_folder_of_ones_own(folder: Path) -> None:
    """A user's own policies, zones and scenarios could not be chosen."""
    choices = Choices(folder)
    own = [c for c in choices if c.own]
    assert [(c.name, c.title, c.kind) for c in own] == [("own", "My own", "policy")]
    scenarios = choices.scenarios(choices.vocabulary())
    page = Page(Form(policy=own[0].key), choices, scenarios=scenarios)
    assert '<optgroup label="your own">' in page.last["html"]["s-policy"]
    assert 'data-key="conditions.asked"' in page.last["html"]["s-area"]
    assert 'value="zone:square"' in page.last["html"]["s-target"]
    page.session.receive({"kind": "choose", "name": "my-own-case (case.yaml)"})
    assert "PERMITTED" in page.verdict()
    assert page.maps[0].looked == 1
    (folder / "own.yaml").write_text(OWN.replace("permit,", "prohibit,"), encoding="utf-8")
    page.press("again")
    assert "PROHIBITED" in page.verdict()


def test_words_of_others_are_words(folder: Path) -> None:
    """A policy or a scenario that somebody sent would run in the page."""
    bad = "<img src=x onerror=alert(1)>"
    text = OWN.replace("title: My own", f'title: "{bad}"').replace("somebody asked", f'"{bad}"')
    text = text.replace("id: in-the-square,", f'id: in-the-square, title: "{bad}",')
    text += f"parameters: {{figure: {{value: 1, title: '{bad}', note: '{bad}'}}}}\n"
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    choices = Choices(folder)
    key = next(c.key for c in choices if c.own)
    page = Page(Form(policy=key, name=bad, title=bad), choices)
    page.type("timing", bad)
    page.type("target.location.place", f"zone:{bad}")
    page.type("against", "kharkiv")
    page.session.receive({"kind": "open", "name": bad, "text": "x"})
    shown = [h for m in page.sent for key in ("html", "errors") for h in m.get(key, {}).values()]
    shown += [m.get("notice", "") for m in page.sent]
    assert any("&lt;img" in html for html in shown)
    assert not any("<img" in html for html in shown)


def test_a_policy_that_can_not_be_read(folder: Path) -> None:
    """One broken file would take the page away, or the fields with it."""
    (folder / "broken.yaml").write_text("policy: broken\nrules: [{id: a}]\n", encoding="utf-8")
    (folder / "worse.yaml").write_text("policy: [", encoding="utf-8")
    choices = Choices(folder)
    page = Page(Form(policy="kharkiv", fields=CASE), choices)
    sent = page.type("policy", str(folder / "broken.yaml"))
    assert list(sent["errors"]) == ["policy"]
    assert "SR112" in sent["errors"]["policy"]
    assert "NOT DECIDED" in page.verdict()
    sent = page.type("against", str(folder / "worse.yaml"))
    assert set(sent["errors"]) == {"policy", "against"}
    page.type("against", "")
    page.type("policy", "kharkiv")
    assert "PERMITTED" in page.verdict()


def test_files_are_opened() -> None:
    """A scenario could not be brought back, or a broken file would go unexplained."""
    page = Page(Form(policy="kharkiv"))
    text = "scenarios:\n  - {scenario: one, timing: pre_emptive}\n  - {scenario: two}\n"
    page.session.receive({"kind": "open", "name": "f.yaml", "text": text})
    assert page.last["scenarios"] == {"names": ["one (f.yaml)", "two (f.yaml)"],
                                      "chosen": "one (f.yaml)"}  # fmt: skip
    assert page.last["values"]["timing"] == "pre_emptive"
    before = page.session.form
    page.session.receive({"kind": "open", "name": "g.yaml", "text": "scenario: x\ntiming: soon\n"})
    assert "g.yaml can’t be opened" in page.last["notice"]
    assert "SR114" in page.last["notice"]
    assert "(line 2)" in page.last["notice"]
    assert page.session.form == before


@pytest.mark.parametrize(
    "message",
    [{}, {"kind": "nothing"}, {"kind": "move", "place": "target", "x": "a", "y": 1},
     {"kind": "move", "place": "moon", "x": 1, "y": 1}, {"kind": "choose", "name": "none"},
     {"kind": "press", "name": "forget", "what": "weapon"}, {"kind": "press", "name": "swap"},
     {"kind": "move", "place": "target", "x": 0.0, "y": float("nan")}],
)  # fmt: skip
def test_other_messages_change_nothing(message: dict[str, Any]) -> None:
    """A message that the page never sends would break its session."""
    page = Page(KHARKIV)
    count = len(page.sent)
    page.session.receive(message)
    assert page.session.form == KHARKIV
    assert len(page.sent) == count


def test_the_case_is_handed_over() -> None:
    """A click on Save would do nothing."""
    page = Page(KHARKIV)
    found = page.press("yaml")["download"]
    assert (found["name"], found["mime"]) == ("my-case.yaml", "application/yaml")
    assert "# decided: permitted\n" in found["text"]


def test_a_case_beyond_the_map() -> None:
    """The regions and points would stay where the map was before."""
    page = Page(KHARKIV)
    page.work()
    for shown in page.maps:
        shown.moves = True
    page.press("look")
    assert [m.looked for m in page.maps] == [1, 1]
    assert len(page.waiting) == 1
