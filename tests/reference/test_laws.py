"""Laws that hold whatever the reference says: more knowledge never opens a case again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from .agreement import ask, weapons
from .conftest import profile
from .evaluator import DISTANCE, LOCATIONS, RANGE, RECORDS
from .grid import SIZE, kilometres
from .source import Drawn
from .strategies import ATTRIBUTES, WORDS, Case, Maker, at, cases, modelled, ring


def consistent(scenario: dict[str, Any]) -> bool:
    """Tell whether a strike is within range, as far as both are known."""
    distance, target, launch = (scenario.get(n) for n in (DISTANCE, *LOCATIONS))
    if distance is None and DISTANCE not in scenario and target and launch:
        a, b = ((p["lon"], p["lat"]) if "lon" in p else p["coordinates"] for p in (target, launch))
        distance = kilometres(a, b)
    filled = weapons().get(scenario.get("weapon.name", ""), {}).get("max_range_km")
    reach = scenario.get(RANGE, filled)
    return reach is None or distance is None or bool(distance <= reach)


def derived(attribute: str, case: Case) -> bool:
    """Tell whether something else already says what is not given: that is no missing fact."""
    if attribute in case.scenario:  # withheld
        return False
    places = all(case.scenario.get(name) for name in LOCATIONS)
    named = weapons().get(case.scenario.get("weapon.name", ""), {})
    filled = attribute.removeprefix("weapon.") in named and attribute.startswith("weapon.")
    return attribute in RECORDS or (attribute == DISTANCE and places) or filled


@profile(200)
@given(cases(), st.data())
def test_adding_a_fact_only_narrows(case: Case, data: st.DataObject) -> None:
    """Else learning something could make a settled case open, or turn it round."""
    maker = Maker(Drawn(data.draw))
    missing = [a for a in ATTRIBUTES if case.scenario.get(a) is None and not derived(a, case)]
    attribute = data.draw(st.sampled_from(missing))
    more = dict(case.scenario)
    more[attribute] = at(*maker.middle()) if attribute in LOCATIONS else maker.value(attribute)
    more = modelled(more)
    assume(consistent(more))
    assert set(ask(replace(case, scenario=more)).possible) <= set(ask(case).possible)


@profile(200)
@given(cases(), st.data())
def test_narrowing_a_place_only_narrows(case: Case, data: st.DataObject) -> None:
    """Else a better position could make a settled case open."""
    maker = Maker(Drawn(data.draw))
    name = data.draw(st.sampled_from(LOCATIONS))
    west, south = maker.pick(range(SIZE)), maker.pick(range(SIZE))
    steps = (west, south, maker.pick(range(west + 1, SIZE + 1)), SIZE)
    wide = {"type": "Polygon", "coordinates": [ring(*steps)]}
    point = (maker.pick(range(west, steps[2])) + 0.5, maker.pick(range(south, SIZE)) + 0.5)
    before = {**case.scenario, name: wide}
    if before.get(DISTANCE) is None:
        before[DISTANCE] = 80
    loose = ask(replace(case, scenario=before)).possible
    for narrow in (at(*point) | {"accuracy_km": 20}, at(*point)):
        tight = ask(replace(case, scenario={**before, name: narrow})).possible
        assert set(tight) <= set(loose)
        loose = tight


@profile(200)
@given(cases())
def test_readings_divide_what_is_possible(case: Case) -> None:
    """Else an answer over all readings would have more, or less, than they have together."""
    whole = ask(case)
    for question, body in case.policy["questions"].items():
        if question in case.readings:
            continue
        parts = [
            ask(replace(case, readings={**case.readings, question: reading})).possible
            for reading in body["readings"]
        ]
        assert set().union(*parts) == set(whole.possible)
        if question in whole.depends_on.questions:
            assert len(whole.possible) > 1
        else:
            assert len(set(parts)) == 1


@profile(200)
@given(cases())
def test_row_of_readings_is_what_choosing_them_gives(case: Case) -> None:
    """Else the table of readings would promise what answering the questions does not hold."""
    for row in ask(case).readings:
        chosen = replace(case, readings=dict(row.choose))
        assert ask(chosen).possible == row.possible


@profile(200)
@given(cases())
def test_nothing_hangs_on_anything_exactly_when_settled(case: Case) -> None:
    """Else an open case would not say why, or a settled one would send people looking."""
    assume(case.policy.get("conflicts") != "only-one-applicable")
    decision = ask(case)
    hangs = decision.depends_on
    assert bool(hangs.facts or hangs.places or hangs.questions) == (len(decision.possible) > 1)


@profile(200)
@given(cases(), st.data())
def test_a_condition_or_its_opposite_settles(case: Case, data: st.DataObject) -> None:
    """Else a false "indeterminate" would reach a user whatever they know."""
    condition = Maker(Drawn(data.draw)).condition(2, ())
    opposite = {"not": condition}
    policy = {k: v for k, v in case.policy.items() if k not in ("scope", "conflicts")}
    for rules in (
        [{"id": "r", "effect": "permit", "when": {"any": [condition, opposite]}}],
        [
            {"id": "r", "effect": "permit", "when": condition},
            {"id": "s", "effect": "permit", "when": opposite},
        ],
        [
            {"id": "s", "effect": "prohibit", "when": {"all": [condition, opposite]}},
            {"id": "r", "effect": "permit"},
        ],
    ):
        decision = ask(replace(case, policy={**policy, "otherwise": "prohibit", "rules": rules}))
        assert decision.decision == "permitted"
        assert not decision.depends_on.facts
        assert not decision.depends_on.places
        assert not decision.depends_on.questions


def answered(case: Case, answers: Any) -> Case | None:
    """Return a case with answers filled in; None where one is a class of values, not a value."""
    readings, scenario = dict(case.readings), dict(case.scenario)
    for answer in answers:
        if answer.kind == "question":
            readings[answer.name] = answer.value
        elif answer.value in ("true", "false"):
            scenario[answer.name] = answer.value == "true"
        elif answer.value in WORDS.get(answer.name, ()):
            scenario[answer.name] = answer.value
        else:
            return None
    return replace(case, readings=readings, scenario=scenario)


@profile(200)
@given(cases())
def test_what_is_said_to_settle_a_case_settles_it(case: Case) -> None:
    """Else people would go and find out what does not help them."""
    decision = ask(case)
    assume(not decision.settled)
    for settling in decision.settled_by:
        after = answered(case, settling.answers)
        if after is not None:
            assert ask(after).possible == (settling.decision,)
    single = {
        (s.answers[0].name, s.answers[0].value) for s in decision.settled_by if len(s.answers) == 1
    }
    for question in decision.depends_on.questions:
        for reading in case.policy["questions"][question]["readings"]:
            alone = ask(replace(case, readings={**case.readings, question: reading}))
            assert alone.settled == ((question, reading) in single)
