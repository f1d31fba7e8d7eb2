"""The combining algorithms of XACML 3.0, lifted to sets of outcomes, all readings at once.

What is not known about a child is a set of outcomes that it may have. A combined outcome is
possible where some choice of the children's outcomes gives it. One bit stands for one combination
of readings, so that a mask says under which of them an outcome is possible.

On children with one outcome each the algorithms equal XACML's tables (OASIS XACML 3.0 core,
appendix C); for the two `-overrides` the sets are exactly its Extended Indeterminate values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["ALGORITHMS", "Outcomes", "combine"]


class Outcomes(NamedTuple):
    """For each outcome the combinations of readings under which it is possible, as bits.

    For a child, `neither` is "does not apply"; for a policy it is "not governed".
    """

    permit: int
    prohibit: int
    neither: int


def combine(algorithm: str, children: Iterable[Outcomes], every: int = 1) -> Outcomes:
    """Combine children into one set of outcomes.

    Parameters
    ----------
    algorithm : str
        One of `ALGORITHMS`.
    children : iterable of Outcomes
        In the order of the document; it matters to ``first-applicable`` alone.
    every : int
        The bits of all combinations of readings.

    Returns
    -------
    Outcomes

    Examples
    --------
    A permit that may apply, and a prohibition that does not:

    >>> combine("prohibit-overrides", [Outcomes(1, 0, 1), Outcomes(0, 0, 1)])
    Outcomes(permit=1, prohibit=0, neither=1)
    """
    return ALGORITHMS[algorithm](list(children), every)


def _prohibit_overrides(children: Sequence[Outcomes], every: int) -> Outcomes:
    permit = prohibit = 0
    neither = no_prohibition = every
    for child in children:
        prohibit |= child.prohibit
        permit |= child.permit
        neither &= child.neither
        no_prohibition &= child.permit | child.neither
    return Outcomes(permit & no_prohibition, prohibit, neither)


def _permit_overrides(children: Sequence[Outcomes], every: int) -> Outcomes:
    swapped = [Outcomes(c.prohibit, c.permit, c.neither) for c in children]
    found = _prohibit_overrides(swapped, every)
    return Outcomes(found.prohibit, found.permit, found.neither)


def _first_applicable(children: Sequence[Outcomes], every: int) -> Outcomes:
    permit = prohibit = 0
    reached = every
    for child in children:
        permit |= reached & child.permit
        prohibit |= reached & child.prohibit
        reached &= child.neither
    return Outcomes(permit, prohibit, reached)


def _only_one_applicable(children: Sequence[Outcomes], every: int) -> Outcomes:
    """Two that apply contradict the policy's own promise: both outcomes stay possible."""
    none, permit, prohibit, several = every, 0, 0, 0
    for child in children:
        applies = child.permit | child.prohibit
        several = (several & (applies | child.neither)) | ((permit | prohibit) & applies)
        permit = (permit & child.neither) | (none & child.permit)
        prohibit = (prohibit & child.neither) | (none & child.prohibit)
        none &= child.neither
    return Outcomes(permit | several, prohibit | several, none)


def _prohibit_unless_permit(children: Sequence[Outcomes], every: int) -> Outcomes:
    permit, without = 0, every
    for child in children:
        permit |= child.permit
        without &= child.prohibit | child.neither
    return Outcomes(permit, without, 0)


def _permit_unless_prohibit(children: Sequence[Outcomes], every: int) -> Outcomes:
    prohibit, without = 0, every
    for child in children:
        prohibit |= child.prohibit
        without &= child.permit | child.neither
    return Outcomes(without, prohibit, 0)


ALGORITHMS = {
    "prohibit-overrides": _prohibit_overrides,
    "permit-overrides": _permit_overrides,
    "first-applicable": _first_applicable,
    "only-one-applicable": _only_one_applicable,
    "prohibit-unless-permit": _prohibit_unless_permit,
    "permit-unless-prohibit": _permit_unless_prohibit,
}
