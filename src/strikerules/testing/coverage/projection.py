"""What a case would notice: the outcomes that its expectation speaks of."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from strikerules.engine.combine import Outcomes
from strikerules.engine.decision import names_of
from strikerules.engine.program import Program
from strikerules.testing.compare import decided
from strikerules.testing.suite import Choice, Expectation

__all__ = ["masks_of", "notices", "projection"]

Seen = tuple[object, ...]


def masks_of(program: Program, choice: Choice) -> int:
    """Return the combinations of readings in which some readings are chosen.

    A question that is not open in the program makes no difference.
    """
    questions = {q.id: q for q in program.questions}
    found = program.every
    for name, reading in choice:
        if name in questions:
            question = questions[name]
            found &= question.masks[question.readings.index(reading)]
    return found


def projection(expect: Expectation, program: Program, masks: Sequence[int], within: int) -> Seen:
    """Return of some outcomes what an expectation speaks of.

    Parameters
    ----------
    expect : Expectation
    program : Program
    masks : sequence of three int
        Where it is permitted, prohibited and not governed.
    within : int
        The combinations of readings that are left by the case's own answers.
    """
    outcomes = Outcomes(*masks)
    names = names_of(outcomes, within)
    seen: list[object] = []
    if expect.possible is not None:
        seen.append(names)
    if expect.decision is not None:
        seen.append(decided(names))
    if expect.depends_on is not None:
        seen.append(len(names) == 1)  # a case that is settled hangs on nothing
    for choice in expect.readings:
        seen.append(decided(names_of(outcomes, within & masks_of(program, choice))))
    return tuple(seen)


def notices(
    expect: Expectation,
    program: Program,
    before: Sequence[int],
    after: Sequence[int],
    within: int,
    reasons: Collection[str] = (),
) -> bool:
    """Tell whether a case that passes with some outcomes would fail with others.

    Parameters
    ----------
    reasons : collection of str
        What the decision is expected to be because of, as far as it can't be the reason of another
        outcome: a reason is gone when no outcome is left that was possible.
    """
    if all((a ^ b) & within == 0 for a, b in zip(before, after, strict=True)):
        return False
    if projection(expect, program, before, within) != projection(expect, program, after, within):
        return True
    old, new = (names_of(Outcomes(*masks), within) for masks in (before, after))
    return bool(reasons) and not set(old) & set(new)
