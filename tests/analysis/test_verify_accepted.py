"""Findings that are accepted, chosen or ignored; parts that nothing uses; variants."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.reference.evaluator import LOCATIONS, TooManyWorlds
from tests.reference.source import Seeded

import strikerules as sr

from .conftest import SEEDS
from .mutants import mutant
from .pairs import maker_of
from .verify_expected import reached, roots_of
from .worlds import Worlds

GUNS = {"weapon.kind": "artillery"}
FIRST = {"timing": "pre_emptive"}
GAP = {
    "policy": "p",
    "sources": ["nyt-2024-05-31"],
    "rules": [
        {"id": "guns", "effect": "permit", "when": GUNS, "cites": ["c04a"]},
        {"id": "first", "effect": "prohibit", "when": FIRST, "cites": ["c04a"]},
        {"id": "late", "effect": "prohibit", "when": {"target.kind": "other"}, "cites": ["c04a"]},
    ],
    "otherwise": "prohibit",
}
"""Guns conflict with each of the two others."""


def _codes(policy: Any) -> list[str]:
    return sorted(f.code for f in sr.verify(policy))


def _accepting(*accepts: dict[str, Any]) -> Any:
    return sr.verify({**GAP, "accept": [{"because": "so it is meant", **a} for a in accepts]})


def test_what_is_accepted_is_told_apart() -> None:
    """Else what is meant to be so would fail a build for ever."""
    plain = sr.verify(GAP)
    assert sorted((f.code, f.about) for f in plain) == [("SR802", ("guns", "first", "late"))]
    found = _accepting({"finding": "SR802"})
    assert list(found) == []
    ((finding, why),) = found.reports[0].accepted
    assert (finding.code, why) == ("SR802", "so it is meant")
    assert found.to_dict()["results"][0]["accepted"][0]["because"] == "so it is meant"


@pytest.mark.parametrize(
    ("about", "matches"),
    [
        ([], True), (["guns"], True), (["late"], True), (["late", "guns"], True),
        (["first", "guns", "late"], True), (["other"], False), (["guns", "other"], False),
    ],
)  # fmt: skip
def test_an_accept_is_of_what_it_is_about(about: list[str], matches: bool) -> None:
    """Else one that was accepted would hide all others of its kind."""
    found = _accepting({"finding": "SR802", "about": about})
    assert [f.code for f in found] == ([] if matches else ["SR802", "SR819"])
    assert len(found.reports[0].accepted) == matches


def test_an_accept_that_accepts_nothing_is_told() -> None:
    """Else a reason that no longer applies would stay in the file."""
    found = _accepting({"finding": "SR802"}, {"finding": "SR803", "about": ["guns"]},
                       {"finding": "SR805"}, {"finding": "SR802", "about": ["late"]})  # fmt: skip
    unused = [f for f in found if f.code == "SR819"]
    assert [f.about for f in unused] == [("guns",), ()]
    assert ["SR803" in f.message for f in unused] == [True, False]


def test_a_variant_inherits_what_is_accepted(tmp_path: Path) -> None:
    """Else every variant would have to repeat it, or be told of what it no longer has."""
    accept = [{"finding": "SR802", "about": ["guns"], "because": "so it is meant"}]
    _write(tmp_path, "p", {**GAP, "accept": accept})
    child = {"policy": "child", "extends": "p.yaml", "sources": ["nyt-2024-05-31"],
             "replace": {"otherwise": "permit"}}  # fmt: skip
    found = sr.verify(_write(tmp_path, "child", child))
    assert [f.code for f in found if f.code in ("SR802", "SR819")] == []
    assert [f.code for f, _ in found.reports[0].accepted] == ["SR802"]
    fewer = child | {"remove": {"rules": ["first", "late"]}}
    found = sr.verify(_write(tmp_path, "child", fewer))
    assert [f.code for f in found if f.code in ("SR802", "SR819")] == []
    assert found.reports[0].accepted == ()
    own = fewer | {"accept": accept}
    found = sr.verify(_write(tmp_path, "child", own))
    assert [f.code for f in found if f.code == "SR819"] == ["SR819"]


def test_a_refuted_property_can_be_accepted() -> None:
    """Else a hope that does not hold yet could not be written down."""
    stated = [{"id": "x", "never": {"decision": "permitted"}}]
    found = sr.verify({**GAP, "properties": stated, "accept": [
        {"finding": "SR802", "because": "b"},
        {"finding": "SR821", "about": ["x"], "because": "not yet"}]})  # fmt: skip
    assert list(found) == []
    assert found.reports[0].proved == ()
    assert [why for _, why in found.reports[0].accepted] == ["b", "not yet"]


@pytest.mark.parametrize(
    ("chosen", "ignored", "left"),
    [
        ([], [], {"SR801", "SR802", "SR808", "SR818"}),
        (["SR80"], [], {"SR801", "SR802", "SR808"}),
        (["SR80"], ["SR801"], {"SR802", "SR808"}),
        (["SR802", "SR818"], [], {"SR802", "SR818"}),
        ([], ["SR8"], set()),
        (["SR9"], [], set()),
    ],
)
def test_findings_are_chosen_by_code(chosen: list[str], ignored: list[str], left: set[str]) -> None:
    """Else a build could not look at what matters to it alone."""
    policy = {
        "policy": "p",
        "definitions": {"d": GUNS},
        "rules": [{"id": "guns", "effect": "permit", "when": GUNS},
                  {"id": "first", "effect": "prohibit", "when": FIRST}],
        "properties": [{"id": "x", "always": {"decision": "permitted", "when": {"all": [
            GUNS, {"timing": "in_response"}]}}}],
    }  # fmt: skip
    found = sr.verify(policy)
    some = found.select(chosen, ignored)
    assert {f.code for f in some} == left
    assert len(some) == len(list(some)) == len(some.findings)
    assert some.reports[0].proved == ("x",)


# -- parts that nothing uses -----------------------------------------------------------------


def _unused(policy: dict[str, Any]) -> dict[str, set[str]]:
    """Return what nothing comes to, by plain search."""
    definitions, zones, parameters, facts = set(), set(), set(), set()
    for _, condition in reached(policy, roots_of(policy), written=True):
        if not isinstance(condition, dict):
            continue
        ((key, value),) = condition.items()
        if key == "is":
            definitions.add(value)
        elif key not in ("all", "any", "not"):
            facts.add(key)
            if key.startswith("area."):
                zones |= set(policy["zones"])
            for operand in value.values() if isinstance(value, dict) else [value]:
                many = operand if isinstance(operand, list) else [operand]
                if key in LOCATIONS:
                    zones |= set(many)
                parameters |= {v[1:] for v in many if str(v).startswith("$")}
    sets = [policy["zones"]]
    sets += [r.get("zones", {}) for q in policy["questions"].values()
             for r in q["readings"].values()]  # fmt: skip
    for _ in policy["zones"]:
        for zone in [one[name] for one in sets for name in zones & one.keys()]:
            zones |= {word for word in _words(zone) if word in policy["zones"]}
    used = {"definitions": definitions, "zones": zones, "parameters": parameters, "facts": facts}
    return {
        code: set(policy[section]) - used[section]
        for code, section in zip(("SR808", "SR809", "SR810", "SR811"), used, strict=True)
    }


def _words(zone: Any) -> set[str]:
    if isinstance(zone, str):
        return {zone}
    parts = zone.values() if isinstance(zone, dict) else zone if isinstance(zone, list) else ()
    return set().union(*map(_words, parts))


@pytest.mark.parametrize("block", range(2))
def test_unused_parts_of_random_policies(block: int) -> None:
    """Else a definition that a rule should use could stand there unused, or one in use go."""
    for seed in SEEDS[block : len(SEEDS) // 5 : 2]:
        policy = maker_of(Seeded(seed)).policy()
        found = sr.verify(policy)
        for code, names in _unused(policy).items():
            assert {f.about[0] for f in found if f.code == code} == names, (seed, code)


def test_properties_use_parts() -> None:
    """Else what only a property needs would be called useless."""
    policy = {
        "policy": "p",
        "definitions": {"d": {"weapon.max_range_km": {"gt": "$far_km"}}},
        "parameters": {"far_km": {"value": 100}},
        "zones": {"z": "russia", "y": {"same_as": "z"}},
        "facts": {"own.flag": {"type": "boolean"}, "own.day": {"type": "date"}},
        "rules": [],
    }
    codes = {"SR808", "SR809", "SR810", "SR811"}
    assert codes <= set(_codes(policy))
    stated = [
        {"id": "a", "never": {"decision": "permitted", "when": {"is": "d"}}},
        {"id": "b", "settled": {"when": {"target.location": {"within": "y"}}}},
        {"id": "c", "regardless": {"of": ["own.flag"], "when": {"own.day": "2024-01-01"}}},
    ]
    assert codes.isdisjoint(_codes({**policy, "properties": stated}))


# -- variants --------------------------------------------------------------------------------


@pytest.mark.parametrize("block", range(2))
def test_variant_that_changes_nothing(block: int, tmp_path: Path) -> None:
    """Else a variant whose change is lost would be taken for one that changes something."""
    seen = set()
    for seed in SEEDS[block : len(SEEDS) // 5 : 2]:
        maker = maker_of(Seeded(seed))
        parent = maker.policy()
        other, _, _ = mutant(maker, parent)
        _write(tmp_path, "parent", {**parent, "policy": "parent"})
        child = {"policy": "child", "extends": "parent.yaml", **_differing(parent, other)}
        worlds = Worlds(parent, other, left_out=True)
        try:
            changed = any(w.changed for w in worlds)
        except TooManyWorlds:
            continue
        if (worlds.sampled or worlds.mixed) and not changed:
            # not all distances were tried, or not all records are looked at
            continue
        found = [f for f in sr.verify(_write(tmp_path, "child", child)) if f.code == "SR814"]
        assert (len(found) == 1) is not changed, (seed, child)
        assert all(f.about == ("parent",) for f in found)
        seen.add(changed)
    assert seen == {True, False}


def _differing(parent: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return a mutant as a variant: everything that could differ is said anew."""
    replace: dict[str, Any] = {"otherwise": other.get("otherwise", "not_governed")}
    replace["conflicts"] = other.get("conflicts", "prohibit-overrides")
    replace["scope"] = other.get("scope", True)
    add: dict[str, Any] = {"rules": other["rules"]}
    remove: dict[str, Any] = {"rules": [rule["id"] for rule in parent["rules"]]}
    for section in ("definitions", "zones", "questions", "parameters", "facts"):
        before, after = parent[section], other[section]
        replace[section] = {n: v for n, v in after.items() if n in before}
        add[section] = {n: v for n, v in after.items() if n not in before}
        remove[section] = [n for n in before if n not in after]
    return {"replace": replace, "remove": remove, "add": add}


def _write(folder: Path, name: str, policy: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(policy, indent=1))
    return path
