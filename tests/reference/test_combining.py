"""The combining algorithms against XACML 3.0 and against the reference, every short sequence.

The tables are those of the OASIS XACML 3.0 core specification, appendix C: a sequence of results is
looked up from the top, and the first row that fits gives the combined result.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from random import Random

import pytest

from strikerules.engine.combine import Outcomes, combine

from .one_world import combine as combine_effects

# Permit, Deny, NotApplicable and the three kinds of Indeterminate, as sets of what may come out.
P, D, N = frozenset("P"), frozenset("D"), frozenset("N")
IP, ID, IDP = P | N, D | N, P | D | N
RESULTS = (P, D, N, IP, ID, IDP)
LONGEST = 4

# Each row: where some result is among the first, and (if there is a second set) some other result
# is among the second, the combined result is the third.
Results = tuple[frozenset[str], ...]
Table = list[tuple[set[frozenset[str]], set[frozenset[str]] | None, frozenset[str]]]
DENY_OVERRIDES: Table = [
    ({D}, None, D),
    ({IDP}, None, IDP),
    ({ID}, {IP, P}, IDP),
    ({ID}, None, ID),
    ({P}, None, P),
    ({IP}, None, IP),
    ({N}, None, N),
]
PERMIT_OVERRIDES: Table = [
    ({P}, None, P),
    ({IDP}, None, IDP),
    ({IP}, {ID, D}, IDP),
    ({IP}, None, IP),
    ({D}, None, D),
    ({ID}, None, ID),
    ({N}, None, N),
]
ALGORITHMS = (
    "prohibit-overrides", "permit-overrides", "first-applicable", "only-one-applicable",
    "prohibit-unless-permit", "permit-unless-prohibit",
)  # fmt: skip


def sequences(results: Results) -> Iterator[Results]:
    for length in range(LONGEST + 1):
        yield from itertools.product(results, repeat=length)


def child(result: frozenset[str]) -> Outcomes:
    return Outcomes(*(int(letter in result) for letter in "PDN"))


def result_of(outcomes: Outcomes) -> frozenset[str]:
    """Return the XACML result: where both effects are possible it is {DP}, whatever else is."""
    found = frozenset(letter for letter, bit in zip("PDN", outcomes, strict=True) if bit)
    return IDP if found >= {"P", "D"} else found


def looked_up(table: Table, results: Results) -> frozenset[str]:
    for first, second, combined in table:
        if first & set(results) and (second is None or second & set(results)):
            return combined
    return N


@pytest.mark.parametrize(
    ("algorithm", "table"),
    [("prohibit-overrides", DENY_OVERRIDES), ("permit-overrides", PERMIT_OVERRIDES)],
)
def test_overrides_equal_the_extended_indeterminate_tables(algorithm: str, table: Table) -> None:
    """Else the promise that an unknown is XACML's Extended Indeterminate would be untrue."""
    for results in sequences(RESULTS):
        found = result_of(combine(algorithm, map(child, results)))
        assert found == looked_up(table, results), results


@pytest.mark.parametrize(
    ("algorithm", "table"),
    [("prohibit-overrides", DENY_OVERRIDES), ("permit-overrides", PERMIT_OVERRIDES)],
)
def test_child_that_surely_applies_with_an_unknown_effect_is_xacmls_dp_too(
    algorithm: str, table: Table
) -> None:
    """Else a child that permits or prohibits but never abstains would fall out of the tables."""
    for results in sequences((P, D, N, IP, ID, P | D)):
        found = result_of(combine(algorithm, map(child, results)))
        in_xacml = tuple(IDP if r == P | D else r for r in results)
        assert found == looked_up(table, in_xacml), results


def first_applicable(results: Results) -> frozenset[str]:
    return next((r for r in results if r != N), N)


def only_one_applicable(results: Results) -> frozenset[str]:
    """XACML gives Indeterminate for two or more, which here is both effects."""
    applicable = [r for r in results if r != N]
    return IDP if len(applicable) > 1 else (*applicable, N)[0]


def deny_unless_permit(results: Results) -> frozenset[str]:
    return P if P in results else D


def permit_unless_deny(results: Results) -> frozenset[str]:
    return D if D in results else P


@pytest.mark.parametrize(
    ("algorithm", "in_xacml"),
    [
        ("first-applicable", first_applicable),
        ("only-one-applicable", only_one_applicable),
        ("prohibit-unless-permit", deny_unless_permit),
        ("permit-unless-prohibit", permit_unless_deny),
    ],
)
def test_decided_children_combine_as_in_xacml(
    algorithm: str, in_xacml: Callable[[Results], frozenset[str]]
) -> None:
    """Else an algorithm would bear XACML's name and not its meaning."""
    for results in sequences((P, D, N)):
        assert result_of(combine(algorithm, map(child, results))) == in_xacml(results), results


EFFECT = {"P": "permit", "D": "prohibit"}
LETTERS = {"permit": "P", "prohibit": "D", "conflict": "PD", None: "N"}


def lifted(algorithm: str, results: Results) -> frozenset[str]:
    """Return what may come out, world by world."""
    found: set[str] = set()
    for world in itertools.product(*results):
        effects = [EFFECT[letter] for letter in world if letter != "N"]
        found |= set(LETTERS[combine_effects(algorithm, effects)])
    return frozenset(found)


ALL_SETS = (P, D, N, IP, ID, P | D, IDP)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_unknown_children_are_lifted_world_by_world(algorithm: str) -> None:
    """Else an unknown rule would be skipped, or would hide an outcome that is possible."""
    for results in sequences(ALL_SETS):
        outcomes = combine(algorithm, map(child, results))
        found = frozenset(x for x, bit in zip("PDN", outcomes, strict=True) if bit)
        assert found == lifted(algorithm, results), results


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_combinations_of_readings_do_not_mix(algorithm: str) -> None:
    """Else what one reading allows would leak into the answer under another."""
    random, width = Random(1), 64
    every = (1 << width) - 1
    for _ in range(100):
        length = random.randrange(LONGEST + 2)
        worlds = [tuple(random.choice(ALL_SETS) for _ in range(length)) for _ in range(width)]
        packed = [
            Outcomes(
                *(sum((x in w[i]) << bit for bit, w in enumerate(worlds)) for x in "PDN")
            )
            for i in range(length)
        ]  # fmt: skip
        outcomes = combine(algorithm, packed, every)
        assert all(0 <= mask <= every for mask in outcomes)
        for bit, results in enumerate(worlds):
            found = {x for x, m in zip("PDN", outcomes, strict=True) if m >> bit & 1}
            assert found == lifted(algorithm, results), results
