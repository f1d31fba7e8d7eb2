"""A decision held against what was expected of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from strikerules.engine.decision import OUTCOMES, Decision, Outcome
from strikerules.problems import Position
from strikerules.testing.suite import BY_DEFAULT, OUTSIDE, Choice, Expectation, choice_words

__all__ = ["Difference", "decided", "differences", "reasons", "under"]

_EFFECTS = {"permit": "permitted", "prohibit": "prohibited"}
_DEFAULTS = {**_EFFECTS, "not_governed": "not_governed"}
_STANDINGS = {
    "applies": "applies",
    "does_not_apply": "does not apply",
    "defeated": "is defeated",
    "unknown": "may apply",
}


class Difference(Struct, frozen=True):
    """One thing that is not as expected.

    `about` are the rules that it is about, for what is shown of the explanation.
    """

    part: str
    expected: str
    got: str
    at: Position | None = None
    about: tuple[str, ...] = ()


def decided(possible: Iterable[str]) -> str:
    """Return the one outcome, or ``indeterminate``."""
    found = list(possible)
    return found[0] if len(found) == 1 else "indeterminate"


def reasons(decision: Decision) -> dict[str, bool]:
    """Return what a decision is because of: rules, ``otherwise``, ``scope``; true where surely so.

    A rule is a reason where it applies and its effect is an outcome that is possible. In a case
    that is open, one that may apply is as much of a reason as one that does.
    """
    found: dict[str, bool] = {}
    for rule in decision.rules:
        if _EFFECTS[rule.effect] in decision.possible and rule.outcome in ("applies", "unknown"):
            found[rule.id] = rule.outcome == "applies" or not decision.settled
    for step in decision.why.children if decision.why is not None else ():
        if step.kind == "scope" and step.truth != "yes" and "not_governed" in decision.possible:
            found[OUTSIDE] = step.truth == "no" or not decision.settled
        if step.kind == "otherwise" and _DEFAULTS.get(step.name or "") in decision.possible:
            found[BY_DEFAULT] = step.truth == "yes" or not decision.settled
    return found


def under(decision: Decision, choice: Choice) -> tuple[Outcome, ...]:
    """Return what is possible under some readings.

    The rows of a decision go through the questions that matter; what is asked of another question
    makes no difference.
    """
    wanted = dict(choice)
    rows = [
        row for row in decision.readings
        if all(wanted.get(question, reading) == reading for question, reading in row.choose)
    ]  # fmt: skip
    if not decision.readings:
        return decision.possible
    among = {outcome for row in rows for outcome in row.possible}
    return tuple(o for o in decision.possible if o in among)


def differences(expect: Expectation, decision: Decision) -> list[Difference]:
    """Return what of a decision is not as expected, in the order of the expectation."""
    return list(_differences(expect, decision))


def _differences(expect: Expectation, decision: Decision) -> Iterator[Difference]:
    if expect.decision is not None and expect.decision != decision.decision:
        tail = "" if decision.settled else f" ({_words(decision.possible)})"
        hoped: set[str] = {expect.decision}
        if expect.decision == "indeterminate":
            hoped = set(OUTCOMES)
        yield Difference(
            "decision", expect.decision, decision.decision + tail, expect.place("decision"),
            tuple(_bearing(hoped, decision)),
        )  # fmt: skip
    if expect.possible is not None and expect.possible != frozenset(decision.possible):
        yield Difference(
            "possible", _words(sorted(expect.possible)), _words(decision.possible),
            expect.place("possible"), tuple(_bearing(set(expect.possible), decision)),
        )  # fmt: skip
    yield from _because(expect, decision)
    standing = {r.id: r.outcome for r in decision.rules}
    for rule, wanted in expect.rules.items():
        got = standing.get(rule)
        if got != wanted:
            words = "not in force" if got is None else _STANDINGS[got]
            yield Difference(
                f"rule {rule}", _STANDINGS[wanted], words, expect.place("rules", rule), (rule,)
            )
    if expect.depends_on is not None:
        hangs = decision.depends_on
        got_names = {*hangs.facts, *hangs.places, *hangs.questions, *hangs.conflicts}
        if got_names != expect.depends_on:
            yield Difference(
                "depends on", ", ".join(sorted(expect.depends_on)) or "nothing",
                ", ".join(sorted(got_names)) or "nothing", expect.place("depends_on"),
            )  # fmt: skip
    for choice, wanted_decision in expect.readings.items():
        possible = under(decision, choice)
        if decided(possible) != wanted_decision:
            yield Difference(
                ", ".join(f"{q}={r}" for q, r in choice), wanted_decision,
                decided(possible) + ("" if len(possible) == 1 else f" ({_words(possible)})"),
                expect.place("readings", choice_words(choice)),
            )  # fmt: skip
    cited = {c.claim for c in decision.citations}
    missing = [c for c in expect.cites if c not in cited]
    if missing:
        yield Difference(
            "cites", ", ".join(missing), ", ".join(sorted(cited)) or "nothing",
            expect.place("cites"),
        )  # fmt: skip


def _bearing(wanted: set[str], decision: Decision) -> Iterator[str]:
    """Yield what keeps a decision from what is wanted.

    It is what makes an outcome possible that is not wanted, and what does not make one possible
    that is.
    """
    too_many = set(decision.possible) - wanted
    missing = wanted - set(decision.possible)
    for rule in decision.rules:
        outcome = _EFFECTS[rule.effect]
        if outcome in missing or (outcome in too_many and rule.outcome in ("applies", "unknown")):
            yield rule.id
    if "not_governed" in too_many | missing:
        yield OUTSIDE
    for step in decision.why.children if decision.why is not None else ():
        if step.kind == "otherwise" and _DEFAULTS.get(step.name or "") in too_many:
            yield BY_DEFAULT


def _because(expect: Expectation, decision: Decision) -> Iterator[Difference]:
    if not expect.because and not expect.not_because:
        return
    found = reasons(decision)
    for name in expect.because:
        if not found.get(name):
            yield Difference(
                "because",
                name,
                _why_not(name, decision, found),
                expect.place("because", name),
                (name,),
            )
    for name in expect.not_because:
        if name in found:
            sure = "is" if found[name] and decision.settled else "may be"
            yield Difference(
                "not because",
                name,
                f"{name} {sure} a reason",
                expect.place("not_because", name),
                (name,),
            )


def _why_not(name: str, decision: Decision, found: dict[str, bool]) -> str:
    actual = ", ".join(n for n, sure in found.items() if sure) or "no reason that is sure"
    if name in found:
        return f"{actual} ({name} may be one)"
    if name in (BY_DEFAULT, OUTSIDE):
        return actual
    rule = next((r for r in decision.rules if r.id == name), None)
    if rule is None:
        return f"{actual} ({name} is not in force)"
    words = _STANDINGS[rule.outcome]
    if rule.outcome in ("applies", "unknown") and name not in found:
        words += f", but would make it {_EFFECTS[rule.effect]}"
    return f"{actual} ({name} {words})"


def _words(outcomes: Iterable[str]) -> str:
    return " or ".join(outcomes)
