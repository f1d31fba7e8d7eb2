"""What becomes of mutants, judged by running them: every verdict is held against decisions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.reference.conftest import SOAK
from tests.reference.source import Seeded
from tests.reference.strategies import case_of_seed
from tests.testing.coverage_worlds import Judge

import strikerules as sr
from strikerules.documents.parse import parse_document
from strikerules.given import one_scenario
from strikerules.testing.compare import differences
from strikerules.testing.mutation import run
from strikerules.testing.mutation.edits import apply
from strikerules.testing.mutation.run import Fate, Mutated, Mutation, mutate
from strikerules.testing.mutation.targets import Target, kills, targets_of
from strikerules.testing.read import read_suite
from strikerules.testing.suite import Suite
from strikerules.testing.writing import case_of, case_yaml

BLOCKS = 3
SEEDS = range(SOAK // 20 or 6)
WORLDS = 300 if SOAK else 20


def nested(scenario: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path, value in scenario.items():
        head, _, tail = path.partition(".")
        if tail:
            found.setdefault(head, {})[tail] = value
        else:
            found[head] = value
    return found


def suite_in(folder: Path, cases: list[dict[str, Any]], name: str = "random") -> Suite:
    """Write a test file and read it."""
    file = folder / f"{name}_test.strike.yaml"
    body = [case_yaml(case, 2) for case in cases]
    file.write_text("\n".join(["policy: random.yaml", "cases:", *body]) + "\n")
    return read_suite(file)


def places(old: Any, new: Any, path: tuple[Any, ...] = ()) -> set[tuple[Any, ...]]:
    """Return where two pieces of plain data differ."""
    if isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        return set().union(*(places(old[k], new[k], (*path, k)) for k in old))
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return set().union(*(places(a, b, (*path, i)) for i, (a, b) in pairs))
    return set() if old == new and type(old) is type(new) else {path}


@pytest.mark.parametrize("block", range(BLOCKS))
def test_every_verdict_on_a_mutant_holds(block: int, tmp_path: Path) -> None:
    """Else a gap would be called equivalent, or a mutant noticed that no case notices."""
    seen: Counter[str] = Counter()
    for seed in SEEDS[block::BLOCKS]:
        policy, source = case_of_seed(seed).policy, Seeded(seed)
        judge = Judge(policy)
        style = (None, True, False)[seed % 3]
        text = yaml.safe_dump(policy, sort_keys=False, default_flow_style=style)
        (tmp_path / "random.yaml").write_text(text)
        engine = sr.load(tmp_path / "random.yaml")
        cases = []
        for number in range(3):
            data = nested(judge.world(source).scenario)
            cases.append(case_of(data, engine.check(data), f"case {number}"))
        suite = suite_in(tmp_path, cases)
        one = mutate([suite], jobs=1, cache=None).policies[0]
        target = targets_of([suite])[0]
        worlds = [
            one_scenario(judge.world(source).scenario, engine.ruling.vocabulary)
            for _ in range(WORLDS)
        ]
        before = [engine.check(w).possible for w in worlds]
        for mutant in one.mutants:
            fate = one.fates[mutant.id]
            seen[fate.outcome] += 1
            old = mutant.change.doc
            new = parse_document(apply(old.text, mutant.change.edits), old.name).data
            if mutant.kind not in ("order", "reading", "rule"):
                assert len(places(old.data, new)) == 1, (seed, mutant.text)
            changed = target.mutated(mutant)
            if fate.outcome == "invalid":
                assert changed is None
                continue
            assert changed is not None
            if fate.outcome == "equivalent":
                after = [changed.check(w).possible for w in worlds]
                assert after == before, (seed, mutant.text)
            elif fate.outcome == "killed":
                killer = next(c for c in suite.cases if f"{suite.file}::{c.name}" == fate.killer)
                assert killer.expect is not None
                assert differences(killer.expect, changed.check(killer.scenario))
            elif fate.case is not None:
                asked = suite_in(tmp_path, [fate.case], "asked")
                shown = asked.cases[0]
                assert shown.expect is not None
                assert not differences(shown.expect, asked.decide(shown)), (seed, mutant.text)
                assert kills(asked, shown, changed), (seed, mutant.text)
    assert all(seen[k] > 5 for k in ("equivalent", "killed")), seen
    assert seen["invalid"] * 20 < seen.total(), seen


# -- the cache, and several processes ------------------------------------------------------------

POLICY = """\
policy: random
extends: parent.yaml
add:
  rules:
    - {id: far, effect: prohibit, when: {weapon.max_range_km: {gt: 100}}}
"""
PARENT = """\
policy: parent
otherwise: prohibit
zones: {box: {file: box.geojson}}
rules:
  - {id: near, effect: permit, when: {target.location: {within: box}}}
"""
NEAR = {"target": {"location": {"lon": 0.5, "lat": 0.5}}, "weapon": {"max_range_km": 50}}
FAR = {"target": {"location": {"lon": 0.5, "lat": 0.5}}, "weapon": {"max_range_km": 200}}
CASES: list[dict[str, Any]] = [
    {"name": "near", "given": NEAR, "expect": "permitted"},
    {"name": "far", "given": FAR, "expect": "prohibited"},
]


def box(east: float) -> str:
    ring = [[0, 0], [east, 0], [east, 1], [0, 1], [0, 0]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


class Counted:
    """Runs mutants, and counts those that are really run and the cases that they meet."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.ran, self.met = folder, list[str](), list[str]()
        (folder / "random.yaml").write_text(POLICY)
        (folder / "parent.yaml").write_text(PARENT)
        (folder / "box.geojson").write_text(box(1))
        fate, met = run._fate, kills

        def counted(target: Target, mutant: Any, tried: set[str]) -> Fate:
            self.ran.append(mutant.text)
            return fate(target, mutant, tried)

        def asked(suite: Suite, case: Any, mutant: sr.Policy) -> bool:
            self.met.append(case.name)
            return met(suite, case, mutant)

        monkeypatch.setattr(run, "_fate", counted)
        monkeypatch.setattr(run, "kills", asked)

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "mutants.json"

    def __call__(self, cases: list[dict[str, Any]]) -> Mutated:
        self.ran.clear()
        self.met.clear()
        suite = suite_in(self.folder, cases)
        return mutate([suite], jobs=1, cache=self.cache).policies[0]


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(tmp_path, monkeypatch)


def test_what_is_known_is_not_run_again(counted: Counted) -> None:
    """Else every run would take as long as the first."""
    first = counted(CASES)
    assert len(counted.ran) == len(first.mutants) > 15
    again = counted(CASES)
    assert not counted.ran
    assert again.reused == len(again.mutants)
    assert again.fates == first.fates


def test_a_change_of_anything_it_rests_on_runs_all_mutants_again(counted: Counted) -> None:
    """Else a policy, its parent or a zone could change and the old score be shown."""
    whole = len(counted(CASES).mutants)
    (counted.folder / "random.yaml").write_text(POLICY + "# a word\n")
    counted(CASES)
    assert len(counted.ran) == whole
    (counted.folder / "parent.yaml").write_text(PARENT + "# a word\n")
    counted(CASES)
    assert len(counted.ran) == whole
    (counted.folder / "box.geojson").write_text(box(2))
    counted(CASES)
    assert len(counted.ran) == whole


def test_a_mutant_whose_killer_is_gone_is_run_again(counted: Counted) -> None:
    """Else a case could be taken away or changed and its mutants still be called noticed."""
    first = counted(CASES)
    file = str(counted.folder / "random_test.strike.yaml")
    of_far = [m for m, f in first.fates.items() if f.killer == f"{file}::far"]
    assert of_far
    less = counted(CASES[:1])
    assert len(counted.ran) == len(of_far)
    assert all(less.fates[m].killer != f"{file}::far" for m in of_far)
    before = counted(CASES)
    again = sum(f.killer == f"{file}::far" for f in before.fates.values())
    changed = [CASES[0], {**CASES[1], "given": {**FAR, "timing": "in_response"}}]
    counted(changed)
    assert len(counted.ran) == again + len(before.survivors)


def test_survivors_meet_new_cases_alone(counted: Counted) -> None:
    """Else each new case would cost a run of the whole suite."""
    first = counted(CASES)
    left = len(first.survivors)
    assert left
    more = counted([*CASES, {"name": "new", "given": {}, "expect": "indeterminate"}])
    assert len(counted.ran) == left
    assert set(counted.met) == {"new"}
    assert len(more.survivors) <= left


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "\x00", '{"schema": "mutants/1"}', '{"schema": "mutants/1", "mutants": []}',
     '{"schema": "mutants/1", "mutants": {"KEY": 5}}', "[" * 5000,
     '{"schema": "mutants/1", "mutants": {"KEY": {"outcome": "killed", "killer": [1]}}}',
     '{"schema": "mutants/1", "mutants": {"KEY": {"outcome": "survived", "tried": 5}}}',
     '{"schema": "mutants/1", "mutants": {"KEY": {"outcome": "survived", "case": "x"}}}',
     '{"schema": "mutants/1", "mutants": {"KEY": {"outcome": "unheard of"}}}'],
)  # fmt: skip
def test_a_cache_that_is_broken_is_ignored(counted: Counted, text: str) -> None:
    """Else a file that was cut short would end every later run in a traceback."""
    first = counted(CASES)
    known = json.loads(counted.cache.read_text())["mutants"]
    counted.cache.write_text(text.replace("KEY", next(iter(known))))
    again = counted(CASES)
    assert len(counted.ran) == len(first.mutants)
    assert {m: f.outcome for m, f in again.fates.items()} == {
        m: f.outcome for m, f in first.fates.items()
    }


def test_two_processes_find_what_one_finds(counted: Counted) -> None:
    """Else the score would hang on how many cores there are."""
    suite = suite_in(counted.folder, CASES)
    one, two = (mutate([suite], jobs=jobs, cache=None).policies[0] for jobs in (1, 2))
    assert [m.id for m in one.mutants] == [m.id for m in two.mutants]
    for mutant in one.mutants:
        a, b = one.fates[mutant.id], two.fates[mutant.id]
        assert (a.outcome, a.case) == (b.outcome, b.case), mutant.text


def test_the_score_is_rounded_down_and_the_threshold_is_not() -> None:
    """Else 199 of 200 would be shown, or let through, as all of them."""
    fates = {str(n): Fate("killed" if n else "survived") for n in range(200)}
    one = Mutated("one", "one.yaml", [], fates, 1)
    whole = Mutation([one])
    assert (one.percent, whole.percent) == (99, 99)
    assert whole.below(100)
    assert whole.below(99.6)
    assert not whole.below(99.5)
    assert Mutation([]).below(0)


def test_a_survivor_beyond_the_catalogue_has_a_case(tmp_path: Path) -> None:
    """Else a named weapon whose range is too short for the distance would hide the case."""
    (tmp_path / "random.yaml").write_text(
        "policy: random\nconflicts: first-applicable\nrules:\n"
        "- {id: one, effect: prohibit, when: {weapon.name: storm-shadow}}\n"
        "- {id: two, effect: permit, when: {strike.distance_km: {lt: 60}}}\n"
        "- {id: three, effect: permit, when: {timing: in_response}}\n"
    )
    suite = suite_in(tmp_path, [{"name": "open", "given": {}, "expect": "indeterminate"}])
    one = mutate([suite], jobs=1, cache=None).policies[0]
    assert one.survivors
    assert all(f.case is not None for _, f in one.survivors if f.outcome == "survived")


def test_a_rule_that_another_overrides_can_be_left_out(tmp_path: Path) -> None:
    """Else leaving it out would be no policy, and no case would be asked to notice that."""
    text = (
        "policy: random\nrules:\n- {id: one, effect: permit}\n"
        "- {id: two, effect: prohibit, when: {timing: in_response}, overrides: [one]}\n"
    )
    (tmp_path / "random.yaml").write_text(text)
    suite = suite_in(tmp_path, [{"name": "early", "given": {"timing": "pre_emptive"},
                                 "expect": "permitted"}])  # fmt: skip
    one = mutate([suite], jobs=1, cache=None).policies[0]
    fates = {m.text: one.fates[m.id].outcome for m in one.mutants}
    assert fates["rule `one` left out"] == "killed"
    assert "invalid" not in fates.values()


def test_what_a_variant_removes_and_answers_is_changed_too(tmp_path: Path) -> None:
    """Else the lines that make a variant what it is could be taken out and no case notice."""
    (tmp_path / "base.yaml").write_text(
        "policy: base\nquestions: {q: {readings: {"
        "a: {define: {d: true}}, b: {define: {d: false}}}}}\n"
        "rules:\n- {id: one, effect: permit, when: {is: d}}\n- {id: two, effect: prohibit}\n"
    )
    (tmp_path / "random.yaml").write_text(
        "policy: random\nextends: base.yaml\nset: {q: a}\nremove: {rules: [two]}\n"
    )
    suite = suite_in(tmp_path, [{"name": "any", "given": {}, "expect": "permitted"}])
    one = mutate([suite], jobs=1, cache=None).policies[0]
    fates = {m.text: one.fates[m.id].outcome for m in one.mutants}
    assert fates["`two` no longer removed"] == "killed"
    assert fates["`q` set to `b` instead of `a`"] == "killed"
