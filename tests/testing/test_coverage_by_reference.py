"""Coverage judged by brute force: the plain policy changed, and decided world by world."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.reference.conftest import SOAK, profile
from tests.reference.one_world import evaluate
from tests.reference.source import Drawn, Seeded, Source
from tests.reference.strategies import RECORDS, Maker, case_of_seed
from tests.testing.coverage_worlds import Choice, Judge, Table, World, negated, seen, without

import strikerules as sr
from strikerules.engine.decision import Decision
from strikerules.given import one_scenario
from strikerules.language.scenario import Scenario
from strikerules.testing.compare import differences
from strikerules.testing.coverage.coverage import Covered
from strikerules.testing.coverage.instrument import Instrument
from strikerules.testing.coverage.items import Item
from strikerules.testing.read import read_suite
from strikerules.testing.suite import Expectation
from strikerules.testing.writing import case_yaml

BLOCKS = 4
SEEDS = range(3000, 3000 + (SOAK // 4 or 60))
FOUND = range(SOAK // 8 or 40)


def judged(item: Item, judge: Judge, world: World) -> bool:
    """Tell whether the reference has a word on an item in a world."""
    if item.kind in ("rule", "claim"):
        return False
    if item.kind != "edge":
        return True
    # a zone of its own to each reading, or one whose record is asked, is not flipped as one test
    name = item.id.split("/")[2]
    shapes = {tuple(sorted(one.cells[name])) for one in judge.laws.values()}
    return all(r in world.scenario for r in RECORDS) and len(shapes) == 1 and "(" not in item.id


def expectations(table: Table, within: list[Choice]) -> dict[str, Expectation]:
    """Return what may be expected of outcomes, by kind."""
    found = {
        "decision": Expectation(decision=seen("decision", table, within)),
        "possible": Expectation(possible=seen("possible", table, within)),
    }
    if within != [()]:
        each = {c: seen("decision", table, [c]) for c in within}
        found["readings"] = Expectation(readings=each)
    return found


def disagreements(policy: dict[str, Any], source: Source, worlds: int) -> list[str]:
    """Return the items of which the reference says otherwise than the count."""
    engine, judge = sr.load(policy), Judge(policy)
    instrument = Instrument(engine)
    found = []
    for _ in range(worlds):
        world = judge.world(source)
        scenario = one_scenario(world.scenario, engine.ruling.vocabulary)
        fixed = {
            q: source.pick(list(body["readings"]))
            for q, body in policy["questions"].items() if source.chance(15)
        }  # fmt: skip
        within = [c for c in judge.choices if fixed.items() <= dict(c).items()]
        table = judge.table(world)
        decision = engine.check(scenario, readings=fixed)
        items = [i for i in instrument.items if judged(i, judge, world)]
        after = {i.id: list(judge.after(i.id, world)) for i in items}
        for kind, expect in expectations(table, within).items():
            got = instrument.covers(scenario, expect, decision, fixed, after)
            before = seen(kind, table, within)
            for item, tables in after.items():
                wanted = any(seen(kind, one, within) != before for one in tables)
                if wanted != (item in got):
                    found.append(f"{item} ({kind}): {wanted} in {world.scenario} with {fixed}")
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_is_counted_is_what_every_world_says(block: int) -> None:
    """Else a case would be said to notice what it does not, or its work would not be seen."""
    for seed in SEEDS[block::BLOCKS]:
        found = disagreements(case_of_seed(seed).policy, Seeded(seed), 4)
        assert not found, (seed, found[:3])


@profile(40)
@given(st.data())
def test_what_is_counted_is_what_every_world_says_of_any_policy(data: st.DataObject) -> None:
    """Else a disagreement that the seeds miss could not be made small."""
    source = Drawn(data.draw)
    assert not disagreements(Maker(source).policy(), source, 1)


def test_random_worlds_cover_things_of_every_kind() -> None:
    """Else the agreement could rest on worlds in which nothing ever matters."""
    kinds: dict[str, int] = {}
    for seed in range(60):
        judge = Judge(case_of_seed(seed).policy)
        source = Seeded(seed)
        items = list(Instrument(sr.load(judge.policy)).items)
        for world in (judge.world(source) for _ in range(5)):
            table = judge.table(world)
            for item in items:
                if judged(item, judge, world):
                    matters = any(t != table for t in judge.after(item.id, world))
                    kinds[item.kind] = kinds.get(item.kind, 0) + matters
    assert all(kinds[k] > 3 for k in ("condition", "exception", "default", "reading")), kinds
    assert all(kinds[k] > 0 for k in ("edge", "threshold")), kinds


# -- cases that leave things open, and expectations of every kind ------------------------------


def altered(item: Item, policy: dict[str, Any]) -> tuple[dict[str, Any], Any] | None:
    """Return the policy with an item's change made, and the condition that it is about."""
    rest = item.id.partition("/")[2]
    if item.kind == "condition":
        return negated(policy, rest.rpartition(":")[0])
    return (without(policy, rest), None) if item.kind in ("exception", "default") else None


def kinds_of(decision: Decision) -> list[Expectation]:
    because = tuple(r.id for r in decision.rules if r.outcome == "applies")
    hangs = decision.depends_on
    names = frozenset((*hangs.facts, *hangs.places, *hangs.questions, *hangs.conflicts))
    every = [
        Expectation(decision=decision.decision),
        Expectation(because=because[:1]),
        Expectation(because=("otherwise",)),
        Expectation(because=("scope",)),
        Expectation(depends_on=names),
        Expectation(rules={r.id: r.outcome for r in decision.rules}),
        Expectation(not_because=tuple(r.id for r in decision.rules if r.outcome != "applies")),
    ]
    return [e for e in every if not differences(e, decision)]


def holds_alike(
    condition: Any, side: str, policy: dict[str, Any], scenario: Scenario, readings: dict[str, str]
) -> bool:
    """Tell whether a condition has one value, whatever the readings."""
    asked = {**policy, "rules": [{"id": "x", "effect": "permit", "when": condition}],
             "scope": True, "otherwise": "prohibit", "conflicts": "prohibit-overrides"}  # fmt: skip
    wanted = "permitted" if side == "true" else "prohibited"
    return sr.load(asked).check(scenario, readings=readings).decision == wanted


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_case_that_covers_a_thing_fails_with_it_changed(block: int) -> None:
    """Else 100 % could be had from cases that would pass whatever the policy said."""
    looked_at = 0
    for seed in SEEDS[block::BLOCKS]:
        case = case_of_seed(seed)
        engine = sr.load(case.policy)
        instrument = Instrument(engine)
        scenario = one_scenario(case.scenario, engine.ruling.vocabulary)
        decision = engine.check(scenario, readings=case.readings)
        for expect in kinds_of(decision):
            got = instrument.covers(
                scenario, expect, decision, case.readings, [i.id for i in instrument.items]
            )
            for item in (i for i in instrument.items if i.id in got):
                change = altered(item, case.policy)
                if change is None:
                    continue
                mapping, condition = change
                side = item.id.rpartition(":")[2]
                if condition is not None and not holds_alike(
                    condition, side, case.policy, scenario, case.readings
                ):
                    continue  # counted under some of the readings alone
                after = sr.load(mapping).check(scenario, readings=case.readings)
                assert differences(expect, after), (seed, item.id, expect)
                looked_at += 1
    assert looked_at > 10


# -- what is proved impossible, and what is offered ---------------------------------------------


def rule_stands(item: Item, judge: Judge, world: World) -> bool:
    name, side = item.id.split("/")[2].rsplit(":", 1)
    found = {evaluate(one, judge.known(world, one))[1][name] for one in judge.laws.values()}
    return found == {"applies"} if side == "applies" else (
        len(found) == 1 and found <= {"does_not_apply", "defeated"}
    )  # fmt: skip


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_world_shows_what_is_said_to_be_impossible(block: int) -> None:
    """Else a gap in a suite would be left out of the count as if it could not be closed."""
    for seed in FOUND[block::BLOCKS]:
        judge, source = Judge(case_of_seed(seed).policy), Seeded(seed)
        covered = Covered(sr.load(judge.policy), "random")
        gone = [o.item for o in covered.impossible]
        for world in (judge.world(source) for _ in range(12)):
            table = judge.table(world)
            for item in gone:
                if item.kind == "rule":
                    assert not rule_stands(item, judge, world), (seed, item.id, world.scenario)
                elif judged(item, judge, world):
                    tables = judge.after(item.id, world)
                    assert all(t == table for t in tables), (seed, item.id, world.scenario)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_offered_cases_pass_and_cover_when_they_are_written_down(
    block: int, tmp_path: Path
) -> None:
    """Else a user would paste a case that fails, can't be read, or covers nothing."""
    items = found = 0
    for seed in FOUND[block::BLOCKS]:
        policy = case_of_seed(seed).policy
        (tmp_path / "random.yaml").write_text(yaml.safe_dump(policy, sort_keys=False))
        opened = Covered(sr.load(tmp_path / "random.yaml"), "random").uncovered
        offered = {str(o.case["name"]): o.case for o in opened if o.case is not None}
        items += len(opened)
        found += sum(o.case is not None for o in opened)
        if not offered:
            continue
        file = tmp_path / "random_test.strike.yaml"
        lines = ["policy: random.yaml", "cases:", *(case_yaml(c, 2) for c in offered.values())]
        file.write_text("\n".join(lines) + "\n")
        suite = read_suite(file)
        counted = {}
        for case in suite.cases:
            assert case.expect is not None
            decision = suite.decide(case)
            assert not differences(case.expect, decision), (seed, case.name)
            again = Covered(suite.policies["random"], "random")
            again.count(case.scenario, case.expect, decision, case.readings, case.set)
            counted[case.name] = again.covered
        for one in itertools.filterfalse(lambda o: o.item.kind == "claim", opened):
            if one.case is not None:
                assert one.item.id in counted[one.case["name"]], (seed, one.item.id)
    assert found > 0.85 * items
