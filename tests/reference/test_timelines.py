"""Timelines against the reference: days that are not known, days of change that are not known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import strikerules as sr

from .agreement import differences, told, weapons
from .conftest import SOAK
from .evaluator import TooManyWorlds, decide
from .source import Seeded, Source
from .strategies import DAYS, GIVEN_DAYS, Case, Maker

BLOCKS = 6
COUNT = SOAK // 50 or 210


class Timeline:
    """A random timeline, its policies and a scenario."""

    def __init__(self, source: Source) -> None:
        maker = Maker(source, several=True)
        names = ("first", "second", "third")[: source.pick((2, 3, 1))]
        self.policies = {name: self.policy(maker, name) for name in names}
        moments: dict[str, dict[str, str]] = {
            "first": {"before": "$day"},
            "second": {"from": "$day", "until": "$last"},
            "third": {"from": "2024-07-01"} if source.chance(50) else {"from": "2024-06-16"},
        }
        self.timeline: dict[str, Any] = {
            "timeline": "random",
            "parameters": {
                "day": {"value": source.pick(DAYS)},
                "last": {"value": source.pick(("2024-06-10", "2024-06-15"))},
            },
            "questions": {},
            "entries": [{"policy": name, "in_force": moments[name]} for name in names],
        }
        readings: dict[str, dict[str, Any]] = {
            "early": {"set": {"day": "2024-05-26"}},
            "late": {"set": {"day": source.pick(DAYS)}},
            "as-said": {},
        }
        if source.chance(70):
            self.timeline["questions"]["day-of-effect"] = {"readings": readings}
        self.scenario = maker.scenario()
        kind = source.pick(("given", "missing", "withheld", "given"))
        self.scenario.pop("date", None)
        if kind != "missing":
            day = source.pick((*GIVEN_DAYS, "2024-05-26", "2024-05-25", "2024-06-16", "2024-06-30"))
            self.scenario["date"] = day if kind == "given" else None
        self.readings = {"day-of-effect": "early"} if source.chance(10) else {}
        if not self.timeline["questions"]:
            self.readings = {}
        self.set = {"day": "2024-05-29"} if source.chance(10) else {}

    @staticmethod
    def policy(maker: Maker, name: str) -> dict[str, Any]:
        """Return a policy; a question that two policies ask has the same readings in both."""
        policy = maker.policy() | {"policy": name}
        for question in policy["questions"].values():
            question["readings"] = {r: question["readings"][r] for r in ("a", "b")}
        return policy


@pytest.mark.parametrize("block", range(BLOCKS))
def test_timelines_agree_with_every_world(block: int, tmp_path: Path) -> None:
    """Else a case could be judged by a policy that was not, or might not be, in force."""
    looked_at = 0
    for seed in range(block, COUNT, BLOCKS):
        case = Timeline(Seeded(seed))
        asked: dict[str, Any] = {"readings": case.readings, "set": case.set}
        try:
            answer = decide(
                case.timeline, case.scenario, policies=case.policies, weapons=weapons(), **asked
            )
        except TooManyWorlds:
            continue
        folder = tmp_path / str(seed)
        folder.mkdir()
        for name, policy in case.policies.items():
            (folder / f"{name}.yaml").write_text(json.dumps(policy))
        (folder / "timeline.yaml").write_text(json.dumps(case.timeline))
        decision = sr.load(folder / "timeline.yaml").check(case.scenario, **asked)
        found = differences(decision, answer)
        everything = Case({**case.timeline, **case.policies}, case.scenario, **asked)
        assert not found, told(everything, found, seed)
        looked_at += 1
    assert looked_at > 0.8 * COUNT / BLOCKS
