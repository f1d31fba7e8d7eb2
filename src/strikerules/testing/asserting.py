"""Assertions on decisions, for tests in Python."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from strikerules.engine.decision import OUTCOMES, Decision
from strikerules.problems import InvalidInput, Problem, did_you_mean, listed, quoted
from strikerules.testing.compare import differences
from strikerules.testing.expected import expectation_of
from strikerules.testing.failure import failure_text
from strikerules.testing.recording import note_assertion

__all__ = ["assert_decision"]

_DECISIONS = (*OUTCOMES, "indeterminate")
_STANDINGS = ("applies", "does_not_apply", "defeated", "unknown")


def assert_decision(
    decision: Decision,
    expected: str | None = None,
    /,
    *,
    possible: Iterable[str] | None = None,
    because: Iterable[str] | str = (),
    not_because: Iterable[str] | str = (),
    rules: Mapping[str, str] | None = None,
    depends_on: Iterable[str] | None = None,
    readings: Mapping[str, str] | None = None,
    cites: Iterable[str] | str = (),
) -> None:
    """Assert what a decision is, and why; what fails is shown with the steps that it rests on.

    Parameters
    ----------
    decision : Decision
        As `Policy.check` returns it.
    expected : {"permitted", "prohibited", "not_governed", "indeterminate"}, optional
    possible : iterable of str, optional
        Exactly the outcomes that are possible.
    because, not_because : iterable of str
        Rules that are, or surely are not, among the reasons: those that apply and have the effect
        that was decided. ``otherwise`` is that no rule decides, ``scope`` that the policy does not
        govern the case.
    rules : mapping, optional
        How rules stand: ``applies``, ``does_not_apply``, ``defeated`` or ``unknown``.
    depends_on : iterable of str, optional
        Exactly the facts, places and questions that an open case hangs on.
    readings : mapping, optional
        From readings (``"air-bases=counted"``, several with commas) to the decision under them.
    cites : iterable of str
        Claims that are among those cited.

    Raises
    ------
    AssertionError
        Something is not as expected.
    InvalidInput
        SR902, SR903, SR908, SR114: what is expected makes no sense.

    Examples
    --------
    >>> import strikerules as sr
    >>> decision = sr.load("ban").check({"weapon": {"made_in": "US"}, "target": {
    ...     "location": {"lon": 36.9, "lat": 50.45}}})
    >>> assert_decision(decision, "prohibited", because="otherwise")
    >>> assert_decision(decision, "permitted")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
      ...
    AssertionError: ...
    """
    __tracebackhide__ = True
    raw = {
        "decision": expected,
        "possible": None if possible is None else list(possible),
        "because": _names(because),
        "not_because": _names(not_because),
        "rules": dict(rules or {}),
        "depends_on": None if depends_on is None else list(depends_on),
        "readings": dict(readings or {}),
        "cites": _names(cites),
    }
    _check_words([expected], _DECISIONS)
    _check_words(raw["possible"] or [], OUTCOMES)
    _check_words((readings or {}).values(), _DECISIONS)
    _check_words((rules or {}).values(), _STANDINGS)
    if not any(v not in (None, {}, []) or (k == "depends_on" and v == []) for k, v in raw.items()):
        raise InvalidInput(Problem("SR902", "nothing is expected", None, "a decision, or more"))
    expect = expectation_of({k: v for k, v in raw.items() if v not in (None, {})})
    if isinstance(expect, Problem):
        raise InvalidInput(expect)
    known = [r.id for r in decision.rules]
    for name in (*expect.because, *expect.not_because, *expect.rules):
        if known and name not in (*known, "otherwise", "scope"):
            raise InvalidInput(
                Problem(
                    "SR903",
                    f"`{decision.policy}` has no rule {quoted(name)}",
                    None,
                    listed(known),
                    did_you_mean(name, known),
                )
            )
    found = differences(expect, decision)
    if found:
        raise AssertionError(failure_text(None, decision, found))
    note_assertion(decision, expect)


def _names(names: Iterable[str] | str) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _check_words(words: Iterable[str | None], choices: tuple[str, ...]) -> None:
    for word in words:
        if word is not None and word not in choices:
            raise InvalidInput(
                Problem(
                    "SR114",
                    f"{quoted(word)} can't be expected",
                    None,
                    listed(choices),
                    did_you_mean(word, choices),
                )
            )
