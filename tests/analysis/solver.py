"""Two policies as formulas: is there a world in which they differ? An SMT solver answers.

The encoding is made from the plain mappings alone. Facts are booleans, numbers and day numbers;
words are numbers of a list; a place is one of the points of the reference's grid.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Any

import z3
from tests.reference.evaluator import DISTANCE, LOCATIONS, ORDER, OTHER, RANGE
from tests.reference.grid import CELLS, ELSEWHERE, Point, cells, centre, inside
from tests.reference.one_world import Json

from .worlds import Worlds

PERMITTED, PROHIBITED, NEITHER = ORDER


class Encoding:
    """The formulas of two policies over the same unknowns."""

    def __init__(self, a: Json, b: Json) -> None:
        self.policies = (a, b)
        self.types = Worlds(a, b).types
        self.points: list[Point] = [
            *map(centre, CELLS), ELSEWHERE,
            *((x / 2, y / 2) for x in range(-60, -53) for y in range(60, 67) if x % 2 * y % 2 == 0),
        ]  # fmt: skip
        self.unknowns: dict[str, Any] = {}
        self.limits: list[Any] = []
        self.shared = {
            q: {r: n for n, r in enumerate(sorted(body["readings"]))}
            for q, body in a["questions"].items()
            if {*body["readings"]} == {*b["questions"].get(q, {"readings": ()})["readings"]}
        }
        self.reading = {q: z3.Int(f"reading {q}") for q in self.shared}
        for question, readings in self.shared.items():
            self.limits += [self.reading[question] >= 0, self.reading[question] < len(readings)]

    @property
    def exact(self) -> bool:
        """Whether the unknowns are all there is: no distance that two places would say."""
        return not (
            {*LOCATIONS} <= self.unknowns.keys() and {DISTANCE, RANGE} & self.unknowns.keys()
        )

    def differ(self) -> bool:
        """Tell whether the two policies come to different sets of outcomes in some world."""
        sets = [self.outcomes(policy) for policy in self.policies]
        solver = z3.Solver()
        solver.add(z3.Or([before != after for before, after in zip(*sets, strict=True)]))
        if {DISTANCE, RANGE} <= self.unknowns.keys():
            solver.add(self.unknowns[DISTANCE] <= self.unknowns[RANGE])
        solver.add(self.limits)
        answer = solver.check()
        assert answer != z3.unknown
        return bool(answer == z3.sat)

    def outcomes(self, policy: Json) -> tuple[Any, Any, Any]:
        """Return, for each outcome, the worlds in which it is possible.

        Of a question that both policies have one reading holds in a world; of a policy's own
        questions all readings are possible.
        """
        questions = policy["questions"]
        possible: list[list[Any]] = [[], [], []]
        for picks in itertools.product(*(body["readings"] for body in questions.values())):
            choice = dict(zip(questions, picks, strict=True))
            fits = [
                self.reading[q] == self.shared[q][r] for q, r in choice.items() if q in self.shared
            ]
            for many, one in zip(possible, self._under(policy, choice), strict=True):
                many.append(z3.And(*fits, one))
        permitted, prohibited, neither = (z3.Or(many) for many in possible)
        return permitted, prohibited, neither

    def _under(self, policy: Json, choice: Mapping[str, str]) -> tuple[Any, Any, Any]:
        law = _Law(self, policy, choice)
        scope = law.holds(policy.get("scope", True))
        permits, prohibits, default = law.combined()
        effect = policy.get("otherwise", "not_governed")
        effect = effect["effect"] if isinstance(effect, dict) else effect
        permitted = z3.Or(permits, z3.And(default, effect == "permit"))
        prohibited = z3.Or(prohibits, z3.And(default, effect == "prohibit"))
        neither = z3.Or(z3.Not(scope), z3.And(default, effect == "not_governed"))
        return z3.And(scope, permitted), z3.And(scope, prohibited), neither

    def unknown(self, path: str) -> Any:
        """Return the unknown of a fact or place; what it can be is noted once."""
        if path in self.unknowns:
            return self.unknowns[path]
        kind = self.types.get(path)
        if path in LOCATIONS:
            made = z3.Int(path)
            self.limits += [made >= 0, made < len(self.points)]
        elif kind == "boolean":
            made = z3.Bool(path)
        elif kind == "date":
            made = z3.Int(path)
            self.limits += [made >= date.min.toordinal(), made <= date.max.toordinal()]
        elif kind in ("km", "number"):
            made = z3.Real(path)
            if kind == "km":
                self.limits.append(made >= 0)
        else:
            made = z3.Int(path)
            # of what anyone may name there is always one more
            most = 1_000 if OTHER in kind else len(kind)
            self.limits += [made >= 0, made < most]
        self.unknowns[path] = made
        return made

    def constant(self, path: str, value: Any) -> Any:
        """Return a value that a fact is compared with."""
        kind = self.types[path]
        if kind == "boolean":
            return z3.BoolVal(value)
        if kind == "date":
            return z3.IntVal(date.fromisoformat(value).toordinal())
        if kind in ("km", "number"):
            return z3.RealVal(str(value))
        return z3.IntVal(_number_of(value) if OTHER in kind else kind.index(value))


def _number_of(country: str) -> int:
    """Return a number for two letters, no two alike."""
    first, second = (ord(letter) - ord("A") for letter in country)
    return 26 * first + second


class _Law:
    """A policy under one combination of readings."""

    def __init__(self, encoding: Encoding, policy: Json, choice: Mapping[str, str]) -> None:
        self.encoding, self.policy = encoding, policy
        self.definitions = dict(policy["definitions"])
        self.figures = {n: p["value"] for n, p in policy["parameters"].items()}
        self.zones = dict(policy["zones"])
        for question, name in choice.items():
            reading = policy["questions"][question]["readings"][name]
            self.definitions.update(reading.get("define", {}))
            self.figures.update(reading.get("set", {}))
            self.zones.update(reading.get("zones", {}))

    def applying(self) -> list[tuple[str, Any]]:
        """Return each rule's effect and when it applies, in the order of the rules."""
        rules = {rule["id"]: rule for rule in self.policy["rules"]}
        met = {
            name: z3.And(
                self.holds(rule.get("when", True)), z3.Not(self.holds(rule.get("unless", False)))
            )
            for name, rule in rules.items()
        }

        def applies(name: str) -> Any:
            above = [applies(n) for n, rule in rules.items() if name in rule.get("overrides", ())]
            return z3.And(met[name], z3.Not(z3.Or(above)))

        return [(rule["effect"], applies(name)) for name, rule in rules.items()]

    def combined(self) -> tuple[Any, Any, Any]:
        """Return when the rules permit, when they prohibit, and when they are silent."""
        rules = self.applying()
        permits = z3.Or([one for effect, one in rules if effect == "permit"])
        prohibits = z3.Or([one for effect, one in rules if effect == "prohibit"])
        silent = z3.And(z3.Not(permits), z3.Not(prohibits))
        no = z3.BoolVal(False)
        algorithm = self.policy.get("conflicts", "prohibit-overrides")
        if algorithm == "prohibit-overrides":
            return z3.And(permits, z3.Not(prohibits)), prohibits, silent
        if algorithm == "permit-overrides":
            return permits, z3.And(prohibits, z3.Not(permits)), silent
        if algorithm == "prohibit-unless-permit":
            return permits, z3.Not(permits), no
        if algorithm == "permit-unless-prohibit":
            return z3.Not(prohibits), prohibits, no
        if algorithm == "first-applicable":
            first: dict[str, list[Any]] = {"permit": [], "prohibit": []}
            for number, (effect, one) in enumerate(rules):
                earlier = z3.Or([other for _, other in rules[:number]])
                first[effect].append(z3.And(one, z3.Not(earlier)))
            return z3.Or(first["permit"]), z3.Or(first["prohibit"]), silent
        assert algorithm == "only-one-applicable"
        pairs = itertools.combinations([one for _, one in rules], 2)
        several = z3.Or([z3.And(one, other) for one, other in pairs])
        return z3.Or(permits, several), z3.Or(prohibits, several), silent

    def holds(self, condition: Any) -> Any:
        if isinstance(condition, bool):
            return z3.BoolVal(condition)
        ((key, value),) = condition.items()
        if key == "all":
            return z3.And([self.holds(part) for part in value])
        if key == "any":
            return z3.Or([self.holds(part) for part in value])
        if key == "not":
            return z3.Not(self.holds(value))
        if key == "is":
            return self.holds(self.definitions[value])
        tests = value if isinstance(value, dict) else {"eq": value}
        return z3.And([self._test(key, operator, v) for operator, v in tests.items()])

    def _test(self, path: str, operator: str, operand: Any) -> Any:
        fact = self.encoding.unknown(path)
        if path in LOCATIONS:
            zone = cells(operand, self.zones)
            points = enumerate(self.encoding.points)
            within = z3.Or([fact == n for n, point in points if inside(point, zone)])
            return z3.Not(within) if operator == "disjoint" else within
        many = operand if operator == "in" else [operand]
        values = [
            self.encoding.constant(path, self.figures[v[1:]] if str(v).startswith("$") else v)
            for v in many
        ]
        if operator == "in":
            return z3.Or([fact == value for value in values])
        (value,) = values
        return {
            "eq": lambda: fact == value, "ne": lambda: fact != value,
            "lt": lambda: fact < value, "before": lambda: fact < value,
            "le": lambda: fact <= value, "until": lambda: fact <= value,
            "gt": lambda: fact > value, "ge": lambda: fact >= value, "from": lambda: fact >= value,
        }[operator]()  # fmt: skip
