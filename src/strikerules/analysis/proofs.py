"""Properties that a policy states of itself: proved in all worlds, or refuted by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from strikerules.analysis.cover import world_in
from strikerules.analysis.diagrams import Box
from strikerules.analysis.findings import Finding
from strikerules.analysis.outcomes import SUBSETS, exactly
from strikerules.analysis.showing import Shower
from strikerules.analysis.space import Space
from strikerules.analysis.witness import scenarios_for
from strikerules.engine.case import DEPTH, DISTANCE, LAUNCH, TARGET
from strikerules.engine.decision import OUTCOMES, Decision, Outcome
from strikerules.language.policy import Property
from strikerules.language.values import written
from strikerules.problems import listed, quoted

__all__ = ["Prover"]

Part = tuple[tuple[Outcome, ...], int]
"""Outcomes, and the node of the worlds that come to them."""

_WORDS = {"permitted": "permitted", "prohibited": "prohibited", "not_governed": "not governed"}


class Prover:
    """Proves properties of the first ruling of a space, or refutes them.

    Parameters
    ----------
    space : Space
    shower : Shower
        Replays under the first ruling.
    name : str
        The ruling's.
    """

    def __init__(self, space: Space, shower: Shower, name: str) -> None:
        self.space, self.shower, self.name = space, shower, name
        self._known: dict[tuple[int, int], dict[Outcome, int]] = {}

    def outcomes(self, within: int, index: int = 0) -> dict[Outcome, int]:
        """Return where a ruling has each outcome, of some worlds."""
        key = (within, index)
        if key not in self._known:
            nodes = self.space.outcome(index, within)
            self._known[key] = dict(zip(OUTCOMES, nodes, strict=True))
        return self._known[key]

    def finding(
        self,
        stated: Property,
        where: int,
        other: int | None = None,
        check_other: Callable[[dict[str, Any], dict[str, str]], Decision] | None = None,
    ) -> Finding | None:
        """Return what is wrong with a property, None where it is proved.

        Parameters
        ----------
        stated : Property
        where : int
            The node of the worlds for which it is stated.
        other : int, optional
            The index of the other policy in the space.
        check_other : callable, optional
            Decides a scenario under the other policy.
        """
        within = self.space.diagrams.both(where, self.space.possible)
        if stated.kind == "regardless":
            return self._regardless(stated, within)
        if stated.kind == "settled":
            return self._settled(stated, within)
        if stated.kind in ("implies", "same_as"):
            assert other is not None
            assert check_other is not None
            return self._beside(stated, within, other, check_other)
        wrong = [o for o in OUTCOMES if (o in stated.decisions) == (stated.kind == "never")]
        parts = (part for program in self.space.programs[:1] for part in program.parts)
        torn = any(part.policy.conflicts == "only-one-applicable" for part in parts)

        def shows(decision: Decision) -> bool:
            # near an uncertain edge a case is open, and then shows nothing
            possible = set(decision.possible)
            return possible <= set(wrong) or (torn and bool(possible & set(wrong)))

        return self._refuted(stated, self._any(wrong, within), shows)

    def _any(self, names: Sequence[Outcome], within: int, index: int = 0) -> int:
        found = self.space.diagrams.zero
        for name in names:
            found = self.space.diagrams.either(found, self.outcomes(within, index)[name])
        return found

    def _beside(
        self,
        stated: Property,
        within: int,
        other: int,
        check_other: Callable[[dict[str, Any], dict[str, str]], Decision],
    ) -> Finding | None:
        diagrams = self.space.diagrams
        if stated.kind == "implies":
            wanted = list(stated.decisions)
            others = [o for o in OUTCOMES if o not in wanted]
            permits = self._any(wanted, within)
            wrong = diagrams.both(permits, self._any(others, permits, other))
        else:
            wrong = diagrams.zero
            for name in OUTCOMES:
                mine, theirs = (self.outcomes(within, k)[name] for k in (0, other))
                for a, b in ((mine, theirs), (theirs, mine)):
                    wrong = diagrams.either(wrong, diagrams.both(a, diagrams.other(b)))
        if wrong == diagrams.zero:
            return None
        for data, chosen in self.shower.candidates(wrong, stated.id):
            readings = self.space.readings_of(0, chosen)
            ours = self.shower.check(data, readings)
            answers = self.space.readings_of(other, chosen)
            their = check_other(data, answers)
            if stated.kind == "implies":
                said = set(stated.decisions)
                shown = bool(said & set(ours.possible)) and bool(set(their.possible) - said)
            else:
                shown = ours.possible != their.possible
            if shown:
                more = f", and {_said(their)} by {quoted(their.policy)}" + "".join(
                    f", {q} read as {r}" for q, r in answers.items() if q not in readings
                )
                return self._wrong(stated, data, readings, ours, more)
        return self._open(stated)

    def _settled(self, stated: Property, within: int) -> Finding | None:
        diagrams, every = self.space.diagrams, self.space.every
        joined = diagrams.join(list(self.outcomes(diagrams.somewhere(within)).values()))
        wrong = diagrams.map("unsettled", lambda m: every if sum(map(bool, m)) > 1 else 0, joined)
        return self._refuted(stated, wrong, lambda d: len(d.possible) > 1)

    def _regardless(self, stated: Property, within: int) -> Finding | None:
        found = None
        if len(stated.attributes) > 1:
            alone = (replace(stated, attributes=(a,)) for a in stated.attributes)
            each = (self._depends(one, within) for one in alone)
            found = next((f for f in each if f is not None and f.code == "SR821"), None)
        if found is not None:
            return found
        return self._depends(stated, within)

    def _depends(self, stated: Property, within: int) -> Finding | None:
        space, diagrams = self.space, self.space.diagrams
        axes = _freed(space, stated)
        masks = diagrams.join(list(self.outcomes(within).values()))
        parts = []
        for subset in SUBSETS:

            def mask(m: tuple[int, ...], subset: tuple[Outcome, ...] = subset) -> int:
                return exactly(m, subset, space.every)

            node = diagrams.both(diagrams.map(("exactly", subset), mask, masks), within)
            parts.append((subset, node))
        for one, two in itertools.combinations(parts, 2):
            wrong = diagrams.both(diagrams.some(one[1], axes), diagrams.some(two[1], axes))
            if wrong != diagrams.zero:
                return self._two_sided(stated, wrong, one, two)
        return None

    def _two_sided(self, stated: Property, wrong: int, one: Part, two: Part) -> Finding:
        """Show a dependence by two scenarios that differ only in what should not matter."""
        space, wide = self.space, self.space.unfolded
        facts = space.diagrams.bottom
        free = _freed(space, stated)
        nodes = [space.unfold(node) for _, node in (one, two)]
        start = wide.first(space.unfold(wrong))
        assert start is not None
        world = tuple(m & -m for m in start)
        columns: list[Box] = []
        for node in nodes:
            frame = tuple(
                full if level in free else mask
                for level, (mask, full) in enumerate(zip(world, wide.full, strict=True))
            )
            spot = wide.first(wide.both(node, wide.box(frame)))
            assert spot is not None
            columns.append(tuple(m & -m for m in spot))
        common = both = wide.one
        possible = space.unfold(space.possible)
        for node, column in zip(nodes, columns, strict=True):
            frame = tuple(
                mask if level in free else full
                for level, (mask, full) in enumerate(zip(column, wide.full, strict=True))
            )
            common = wide.both(common, wide.some(wide.both(node, wide.box(frame)), free))
            both = wide.both(both, wide.some(wide.both(possible, wide.box(frame)), free))
        order = [*range(facts, wide.bottom), *self.shower.order]
        found_in = world_in(wide, common, both, order)
        assert found_in is not None
        box, world = found_in
        chosen = self.shower.chosen(box[facts:], world[facts:], wide.full[facts:])
        readings = space.readings_of(0, chosen)
        found: list[tuple[dict[str, Any], Decision]] = []
        for (subset, _), column in zip((one, two), columns, strict=True):
            said = tuple(column[level] if level in free else box[level] for level in range(facts))
            exact = tuple(
                column[level] if level in free else world[level] for level in range(facts)
            )
            for data in scenarios_for(space, stated.id, said, exact):
                if found:
                    _keep_places(data, found[0][0], {space.axes[level].name for level in free})
                decision = self.shower.check(data, readings)
                if decision.possible == subset:
                    found.append((data, decision))
                    break
        if len(found) == 2:
            (data, decision), (other, after) = found
            names = [space.axes[level].name for level in sorted(free)]
            values = {a: (_at(data, a), _at(other, a)) for a in names}
            changed = ", ".join(f"{a} {_flow(y)}" for a, (x, y) in values.items() if x != y)
            return self._wrong(
                stated, data, readings, decision, f", and with {changed} it is {_said(after)}"
            )
        return self._open(stated)

    def _refuted(
        self, stated: Property, wrong: int, holds: Callable[[Decision], bool]
    ) -> Finding | None:
        if wrong == self.space.diagrams.zero:
            return None
        example = self.shower.example(wrong, stated.id, holds)
        if example is None:
            return self._open(stated)
        return self._wrong(stated, example.scenario, example.readings, example.decision)

    def _wrong(
        self,
        stated: Property,
        data: dict[str, Any],
        readings: dict[str, str],
        decision: Decision,
        more: str = "",
    ) -> Finding:
        text = f": {stated.text.rstrip('.')}" if stated.text else ""
        return Finding(
            "SR821",
            f"the property {quoted(stated.id)} does not hold{text}",
            self.name,
            (stated.id,),
            stated.at,
            f"the example is {_said(decision)} by {quoted(decision.policy)}{more}",
            data,
            readings,
            decision.decision,
        )

    def left_open(self, stated: Property, why: str) -> Finding:
        """Return that a property is neither proved nor refuted."""
        return Finding(
            "SR822",
            f"the property {quoted(stated.id)} is neither proved nor refuted",
            self.name,
            (stated.id,),
            stated.at,
            why,
        )

    def _open(self, stated: Property) -> Finding:
        return self.left_open(
            stated,
            "no scenario was found that shows it: what is left is too narrow, or only not excluded"
            " by bounds on distances",
        )


_MOVES = {
    TARGET: (DEPTH, DISTANCE),
    LAUNCH: (DISTANCE,),
    DEPTH: (TARGET, DISTANCE),
    DISTANCE: (LAUNCH,),
}
"""What moves with a fact that is tied to others."""


def _freed(space: Space, stated: Property) -> frozenset[int]:
    """Return the axes along which worlds may differ that differ in nothing but some facts."""
    names = [n for a in stated.attributes for n in (a, *_MOVES.get(a, ()))]
    return frozenset(space.at[name] for name in names if name in space.at)


def _keep_places(data: dict[str, Any], first: dict[str, Any], freed: set[str]) -> None:
    """Put the places that are not to differ where they are in the first scenario."""
    for path in (TARGET, LAUNCH):
        head, _, tail = path.partition(".")
        if path not in freed and tail in data.get(head, {}) and tail in first.get(head, {}):
            data[head][tail] = first[head][tail]


def _said(decision: Decision) -> str:
    return listed([_WORDS[o] for o in decision.possible], "or").replace("`", "")


def _flow(value: Any) -> str:
    """Return a value as YAML has it on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{k}: {_flow(v)}" for k, v in value.items()) + "}"
    return value if isinstance(value, str) else written(value)


def _at(data: dict[str, Any], path: str) -> Any:
    for step in path.split("."):
        if not isinstance(data, dict) or step not in data:
            return "left out"
        data = data[step]
    return data
