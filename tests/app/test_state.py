"""The fields of the live page: what they come to, what is wrong beside each, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from strikerules.app.state import UNKNOWN, Form, form_of, read_form, scenario_data
from strikerules.language.scenario import Scenario, read_scenario, read_scenarios
from strikerules.language.vocabulary import Attribute, Vocabulary

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))
ALL = Vocabulary()


def _said(form: Form, vocabulary: Vocabulary = ALL) -> dict[str, list[str]]:
    return {k: [str(p) for p in v] for k, v in read_form(form, vocabulary).problems.items()}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples_pass_through_the_fields(path: Path) -> None:
    """A scenario that is opened on the page would come out as another one."""
    known = Vocabulary(
        Attribute(f"conditions.{name}", "boolean", "")
        for name in ("front_worsening", "crews_trained", "maintenance_capacity",
                     "war_direction_changed", "us_supports_it", "request_made")
    )  # fmt: skip
    for one in read_scenarios(path, known):
        reading = read_form(form_of(one), known)
        assert reading.problems == {}
        found = read_scenario({"scenario": one.name, **scenario_data(reading)}, known)
        assert (found.values, found.locations) == (one.values, one.locations)
        assert found.withheld == one.withheld - {"target.location", "launch.location"}


def test_empty_is_left_out_and_unknown_is_null() -> None:
    """A fact that is to be unknown would be filled in from the catalogue all the same."""
    form = Form().put(weapon__made_in="US").put(weapon__made_in="", weapon__kind=UNKNOWN)
    assert read_form(form, ALL).data == {"weapon.kind": None}


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("weapon.max_range_km", "far",
         "SR113 `far` can't be `weapon.max_range_km`\n  expected: a number (km)"),
        ("weapon.max_range_km", "-1",
         "SR115 `-1` is out of range for `weapon.max_range_km`\n  expected: at least 0 km"),
        ("weapon.made_in", "usa",
         "SR114 `usa` is not a country code\n"
         "  expected: an ISO 3166-1 country code such as `US`\n  help: did you mean `US`?"),
        ("date", "2024-02-30", "SR116 there is no day `2024-02-30`"),
        ("weapon.name", "himars-m31",
         "SR207 there is no weapon `himars-m31` in the catalogue\n"
         "  expected: a name that `strikerules weapons` lists\n  help: did you mean `gmlrs-m31`?"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field(key: str, text: str, said: str) -> None:
    """Somebody who mistypes would not learn where, or the other fields would be lost."""
    form = Form().change({key: text, "timing": "pre_emptive"})
    assert _said(form) == {key: [said]}
    # unknown, and not filled in from the catalogue either
    assert read_form(form, ALL).data == {key: None, "timing": "pre_emptive"}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"lon": "200", "lat": "50"},
         {"lon": "SR204 `200` can't be `lon`\n  expected: degrees from -180 to 180"}),
        ({"lon": "36", "lat": "north"},
         {"lat": "SR204 `north` can't be `lat`\n  expected: degrees as a number"}),
        ({"lon": "36"}, {"lat": "SR112 the key `lat` is missing"}),
        ({"lon": "x"},
         {"lon": "SR204 `x` can't be `lon`\n  expected: degrees as a number",
          "lat": "SR112 the key `lat` is missing"}),
        ({"lon": "36", "lat": "50", "accuracy_km": "-1"},
         {"accuracy_km": "SR205 `-1` can't be `accuracy_km`\n"
          "  expected: a number of km from 0 to 2000\n"
          "  help: for somewhere larger, give a zone or a polygon"}),
    ],
)  # fmt: skip
def test_each_part_of_a_place_has_its_own_message(
    parts: dict[str, str], said: dict[str, str]
) -> None:
    """A wrong longitude would be reported at the latitude, or only one of two mistakes."""
    form = Form().change({f"target.location.{k}": v for k, v in parts.items()})
    found = {k.removeprefix("target.location."): v for k, v in _said(form).items()}
    assert found == {k: [v] for k, v in said.items()}
    assert read_form(form, ALL).data == {}


def test_a_place_is_given_in_one_way() -> None:
    """A click on the map would contradict the town that was chosen before."""
    form = Form().edit("launch.location.place", "town:Kharkiv")
    assert read_form(form, ALL).data == {"launch.location": {"place": "Kharkiv"}}
    form = form.at("launch.location", 36.123456, 50.0)
    assert read_form(form, ALL).data == {"launch.location": {"lon": 36.12346, "lat": 50}}
    form = form.edit("launch.location.accuracy_km", "3").edit("launch.location.place", "zone:x")
    assert read_form(form, ALL).data == {"launch.location": {"zone": "x"}}
    form = form.edit("launch.location.lat", "50")
    assert form.fields == {"launch.location.lat": "50"}
    assert form.forget("launch.location").fields == {}


def test_a_point_stays_on_the_map() -> None:
    """A map that shows the other side of the antimeridian would give a longitude of 190."""
    assert Form().at("target.location", 190.0, 0.0).get("target.location.lon") == "-170"


def test_every_control_is_kept_apart() -> None:
    """A reading would be taken for a fact of the scenario."""
    form = Form()
    for key, text in {"policy": "ban", "against": "kharkiv", "name": "n", "title": "t",
                      "reading.air-bases": "counted", "parameter.long_range_km": " 300 ",
                      "timing": "pre_emptive"}.items():  # fmt: skip
        form = form.edit(key, text)
    assert (form.policy, form.against, form.readings, form.parameters, form.fields) == (
        "ban", "kharkiv", {"air-bases": "counted"}, {"long_range_km": "300"},
        {"timing": "pre_emptive"},
    )  # fmt: skip
    assert form.texts["reading.air-bases"] == "counted"
    assert form.edit("reading.air-bases", "").readings == {}


def test_a_weapon_by_its_title() -> None:
    """The list of weapons would show none for a scenario that names one."""
    one = Scenario.of({"weapon.name": "M777 howitzer, standard 155 mm shell"})
    assert form_of(one).get("weapon.name") == "m777"
