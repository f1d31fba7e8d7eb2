"""The large random policies as formulas for z3, straight from their plain data."""

from __future__ import annotations

from typing import Any

import z3

from strikerules.analysis.axes import Axis
from strikerules.analysis.space import Space
from strikerules.engine.compile import Together

__all__ = ["Solver"]


class Solver:
    """Asks z3 of policies as `large.policy` makes them.

    Each fact is a number of its class, the place a number of a part of the zones' overlay.
    """

    def __init__(self, one: dict[str, Any], two: dict[str, Any], a: Any, b: Any) -> None:
        space = Space(Together([a.ruling, b.ruling], a.atlas), a.atlas)
        self.axes: dict[str, Axis] = {axis.name: axis for axis in space.axes}
        self.variables = {name: z3.BitVec(name, 12) for name in self.axes}
        self.domain = [
            z3.ULT(self.variables[name], len(axis.classes)) for name, axis in self.axes.items()
        ]
        self.zones: dict[str, list[int]] = {}
        target = self.axes["target.location"]
        for slot, line in enumerate(target.lines):
            self.zones[line.zone.id] = [
                n for n, c in enumerate(target.classes) if c.member.sides[slot]
            ]
        self.rules = [self._rules(policy) for policy in (one, two)]

    def differ(self) -> bool:
        """Whether some world is decided differently."""
        solver = z3.Solver()
        solver.add(*self.domain, z3.Xor(*(self._permits(rules) for rules in self.rules)))
        return bool(solver.check() == z3.sat)

    def idle(self) -> set[str]:
        """Rules of the first policy that make no difference in any world."""
        rules = self.rules[0]
        solver = z3.Solver()
        solver.add(*self.domain)
        permits = {n: z3.Bool(f"permit-{n}") for n, e, _ in rules if e == "permit"}
        prohibits = {n: z3.Bool(f"prohibit-{n}") for n, e, _ in rules if e == "prohibit"}
        for name, _, when in rules:
            solver.add({**permits, **prohibits}[name] == when)
        found = set()
        for name, effect, _ in rules:
            solver.push()
            other_permits = [v for n, v in permits.items() if n != name]
            other_prohibits = [v for n, v in prohibits.items() if n != name]
            solver.add(z3.Not(z3.Or(*other_prohibits)))
            if effect == "permit":
                solver.add(permits[name], z3.Not(z3.Or(*other_permits)))
            else:
                solver.add(prohibits[name], z3.Or(*other_permits))
            if solver.check() == z3.unsat:
                found.add(name)
            solver.pop()
        return found

    def _rules(self, policy: dict[str, Any]) -> list[tuple[str, str, Any]]:
        return [
            (r["id"], r["effect"], z3.And(*(self._test(t) for t in r["when"]["all"])))
            for r in policy["rules"]
        ]

    @staticmethod
    def _permits(rules: list[tuple[str, str, Any]]) -> Any:
        permits = [w for _, e, w in rules if e == "permit"]
        prohibits = [w for _, e, w in rules if e == "prohibit"]
        return z3.And(z3.Or(*permits), z3.Not(z3.Or(*prohibits)))

    def _test(self, test: dict[str, Any]) -> Any:
        ((path, operand),) = test.items()
        axis, variable = self.axes.get(path), self.variables.get(path)
        if axis is None or variable is None:
            return z3.BoolVal(True)
        if path == "target.location":
            numbers = self.zones[operand["within"]]
        elif path == "weapon.max_range_km":
            ((operator, km),) = operand.items()
            numbers = [
                n for n, c in enumerate(axis.classes)
                if (c.member <= km) is (operator == "le")
            ]  # fmt: skip
        else:
            values = operand["in"] if isinstance(operand, dict) else [operand]
            numbers = [n for n, c in enumerate(axis.classes) if c.members[0] in values]
        return z3.Or(*(variable == n for n in numbers))
