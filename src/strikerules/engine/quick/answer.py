"""A decision without its explanation."""

from __future__ import annotations

from collections.abc import Callable

from strikerules.engine.decide import Verdict, rule_results
from strikerules.engine.decision import Outcome, names_of, open_words

__all__ = ["Answer", "answer_of"]


class Answer:
    """A decision without its explanation; the same for all cases that come to the same.

    Parameters
    ----------
    possible : tuple of str
        The outcomes over all worlds.
    rules : tuple of str
        The rules that apply in every world.
    depends_on : tuple of str
        Facts, places and questions that an open case hangs on, in this order.
    masks : tuple of int
        For each outcome the combinations of readings under which it is possible.
    """

    __slots__ = ("_rules", "depends_on", "masks", "possible")

    def __init__(
        self,
        possible: tuple[Outcome, ...],
        rules: tuple[str, ...] | Callable[[], tuple[str, ...]],
        depends_on: tuple[str, ...],
        masks: tuple[int, ...],
    ) -> None:
        self.possible = possible
        self._rules = rules
        self.depends_on = depends_on
        self.masks = masks

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that apply in every world."""
        if not isinstance(self._rules, tuple):
            self._rules = tuple(dict.fromkeys(self._rules()))
        return self._rules

    def _all(self) -> tuple[object, ...]:
        return self.possible, self.rules, self.depends_on, self.masks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and self._all() == other._all()

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"<Answer {self}>"

    def __str__(self) -> str:
        return self.decision + open_words(self.possible, self.depends_on)

    @property
    def decision(self) -> str:
        """The outcome where there is one, else ``indeterminate``."""
        return self.possible[0] if len(self.possible) == 1 else "indeterminate"

    @property
    def settled(self) -> bool:
        """Whether one outcome holds in every world."""
        return len(self.possible) == 1


def answer_of(verdict: Verdict) -> Answer:
    """Return a verdict as an answer."""
    applying = [r.id for r in rule_results(verdict) if r.outcome == "applies"]
    depends = verdict.depends_on()
    return Answer(
        names_of(verdict.masks, verdict.program.every),
        tuple(dict.fromkeys(applying)),
        tuple(dict.fromkeys((*depends.facts, *depends.places, *depends.questions))),
        tuple(verdict.masks),
    )
