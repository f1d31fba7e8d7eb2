"""A reader made for one shape of scenarios answers as that of any does, or leaves it to it."""

from __future__ import annotations

import copy
import datetime
import random
from collections import defaultdict
from typing import Any

import pytest
from tests.batch.test_conformance import scattered
from tests.engine.test_quick import nested, said, single, told

import strikerules as sr
from strikerules.engine.quick.shaped import shape_of
from strikerules.engine.quick.single import Single

VALUES: dict[str, tuple[Any, ...]] = {
    "scenario": ("one", "two"),
    "date": ("2024-05-26", "2024-05-30", datetime.date(2024, 7, 1)),
    "weapon.made_in": ("US", "FR", "GB"),
    "weapon.us_parts": (True, False),
    "weapon.max_range_km": (10, 80.0, 100, 100.0, 100.5, 300.0),
    "strike.distance_km": (5.0, 100.0, 100, 150.0),
    "target.kind": ("air_base", "artillery", "logistics"),
    "target.supports": ("kharkiv_assault", "other_operation"),
    "target.depth_km": (0, 20.0, 100.0, 160.0),
    "area.designated": (True, False),
}
SLOW = ("target.depth_km", "launch.location")
UNUSUAL = (None, True, 1, -1, 1.5, float("nan"), 10**400, "", "XX", [], {}, {"lon": 1.0}, "US")


class Word(str):
    """A text that is not quite one."""


def shapes(source: random.Random) -> dict[str, Any]:
    """Return which keys scenarios have, with what each value may be."""
    found: dict[str, Any] = {k: v for k, v in VALUES.items() if source.random() < 0.7}
    if source.random() < 0.6:
        found.pop("target.depth_km", None)
    points = scattered(source.randrange(100), 30)
    for path, often in (("target.location", 0.9), ("launch.location", 0.25)):
        if source.random() < often:
            good = {"accuracy_km": 0} if source.random() < 0.3 else {}
            found[path] = [dict(point) | good for point in points]
    return found


def drawn(source: random.Random, shape: dict[str, Any]) -> dict[str, Any]:
    row = {path: copy.deepcopy(source.choice(values)) for path, values in shape.items()}
    for value in row.values():
        if isinstance(value, dict) and "accuracy_km" in value:
            value["accuracy_km"] = source.choice((0, 0.0, 1e-9, 0, 1))
    return row


def without_plans(policy: sr.Policy) -> Single:
    decider = single(policy)
    decider._plans.came = lambda shape: None  # type: ignore[method-assign]
    return decider


def answered(decider: Single, scenario: Any) -> Any:
    try:
        return said(decider.decide(scenario))
    except sr.InvalidInput as error:
        return error.problems


@pytest.mark.parametrize("name", ["kharkiv", "broader-and-deeper", "timeline"])
@pytest.mark.parametrize("seed", range(3))
def test_one_shape_after_another(name: str, seed: int) -> None:
    """A simulation would get another answer from the hundredth scenario than from the first."""
    policy, source = sr.load(name), random.Random(seed)
    decider, plain = single(policy), without_plans(policy)
    made = 0
    for number in range(4):
        shape = shapes(source)
        for _ in range(10):
            row = drawn(source, shape)
            row = row if number % 2 else nested(row)
            before = copy.deepcopy(row)
            assert answered(decider, row) == answered(plain, row), row
            assert row == before
        made += decider._plan(row) is not None
    assert made


@pytest.mark.parametrize("seed", range(4))
def test_what_does_not_fit_is_left_alone(seed: int) -> None:
    """A mistake in one scenario would be passed over because those before it had none."""
    policy, source = sr.load("kharkiv"), random.Random(seed)
    decider, plain = single(policy), without_plans(policy)
    shape = {k: v for k, v in shapes(source).items() if k not in SLOW}
    flat = seed % 2

    def row() -> dict[str, Any]:
        found = drawn(source, shape)
        return found if flat else nested(found)

    for _ in range(5):
        answered(decider, row())
    for _ in range(30):
        wrong = row()
        at = wrong
        while isinstance(at[key := source.choice(list(at))], dict) and source.random() < 0.8:
            at = at[key]
        if source.random() < 0.2:
            del at[key]
        elif source.random() < 0.2:
            at["other"] = source.choice(UNUSUAL)
        elif isinstance(at[key], str) and source.random() < 0.3:
            at[key] = Word(at[key])
        else:
            at[key] = copy.deepcopy(source.choice(UNUSUAL))
        assert repr(answered(decider, wrong)) == repr(answered(plain, wrong)), wrong


def test_a_mapping_that_makes_up_values_is_not_changed() -> None:
    """Asking a defaultdict for a key that it has not would put it there."""
    policy = sr.load("kharkiv")
    decider = single(policy)
    row = {"weapon": {"made_in": "US"}, "target": {"kind": "artillery"}}
    for _ in range(5):
        decider.decide(row)
    asked: Any = defaultdict(dict, {"weapon": {"made_in": "FR"}, "timing": "pre_emptive"})
    expected = told(policy.check(dict(asked)))
    assert said(decider.decide(asked)) == expected
    assert set(asked) == {"weapon", "timing"}


def test_true_is_not_one() -> None:
    """1 and 1.0 equal True, and would be taken for it once that was met."""
    policy = sr.load("kharkiv")
    decider = single(policy)
    for _ in range(5):
        decider.decide({"weapon.us_parts": True})
    for wrong in (1, 1.0, "true"):
        with pytest.raises(sr.InvalidInput):
            decider.decide({"weapon.us_parts": wrong})


def test_keys_are_not_code() -> None:
    """A key made for it would be run."""
    policy = sr.load("kharkiv")
    decider = single(policy)
    for key in ("x'] = 1; raise SystemExit #", 'a"""b', "made_in\n"):
        for _ in range(5):
            with pytest.raises(sr.InvalidInput):
                decider.decide({"weapon": {key: "US"}})


def test_endless_mappings_have_a_shape() -> None:
    """A mapping that holds itself would be followed for ever."""
    endless: dict[str, Any] = {}
    endless["weapon"] = endless
    assert shape_of(endless)


def test_words_known_only_to_the_policy_have_readers() -> None:
    """A policy's own attributes, with a quote in a value, would break the reader."""
    facts = {"weather.sky": {"values": ["clear", 'gr"ey']}, "weather.wind": {
        "type": "number", "unit": "m/s"}, "day": {"type": "date"}}  # fmt: skip
    rule = {
        "id": "r",
        "effect": "permit",
        "when": {
            "all": [
                {"weather.sky": 'gr"ey'},
                {"weather.wind": {"lt": 5}},
                {"day": {"from": "2024-01-01"}},
            ]
        },
    }
    policy = sr.load({"policy": "p", "facts": facts, "rules": [rule], "otherwise": "prohibit"})
    decider, plain = single(policy), without_plans(policy)
    source = random.Random(1)
    for _ in range(40):
        row = {
            "weather": {"sky": source.choice(("clear", 'gr"ey')),
                        "wind": source.choice((-3, 4.5, 5.0, 7))},
            "day": source.choice(("2023-12-31", "2024-01-01")),
        }  # fmt: skip
        assert answered(decider, row) == answered(plain, row) == told(policy.check(row)), row
    assert decider._plan(row) is not None
