"""Properties as formulas: is there a world that refutes one? An SMT solver answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import z3
from tests.reference.evaluator import DISTANCE, ORDER, RANGE
from tests.reference.one_world import Json

from .solver import Encoding, _Law
from .verify_properties import BESIDE, Claim, Stated

__all__ = ["Refuting"]

Reading = tuple[dict[str, str], Any, tuple[Any, Any, Any]]
"""A combination of readings, a policy under it, and where each outcome is possible."""


class Refuting(Encoding):
    """The formulas of a policy with properties, and of the other one that they name."""

    def __init__(self, stated: Stated) -> None:
        super().__init__(stated.policy, stated.other)
        self.mine, self.theirs = (list(self._readings(p)) for p in self.policies)

    def _readings(self, policy: Json) -> Iterator[Reading]:
        questions = policy["questions"]
        for picks in itertools.product(*(body["readings"] for body in questions.values())):
            choice = dict(zip(questions, picks, strict=True))
            yield choice, _Law(self, policy, choice), self._under(policy, choice)

    def refuted(self, claim: Claim) -> bool:
        """Tell whether some world refutes a property, by `never`, `always`, or beside another."""
        solver = z3.Solver()
        solver.add(z3.Or(list(self._ways(claim))))
        if {DISTANCE, RANGE} <= self.unknowns.keys():
            solver.add(self.unknowns[DISTANCE] <= self.unknowns[RANGE])
        solver.add(self.limits)
        answer = solver.check()
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    def _ways(self, claim: Claim) -> Iterator[Any]:
        when = True if claim.when is None else claim.when
        if claim.kind == "settled":
            inside = z3.Or([law.holds(when) for _, law, _ in self.mine])
            anyhow = [z3.Or(one) for one in zip(*(o for _, _, o in self.mine), strict=True)]
            for one, other in itertools.combinations(anyhow, 2):
                yield z3.And(inside, one, other)
            return
        for choice, law, outcomes in self.mine:
            said, unsaid = _parted(outcomes, claim)
            if claim.kind in BESIDE:
                for other, _, theirs in self.theirs:
                    if any(choice[q] != other[q] for q in self.shared):
                        continue
                    apart = [a != b for a, b in zip(outcomes, theirs, strict=True)]
                    wrong = z3.Or(apart) if claim.kind == "same_as" else (
                        z3.And(said, _parted(theirs, claim)[1])
                    )  # fmt: skip
                    yield z3.And(law.holds(when), wrong)
            else:
                yield z3.And(law.holds(when), said if claim.kind == "never" else unsaid)


def _parted(outcomes: tuple[Any, ...], claim: Claim) -> tuple[Any, Any]:
    """Return where an outcome that the property names is possible, and where another is."""
    named = dict(zip(ORDER, outcomes, strict=True))
    return (
        z3.Or([one for name, one in named.items() if name in claim.decisions]),
        z3.Or([one for name, one in named.items() if name not in claim.decisions]),
    )
