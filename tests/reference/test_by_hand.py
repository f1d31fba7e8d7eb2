"""The reference evaluator against cases worked by hand: nothing else judges the judge."""

from __future__ import annotations

from typing import Any

import pytest

from .evaluator import Answer, TooManyWorlds, decide
from .strategies import at, ring

WEST_HALF = {"geometry": {"type": "Polygon", "coordinates": [ring(0, 0, 1, 3)]}}
MIDDLE = {"geometry": {"type": "Polygon", "coordinates": [ring(1, 0, 2, 3)]}}
FRAME = {"geometry": {"type": "Polygon", "coordinates": [ring(0, 0, 3, 3), ring(1, 1, 2, 2)[::-1]]}}


def rule(name: str, effect: str, when: Any = True, **more: Any) -> dict[str, Any]:
    return {"id": name, "effect": effect, "when": when, **more}


def ask(scenario: dict[str, Any], *rules: dict[str, Any], **more: Any) -> Answer:
    return decide({"policy": "p", "rules": list(rules), **more}, scenario)


US = {"weapon.made_in": "US"}


def test_missing_word_has_named_values_and_one_other() -> None:
    """Else a case could look settled because a value was forgotten."""
    policy = rule("a", "permit", US), rule("b", "prohibit", {"weapon.made_in": "GB"})
    answer = ask({}, *policy)
    assert answer.possible == ("permitted", "prohibited", "not_governed")
    assert answer.worlds == 3
    assert answer.facts == {"weapon.made_in"}
    assert answer.rules == {("p", "a"): "unknown", ("p", "b"): "unknown"}
    assert ask({"weapon.made_in": "NO"}, *policy).possible == ("not_governed",)


def test_two_valued_word_has_no_other_value() -> None:
    """Else a timing that must be one of two would leave a third world."""
    both = [rule("a", "permit", {"timing": "pre_emptive"})]
    both += [rule("b", "permit", {"timing": "in_response"})]
    answer = ask({}, *both, otherwise="prohibit")
    assert answer.possible == ("permitted",)
    assert not answer.facts


def test_numbers_are_tried_on_below_between_and_above_thresholds() -> None:
    """Else `gt 100` and `ge 100` would be the same rule."""
    figure = "weapon.max_range_km"
    above = rule("a", "permit", {figure: {"gt": 100}})
    exactly = rule("b", "prohibit", {"all": [{figure: {"ge": 100}}, {figure: {"le": 100}}]})
    assert ask({}, above, exactly).possible == ("permitted", "prohibited", "not_governed")
    assert ask({figure: 100}, above, exactly).possible == ("prohibited",)
    assert ask({figure: 101}, above, exactly).possible == ("permitted",)
    assert ask({}, rule("a", "permit", {figure: {"lt": 0}})).possible == ("not_governed",)


def test_strike_is_within_range_unless_given_otherwise() -> None:
    """Else a weapon of 80 km could be thought to strike at 300 km."""
    far = rule("far", "prohibit", {"strike.distance_km": {"gt": 100}})
    assert ask({"weapon.max_range_km": 80}, far).possible == ("not_governed",)
    assert ask({"weapon.max_range_km": 120}, far).facts == {"strike.distance_km"}
    contradictory = {"weapon.max_range_km": 80, "strike.distance_km": 120}
    assert ask(contradictory, far).possible == ("prohibited",)
    short = rule("short", "permit", {"weapon.max_range_km": {"lt": 100}})
    assert ask({"strike.distance_km": 120}, short).possible == ("not_governed",)


def test_exact_places_give_the_geodesic_distance() -> None:
    """Else a distance that both places settle would be unknown."""
    far = rule("far", "prohibit", {"strike.distance_km": {"gt": 100}})
    places = {"target.location": at(0.5, 0.5), "launch.location": at(0.5, 1.5)}
    assert ask(places, far).possible == ("prohibited",)  # a degree of latitude is 110.9 km
    withheld = places | {"strike.distance_km": None}
    assert ask(withheld, far).facts == {"strike.distance_km"}


@pytest.mark.parametrize(
    ("place", "possible", "places"),
    [
        (at(0.5, 0.5), ("permitted",), set()),
        (at(1, 0.5), ("permitted",), set()),
        (at(1.5, 0.5), ("not_governed",), set()),
        (at(1, 0.5) | {"accuracy_km": 1}, ("permitted", "not_governed"), {"target.location"}),
        (at(0.5, 0.5) | {"accuracy_km": 1}, ("permitted",), set()),
        ({"zone": "west"}, ("permitted",), set()),
        ({"zone": "middle"}, ("not_governed",), set()),
        ({"zone": "frame"}, ("permitted", "not_governed"), {"target.location"}),
        (None, ("permitted", "not_governed"), {"target.location"}),
    ],
)
def test_places(place: Any, possible: tuple[str, ...], places: set[str]) -> None:
    """Else edges, discs and regions would be judged by a wrong grid."""
    inside = rule("in", "permit", {"target.location": {"within": "west"}})
    zones = {"west": WEST_HALF, "middle": MIDDLE, "frame": FRAME}
    answer = ask({"target.location": place}, inside, zones=zones)
    assert answer.possible == possible
    assert answer.places == places


def test_hole_is_outside_and_its_edge_is_inside() -> None:
    """Else a zone with a hole would be its hull."""
    inside = rule("in", "permit", {"target.location": {"within": "frame"}})
    for place, possible in ((at(1.5, 1.5), "not_governed"), (at(1, 1.5), "permitted")):
        answer = ask({"target.location": place}, inside, zones={"frame": FRAME})
        assert answer.possible == (possible,)


def test_questions_and_readings() -> None:
    """Else a question that does not matter would be listed, or one that does would not."""
    questions = {
        "long": {"readings": {
            "weapon": {"define": {"long-range": {"weapon.max_range_km": {"gt": "$far"}}}},
            "strike": {"define": {"long-range": {"strike.distance_km": {"gt": "$far"}}}},
        }},
        "idle": {"readings": {"a": {"set": {"far": 100}}, "b": {"set": {"far": 110}}}},
    }  # fmt: skip
    policy = {
        "policy": "p",
        "questions": questions,
        "parameters": {"far": {"value": 1}},
        "rules": [rule("r", "prohibit", {"is": "long-range"})],
    }
    scenario = {"weapon.max_range_km": 300, "strike.distance_km": 50}
    answer = decide(policy, scenario)
    assert answer.possible == ("prohibited", "not_governed")
    assert answer.questions == {"long"}
    assert answer.readings == (
        ({"long": "weapon"}, ("prohibited",)),
        ({"long": "strike"}, ("not_governed",)),
    )
    assert decide(policy, scenario, set={"far": 400}).possible == ("not_governed",)
    fixed = decide(policy, scenario, readings={"long": "strike"})
    assert fixed.readings == (({"long": "strike"}, ("not_governed",)),)


def test_defeated_rule_defeats_nobody() -> None:
    """Else an exception to an exception would not bring the rule back."""
    rules = [
        rule("general", "permit"),
        rule("exception", "prohibit", US, overrides=["general"]),
        rule("again", "permit", {"timing": "in_response"}, overrides=["exception"]),
    ]
    answer = ask({"weapon.made_in": "US", "timing": "in_response"}, *rules)
    assert list(answer.rules.values()) == ["applies", "defeated", "applies"]
    assert answer.possible == ("permitted",)
    answer = ask({"weapon.made_in": "US", "timing": "pre_emptive"}, *rules)
    assert answer.rules["p", "general"] == "defeated"
    assert answer.possible == ("prohibited",)


def test_two_rules_where_one_is_promised_are_a_conflict() -> None:
    """Else a contradiction in a policy would look like an answer."""
    answer = ask({}, rule("a", "permit"), rule("b", "permit"), conflicts="only-one-applicable")
    assert answer.possible == ("permitted", "prohibited")


def test_zone_record_says_what_is_designated() -> None:
    """Else an area would count before the day of its designation."""
    zone = WEST_HALF | {"designated": {"by": "somebody", "on": "2024-05-30"}}
    policy = rule("in", "permit", {"all": [{"target.location": {"within": "west"}},
                                           {"area.designated": True}]})  # fmt: skip
    inside: dict[str, Any] = {"target.location": at(0.5, 0.5)}
    assert ask(inside, policy, zones={"west": zone}).facts == {"date"}
    for day, possible in (("2024-05-29", "not_governed"), ("2024-05-30", "permitted")):
        answer = ask(inside | {"date": day}, policy, zones={"west": zone})
        assert answer.possible == (possible,)
    withheld = inside | {"area.designated": None}
    assert ask(withheld, policy, zones={"west": zone}).facts == {"area.designated"}
    # where no zone has a record, nothing says it
    assert ask(inside, policy, zones={"west": WEST_HALF}).facts == {"area.designated"}
    # and so it is under a reading of which none has
    readings = {"with": {}, "without": {"zones": {"west": WEST_HALF}}}
    asked = {"zones": {"west": zone}, "questions": {"q": {"readings": readings}}}
    answer = ask({"target.location": at(1.5, 0.5)}, rule("r", "permit", {"area.designated": True}),
                 **asked)  # fmt: skip
    assert answer.readings == (
        ({"q": "with"}, ("not_governed",)),
        ({"q": "without"}, ("permitted", "not_governed")),
    )


def test_timeline_with_an_uncertain_day() -> None:
    """Else the day of a change would be taken as known."""
    timeline = {
        "timeline": "t",
        "parameters": {"day": {"value": "2024-05-30"}},
        "questions": {"when": {"readings": {"early": {"set": {"day": "2024-05-27"}}, "late": {}}}},
        "entries": [
            {"policy": "ban", "in_force": {"before": "$day"}},
            {"policy": "leave", "in_force": {"from": "$day", "until": "2024-12-31"}},
        ],
    }
    policies = {
        "ban": {"policy": "ban", "rules": [rule("no", "prohibit")]},
        "leave": {"policy": "leave", "rules": [rule("yes", "permit")]},
    }

    def on(day: str | None) -> Answer:
        return decide(timeline, {"date": day}, policies=policies)

    assert on("2024-05-26").possible == ("prohibited",)
    assert on("2024-05-28").possible == ("permitted", "prohibited")
    assert on("2024-05-28").questions == {"when"}
    assert on("2024-05-30").possible == ("permitted",)
    assert on("2025-01-01").possible == ("not_governed",)
    assert on(None).facts == {"date"}


def test_weapon_name_fills_in_what_is_not_given_or_withheld() -> None:
    """Else a name would overrule what the scenario says itself."""
    weapons = {"x": {"made_in": "US", "max_range_km": 80}}
    policy = {"policy": "p", "rules": [rule("r", "permit", US)]}

    def named(**more: Any) -> tuple[str, ...]:
        return decide(policy, {"weapon.name": "x"} | more, weapons=weapons).possible

    assert named() == ("permitted",)
    assert named(**{"weapon.made_in": "GB"}) == ("not_governed",)
    assert named(**{"weapon.made_in": None}) == ("permitted", "not_governed")


def test_too_many_worlds_are_refused() -> None:
    """Else one large case would hold up all others."""
    names = [f"n{i}" for i in range(20)]
    policy = {
        "policy": "p",
        "facts": {n: {"type": "boolean"} for n in names},
        "rules": [rule("r", "permit", {"all": [{n: True} for n in names]})],
    }
    with pytest.raises(TooManyWorlds):
        decide(policy, {})
