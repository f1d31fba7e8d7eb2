"""Properties and questions of timelines, against every world of their policies and every day."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.reference.evaluator import TooManyWorlds
from tests.reference.one_world import Json, Law, holds
from tests.reference.source import Seeded
from tests.reference.strategies import DAYS, PLACES, RECORDS, Maker

import strikerules as sr
from strikerules.language.scenario import read_scenario

from .conftest import SEEDS
from .mutants import mutant
from .pairs import maker_of
from .verify_properties import DECISIONS, claims_of
from .verify_worlds import Looked

BLOCKS = 2
Key = tuple[tuple[str, str], ...]


class Drawn:
    """A random timeline of two policies, with properties."""

    def __init__(self, seed: int) -> None:
        maker = maker_of(Seeded(seed))
        source = maker.source
        self.policies = [maker.policy() | {"policy": "one"}]
        second = mutant(maker, self.policies[0])[0] if source.chance(60) else maker.policy()
        self.policies.append(second | {"policy": "two"})
        first, last = sorted((source.pick(DAYS), source.pick(DAYS)))
        self.days = {"early": first, "late": last} if first < last else {"only": first}
        gap = source.chance(30)
        self.gap = "2024-07-01" if gap else None
        self.timeline: dict[str, Any] = {
            "timeline": "t",
            "parameters": {**self.policies[0]["parameters"], "turn": {"value": first}},
            "entries": [
                {"policy": "one.yaml", "in_force": {"before": "$turn"}},
                {"policy": "two.yaml",
                 "in_force": {"from": "$turn", **({"until": self.gap} if gap else {})}},
            ],
        }  # fmt: skip
        if len(self.days) > 1:
            readings = {name: {"set": {"turn": day}} for name, day in self.days.items()}
            self.timeline["questions"] = {"when": {"readings": readings}}
        # a timeline has no zones of its own, nor any records
        maker.used = [a for a in maker.used if a not in (*PLACES, *RECORDS)] or ["timing"]
        if "date" not in maker.used:
            maker.used.append("date")
        self.timeline["properties"] = [self._property(maker, n) for n in range(6)]

    def _property(self, maker: Maker, number: int) -> dict[str, Any]:
        kind = ("never", "always", "settled", "regardless")[number % 4]
        body: dict[str, Any] = {}
        if kind in ("never", "always"):
            body["decision"] = maker.pick(DECISIONS)
        if kind == "regardless":
            body["of"] = [maker.pick(maker.used)]
        if maker.chance(70) or not body:
            body["when"] = maker.condition(1, ())
        return {"id": f"p{number}", kind: body}

    @property
    def readable(self) -> bool:
        """Whether the policies may stand together: what both ask or declare is alike."""
        one, two = (p["questions"] for p in self.policies)
        facts = [p["facts"] for p in self.policies]
        return facts[0] == facts[1] and all(
            [*one[q]["readings"]] == [*two[q]["readings"]] for q in one.keys() & two.keys()
        )

    def write(self, folder: Path) -> Path:
        """Write the timeline and its policies into a folder."""
        for name, data in (("one", self.policies[0]), ("two", self.policies[1]),
                           ("t", self.timeline)):  # fmt: skip
            (folder / f"{name}.yaml").write_text(json.dumps(data, indent=1))
        return folder / "t.yaml"


class Judge:
    """All worlds of a timeline."""

    def __init__(self, drawn: Drawn) -> None:
        self.drawn = drawn
        self.claims = claims_of(drawn.timeline)
        days = {*drawn.days.values(), *([drawn.gap] if drawn.gap else [])}
        conditions = {c.id: c.when for c in self.claims if c.when is not None}
        conditions |= {"days": {"date": {"in": sorted(days)}}}
        one = drawn.policies[0]
        # the timeline's own figures are those of the first policy
        self.figures = Law(one, {}, {n: p["value"] for n, p in one["parameters"].items()}, {})
        self.looked = Looked(one, drawn.policies[1], conditions)

    def outcomes(self, facts: Json) -> Iterator[tuple[Key, frozenset[str]]]:
        """Yield what the timeline comes to in a world under every combination of readings."""
        today, gap = facts["date"], self.drawn.gap
        for (mine, law), (theirs, its) in self.looked.together():
            for name, day in self.drawn.days.items():
                choice = tuple(sorted({**dict(mine), **dict(theirs), "when": name}.items()))
                if today < date.fromisoformat(day):
                    yield choice, self.looked.outcomes(law, facts)
                elif gap is None or today <= date.fromisoformat(gap):
                    yield choice, self.looked.outcomes(its, facts)
                else:
                    yield choice, frozenset({"not_governed"})

    def refuted(self) -> tuple[dict[str, bool], dict[tuple[str, str, str], bool]]:
        """Return which properties a world refutes, and which readings ever differ."""
        found = dict.fromkeys((c.id for c in self.claims), False)
        seen: dict[Any, frozenset[str]] = {}
        readings: dict[str, dict[str, None]] = {}
        differ: dict[tuple[str, str, str], bool] = {}
        for facts in self.looked:
            outcomes = dict(self.outcomes(facts))
            for choice in outcomes:
                for question, reading in choice:
                    readings.setdefault(question, {})[reading] = None
            for question, names in readings.items():
                for a, b in itertools.combinations(names, 2):
                    differ[question, a, b] = differ.get((question, a, b), False) or any(
                        outcomes[choice] != outcomes[_swapped(choice, question, b)]
                        for choice in outcomes if (question, a) in choice
                    )  # fmt: skip
            for claim in self.claims:
                if claim.when is not None and not holds(claim.when, facts, self.figures):
                    continue
                if claim.kind == "settled":
                    wrong = len(frozenset[str]().union(*outcomes.values())) > 1
                elif claim.kind == "regardless":
                    rest = tuple((k, v) for k, v in facts.items() if k not in claim.of)
                    wrong = any(
                        seen.setdefault((claim.id, choice, rest), one) != one
                        for choice, one in outcomes.items()
                    )
                else:
                    wrong = any(
                        one & claim.decisions if claim.kind == "never" else one - claim.decisions
                        for one in outcomes.values()
                    )
                found[claim.id] = found[claim.id] or wrong
        return found, differ


def _swapped(choice: Key, question: str, reading: str) -> Key:
    return tuple((q, reading if q == question else r) for q, r in choice)


@pytest.mark.parametrize("block", range(BLOCKS))
def test_timelines_for_many_seeds(block: int, tmp_path: Path) -> None:
    """Else what holds until a day, or from it, would be proved or refuted wrongly."""
    answers: Counter[tuple[str, bool]] = Counter()
    for seed in SEEDS[block : len(SEEDS) // 5 : BLOCKS]:
        drawn = Drawn(seed)
        judge = Judge(drawn)
        if judge.looked.sampled or not drawn.readable:
            continue
        policy = sr.load(drawn.write(tmp_path))
        found = sr.verify(policy)
        told = (seed, drawn.timeline)
        assert judge.looked.as_told(found.reports[0].notes), told
        try:
            refuted, differ = judge.refuted()
        except TooManyWorlds:
            continue
        partly = judge.looked.unlooked
        left = {c.id for c in judge.claims if c.kind in ("settled", "regardless")} if partly else {}
        holding = {name for name, wrong in refuted.items() if not wrong}
        assert {f.about[0] for f in found if f.code == "SR822"} == holding & set(left), told
        assert {*found.reports[0].proved} == holding - set(left), told
        said = {f.about[0]: f for f in found if f.code == "SR821"}
        assert said.keys() == {name for name, wrong in refuted.items() if wrong}, told
        for finding in said.values():
            scenario = read_scenario(finding.witness, policy.ruling.vocabulary)
            decision = policy.check(scenario, readings=finding.readings)
            assert decision.decision == finding.decision, (told, finding)
            (claim,) = (c for c in judge.claims if c.id == finding.about[0])
            possible = set(decision.possible)
            assert claim.kind == "regardless" or (
                len(possible) > 1 if claim.kind == "settled"
                else possible & claim.decisions if claim.kind == "never"
                else possible - claim.decisions
            ), (told, finding)  # fmt: skip
        if not partly:
            _same_readings(found, differ, told)
        answers.update((c.kind, refuted[c.id]) for c in judge.claims)
    assert len(answers) == 8
    assert min(answers.values()) > 2


def _same_readings(found: Any, differ: dict[tuple[str, str, str], bool], told: Any) -> None:
    """Check which questions and readings are told to change nothing."""
    questions: dict[str, list[tuple[tuple[str, str, str], bool]]] = {}
    for pair, one in differ.items():
        questions.setdefault(pair[0], []).append((pair, one))
    idle = {(q,) for q, pairs in questions.items() if not any(one for _, one in pairs)}
    same = {frozenset(pair[1:]) | {pair[0]} for pairs in questions.values() for pair, one in pairs
            if not one and (pair[0],) not in idle}  # fmt: skip
    assert {f.about for f in found if f.code == "SR812"} == idle, told
    assert {frozenset(f.about) for f in found if f.code == "SR813"} == same, told
