"""Mistakes that were found by reading the engine, each in its smallest form."""

from __future__ import annotations

from typing import Any

import pytest

import strikerules as sr

IN_X = [{"id": "r", "effect": "permit", "when": {"target.location": {"within": "x"}}}]


def _square(west: float, south: float, side: float = 1.0) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_a_reading_makes_a_zone_from_one_that_another_reading_changes() -> None:
    """The second question was lost, and the case settled without it."""
    policy = sr.load(
        {
            "policy": "p",
            "otherwise": "prohibit",
            "zones": {"y": _square(0, 0), "x": _square(5, 0)},
            "questions": {
                "q1": {"readings": {"a": {"zones": {"x": {"same_as": "y"}}}, "b": {}}},
                "q2": {"readings": {"c": {}, "d": {"zones": {"y": _square(10, 0)}}}},
            },
            "rules": IN_X,
        }
    )
    there = {"target.location": {"lon": 10.5, "lat": 0.5}}
    assert policy.check(there).depends_on.questions == ("q1", "q2")
    answered = policy.check(there, readings={"q1": "a", "q2": "d"})
    assert answered.decision == "permitted"
    assert policy.check(there, readings={"q1": "a"}).depends_on.questions == ("q2",)


def test_reach_and_edges_together() -> None:
    """A weapon that reaches almost to a border could not reach over it, wherever that truly is."""
    policy = sr.load(
        {
            "policy": "p",
            "otherwise": "prohibit",
            "rules": [
                {"id": "r", "effect": "permit", "when": {"target.location": {"within": "russia"}}}
            ],
        }
    )
    launch = {"launch.location": {"lon": 36.23, "lat": 49.99}, "weapon.max_range_km": 30.9}
    assert policy.check(launch).possible == ("permitted", "prohibited")


def test_a_rounded_distance_and_a_missing_place() -> None:
    """To add the place that the distance was rounded from turned the answer."""
    policy = sr.load(
        {"policy": "p", "otherwise": "prohibit", "zones": {"x": _square(30.1172, 39.5)},
         "rules": IN_X}
    )  # fmt: skip
    scenario = {"launch.location": {"lon": 30, "lat": 40}, "strike.distance_km": 10}
    there = scenario | {"target.location": {"lon": 30.1173, "lat": 40}}
    assert set(policy.check(there).possible) <= set(policy.check(scenario).possible)


def test_a_variant_that_answers_a_question_in_a_timeline(tmp_path: Any) -> None:
    """The answer was lost where another policy of the timeline leaves the question open."""
    (tmp_path / "base.yaml").write_text(
        "policy: base\notherwise: prohibit\nparameters: {n: {value: 50}}\n"
        "questions: {q: {readings: {a: {set: {n: 50}}, b: {set: {n: 200}}}}}\n"
        "rules: [{id: r, effect: permit, when: {weapon.max_range_km: {le: $n}}}]\n"
    )
    (tmp_path / "var.yaml").write_text("policy: var\nextends: base\nset: {q: a}\n")
    (tmp_path / "t.yaml").write_text(
        "timeline: t\nentries:\n  - {policy: base, in_force: {before: 2024-01-01}}\n"
        "  - {policy: var, in_force: {from: 2024-01-01}}\n"
    )
    timeline = sr.load(tmp_path / "t.yaml")
    late = timeline.check({"date": "2024-06-01", "weapon.max_range_km": 100})
    assert late.possible == ("prohibited",)
    early = timeline.check({"date": "2023-06-01", "weapon.max_range_km": 100})
    assert early.depends_on.questions == ("q",)
    assert all(len(dict(row.choose)) == len(row.choose) for row in early.readings)


@pytest.mark.parametrize("name", ["m777", "M777"])
def test_a_weapon_is_one_weapon_however_its_name_is_written(name: str) -> None:
    """A rule about a weapon would miss it by a capital letter."""
    rules = [{"id": "r", "effect": "prohibit", "when": {"weapon.name": "m777"}}]
    decision = sr.load({"policy": "p", "rules": rules}).check({"weapon.name": name})
    assert decision.decision == "prohibited"


def test_assumptions_of_a_rule_that_overrides() -> None:
    """An answer that turns on an assumed figure did not say so."""
    policy = sr.load(
        {
            "policy": "p",
            "conflicts": "permit-overrides",
            "parameters": {"km": {"value": 100, "unit": "km", "status": "assumed"}},
            "rules": [
                {"id": "a", "effect": "permit"},
                {"id": "b", "effect": "prohibit", "overrides": ["a"],
                 "when": {"weapon.max_range_km": {"gt": "$km"}}},
                {"id": "c", "effect": "prohibit"},
            ],
        }
    )  # fmt: skip
    for reach, decision in ((300, "prohibited"), (30, "permitted")):
        found = policy.check({"weapon.max_range_km": reach})
        assert (found.decision, found.assumptions) == (decision, ("km",))


def test_assumptions_of_a_definition_that_stands_in_two_rules() -> None:
    """The figure was told under the rule that did not matter, and so not at all."""
    policy = sr.load(
        {
            "policy": "p",
            "parameters": {"km": {"value": 100, "unit": "km", "status": "assumed"}},
            "definitions": {"far": {"weapon.max_range_km": {"gt": "$km"}}},
            "rules": [
                {"id": "a", "effect": "prohibit",
                 "when": {"all": [{"timing": "pre_emptive"}, {"is": "far"}]}},
                {"id": "b", "effect": "prohibit", "when": {"is": "far"}},
            ],
        }
    )  # fmt: skip
    found = policy.check({"timing": "in_response", "weapon.max_range_km": 300})
    assert (found.decision, found.assumptions) == ("prohibited", ("km",))


def test_the_day_of_effect_is_assumed_where_it_matters() -> None:
    """A decision that holds only by an assumed day passed for one that holds anyway."""
    timeline = sr.load().vary(readings={"day-of-effect": "decided"})
    scenario = {"weapon.made_in": "US", "weapon.us_parts": True}
    assert "day_of_effect" in timeline.check(scenario | {"date": "2024-05-28"}).assumptions
    assert "day_of_effect" not in timeline.check(scenario | {"date": "2024-06-28"}).assumptions


def test_the_record_of_the_zone_that_the_target_is_in() -> None:
    """The explanation quoted the record of another zone."""
    zones = {
        "a": _square(0, 0) | {"designated": {"by": "the one", "on": "2024-01-01"}},
        "b": _square(5, 0) | {"designated": {"by": "the other", "on": "2024-05-01"}},
    }
    rules = [{"id": "r", "effect": "permit", "when": {"area.designated": True}}]
    policy = sr.load({"policy": "p", "zones": zones, "rules": rules})
    scenario = {"target.location": {"lon": 5.5, "lat": 0.5}}
    evidence = [
        [s.evidence for s in policy.check(scenario | {"date": day}).why.walk() if s.kind == "test"]
        for day in ("2024-06-01", "2024-03-01")
    ]
    assert evidence == [
        ["by the zone's record: designated by the other on 2024-05-01"],
        ["by the zone's record: designated by the other on 2024-05-01, not before"],
    ]


def test_defeated_by_the_rule_that_applies() -> None:
    """A rule that does not apply was named as the winner."""
    policy = sr.load(
        {
            "policy": "p",
            "rules": [
                {"id": "a", "effect": "permit"},
                {"id": "b", "effect": "prohibit", "overrides": ["a"],
                 "when": {"timing": "pre_emptive"}},
                {"id": "c", "effect": "prohibit", "overrides": ["a"],
                 "when": {"timing": "in_response"}},
            ],
        }
    )  # fmt: skip
    assert policy.check({"timing": "pre_emptive"}).rules[0].defeated_by == ("b",)


def test_a_zone_that_a_reading_makes_from_itself() -> None:
    """It ended in a depth of recursion that nobody could place."""
    with pytest.raises(sr.InvalidInput) as error:
        sr.load(
            {
                "policy": "p",
                "zones": {"x": {"union": ["y", "belgorod-oblast"]}, "y": _square(0, 0)},
                "questions": {
                    "q": {
                        "readings": {"a": {"zones": {"y": {"buffer_km": 10, "of": "x"}}}, "b": {}}
                    }
                },
                "rules": IN_X,
            }
        ).check({})
    assert [p.code for p in error.value.problems] == ["SR312"]


def test_a_town_may_be_exact() -> None:
    """`accuracy_km: 0` was taken for the town's own accuracy."""
    policy = sr.load("kharkiv")
    spot = {"place": "Belgorod", "accuracy_km": 0}
    scenario = sr.Scenario.of({"target.location": spot})
    assert scenario.locations["target.location"].accuracy_km == 0
    assert policy.check(scenario).possible


def test_far_lines_of_one_zone_lie_inside_each_other() -> None:
    """A target was at most 600 km and more than 700 km from Ukraine at once."""
    either = [{"target.depth_km": {"gt": 600}}, {"target.depth_km": {"le": 700}}]
    rules = [{"id": "r", "effect": "permit", "when": {"any": either}}]
    policy = sr.load({"policy": "p", "otherwise": "prohibit", "rules": rules})
    assert policy.check({"target.location": {"zone": "russia"}}).decision == "permitted"


def test_a_drawn_zone_is_blurred_by_the_edges_of_the_register() -> None:
    """A square beside a border was surely outside as a zone, and perhaps inside as a polygon."""
    square = _square(37.29, 50.42, 0.005)
    russia = [{"id": "r", "effect": "permit", "when": {"target.location": {"within": "russia"}}}]
    policy = sr.load(
        {"policy": "p", "otherwise": "prohibit", "zones": {"mine": square}, "rules": russia}
    )
    as_zone = policy.check({"target.location": {"zone": "mine"}})
    as_shape = policy.check({"target.location": square["geometry"]})
    assert as_zone.possible == as_shape.possible == ("permitted", "prohibited")


def test_a_depth_that_can_not_be_is_told_of_a_settled_case_too() -> None:
    """The warning came only where the case was open."""
    rules = [{"id": "r", "effect": "prohibit", "when": {"target.depth_km": {"gt": 100}}}]
    decision = sr.load({"policy": "p", "rules": rules}).check(
        {"target": {"location": {"zone": "kharkiv-oblast"}, "depth_km": 500}}
    )
    assert decision.decision == "prohibited"
    assert [w.code for w in decision.warnings] == ["SR701"]
