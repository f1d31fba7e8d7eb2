"""Variants laid over what they extend: what is replaced, removed, added and set, and from where."""

from __future__ import annotations

from pathlib import Path

import pytest

from strikerules.language.library import Library
from strikerules.language.policy import Policy, Timeline
from strikerules.language.vary import vary
from strikerules.problems import InvalidInput

BASE = """\
policy: base
title: The base
sources: [one]
in_force: {from: 2030-01-01}
scope: {attacker: UA}
conflicts: permit-overrides
otherwise: {effect: prohibit, cites: [c01a], text: as before}
definitions:
  far: {weapon.max_range_km: {gt: $far_km}}
  near: {not: {is: far}}
questions:
  early:
    readings:
      yes: {set: {day: 2030-01-01}}
      not: {}
parameters:
  far_km: {value: 100, unit: km, status: assumed, note: a guess}
  day: {value: 2030-02-01}
zones: {strip: {intersection: [russia, {buffer_km: 10, of: ukraine}]}}
rules:
  - {id: a, effect: permit, when: {is: near}}
  - {id: b, effect: prohibit, when: {is: far}}
  - {id: c, effect: permit, when: {target.location: {within: strip}}}
"""


class Shelf:
    """Files of policies in one folder, loaded by name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.put("base", BASE)

    def put(self, name: str, text: str) -> None:
        (self.folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def load(self, name: str, text: str | None = None) -> Policy:
        if text is not None:
            self.put(name, f"policy: {name}\n{text}")
        known = ("russia", "ukraine", "belarus")
        library = Library(lambda n: True if n in known else None, (self.folder,))
        found = library.load(name)
        assert isinstance(found, Policy)
        return found

    def problems(self, name: str, text: str) -> list[str]:
        with pytest.raises(InvalidInput) as caught:
            self.load(name, text)
        return [f"{p.code} {p.message}" for p in caught.value.problems]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A folder with the base policy."""
    return Shelf(tmp_path)


def _ids(policy: Policy) -> list[str]:
    return [rule.id for rule in policy.rules]


def test_a_variant_that_says_nothing_is_its_parent(shelf: Shelf) -> None:
    """Extending a policy would by itself change what it says."""
    base, variant = shelf.load("base"), shelf.load("same", "extends: base\n")
    for part in ("rules", "scope", "conflicts", "otherwise", "definitions", "parameters"):
        assert getattr(variant, part) == getattr(base, part)
    assert (variant.name, variant.lineage, variant.title) == ("same", ("base",), None)
    assert variant.sources == ("one",)
    assert variant.in_force == {}


def test_replace_keeps_the_place_and_tells_the_origin(shelf: Shelf) -> None:
    """A replaced rule would move, which matters where the first that applies wins."""
    variant = shelf.load(
        "v", "extends: base\nreplace:\n  rules: [{id: b, effect: permit, when: false}]\n"
    )
    assert _ids(variant) == ["a", "b", "c"]
    assert {r.id: r.origin for r in variant.rules} == {"a": "base", "b": "v", "c": "base"}
    assert variant.rules[1].effect == "permit"


def test_replace_whole_parts(shelf: Shelf) -> None:
    """The scope, the algorithm or the default of a variant would stay its parent's."""
    variant = shelf.load(
        "v",
        "extends: base\nreplace:\n  scope: true\n  conflicts: first-applicable\n"
        "  otherwise: permit\n  definitions: {far: {strike.distance_km: {gt: 5}}}\n"
        "  parameters: {far_km: {value: 7, unit: km}}\n",
    )
    assert variant.conflicts == "first-applicable"
    assert variant.otherwise.effect == "permit"
    assert variant.otherwise.cites == ()
    assert getattr(variant.scope, "value", None) is True
    assert variant.parameters["far_km"].value == 7.0
    assert variant.parameters["far_km"].origin == "v"
    assert variant.parameters["day"].origin == "base"


def test_remove(shelf: Shelf) -> None:
    """What a variant takes away would still be there."""
    variant = shelf.load(
        "v", "extends: base\nremove: {rules: [b, c], zones: [strip], questions: [early]}\n"
    )
    assert _ids(variant) == ["a"]
    assert not variant.zones
    assert not variant.questions


def test_add_in_order(shelf: Shelf) -> None:
    """`before` and `after` would put a rule in another place."""
    variant = shelf.load(
        "v",
        "extends: base\nadd:\n  rules:\n"
        "    - {id: x, effect: permit, before: a}\n"
        "    - {id: y, effect: permit, after: b}\n"
        "    - {id: z, effect: permit}\n"
        "    - {id: w, effect: permit, after: z}\n"
        "    - {id: u, effect: permit, before: y}\n",
    )
    assert _ids(variant) == ["x", "a", "b", "u", "y", "c", "z", "w"]


def test_replace_remove_add_in_this_order(shelf: Shelf) -> None:
    """A name that is removed could not be given anew in the same variant."""
    variant = shelf.load(
        "v",
        "extends: base\nremove: {rules: [a]}\nadd: {rules: [{id: a, effect: prohibit}]}\n",
    )
    assert [(r.id, r.effect) for r in variant.rules] == [
        ("b", "prohibit"),
        ("c", "permit"),
        ("a", "prohibit"),
    ]


def test_set_a_parameter(shelf: Shelf) -> None:
    """A figure that a variant sets would be changed back by a reading, or keep its old remarks."""
    variant = shelf.load("v", "extends: base\nset: {far_km: 300, day: 2030-03-01}\n")
    figure = variant.parameters["far_km"]
    assert (figure.value, figure.unit, figure.status, figure.note) == (300.0, "km", "set", None)
    assert variant.pinned == {"far_km", "day"}


def test_set_a_reading(shelf: Shelf) -> None:
    """A question that a variant answers would stay open."""
    variant = shelf.load("v", "extends: base\nset: {early: yes}\n")
    assert variant.fixed == {"early": "yes"}
    assert not variant.open_questions
    grandchild = shelf.load("w", "extends: v\nset: {early: not}\n")
    assert grandchild.fixed == {"early": "not"}


def test_three_generations(shelf: Shelf) -> None:
    """A variant of a variant would forget one of the two."""
    shelf.load("v", "extends: base\nsources: [two]\nadd: {rules: [{id: x, effect: permit}]}\n")
    policy = shelf.load(
        "w", "extends: v\nsources: [three, one]\nreplace: {rules: [{id: x, effect: prohibit}]}\n"
    )
    assert policy.lineage == ("v", "base")
    assert policy.sources == ("one", "two", "three")
    assert {r.id: r.origin for r in policy.rules} == {"a": "base", "b": "base", "c": "base",
                                                      "x": "w"}  # fmt: skip


def test_positions_stay_with_their_files(shelf: Shelf) -> None:
    """A message on an inherited part would point into the variant's file."""
    variant = shelf.load("v", "extends: base\nadd: {rules: [{id: x, effect: permit}]}\n")
    places = {r.id: r.at for r in variant.rules}
    assert {i: Path(at.file).name for i, at in places.items() if at is not None} == {
        "a": "base.yaml", "b": "base.yaml", "c": "base.yaml", "x": "v.yaml"
    }  # fmt: skip
    assert places["b"] is not None
    assert (places["b"].line, places["b"].column) == (22, 10)


def test_by_path_and_beside(shelf: Shelf) -> None:
    """A policy beside the one that extends it would not be found, by path or by name."""
    for extends in ("base", "./base.yaml", str(shelf.folder / "base.yaml")):
        assert shelf.load("v", f"extends: {extends}\n").lineage == ("base",)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("extends: base\nadd: {zones: {strip: russia}}\n",
         ["SR310 a zone `strip` is there already"]),
        ("extends: base\nremove: {questions: [late]}\n",
         ["SR322 `remove` names a question that `base` does not have: `late`"]),
        ("extends: base\nreplace: {parameters: {far: {value: 1}}}\n",
         ["SR322 `replace` names a parameter that `base` does not have: `far`"]),
        ("extends: base\nset: {far_km: 2030-01-01}\n",
         ["SR118 `2030-01-01` is not of the kind that `far_km` is"]),
        ("extends: base\nset: {early: maybe}\n",
         ["SR324 the question `early` has no reading `maybe`"]),
        ("extends: base\nremove: {definitions: [far]}\n",
         ["SR303 there is no definition `far`", "SR303 there is no definition `far`"]),
        ("extends: base\nremove: {parameters: [far_km]}\n",
         ["SR307 there is no parameter `$far_km`"]),
        ("extends: base\nadd: {rules: [{id: x, effect: permit, before: x}]}\n",
         ["SR322 `before` names a rule that `base` does not have: `x`"]),
    ],
)  # fmt: skip
def test_changes_that_do_not_fit(shelf: Shelf, text: str, problems: list[str]) -> None:
    """A variant would silently change nothing, or leave a hole in what it extends."""
    assert shelf.problems("v", text) == problems


def test_vary_a_timeline(shelf: Shelf) -> None:
    """A parameter or a question of one policy of a timeline could not be set from outside."""
    shelf.put(
        "t",
        "timeline: t\nentries:\n  - {policy: base, in_force: {before: 2031-01-01}}\n"
        "  - {policy: v, in_force: {from: 2031-01-01}}\n",
    )
    shelf.put("v", "policy: v\nextends: base\nset: {far_km: 300}\n")
    library = Library(lambda _: True, (shelf.folder,))
    timeline = library.load("t")
    assert isinstance(timeline, Timeline)
    varied = vary(timeline, set={"far_km": 5}, readings={"early": "yes"})
    assert isinstance(varied, Timeline)
    assert [p.parameters["far_km"].value for p in varied.policies] == [5.0, 5.0]
    assert [dict(p.fixed) for p in varied.policies] == [{"early": "yes"}] * 2
    assert [p.parameters["far_km"].value for p in timeline.policies] == [100.0, 300.0]


def test_loaded_once(shelf: Shelf) -> None:
    """Files that several policies extend would be read again and again."""
    library = Library(lambda _: True, (shelf.folder,))
    assert library.load("base") is library.load(shelf.folder / "base.yaml")
