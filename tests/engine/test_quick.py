"""A decision without its explanation is the decision that comes with one."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tests.batch.conformance import random_row
from tests.batch.test_conformance import scattered
from tests.reference.strategies import Maker, Seeded

import strikerules as sr
from strikerules.engine.quick import Answer, Signatures
from strikerules.engine.quick.index import RuleIndex
from strikerules.engine.quick.single import Single
from strikerules.given import one_scenario


def single(policy: sr.Policy) -> Single:
    return Single(
        Signatures(policy.program, policy.atlas),
        lambda given: one_scenario(given, policy.ruling.vocabulary),
    )


def told(decision: Any) -> tuple[Any, ...]:
    """Return what an answer keeps of a decision."""
    applying = dict.fromkeys(r.id for r in decision.rules if r.outcome == "applies")
    depends = decision.depends_on
    hangs_on = dict.fromkeys((*depends.facts, *depends.places, *depends.questions))
    return decision.possible, tuple(applying), tuple(hangs_on)


def said(answer: Answer) -> tuple[Any, ...]:
    return answer.possible, answer.rules, answer.depends_on


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in flat.items():
        group, dot, rest = path.partition(".")
        if dot:
            found.setdefault(group, {})[rest] = value
        else:
            found[path] = value
    return found


@pytest.mark.parametrize("name", ["kharkiv", "broader-and-deeper", "timeline"])
def test_shipped_policies(name: str) -> None:
    """A simulation would decide otherwise than the command line."""
    policy, source = sr.load(name), random.Random(8)
    decider, points = single(policy), scattered(8, 120)
    for number in range(40):
        row = random_row(source, points)
        asked = row if number % 2 else nested(row)
        expected = told(policy.check(asked))
        assert said(decider.decide(asked)) == expected, asked
        # the second time it is looked up
        assert said(decider.decide(asked)) == expected, asked


@pytest.mark.parametrize("seed", range(30))
def test_random_policies(seed: int) -> None:
    """Some construct of the language, or some way to give a value, would mean another thing."""
    maker = Maker(Seeded(seed + 10_000))
    policy = sr.load(maker.policy())
    decider = single(policy)
    for _ in range(6):
        scenario = maker.scenario()
        assert said(decider.decide(scenario)) == told(policy.check(scenario)), scenario


@pytest.mark.parametrize(
    "scenario",
    [
        {"weapon": {"made_in": "XX"}},
        {"weapon": {"made_in": True}},
        {"weapon": {"us_parts": 1}},
        {"weapon": {"max_range_km": -1}},
        {"weapon": {"max_range_km": float("nan")}},
        {"weapon": {"max_range_km": "far"}},
        {"weapon": 3},
        {"weapons": {}},
        {"weapon": {"made": "US"}},
        {"weapon": {"made_in": "US"}, "weapon.made_in": "FR"},
        {"target": {"location": {"lon": 36.0}}},
        {"target": {"location": {"lon": 36.0, "lat": 95.0}}},
        {"target": {"location": {"lon": 36.0, "lat": 50.0, "accuracy_km": -1}}},
        {"target": {"location": [36.0, 50.0]}},
        {"date": "tomorrow"},
        {"weapon": {"name": "slingshot"}},
        {"title": 3},
    ],
)
def test_what_is_wrong_is_said(scenario: dict[str, Any]) -> None:
    """A value that can't be would be decided as if it were one that can."""
    policy = sr.load("kharkiv")
    with pytest.raises(sr.InvalidInput) as expected:
        policy.check(scenario)
    with pytest.raises(sr.InvalidInput) as found:
        single(policy).decide(scenario)
    assert found.value.problems == expected.value.problems


@pytest.mark.parametrize(
    "scenario",
    [
        {"weapon.made_in": None},
        {"weapon": {"name": "storm-shadow"}},
        {"weapon": {"max_range_km": 80}, "target": {"location": {"place": "Belgorod"}}},
        {"weapon": {"max_range_km": "80 km"}, "conditions": {"unheard_of": True}},
        {"target": {"location": {"zone": "belgorod-oblast"}}, "weapon": {"made_in": "US"}},
        {"target": {"location": {"type": "Point", "coordinates": [36.9, 50.45]}}},
        {},
    ],
)
def test_unusual_ways_to_say_it(scenario: dict[str, Any]) -> None:
    """What `check` takes would be refused, or taken for something else, in a simulation."""
    policy = sr.load("kharkiv")
    assert said(single(policy).decide(scenario)) == told(policy.check(scenario))


def many_rules(source: random.Random, count: int) -> dict[str, Any]:
    """Return a policy of many rules, not all of them simple."""
    box = [[-30, 30], [-29, 30], [-29, 31], [-30, 31], [-30, 30]]
    zones = {
        f"z{i}": {"geometry": {"type": "Polygon", "coordinates": [
            [[x + i * 0.4, y + i % 3 * 0.4] for x, y in box]]}, "edge_km": source.choice((0, 0, 2))}
        for i in range(8)
    }  # fmt: skip

    def test() -> dict[str, Any]:
        return source.choice([
            {"weapon.made_in": source.choice(("US", "GB", "FR"))},
            {"weapon.made_in": {"ne": "US"}},
            {"weapon.kind": {"in": ["drone", "artillery"]}},
            {"weapon.max_range_km": {source.choice(("lt", "ge")): source.choice((50, 100))}},
            {"strike.distance_km": {"le": source.choice((50, 100))}},
            {"target.location": {source.choice(("within", "within", "disjoint")):
                                 f"z{source.randrange(8)}"}},
            {"target.location": {"within_distance": {"of": "z1", "km": 20}}},
            {"timing": "pre_emptive"},
            {"weapon.us_parts": True},
            {"is": "d"},
        ])  # fmt: skip

    def condition() -> Any:
        parts = [test() for _ in range(source.randint(1, 4))]
        return source.choice([{"all": parts}, {"all": parts}, {"any": parts}, {"not": parts[0]},
                              {"all": [parts[0], {"not": {"any": parts[1:]}}]}])  # fmt: skip

    rules: list[dict[str, Any]] = []
    exceptions = source.random() < 0.4
    for number in range(count):
        rule = {"id": f"r{number}", "effect": source.choice(("permit", "prohibit"))}
        rule["when"] = condition()
        if source.random() < 0.2:
            rule["unless"] = condition()
        if exceptions and number and source.random() < 0.2:
            rule["overrides"] = [f"r{source.randrange(number)}"]
        rules.append(rule)
    policy: dict[str, Any] = {
        "policy": "many", "zones": zones, "rules": rules,
        "definitions": {"d": {"timing": "in_response"}},
        "conflicts": source.choice(("prohibit-overrides", "permit-overrides", "first-applicable",
                                    "only-one-applicable", "permit-unless-prohibit")),
        "otherwise": source.choice(("permit", "prohibit", "not_governed")),
    }  # fmt: skip
    if policy["conflicts"].endswith("prohibit"):
        del policy["otherwise"]
    if source.random() < 0.5:
        policy["scope"] = {"any": [test(), test()]}
    if source.random() < 0.5:
        policy["questions"] = {"q": {"readings": {
            "a": {"define": {"d": {"timing": "in_response"}}},
            "b": {"define": {"d": {"weapon.us_parts": True}}}}}}  # fmt: skip
    return policy


def many_facts(source: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {
        "weapon.made_in": source.choice(("US", "GB", "FR", "NO")),
        "weapon.kind": source.choice(("drone", "artillery", "other")),
        "weapon.max_range_km": source.choice((10, 50, 70, 100, 200)),
        "strike.distance_km": source.choice((10, 50, 100, 120)),
        "timing": source.choice(("pre_emptive", "in_response")),
        "weapon.us_parts": source.random() < 0.5,
        "target.location": {"lon": source.uniform(-31, -26), "lat": source.uniform(29.5, 32.5)},
    }
    return {k: v for k, v in row.items() if source.random() < 0.9}


@pytest.mark.parametrize("block", range(4))
def test_many_rules(block: int) -> None:
    """Of many rules one that applies would not be looked at."""
    looked = 0
    for seed in range(block * 6, block * 6 + 6):
        source = random.Random(seed)
        policy = sr.load(many_rules(source, source.choice((8, 30, 80))))
        decider = single(policy)
        index = decider.signatures._index
        assert isinstance(index, RuleIndex)
        for _ in range(25):
            scenario = many_facts(source)
            assert said(decider.decide(scenario)) == told(policy.check(scenario)), (seed, scenario)
        for key, found in decider.signatures.found.items():
            answer = index.answer(key, frozenset())
            if answer is not None:
                looked += 1
                assert answer == decider.signatures._settled(key) == found
    assert looked > 10


def test_an_attribute_called_as_a_group() -> None:
    """A policy with `weather` and `weather.sky` could not be asked at all."""
    facts = {"weather": {"type": "boolean"}, "weather.sky": {"values": ["clear", "grey"]}}
    rule = {"id": "r", "effect": "permit", "when": {"all": [
        {"weather": True}, {"weather.sky": "clear"}]}}  # fmt: skip
    policy = sr.load({"policy": "p", "facts": facts, "rules": [rule], "otherwise": "prohibit"})
    for scenario in ({"weather": True, "weather.sky": "clear"}, {"weather": True}):
        assert said(single(policy).decide(scenario)) == told(policy.check(scenario))


@pytest.mark.parametrize("seed", range(2))
def test_rules_of_zones(seed: int) -> None:
    """A rule of the target's zone would be passed over, or one of another zone looked at."""
    source = random.Random(seed)
    zones: dict[str, Any] = {}
    for number in range(24):
        x, y = source.uniform(-30, -27), source.uniform(30, 32)
        ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
        zones[f"z{number}"] = {"geometry": {"type": "Polygon", "coordinates": [ring]}}
    zones["z3"]["edge_km"] = 5
    rules = []
    for number in range(60):
        tests: list[Any] = source.sample([
            {"weapon.made_in": source.choice(("US", "GB"))},
            {"weapon.max_range_km": {"le": source.choice((50, 100))}},
            {"not": {"timing": "pre_emptive"}},
            {"weapon.us_parts": source.random() < 0.5},
        ], 2)  # fmt: skip
        if number % 10:
            tests.append({"target.location": {"within": f"z{source.randrange(24)}"}})
        if number == 7:
            tests.append({"target.location": {"within": "z1"}})
        effect = "permit" if source.random() < 0.6 else "prohibit"
        rules.append({"id": f"r{number}", "effect": effect, "when": {"all": tests}})
    policy = sr.load({"policy": "p", "otherwise": "prohibit", "zones": zones, "rules": rules})
    decider = single(policy)
    index = decider.signatures._index
    assert isinstance(index, RuleIndex)
    quick = 0
    for _ in range(24):
        scenario = many_facts(source)
        assert said(decider.decide(scenario)) == told(policy.check(scenario)), scenario
    for key, found in decider.signatures.found.items():
        answer = index.quick(key)
        if answer is not None:
            quick += 1
            assert answer == decider.signatures._settled(key) == found
    assert quick > 6
