"""Properties against an SMT solver, which knows nothing of classes, cells and diagrams."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.reference.evaluator import TooManyWorlds

import strikerules as sr

from .conftest import SEEDS
from .verify_judged import told, written
from .verify_properties import Judge, Stated, stated_of_seed
from .verify_solver import Refuting

BLOCKS = 4


def _without_records(stated: Stated) -> Stated:
    """Return policies whose zones have no records: what a scenario leaves out is not known."""
    for policy in (stated.policy, stated.other):
        readings = [r for q in policy["questions"].values() for r in q["readings"].values()]
        for zones in (policy["zones"], *(r.get("zones", {}) for r in readings)):
            for zone in zones.values():
                if isinstance(zone, dict):
                    zone.pop("designated", None)
                    zone.pop("communicated", None)
    return stated


@pytest.mark.parametrize("block", range(BLOCKS))
def test_solver_verify_and_enumeration_agree(block: int, tmp_path: Path) -> None:
    """Else a mistake that the enumeration and the diagrams share would pass for a proof."""
    answers: Counter[tuple[str, bool]] = Counter()
    for seed in SEEDS[block : len(SEEDS) // 5 : BLOCKS]:
        stated = _without_records(stated_of_seed(10_000 + seed))
        solver = Refuting(stated)
        proved = sr.verify(written(stated, tmp_path)).reports[0].proved
        judge = Judge(stated)
        try:
            enumerated = judge.refuted()
        except TooManyWorlds:
            enumerated = {}
        for claim in judge.claims:
            if claim.kind == "regardless":
                continue
            refuted = solver.refuted(claim)
            said = [f"{claim}: the solver finds a world: {refuted}"]
            # without the distances between places there are more worlds
            if solver.exact or not refuted:
                assert (claim.id in proved) is not refuted, told(stated.policy, said, seed)
            if not judge.sampled:
                assert enumerated.get(claim.id, refuted) is refuted, told(stated.policy, said, seed)
            answers[claim.kind, refuted] += 1
    assert len(answers) == 10
    assert sum(answers.values()) > 4.5 * len(SEEDS) / 5 / BLOCKS
