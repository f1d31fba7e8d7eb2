"""The library: what goes in, what comes out, what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import strikerules as sr

LAUNCHER: dict[str, Any] = {
    "date": "2024-06-02",
    "weapon": {"made_in": "US", "max_range_km": 80},
    "target": {
        "kind": "missile_launcher",
        "supports": "kharkiv_assault",
        "location": {"lon": 36.9, "lat": 50.45},
    },
}


def _codes(error: pytest.ExceptionInfo[sr.InvalidInput]) -> list[str]:
    return [p.code for p in error.value.problems]


def test_nested_dotted_and_numpy_values_are_the_same() -> None:
    """A row of a data frame would be decided otherwise than a file."""
    dotted = {
        "date": date(2024, 6, 2),
        "weapon.made_in": "US",
        "weapon.max_range_km": np.float32(80),
        "weapon.us_parts": np.bool_(False),
        "target.kind": "missile_launcher",
        "target.supports": "kharkiv_assault",
        "target.location": {"lon": np.float64(36.9), "lat": np.float64(50.45)},
    }
    policy = sr.load("kharkiv")
    one, other = policy.check(LAUNCHER), policy.check(dotted)
    assert one.decision == other.decision == "permitted"
    assert one.rules == other.rules


def test_loads_by_name_path_and_mapping(tmp_path: Path) -> None:
    """A policy of one's own could be had in one way only."""
    own = {"policy": "own", "otherwise": "prohibit", "rules": []}
    file = tmp_path / "own.yaml"
    file.write_text("policy: own\notherwise: prohibit\nrules: []\n", encoding="utf-8")
    for policy in (sr.load(own), sr.load(file), sr.load(str(file))):
        assert policy.name == "own"
        assert policy.check({}).decision == "prohibited"
    assert sr.load("timeline").name == sr.load().name == "us-weapons-in-russia"


def test_a_variant_finds_its_parent_beside_it(tmp_path: Path) -> None:
    """A folder of one's own could not hold policies that build on each other."""
    (tmp_path / "base.yaml").write_text("policy: base\notherwise: prohibit\nrules: []\n")
    (tmp_path / "more.yaml").write_text(
        "policy: more\nextends: base\nadd: {rules: [{id: all, effect: permit}]}\n"
    )
    assert sr.load(tmp_path / "more.yaml").check({}).decision == "permitted"


def test_vary_changes_a_copy() -> None:
    """A notebook's policy would change under the reader."""
    policy = sr.load("kharkiv")
    strict = policy.vary(set={"long_range_km": 70}, readings={"meaning-of-long-range": "by-weapon"})
    assert strict.check(LAUNCHER).decision == "prohibited"
    assert policy.check(LAUNCHER).decision == "permitted"
    assert "meaning-of-long-range" in policy.questions
    assert "meaning-of-long-range" not in strict.questions
    assert strict.parameters["long_range_km"] == 70
    row = strict.check(LAUNCHER).readings[0]
    assert dict(row.choose) == {"meaning-of-long-range": "by-weapon"}


def test_what_is_printed_says_what_it_is() -> None:
    """Two variants of a policy looked alike, and an open case did not say what it hangs on."""
    policy = sr.load("kharkiv")
    assert repr(policy).startswith("<Policy kharkiv: ")
    one = policy.vary(readings={"air-bases": "counted"}, set={"long_range_km": 80})
    assert repr(one).startswith("<Policy kharkiv (air-bases=counted, long_range_km=80): ")
    timeline = sr.load("us-weapons-in-russia").vary(set={"long_range_km": 80})
    assert repr(timeline).startswith("<Timeline us-weapons-in-russia (long_range_km=80): ")
    unknown = {**LAUNCHER, "target": {**LAUNCHER["target"], "supports": None}}
    open_case = " (permitted or prohibited; hangs on target.supports)"
    assert str(policy.check(unknown)) == f"scenario: indeterminate{open_case}"
    assert str(policy.decide(unknown)) == f"indeterminate{open_case}"
    assert str(policy.check(LAUNCHER)) == "scenario: permitted"
    assert str(policy.decide(LAUNCHER)) == "permitted"


def test_what_was_set_is_said_to_be_assumed() -> None:
    """A figure of the user's own could pass for a published one."""
    decision = sr.load("kharkiv").check(LAUNCHER, set={"long_range_km": 300})
    assert "long_range_km" in decision.assumptions


def test_as_of_is_the_date() -> None:
    """The past could not be asked about."""
    timeline = sr.load()
    assert timeline.check(LAUNCHER, as_of="2024-05-20").policy == "ban"
    assert timeline.check(LAUNCHER, as_of="2024-05-31").policy == "kharkiv"
    with pytest.raises(sr.InvalidInput) as error:
        timeline.check(LAUNCHER, as_of="soon")
    assert _codes(error) == ["SR116"]


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (lambda: sr.load("kharkov"), ["SR325"]),
        (lambda: sr.load("kharkiv").vary(set={"long_range": 3}), ["SR323"]),
        (lambda: sr.load("kharkiv").vary(set={"long_range_km": "far"}), ["SR118"]),
        (lambda: sr.load("kharkiv").vary(readings={"air-bases": "maybe"}), ["SR324"]),
        (lambda: sr.load("kharkiv").check({"wepon": {}}), ["SR202"]),
        (lambda: sr.load("kharkiv").check(7), ["SR201"]),  # type: ignore[arg-type]
        (lambda: sr.zone("belgorod"), ["SR401"]),
        (lambda: sr.load({"rules": []}), ["SR326"]),
        (
            lambda: sr.load("kharkiv").check(
                {
                    "weapon": {"name": "himars"},
                    "target": {"location": {"zone": "nowhere"}},
                    "launch": {"location": {"place": "nowhere"}},
                }
            ),
            ["SR207", "SR401", "SR402"],
        ),
    ],
)
def test_mistakes_are_refused_all_at_once(call: Any, codes: list[str]) -> None:
    """A mistake in a notebook would end in a traceback, or be found one by one."""
    with pytest.raises(sr.InvalidInput) as error:
        call()
    assert sorted(_codes(error)) == codes
    assert not any(p.position and p.position.file for p in error.value.problems)


def test_a_conflict_is_open_and_says_so() -> None:
    """Two rules that contradict each other could pass for a missing fact."""
    policy = sr.load(
        {
            "policy": "p",
            "conflicts": "only-one-applicable",
            "rules": [{"id": "a", "effect": "permit"}, {"id": "b", "effect": "prohibit"}],
        }
    )
    decision = policy.check({})
    assert decision.possible == ("permitted", "prohibited")
    assert decision.depends_on.conflicts == ("a", "b")
    assert decision.settled_by == ()


def test_a_rule_that_loses_says_why() -> None:
    """A reader could not see why a permission that applies is not the outcome."""
    decision = sr.load("kharkiv").check(
        LAUNCHER | {"weapon": {"made_in": "US", "max_range_km": 300}},
        readings={"meaning-of-long-range": "by-weapon"},
    )
    assert decision.decision == "prohibited"
    remarks = {s.name: s.remark for s in decision.why.children if s.kind == "rule"}
    assert remarks["sites-in-the-designated-area"] == (
        "loses to `no-long-range-attacks` (prohibit-overrides)"
    )
    assert decision.assumptions == ("long_range_km",)


def test_nothing_is_kept_of_policies_that_are_gone() -> None:
    """A simulation that makes policies in a loop would run out of memory."""
    import gc
    import weakref

    ring = [[36, 50], [37, 50], [37, 51], [36, 50]]
    policy = sr.load(
        {
            "policy": "p",
            "zones": {"z": {"geometry": {"type": "Polygon", "coordinates": [ring]}}},
            "rules": [
                {"id": "r", "effect": "permit", "when": {"target.location": {"within": "z"}}}
            ],
        }
    )
    assert (
        policy.check({"target": {"location": {"lon": 36.8, "lat": 50.1}}}).decision == "permitted"
    )
    zone = weakref.ref(policy.program.atoms[0].zone)
    del policy
    gc.collect()
    assert zone() is None


def test_loading_leaves_the_collector_as_it_was() -> None:
    """A program would never free its memory again, or be made to free it."""
    import gc

    assert gc.isenabled()
    sr.load("kharkiv").decide({})
    with pytest.raises(sr.InvalidInput):
        sr.load({"policy": 3})
    assert gc.isenabled()
    gc.disable()
    try:
        sr.load("ban").decide({})
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_outline_checked_once_is_the_zone() -> None:
    """A policy's outline would be another than the one that was looked at, or wrong unseen."""
    ring = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    zones = {"a": {"geometry": outline}, "b": {"union": ["a", {"geometry": {
        "type": "Polygon", "coordinates": [[[x + 3, y] for x, y in ring]]}}]}}  # fmt: skip
    rules = [
        {"id": z, "effect": "permit", "when": {"target.location": {"within": z}}} for z in zones
    ]
    policy = sr.load({"policy": "p", "otherwise": "prohibit", "zones": zones, "rules": rules})
    for lon, expected in ((0.5, ("a", "b")), (3.5, ("b",)), (2.0, ())):
        assert policy.decide({"target.location": {"lon": lon, "lat": 0.5}}).rules == expected
    zones["c"] = {"geometry": {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1],
                                                                   [0, 0]]]}}  # fmt: skip
    with pytest.raises(sr.InvalidInput, match="c"):
        sr.load({"policy": "p", "otherwise": "prohibit", "zones": zones, "rules": rules})
