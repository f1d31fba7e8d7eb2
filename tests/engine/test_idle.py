"""Rules that make no difference: in one go, and by trying each in turn as it is defined."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from strikerules.engine.combine import ALGORITHMS
from strikerules.engine.decision import names_of
from strikerules.engine.idle import idle_rules
from strikerules.engine.program import Part, RuleOps
from strikerules.language.conditions import Constant
from strikerules.language.policy import Otherwise, Policy, Rule

_EVERY = 0b11


@st.composite
def _parts(draw: st.DrawFn) -> tuple[Part, list[int], list[int]]:
    """Return a policy whose rules may override those before, and what its conditions come to."""
    count = draw(st.integers(0, 9))
    overrides = draw(st.booleans())
    ops, true, false = [], [_EVERY], [0]
    if draw(st.integers(0, 9)) == 0:
        true, false = [0], [draw(st.sampled_from([_EVERY, 0]))]
    for index in range(count):
        rule = Rule(
            id=f"r{index}", effect=draw(st.sampled_from(["permit", "prohibit"])),
            when=Constant(True),
        )  # fmt: skip
        over = tuple(i for i in range(index) if overrides and draw(st.integers(0, 4)) == 0)
        t = draw(st.sampled_from([0, 0, _EVERY, _EVERY, 0b01]))
        f = draw(st.sampled_from([_EVERY & ~t, _EVERY & ~t, 0]))
        ops.append(RuleOps(rule, len(true), None, over))
        true.append(t)
        false.append(f)
    policy = Policy(
        name="p",
        rules=tuple(one.rule for one in ops),
        conflicts=draw(st.sampled_from(sorted(ALGORITHMS))),
        otherwise=Otherwise(draw(st.sampled_from(["permit", "prohibit", "not_governed"]))),
    )
    return Part(policy, 0, 0, tuple(ops), tuple(range(count))), true, false


def _tried(part: Part, true: list[int], false: list[int]) -> list[str]:
    """Leave out one rule after another, those first that do not apply."""
    outcome = names_of(part.outcome(true, false, _EVERY), _EVERY)
    if len(outcome) > 1:
        return []
    statuses = part.statuses(true, false, _EVERY)
    left_out: frozenset[int] = frozenset()
    for index in sorted(range(len(part.rules)), key=lambda i: statuses[i].fails != _EVERY):
        fewer = left_out | {index}
        if names_of(part.outcome(true, false, _EVERY, fewer), _EVERY) == outcome:
            left_out = fewer
    return sorted(part.rules[index].rule.id for index in left_out)


@given(_parts())
@settings(max_examples=400)
def test_idle_rules(case: tuple[Part, list[int], list[int]]) -> None:
    part, true, false = case
    assert sorted(idle_rules(part, true, false, _EVERY)) == _tried(part, true, false)
